"""Exchanges as their operators keep them: a folder each, and a terminal."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Self

from tests.support.exchanges_online import HOST, free_port
from tests.support.node import Outcome, cesnode


class Keeper:
    """An exchange in a folder of its own, and whoever keeps it at a terminal."""

    def __init__(self, folder: Path, code: str, *more: str) -> None:
        self.folder = folder
        self.code = code
        self.port = free_port()
        made = cesnode(
            "init",
            *("--data", str(folder), "--code", code, "--name", f"{code.title()} Town"),
            *("--origin", f"http://{HOST}:{self.port}", "--allow-private-peers"),
            *more,
        )
        assert made.code == 0, made.stderr

    @classmethod
    def at(cls, folder: Path, code: str, port: int) -> Self:
        """Keep an exchange that was, or will be, copied to another place."""
        keeper = cls.__new__(cls)
        keeper.folder, keeper.code, keeper.port = folder, code, port
        return keeper

    def __call__(self, *words: str) -> Outcome:
        return cesnode("peer", *words, "--data", str(self.folder), "--json")

    def listed(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self("list").json
        return found

    def only(self) -> dict[str, Any]:
        (peer,) = self.listed()
        return peer

    def run(self, *words: str) -> Outcome:
        """Run any command on this exchange."""
        return cesnode(*words, "--data", str(self.folder), "--json")


def meet(one: Keeper, other: Keeper, other_code: str) -> None:
    """Let two exchanges agree that each lends the other."""
    invitation = one("invite", "--credit-line", "500").json["invite"]
    assert other("accept", invitation, "--credit-line", "50").code == 0
    assert one("approve", other_code).code == 0
