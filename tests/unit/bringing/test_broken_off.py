"""Whatever breaks a run off, the next one reads on where it stopped, and tells the same."""

from __future__ import annotations

import csv
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from cesnode.community.roles import OPERATOR
from cesnode.formats.brought import Problem, Wanted
from cesnode.formats.corrections import Correction
from cesnode.services.bringing import reading as reading_on
from cesnode.services.bringing.bringing import bring
from cesnode.services.bringing.gathering import gathered
from cesnode.services.bringing.starting import Choice
from cesnode.services.bringing.systems import System
from cesnode.store import readings
from tests.support.bringing import MOVED
from tests.support.foreign import folder, table, village
from tests.support.node import ROOT

ROWS = 9_000
_READ = """
import os, signal, sys
from pathlib import Path
from cesnode.formats.brought import Wanted
from cesnode.services.bringing import reading, settling
from cesnode.services.bringing.gathering import gathered
from cesnode.services.bringing.systems import System
last = int(sys.argv[4])
def die(done=0, total=0):
    if done >= last:
        os.kill(os.getpid(), signal.SIGKILL)
if last == 0:  # While what was read is settled: the indexes are there, no more.
    settling._name_the_nameless = lambda staging: die()
    heard = lambda done, total: None
else:
    heard = die
files, system, data = Path(sys.argv[1]), System(sys.argv[2]), Path(sys.argv[3])
with gathered(files, system, Wanted(code="CTTE"), report=heard, folder=data):
    pass
"""
_FULL = """
import resource, sys
from pathlib import Path
from cesnode.formats.brought import Wanted
from cesnode.services.bringing.gathering import gathered
from cesnode.services.bringing.systems import System
resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
try:
    files, data, wanted = Path(sys.argv[1]), Path(sys.argv[2]), Wanted(code="CTTE")
    with gathered(files, System.CES, wanted, folder=data):
        pass
except Exception as error:
    print("Failed", repr(error))
"""
CTTE = Wanted(code="CTTE")


def ces(place: Path, rows: int = ROWS) -> Path:
    """Write many trades, of which some cannot be taken."""
    path = folder(place, village(3).files())
    with (path / "trades.csv").open("w", newline="", encoding="cp1252") as file:
        writer = csv.writer(file)
        writer.writerow(["ID", "Seller", "Buyer", "DateEntered", "Amount", "Description"])
        writer.writerows(
            (n, f"CTTE{n % 3 + 1:04}", f"CTTE{(n + 1) % 3 + 1:04}", "2011/05/14",
             "much" if n % 1000 == 7 else "5.00", "Two hours in the garden")
            for n in range(rows)
        )  # fmt: skip
    return path


