"""What becomes of a trade: agreed to, declined, taken back, objected to, reversed.

How many meet which fate is counted, not left to chance, so that everything that can
become of a trade is to be seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import partial
from random import Random
from types import MappingProxyType

from cesnode.community.roles import Actor, Role
from cesnode.errors import AccountLocked, LimitExceeded
from cesnode.ledger.trades import Trade, TradeState
from cesnode.services import trading
from cesnode.services.demonstration.entering import voice
from cesnode.services.demonstration.scene import HOUR, Scene
from cesnode.store import accounts, trades


class Fate(StrEnum):
    RECORDED = "recorded"
    ACCEPTED = "asked for, and agreed to"
    DECLINED = "asked for, and declined"
    WITHDRAWN = "asked for, and taken back"
    UNANSWERED = "asked for, and never answered"
    FOR_VISITOR = "asked of the member whom visitors can be, and not answered yet"
    OBJECTED = "objected to"
    SETTLED = "objected to, and let stand"
    REVERSED = "objected to, and reversed"
    MISTAKEN = "reversed by the seller soon after"

    @property
    def is_asked(self) -> bool:
        return self in _ASKED


_ASKED = frozenset(
    {Fate.ACCEPTED, Fate.DECLINED, Fate.WITHDRAWN, Fate.UNANSWERED, Fate.FOR_VISITOR}
)
_PER_THOUSAND: Mapping[Fate, int] = MappingProxyType(
    {
        Fate.ACCEPTED: 90,
        Fate.DECLINED: 10,
        Fate.WITHDRAWN: 8,
        Fate.UNANSWERED: 8,
        Fate.SETTLED: 6,
        Fate.REVERSED: 5,
        Fate.MISTAKEN: 5,
    }
)
_LAST = (
    Fate.OBJECTED,
    *[Fate.RECORDED] * 9,
    Fate.OBJECTED,
    *[Fate.RECORDED] * 14,
    Fate.FOR_VISITOR,
    *[Fate.RECORDED] * 3,
    Fate.UNANSWERED,
    Fate.FOR_VISITOR,
    *[Fate.RECORDED] * 3,
)
"""The year ends with some things still open."""


def deck(random: Random, count: int) -> list[Fate]:
    """Return the fates of so many trades, in their order."""
    marked = [
        fate for fate, share in _PER_THOUSAND.items() for _ in range(count * share // 1000)
    ]
    plain = [Fate.RECORDED] * (count - len(marked) - len(_LAST))
    cards = marked + plain
    random.shuffle(cards)
    return [*cards, *_LAST]


def befall(scene: Scene, trade: Trade, fate: Fate, *, now: int) -> None:
    """Put on the agenda what is to become of a trade just entered."""
    if fate.is_asked and trade.state is not TradeState.REQUESTED:
        return  # Who entered it could agree as well.
    name = str(trade.uuid)
    for act, (earliest, latest) in _CONSEQUENCES.get(fate, ()):
        now += scene.random.randrange(earliest * HOUR, latest * HOUR)
        scene.agenda.add(now, partial(act, scene, name))


def _accept(scene: Scene, name: str, now: int) -> None:
    """The buyer agrees, unless they cannot afford it any more."""
    trade = trades.by_name(scene.writer, name)
    actor = _voice_of(scene, trade.buyer)
    try:
        trading.accept(scene.writer, actor, name, now=now)
    except (LimitExceeded, AccountLocked):
        _decline(scene, name, now)


def _decline(scene: Scene, name: str, now: int) -> None:
    trade = trades.by_name(scene.writer, name)
    reason = scene.random.choice(scene.character.reasons.declined)
    actor = _voice_of(scene, trade.buyer)
    trading.decline(scene.writer, actor, name, reason=reason, now=now)


def _withdraw(scene: Scene, name: str, now: int) -> None:
    trade = trades.by_name(scene.writer, name)
    trading.withdraw(scene.writer, _voice_of(scene, trade.seller), name, now=now)


def _object(scene: Scene, name: str, now: int) -> None:
    trade = trades.by_name(scene.writer, name)
    reason = scene.random.choice(scene.character.reasons.objected)
    actor = _voice_of(scene, trade.buyer)
    trading.object_to(scene.writer, actor, name, reason=reason, now=now)


def _settle(scene: Scene, name: str, now: int) -> None:
    trade = trades.by_name(scene.writer, name)
    trading.settle(scene.writer, _voice_of(scene, trade.buyer), name, now=now)


def _mediate(scene: Scene, name: str, now: int) -> None:
    """The admin reverses what was objected to."""
    admin = voice(scene.writer, scene.character, scene.character.having(Role.ADMIN))
    reason = scene.random.choice(scene.character.reasons.reversed)
    trading.reverse(scene.writer, admin, name, reason=reason, now=now)


def _correct(scene: Scene, name: str, now: int) -> None:
    """The seller notices a slip and takes it out again."""
    trade = trades.by_name(scene.writer, name)
    reason = scene.random.choice(scene.character.reasons.mistaken)
    actor = _voice_of(scene, trade.seller)
    trading.reverse(scene.writer, actor, name, reason=reason, now=now)


def _voice_of(scene: Scene, account: int) -> Actor:
    number = accounts.by_id(scene.writer, account).number
    return voice(scene.writer, scene.character, scene.character.numbered()[number])


_CONSEQUENCES = MappingProxyType(
    {
        Fate.ACCEPTED: ((_accept, (2, 60)),),
        Fate.DECLINED: ((_decline, (2, 60)),),
        Fate.WITHDRAWN: ((_withdraw, (2, 80)),),
        Fate.OBJECTED: ((_object, (3, 20)),),
        Fate.SETTLED: ((_object, (6, 120)), (_settle, (24, 120))),
        Fate.REVERSED: ((_object, (6, 120)), (_mediate, (24, 120))),
        Fate.MISTAKEN: ((_correct, (1, 4)),),
    }
)
"""What happens, and how many hours (from, to) after what was before."""
