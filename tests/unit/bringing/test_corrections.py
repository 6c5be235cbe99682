"""Rows that cannot be taken are corrected or left out, by a report that was filled in."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from cesnode.errors import Code
from cesnode.formats import corrections
from cesnode.formats.brought import Problem
from cesnode.formats.corrections import Correction
from cesnode.services.bringing.outcome import NOTHING
from cesnode.services.bringing.systems import System
from cesnode.store.store import reading
from tests.support.bringing import Move, balances, move, require_sound
from tests.support.exchanges import refused
from tests.support.foreign import folder, table, village

HEADER = "id,seller,buyer,amount,event_on"
FILES = {
    "members.csv": table(
        "number,name,email,balance", (1, "Ann", "nobody", "7.00"), (2, "Bob", "", "-7.00")
    ),
    "trades.csv": table(
        HEADER,
        ("a", 1, 2, "5.00", "2020-01-02"),
        ("b", 1, 99, "2.00", "2020-01-03"),
        ("c", 1, 2, "much", "2020-01-04"),
    ),
}


def sheets(place: Path) -> Path:
    return folder(place, FILES)


def filled_in(problems: list[Problem], **values: str) -> tuple[Correction, ...]:
    """Fill a report in as somebody would in a spreadsheet: `skip`, or a value."""
    rows = list(csv.DictReader(io.StringIO(corrections.report(problems, ()))))
    for row in rows:
        value = values.get(row["column"], "")
        row["skip" if value == "skip" else "value"] = "1" if value == "skip" else value
    file = io.StringIO()
    writer = csv.DictWriter(file, corrections.COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    return corrections.read(file.getvalue(), "problems.csv")


def bring(
    tmp_path: Path, given: tuple[Correction, ...] = (), *, apply: bool = True
) -> Move:
    path = sheets(tmp_path / "files")
    return move(tmp_path / "data", path, System.CSV, code="OAKV", given=given, apply=apply)


def test_a_cell_is_corrected_and_a_row_left_out(tmp_path: Path) -> None:
    tried = bring(tmp_path, apply=False)
    given = filled_in(tried.problems, buyer="2", amount="skip", email="ann@oak.example")

    moved = bring(tmp_path, given)

    assert [one.column for one in tried.problems] == ["email", "amount", "buyer"]
    assert [one.found for one in tried.problems] == [
        "nobody",
        "much",
        "b, 1, 99, 2.00, 2020-01-03",
    ]
    assert (moved.reasons, moved.result.differences) == ([], ())
    assert balances(tmp_path / "data")["OAKV0001"] == "7.00"
    require_sound(tmp_path / "data")


def test_the_same_files_with_the_same_corrections_change_nothing(tmp_path: Path) -> None:
    given = filled_in(bring(tmp_path, apply=False).problems, buyer="2", amount="skip")
    bring(tmp_path, given)

    again = bring(tmp_path, given)

    assert again.result.added == NOTHING
    assert balances(tmp_path / "data")["OAKV0001"] == "7.00"


def test_that_rows_were_corrected_is_kept_among_the_acts(tmp_path: Path) -> None:
    given = filled_in(bring(tmp_path, apply=False).problems, buyer="2", amount="skip")
    bring(tmp_path, given)

    with reading(tmp_path / "data") as reader:
        (details,) = reader.one("SELECT details FROM acts WHERE kind = 'community.brought'")

    assert '"corrections":2' in details


def test_a_correction_is_never_applied_to_another_row(tmp_path: Path) -> None:
    given = (
        Correction(file="trades.csv", row=2, column="amount", found="4.00", value="9"),
        Correction(file="trades.csv", row=77, skip=True),
        Correction(file="trades.csv", row=3, column="fee", value="9"),
    )

    moved = bring(tmp_path, given)

    assert [one.row for one in moved.problems if "not applied" in one.reason] == [2, 3, 77]
    assert balances(tmp_path / "data")["OAKV0001"] == "5.00"


def test_a_row_that_does_not_fit_its_header_is_written_anew(tmp_path: Path) -> None:
    made = {**FILES, "trades.csv": b"seller,buyer,amount,event_on\n1,2,5,00,2020-01-02\n"}
    path = folder(tmp_path / "files", made)
    anew = Correction(
        file="trades.csv",
        row=2,
        found="1, 2, 5, 00, 2020-01-02",
        value="1,2,7.00,2020-01-02",
    )

    moved = move(tmp_path / "data", path, System.CSV, code="OAKV", given=(anew,))

    assert moved.result.differences == ()
    assert [one.file for one in moved.problems] == ["members.csv"]


def test_a_report_shows_no_password(tmp_path: Path) -> None:
    ces = village()
    ces.join(7, Email="nonsense")
    ces.users[-1] = [*ces.users[-1], "one", "two", "too many"]

    moved = move(tmp_path / "data", folder(tmp_path / "files", ces.files()), apply=False)

    report = corrections.report(moved.problems, ())
    assert "users.csv" in report
    assert "plain-secret" not in report


@pytest.mark.parametrize(
    "content",
    [
        "file,row,skip,value\n" + "trades.csv,2,1,\n" * 10_001,
        "file,row,skip,value\n" + "x" * corrections.LONGEST,
        "row,column\n",
        "file,row,skip,value\ntrades.csv,two,1,\n",
        "file,row,skip,value\ntrades.csv,2,1,5.00\n",
        "file,row,skip,value\ntrades.csv,2,perhaps,\n",
        "file,row,skip,value\ntrades.csv,2,,5.00,more\n",
        'file,row,skip,value\n"trades.csv,2,,5.00',
    ],
)
def test_a_table_that_is_no_filled_in_report_is_refused(content: str) -> None:
    with refused(Code.FILE_INVALID):
        corrections.read(content, "problems.csv")
