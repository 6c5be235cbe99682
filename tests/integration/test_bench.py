"""The bench measures for real here, as little as it can; no figure is judged."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bench import processes
from bench.effort import Effort
from bench.figures import Aim, Bound, Part, Spread, ratio
from bench.identifiers import Ids
from bench.load import Job, Pages, Trades
from bench.pages import statement_pages
from bench.parts import local, pages, profiling, readers, searching
from bench.place import Bench
from bench.processes import ProcessFailed

TINY = Effort(
    turns=2,
    seconds=0.1,
    warm_up=0.05,
    accounts=10,
    connections=(2,),
    history=600,
    sizes=(600,),
    profiled_seconds=0.3,
    listings=200,
    large=600,
    pages=2,
)
"""A few requests; 600 trades among 10 accounts give the busiest a full page."""


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(TINY, tmp_path, say=lambda _: None)


@pytest.mark.parametrize("ids", Ids)
def test_the_ledger_check_accepts_a_filled_file(bench: Bench, ids: Ids) -> None:
    community = bench.community(600, ids=ids)

    verdict = check(community.folder)

    assert (verdict["ok"], verdict["transfers"]) == (True, 600)


def test_the_same_filling_makes_the_same_ledger(bench: Bench) -> None:
    first, second = (check(bench.community(40).folder) for _ in range(2))

    assert first["head"] == second["head"]


def test_a_filled_file_is_traded_with_and_still_in_order(bench: Bench) -> None:
    community = bench.community(600)

    with processes.node(community.folder) as server:
        ask = Trades(members=community.members)
        (outcome,) = processes.load(Job(server=server, connections=3, ask=ask, requests=30))

    assert outcome.answered == 30
    assert check(community.folder)["transfers"] == 630


def test_trades_are_compared_with_all_three_minima(bench: Bench) -> None:
    part = local.measure(bench)

    speeds, shares, _ = part.tables
    assert shares.columns == ("a bare echo", "a SQLite loop", "one commit per request")
    assert [row.label for row in speeds.rows] == ["2 connections"]
    assert all(figure.least > 0 for figure in figures(part))


def test_statements_are_read_beside_trades(bench: Bench) -> None:
    part = readers.measure(bench)

    assert [aim.bound for aim in part.aims] == [Bound.AT_LEAST, Bound.AT_MOST]
    assert all(figure.least > 0 for figure in figures(part))


def test_searches_are_compared_with_a_bare_query(bench: Bench) -> None:
    part = searching.measure(bench)

    (table,) = part.tables
    assert [row.figures[0].median > 0 for row in table.rows] == [True, True]
    assert len(part.aims) == 1


def test_pages_are_drawn_and_asked_for_again(bench: Bench) -> None:
    part = pages.measure(bench)

    (table,) = part.tables
    assert [row.label for row in table.rows] == ["/home", "/statement", "/people"]
    assert all(figure.least > 0 for figure in figures(part))
    assert len(part.aims) == 6


def test_the_profile_names_the_function_that_records_a_trade(bench: Bench) -> None:
    part = profiling.measure(bench)

    _, _, whole = part.tables
    labels = {row.label for row in whole.rows}
    assert "cesnode.services.trading:record" in labels


def test_a_page_that_is_read_is_full(bench: Bench) -> None:
    community = bench.community(600)

    pages = statement_pages(community)

    assert pages.paths
    with pytest.raises(ValueError, match="no account has 50 entries"):
        statement_pages(bench.community(20))


def test_an_answer_other_than_the_expected_ends_the_run(bench: Bench) -> None:
    community = bench.community()
    wrong = Pages(paths=(("/api/v1/me", "ces_nobodys"),))

    with (
        processes.node(community.folder) as server,
        pytest.raises(ProcessFailed, match="401"),
    ):
        processes.load(Job(server=server, connections=1, ask=wrong, requests=1))


def test_the_command_prints_one_json_document(tmp_path: Path) -> None:
    done = run("start", "--quick", "--json", "--folder", str(tmp_path))

    report = json.loads(done.stdout)
    (part,) = report["parts"]
    (table,) = part["tables"]
    assert set(report) == {"machine", "parts", "quick"}
    assert part["name"] == "start"
    assert table["columns"] == ["seconds"]
    assert [set(figure) for row in table["rows"] for figure in row["figures"]] == [
        {"least", "median", "most"}
    ] * len(table["rows"])
    assert [aim["what"] for aim in part["aims"]] == ["seconds to ready", "seconds for -h"]
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_bench_leaves_nothing_behind(
    tmp_path: Path, end: signal.Signals
) -> None:
    words = ["memory", "--folder", str(tmp_path)]
    with subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", "bench", *words],
        cwd=processes.ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        while not servers_on(tmp_path):
            assert process.poll() is None
            time.sleep(0.01)

        process.send_signal(end)
        process.wait(30)

    assert process.returncode != 0
    assert not servers_on(tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_ratio_is_taken_turn_by_turn() -> None:
    slow_then_fast = ratio([10.0, 100.0], [20.0, 200.0])

    assert slow_then_fast == Spread(0.5, 0.5, 0.5)


@pytest.mark.parametrize(
    ("bound", "met", "missed"), [(Bound.AT_LEAST, 3.0, 2.9), (Bound.AT_MOST, 3.0, 3.1)]
)
def test_an_aim_is_met_at_its_bound(bound: Bound, met: float, missed: float) -> None:
    assert Aim("trades", Spread.of([met]), bound, 3.0).is_met
    assert not Aim("trades", Spread.of([missed]), bound, 3.0).is_met


def test_ids_are_of_the_version_they_are_called_by() -> None:
    chance = random.Random(1)  # noqa: S311 - to be repeatable

    ordered = [Ids.ORDERED.new(milliseconds, chance) for milliseconds in range(50)]

    assert ordered == sorted(ordered)
    assert {one.version for one in ordered} == {7}
    assert Ids.RANDOM.new(0, chance).version == 4


def check(folder: Path) -> dict[str, object]:
    words = ("cli.py", "ledger", "check", "--data", str(folder), "--json")
    (said,) = processes.run([words])
    verdict: dict[str, object] = json.loads(said)
    return verdict


def figures(part: Part) -> list[Spread]:
    return [figure for table in part.tables for row in table.rows for figure in row.figures]


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "bench", *words],
        cwd=processes.ROOT,
        capture_output=True,
        text=True,
        check=True,
    )


def servers_on(folder: Path) -> list[str]:
    """Return the processes that were given a folder below this one."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().decode().split("\0")
        except OSError:  # It ended meanwhile.
            continue
        if "serve" in words and any(word.startswith(f"{folder}{os.sep}") for word in words):
            found.append(process.name)
    return found
