"""A federation under all that can happen to it, which also sets off what goes round."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from typing_extensions import override

from cesnode.community.roles import OPERATOR
from cesnode.errors import NodeError
from cesnode.services.clearing.setoffs import (
    agreeing,
    consenting,
    coordinating,
    finding,
    waiting,
)
from cesnode.store import Reader, accounts, setoff_parts, setoffs
from cesnode.store.setoffs import Setoff
from federation.setoff_states import UNDECIDED, SetoffState
from tests.support.federation import HOMES
from tests.support.nodes import Node
from tests.support.simulation import Action, Simulation

_AGREES = 0.8


class Circling(Simulation):
    """Members trade as ever; admins look for circles, propose, agree and change course.

    The folder holds three exchanges that owe one another in a ring and take part.
    """

    def __init__(self, folder: Path, seed: int) -> None:
        super().__init__(folder, HOMES, seed)
        self.is_ending = False
        self.cleared = 0

    @override
    def step(self, action: Action) -> bool:
        done = super().step(action)
        self._require_one_decision()
        return done

    @override
    def heal(self) -> None:
        """Let admins answer all that stands open, until all is decided everywhere."""
        self.is_ending = True
        super().heal()
        for node in self.nodes.values():
            node.read(_require_decided)
        self.cleared = len(self._states_of(SetoffState.CLEARED))

    @override
    def _business(self) -> tuple[tuple[int, Action], ...]:
        return (
            *super()._business(),
            (3, self._ask),
            (4, self._propose),
            (8, self._answer),
            (1, self._withdraw),
        )

    @override
    def tend(self, node: Node) -> str:
        """Do what a node's own jobs do; at the end its admins answer what is open."""
        told = self.members.tend(node)
        node.write(waiting.tend, node.here, now=node.now)
        if self.is_ending:
            for setoff in node.read(setoffs.undecided):
                if setoff.state is SetoffState.PROPOSED:
                    self._decide(node, setoff, agrees=True)
        return told

    def _ask(self) -> str:
        node = self._node()
        node.write(consenting.ask, node.here, now=node.now)
        return f"{node.name} asks what is owed"

    def _propose(self) -> str:
        node = self._node()
        found = node.read(finding.possible, OPERATOR, now=node.now)
        if not found:
            return ""
        key, hours = found[0].key, found[0].hours
        setoff = node.write(coordinating.propose, node.here, OPERATOR, key, now=node.now)
        return f"{node.name} proposes {setoff.id[-4:]}, of {hours}"

    def _answer(self) -> str:
        node = self._node()
        asked = [
            one for one in node.read(setoffs.undecided) if one.state is SetoffState.PROPOSED
        ]
        if not asked:
            return ""
        agrees = self.random.random() < _AGREES
        return self._decide(node, self.random.choice(asked), agrees=agrees)

    def _decide(self, node: Node, setoff: Setoff, *, agrees: bool) -> str:
        if agrees:
            try:
                node.write(agreeing.agree, node.here, OPERATOR, setoff.id, now=node.now)
            except NodeError as error:
                why = str(error)
            else:
                return f"{node.name} agrees to {setoff.id[-4:]}"
        else:
            why = "not this year"
        node.write(agreeing.decline, node.here, OPERATOR, setoff.id, why=why, now=node.now)
        return f"{node.name} declines {setoff.id[-4:]}: {why}"

    def _withdraw(self) -> str:
        node = self._node()
        ours = [one for one in node.read(setoffs.undecided) if one.via is None]
        if not ours:
            return ""
        setoff, why = self.random.choice(ours), "it takes too long"
        work = partial(coordinating.withdraw, why=why)
        node.write(work, node.here, OPERATOR, setoff.id, now=node.now)
        return f"{node.name} withdraws {setoff.id[-4:]}"

    def _require_one_decision(self) -> None:
        """Whatever was lost and put back: nobody clears what another has aborted."""
        cleared = self._states_of(SetoffState.CLEARED)
        aborted = self._states_of(SetoffState.ABORTED)
        assert not cleared & aborted, f"{cleared & aborted} is cleared and aborted"

    def _states_of(self, state: SetoffState) -> set[str]:
        found = (node.read(setoffs.every) for node in self.nodes.values())
        return {one.id for each in found for one in each if one.state is state}


def _require_decided(reader: Reader) -> None:
    for setoff in setoffs.every(reader):
        assert setoff.state not in UNDECIDED, f"{setoff.id} is still {setoff.state}"
        assert setoff.contradiction is None
        if setoff.state is SetoffState.CLEARED:
            parts = setoff_parts.of_setoff(reader, setoff.id)
            assert all(part.transfer is not None for part in parts), setoff.id
    assert not any(account.reserved for account in accounts.every(reader))
