"""Oakvale owes Vila Nova something, and both deal with that outside of trades."""

from __future__ import annotations

from cesnode.community.roles import OPERATOR
from cesnode.services.clearing import settling
from cesnode.store import accounts, alarms, settlements
from cesnode.store.auditor import audit
from cesnode.store.database import FILE
from cesnode.store.settlements import Settlement, SettlementState
from tests.support.nodes import Node
from tests.support.stage import Stage
from tests.support.talking import compare, talk


def indebted(stage: Stage) -> Stage:
    """Let Oakvale owe three hours: 30 leaves, 3 horas."""
    stage.buys(1, "3.00")
    talk(stage.oak, stage.vila)
    return stage


def propose(stage: Stage, amount: str = "10") -> Settlement:
    oak = stage.oak
    return oak.write(
        settling.propose,
        oak.here,
        OPERATOR,
        "VILA",
        amount=amount,
        what="ten sacks of flour",
        now=oak.now,
    )


def agree(stage: Stage, settlement: Settlement) -> Settlement:
    vila = stage.vila
    return vila.write(settling.agree, vila.here, OPERATOR, settlement.id, now=vila.now)


def refuse(stage: Stage, settlement: Settlement) -> Settlement:
    vila = stage.vila
    return vila.write(
        settling.refuse, vila.here, OPERATOR, settlement.id, why="not yet", now=vila.now
    )


def write_off(stage: Stage, amount: str) -> int:
    vila = stage.vila
    return vila.write(
        settling.write_off,
        vila.here,
        OPERATOR,
        "OAKV",
        amount=amount,
        why="a present",
        now=vila.now,
    )


def clearing(stage: Stage) -> tuple[int, int]:
    """Return what Oakvale's books say it owes, and what Vila Nova's say it is owed."""
    ours = stage.oak.read(accounts.by_number, "OAKV-VILA").position.balance
    theirs = stage.vila.read(accounts.by_number, "VILA-OAKV").position.balance
    return ours, -theirs


def community(node: Node, number: str) -> int:
    return node.read(accounts.by_number, number).position.balance


def state(node: Node, settlement: Settlement) -> SettlementState | None:
    found = node.read(settlements.find, settlement.id)
    return found.state if found else None


def kinds(node: Node) -> set[str]:
    return {alarm.kind for alarm in node.read(alarms.standing)}


def in_sync(stage: Stage) -> bool:
    compare(stage.oak, stage.vila)
    for node in (stage.oak, stage.vila):
        assert audit(node.folder / FILE).findings == ()
    return stage.vila_at_oak().reconciliation == "in-sync"
