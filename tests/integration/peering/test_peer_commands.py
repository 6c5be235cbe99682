"""`cesnode peer …` as an operator types it, beside real servers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from cesnode.store import alarms, peers
from cesnode.store.store import writing
from tests.support.exchanges import NOW
from tests.support.exchanges_online import HOST
from tests.support.keepers import Keeper, meet
from tests.support.node import cesnode, cesnode_process, served


@pytest.fixture
def oak(tmp_path: Path) -> Keeper:
    return Keeper(tmp_path / "oak", "OAKV", "--units", "leaves", "--hour-value", "10")


@pytest.fixture
def vila(tmp_path: Path) -> Keeper:
    return Keeper(tmp_path / "vila", "VILA", "--units", "horas", "--kind", "time")


@pytest.fixture
def serving(oak: Keeper, vila: Keeper) -> Iterator[None]:
    with ExitStack() as stack:
        for keeper in (oak, vila):
            stack.enter_context(served(keeper.folder, "--port", str(keeper.port)))
        yield


def test_two_exchanges_agree_by_commands_beside_their_servers(
    oak: Keeper, vila: Keeper
) -> None:
    """Every command is a process of its own here, as it is for an operator."""

    def run(keeper: Keeper, *words: str) -> Any:  # noqa: ANN401 - a document
        done = cesnode_process("peer", *words, "--data", str(keeper.folder), "--json")
        assert done.code == 0, done.stderr
        return done.json

    with ExitStack() as stack:
        for keeper in (oak, vila):
            stack.enter_context(served(keeper.folder, "--port", str(keeper.port)))
        invitation = run(oak, "invite", "--credit-line", "500")["invite"]
        asked = run(vila, "accept", invitation, "--credit-line", "500")
        run(oak, "approve", "VILA")
        listed = (run(oak, "list"), run(vila, "list"))

    assert asked["state"] == "requested"
    ((ours,), (theirs,)) = listed
    assert {**ours, **_told("VILA", vila, "500.00")} == ours
    assert {**theirs, **_told("OAKV", oak, "500.00")} == theirs


def _told(code: str, keeper: Keeper, credit_line: str) -> dict[str, Any]:
    return {
        "code": code,
        "origin": f"http://{HOST}:{keeper.port}",
        "state": "active",
        "balance": "0.00",
        "credit_line": credit_line,
        "held": "0.00",
        "reconciliation": "in-sync",
    }


@pytest.mark.usefixtures("serving")
def test_every_change_is_shown_as_it_is_then(oak: Keeper, vila: Keeper) -> None:
    meet(oak, vila, "VILA")

    changed = oak("set", "VILA", "--credit-line", "800", "--max-trade", "50").json
    hidden = oak("set", "VILA", "--no-share-market", "--no-messages", "--share-groups").json
    paused = oak("pause", "VILA", "--why", "counting").json
    resting = vila.only()
    resumed = oak("resume", "VILA").json
    compared = oak("reconcile", "VILA").json
    closed = oak("close", "VILA", "--yes").json

    assert (changed["credit_line"], changed["max_trade"]) == ("800.00", "50.00")
    assert (changed["shares_market"], hidden["shares_market"]) == (True, False)
    assert (changed["carries_messages"], hidden["carries_messages"]) == (True, False)
    assert (changed["shares_groups"], hidden["shares_groups"]) == (False, True)
    assert paused["state"] == "paused"
    assert (resting["state"], resting["paused_there"]) == ("paused", True)
    assert resting["their_credit_line"] == "800.00"
    assert resumed["state"] == "active"
    assert compared["reconciliation"] == "in-sync"
    assert compared["reconciled_at"] is not None
    assert closed["state"] == "closed"


def test_a_node_that_is_down_is_told_later_and_the_operator_knows(
    oak: Keeper, vila: Keeper
) -> None:
    with served(oak.folder, "--port", str(oak.port)):
        invitation = oak("invite").json["invite"]
        with served(vila.folder, "--port", str(vila.port)):
            vila("accept", invitation)

        approved = oak("approve", "VILA")
        compared = oak("reconcile", "VILA")

    assert (approved.code, approved.json["state"]) == (3, "requested")
    assert approved.json["approved"]
    assert "as soon as it answers" in approved.stderr
    assert (compared.code, compared.json["reconciliation"]) == (3, "unreachable")


def test_what_is_refused_has_a_code_and_changes_nothing(oak: Keeper) -> None:
    own = oak("invite").json["invite"]

    refusals = {
        code: oak(*words).error["code"]
        for code, words in {
            "invite_own": ("accept", own),
            "invite_invalid": ("accept", "hello"),
            "unknown_peer": ("approve", "NONE"),
            "field_invalid": ("invite", "--credit-line", "-5"),
            "amount_invalid": ("invite", "--credit-line", "much"),
        }.items()
    }

    assert refusals == {code: code for code in refusals}
    assert oak.listed() == []


@pytest.mark.usefixtures("serving")
def test_people_are_shown_whom_they_are_dealing_with(oak: Keeper, vila: Keeper) -> None:
    invited = oak("invite").json

    accepted = vila("accept", invited["invite"])
    shown = cesnode("peer", "show", "OAKV", "--data", str(vila.folder))
    listed = cesnode("peer", "list", "--data", str(oak.folder))

    for words in ("Oakv Town", "leaves, 10 to the hour", invited["fingerprint"]):
        assert words in accepted.stderr
    assert invited["fingerprint"] in shown.stdout
    assert "they have still to answer" in shown.stdout
    assert "asks for our approval" in listed.stdout


@pytest.mark.usefixtures("serving")
def test_an_alarm_that_stands_asks_for_attention(oak: Keeper, vila: Keeper) -> None:
    meet(oak, vila, "VILA")
    quiet = [oak(*words).code for words in (("list",), ("show", "VILA"))]

    _raise(oak, "waiting")
    known = oak("list")
    _raise(oak, "stuck")
    listed, shown = oak("list"), oak("show", "VILA")

    (only,) = listed.json
    assert quiet == [0, 0]
    assert known.code == 0  # Worth knowing, but nobody has to do anything yet.
    assert (listed.code, shown.code) == (3, 3)
    assert [one["kind"] for one in only["alarms"]] == ["waiting", "stuck"]
    assert shown.json == only


@pytest.mark.usefixtures("serving")
def test_what_is_lent_stands_in_the_chain(oak: Keeper, vila: Keeper) -> None:
    meet(oak, vila, "VILA")
    oak("set", "VILA", "--credit-line", "300")

    (first, second) = (one for one in oak.only()["noted_limits"] if one["by_us"])
    shown = cesnode("peer", "show", "VILA", "--data", str(oak.folder))

    assert (first["credit_line"], second["credit_line"]) == ("500.00", "300.00")
    assert (first["seq"], second["seq"], second["terms_version"]) == (1, 2, 2)
    assert "we lend 300.00 OAKV from entry 2 on, terms 2" in shown.stdout


def _raise(keeper: Keeper, kind: str) -> None:
    with writing(keeper.folder) as writer:
        peer = peers.find(writer, "VILA")
        alarms.insert(writer, peer=peer.id, kind=kind, details="", now=NOW)
