"""The wire between simulated nodes: what is under way on it, and what it does to that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random

from federation.errors import FederationError
from federation.signing import Answer
from tests.support.nodes import Node
from tests.support.wire import Parcel, comparison, hear, next_letters, receive

_REPEATED = 0.1
_IMPATIENT = 0.1
"""How often somebody sends again while the first request is still under way."""


@dataclass(slots=True)
class Request:
    """A parcel on its way; nobody waits for the answer once its sender has died."""

    parcel: Parcel
    awaited: bool = True

    @property
    def way(self) -> tuple[str, str]:
        return self.parcel.sender.name, self.parcel.receiver


@dataclass(slots=True)
class Response:
    """An answer on its way back."""

    request: Request
    answer: Answer

    @property
    def way(self) -> tuple[str, str]:
        sender, receiver = self.request.way
        return receiver, sender


@dataclass
class Post:
    """Each method is one thing that can happen; it says what it was, or "" if nothing."""

    random: Random
    nodes: Mapping[str, Node]
    peers: Mapping[str, tuple[str, ...]]
    """By node, the nodes it has an agreement with."""
    requests: list[Request] = field(default_factory=list)
    responses: list[Response] = field(default_factory=list)
    closed: set[tuple[str, str]] = field(default_factory=set)

    def send(self) -> str:
        """Let a courier set out with what waits in an outbox."""
        busy = {request.way for request in self.requests if request.awaited}
        busy |= {response.request.way for response in self.responses}
        for node, peer in self._ways():
            if (node.name, peer) in busy and self.random.random() > _IMPATIENT:
                continue
            parcel = next_letters(node, peer)
            if parcel is not None:
                self.requests.append(Request(parcel))
                return f"{node.name} sends to {peer}: {parcel.about}"
        return ""

    def compare(self) -> str:
        """Let a node begin to compare its books with those of a peer."""
        node, peer = self._ways()[0]
        self.requests.append(Request(comparison(node, peer)))
        return f"{node.name} compares books with {peer}"

    def deliver(self) -> str:
        """Bring a request to its receiver; sometimes it will come once more."""
        found = [each for each in self.requests if each.way not in self.closed]
        if not found:
            return ""
        request = self.random.choice(found)
        if self.random.random() > _REPEATED:
            self.requests.remove(request)
        parcel = request.parcel
        answer = receive(self.nodes[parcel.receiver], parcel.request)
        if request.awaited:
            self.responses.append(Response(request, answer))
        to = f"{parcel.receiver} answers {answer.status} to {parcel.sender.name}"
        return f"{to}: {parcel.about}"

    def bring_back(self) -> str:
        """Bring an answer to whoever waits for it."""
        found = [each for each in self.responses if each.way not in self.closed]
        if not found:
            return ""
        response = self.random.choice(found)
        self.responses.remove(response)
        return listen(response.request.parcel, response.answer)

    def lose(self) -> str:
        """Lose a request or an answer, without a word."""
        under_way: list[Request | Response] = [*self.requests, *self.responses]
        if not under_way:
            return ""
        lost = self.random.choice(under_way)
        if isinstance(lost, Request):
            self.requests.remove(lost)
            return f"the request of {lost.parcel.about} is lost"
        self.responses.remove(lost)
        return f"the answer to {lost.request.parcel.about} is lost"

    def part(self) -> str:
        """Close a way in one direction, or open it again."""
        if self.closed and self.random.random() > _REPEATED:
            way = self.random.choice(sorted(self.closed))
            self.closed.remove(way)
            return f"the way {way} is open again"
        node, peer = self._ways()[0]
        self.closed.add((node.name, peer))
        return f"the way from {node.name} to {peer} is closed"

    def hang_up(self, node: Node) -> None:
        """A process has ended: its requests are under way, and it waits for nothing."""
        for request in self.requests:
            request.awaited &= request.parcel.sender is not node
        self.responses = [
            each for each in self.responses if each.request.parcel.sender is not node
        ]

    def forget(self, name: str) -> None:
        """So much time has passed that nothing from or to a node is under way."""
        self.requests = [each for each in self.requests if name not in each.way]
        self.responses = [each for each in self.responses if name not in each.way]

    def talk(self, node: Node, peer: str) -> str:
        """Say what comes next to a peer at once, and hear the answer; "" if nothing."""
        parcel = next_letters(node, peer)
        return "" if parcel is None else self.exchange(parcel)

    def exchange(self, parcel: Parcel) -> str:
        answer = receive(self.nodes[parcel.receiver], parcel.request)
        return listen(parcel, answer)

    def _ways(self) -> list[tuple[Node, str]]:
        """Return all ways there are from node to node, in any order."""
        ways = [
            (node, peer) for node in self.nodes.values() for peer in self.peers[node.name]
        ]
        return self.random.sample(ways, len(ways))


def listen(parcel: Parcel, answer: Answer) -> str:
    """Take an answer in; say what became of it."""
    about = f"{parcel.sender.name} hears {answer.status} about {parcel.about}"
    try:
        hear(parcel, answer)
    except FederationError as error:
        return f"{about}: {error.reason}"
    return about
