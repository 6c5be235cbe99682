"""Random histories of a community: whatever can be asked of the services, in any order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from random import Random

from cesnode.community.roles import OPERATOR
from cesnode.errors import NodeError
from cesnode.ledger.accounts import AccountKind
from cesnode.ledger.money import Measure, render
from cesnode.ledger.trades import Trade, TradeState
from cesnode.services import checkpointing, ruling, trading
from cesnode.services.membership import changing, closing, locking
from cesnode.store import accounts, exchanges, trades
from tests.histories import KEY, Scribe
from tests.support.exchanges import HOUR


@dataclass(slots=True)
class Wanderer:
    """Does random things, right and wrong ones, at times that also run backwards."""

    scribe: Scribe
    random: Random
    people: int
    held: list[Trade] = field(default_factory=list)

    def wander(self, steps: int) -> int:
        """Return how many steps took effect; the others were refused."""
        done = 0
        for _ in range(steps):
            self.scribe.pause = self.random.choice((-HOUR, 0, 0, 1, HOUR, 24 * HOUR))
            with suppress(NodeError), self._whole():
                self.random.choice(self._deeds())()
                done += 1
        return done

    @contextmanager
    def _whole(self) -> Iterator[None]:
        """Undo a step that is refused, as the server does with each job."""
        writer = self.scribe.writer
        writer.run("SAVEPOINT step")
        try:
            yield
        except BaseException:
            writer.run("ROLLBACK TO step")
            writer.memo.clear()
            raise
        finally:
            writer.run("RELEASE step")

    def _deeds(self) -> list[Callable[[], object]]:
        scribe, writer, some = self.scribe, self.scribe.writer, self._any_trade()
        seller, buyer = self.random.choices(range(self.people + 1), k=2)
        return [
            *[lambda: scribe.trade(seller, buyer, self._amount())] * 6,
            *[lambda: scribe.ask(seller, buyer, self._amount())] * 3,
            lambda: trading.accept(writer, OPERATOR, some, now=scribe.tick()),
            lambda: trading.decline(writer, OPERATOR, some, now=scribe.tick()),
            lambda: trading.withdraw(writer, OPERATOR, some, now=scribe.tick()),
            lambda: trading.settle(writer, OPERATOR, some, now=scribe.tick()),
            lambda: trading.tend(writer, now=scribe.tick()),
            lambda: scribe.object_to(some),
            lambda: scribe.reverse(some),
            lambda: trades.erase_words(writer, trades.by_name(writer, some).id),
            *self._clearing(),
            *self._office(),
        ]

    def _clearing(self) -> list[Callable[[], object]]:
        clearing = accounts.find(self.scribe.writer, "OAKV-VILA")
        if clearing is None:
            open_account = self.scribe.open_account
            return [lambda: open_account("OAKV-VILA", AccountKind.CLEARING)]
        state = self.random.choice((TradeState.HELD, TradeState.PENDING))
        deeds: list[Callable[[], object]] = [
            lambda: self.held.append(self.scribe.hold(clearing.id, 2, 5, state)),
        ]
        if self.held:
            deeds.append(lambda: self.scribe.post_held(self.held.pop()))
            deeds.append(lambda: self.scribe.void(self.held.pop()))
        return deeds

    def _office(self) -> list[Callable[[], object]]:
        scribe, writer = self.scribe, self.scribe.writer
        name = str(self.random.randrange(1, self.people + 1))
        limit = self.random.choice(("none", "default", "-50", "0"))
        levy = self.random.choice(("none", "2%", "12.5%"))
        floor, ceiling = changing.Changes(floor=limit), changing.Changes(ceiling=limit)
        return [
            lambda: changing.change(writer, OPERATOR, name, floor, now=scribe.tick()),
            lambda: changing.change(writer, OPERATOR, name, ceiling, now=scribe.tick()),
            lambda: locking.lock(writer, OPERATOR, name, reason="?", now=scribe.tick()),
            lambda: locking.unlock(writer, OPERATOR, name, now=scribe.tick()),
            lambda: closing.close(writer, OPERATOR, name, now=scribe.tick()),
            lambda: scribe.rule(ruling.Terms(levy=levy)),
            lambda: scribe.rule(ruling.Terms(floor=limit)),
            lambda: checkpointing.checkpoint(writer, KEY, now=scribe.tick()),
        ]

    def _amount(self) -> str:
        currency = exchanges.load(self.scribe.writer, self.scribe.now).currency
        if currency.measure is Measure.GIFT:
            return "1"
        return render(self.random.randrange(1, 9_000), currency)

    def _any_trade(self) -> str:
        last = trades.next_id(self.scribe.writer)
        if last == 1:
            return "0"
        return trades.by_id(self.scribe.writer, self.random.randrange(1, last)).ref
