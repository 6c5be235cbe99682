"""Taking leave: nothing is lost that others' balances rest on, and no word is kept."""

from __future__ import annotations

from uuid import uuid4

import pytest

from cesnode.community.market import Kind
from cesnode.community.roles import OPERATOR, Scope
from cesnode.errors import Code
from cesnode.ledger.accounts import AccountState
from cesnode.services import identities, joining, parting, profiles, sessions, trading
from cesnode.services.joining import Applicant
from cesnode.services.market import finding, publishing
from cesnode.services.market.drafts import Draft
from cesnode.services.profiles import Told
from cesnode.store import (
    Writer,
    accounts,
    acts,
    applications,
    exchanges,
    members,
    sign_ins,
    statements,
    trades,
)
from cesnode.store import profiles as kept
from cesnode.store.statements import Period
from tests.support.exchanges import (
    NOW,
    Person,
    acting_as,
    balances,
    dump,
    join,
    order,
    record_as,
    refused,
    total,
    treasury,
)


def leave(writer: Writer, who: Person, *, give: bool = False, erase: bool = False) -> None:
    actor = acting_as(writer, who)
    parting.leave(writer, actor, who.number, give=give, erase=erase, now=NOW)


def test_who_stands_at_zero_can_leave(writer: Writer, ann: Person) -> None:
    identities.ensure(writer, ann.member, now=NOW)
    profiles.change(writer, OPERATOR, ann.member, Told(phone="555 0107"), now=NOW)

    leave(writer, ann)

    assert accounts.by_id(writer, ann.account).state is AccountState.CLOSED
    assert sign_ins.of_member(writer, ann.member) == []
    assert kept.of_member(writer, ann.member).phone == ""
    assert members.by_id(writer, ann.member).name == "Ann Ash"


def test_what_is_left_is_given_to_the_community(
    writer: Writer, ann: Person, bob: Person
) -> None:
    record_as(writer, ann, order(ann, bob, "30"))

    leave(writer, ann, give=True)

    assert balances(writer, ann, bob) == (0, -30_00)
    assert (treasury(writer), total(writer)) == (30_00, 0)
    lines = statements.of_account(writer, ann.account, Period()).lines
    assert [(line.kind, line.amount) for line in lines] == [
        ("trade", 30_00),
        ("donation", -30_00),
    ]
    kinds = [act.kind for act in acts.about(writer, f"account:{ann.number}")]
    assert kinds[-2:] == ["account.donated", "account.closed"]


@pytest.mark.parametrize("give", [True, False])
def test_who_received_more_than_they_gave_has_to_settle_first(
    writer: Writer, ann: Person, bob: Person, *, give: bool
) -> None:
    record_as(writer, ann, order(ann, bob, "30"))

    with refused(Code.ACCOUNT_NOT_EMPTY):
        leave(writer, bob, give=give)


def test_a_balance_is_not_given_unless_they_say_so(
    writer: Writer, ann: Person, bob: Person
) -> None:
    record_as(writer, ann, order(ann, bob, "30"))
    before = dump(writer)

    with refused(Code.ACCOUNT_NOT_EMPTY):
        leave(writer, ann)

    assert dump(writer) == before


def test_a_trade_that_waits_has_to_be_answered_first(
    writer: Writer, ann: Person, bob: Person
) -> None:
    record_as(writer, ann, order(ann, bob, "30", asking=True))

    found = parting.look(writer, acting_as(writer, ann), ann.number, now=NOW)

    assert (found.has_open, found.is_ready) == (True, False)
    with refused(Code.ACCOUNT_NOT_EMPTY):
        leave(writer, ann)


