"""The one exchange of the file, its house rules, and its dated rates and levies."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

from cesnode.community.exchange import Exchange, National
from cesnode.community.rules import HouseRules, RecordShown, SellerRecord
from cesnode.ledger.levy import Levy, Rate
from cesnode.ledger.limits import Growth, LimitPolicy, Limits
from cesnode.ledger.money import Currency, Measure
from cesnode.store.database import Reader, Row, Writer

_MEMO = "exchange"
_LOAD = """
SELECT e.name, e.origin, e.known_as, e.allow_private_peers, e.founded_at,
    e.code, e.singular, e.plural, e.symbol, e.scale, e.measure,
    e.seller_record, e.agree_after_days, e.lapse_after_days, e.object_days,
    e.limit_policy, e.floor, e.ceiling, e.growth_share, e.growth_cap, e.trading_record,
    e.own_names,
    r.hour_n, r.hour_d, r.national, r.national_n, r.national_d,
    l.seller_share, l.seller_fixed, l.seller_least, l.seller_most,
    l.buyer_share, l.buyer_fixed, l.buyer_least, l.buyer_most
FROM exchange AS e  -- A clock set back does not lead to before the founding.
JOIN rates AS r ON r.id = (
    SELECT id FROM rates WHERE since <= MAX(?1, e.founded_at)
    ORDER BY since DESC, id DESC LIMIT 1)
JOIN levies AS l ON l.id = (
    SELECT id FROM levies WHERE since <= MAX(?1, e.founded_at)
    ORDER BY since DESC, id DESC LIMIT 1)
"""


def load(reader: Reader, now: int) -> Exchange:
    """Return the exchange with the rate and the levy that hold at this moment."""
    known = reader.memo.get(_MEMO)
    if known is None or known[0] != now:
        known = (now, _exchange(reader.one(_LOAD, (now,))))
        reader.memo[_MEMO] = known
    exchange: Exchange = known[1]
    return exchange


def next_change(reader: Reader, now: int) -> int | None:
    """Return when another rate or levy begins to hold; None if none is arranged."""
    (since,) = reader.one(
        "SELECT MIN(since) FROM (SELECT since FROM rates"
        " UNION ALL SELECT since FROM levies) WHERE since > ?",
        (now,),
    )
    return None if since is None else int(since)


@lru_cache(maxsize=8)
def _exchange(row: Row) -> Exchange:
    """Read a row; the same row is read once only, for nearly every wish needs it."""
    (
        name, origin, known_as, private, founded_at,
        code, singular, plural, symbol, scale, measure,
        seller_record, agree_after, lapse_after, object_days,
        policy, floor, ceiling, growth_share, growth_cap, trading_record,
        own_names,
        hour_n, hour_d, national, national_n, national_d,
        *levy,
    ) = row  # fmt: skip
    return Exchange(
        name=name,
        origin=origin,
        allow_private_peers=bool(private),
        founded_at=founded_at,
        currency=Currency(
            code=code,
            singular=singular,
            plural=plural,
            symbol=symbol,
            scale=scale,
            measure=Measure(measure),
            hour_value=Fraction(hour_n, hour_d),
        ),
        rules=HouseRules(
            seller_record=SellerRecord(seller_record),
            agree_after_days=agree_after,
            lapse_after_days=lapse_after,
            object_days=object_days,
            limit_policy=LimitPolicy(policy),
            limits=Limits(floor, ceiling),
            growth=Growth(growth_share, growth_cap),
            levy=Levy(seller=Rate(*levy[:4]), buyer=Rate(*levy[4:])),
            trading_record=RecordShown(trading_record),
            own_names=bool(own_names),
        ),
        national=National(national, Fraction(national_n, national_d)) if national else None,
        known_as=known_as,
    )


def insert(writer: Writer, exchange: Exchange) -> None:
    currency, rules = exchange.currency, exchange.rules
    writer.run(
        "INSERT INTO exchange (id, code, name, measure, scale, singular, plural, symbol,"
        " founded_at, origin, allow_private_peers)"
        " VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            currency.code,
            exchange.name,
            currency.measure,
            currency.scale,
            currency.singular,
            currency.plural,
            currency.symbol,
            exchange.founded_at,
            exchange.origin,
            exchange.allow_private_peers,
        ),
    )
    update_rules(writer, rules)
    add_rate(writer, exchange, since=exchange.founded_at)
    add_levy(writer, rules.levy, since=exchange.founded_at)


def update_names(writer: Writer, exchange: Exchange) -> None:
    """Store what the exchange and its currency are called, and where it is found."""
    writer.memo.pop(_MEMO, None)
    writer.run(
        "UPDATE exchange SET name = ?, origin = ?, allow_private_peers = ?, singular = ?,"
        " plural = ?, symbol = ?",
        (
            exchange.name,
            exchange.origin,
            exchange.allow_private_peers,
            exchange.currency.singular,
            exchange.currency.plural,
            exchange.currency.symbol,
        ),
    )


def set_address(writer: Writer, origin: str, *, known_as: str) -> None:
    """Be found at another address, and called what the node was called before."""
    writer.memo.pop(_MEMO, None)
    writer.run("UPDATE exchange SET origin = ?, known_as = ?", (origin, known_as))


def update_rules(writer: Writer, rules: HouseRules) -> None:
    """Store all rules but the levy, which is dated: add_levy()."""
    writer.memo.pop(_MEMO, None)
    writer.run(
        "UPDATE exchange SET floor = ?, ceiling = ?, growth_share = ?, growth_cap = ?,"
        " limit_policy = ?, seller_record = ?, agree_after_days = ?,"
        " lapse_after_days = ?, object_days = ?, trading_record = ?,"
        " own_names = ?",
        (
            rules.limits.floor,
            rules.limits.ceiling,
            rules.growth.share,
            rules.growth.cap,
            rules.limit_policy,
            rules.seller_record,
            rules.agree_after_days,
            rules.lapse_after_days,
            rules.object_days,
            rules.trading_record,
            rules.own_names,
        ),
    )


def add_rate(writer: Writer, exchange: Exchange, *, since: int) -> None:
    """A new rate holds from its date on; what was traded before is not touched."""
    writer.memo.pop(_MEMO, None)
    hour, national = exchange.currency.hour_value, exchange.national
    writer.run(
        "INSERT INTO rates (since, hour_n, hour_d, national, national_n, national_d)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (
            since,
            hour.numerator,
            hour.denominator,
            national and national.code,
            national and national.units.numerator,
            national and national.units.denominator,
        ),
    )


def add_levy(writer: Writer, levy: Levy, *, since: int) -> None:
    writer.memo.pop(_MEMO, None)
    sides = (levy.seller, levy.buyer)
    writer.run(
        "INSERT INTO levies (since, seller_share, seller_fixed, seller_least, seller_most,"
        " buyer_share, buyer_fixed, buyer_least, buyer_most)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            since,
            *(
                part
                for side in sides
                for part in (side.share, side.fixed, side.least, side.most)
            ),
        ),
    )
