"""The community that is measured: its accounts, and a token for every member.

Made through the services, as an operator would.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from bench.people import Member
from cesnode.community.exchange import Exchange
from cesnode.community.roles import OPERATOR, Scope
from cesnode.community.rules import HouseRules
from cesnode.ledger.limits import Limits
from cesnode.ledger.money import Currency
from cesnode.services import access, founding
from cesnode.services.membership import adding
from cesnode.store import Writer, schema

FOUNDED_AT = 1_704_067_200  # 2024-01-01
_FLOOR = -1_000_000_000  # Looked at with every trade, and never reached.


def found(
    folder: Path, *, accounts: int, code: str = "OAKV", port: int = 8101
) -> tuple[Member, ...]:
    """Make a data folder with this many members."""
    exchange = Exchange(
        name="Oakvale Exchange",
        origin=f"http://127.0.0.1:{port}",
        allow_private_peers=True,
        founded_at=FOUNDED_AT,
        currency=Currency(
            code=code, singular="leaf", plural="leaves", hour_value=Fraction(10)
        ),
        rules=HouseRules(limits=Limits(_FLOOR, None)),
    )

    def fill(writer: Writer) -> tuple[Member, ...]:
        founding.found(writer, exchange, now=FOUNDED_AT)
        return tuple(_join(writer, serial) for serial in range(1, accounts + 1))

    return schema.create(folder, fill)


def _join(writer: Writer, serial: int) -> Member:
    newcomer = adding.Newcomer(name=f"Member {serial}")
    number = adding.add(writer, OPERATOR, newcomer, now=FOUNDED_AT).number
    token = access.create_token(
        writer, OPERATOR, number, scope=Scope.TRADE, label="bench", now=FOUNDED_AT
    )
    return Member(number, token.text)
