"""Posts transfers: the one way by which a balance ever changes.

1. The limits are checked in the transaction that posts or holds.
2. The books' time never runs backwards, whatever the clock does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cesnode.community.exchange import Exchange
from cesnode.errors import LimitExceeded
from cesnode.ledger import chain
from cesnode.ledger.accounts import Account
from cesnode.ledger.limits import Breach, LimitPolicy, beyond_reserve, breach
from cesnode.ledger.money import Amount
from cesnode.ledger.trades import Trade
from cesnode.ledger.transfers import Entry, Transfer
from cesnode.store import Writer, transfers
from cesnode.store.transfers import Tally

_NOTHING = Tally()


def check_limits(
    exchange: Exchange, entries: Iterable[Entry], accounts: Iterable[Account]
) -> list[tuple[Account, Breach]]:
    """Raise LimitExceeded where an account may not hold what these entries lead to.

    Return what is passed all the same, because the exchange only warns of it.
    """
    warned: list[tuple[Account, Breach]] = []
    by_id = {account.id: account for account in accounts}
    for entry in entries:
        account = by_id.get(entry.account)
        if account is None:
            continue
        limits = exchange.rules.growth.widen(account.limits, sales=account.sales)
        passed = breach(account.position, entry.amount, limits)
        if account.reserved and passed is None:
            passed = beyond_reserve(account.position, entry.amount, account.reserved)
        if passed is None:
            continue
        if exchange.rules.limit_policy is LimitPolicy.WARN and account.kind.is_personal:
            warned.append((account, passed))
            continue
        raise LimitExceeded(
            number=account.number,
            balance=Amount(passed.reached, exchange.currency),
            limit=Amount(passed.limit, exchange.currency),
            excess=Amount(passed.excess, exchange.currency),
        )
    return warned


def post(  # noqa: PLR0913 - the columns of a header
    writer: Writer,
    exchange: Exchange,
    transfer: Transfer,
    numbers: Mapping[int, str],
    *,
    now: int,
    trade: Trade | None = None,
    facts: chain.Canonical | None = None,
    text: bytes | None = None,
    reverses: int | None = None,
) -> int:
    """Append a transfer to the ledger; return its seq.

    `numbers` names the accounts of the entries.  With a `trade` the trading record of
    its seller and buyer follows; `facts` are what the chain keeps of it, `text` is the
    digest of its words.
    """
    head = transfers.head(writer)
    seq, recorded_at, previous = (
        (head.seq + 1, max(now, head.recorded_at), head.hash)
        if head
        else (1, now, exchange.founding.genesis(chain.LEDGER))
    )
    tallies = _tallies(trade, recorded_at, undone=reverses is not None)
    lines = [
        (
            entry.account,
            entry.amount,
            transfers.move(writer, entry, tallies.get(entry.account, _NOTHING)),
        )
        for entry in transfer.entries
    ]
    moved = {account for account, _, _ in lines}
    for account, tally in tallies.items():
        if account not in moved:  # A levy took all of it; it was traded all the same.
            transfers.move(writer, Entry(account, 0), tally)
    record = chain.transfer_record(
        seq=seq,
        kind=transfer.kind,
        recorded_at=recorded_at,
        entries=[(numbers[account], amount, after) for account, amount, after in lines],
        text=text,
        trade=facts,
        reverses=reverses,
    )
    header = transfers.Header(
        seq=seq,
        kind=transfer.kind,
        trade=trade.id if trade else None,
        reverses=reverses,
        recorded_at=recorded_at,
        text_digest=text,
        hash=chain.link(previous, record),
    )
    transfers.insert(writer, header, lines)
    return seq


def _tallies(trade: Trade | None, at: int, *, undone: bool) -> dict[int, Tally]:
    if trade is None:
        return {}
    sign, last = (-1, None) if undone else (1, at)
    amount = sign * trade.amount
    return {
        trade.seller: Tally(sales=amount, sold=sign, last_trade_at=last),
        trade.buyer: Tally(purchases=amount, bought=sign, last_trade_at=last),
    }
