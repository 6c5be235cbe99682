"""Changes what an exchange decides for itself: names, limits, levies, rates, rules.

Rates and levies are dated: a new one holds from its day on and never touches the past.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from cesnode.community import words
from cesnode.community.exchange import Exchange, National
from cesnode.community.roles import Actor, Permission
from cesnode.community.rules import HouseRules, RecordShown, SellerRecord
from cesnode.errors import LONGER, N_, AddressAgreed, DateInvalid, FieldInvalid
from cesnode.ledger.accounts import COMMUNITY, number
from cesnode.ledger.chain import Canonical
from cesnode.ledger.levy import Levy
from cesnode.ledger.limits import LimitPolicy, Limits
from cesnode.ledger.money import Currency
from cesnode.services import acting, dates, decisions, terms
from cesnode.store import Reader, Writer, accounts, exchanges, peers
from federation.errors import FederationError
from federation.nodes import Reach, check_origin, node_name
from federation.peering import State

_LONGEST_SYMBOL = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What is to be different, in the words it was given; None leaves a thing as it is."""

    name: str | None = None
    unit: str | None = None
    units: str | None = None
    symbol: str | None = None
    origin: str | None = None
    allow_private_peers: bool | None = None
    hour_value: str | None = None
    national: str | None = None
    floor: str | None = None
    ceiling: str | None = None
    growth: str | None = None
    limit_policy: LimitPolicy | None = None
    levy: str | None = None
    levy_seller: str | None = None
    levy_buyer: str | None = None
    seller_record: SellerRecord | None = None
    agree_after: str | None = None
    lapse_after: str | None = None
    object_days: str | None = None
    record: RecordShown | None = None
    own_names: bool | None = None


def revise(exchange: Exchange, wanted: Terms) -> Exchange:
    """Return the exchange as it would be; whatever is wrong is named with its field."""
    currency = _currency(exchange.currency, wanted)
    private = exchange.allow_private_peers
    if wanted.allow_private_peers is not None:
        private = wanted.allow_private_peers
    return replace(
        exchange,
        name=words.name(wanted.name) if wanted.name is not None else exchange.name,
        origin=exchange.origin if wanted.origin is None else _origin(wanted.origin),
        allow_private_peers=private,
        currency=currency,
        rules=_rules(exchange.rules, currency, wanted),
        national=_national(exchange.national, wanted.national),
    )


def set_terms(
    writer: Writer, actor: Actor, wanted: Terms, *, since: str | None = None, now: int
) -> Exchange:
    """Decide on new terms; rates and levies from a day on, all else at once."""
    actor.require(Permission.SET_RULES)
    before = exchanges.load(writer, now)
    after = revise(before, wanted)
    _require_no_peers(writer, before, after)
    start = _start(since, now)
    was, decided = decisions.rules(before), decisions.rules(after)
    if changed := {name: decided[name] for name in decided if decided[name] != was[name]}:
        exchanges.update_names(writer, after)
        exchanges.update_rules(writer, after.rules)
        accounts.set_name(writer, _treasury(writer, after), after.name)
        _record(writer, after, actor, "rules.set", changed, now=now)
    rate = decisions.rate(after, since=start)
    if rate != decisions.rate(before, since=start):
        exchanges.add_rate(writer, after, since=start)
        _record(writer, after, actor, "rate.set", rate, now=now)
    levy = decisions.levy(after.rules.levy, since=start)
    if after.rules.levy != before.rules.levy:
        exchanges.add_levy(writer, after.rules.levy, since=start)
        _record(writer, after, actor, "levy.set", levy, now=now)
    return exchanges.load(writer, now)


def _require_no_peers(reader: Reader, before: Exchange, after: Exchange) -> None:
    """Refuse another address while somebody knows the node by the one it has."""
    if node_name(before.origin) == node_name(after.origin):
        return
    for peer in peers.every(reader):
        if peer.own_state is not State.CLOSED:
            raise AddressAgreed(peer=peer.name, origin=after.origin)


