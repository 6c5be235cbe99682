"""Statements, trades and the directory: who sees what, and whether it adds up."""

from __future__ import annotations

from itertools import pairwise

import pytest

from cesnode.community.roles import OPERATOR
from cesnode.errors import Code
from cesnode.ledger.accounts import AccountKind
from cesnode.ledger.statements import Line, Statement
from cesnode.services import reading, trading
from cesnode.store import Reader, Writer, accounts, statements, trades
from cesnode.store.statements import Period
from tests.support.exchanges import (
    BOTH_SIDES,
    DAY,
    NOW,
    Person,
    acting_as,
    join,
    order,
    refused,
    set_rules,
)


def statement(reader: Reader, who: Person, period: Period | None = None) -> Statement:
    return statements.of_account(reader, who.account, period or Period())


def pages(reader: Reader, who: Person, limit: int) -> list[Statement]:
    found = [statement(reader, who, Period(limit=limit))]
    while (cursor := found[-1].cursor) is not None:
        found.append(statement(reader, who, Period(limit=limit, cursor=cursor)))
    return found


@pytest.fixture
def week(writer: Writer, ann: Person, bob: Person) -> None:
    """One trade a day for a week, of 1, 2, ... 7: Ann sells to Bob."""
    for day in range(7):
        asked = order(ann, bob, str(day + 1))
        trading.record(writer, OPERATOR, asked, now=NOW + day * DAY)


@pytest.mark.usefixtures("week")
def test_a_statement_leads_from_its_opening_to_its_closing(
    writer: Writer, ann: Person, bob: Person
) -> None:
    whole = statement(writer, ann)

    assert (whole.opening, whole.closing, whole.cursor) == (0, 2800, None)
    assert [line.amount for line in whole.lines] == [100 * n for n in range(1, 8)]
    assert [line.balance for line in whole.lines] == [100, 300, 600, 1000, 1500, 2100, 2800]
    assert statement(writer, bob).closing == -2800


@pytest.mark.usefixtures("week")
@pytest.mark.parametrize("limit", range(1, 9))
def test_pages_follow_one_another(writer: Writer, ann: Person, limit: int) -> None:
    found = pages(writer, ann, limit)

    assert [line for page in found for line in page.lines] == list(
        statement(writer, ann).lines
    )
    for page, following in pairwise(found):
        assert page.closing == following.opening
        assert len(page.lines) == limit
    assert found[-1].closing == 2800


@pytest.mark.usefixtures("week")
@pytest.mark.parametrize(
    ("since", "until", "opening", "closing", "count"),
    [
        (NOW + 2 * DAY, NOW + 4 * DAY, 300, 1000, 2),
        (NOW + 2 * DAY + 1, NOW + 4 * DAY + 1, 600, 1500, 2),
        (0, NOW, 0, 0, 0),
        (NOW + 7 * DAY, 2**40, 2800, 2800, 0),
        (NOW + 3 * DAY, NOW + 3 * DAY, 600, 600, 0),
        (NOW + 4 * DAY, NOW + 2 * DAY, 1000, 1000, 0),
    ],
)
def test_a_period_holds_what_was_recorded_in_it(
    writer: Writer,
    ann: Person,
    since: int,
    until: int,
    opening: int,
    closing: int,
    count: int,
) -> None:
    found = statement(writer, ann, Period(since=since, until=until))

    assert (found.opening, found.closing, len(found.lines)) == (opening, closing, count)


@pytest.mark.usefixtures("week")
def test_a_page_within_a_period_stays_within_it(writer: Writer, ann: Person) -> None:
    period = Period(since=NOW + DAY, until=NOW + 4 * DAY, limit=2)

    first = statement(writer, ann, period)
    second = statement(
        writer,
        ann,
        Period(since=period.since, until=period.until, limit=2, cursor=first.cursor),
    )

    assert [line.amount for line in first.lines + second.lines] == [200, 300, 400]
    assert second.cursor is None


def test_an_account_without_entries_has_an_empty_statement(
    writer: Writer, cem: Person
) -> None:
    assert statement(writer, cem) == Statement(opening=0, lines=(), closing=0)


@pytest.mark.parametrize("limit", [0, -1])
def test_a_page_has_a_line_or_more(limit: int) -> None:
    with pytest.raises(ValueError, match=r"limit|page|line"):
        Period(limit=limit)


def test_a_line_tells_both_sides_their_own_levy(
    writer: Writer, ann: Person, bob: Person
) -> None:
    set_rules(writer, levy=BOTH_SIDES)
    made = trading.record(writer, OPERATOR, order(ann, bob, "50"), now=NOW).trade

    (sold,), (bought,) = statement(writer, ann).lines, statement(writer, bob).lines

    assert (sold.amount, sold.levy, sold.other_number) == (4900, 100, bob.number)
    assert (bought.amount, bought.levy, bought.other_name) == (-5100, 100, "Ann Ash")
    assert sold.ref == bought.ref == made.ref
    assert sold.description == "a box of vegetables"


def community_line(writer: Writer) -> Line:
    account = accounts.by_number(writer, "OAKV0000")
    (line,) = statements.of_account(writer, account.id, Period()).lines
    return line


def test_the_community_pays_no_levy_to_itself(
    writer: Writer, ann: Person, bob: Person
) -> None:
    set_rules(writer, levy=BOTH_SIDES)
    trading.record(writer, OPERATOR, order(ann, bob, "50"), now=NOW)

    assert (community_line(writer).amount, community_line(writer).levy) == (200, 0)


