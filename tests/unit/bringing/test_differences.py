"""Every difference of a balance comes to the sum of what it is explained by."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from cesnode.formats.corrections import Correction
from cesnode.services.bringing.outcome import Difference
from cesnode.services.bringing.reasons import Why
from cesnode.services.bringing.systems import System
from tests.support.bringing import Move, move
from tests.support.foreign import folder, table

COMMUNITY = table("code,name,scale,hour_value", ("OAKV", "Oakvale", 2, 10))
HEADER = "id,seller,buyer,amount,seller_levy,event_on"


def brought(
    tmp_path: Path,
    stated: dict[int, str],
    *rows: tuple[object, ...],
    given: tuple[Correction, ...] = (),
    opening: bool = False,
) -> Move:
    files = {
        "community.csv": COMMUNITY,
        "members.csv": table(
            "number,name,balance", *((n, f"Member {n}", stated[n]) for n in stated)
        ),
        "trades.csv": table(HEADER, *rows),
    }
    path = folder(tmp_path / "files", files)
    return move(tmp_path / "data", path, System.CSV, given=given, opening=opening)


def parts(difference: Difference) -> dict[str, str]:
    return {one.why: one.amount for one in difference.parts}


def require_sums(moved: Move) -> None:
    for one in moved.result.differences:
        lacking = Decimal(one.file) - Decimal(one.ours)
        assert sum(Decimal(part.amount) for part in one.parts) == lacking, one


def test_a_row_that_was_skipped_by_a_correction_is_why(tmp_path: Path) -> None:
    given = (Correction(file="trades.csv", row=3, skip=True),)

    moved = brought(
        tmp_path,
        {0: "1.00", 1: "14.00", 2: "-15.00"},
        ("a", 1, 2, "5.00", "1.00", "2020-01-02"),
        ("b", 1, 2, "10.00", "", "2020-01-02"),
        given=given,
    )

    require_sums(moved)
    assert [(one.account, parts(one)) for one in moved.result.differences] == [
        ("OAKV0001", {Why.CORRECTED: "10.00"}),
        ("OAKV0002", {Why.CORRECTED: "-10.00"}),
    ]


def test_a_cell_that_was_corrected_is_why_with_its_levy(tmp_path: Path) -> None:
    given = (
        Correction(file="trades.csv", row=2, column="amount", value="7.00"),
        Correction(file="trades.csv", row=2, column="seller_levy", value="0.50"),
    )

    moved = brought(
        tmp_path,
        {0: "1.00", 1: "4.00", 2: "-5.00"},
        ("a", 1, 2, "5.00", "1.00", "2020-01-02"),
        given=given,
    )

    require_sums(moved)
    assert [parts(one) for one in moved.result.differences] == [
        {Why.CORRECTED: "0.50"},
        {Why.CORRECTED: "-2.50"},
        {Why.CORRECTED: "2.00"},
    ]


def test_several_reasons_are_named_with_what_each_comes_to(tmp_path: Path) -> None:
    given = (Correction(file="trades.csv", row=2, skip=True),)

    moved = brought(
        tmp_path,
        {1: "19.00", 2: "-5.00"},
        ("a", 1, 2, "5.00", "", "2020-01-02"),
        ("b", 1, 98, "2.00", "", "2020-01-02"),
        ("c", 1, 3, "1.00", "", "2020-01-02"),
        ("c", 1, 2, "0.75", "", "2020-01-02"),
        given=given,
    )

    require_sums(moved)
    assert [parts(one) for one in moved.result.differences] == [
        {Why.LEFT_OUT: "3.00", Why.CORRECTED: "5.00", Why.REST: "11.00"},
        {Why.CORRECTED: "-5.00"},
    ]
    assert moved.result.differences[0].why.count(";") == 2


def test_a_row_counted_twice_by_the_other_system_is_why(tmp_path: Path) -> None:
    moved = brought(
        tmp_path,
        {1: "10.00", 2: "-10.00"},
        ("a", 1, 2, "5.00", "", "2020-01-02"),
        ("a", 1, 2, "5.00", "", "2020-01-02"),
    )

    require_sums(moved)
    assert [one.why for one in moved.result.differences] == [Why.REPEATED, Why.REPEATED]


def test_a_row_counted_once_explains_no_other_difference(tmp_path: Path) -> None:
    moved = brought(
        tmp_path,
        {1: "6.00", 2: "-5.00"},
        ("a", 1, 2, "5.00", "", "2020-01-02"),
        ("a", 1, 2, "5.00", "", "2020-01-02"),
    )

    require_sums(moved)
    assert [one.why for one in moved.result.differences] == [Why.REST]


@pytest.mark.parametrize("opening", [True, False])
def test_an_opening_takes_the_rest_away(tmp_path: Path, *, opening: bool) -> None:
    moved = brought(
        tmp_path,
        {1: "6.00", 2: "-5.00"},
        ("a", 1, 2, "5.00", "", "2020-01-02"),
        opening=opening,
    )

    require_sums(moved)
    assert len(moved.result.differences) == (0 if opening else 1)


def test_a_trade_with_another_exchange_that_was_skipped_is_why_of_both(
    tmp_path: Path,
) -> None:
    files = {
        "settings.csv": table("ExchangeID,ExchangeTitle", ("CTTE", "C")),
        "users.csv": table("UID,UserType,Firstname", ("CTTE0001", "ind", "Ann")),
        "trades.csv": table(
            "ID,Seller,Buyer,RemoteExchange,RemoteBuyer,DateEntered,Amount,Levy",
            (1, "CTTE0001", "CTTEVIRT", "VILA", "VILA0002", "2011/05/14", "5.00", "0.00"),
            (2, "CTTE0001", "CTTEVIRT", "VILA", "VILA0002", "2011/05/15", "2.00", "0.00"),
        ),
        "balances.csv": table("UID,Balance", ("CTTE0001", "7"), ("CTTEVIRT", "-7")),
    }
    given = (Correction(file="trades.csv", row=3, skip=True),)

    moved = move(tmp_path / "data", folder(tmp_path / "files", files), given=given)

    require_sums(moved)
    assert {one.account: parts(one) for one in moved.result.differences} == {
        "CTTE0001": {Why.CORRECTED: "2.00"},
        "CTTEVIRT": {Why.CORRECTED: "-2.00"},
    }


def test_what_is_stated_of_nobody_is_told_so(tmp_path: Path) -> None:
    files = {
        "settings.csv": table("ExchangeID,ExchangeTitle", ("CTTE", "C")),
        "users.csv": table("UID,UserType,Firstname", ("CTTE0001", "ind", "Ann")),
        "balances.csv": table("UID,Balance", ("CTTE0002", "7")),
    }

    moved = move(tmp_path / "data", folder(tmp_path / "files", files))

    require_sums(moved)
    assert [one.why for one in moved.result.differences] == [Why.NO_ACCOUNT]


def test_seconds_that_the_files_cut_off_are_why(tmp_path: Path) -> None:
    header = "N,Name,Email,Phone,Phone 2,Created,Last,Locale,Balance"
    when = "2015-02-03 10:00:00 UTC"
    files = {
        "Member.csv": table(
            header,
            (1, "Ann", "", "", "", when, "", "en", "-2:01"),
            (2, "Bob", "", "", "", when, "", "en", "2:09"),
        ),
        "Transfer.csv": table(
            "Date,From,To,Post,Quantity",
            (when, "Ann (1)", "Bob (2)", "", "1:00"),
            (when, "Ann (1)", "Bob (2)", "", "1:00"),
        ),
    }

    moved = move(
        tmp_path / "data",
        folder(tmp_path / "files", files),
        System.CSV,
        hour_value=None,
        code="BANC",
    )

    assert [(one.ours, one.why) for one in moved.result.differences] == [
        ("-120", Why.CUT),
        ("120", Why.REST),
    ]