def _currency(currency: Currency, wanted: Terms) -> Currency:
    hour_value = currency.hour_value
    if wanted.hour_value is not None:
        hour_value = terms.ratio(wanted.hour_value, field="hour_value")
    symbol = currency.symbol if wanted.symbol is None else wanted.symbol.strip()
    if len(symbol) > _LONGEST_SYMBOL:
        raise FieldInvalid("symbol", LONGER, count=len(symbol), most=_LONGEST_SYMBOL)
    return replace(
        currency,
        singular=words.name(wanted.unit or currency.singular, field="unit"),
        plural=words.name(wanted.units or currency.plural, field="units"),
        symbol=words.name(symbol, field="symbol") if symbol else "",
        hour_value=hour_value,
    )


def _rules(rules: HouseRules, currency: Currency, wanted: Terms) -> HouseRules:
    limits, levy = rules.limits, rules.levy
    if wanted.floor is not None:
        floor = terms.limit(wanted.floor, currency, field="floor")
        limits = Limits(floor, limits.ceiling)
    if wanted.ceiling is not None:
        ceiling = terms.limit(wanted.ceiling, currency, field="ceiling")
        limits = Limits(limits.floor, ceiling)
    if wanted.growth is not None:
        rules = replace(rules, growth=terms.growth(wanted.growth, currency, field="growth"))
    if wanted.agree_after is not None:
        rules = replace(rules, agree_after_days=_silence(wanted.agree_after))
    if wanted.lapse_after is not None:
        lapse = terms.days(wanted.lapse_after, field="lapse_after")
        rules = replace(rules, lapse_after_days=lapse)
    if wanted.object_days is not None:
        objecting = terms.days(wanted.object_days, field="object_days", least=0)
        rules = replace(rules, object_days=objecting)
    return replace(
        rules,
        limits=limits,
        limit_policy=wanted.limit_policy or rules.limit_policy,
        levy=_levy(levy, currency, wanted),
        seller_record=wanted.seller_record or rules.seller_record,
        trading_record=wanted.record or rules.trading_record,
        own_names=rules.own_names if wanted.own_names is None else wanted.own_names,
    )


def _levy(levy: Levy, currency: Currency, wanted: Terms) -> Levy:
    if wanted.levy is not None:
        both = terms.rate(wanted.levy, currency, field="levy")
        levy = Levy(seller=both, buyer=both)
    if wanted.levy_seller is not None:
        seller = terms.rate(wanted.levy_seller, currency, field="levy_seller")
        levy = replace(levy, seller=seller)
    if wanted.levy_buyer is not None:
        buyer = terms.rate(wanted.levy_buyer, currency, field="levy_buyer")
        levy = replace(levy, buyer=buyer)
    return levy


def _silence(text: str) -> int | None:
    return None if text == terms.NONE else terms.days(text, field="agree_after")


def _national(national: National | None, text: str | None) -> National | None:
    """Read "ZAR=10": one rand is worth ten units."""
    if text is None:
        return national
    if text == terms.NONE:
        return None
    code, _, units = text.partition("=")
    code = code.strip().upper()
    if not (len(code) == 3 and code.isascii() and code.isalpha()):  # noqa: PLR2004 - ISO 4217
        raise FieldInvalid(
            "national", N_("“{text}” is not like ZAR=10, or none"), text=text
        )
    return National(code, terms.ratio(units, field="national"))


def _origin(text: str) -> str:
    try:
        return check_origin(text, Reach(private=True))
    except FederationError:
        reason = f"“{text}” is not like https://oakvale.example"
        raise FieldInvalid("origin", reason) from None


def _start(since: str | None, now: int) -> int:
    """Return when a decision holds: at once, or from a later day on."""
    if since is None:
        return now
    day = dates.start_of(since, field="since")
    if day < dates.midnight(now):
        raise DateInvalid(text=since, field="since")
    return max(day, now)


def _treasury(writer: Writer, exchange: Exchange) -> int:
    return accounts.by_number(writer, number(exchange.code, COMMUNITY)).id


def _record(
    writer: Writer,
    exchange: Exchange,
    actor: Actor,
    kind: str,
    details: Canonical,
    *,
    now: int,
) -> None:
    acting.record(writer, exchange, actor, kind, "exchange", details=details, now=now)
