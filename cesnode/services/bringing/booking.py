"""Books the history of a community: every trade as a transfer, in the order of time.

1. A transfer has the time at which the other system recorded it.  Limits are not asked:
   what happened has happened.
2. A row that was booked in an earlier run is left alone.
3. The other side of a trade with another exchange is our clearing account for it, which
   is made when first needed and waits for the two to meet.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field

from cesnode.community.exchange import Exchange
from cesnode.community.roles import Actor
from cesnode.formats.brought import Dealing, Movement, Outside, Problems
from cesnode.ledger import chain
from cesnode.ledger.accounts import (
    SystemAccount,
    system_number,
)
from cesnode.ledger.money import LARGEST
from cesnode.ledger.trades import Channel, Trade, TradeState
from cesnode.ledger.transfers import (
    Entry,
    Sale,
    Transfer,
    TransferKind,
    combine,
    move,
    reversal,
)
from cesnode.services import acting
from cesnode.services.bringing.gathering import digest_of
from cesnode.services.bringing.sides import Side, Sides, uuid_of
from cesnode.services.posting import post
from cesnode.store import Writer, accounts, brought, trades, transfers

_FREELY = frozenset(
    {
        TransferKind.LEVY,
        TransferKind.FEE,
        TransferKind.DEMURRAGE,
        TransferKind.OPENING,
        TransferKind.SETTLEMENT,
        TransferKind.DONATION,
    }
)
"""The kinds of transfer that need no trade."""


@dataclass(slots=True, kw_only=True)
class Booking:
    """One run.

    `trades` and `repeated` count rows that are new, and that were known; `is_first` says
    that nothing was brought here before.
    """

    writer: Writer
    exchange: Exchange
    actor: Actor
    sides: Sides
    problems: Problems
    bringing: int
    is_first: bool
    now: int
    trades: int = 0
    repeated: int = 0
    missed: dict[str, int] = field(default_factory=dict)

    def open_with(self, key: str, amount: int, *, at: int) -> None:
        """Let an account begin with a balance, against the account of openings."""
        if not amount:
            return
        opening = accounts.system(
            self.writer, self.exchange.code, SystemAccount.OPENING, now=at
        )
        named = system_number(self.exchange.code, SystemAccount.OPENING)
        side = self.sides.side(key)
        assert side is not None  # noqa: S101 - whoever has an opening has an account
        source, target = (opening, side.account) if amount > 0 else (side.account, opening)
        transfer = move(
            TransferKind.OPENING, source=source, target=target, amount=abs(amount)
        )
        numbers = {opening: named, side.account: side.number}
        seq = post(self.writer, self.exchange, transfer, numbers, now=at)
        self._keep(seq, f"opening {key}", hashlib.sha256(str(amount).encode()).digest())

    def book(self, key: str, row: Dealing | Movement) -> None:
        """Book one row, unless it was booked before or names somebody unknown."""
        digest = digest_of(row)
        if self._is_known(key, digest, row):
            self.repeated += isinstance(row, Dealing) and row.of is None
            return
        if isinstance(row, Movement):
            self._move(key, row, digest)
        else:
            self._deal(key, row, digest)

    def _is_known(self, key: str, digest: bytes, row: Dealing | Movement) -> bool:
        before = None if self.is_first else brought.transfer(self.writer, key)
        if before is None:
            return False
        if before[1] != digest:
            reason = f"{key} was brought before and read otherwise then; it stays so"
            self.problems.add(row.file, row.row, "", reason)
        return True

    def _deal(self, key: str, row: Dealing, digest: bytes) -> None:
        seller, buyer = self.sides.side(row.seller), self.sides.side(row.buyer)
        if seller is None or buyer is None:
            self._miss(row, row.seller if seller is None else row.buyer)
            return
        if seller.account == buyer.account:
            self._refuse(row, "seller and buyer are the same account")
            return
        if max(row.amount, row.seller_levy, row.buyer_levy) > LARGEST:
            self._refuse(row, "the amount is larger than any can be")
            return
        if not row.undoes:
            self._post(key, row, seller, buyer, digest)
        elif row.of is None or not self._undo(key, row, digest):
            self._turn_round(key, row, seller, buyer, digest)

    def _post(
        self, key: str, row: Dealing, seller: Side, buyer: Side, digest: bytes
    ) -> None:
        outside = next(
            (side.who for side in (row.seller, row.buyer) if isinstance(side, Outside)),
            None,
        )
        trade = Trade(
            id=trades.next_id(self.writer),
            uuid=uuid_of(self.exchange.code, key, row.uuid, row.at),
            state=TradeState.POSTED,
            seller=seller.account,
            buyer=buyer.account,
            other=outside,
            amount=row.amount,
            seller_levy=row.seller_levy,
            buyer_levy=row.buyer_levy,
            description=row.description,
            event_on=row.event_on,
            channel=Channel.IMPORT,
            entered_by=self.sides.member(row.entered_by),
            on_behalf_of=None,
            created_at=row.at,
        )
        salt = secrets.token_bytes(chain.SALT_BYTES)
        if not trades.insert(self.writer, trade, salt=salt):
            self._refuse(row, f"there is another trade of the id {trade.uuid}")
            return
        kind = TransferKind.TRADE if outside is None else TransferKind.CLEARING
        text = trade.description
        seq = post(
            self.writer,
            self.exchange,
            _sale(trade).transfer(kind),
            self.sides.numbers(seller, buyer),
            now=row.at,
            trade=trade,
            facts=chain.trade_record(trade, seller.number, buyer.number),
            text=chain.text_digest(salt, text) if text is not None else None,
        )
        if row.objected:
            self._move_on(trade, TradeState.OBJECTED)
        self.trades += 1
        self._keep(seq, key, digest)

    def _undo(self, key: str, row: Dealing, digest: bytes) -> bool:
        """Reverse the trade a row takes back; False if that is not there to reverse."""
        assert row.of is not None  # noqa: S101 - asked before
        before = brought.transfer(self.writer, row.of)
        found = brought.trade_of(self.writer, before[0]) if before else None
        if before is None or found is None:
            return False
        trade = trades.by_id(self.writer, found)
        if trade.state is not TradeState.POSTED:
            return False
        seller, buyer = (
            Side(account, accounts.by_id(self.writer, account).number)
            for account in (trade.seller, trade.buyer)
        )
        numbers = self.sides.numbers(seller, buyer)
        seq = post(
            self.writer,
            self.exchange,
            reversal(transfers.entries_of(self.writer, before[0], numbers)),
            numbers,
            now=row.at,
            trade=trade,
            facts={"id": str(trade.uuid)},
            reverses=before[0],
        )
        self._move_on(trade, TradeState.REVERSED)
        self._keep(seq, key, digest)
        return True

    def _move_on(self, trade: Trade, state: TradeState) -> None:
        trades.move_on(self.writer, trade, state)
        acting.record(
            self.writer,
            self.exchange,
            self.actor,
            f"trade.{state}",
            f"trade:{trade.uuid}",
            details={"from": trade.state},
            now=self.now,
        )

    def _turn_round(
        self, key: str, row: Dealing, seller: Side, buyer: Side, digest: bytes
    ) -> None:
        """Book what takes back a trade that is not there: as one the other way round."""
        reason = "no trade was found that this takes back; booked the other way round"
        self.problems.add(row.file, row.row, "", reason)
        levies = row.seller_levy + row.buyer_levy
        if levies:
            entries = (
                Entry(seller.account, row.seller_levy),
                Entry(buyer.account, row.buyer_levy),
                Entry(accounts.COMMUNITY_ID, -levies),
            )
            refund = combine(TransferKind.LEVY, entries)
            numbers = self.sides.numbers(seller, buyer)
            seq = post(self.writer, self.exchange, refund, numbers, now=row.at)
            self._keep(seq, f"{key}/levies", digest)
        turned = Dealing(
            file=row.file,
            row=row.row,
            key=row.key,
            seller=row.buyer,
            buyer=row.seller,
            amount=row.amount,
            description=row.description,
            event_on=row.event_on,
            at=row.at,
            entered_by=row.entered_by,
            uuid=row.uuid,
        )
        self._post(key, turned, buyer, seller, digest)

    def _move(self, key: str, row: Movement, digest: bytes) -> None:
        if row.kind not in _FREELY:
            self._refuse(row, f"a {row.kind} cannot be without a trade")
            return
        entries: list[Entry] = []
        numbers: dict[int, str] = {}
        for part in row.moves:
            side = self.sides.side(part.account, at=row.at)
            if side is None or abs(part.amount) > LARGEST:
                self._refuse(row, f"there is no account {part.account}")
                return
            entries.append(Entry(side.account, part.amount))
            numbers[side.account] = side.number
        try:
            transfer: Transfer = combine(TransferKind(row.kind), entries)
        except ValueError as error:
            self._refuse(row, str(error))
            return
        seq = post(self.writer, self.exchange, transfer, numbers, now=row.at)
        self._keep(seq, key, digest)

    def _keep(self, seq: int, key: str, digest: bytes) -> None:
        brought.keep_transfer(self.writer, self.bringing, seq, key=key, digest=digest[:16])

    def _refuse(self, row: Dealing | Movement, reason: str) -> None:
        self.problems.add(row.file, row.row, "", f"{reason}; left out")

    def _miss(self, row: Dealing, side: str | Outside) -> None:
        """Leave a trade out because one side is nobody; the other will lack it."""
        self._refuse(row, f"there is no account {side}")
        sign = -1 if row.undoes else 1
        for one, amount in (
            (row.seller, sign * (row.amount - row.seller_levy)),
            (row.buyer, -sign * (row.amount + row.buyer_levy)),
        ):
            if isinstance(one, str) and one != side:
                self.missed[one] = self.missed.get(one, 0) + amount


def _sale(trade: Trade) -> Sale:
    return Sale(
        seller=trade.seller,
        buyer=trade.buyer,
        amount=trade.amount,
        community=accounts.COMMUNITY_ID,
        seller_levy=trade.seller_levy,
        buyer_levy=trade.buyer_levy,
    )
