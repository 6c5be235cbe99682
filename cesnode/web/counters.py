"""What this process counts of its requests, for web.metrics to tell."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
)

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Counters:
    """Counters of one application, beside what the machine says of the process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "cesnode_requests",
            "Requests answered.",
            ("route", "method", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "cesnode_request_seconds",
            "How long an answer took.",
            ("route",),
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self._connections = Gauge(
            "cesnode_connections", "Open connections.", registry=self.registry
        )
        ProcessCollector(registry=self.registry)
        self._places: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    def note(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count a request where it belongs; finding the place is most of the work."""
        place = (route, method, status)
        found = self._places.get(place)
        if found is None:
            found = self._places[place] = (
                self._requests.labels(route, method, str(status)),
                self._seconds.labels(route),
            )
        requests, lasted = found
        requests.inc()
        lasted.observe(seconds)

    def count_connections(self, inside: Callable[[], int]) -> None:
        """Say where to ask how many connections there are."""
        self._connections.set_function(inside)
