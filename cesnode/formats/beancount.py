"""The ledger in beancount's language, signs as they are here: it all sums to zero.

Accounts are named after what they are and their number (Assets:Members:OAKV0007), the
currency after the exchange.  A transaction has the day it was recorded on, in UTC; the
day of the event is beside it.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping

from cesnode.community.exchange import Exchange
from cesnode.formats.book import Posting
from cesnode.ledger.accounts import Account, AccountKind
from cesnode.ledger.money import Currency, render

_BRANCHES = {
    AccountKind.COMMUNITY: "Assets:Community",
    AccountKind.CLEARING: "Assets:Clearing",
    AccountKind.SYSTEM: "Equity:System",
}
_MEMBERS = "Assets:Members"


Names = Mapping[str, str]
"""What each account is called here, by its number."""


def names(accounts: Iterable[Account]) -> Names:
    return {
        one.number: f"{_BRANCHES.get(one.kind, _MEMBERS)}:{one.number}" for one in accounts
    }


def opening(
    exchange: Exchange, accounts: Iterable[Account], called: Names, day: datetime.date
) -> Iterator[str]:
    """Name the currency, and open every account on the first day of the books."""
    code = exchange.code
    yield f"option {_quoted('title')} {_quoted(exchange.name)}\n"
    yield f"option {_quoted('operating_currency')} {_quoted(code)}\n\n"
    yield f"{day} commodity {code}\n  name: {_quoted(exchange.currency.plural)}\n\n"
    for account in accounts:
        yield f"{day} open {called[account.number]} {code}\n"
        yield f"  name: {_quoted(account.name)}\n"


def transaction(posting: Posting, called: Names, currency: Currency) -> str:
    trade = posting.trade
    words = (trade.description if trade else None) or ""
    link = f" ^{trade.ref}" if trade else ""
    lines = [
        f"{posting.day} * {_quoted(posting.kind)} {_quoted(words)}{link}",
        f"  transfer: {posting.seq}",
        f"  hash: {_quoted(posting.hash.hex())}",
        *([f"  event: {trade.event_on}"] if trade else []),
        *(
            f"  {called[line.number]}  {render(line.amount, currency)} {currency.code}"
            for line in posting.lines
        ),
    ]
    return "\n" + "\n".join(lines) + "\n"


def closing(
    accounts: Iterable[Account], called: Names, currency: Currency, day: datetime.date
) -> Iterator[str]:
    """Assert what each account holds when a day begins, to the last digit."""
    yield "\n"
    for account in accounts:
        held = render(account.position.balance, currency)
        yield f"{day} balance {called[account.number]}  {held} ~ 0 {currency.code}\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
