"""Draws the public pages, each once for as long as what it tells stays true."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from cesnode.ledger.money import Amount, Measure
from cesnode.services import statistics
from cesnode.services.hill import Step
from cesnode.services.statistics import ACTIVE_DAYS, Figures
from cesnode.store import Store
from cesnode.web.charts import Bar, Beam, Columns, Value, beam, columns, shares
from cesnode.web.content import Content
from cesnode.web.formatting import Formats
from cesnode.web.languages import Language
from cesnode.web.rendering import Renderer, Voice

_MONTH_NAMES, _STEP_NAMES = 6, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Pictures:
    """Where the parts of each picture stand."""

    beam: Beam
    trades: Columns
    values: Columns
    hill: Columns
    shares: Sequence[Bar]


class Published:
    """Keeps the figures and the pages drawn from them; new figures, new pages."""

    def __init__(self, store: Store, renderer: Renderer, *, now: Callable[[], int]) -> None:
        self._store = store
        self._renderer = renderer
        self._now = now
        self._figures: Figures | None = None
        self._pages: dict[tuple[str, Language], tuple[Figures, Content]] = {}

    async def page(self, template: str, language: Language) -> Content:
        figures = await self._store.read(statistics.figures, self._figures, now=self._now())
        self._figures = figures
        drawn = self._pages.get((template, language))
        if drawn is None or drawn[0] is not figures:
            view = partial(public_values, figures)
            drawn = figures, await self._renderer.draw(template, language, view)
            self._pages[template, language] = drawn
        return drawn[1]


def public_values(figures: Figures, voice: Voice) -> Mapping[str, object]:
    """Return what the templates tell and show."""
    weight, sides, formats = figures.weight, figures.sides, voice.formats
    counts = (sides.both, sides.only_gave, sides.only_received, sides.neither)
    return {
        "exchange": figures.exchange,
        "figures": figures,
        "is_measured": figures.exchange.currency.measure is not Measure.GIFT,
        "active_days": ACTIVE_DAYS,
        "pictures": Pictures(
            beam=beam(above=weight.above, below=weight.below),
            trades=_trades(figures, formats),
            values=_worth(figures, formats),
            hill=_hill(figures, formats),
            shares=shares(counts),
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


def _kind(step: Step) -> str:
    if step.middle == 0:
        return "level"
    return "above" if step.middle > 0 else "below"
