"""How fast a community comes over from another system, beside a loop over SQLite."""

from __future__ import annotations

import csv
import datetime
import random
import shutil
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec

from bench import processes
from bench.figures import Aim, Bound, Part, Row, Spread, Table, ratio
from bench.load import Outcome
from bench.parts.common import rates
from bench.place import Bench
from bench.processes import ProcessFailed

NAME = "bringing"
_TRADES, _MEMBERS = 30_000, 300
_A_THIRD = 1 / 3
_COMMITS = 2_000
_SEED = 7
_START = datetime.datetime(2005, 1, 1, tzinfo=datetime.UTC)
_APART = datetime.timedelta(minutes=90)


class Answer(msgspec.Struct, frozen=True):
    """What the command says, as far as it matters here."""

    trades: int
    differences: list[object]


def measure(bench: Bench) -> Part:
    """Bring ten years of a community over, then let the loop commit; and round again."""
    files = _write(bench.folder / "ces")
    loop = bench.community()
    bringing: list[float] = []
    commits: list[Outcome] = []
    for turn in range(bench.effort.turns):
        bench.say(f"Bringing a community: turn {turn + 1} of {bench.effort.turns} …")
        bringing.append(_bring(files, bench.folder / "brought"))
        words = ("-m", "bench.sqlite_loop", str(loop.folder), str(_COMMITS))
        (said,) = processes.run([words])
        commits.append(msgspec.json.decode(said, type=Outcome))
    share = ratio(bringing, rates(commits))
    rows = (
        Row("cesnode import", (Spread.of(bringing),)),
        Row("a SQLite loop", (Spread.of(rates(commits)),)),
    )
    title = f"{_TRADES:,} trades of {_MEMBERS} members, the whole command"
    return Part(
        NAME,
        (Table(title, ("trades/s",), rows),),
        (Aim("trades/s of import, of a SQLite loop", share, Bound.AT_LEAST, _A_THIRD),),
    )


def _bring(files: Path, folder: Path) -> float:
    shutil.rmtree(folder, ignore_errors=True)
    began = time.perf_counter()
    words = ("cli.py", "import", "ces", str(files), "--data", str(folder))
    (said,) = processes.run([(*words, "--hour-value", "10", "--apply", "--json")])
    seconds = time.perf_counter() - began
    answer = msgspec.json.decode(said, type=Answer)
    if answer.trades != _TRADES or answer.differences:
        raise ProcessFailed(f"not all came over, so how fast means nothing: {answer}")
    return _TRADES / seconds


def _write(folder: Path) -> Path:
    """Make tables up as CES writes them, with the balances that they come to."""
    folder.mkdir()
    chance = random.Random(_SEED)  # noqa: S311 - to be repeatable
    held = [0] * (_MEMBERS + 1)
    trades = []
    for place in range(_TRADES):
        seller, buyer = chance.sample(range(1, _MEMBERS + 1), 2)
        amount = chance.randint(1, 20_000)
        levy = (amount * 2 + 50) // 100
        held[seller] += amount - levy
        held[buyer] -= amount + levy
        held[0] += 2 * levy
        at = (_START + place * _APART).strftime("%Y/%m/%d %H:%M:%S")
        sides = (_uid(seller), _uid(buyer))
        trades.append(
            (place + 1, *sides, at, _units(amount), _units(levy), 2, "Vegetables")
        )
    _table(
        folder / "settings.csv",
        ("ExchangeID", "ExchangeTitle", "LevyRate", "CurNamePlural", "DateAdded"),
        [("BNCH", "Bench", 2, "Talents", "2003/01/01")],
    )
    _table(
        folder / "users.csv",
        ("UID", "UserType", "Surname", "Email", "Created"),
        [
            (_uid(n), "ind", f"Person {n}", f"{n}@example.org", "2004/01/01")
            for n in range(_MEMBERS + 1)
        ],
    )
    columns = ("ID", "Seller", "Buyer", "DateEntered", "Amount", "Levy", "LevyRate")
    _table(folder / "trades.csv", (*columns, "Description"), trades)
    balances = [(_uid(n), _units(balance)) for n, balance in enumerate(held)]
    _table(folder / "balances.csv", ("UID", "Balance"), balances)
    return folder


def _table(path: Path, header: tuple[str, ...], rows: Sequence[tuple[object, ...]]) -> None:
    with path.open("w", encoding="cp1252", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)


def _uid(serial: int) -> str:
    return f"BNCH{serial:04}"


def _units(minor: int) -> str:
    return f"{minor / 100:.2f}"
