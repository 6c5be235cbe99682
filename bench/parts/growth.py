"""What a trade and a statement cost with a long history in the file."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field

from bench import processes
from bench.figures import Aim, Bound, Part, Row, Spread, Table, ratio
from bench.identifiers import Ids
from bench.load import Job, Outcome, Server, Trades
from bench.pages import statement_pages
from bench.parts.common import SPEED, cpu, rates, speed
from bench.place import Bench, Community

NAME = "growth"
_CONNECTIONS = 64
_READERS = 8
_MOST = 1.3
_PAGE_COLUMNS = (
    "pages/s",
    "CPU µs a page",
    "time, of the smallest",
    "CPU, of the smallest",
)


@dataclass(slots=True)
class Stand:
    """A file of one size, and what was seen of it."""

    community: Community
    server: Server
    trades: list[Outcome] = field(default_factory=list)
    pages: list[Outcome] = field(default_factory=list)


Stands = Mapping[Ids, Mapping[int, Stand]]


def measure(bench: Bench) -> Part:
    effort = bench.effort
    with ExitStack() as stack:
        stands = {
            ids: {size: _stand(bench, stack, size, ids) for size in effort.sizes}
            for ids in Ids
        }
        for turn in range(effort.turns):
            bench.say(f"Growth: turn {turn + 1} of {effort.turns} …")
            for ids, of_sizes in stands.items():
                for stand in of_sizes.values():
                    _take_turn(bench, stand, ids)
    return Part(NAME, _tables(stands), _aims(stands[Ids.ORDERED]))


def _stand(bench: Bench, stack: ExitStack, size: int, ids: Ids) -> Stand:
    community = bench.filled(size, ids=ids)
    return Stand(community, stack.enter_context(processes.node(community.folder)))


def _take_turn(bench: Bench, stand: Stand, ids: Ids) -> None:
    members = stand.community.members
    asks = (
        (Trades(members=members, ids=ids), _CONNECTIONS, stand.trades),
        (statement_pages(stand.community), _READERS, stand.pages),
    )
    for ask, connections, outcomes in asks:
        job = Job(
            server=stand.server,
            connections=connections,
            ask=ask,
            seconds=bench.effort.seconds,
            warm_up=bench.effort.warm_up,
        )
        outcomes.extend(processes.load(job))


def _tables(stands: Stands) -> tuple[Table, ...]:
    columns = (*SPEED, "time, of the smallest", "CPU, of the smallest")
    trades = tuple(
        Row(
            f"{size:,} · {ids}",
            (*speed(stand.trades), _time(stand.trades, least), _cpu(stand.trades, least)),
        )
        for ids, of_sizes in stands.items()
        for least in (_smallest(of_sizes).trades,)
        for size, stand in of_sizes.items()
    )
    pages = tuple(
        Row(
            f"{size:,} · {ids}",
            (
                Spread.of(rates(stand.pages)),
                Spread.of(cpu(stand.pages)),
                _time(stand.pages, least),
                _cpu(stand.pages, least),
            ),
        )
        for ids, of_sizes in stands.items()
        for least in (_smallest(of_sizes).pages,)
        for size, stand in of_sizes.items()
    )
    return (
        Table(
            f"Trades in the file: a further one, {_CONNECTIONS} connections",
            columns,
            trades,
        ),
        Table(f"A statement page of 50 lines, {_READERS} readers", _PAGE_COLUMNS, pages),
    )


def _aims(of_sizes: Mapping[int, Stand]) -> tuple[Aim, ...]:
    smallest, largest = min(of_sizes), max(of_sizes)
    least, most = of_sizes[smallest], of_sizes[largest]
    sizes = f"at {largest:,}, of that at {smallest:,}"
    return (
        Aim(
            f"time of a trade {sizes}",
            _time(most.trades, least.trades),
            Bound.AT_MOST,
            _MOST,
        ),
        Aim(
            f"time of a statement page {sizes}",
            _time(most.pages, least.pages),
            Bound.AT_MOST,
            _MOST,
        ),
    )


def _smallest(of_sizes: Mapping[int, Stand]) -> Stand:
    return of_sizes[min(of_sizes)]


def _time(turns: list[Outcome], least: list[Outcome]) -> Spread:
    return ratio(rates(least), rates(turns))


def _cpu(turns: list[Outcome], least: list[Outcome]) -> Spread:
    return ratio(cpu(turns), cpu(least))
