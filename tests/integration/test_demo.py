"""The demonstration as a process of its own: communities that agree and keep trading."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from itertools import permutations
from pathlib import Path
from random import Random
from time import sleep
from typing import Any
from urllib.parse import urlsplit

import pytest

from cesnode.community.roles import OPERATOR
from cesnode.errors import Code
from cesnode.services.demonstration import abroad
from cesnode.services.membership import adding
from cesnode.store import Writer, peers
from cesnode.store.database import FILE
from cesnode.store.store import reading
from federation.peering import State
from tests.support.exchanges import NOW
from tests.support.node import CESNODE, Outcome, cesnode

CODES = ("OAKV", "VILA", "WAHA")
PATIENCE = 60
_TURN = 0.2


@dataclass(frozen=True, slots=True)
class Demo:
    """What is being served, as the command said it."""

    folder: Path
    views: Sequence[Mapping[str, Any]]

    def ask(self, code: str, *words: str) -> Outcome:
        return cesnode(*words, "--data", str(self.folder / code), "--json")

    def trades(self, code: str) -> Sequence[Mapping[str, Any]]:
        """Return the trades with other exchanges, as this one sees them."""
        listed = self.ask(code, "trade", "list", "--limit", "9999").json
        return [trade for trade in listed if trade["remote"]]


@contextmanager
def demonstrated(folder: Path, *words: str) -> Iterator[Demo]:
    """Serve the demonstration; stop it as Ctrl-C does, and see that it ends well."""
    with subprocess.Popen(  # noqa: S603 - our own program
        [*CESNODE, "demo", "--data", str(folder), "--json", *words],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            document = ""
            for line in process.stdout:
                document += line
                if line == "]\n":
                    break
            yield Demo(folder, json.loads(document))
        finally:
            process.send_signal(signal.SIGINT)
            code = process.wait(PATIENCE)
    assert code == 0


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """A first start of three communities, stopped when they have begun to trade."""
    with demonstrated(tmp_path_factory.mktemp("three"), "--port", "0") as demo:
        assert _eventually(lambda: all(_asked(demo, code) == 2 for code in CODES))
    return demo


@pytest.fixture(scope="module")
def three(first: Demo) -> Iterator[Demo]:
    """The same three communities, started again."""
    with demonstrated(first.folder) as demo:
        yield demo


def _asked(demo: Demo, code: str) -> int:
    """Return how many bills from elsewhere wait for the visitor."""
    visitor = demo.views[CODES.index(code)]["sign_ins"][0]["number"]
    return sum(
        trade["state"] == "requested" and trade["buyer"] == visitor
        for trade in demo.trades(code)
    )


def _get(view: Mapping[str, Any], path: str) -> tuple[int, bytes]:
    place = urlsplit(view["address"])
    asking = HTTPConnection(str(place.hostname), place.port, timeout=PATIENCE)
    asking.request("GET", path, headers={"Authorization": f"Bearer {view['token']}"})
    answer = asking.getresponse()
    told = answer.status, answer.read()
    asking.close()
    return told


def _eventually(found: Callable[[], bool]) -> bool:
    """Wait for what a process of its own does in the meantime."""
    for _ in range(int(PATIENCE / _TURN)):
        if found():
            return True
        sleep(_TURN)
    return False


def test_three_communities_answer_people_and_programs(three: Demo) -> None:
    assert [view["code"] for view in three.views] == list(CODES)
    for view in three.views:
        status, page = _get(view, "/")
        me = json.loads(_get(view, "/api/v1/me")[1])

        assert (status, view["name"] in page.decode()) == (200, True)
        assert me["name"] == view["sign_ins"][0]["name"]


def test_every_two_of_them_are_peers(three: Demo) -> None:
    for code in CODES:
        with reading(three.folder / code) as reader:
            found = {peer.code: peer.state for peer in peers.every(reader)}

        assert found == dict.fromkeys({*CODES} - {code}, State.ACTIVE)


@pytest.mark.parametrize(("buying", "selling"), list(permutations(CODES, 2)))
def test_people_buy_in_every_direction_and_both_sides_post_it(
    three: Demo, buying: str, selling: str
) -> None:
    def posted(code: str, other: str) -> dict[str, str]:
        """Return what was bought: what it was for, and what the seller asked."""
        return {
            trade["id"]: trade["description"]
            for trade in three.trades(code)
            if trade["state"] == "posted"
            and trade["remote"]["exchange"] == other
            and trade["buyer"].startswith(buying)
        }

    assert _eventually(lambda: len(posted(buying, selling)) > 2)
    bought = list(posted(buying, selling).values())
    assert _eventually(lambda: {*bought} <= {*posted(selling, buying).values()})


@pytest.mark.parametrize("code", CODES)
def test_bills_from_elsewhere_are_answered_but_the_visitor_s(
    three: Demo, code: str
) -> None:
    def answered() -> bool:
        return any(
            trade["state"] in {"posted", "declined"} and trade["channel"] == "federation"
            for trade in three.trades(code)
            if trade["buyer"].startswith(code)
        )

    assert _eventually(answered)
    assert _asked(three, code) == 2


def test_something_goes_on_happening(three: Demo) -> None:
    def count() -> int:
        return sum(
            len(three.ask(code, "trade", "list", "--limit", "9999").json) for code in CODES
        )

    before = count()

    assert _eventually(lambda: count() > before)


@pytest.mark.parametrize(("one", "other"), [("OAKV", "VILA"), ("WAHA", "OAKV")])
def test_their_books_agree_about_each_other(three: Demo, one: str, other: str) -> None:
    compared = three.ask(one, "peer", "reconcile", other)

    assert compared.code == 0, compared.stdout
    assert compared.json["reconciliation"] in {"in-sync", "held"}


@pytest.mark.parametrize("code", CODES)
def test_the_auditor_finds_nothing(three: Demo, code: str) -> None:
    checked = three.ask(code, "ledger", "check")

    assert (checked.code, checked.json["ok"], checked.json["sum"].strip("0.")) == (
        0,
        True,
        "",
    )


def test_a_second_start_serves_the_same_again(first: Demo, three: Demo) -> None:
    invitations: list[int] = []
    for code in CODES:
        with reading(three.folder / code) as reader:
            invitations += reader.one("SELECT count(*) FROM invites")

    assert three.views == first.views
    assert invitations == [2, 1, 0]


def test_what_is_known_elsewhere_stays_where_it_is(first: Demo) -> None:
    outcome = cesnode("demo", "--data", str(first.folder), "--port", "9", "--json")

    assert (outcome.code, outcome.error["field"]) == (1, "port")


def test_one_community_can_be_alone(tmp_path: Path) -> None:
    words = ("--nodes", "1", "--port", "0", "--seed", "3")
    with demonstrated(tmp_path, *words) as alone:
        pass
    made = (tmp_path / FILE).stat().st_ino

    with demonstrated(tmp_path, *words) as again:
        (view,) = again.views
        me = json.loads(_get(view, "/api/v1/me")[1])

    assert again.views == alone.views
    assert me["name"] == view["sign_ins"][0]["name"]
    assert (tmp_path / FILE).stat().st_ino == made
    assert (tmp_path / "keys" / "node.seed").exists()


@pytest.mark.parametrize("nodes", ["1", "3"])
def test_a_community_of_its_own_is_not_taken_for_a_demonstration(
    founded: Path, nodes: str
) -> None:
    outcome = cesnode("demo", "--data", str(founded), "--nodes", nodes, "--json")

    assert (outcome.code, outcome.error["code"]) == (1, Code.DATA_EXISTS)
    assert not (founded / "OAKV").exists()


def test_a_port_in_use_is_told_before_anything_is_made(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        outcome = cesnode("demo", "--data", str(folder), "--port", port, "--json")

    assert (outcome.code, outcome.error["code"]) == (1, Code.PORT_IN_USE)
    assert not folder.exists()


def test_people_of_the_same_numbers_but_other_names_are_left_in_peace(
    writer: Writer,
) -> None:
    for name in ("Ada", "Bob", "Cleo"):
        adding.add(writer, OPERATOR, adding.Newcomer(name=name), now=NOW)
    random = Random(1)  # noqa: S311 - to be repeatable

    assert abroad.offer(writer, random, now=NOW) is None
    assert abroad.buyer(writer, random, now=NOW) is None
    assert abroad.visitor(writer, now=NOW) is None
