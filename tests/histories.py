"""Builds a history of a community that holds everything once.

All through the services; only what no service does alone is put together here.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from cesnode.community.roles import OPERATOR, Role
from cesnode.community.rules import HouseRules
from cesnode.ledger.accounts import AccountKind, SystemAccount, system_number
from cesnode.ledger.chain import SALT_BYTES
from cesnode.ledger.trades import Channel, Trade, TradeState
from cesnode.ledger.transfers import TransferKind, move
from cesnode.services import checkpointing, ruling, trading
from cesnode.services.clearing import books
from cesnode.services.membership import adding, changing, closing, locking
from cesnode.services.membership.adding import Newcomer
from cesnode.services.orders import Order
from cesnode.services.posting import post
from cesnode.store import Writer, accounts, exchanges, trades
from cesnode.store.store import writing
from federation.keys import KEY_SIZE, PrivateKey
from tests.support.exchanges import BAND, BOTH_SIDES, HOUR, NOW, found, oakvale

LAPSED = 91 * 24 * HOUR
KEY = PrivateKey(bytes(KEY_SIZE))


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
        adding.add(self.writer, OPERATOR, newcomer, now=self.tick())

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
            channel=Channel.IMPORT,  # So that no signed order of it has to be kept.
            entered_by=None,
            on_behalf_of=None,
            created_at=now,
        )
        trades.insert(self.writer, trade, salt=secrets.token_bytes(SALT_BYTES))
        sides = accounts.by_id(self.writer, clearing), accounts.by_id(self.writer, buyer)
        books.hold(self.writer, exchange, trade, sides, now=now)
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
        checkpointing.checkpoint(writer, KEY, now=scribe.tick())
        _decide(scribe)
        _ask(scribe)
        _clear(scribe)
        checkpointing.checkpoint(writer, KEY, now=scribe.tick())
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
        changing.Changes(whitelisted=True, area="South"),
        changing.Changes(floor="none", ceiling="900"),
        changing.Changes(floor="default"),
    ):
        changing.change(writer, OPERATOR, "3", changes, now=scribe.tick())
    locking.lock(writer, OPERATOR, "4", reason="away at sea", now=scribe.tick())
    locking.unlock(writer, OPERATOR, "4", now=scribe.tick())
    locking.lock(writer, OPERATOR, "5", reason="nobody knows where", now=scribe.tick())
    closing.close(writer, OPERATOR, "6", now=scribe.tick())


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
