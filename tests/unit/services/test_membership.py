"""Joining, changing, locking, leaving: what each does and what it leaves on record."""

from __future__ import annotations

import pytest

from cesnode.community.roles import OPERATOR, Grant, Role
from cesnode.errors import Code
from cesnode.ledger.accounts import OPENABLE, AccountKind, AccountState, clearing_number
from cesnode.ledger.limits import Limits
from cesnode.services import trading
from cesnode.services.membership import adding, changing, closing, helping, locking
from cesnode.services.membership.adding import Newcomer
from cesnode.services.membership.changing import Changes
from cesnode.store import Writer, accounts, acts, members
from tests.support.exchanges import (
    BAND,
    NOW,
    Person,
    acting_as,
    join,
    order,
    refused,
    set_rules,
)

HASH = "$argon2id$"


def change(writer: Writer, who: Person, changes: Changes) -> None:
    changing.change(writer, OPERATOR, who.number, changes, now=NOW)


def limits_of(writer: Writer, who: Person) -> Limits:
    return accounts.by_id(writer, who.account).limits


def test_a_newcomer_gets_the_next_number_and_the_exchange_s_limits(writer: Writer) -> None:
    first, second = join(writer, "Ann"), join(writer, "Bob")

    assert (first.number, second.number) == ("OAKV0001", "OAKV0002")
    assert limits_of(writer, first) == BAND
    assert [act.kind for act in acts.about(writer, "account:OAKV0001")] == [
        "account.opened"
    ]


@pytest.mark.parametrize("kind", OPENABLE)
def test_every_kind_a_member_can_hold_can_be_opened(
    writer: Writer, kind: AccountKind
) -> None:
    person = join(writer, "Ann", kind=kind)

    assert accounts.by_id(writer, person.account).kind is kind


def test_no_number_is_given_twice(writer: Writer, ann: Person, bob: Person) -> None:
    closing.close(writer, OPERATOR, bob.number, now=NOW)

    assert join(writer, "Cem").number == "OAKV0003"
    assert accounts.by_id(writer, bob.account).state is AccountState.CLOSED
    assert ann.number == "OAKV0001"


def test_numbers_go_on_past_four_digits(writer: Writer) -> None:
    for number in ("OAKV9999", "OAKV10000"):
        accounts.insert(
            writer, number=number, name="x", kind=AccountKind.PUBLIC, now=NOW, area=None
        )

    assert join(writer, "Ann").number == "OAKV10001"


def test_a_peer_s_account_takes_no_number(writer: Writer) -> None:
    accounts.insert(
        writer,
        number=clearing_number("OAKV", "VILA"),
        name="Vila",
        kind=AccountKind.CLEARING,
        now=NOW,
        area=None,
    )

    assert join(writer, "Ann").number == "OAKV0001"


def test_accounts_are_listed_in_the_order_of_their_numbers(writer: Writer) -> None:
    for number in ("OAKV10000", "OAKV9999", "OAKV0002"):
        accounts.insert(
            writer, number=number, name="x", kind=AccountKind.PUBLIC, now=NOW, area=None
        )

    numbers = [account.number for account in accounts.every(writer)]

    assert numbers == ["OAKV0000", "OAKV0002", "OAKV9999", "OAKV10000"]


@pytest.mark.parametrize(
    ("floor", "ceiling", "limits"),
    [
        ("-50", None, Limits(-5000, 50000)),
        (None, "70", Limits(-10000, 7000)),
        ("none", "none", Limits(None, None)),
        ("0", "0", Limits(0, 0)),
        ("default", "default", BAND),
    ],
)
def test_limits_are_an_account_s_own_or_the_exchange_s(
    writer: Writer, ann: Person, floor: str | None, ceiling: str | None, limits: Limits
) -> None:
    change(writer, ann, Changes(floor="-1", ceiling="1"))
    change(writer, ann, Changes(floor=floor or "default", ceiling=ceiling or "default"))

    assert limits_of(writer, ann) == limits


def test_a_default_limit_follows_the_exchange(writer: Writer, ann: Person) -> None:
    set_rules(writer, limits=Limits(-5, 5))

    assert limits_of(writer, ann) == Limits(-5, 5)


def test_the_exchange_s_limits_do_not_bind_the_community(writer: Writer) -> None:
    assert accounts.by_number(writer, "OAKV0000").limits == Limits()


@pytest.mark.parametrize("kind", [AccountKind.CLEARING, AccountKind.SYSTEM])
def test_the_exchange_s_limits_bind_members_only(writer: Writer, kind: AccountKind) -> None:
    account = accounts.insert(
        writer, number="OAKV-XXXX", name="x", kind=kind, now=NOW, area=None
    )

    assert accounts.by_id(writer, account).limits == Limits()