def test_words_go_and_numbers_stay(writer: Writer, ann: Person, bob: Person) -> None:
    mine = record_as(writer, ann, order(ann, bob, "30", description="my secret jam"))
    theirs = record_as(writer, bob, order(bob, ann, "30", description="their bread"))
    members.set_email(writer, ann.member, "ann@oakvale.example")
    publishing.publish(
        writer,
        acting_as(writer, ann),
        Kind.OFFERING,
        ann.number,
        Draft(title="my secret jam"),
        id=uuid4(),
        now=NOW,
    )

    leave(writer, ann, erase=True)

    gone, stays = (trades.by_id(writer, one.trade.id) for one in (mine, theirs))
    assert (gone.description, gone.amount) == (None, 30_00)
    assert (stays.description, stays.amount) == ("their bread", 30_00)
    assert members.by_id(writer, ann.member).name == ann.number
    assert finding.of_account(writer, OPERATOR, ann.number, now=NOW) == []
    rows = {name: repr(row) for name, row in dump(writer).items()}
    told = {name for name, row in rows.items() if "secret" in row or "Ann Ash" in row}
    assert told == set()
    assert "ann@oakvale.example" not in "".join(rows.values())


def test_the_application_is_forgotten_too(writer: Writer) -> None:
    exchange = exchanges.load(writer, NOW)
    somebody = Applicant(name="Ida Iris", email="ida@x.example", offers="jam")
    secret = joining.apply(writer, exchange, somebody, address="", now=NOW)
    asked = joining.find(writer, secret).id
    applications.prove_email(writer, asked, now=NOW)
    account = joining.approve(writer, OPERATOR, asked, now=NOW)

    parting.leave(writer, OPERATOR, account.number, give=False, erase=True, now=NOW)

    known = applications.of_account(writer, account.id)
    assert known is not None
    assert (known.name, known.email, known.offers) == ("", "", "")


def test_others_who_hold_the_account_are_not_thrown_out(
    writer: Writer, ann: Person, bob: Person
) -> None:
    accounts.add_holder(writer, account=ann.account, member=bob.member)

    with refused(Code.WRONG_STATE):
        leave(writer, ann)


def test_nobody_closes_the_account_of_another(
    writer: Writer, ann: Person, bob: Person
) -> None:
    with refused(Code.NOT_ALLOWED):
        parting.look(writer, acting_as(writer, ann), bob.number, now=NOW)
    with refused(Code.NOT_ALLOWED):
        parting.leave(
            writer,
            acting_as(writer, ann),
            bob.number,
            give=True,
            erase=True,
            now=NOW,
        )


def test_the_community_stays(writer: Writer) -> None:
    with refused(Code.UNKNOWN_MEMBER):
        parting.leave(writer, OPERATOR, "0", give=True, erase=True, now=NOW)


def test_a_narrow_token_leaves_nothing(writer: Writer, ann: Person) -> None:
    with refused(Code.SCOPE_TOO_NARROW):
        parting.leave(
            writer,
            acting_as(writer, ann, Scope.TRADE),
            ann.number,
            give=False,
            erase=False,
            now=NOW,
        )


def test_who_has_another_account_stays_a_member(writer: Writer, ann: Person) -> None:
    shop = join(writer, "Shop")
    accounts.add_holder(writer, account=shop.account, member=ann.member)
    identities.ensure(writer, ann.member, now=NOW)
    secret = sessions.begin(
        writer, sign_ins.of_member(writer, ann.member)[0], device="x", now=NOW
    )
    profiles.change(writer, OPERATOR, ann.member, Told(phone="555 0107"), now=NOW)

    leave(writer, ann, erase=True)

    present = sessions.presence(writer, secret, now=NOW)
    assert present is not None
    assert present.account.number == shop.number
    assert kept.of_member(writer, ann.member).phone == "555 0107"


def test_the_books_are_sound_after_a_gift(writer: Writer, ann: Person, bob: Person) -> None:
    record_as(writer, ann, order(ann, bob, "30"))
    leave(writer, ann, give=True, erase=True)

    posted = trading.record(writer, OPERATOR, order("0", bob, "1"), now=NOW)

    assert posted.trade.amount == 1_00
    assert total(writer) == 0
