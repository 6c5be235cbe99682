"""Statements: any period, any sieve, and sums that agree with the ledger."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from cesnode.community.roles import OPERATOR
from cesnode.errors import Code, NodeError
from cesnode.ledger.statements import Line
from cesnode.services import account_statement, trading
from cesnode.services.account_statement import Sheet, Wanted
from cesnode.store import Writer, accounts
from tests.support.exchanges import DAY, NOW, Person, acting_as, order, refused

ALL = Wanted(since="2025-01-01", until="2026-12-31")


@pytest.fixture
def traded(writer: Writer, ann: Person, bob: Person, cem: Person) -> Writer:
    """Ann sells to Bob and buys of Cem, a trade every ten days."""
    for turn, (seller, buyer, what) in enumerate(
        [
            (ann, bob, "a dozen eggs"),
            (cem, ann, "=1+1"),
            (ann, bob, "100 % wool"),
            (ann, cem, "eggs_"),
        ]
    ):
        wanted = order(seller, buyer, str(10 + turn), description=what)
        trading.record(writer, OPERATOR, wanted, now=NOW + turn * 10 * DAY)
    return writer


def sheet(writer: Writer, who: Person, wanted: Wanted = ALL, *, page: int = 99) -> Sheet:
    account = accounts.by_id(writer, who.account)
    return account_statement.sheet(
        writer, acting_as(writer, who), account, wanted, now=NOW + 31 * DAY, page=page
    )


def test_a_whole_statement_leads_from_nothing_to_the_balance(
    traded: Writer, ann: Person
) -> None:
    found = sheet(traded, ann)

    assert (found.opening, found.closing) == (0, 1000 - 1100 + 1200 + 1300)
    assert [line.balance for line in found.lines] == [1000, -100, 1100, 2400]
    assert (found.sums.lines, found.sums.came, found.sums.went) == (4, 3500, -1100)


def test_a_period_opens_where_the_one_before_it_closed(traded: Writer, ann: Person) -> None:
    july = sheet(traded, ann, replace(ALL, until="2025-07-31"))
    august = sheet(traded, ann, replace(ALL, since="2025-08-01"))

    assert (july.closing, august.opening) == (-100, -100)
    assert (len(july.lines), len(august.lines)) == (2, 2)


@pytest.mark.parametrize(
    ("sieve", "amounts"),
    [
        ({"text": "EGGS"}, [1000, 1300]),
        ({"text": "100 %"}, [1200]),
        ({"text": "eggs_"}, [1300]),
        ({"person": "bob"}, [1000, 1200]),
        ({"person": "0003"}, [-1100, 1300]),
        ({"direction": "went"}, [-1100]),
        ({"direction": "came", "person": "cem"}, [1300]),
        ({"kind": "levy"}, []),
    ],
)
def test_lines_are_sifted_and_the_balances_stay(
    traded: Writer, ann: Person, sieve: dict[str, str], amounts: list[int]
) -> None:
    found = sheet(traded, ann, replace(ALL, **sieve))

    assert [line.amount for line in found.lines] == amounts
    assert found.sums.came + found.sums.went == sum(amounts)
    assert (found.opening, found.closing, found.is_sifted) == (0, 2400, True)


def test_pages_are_the_whole_in_pieces(traded: Writer, ann: Person) -> None:
    lines: list[Line] = []
    cursor: int | None = None
    while True:
        page = sheet(traded, ann, replace(ALL, cursor=cursor), page=3)
        lines += page.lines
        cursor = page.cursor
        if cursor is None:
            break

    assert tuple(lines) == sheet(traded, ann).lines


def test_years_add_up_to_the_balance(traded: Writer, ann: Person, bob: Person) -> None:
    trading.record(traded, OPERATOR, order(bob, ann, "7"), now=NOW + 365 * DAY)

    account = accounts.by_id(traded, ann.account)
    years = account_statement.years(traded, acting_as(traded, ann), account)

    assert [(year.year, year.closing) for year in years] == [(2026, 1700), (2025, 2400)]
    assert (years[0].sums.went, years[1].sums.came) == (-700, 3500)


def test_a_spreadsheet_computes_nothing_of_what_people_wrote(
    traded: Writer, ann: Person
) -> None:
    account = accounts.by_id(traded, ann.account)
    text, cursor = account_statement.table(
        traded, acting_as(traded, ann), account, ALL, now=NOW + 31 * DAY
    )

    header, *rows = text.splitlines()
    assert header.startswith("date,recorded_at,kind,amount,balance")
    assert rows[1].endswith(",OAKV0003,Cem Cedar,'=1+1")
    assert (len(rows), cursor) == (4, None)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"since": "yesterday"}, "since"),
        ({"until": "2025-02-30"}, "until"),
        ({"until": "0001-01-01"}, "until"),
        ({"since": "9999-12-31"}, "since"),
        ({"kind": "nonsense"}, "kind"),
        ({"direction": "up"}, "direction"),
        ({"text": "\ud800"}, "text"),
    ],
)
def test_what_cannot_be_asked_for_is_named(
    traded: Writer, ann: Person, wrong: dict[str, str], field: str
) -> None:
    with pytest.raises(NodeError) as caught:
        sheet(traded, ann, replace(ALL, **{"since": "", **wrong}))
    assert caught.value.field == field


def test_a_stranger_reads_no_statement(traded: Writer, ann: Person, bob: Person) -> None:
    account = accounts.by_id(traded, ann.account)

    with refused(Code.NOT_ALLOWED):
        account_statement.sheet(traded, acting_as(traded, bob), account, ALL, now=NOW)
