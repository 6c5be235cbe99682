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
from dataclasses import dataclass

from msgspec.structs import replace

from cesnode.community.exchange import Exchange
from cesnode.community.roles import Actor
from cesnode.formats.brought import Dealing, Movement, Outside, Problems
from cesnode.formats.foreign import Columns
from cesnode.ledger import chain
from cesnode.ledger.accounts import SystemAccount, system_number
from cesnode.ledger.money import LARGEST
from cesnode.ledger.trades import Channel, Trade, TradeState
from cesnode.ledger.transfers import Entry, Sale, TransferKind, combine, move, reversal
from cesnode.services import acting
from cesnode.services.bringing.movements import transfer_of
from cesnode.services.bringing.reasons import Reasons, Why
from cesnode.services.bringing.rows import digest_of
from cesnode.services.bringing.sides import Side, Sides, uuid_of
from cesnode.services.posting import post
from cesnode.store import Writer, accounts, brought, trades, transfers


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
    columns: Columns
    reasons: Reasons
    bringing: int
    is_first: bool
    now: int
    trades: int = 0
    repeated: int = 0

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
            self._miss(row, is_seller=seller is None)
            return
        if seller.account == buyer.account:
            reason = "seller and buyer are the same account"
            self._refuse(row, reason, self.columns.buyer)
            return
        if max(row.amount, row.seller_levy, row.buyer_levy) > LARGEST:
            reason = "the amount is larger than any can be"
            self._refuse(row, reason, self.columns.amount)
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
        entered = self._enter(trade)
        if entered is None:
            self._refuse(row, f"there is another trade of the id {trade.uuid}")
            return
        trade, salt = entered
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
            text=chain.text_digest(salt, text) if salt and text is not None else None,
        )
        if trade.state is TradeState.REQUESTED:
            self._move_on(trade, TradeState.POSTED)
            trade = replace(trade, state=TradeState.POSTED)
        if row.objected:
            self._move_on(trade, TradeState.OBJECTED)
        self.trades += 1
        self._keep(seq, key, digest)

    def _enter(self, trade: Trade) -> tuple[Trade, bytes | None] | None:
        """Add a trade, or take up the request that waits here for just this one."""
        salt = secrets.token_bytes(chain.SALT_BYTES)
        if trades.insert(self.writer, trade, salt=salt):
            return trade, salt
        known = trades.known(self.writer, trade.uuid)
        sides, wanted = (known.seller, known.buyer), (trade.seller, trade.buyer)
        is_same = (sides, known.amount) == (wanted, trade.amount)
        if known.state is not TradeState.REQUESTED or not is_same:
            return None
        seller, buyer = trade.seller_levy, trade.buyer_levy
        trades.set_levies(self.writer, known.id, seller=seller, buyer=buyer)
        agreed = replace(known, seller_levy=seller, buyer_levy=buyer)
        return agreed, trades.salt_of(self.writer, known.id)

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
        try:
            transfer, numbers = transfer_of(self.sides, row)
        except ValueError as error:
            self._refuse(row, str(error))
            return
        seq = post(self.writer, self.exchange, transfer, numbers, now=row.at)
        self._keep(seq, key, digest)

    def _keep(self, seq: int, key: str, digest: bytes) -> None:
        brought.keep_transfer(self.writer, self.bringing, seq, key=key, digest=digest[:16])

    def _refuse(self, row: Dealing | Movement, reason: str, column: str = "") -> None:
        """Leave a row out; all that are in it will lack it."""
        self.problems.add(row.file, row.row, column, f"{reason}; left out")
        self.reasons.add(Why.LEFT_OUT, row)

    def _miss(self, row: Dealing, *, is_seller: bool) -> None:
        """Leave a trade out because one side is nobody."""
        side = row.seller if is_seller else row.buyer
        # Of a row that takes back, the sides may stand the other way round.
        named = self.columns.seller if is_seller else self.columns.buyer
        self._refuse(row, f"there is no account {side}", "" if row.undoes else named)


def _sale(trade: Trade) -> Sale:
    return Sale(
        seller=trade.seller,
        buyer=trade.buyer,
        amount=trade.amount,
        community=accounts.COMMUNITY_ID,
        seller_levy=trade.seller_levy,
        buyer_levy=trade.buyer_levy,
    )
