"""What an owner would say of an offering or a want, and whether it can stand so."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from msgspec.structs import replace

from cesnode.community import market
from cesnode.community.market import Audience, Kind, Price, Terms, Words
from cesnode.errors import N_, DateInvalid, FieldInvalid, NodeError, UnknownCategory
from cesnode.ledger import money
from cesnode.ledger.money import Currency
from cesnode.services import dates
from cesnode.store import Reader, categories, exchanges, group_boards
from cesnode.store.listings import Listing


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A listing in the words its owner gave; the title alone is enough.

    `price` is an amount with or without a `unit`, or empty; `way` says what stands for
    it where nothing does.  `until` is a date, empty for the usual time.  `groups` are
    those on whose boards it is to be.
    """

    title: str
    text: str = ""
    keywords: str = ""
    category: int | None = None
    price: str = ""
    way: Price | None = None
    unit: str = ""
    terms: str = ""
    money: str = ""
    audience: Audience = Audience.HERE
    groups: tuple[int, ...] = ()
    until: str = ""
    shown: bool = True


def as_draft(reader: Reader, listing: Listing, *, now: int) -> Draft:
    """Return what its owner would write to say the same again, but for how long."""
    said, terms = listing.words, listing.terms
    currency = exchanges.load(reader, now).currency
    return Draft(
        title=said.title,
        text=said.text,
        keywords=", ".join(said.keywords),
        category=listing.category,
        price=money.render(terms.amount, currency) if terms.amount else "",
        way=terms.price,
        unit=terms.unit,
        terms=terms.words,
        money=terms.money,
        audience=listing.audience,
        groups=group_boards.of_listing(reader, listing.id),
    )


def written(reader: Reader, listing: Listing, draft: Draft, *, now: int) -> Listing:
    """Return the listing with what the draft says, tidy and checked; its state stays.

    Raises:
        FieldInvalid, UnknownCategory, DateInvalid: a field has to change.

    """
    category = categories.find(reader, draft.category) if draft.category else None
    if draft.category and category is None:
        raise UnknownCategory(name=draft.category)
    return replace(
        listing,
        words=Words.read(draft.title, draft.text, draft.keywords),
        terms=_terms(exchanges.load(reader, now).currency, draft),
        category=category.id if category else None,
        audience=draft.audience,
        expires_on=end(listing.kind, draft.until, now=now),
        changed_at=now,
    )


def end(kind: Kind, until: str, *, now: int) -> str:
    """Return the last day a listing is shown, or refuse one that is too far away."""
    today = dates.day_of(now)
    if not until.strip():
        return (today + datetime.timedelta(days=market.DAYS[kind])).isoformat()
    end = dates.day(until.strip(), field="until")
    if not today <= end <= today + datetime.timedelta(days=market.MOST_DAYS):
        raise DateInvalid(text=until, field="until")
    return end.isoformat()


def _terms(currency: Currency, draft: Draft) -> Terms:
    is_gift = currency.measure is money.Measure.GIFT
    amount = draft.price.strip()
    way = draft.way or (Price.AMOUNT if amount else Price.OPEN)
    if way is Price.AMOUNT and is_gift:
        raise FieldInvalid("price", N_("gifts have no price here"))
    if way is Price.AMOUNT and not amount:
        raise FieldInvalid("price", N_("it is empty"))
    return Terms(
        price=way,
        amount=_amount(amount, currency) if way is Price.AMOUNT else None,
        unit=market.few_words(draft.unit, field="unit") if way is Price.AMOUNT else "",
        words=market.few_words(draft.terms, field="terms") if way is Price.WORDS else "",
        money=market.few_words(draft.money, field="money"),
    )


def _amount(text: str, currency: Currency) -> int:
    try:
        return money.parse(text, currency)
    except NodeError as error:
        error.field = "price"
        raise
