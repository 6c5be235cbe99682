"""Draws the public pages, each once for as long as what it tells stays true."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from cesnode.ledger.money import Amount, Measure
from cesnode.services import statistics
from cesnode.services.hill import Step
from cesnode.services.news import announcing, planning
from cesnode.services.news.planning import Seen
from cesnode.services.statistics import ACTIVE_DAYS, Figures
from cesnode.store import Reader, Store
from cesnode.store.announcements import Announcement
from cesnode.web.charts import (
    Bar,
    Beam,
    Columns,
    Trade,
    Value,
    Wheel,
    beam,
    columns,
    shares,
    wheel,
)
from cesnode.web.comfort import Comfort
from cesnode.web.content import Content
from cesnode.web.formatting import Formats
from cesnode.web.languages import Language
from cesnode.web.rendering import Renderer, Voice

_MONTH_NAMES, _STEP_NAMES = 6, 5
_MOST_NEIGHBOURS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Pictures:
    """Where the parts of each picture stand."""

    beam: Beam
    trades: Columns
    values: Columns
    hill: Columns
    shares: Sequence[Bar]
    wheel: Wheel


@dataclass(frozen=True, slots=True)
class Look:
    """Whom a page is drawn for, as far as that can be seen in it."""

    language: Language
    comfort: Comfort
    seems_signed_in: bool


@dataclass(frozen=True, slots=True)
class News:
    """What the exchange tells everybody: the newest, and what takes place soon."""

    announced: Sequence[Announcement] = ()
    coming: Sequence[Seen] = ()


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A page, the figures it tells, and the day it was drawn on where the exchange is."""

    figures: Figures
    day: date
    page: Content


class Published:
    """Keeps the figures and the pages drawn from them; new figures, new pages.

    News change with the acts that tell of them, and figures know of every act.
    """

    def __init__(
        self, store: Store, renderer: Renderer, *, zone: ZoneInfo, now: Callable[[], int]
    ) -> None:
        self._store = store
        self._renderer = renderer
        self._zone = zone
        self._now = now
        self._figures: Figures | None = None
        self._pages: dict[tuple[str, Look], _Drawn] = {}

    async def page(self, template: str, look: Look) -> Content:
        now = self._now()
        figures = await self._store.read(statistics.figures, self._figures, now=now)
        self._figures, day = figures, planning.today(self._zone, now)
        drawn = self._pages.get((template, look))
        if drawn is None or drawn.figures is not figures or drawn.day != day:
            news = await self._store.read(_news, self._zone, now)

            def view(voice: Voice) -> Mapping[str, object]:
                return {
                    **public_values(figures, voice, news),
                    "comfort": look.comfort,
                    "seems_signed_in": look.seems_signed_in,
                }

            page = await self._renderer.draw(template, look.language, view)
            drawn = self._pages[template, look] = _Drawn(figures, day, page)
        return drawn.page


def _news(reader: Reader, zone: ZoneInfo, now: int) -> News:
    return News(
        announced=announcing.public(reader, now=now),
        coming=planning.coming(reader, None, zone=zone, now=now),
    )


def public_values(figures: Figures, voice: Voice, news: News) -> Mapping[str, object]:
    """Return what the templates tell and show."""
    weight, sides, formats = figures.weight, figures.sides, voice.formats
    counts = (sides.both, sides.only_gave, sides.only_received, sides.neither)
    return {
        "exchange": figures.exchange,
        "figures": figures,
        "news": news,
        "is_measured": figures.exchange.currency.measure is not Measure.GIFT,
        "active_days": ACTIVE_DAYS,
        "pictures": Pictures(
            beam=beam(above=weight.above, below=weight.below),
            trades=_trades(figures, formats),
            values=_worth(figures, formats),
            hill=_hill(figures, formats),
            shares=shares(counts),
            wheel=_wheel(figures, formats),
        ),
    }


def _trades(figures: Figures, formats: Formats) -> Columns:
    values = [
        Value(month.trades, formats.month_name(month.first), formats.number(month.trades))
        for month in figures.months
    ]
    return columns(values, line=formats.number, names=_MONTH_NAMES)


def _worth(figures: Figures, formats: Formats) -> Columns:
    currency = figures.exchange.currency
    values = [
        Value(
            month.value,
            formats.month_name(month.first),
            formats.figure(Amount(month.value, currency)),
        )
        for month in figures.months
    ]
    return columns(
        values,
        line=lambda value: formats.brief(Amount(value, currency)),
        names=_MONTH_NAMES,
        least=currency.minor_units,
    )


def _hill(figures: Figures, formats: Formats) -> Columns:
    currency, steps = figures.exchange.currency, figures.hill
    values = [
        Value(
            step.accounts,
            formats.brief(Amount(step.middle, currency)),
            formats.number(step.accounts),
            _kind(step),
        )
        for step in steps
    ]
    return columns(values, line=formats.number, names=_STEP_NAMES, anchor=len(steps) // 2)


def _wheel(figures: Figures, formats: Formats) -> Wheel:
    """Show those with whom most was traded; the table below names all."""
    currency = figures.exchange.currency
    by_volume = sorted(figures.neighbours, key=lambda one: -(one.gave + one.received))
    return wheel(
        [
            Trade(
                one.code,
                one.gave,
                one.received,
                f"{one.name}: {formats.figure(Amount(one.gave, currency))}",
                f"{one.name}: {formats.figure(Amount(one.received, currency))}",
            )
            for one in by_volume[:_MOST_NEIGHBOURS]
        ]
    )


def _kind(step: Step) -> str:
    if step.middle == 0:
        return "level"
    return "above" if step.middle > 0 else "below"
