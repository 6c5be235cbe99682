"""What monitors ask in Prometheus' words: requests, commits, what waits, the book's sum.

Whoever may read everything may read these, with a token of their own.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator

from aiohttp import web
from aiohttp.hdrs import METH_ALL
from aiohttp.typedefs import Handler
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    generate_latest,
)
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector
from typing_extensions import override

from cesnode.services import access, measuring
from cesnode.store import Reader, Store
from cesnode.store.measures import Measures, Waiting
from cesnode.web.api.reading import bearer
from cesnode.web.keys import CLOCK, COUNTERS, STORE

_NOBODY = "none"
"""The route of what is at no address."""
_OTHER = "OTHER"


@web.middleware
async def measure_requests(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Count what is answered, by the name of the route, never by its address."""
    begun = time.perf_counter()
    try:
        response = await handler(request)
    except web.HTTPException as answer:
        _note(request, answer.status, begun)
        raise
    _note(request, response.status, begun)
    return response


def _note(request: web.Request, status: int, begun: float) -> None:
    route = request.match_info.route.name or _NOBODY
    method = request.method if request.method in METH_ALL else _OTHER
    lasted = time.perf_counter() - begun
    request.app[COUNTERS].note(route, method, status, lasted)


async def metrics(request: web.Request) -> web.Response:
    store, now = request.app[STORE], request.app[CLOCK].now()
    measures = await store.read(_measure, bearer(request))
    book = CollectorRegistry()
    book.register(_Figures([*_of_store(store), *_of_book(measures, now)]))
    body = generate_latest(request.app[COUNTERS].registry) + generate_latest(book)
    return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})


def _measure(reader: Reader, token: str) -> Measures:
    return measuring.measure(reader, access.token_actor(reader, token))


class _Figures(Collector):
    """Figures that were taken beforehand."""

    def __init__(self, figures: Iterable[Metric]) -> None:
        self._figures = figures

    @override
    def collect(self) -> Iterable[Metric]:
        return self._figures


def _of_store(store: Store) -> Iterator[Metric]:
    commits = store.commits
    yield CounterMetricFamily("cesnode_commits", "Transactions on disk.", commits.count)
    yield CounterMetricFamily("cesnode_jobs", "Writes in them.", commits.jobs)
    yield GaugeMetricFamily("cesnode_queue", "Writes that wait.", store.waiting)
    yield GaugeMetricFamily(
        "cesnode_writable", "1, or 0 once the disk failed.", int(store.is_writable)
    )


def _of_book(book: Measures, now: int) -> Iterator[Metric]:
    gauges = (
        ("balances_sum", "The sum of all balances, which is 0.", book.balances),
        ("held", "What is reserved, in smallest parts.", book.held),
        ("trades_standing", "Trades posted and not reversed.", book.trades),
        ("trades_in_flight", "Trades with others not yet decided.", book.in_flight),
        ("alarms", "Alarms that nobody has settled.", book.alarms),
    )
    yield CounterMetricFamily("cesnode_transfers", "Links of the chain.", book.transfers)
    for name, about, value in gauges:
        yield GaugeMetricFamily(f"cesnode_{name}", about, value)
    yield from _of_peers(book.peers, now)


def _of_peers(peers: Iterable[Waiting], now: int) -> Iterator[Metric]:
    states = GaugeMetricFamily("cesnode_peer", "1, by state.", labels=("peer", "state"))
    letters = GaugeMetricFamily(
        "cesnode_outbox_letters", "Letters that wait.", labels=("peer",)
    )
    age = GaugeMetricFamily(
        "cesnode_outbox_oldest_seconds", "How long the first has waited.", labels=("peer",)
    )
    for peer in peers:
        states.add_metric((peer.peer, peer.state), 1)
        letters.add_metric((peer.peer,), peer.letters)
        waited = 0 if peer.oldest is None else max(0, now - peer.oldest)
        age.add_metric((peer.peer,), waited)
    yield from (states, letters, age)


routes = [web.get("/-/metrics", metrics, name="metrics")]
