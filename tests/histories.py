"""Builds histories of a community: one that holds everything once, and random ones.

All through the services; only what no service does alone is put together here.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from uuid import UUID

from cesnode.community.roles import OPERATOR, Role
from cesnode.community.rules import HouseRules
from cesnode.errors import NodeError
from cesnode.ledger.accounts import AccountKind, SystemAccount, system_number
from cesnode.ledger.chain import SALT_BYTES
from cesnode.ledger.money import Measure, render
from cesnode.ledger.trades import Channel, Trade, TradeState
from cesnode.ledger.transfers import TransferKind, move
from cesnode.services import checkpointing, membership, ruling, trading
from cesnode.services.clearing import books
from cesnode.services.membership import Newcomer
from cesnode.services.orders import Order
from cesnode.services.posting import post
from cesnode.store import Writer, accounts, exchanges, trades
from cesnode.store.store import writing
from federation.keys import KEY_SIZE, PrivateKey
from tests.support.exchanges import BAND, BOTH_SIDES, HOUR, NOW, found, oakvale

LAPSED = 91 * 24 * HOUR
_KEY = PrivateKey(bytes(KEY_SIZE))


@dataclass(slots=True)
class Scribe:
    """Writes one thing after another, an hour apart, with ids that come in order."""

    writer: Writer
    now: int = NOW
    ids: int = 0
    pause: int = HOUR

    def tick(self) -> int:
        self.now += self.pause
        return self.now

    def join(self, newcomer: Newcomer) -> None:
        membership.add(self.writer, OPERATOR, newcomer, now=self.tick())

    def trade(
        self,
        seller: int,
        buyer: int,
        amount: str,
        *,
        channel: Channel = Channel.WEB,
        asking: bool = False,
    ) -> str:
        self.ids += 1
        order = Order(
            id=self._uuid(),
            seller=str(seller),
            buyer=str(buyer),
            amount=amount,
            description=f"a box of vegetables – no. {self.ids} “ripe”",
            channel=channel,
            asking=asking,
        )
        done = trading.record(self.writer, OPERATOR, order, now=self.tick())
        return done.trade.ref

    def ask(self, seller: int, buyer: int, amount: str) -> str:
        return self.trade(seller, buyer, amount, asking=True)

    def reverse(self, ref: str) -> None:
        trading.reverse(self.writer, OPERATOR, ref, reason="a mistake", now=self.tick())

    def object_to(self, ref: str) -> None:
        trading.object_to(self.writer, OPERATOR, ref, reason="too few", now=self.tick())

    def rule(self, wanted: ruling.Terms) -> None:
        ruling.set_terms(self.writer, OPERATOR, wanted, now=self.tick())

    def _uuid(self) -> UUID:
        version, variant = 7, 2
        return UUID(int=version << 76 | variant << 62 | self.ids)

    def open_account(self, number: str, kind: AccountKind) -> int:
        now = self.tick()
        return accounts.insert(
            self.writer, number=number, name=number, kind=kind, now=now, area=None
        )

    def hold(self, clearing: int, buyer: int, amount: int, state: TradeState) -> Trade:
        """Hold what a member here pays somebody in another exchange."""
        now = self.tick()
        exchange = exchanges.load(self.writer, now)
        self.ids += 1
        trade = Trade(
            id=trades.next_id(self.writer),
            uuid=self._uuid(),
            state=state,
            seller=clearing,
            buyer=buyer,
            other="0007@vila.example",
            amount=amount,
            seller_levy=0,
            buyer_levy=exchange.rules.levy.buyer.on(amount),
            description="queijo da serra",
            event_on="2025-08-01",
            channel=Channel.FEDERATION,
            entered_by=None,
            on_behalf_of=None,
            created_at=now,
        )
        trades.insert(self.writer, trade, salt=secrets.token_bytes(SALT_BYTES))
        books.hold(self.writer, exchange, trade, now=now)
        return trade

    def post_held(self, trade: Trade) -> None:
        now = self.tick()
        books.post_held(self.writer, exchanges.load(self.writer, now), trade, now=now)

    def void(self, trade: Trade) -> None:
        books.void(self.writer, trade, TradeState.VOIDED, now=self.tick())

    def bring(self, opening: int, account: int, amount: int) -> None:
        """Post a balance that somebody brought from another system."""
        now = self.tick()
        numbers = {one.id: one.number for one in accounts.every(self.writer)}
        transfer = move(TransferKind.OPENING, source=opening, target=account, amount=amount)
        post(self.writer, exchanges.load(self.writer, now), transfer, numbers, now=now)


def rich(folder: Path) -> Path:
    """Found an exchange in which everything that can happen has happened."""
    rules = HouseRules(limits=BAND, levy=BOTH_SIDES)
    found(folder, oakvale(rules=rules))
    with writing(folder) as writer:
        scribe = Scribe(writer)
        _gather(scribe)
        _trade(scribe)
        checkpointing.checkpoint(writer, _KEY, now=scribe.tick())
        _decide(scribe)
        _ask(scribe)
        _clear(scribe)
        checkpointing.checkpoint(writer, _KEY, now=scribe.tick())
        _forget(scribe)
        scribe.trade(3, 1, "7.25")
    return folder


def _gather(scribe: Scribe) -> None:
    writer = scribe.writer
    for newcomer in (
        Newcomer(name="Ann Ash", email="ann@oak.example", area="North", floor="-250"),
        Newcomer(name="Bob Beech", role=Role.COORDINATOR, area="North", ceiling="none"),
        Newcomer(name="Cem Cedar", kind=AccountKind.COMPANY),
        Newcomer(name="Dee Dogwood", kind=AccountKind.PUBLIC),
        Newcomer(name="Eli Elm"),
        Newcomer(name="Fay Fir"),
    ):
        scribe.join(newcomer)
    for changes in (
        membership.Changes(whitelisted=True, area="South"),
        membership.Changes(floor="none", ceiling="900"),
        membership.Changes(floor="default"),
    ):
        membership.change(writer, OPERATOR, "3", changes, now=scribe.tick())
    membership.lock(writer, OPERATOR, "4", reason="away at sea", now=scribe.tick())
    membership.unlock(writer, OPERATOR, "4", now=scribe.tick())
    membership.lock(writer, OPERATOR, "5", reason="nobody knows where", now=scribe.tick())
    membership.close(writer, OPERATOR, "6", now=scribe.tick())


def _trade(scribe: Scribe) -> None:
    scribe.trade(1, 2, "80")
    scribe.trade(2, 1, "12.50", channel=Channel.TILL)
    scribe.trade(3, 0, "3.75")
    scribe.reverse(scribe.trade(1, 3, "40"))
    settled, open_, undone = (scribe.trade(2, 3, amount) for amount in ("5", "6", "7"))
    for ref in (settled, open_, undone):
        scribe.object_to(ref)
    trading.settle(scribe.writer, OPERATOR, settled, now=scribe.tick())
    scribe.reverse(undone)


def _decide(scribe: Scribe) -> None:
    scribe.rule(ruling.Terms(floor="-200", growth="10% up to 50", agree_after="30"))
    scribe.rule(ruling.Terms(levy_seller="1% + 0.10 max 5", levy_buyer="none"))
    scribe.rule(ruling.Terms(hour_value="12", national="ZAR=1/2", symbol="₠"))


def _ask(scribe: Scribe) -> None:
    accepted, declined, withdrawn, _lapsing = (
        scribe.ask(2, 1, amount) for amount in ("8", "9", "10", "11")
    )
    trading.accept(scribe.writer, OPERATOR, accepted, now=scribe.tick())
    trading.decline(scribe.writer, OPERATOR, declined, reason="not mine", now=scribe.tick())
    trading.withdraw(scribe.writer, OPERATOR, withdrawn, now=scribe.tick())
    scribe.now += LAPSED
    trading.tend(scribe.writer, now=scribe.now)
    scribe.ask(2, 1, "12")


def _clear(scribe: Scribe) -> None:
    clearing = scribe.open_account("OAKV-VILA", AccountKind.CLEARING)
    opening = scribe.open_account(
        system_number("OAKV", SystemAccount.OPENING), AccountKind.SYSTEM
    )
    buyer = accounts.by_number(scribe.writer, "OAKV0001").id
    scribe.post_held(scribe.hold(clearing, buyer, 21_00, TradeState.HELD))
    scribe.void(scribe.hold(clearing, buyer, 22_00, TradeState.HELD))
    scribe.hold(clearing, buyer, 23_00, TradeState.PENDING)
    scribe.hold(clearing, buyer, 24_00, TradeState.HELD)
    scribe.bring(opening, buyer, 55_00)


def _forget(scribe: Scribe) -> None:
    """Erase the words of one trade and the note of one act."""
    forgotten = scribe.trade(1, 2, "1")
    trades.erase_words(scribe.writer, trades.by_name(scribe.writer, forgotten).id)
    scribe.reverse(forgotten)
    scribe.writer.run(
        "UPDATE acts SET note = NULL, salt = NULL WHERE seq = (SELECT max(seq) FROM acts)"
    )


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
        floor, ceiling = membership.Changes(floor=limit), membership.Changes(ceiling=limit)
        return [
            lambda: membership.change(writer, OPERATOR, name, floor, now=scribe.tick()),
            lambda: membership.change(writer, OPERATOR, name, ceiling, now=scribe.tick()),
            lambda: membership.lock(writer, OPERATOR, name, reason="?", now=scribe.tick()),
            lambda: membership.unlock(writer, OPERATOR, name, now=scribe.tick()),
            lambda: membership.close(writer, OPERATOR, name, now=scribe.tick()),
            lambda: scribe.rule(ruling.Terms(levy=levy)),
            lambda: scribe.rule(ruling.Terms(floor=limit)),
            lambda: checkpointing.checkpoint(writer, _KEY, now=scribe.tick()),
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
