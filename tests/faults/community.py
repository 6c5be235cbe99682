"""A community to break: people with tokens, trading without limits."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cesnode.community.exchange import Exchange
from cesnode.community.roles import OPERATOR, Role, Scope
from cesnode.community.rules import HouseRules
from cesnode.ledger.limits import Limits
from cesnode.services import access
from cesnode.store.store import writing
from tests.support.exchanges import BOTH_SIDES, NOW, found, join, oakvale

PEOPLE = 8


@dataclass(frozen=True, slots=True)
class Resident:
    """Somebody with an account and a token for all they may do."""

    number: str
    token: str

    @property
    def header(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


@dataclass(frozen=True, slots=True)
class Community:
    folder: Path
    people: tuple[Resident, ...]


WITHOUT_LIMITS = HouseRules(limits=Limits(None, None), levy=BOTH_SIDES)


def gather(
    folder: Path, *, people: int = PEOPLE, exchange: Exchange | None = None
) -> Community:
    """Found an exchange; the first who joins is its admin."""
    found(folder, exchange or oakvale(rules=WITHOUT_LIMITS))
    return Community(folder, tuple(_join(folder, serial) for serial in range(people)))


def _join(folder: Path, serial: int) -> Resident:
    role = Role.MEMBER if serial else Role.ADMIN
    with writing(folder) as writer:
        person = join(writer, f"Resident {serial}", role=role)
        token = access.create_token(
            writer, OPERATOR, person.number, scope=Scope.ADMIN, label="", now=NOW
        )
    return Resident(person.number, token.text)
