"""A ledger in which all that can happen with another exchange has happened."""

from __future__ import annotations

from pathlib import Path

from cesnode.community.roles import OPERATOR
from cesnode.services.clearing import forcing, settling
from cesnode.services.clearing.letters import ASK_AGAIN
from cesnode.store import trades
from tests.support.exchanges import DAY
from tests.support.federation import OAKVALE, VILANOVA
from tests.support.nodes import Node
from tests.support.stage import Stage, order_for
from tests.support.talking import talk
from tests.support.wire import receive


def history(folder: Path) -> Path:
    """Trade between settled exchanges in a folder; return Oakvale's own."""
    stage = Stage(folder)
    oak, vila = stage.oak, stage.vila
    _force_too_early(stage)
    for amount in ("3.00", "2.00"):
        stage.buys(1, amount)  # Posted here.
        talk(oak, vila)
    stage.buys(2, "1.00", seller="0999")  # Refused there, so voided here.
    _sells(stage, "0001", "1.00")  # Committed here.
    _sells(stage, "0999", "1.00")  # Aborted here.
    talk(oak, vila)
    _settle(stage, "10")
    _sells(stage, "0003", "1.00")  # Pending here.
    talk(oak, vila)
    stage.buys(1, "0.50")  # Held here.
    stage.close()
    return folder / OAKVALE.node


def _sells(stage: Stage, serial: str, hours: str) -> None:
    amount = f"{float(hours) * 10:.2f}"
    seller = f"{serial}@{stage.oak.name}"
    stage.enter(stage.vila, 2, order_for(seller, "2", amount))


def _settle(stage: Stage, amount: str) -> None:
    """Settle some of what Oakvale owes, and forgive some more."""
    oak, vila = stage.oak, stage.vila
    proposed = oak.write(
        settling.propose,
        oak.here,
        OPERATOR,
        VILANOVA.exchange.code,
        amount=amount,
        what="flour",
        now=oak.now,
    )
    talk(oak, vila)
    vila.write(settling.agree, vila.here, OPERATOR, proposed.id, now=vila.now)
    code, why = OAKVALE.exchange.code, "a present"
    vila.write(
        settling.write_off, vila.here, OPERATOR, code, amount="0.50", why=why, now=vila.now
    )
    talk(oak, vila)


def _force_too_early(stage: Stage) -> None:
    """End a trade by force that the other side had agreed to."""
    oak: Node = stage.oak
    uuid = stage.buys(2, "1.00")
    receive(stage.vila, stage.letter(oak, stage.vila).request)
    stage.now += 7 * DAY
    ref = oak.read(lambda reader: trades.known(reader, uuid).ref)
    oak.write(forcing.force, oak.key, OPERATOR, ref, reason="they are gone", now=oak.now)
    stage.now += ASK_AGAIN
    talk(oak, stage.vila)
