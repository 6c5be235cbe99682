"""Writes to a node's file from a process of its own, each wish as a command would.

Reads one wish in JSON from each line: ["record", seller, buyer, amount, id], ["accept",
id] or ["reverse", id].  Says "ready" first, then what came of each.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from uuid import UUID

import click

from cesnode.community.roles import OPERATOR
from cesnode.errors import NodeError
from cesnode.ledger.trades import Channel
from cesnode.services import trading
from cesnode.store import Writer
from cesnode.store.store import writing
from tests.support.exchanges import order


def main(folder: Path) -> None:
    click.echo("ready")
    for line in sys.stdin:
        kind, *rest = json.loads(line)
        try:
            with writing(folder) as writer:
                outcome = fulfil(writer, kind, rest)
        except NodeError as error:
            outcome = error.code
        click.echo(outcome)


def fulfil(writer: Writer, kind: str, rest: list[str]) -> str:
    now = int(time.time())
    if kind == "record":
        seller, buyer, amount, uuid = rest
        wish = order(seller, buyer, amount, id=UUID(uuid), channel=Channel.CLI)
        recorded = trading.record(writer, OPERATOR, wish, now=now)
        return "created" if recorded.created else "known"
    if kind == "accept":
        return trading.accept(writer, OPERATOR, rest[0], now=now).state
    return trading.reverse(writer, OPERATOR, rest[0], reason="twice", now=now).state


if __name__ == "__main__":
    main(Path(sys.argv[1]))