def test_the_community_s_open_statement_does_not_tell_what_members_traded(
    writer: Writer, ann: Person, bob: Person
) -> None:
    set_rules(writer, levy=BOTH_SIDES)
    trading.record(writer, OPERATOR, order(ann, bob, "50"), now=NOW)

    assert community_line(writer).description is None


def test_erased_words_are_gone_from_the_statement(
    writer: Writer, ann: Person, bob: Person
) -> None:
    made = trading.record(writer, OPERATOR, order(ann, bob), now=NOW).trade
    trades.erase_words(writer, made.id)

    (line,) = statement(writer, ann).lines

    assert line.description is None


@pytest.mark.usefixtures("week")
def test_the_latest_lines_come_first(writer: Writer, ann: Person) -> None:
    newest = statements.latest(writer, ann.account, count=3)

    assert [line.amount for line in newest] == [700, 600, 500]


@pytest.mark.usefixtures("week")
def test_strangers_read_no_statement(writer: Writer, ann: Person, cem: Person) -> None:
    account = accounts.by_id(writer, ann.account)

    with refused(Code.NOT_ALLOWED):
        reading.statement(writer, acting_as(writer, cem), account, Period())
    assert reading.statement(writer, acting_as(writer, ann), account, Period()).lines


def test_a_public_account_s_statement_is_open(writer: Writer, ann: Person) -> None:
    hall = join(writer, "Village Hall", kind=AccountKind.PUBLIC)
    ref = trading.record(writer, OPERATOR, order(hall, "0"), now=NOW).trade.ref
    account = accounts.by_id(writer, hall.account)
    stranger = acting_as(writer, ann)

    assert reading.statement(writer, stranger, account, Period()).lines
    assert reading.trade(writer, stranger, ref).ref == ref


def test_trades_are_listed_newest_first_whatever_the_limit(
    writer: Writer, ann: Person, bob: Person
) -> None:
    actor = acting_as(writer, bob)
    asked = trading.record(writer, OPERATOR, order(ann, bob, asking=True), now=NOW).trade
    later = trading.record(writer, OPERATOR, order(ann, bob), now=NOW).trade
    trading.accept(writer, actor, asked.ref, now=NOW)

    listed = trades.of_account(writer, ann.account, since="", limit=2)

    assert [trade.id for trade in listed] == [asked.id, later.id]
    assert trades.of_account(writer, ann.account, since="", limit=1) == listed[:1]


def test_a_trade_is_listed_once_in_any_state(
    writer: Writer, ann: Person, bob: Person
) -> None:
    made = [
        trading.record(writer, OPERATOR, order(ann, bob, asking=n > 1), now=NOW).trade
        for n in range(5)
    ]
    trading.reverse(writer, OPERATOR, made[0].ref, reason="no", now=NOW)
    trading.decline(writer, OPERATOR, made[2].ref, now=NOW)
    trading.withdraw(writer, OPERATOR, made[3].ref, now=NOW)

    for who in (ann, bob):
        listed = trades.of_account(writer, who.account, since="", limit=9)
        assert [trade.id for trade in listed] == [5, 4, 3, 2, 1]
    assert trades.of_account(writer, ann.account, since="2999-01-01", limit=9) == []


def test_the_treasury_lists_its_own_trades_and_no_levies(
    writer: Writer, ann: Person, bob: Person
) -> None:
    set_rules(writer, levy=BOTH_SIDES)
    trading.record(writer, OPERATOR, order(ann, bob), now=NOW)
    own = trading.record(writer, OPERATOR, order(ann, "0"), now=NOW).trade

    treasury = accounts.by_number(writer, "OAKV0000").id

    assert trades.of_account(writer, treasury, since="", limit=9) == [own]


@pytest.mark.parametrize(
    ("like", "found"),
    [
        ("", ["OAKV0000", "OAKV0001", "OAKV0002", "OAKV0003"]),
        ("ash", ["OAKV0001"]),
        ("0002", ["OAKV0002"]),
        ("oakv", ["OAKV0000", "OAKV0001", "OAKV0002", "OAKV0003"]),
        ("%", []),
        ("_", []),
        ("\\", []),
        ("'", []),
        ("\ud800", []),
    ],
)
@pytest.mark.usefixtures("ann", "bob", "cem")
def test_the_directory_is_searched_for_what_was_written(
    writer: Writer, like: str, found: list[str]
) -> None:
    listed = reading.directory(writer, OPERATOR, like=like, limit=9)

    assert [member.number for member in listed] == found


@pytest.mark.usefixtures("ann", "bob", "cem")
def test_the_directory_goes_on_after_a_number(writer: Writer) -> None:
    first = reading.directory(writer, OPERATOR, like="", limit=2)
    rest = reading.directory(writer, OPERATOR, like="", limit=9, after=first[-1].number)

    assert [member.number for member in first + rest] == [f"OAKV000{n}" for n in range(4)]


def test_the_directory_leaves_out_the_book_keeping(writer: Writer, ann: Person) -> None:
    for number, kind in (("OAKV-VILA", "clearing"), ("OAKV-OPENING", "system")):
        accounts.insert(
            writer, number=number, name="x", kind=AccountKind(kind), now=NOW, area=None
        )

    listed = reading.directory(writer, OPERATOR, like="", limit=9)

    assert [member.number for member in listed] == ["OAKV0000", ann.number]


def test_a_statement_that_does_not_add_up_cannot_exist() -> None:
    with pytest.raises(ValueError, match="closing"):
        Statement(opening=0, lines=(), closing=1)