def test_what_is_changed_is_changed_and_nothing_else(writer: Writer, ann: Person) -> None:
    change(writer, ann, Changes(name="Ann Aspen", email="ann@oak.example", area="West"))

    member = members.by_id(writer, ann.member)
    account = accounts.by_id(writer, ann.account)
    assert (member.name, member.email) == ("Ann Aspen", "ann@oak.example")
    assert (account.name, members.area_name(writer, account.area)) == ("Ann Aspen", "West")
    assert account.limits == BAND


def test_a_joint_account_s_name_is_not_its_members_name(
    writer: Writer, ann: Person, bob: Person
) -> None:
    accounts.add_holder(writer, account=ann.account, member=bob.member)

    change(writer, ann, Changes(name="Ann and Bob"))

    assert members.by_id(writer, ann.member).name == "Ann Ash"


def test_a_role_is_given_once_and_taken_back(writer: Writer, ann: Person) -> None:
    change(writer, ann, Changes(role=Role.TREASURER))
    change(writer, ann, Changes(role=Role.TREASURER))
    assert members.grants(writer, ann.member) == (Grant(Role.TREASURER),)

    change(writer, ann, Changes(without_role=Role.TREASURER))
    assert members.grants(writer, ann.member) == ()


def test_a_coordinator_is_one_of_the_area_named_with_it(
    writer: Writer, ann: Person
) -> None:
    change(writer, ann, Changes(area="West", role=Role.COORDINATOR))

    (grant,) = members.grants(writer, ann.member)
    assert members.area_name(writer, grant.area) == "West"


def test_a_coordinator_needs_an_area(writer: Writer) -> None:
    eve = join(writer, "Eve")

    with refused(Code.FIELD_INVALID, field="area"):
        change(writer, eve, Changes(role=Role.COORDINATOR))


def test_a_lock_is_lifted_again(writer: Writer, ann: Person) -> None:
    locked = locking.lock(writer, OPERATOR, ann.number, reason="on leave", now=NOW)
    opened = locking.unlock(writer, OPERATOR, ann.number, now=NOW)

    assert (locked.state, locked.lock_reason) == (AccountState.LOCKED, "on leave")
    assert (opened.state, opened.lock_reason) == (AccountState.OPEN, None)


def test_an_account_with_a_balance_or_a_request_is_not_closed(
    writer: Writer, ann: Person, bob: Person
) -> None:
    asked = order(ann, bob, asking=True)
    ref = trading.record(writer, OPERATOR, asked, now=NOW).trade.ref
    for who in (ann, bob):
        with refused(Code.ACCOUNT_NOT_EMPTY):
            closing.close(writer, OPERATOR, who.number, now=NOW)

    trading.accept(writer, OPERATOR, ref, now=NOW)
    for who in (ann, bob):
        with refused(Code.ACCOUNT_NOT_EMPTY):
            closing.close(writer, OPERATOR, who.number, now=NOW)


def test_an_account_is_not_closed_while_a_trade_of_it_is_objected_to(
    writer: Writer, ann: Person, bob: Person
) -> None:
    ref = trading.record(writer, OPERATOR, order(ann, bob), now=NOW).trade.ref
    trading.object_to(writer, OPERATOR, ref, reason="it never came", now=NOW)
    trading.record(writer, OPERATOR, order(bob, ann), now=NOW)  # Nothing is owed any more.

    for who in (ann, bob):
        with refused(Code.ACCOUNT_NOT_EMPTY):
            closing.close(writer, OPERATOR, who.number, now=NOW)


def test_whoever_leaves_has_no_rights_left(writer: Writer) -> None:
    eve = join(writer, "Eve", role=Role.ADMIN)

    closing.close(writer, OPERATOR, eve.number, now=NOW)

    with refused(Code.NOT_ALLOWED):
        adding.add(writer, acting_as(writer, eve), Newcomer(name="Friend"), now=NOW)


def test_every_act_is_on_record(writer: Writer, ann: Person) -> None:
    change(writer, ann, Changes(name="Ann", role=Role.AUDITOR, floor="-5", ceiling="none"))
    change(writer, ann, Changes(without_role=Role.AUDITOR, floor="default"))
    helping.set_password(writer, OPERATOR, ann.number, password_hash=HASH, now=NOW)
    locking.lock(writer, OPERATOR, ann.number, reason="gone", now=NOW)
    locking.unlock(writer, OPERATOR, ann.number, now=NOW)
    closing.close(writer, OPERATOR, ann.number, now=NOW)

    kept = acts.about(writer, f"account:{ann.number}")

    assert [act.kind for act in kept[:2]] == ["account.opened", "account.changed"]
    assert '"kind":"individual"' in kept[0].details
    assert [(act.kind, act.details, act.note) for act in kept[2:]] == [
        ("role.granted", '{"area":null,"role":"auditor"}', None),
        ("limits.set", '{"ceiling":null,"floor":-500}', None),
        ("role.revoked", '{"role":"auditor"}', None),
        ("limits.set", '{"floor":"default"}', None),
        ("member.password_set", "{}", None),
        ("account.locked", "{}", "gone"),
        ("account.unlocked", "{}", None),
        ("account.closed", "{}", None),
    ]
