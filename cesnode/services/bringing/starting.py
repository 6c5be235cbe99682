"""The exchange that files become, and whether one that exists may take them in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from cesnode.community.exchange import Exchange
from cesnode.community.roles import Actor, Permission
from cesnode.community.rules import HouseRules
from cesnode.errors import N_, FieldInvalid, NotEmpty
from cesnode.formats.brought import Facts, Wanted
from cesnode.ledger.accounts import is_code
from cesnode.ledger.limits import Limits
from cesnode.ledger.money import Currency, Measure, render
from cesnode.services import ruling
from cesnode.services.bringing.gathering import Gathered
from cesnode.services.ruling import Terms
from cesnode.services.terms import NONE
from cesnode.store import Reader, brought, exchanges
from cesnode.store.database import FILE
from cesnode.store.store import reading

_ORIGIN = "http://127.0.0.1:8080"
_NOTHING_SAID = Wanted()


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What an operator decides because the files do not: None leaves it to them.

    With `opening` each account begins with the part of its balance that its history
    does not explain; with `rules` an exchange that is here takes over those of the files.
    """

    wanted: Wanted = _NOTHING_SAID
    hour_value: str | None = None
    origin: str | None = None
    opening: bool = False
    rules: bool = False


def is_new(reader: Reader, actor: Actor) -> bool:
    """Whether a community can still be brought here, by whoever asks."""
    if not actor.may(Permission.SET_RULES):
        return False
    return brought.is_empty(reader) and not brought.has_members(reader)


def as_here(folder: Path, now: int) -> Wanted | None:
    """Return what is so in the exchange of a folder, where files leave it open."""
    if not (folder / FILE).exists():
        return None
    with reading(folder) as reader:
        exchange = exchanges.load(reader, now)
    currency = exchange.currency
    return Wanted(
        code=currency.code,
        name=exchange.name,
        scale=currency.scale,
        measure=currency.measure,
    )


def require_its_own(
    reader: Reader, exchange: Exchange, found: Gathered, choice: Choice
) -> None:
    """Refuse files of another community, and an exchange with members of its own."""
    code = (choice.wanted.code or found.facts.code).upper()
    if code != exchange.code:
        reason = N_("the files are of {theirs}, this exchange is {ours}")
        raise FieldInvalid("code", reason, theirs=code, ours=exchange.code)
    theirs, ours = found.facts.currency.scale, exchange.currency.scale
    if theirs != ours:
        reason = N_("the files have {theirs} decimals, this exchange {ours}")
        raise FieldInvalid("scale", reason, theirs=theirs, ours=ours)
    if brought.is_empty(reader) and brought.has_members(reader):
        raise NotEmpty(code=exchange.code)


def require_the_same_hour(exchange: Exchange, facts: Facts) -> None:
    """Refuse a time bank's files where an hour of theirs would be another one here."""
    theirs, ours = facts.currency.hour_value, exchange.currency.hour_value
    in_time = facts.hour_known and facts.currency.measure is Measure.TIME
    if in_time and theirs != ours:
        reason = N_("an hour is {theirs} in the files, and {ours} here")
        raise FieldInvalid("hour_value", reason, theirs=str(theirs), ours=str(ours))


def founded(found: Gathered, choice: Choice, *, now: int, sure: bool) -> Exchange:
    """Return the exchange as the files tell of it, and as was said beside them."""
    facts, wanted = found.facts, choice.wanted
    code = (wanted.code or facts.code).upper()
    if not code:
        reason = N_("the files do not say it; give four letters like OAKV (--code)")
        raise FieldInvalid("code", reason)
    if not is_code(code):
        raise FieldInvalid("code", N_("“{code}” is not four letters like OAKV"), code=code)
    hour_value = choice.hour_value
    if hour_value is None and not facts.hour_known:
        reason = N_("the files do not say how many units an hour is worth (--hour-value)")
        if sure:
            raise FieldInvalid("hour_value", reason)
        found.problems.add("", 0, "hour_value", reason)
    begins = [one.joined_at for one in found.holders if one.joined_at is not None]
    times = [*begins, *(at for at in (found.first_at, facts.founded_at) if at is not None)]
    return ruling.revise(
        Exchange(
            name=facts.name or code,
            origin=_ORIGIN,
            allow_private_peers=False,
            founded_at=max(1, min([now, *times])),
            currency=_currency(facts, code),
            rules=HouseRules(
                limits=Limits(facts.floor, facts.ceiling),
                limit_policy=facts.limit_policy,
            ),
        ),
        replace(
            _terms(facts),
            name=wanted.name,
            unit=wanted.unit,
            units=wanted.units,
            hour_value=hour_value,
            origin=choice.origin,
        ),
    )


def rules_of(facts: Facts) -> Terms:
    """Return the names, limits and rules that files tell, for an exchange that is here."""
    currency = facts.currency
    terms = replace(
        _terms(facts),
        name=facts.name or None,
        floor=NONE if facts.floor is None else render(facts.floor, currency),
        ceiling=NONE if facts.ceiling is None else render(facts.ceiling, currency),
        limit_policy=facts.limit_policy,
    )
    if not facts.named:
        return terms
    return replace(
        terms,
        unit=currency.singular,
        units=currency.plural,
        symbol=currency.symbol or None,
    )


def _terms(facts: Facts) -> Terms:
    return Terms(
        national=facts.national,
        levy_seller=facts.levy_seller,
        levy_buyer=facts.levy_buyer,
        growth=facts.house.growth,
        seller_record=facts.house.seller_record,
        agree_after=facts.house.agree_after,
        lapse_after=facts.house.lapse_after,
        object_days=facts.house.object_days,
        record=facts.house.record,
    )


def _currency(facts: Facts, code: str) -> Currency:
    currency = facts.currency
    return Currency(
        code=code,
        singular=currency.singular,
        plural=currency.plural,
        symbol=currency.symbol,
        scale=currency.scale,
        measure=currency.measure,
        hour_value=Fraction(currency.hour_value),
    )
