"""Long histories: every balance is right, and memory does not grow with the files."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from cesnode.community.roles import OPERATOR
from cesnode.formats.brought import Wanted
from cesnode.services.bringing import bringing
from cesnode.services.bringing import reading as reading_on
from cesnode.services.bringing.bringing import bring
from cesnode.services.bringing.gathering import gathered
from cesnode.services.bringing.starting import Choice
from cesnode.services.bringing.systems import System
from cesnode.services.leaving.leaving import Leaving, leave
from cesnode.store.store import reading
from tests.faults.effort import effort
from tests.support import foreign_towns
from tests.support.bringing import MOVED, balances, move, require_sound
from tests.support.foreign import folder, town, village
from tests.support.node import ROOT

_MEASURE = """
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from cesnode.formats.brought import Wanted
from cesnode.services.bringing.gathering import gathered
from cesnode.services.bringing.systems import System
with gathered(Path(sys.argv[1]), System.CES, Wanted()) as found:
    rows = sum(1 for _ in found.rows())
status = Path("/proc/self/status").read_text()  # getrusage counts the parent's too.
peak = int(status.partition("VmHWM:")[2].split()[0]) // 1024
print(rows, found.problems.count, peak)
"""


def test_ten_years_of_a_small_town_come_over_with_every_balance(tmp_path: Path) -> None:
    ces = town(40, 1_000)

    moved = move(tmp_path / "data", folder(tmp_path / "files", ces.files()))

    assert moved.result.differences == ()
    held = balances(tmp_path / "data")
    assert {uid: held[uid] for uid in ces.sums if not uid.endswith("VIRT")} == {
        uid: f"{cents / 100:.2f}"
        for uid, cents in ces.sums.items()
        if not uid.endswith("VIRT")
    }
    require_sound(tmp_path / "data")


@pytest.mark.faults  # Slow; it breaks nothing.
def test_ten_years_of_three_hundred_members_come_over_and_leave_in_each_format(
    tmp_path: Path,
) -> None:
    members, trades = effort((40, 1_000), (300, 30_000))
    ces = town(members, trades)
    data = tmp_path / "data"

    moved = move(data, folder(tmp_path / "files", ces.files()))

    assert moved.result.differences == ()
    assert moved.result.trades > trades * 0.95
    require_sound(data)
    theirs = {number: text for number, text in balances(data).items() if "-" not in number}
    for form in (Leaving.CSV, Leaving.CES, Leaving.BUNDLE):
        with reading(data) as reader:
            leave(reader, OPERATOR, data, form, tmp_path / form, now=MOVED)
        again = move(tmp_path / f"from-{form}", tmp_path / form, System(form))
        ours = balances(tmp_path / f"from-{form}")
        assert again.result.differences == ()
        assert {number: ours[number] for number in theirs} == theirs
        require_sound(tmp_path / f"from-{form}")


@pytest.mark.faults  # Slow; it breaks nothing.
@pytest.mark.parametrize(
    ("system", "told", "scale"),
    [
        (System.CES, foreign_towns.ces_v2, 2),
        (System.INTEGRALCES, foreign_towns.integralces, 2),
        (System.CSV, foreign_towns.elas, 0),
        (System.CSV, foreign_towns.timeoverflow, 0),
    ],
)
def test_ten_years_of_three_hundred_members_come_over_in_each_format(
    tmp_path: Path,
    system: System,
    told: Callable[[int, int], tuple[Mapping[str, bytes], Mapping[str, int]]],
    scale: int,
) -> None:
    members, trades = effort((40, 1_000), (300, 30_000))
    files, sums = told(members, trades)

    moved = move(tmp_path / "data", folder(tmp_path / "files", files), system, code="CTTE")

    held = balances(tmp_path / "data")
    assert moved.result.differences == ()
    assert moved.result.trades > trades * 0.95
    assert {uid: held[uid] for uid in sums} == {
        uid: f"{minor / 10**scale:.{scale}f}" for uid, minor in sums.items()
    }
    require_sound(tmp_path / "data")


@pytest.mark.faults  # Slow; it breaks nothing.
def test_however_many_rows_are_read_within_a_bounded_memory(tmp_path: Path) -> None:
    rows, most_mib = effort((100_000, 120), (1_000_000, 300))
    path = folder(tmp_path / "files", village(3).files())
    with (path / "trades.csv").open("w", newline="", encoding="cp1252") as file:
        writer = csv.writer(file)
        writer.writerow(["ID", "Seller", "Buyer", "DateEntered", "Amount", "Description"])
        writer.writerows(
            (n, f"CTTE{n % 3 + 1:04}", f"CTTE{(n + 1) % 3 + 1:04}", "2011/05/14", "5.00",
             "Two hours in the garden")
            for n in range(rows)
        )  # fmt: skip

    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", _MEASURE, str(path)],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )

    read, problems, peak = map(int, done.stdout.split())
    assert (read, problems) == (rows, 0)
    assert peak < most_mib


def test_progress_is_told_by_rows_that_are_read_and_booked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bringing, "EVERY", 10)
    monkeypatch.setattr(reading_on, "EVERY", 10)
    told: list[tuple[int, int]] = []
    path = folder(tmp_path / "files", town(5, 35).files())

    read: list[tuple[int, int]] = []

    def heard(done: int, total: int) -> None:
        read.append((done, total))

    with gathered(path, System.CES, Wanted(), report=heard) as found:
        bring(
            tmp_path / "data",
            OPERATOR,
            found,
            Choice(hour_value="10"),
            apply=True,
            now=1_800_000_000,
            report=lambda done, total: told.append((done, total)),
        )

    # What is read is told by its row and the lines of the file, the header's too.
    assert read == [(11, 36), (21, 36), (31, 36)]
    assert told == [(0, 35), (10, 35), (20, 35), (30, 35), (35, 35)]