def sheets(place: Path) -> Path:
    """Write trades and movements, of which each takes two rows."""
    trades = ((n, 1, 2, 5, "2011-05-14") for n in range(ROWS // 2))
    moves = (
        (n, "2012-01-01", "donation", number, amount)
        for n in range(ROWS // 2)
        for number, amount in ((1, -1), (2, 1))
    )
    files = {
        "members.csv": table("number,name", *((n, f"Member {n}") for n in (1, 2))),
        "trades.csv": table("id,seller,buyer,amount,event_on", *trades),
        "movements.csv": table("transfer,recorded_at,kind,account,amount", *moves),
    }
    return folder(place, files)


def broken_off(files: Path, system: System, data: Path, at: int) -> None:
    """Let a process read that is killed when it told of a row; 0: as it settles them."""
    words = (sys.executable, "-c", _READ, str(files), system, str(data), str(at))
    ended = subprocess.run(words, cwd=ROOT, check=False)  # noqa: S603 - our own program
    assert ended.returncode == -signal.SIGKILL


def read(
    files: Path,
    system: System,
    data: Path | None,
    given: Sequence[Correction] = (),
) -> tuple[int, list[object], list[Problem], list[tuple[int, int]]]:
    """Return how many rows were there before, all rows, all problems, and what was told."""
    told: list[tuple[int, int]] = []
    with gathered(
        files,
        system,
        CTTE,
        given,
        lambda *report: told.append(report),
        folder=data,
    ) as found:
        rows: list[object] = [(waiting.key, row) for waiting, row in found.rows()]
        return found.resumed, rows, list(found.told()), told


@pytest.mark.parametrize("at", [2_500, 4_500, 6_500, 0])
@pytest.mark.parametrize(
    ("system", "write"), [(System.CES, ces), (System.CSV, sheets)], ids=["ces", "csv"]
)
def test_a_run_that_was_killed_is_read_on_and_tells_the_same(
    at: int, system: System, write: Callable[[Path], Path], tmp_path: Path
) -> None:
    files = write(tmp_path / "files")
    broken_off(files, system, tmp_path / "data", at)

    resumed, rows, problems, told = read(files, system, tmp_path / "data")

    _, all_rows, all_problems, whole = read(files, system, None)
    assert (rows, problems) == (all_rows, all_problems)
    assert resumed == len(rows) if at == 0 else 2_000 <= resumed < len(rows), resumed
    assert told[0][0] > resumed  # Beginning with how far it was, of as much as ever.
    assert sorted(told) == told
    assert {total for _, total in told} == {total for _, total in whole}
    assert not (tmp_path / "data").exists()


def test_what_was_read_is_for_its_owner_alone(tmp_path: Path) -> None:
    data = tmp_path / "data"
    broken_off(ces(tmp_path / "files"), System.CES, data, 4_500)

    place = readings.place_of(data)

    assert place == tmp_path / "data.reading"
    for each in (place, *place.rglob("*")):
        assert stat.S_IMODE(each.stat().st_mode) == (0o700 if each.is_dir() else 0o600)


def test_files_that_changed_or_are_read_otherwise_are_read_anew(tmp_path: Path) -> None:
    data, files = tmp_path / "data", ces(tmp_path / "files")
    broken_off(files, System.CES, data, 4_500)
    with (files / "users.csv").open("a") as users:
        users.write("\n")

    resumed, *_ = read(files, System.CES, data)
    broken_off(files, System.CES, data, 4_500)
    decided, *_ = read(files, System.CES, data, [skipping(9)])

    assert (resumed, decided) == (0, 0)


def test_a_correction_of_a_row_that_was_read_before_is_known_to_be_applied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_on, "WORTH_KEEPING", 1)
    data, files, given = tmp_path / "data", ces(tmp_path / "files"), [skipping(9)]

    _, rows, problems, _ = read(files, System.CES, data, given)
    with gathered(files, System.CES, CTTE, given, folder=data) as found:
        applied = list(found.tables.corrections.applied)
        idle = list(found.tables.corrections.idle())
        again = [(waiting.key, row) for waiting, row in found.rows()]

    assert (found.resumed, again, list(found.told())) == (len(rows), rows, problems)
    assert (applied, idle) == (given, [])


def test_a_disk_that_is_full_costs_what_was_not_kept_yet(tmp_path: Path) -> None:
    data, files = tmp_path / "data", ces(tmp_path / "files")
    words = (sys.executable, "-c", _FULL, str(files), str(data))
    ended = subprocess.run(  # noqa: S603 - our own program
        words, cwd=ROOT, check=False, capture_output=True, text=True
    )

    resumed, rows, *_ = read(files, System.CES, data)

    assert "DiskFailed" in ended.stdout, ended
    assert 2_000 <= resumed < len(rows)


def test_what_was_read_goes_when_it_is_brought_over_or_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_on, "WORTH_KEEPING", 1)
    data, files = tmp_path / "data", ces(tmp_path / "files", 20)

    read(files, System.CES, data)
    kept = readings.place_of(data).is_dir()
    with gathered(files, System.CES, CTTE, folder=data) as found:
        bring(data, OPERATOR, found, Choice(hour_value="10"), apply=True, now=MOVED)
    read(files, System.CES, data)
    inside = (data / "reading").is_dir()
    readings.forget(data)

    assert (kept, inside) == (True, True)
    assert not (tmp_path / "data.reading").exists()
    assert not (data / "reading").exists()


def test_few_rows_are_kept_only_while_they_are_read(tmp_path: Path) -> None:
    data, files = tmp_path / "data", ces(tmp_path / "files")

    read(files, System.CES, data)

    assert sorted(tmp_path.iterdir()) == [files]


def test_whoever_reads_the_same_files_at_once_reads_them_alone(tmp_path: Path) -> None:
    data, files = tmp_path / "data", ces(tmp_path / "files", 20)

    with gathered(files, System.CES, CTTE, folder=data) as first:
        resumed, rows, *_ = read(files, System.CES, data)

        assert (resumed, len(rows)) == (0, first.count)


def test_nobody_who_does_not_come_back_leaves_anything_for_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_on, "WORTH_KEEPING", 1)
    data, files = tmp_path / "data", ces(tmp_path / "files", 20)
    data.mkdir()
    read(files, System.CES, data)
    began = int((data / "reading").stat().st_mtime)

    early = readings.sweep(data, now=began + readings.LONGEST_SECONDS - 1)
    late = readings.sweep(data, now=began + readings.LONGEST_SECONDS + 1)

    assert (early, late) == (False, True)
    assert not (data / "reading").exists()


def test_what_was_read_before_there_was_a_folder_is_not_left_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_on, "WORTH_KEEPING", 1)
    data, files = tmp_path / "data", ces(tmp_path / "files", 20)
    read(files, System.CES, data)
    beside = tmp_path / "data.reading"
    began = int(beside.stat().st_mtime)
    data.mkdir()  # The exchange is founded anew, and nothing is brought over.

    early = readings.sweep(data, now=began + readings.LONGEST_SECONDS - 1)
    late = readings.sweep(data, now=began + readings.LONGEST_SECONDS + 1)

    assert (early, late) == (False, True)
    assert not beside.exists()


def skipping(row: int) -> Correction:
    return Correction(file="trades.csv", row=row, skip=True)
