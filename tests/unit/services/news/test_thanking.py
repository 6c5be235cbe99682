"""Thank-yous: for a trade that stands, once by each side, answered once."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from cesnode.community.notices import Kind
from cesnode.community.roles import OPERATOR, Role
from cesnode.errors import Code, NotAllowed, UnknownThanks, UnknownTrade
from cesnode.services import bell, my_data, parting, trading
from cesnode.services.news import thanking
from cesnode.store import Writer, accounts, acts, thanks
from cesnode.store.sqlite import sqlite3
from cesnode.store.thanks import Thanks
from tests.support.exchanges import NOW, Person, acting_as, join, order, refused


@pytest.fixture
def posted(writer: Writer, ann: Person, bob: Person) -> str:
    return trading.record(writer, OPERATOR, order(ann, bob), now=NOW).trade.ref


def say(
    writer: Writer, person: Person, ref: str, words: str = "Very good", **given: UUID
) -> Thanks:
    actor = acting_as(writer, person)
    uuid = given.get("id", uuid4())
    return thanking.say(writer, actor, ref, words, id=uuid, now=NOW)


def read(writer: Writer, reader: Person, about: Person) -> list[str]:
    page = thanking.of_account(writer, acting_as(writer, reader), about.account)
    return [said.words for said in page.said]


def told(writer: Writer, person: Person) -> list[Kind]:
    kinds = {Kind.THANKED, Kind.THANKS_ANSWERED, Kind.THANKS_REMOVED}
    found = bell.notices_of(writer, acting_as(writer, person))
    return [view.kind for view in found if view.kind in kinds]


def test_it_stands_on_the_page_of_who_got_it_and_they_are_told(
    writer: Writer, ann: Person, bob: Person, cem: Person, posted: str
) -> None:
    say(writer, bob, posted)

    assert read(writer, cem, ann) == ["Very good"]
    assert read(writer, cem, bob) == []
    assert told(writer, ann) == [Kind.THANKED]
    (view,) = [
        each
        for each in bell.notices_of(writer, acting_as(writer, ann))
        if each.kind is Kind.THANKED
    ]
    assert (view.other, view.ref) == ("Bob Beech", posted)


def test_each_side_thanks_the_other_once(
    writer: Writer, ann: Person, bob: Person, posted: str
) -> None:
    say(writer, bob, posted)
    say(writer, ann, posted, "And thank you")

    for person in (ann, bob):
        with refused(Code.WRONG_STATE):
            say(writer, person, posted, "Again")
        assert not thanking.of_trade(writer, acting_as(writer, person), posted).may_say
    assert (read(writer, bob, ann), read(writer, bob, bob)) == (
        ["Very good"],
        ["And thank you"],
    )


def test_the_same_id_and_words_are_said_once(
    writer: Writer, ann: Person, bob: Person, posted: str
) -> None:
    same = UUID(int=7)

    first = say(writer, bob, posted, id=same)
    again = say(writer, bob, posted, id=same)

    assert first.id == again.id
    assert told(writer, ann) == [Kind.THANKED]
    with refused(Code.WRONG_STATE):
        say(writer, bob, posted, "Other words", id=same)


def test_strangers_to_a_trade_do_not_thank_for_it(
    writer: Writer, cem: Person, posted: str
) -> None:
    with pytest.raises(UnknownTrade):
        say(writer, cem, posted)
    coordinator = join(writer, "Dora", area="North", role=Role.COORDINATOR)
    with pytest.raises(NotAllowed):
        say(writer, coordinator, posted)


def test_a_trade_that_is_not_done_or_not_right_is_nothing_to_thank_for(
    writer: Writer, ann: Person, bob: Person, posted: str
) -> None:
    asked = trading.record(writer, OPERATOR, order(ann, bob, asking=True), now=NOW)
    trading.object_to(writer, acting_as(writer, bob), posted, reason="no", now=NOW)

    for ref in (asked.trade.ref, posted):
        assert not thanking.of_trade(writer, acting_as(writer, bob), ref).may_say
        with refused(Code.WRONG_STATE):
            say(writer, bob, ref)


def test_nobody_thanks_themselves(writer: Writer, ann: Person, bob: Person) -> None:
    accounts.add_holder(writer, account=bob.account, member=ann.member)
    ref = trading.record(writer, OPERATOR, order(ann, bob), now=NOW).trade.ref

    with pytest.raises(NotAllowed):
        say(writer, ann, ref)


def test_it_is_answered_once_by_who_got_it(
    writer: Writer, ann: Person, bob: Person, posted: str
) -> None:
    said = say(writer, bob, posted)
    actor = acting_as(writer, ann)

    for _ in range(2):
        thanking.answer(writer, actor, said.id, "With joy", now=NOW)

    assert thanking.one(writer, acting_as(writer, bob), said.id).answer == "With joy"
    assert told(writer, bob) == [Kind.THANKS_ANSWERED]
    with refused(Code.WRONG_STATE):
        thanking.answer(writer, actor, said.id, "No", now=NOW)
    with pytest.raises(NotAllowed):
        thanking.answer(writer, acting_as(writer, bob), said.id, "No", now=NOW)


def test_who_got_it_hides_it_and_shows_it_again(
    writer: Writer, ann: Person, bob: Person, cem: Person, posted: str
) -> None:
    said = say(writer, bob, posted)
    actor = acting_as(writer, ann)

    thanking.hide(writer, actor, said.id, hidden=True)

    assert read(writer, cem, ann) == []
    assert read(writer, ann, ann) == ["Very good"]
    with pytest.raises(UnknownThanks):
        thanking.one(writer, acting_as(writer, cem), said.id)
    assert len(thanking.of_trade(writer, acting_as(writer, bob), posted).said) == 1
    thanking.hide(writer, actor, said.id, hidden=False)
    assert read(writer, cem, ann) == ["Very good"]


def test_what_is_taken_down_is_gone_and_the_reason_is_kept_and_told(
    writer: Writer, ann: Person, bob: Person, posted: str
) -> None:
    rosa = join(writer, "Rosa", role=Role.ADMIN)
    said = say(writer, bob, posted)

    thanking.remove(
        writer, acting_as(writer, rosa), said.id, reason="It names others", now=NOW
    )

    assert read(writer, ann, ann) == read(writer, rosa, ann) == []
    (act,) = acts.about(writer, f"thanks:{said.id}")
    assert (act.kind, act.actor, act.note) == (
        "thanks.removed",
        rosa.member,
        "It names others",
    )
    assert told(writer, bob) == [Kind.THANKS_REMOVED]
    (view,) = bell.notices_of(writer, acting_as(writer, bob), limit=1)
    assert (view.reason, view.path) == ("It names others", f"/trades/{posted}")
    for act_again in (
        lambda: thanking.one(writer, acting_as(writer, ann), said.id),
        lambda: thanking.remove(writer, OPERATOR, said.id, reason="x", now=NOW),
        lambda: thanking.hide(writer, acting_as(writer, ann), said.id, hidden=True),
    ):
        with pytest.raises(UnknownThanks):
            act_again()
    with refused(Code.WRONG_STATE):
        say(writer, bob, posted, "Then so")


def test_it_takes_a_reason(writer: Writer, bob: Person, posted: str) -> None:
    said = say(writer, bob, posted)

    with refused(Code.DESCRIPTION_MISSING, field="reason"):
        thanking.remove(writer, OPERATOR, said.id, reason=" ", now=NOW)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (" ", Code.DESCRIPTION_MISSING),
        ("x" * 1_001, Code.DESCRIPTION_TOO_LONG),
        ("a\x07", Code.DESCRIPTION_INVALID),
    ],
)
def test_what_cannot_be_said_names_its_field(
    writer: Writer, bob: Person, posted: str, words: str, code: Code
) -> None:
    with refused(code, field="words"):
        say(writer, bob, posted, words)


def test_the_words_are_never_changed(writer: Writer, bob: Person, posted: str) -> None:
    say(writer, bob, posted)

    for change in ("words = 'bad'", "author_id = 1", "said_at = 1"):
        with pytest.raises(sqlite3.IntegrityError):
            writer.run(f"UPDATE thanks SET {change}")  # noqa: S608


def test_there_are_pages_of_them(writer: Writer, ann: Person, bob: Person) -> None:
    for _ in range(thanking.PAGE + 1):
        ref = trading.record(writer, OPERATOR, order(ann, bob, "1"), now=NOW).trade.ref
        say(writer, bob, ref)
    actor = acting_as(writer, bob)

    first = thanking.of_account(writer, actor, ann.account)
    second = thanking.of_account(writer, actor, ann.account, page=2)

    assert (len(first.said), first.has_more) == (thanking.PAGE, True)
    assert (len(second.said), second.has_more) == (1, False)


def test_who_leaves_and_is_forgotten_takes_them_along(
    writer: Writer, ann: Person, bob: Person, cem: Person, posted: str
) -> None:
    say(writer, bob, posted)
    say(writer, ann, posted, "And thank you")
    back = trading.record(writer, OPERATOR, order(bob, ann), now=NOW).trade.ref
    other = trading.record(writer, OPERATOR, order(cem, ann, "1"), now=NOW).trade.ref
    trading.record(writer, OPERATOR, order(ann, cem, "1"), now=NOW)
    say(writer, ann, other, "Good too")
    say(writer, bob, back, "From me")

    parting.leave(
        writer, acting_as(writer, ann), ann.number, give=False, erase=True, now=NOW
    )

    assert [one.words for one in thanks.between(writer, bob.account)] == []
    assert read(writer, bob, cem) == []


def test_who_leaves_and_is_not_forgotten_leaves_them(
    writer: Writer, ann: Person, bob: Person, cem: Person, posted: str
) -> None:
    say(writer, ann, posted)
    trading.record(writer, OPERATOR, order(bob, ann), now=NOW)

    parting.leave(
        writer, acting_as(writer, ann), ann.number, give=False, erase=False, now=NOW
    )

    assert read(writer, cem, bob) == ["Very good"]


def test_they_belong_to_what_one_takes_along(
    writer: Writer, ann: Person, bob: Person, posted: str
) -> None:
    say(writer, bob, posted)

    for person in (ann, bob):
        bundle = my_data.gather(writer, acting_as(writer, person), now=NOW)
        text = dict(bundle.texts)[f"{person.number}/thanks.json"]
        assert '"Very good"' in text
        assert f'"{posted}"' in text
