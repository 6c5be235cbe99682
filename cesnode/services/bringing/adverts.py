"""Makes listings of the offerings and wants in the files, in the categories they name.

What was brought in an earlier run stays as it is here: its owner may have changed it.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from msgspec.structs import replace

from cesnode.community import market
from cesnode.community.exchange import Exchange
from cesnode.community.market import SHARED, Audience, Kind, Price, State, Terms, Words
from cesnode.community.roles import Actor
from cesnode.errors import NodeError
from cesnode.formats.brought import Advert, Category, Problems
from cesnode.ledger import money
from cesnode.ledger.accounts import Account, AccountState
from cesnode.ledger.money import Measure
from cesnode.services import dates
from cesnode.services.bringing.gallery import Gallery
from cesnode.services.bringing.people import People
from cesnode.services.bringing.sides import uuid_of
from cesnode.services.market import keeping
from cesnode.store import (
    Writer,
    accounts,
    brought,
    categories,
    listings,
    pictures,
    searching,
)
from cesnode.store.listings import Listing

_AFTER = {State.WITHDRAWN: State.HIDDEN}
"""What cannot be brought in the state the files name: its words would be gone."""


@dataclass(slots=True, kw_only=True)
class Adverts:
    """One run; `read` counts what the files hold of each kind, `added` what is new."""

    writer: Writer
    exchange: Exchange
    actor: Actor
    people: People
    gallery: Gallery
    problems: Problems
    bringing: int
    now: int
    read: Counter[Kind] = field(default_factory=Counter)
    added: Counter[Kind] = field(default_factory=Counter)
    _shelves: dict[tuple[str, ...], int | None] = field(default_factory=dict)
    _accounts: dict[int, Account] = field(default_factory=dict)

    def put_up(self) -> None:
        """Add every category, and every offering and want, that is not there yet."""
        found = self.gallery.found
        for category in found.facts.categories:
            self._shelf(category)
        known = set(brought.listings(self.writer))
        for advert in found.format.adverts():
            account = self.people.known.get(advert.owner)
            if account is None:
                column = found.format.columns.owner
                self._refuse(advert, f"there is no account {advert.owner}", column)
                continue
            self.read[advert.kind] += 1
            if (advert.kind, advert.key) not in known:
                known.add((advert.kind, advert.key))
                self._add(advert, self._account(account))

    def counts(self) -> Mapping[Kind, tuple[int, int]]:
        return {kind: (self.read[kind], self.added[kind]) for kind in Kind}

    def _add(self, advert: Advert, account: Account) -> None:
        try:
            listing = self._listing(advert, account)
        except NodeError as error:
            self._refuse(advert, str(error))
            return
        number = listings.insert(self.writer, listing)
        if number is None:
            self._refuse(advert, f"there is another listing of the id {listing.uuid}")
            return
        pictures.replace(self.writer, number, self.gallery.of(advert))
        searching.index(self.writer, replace(listing, id=number))
        today = dates.day_of(self.now).isoformat()
        if listing.expires_on is not None and listing.expires_on < today:
            listings.set_warned(self.writer, number)  # Nobody is told what ended long ago.
        kind, key = advert.kind, advert.key
        brought.keep_listing(self.writer, self.bringing, number, kind=kind, key=key)
        self.added[kind] += 1

    def _listing(self, advert: Advert, account: Account) -> Listing:
        at = self.now if advert.created_at is None else advert.created_at
        state = _AFTER.get(advert.state, advert.state)
        if account.state is AccountState.CLOSED and state is State.SHOWN:
            state = State.HIDDEN
        if advert.audience is Audience.GROUP and state is State.SHOWN:
            state = State.HIDDEN  # Groups do not come along: nobody would see it.
        is_open = state is State.SHOWN and advert.audience in SHARED
        shown_at = advert.shown_at
        if shown_at is None and state is not State.DRAFT:
            shown_at = at
        return Listing(
            id=0,
            uuid=uuid_of(self.exchange.code, f"{advert.kind} {advert.key}", advert.key, at),
            peer=None,
            account=account.id,
            kind=advert.kind,
            state=state,
            words=self._words(advert),
            category=self._shelf(Category(advert.category)) if advert.category else None,
            area=account.area,
            terms=self._terms(advert),
            audience=advert.audience,
            was_shared=is_open,
            expires_on=advert.expires_on or self._usual_end(advert.kind),
            created_at=at,
            shown_at=shown_at,
            changed_at=at if advert.changed_at is None else advert.changed_at,
        )

    def _usual_end(self, kind: Kind) -> str:
        """Let what has no end in the files be shown for the usual time from now on."""
        days = datetime.timedelta(days=market.DAYS[kind])
        return (dates.day_of(self.now) + days).isoformat()

    def _words(self, advert: Advert) -> Words:
        text = self._cut(advert, advert.text, market.LONGEST_TEXT)
        keywords = [word.strip() for word in advert.keywords.split(",") if word.strip()]
        spare = keywords[market.MOST_KEYWORDS :]
        if spare:
            self._note(advert, f"the keywords {', '.join(spare)} are too many")
        kept = [
            self._cut(advert, word, market.LONGEST_WORDS)
            for word in keywords[: market.MOST_KEYWORDS]
        ]
        return Words.read(advert.title, text, ",".join(kept))

    def _terms(self, advert: Advert) -> Terms:
        """Read a price: an amount where it is one for certain, or else words."""
        price = advert.price.strip()
        money_part = self._few(advert, advert.money, "money")
        amount = None if advert.way not in {None, Price.AMOUNT} else self._amount(price)
        if amount is not None:
            unit = self._few(advert, advert.unit, "unit")
            return Terms(price=Price.AMOUNT, amount=amount, unit=unit, money=money_part)
        if price and price != "0" and advert.way in {None, Price.WORDS, Price.AMOUNT}:
            said = self._few(advert, price, "price")
            return Terms(price=Price.WORDS, words=said, money=money_part)
        way = advert.way if advert.way in {Price.SWAP, Price.FREE} else Price.OPEN
        return Terms(price=way or Price.OPEN, money=money_part)

    def _amount(self, text: str) -> int | None:
        """Return an amount that stands alone, or with the name of the currency."""
        currency = self.exchange.currency
        if currency.measure is Measure.GIFT:
            return None
        bare = text
        for name in (currency.plural, currency.singular, currency.symbol):
            if name and text.casefold().endswith(name.casefold()):
                bare = text[: -len(name)].strip()
                break
        try:
            return money.parse(bare, currency, dotted=True)
        except NodeError:
            return None  # It is words, then, and stays what its owner wrote.

    def _few(self, advert: Advert, text: str, name: str) -> str:
        return market.few_words(self._cut(advert, text, market.LONGEST_WORDS), field=name)

    def _cut(self, advert: Advert, text: str, most: int) -> str:
        if len(text) <= most:
            return text
        self._note(advert, f"“{text[:40]}…” has {len(text)} characters and was shortened")
        return text[: most - 1] + "…"

    def _shelf(self, category: Category) -> int | None:
        """Return the category of these names, which is made if it is not there."""
        names = category.names
        if names not in self._shelves:
            try:
                self._shelves[names] = self._made(category)
            except NodeError as error:
                self.problems.add("", 0, "category", f"{' / '.join(names)}: {error}")
                self._shelves[names] = None
        return self._shelves[names]

    def _made(self, category: Category) -> int:
        *outer, name = category.names
        parent = self._shelf(Category(tuple(outer))) if outer else None
        known = categories.named(self.writer, name, parent)
        if known is not None:
            return known
        return keeping.add(
            self.writer,
            self.actor,
            name,
            parent=parent,
            icon=category.icon,
            now=self.now,
        ).id

    def _account(self, account: int) -> Account:
        if account not in self._accounts:
            self._accounts[account] = accounts.by_id(self.writer, account)
        return self._accounts[account]

    def _note(self, advert: Advert, reason: str, column: str = "") -> None:
        self.problems.add(advert.file, advert.row, column, reason)

    def _refuse(self, advert: Advert, reason: str, column: str = "") -> None:
        self._note(advert, f"{reason}; left out", column)
