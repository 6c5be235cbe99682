"""The addresses of everything a member does with trades."""

from __future__ import annotations

from collections.abc import Iterator

from cesnode.community.roles import Permission
from cesnode.services.moves import Move
from cesnode.web import home, schedules, statement, trading_forms
from cesnode.web.routing import Page, Tab, Who
from cesnode.web.site import FORMS, HOME, SCHEDULES, SHEET, STATEMENT, TRADE, TRADES
from cesnode.web.trading import answering, entering, hub, sheets
from cesnode.web.trading.entering import Verb

_TRADE = TRADES + "/{ref}"


def _entering() -> Iterator[Page]:
    for verb in Verb:
        yield Page(
            path=verb.path,
            name=f"trade_{verb}",
            who=Who.SIGNED_IN,
            view=entering.question(verb),
            deed=entering.deed(verb),
        )
    yield Page(path="/p/{number}", name="pay_link", who=Who.SIGNED_IN, view=entering.link)


def _answering() -> Iterator[Page]:
    """Where a reason has to be given there is a page to ask for it."""
    for move in Move:
        asks_why = move in {Move.OBJECT, Move.REVERSE}
        view = answering.wrong(move) if asks_why else answering.trade
        yield Page(
            path=f"{_TRADE}/{move}",
            name=f"trade_{move}",
            who=Who.SIGNED_IN,
            view=view if asks_why else None,
            deed=answering.deed(move, view),
        )


PAGES = (
    Page(path=HOME, name="home", who=Who.SIGNED_IN, view=home.show, tab=Tab.HOME),
    Page(path=TRADE, name="trade", who=Who.SIGNED_IN, view=hub.hub, tab=Tab.TRADE),
    Page(path=TRADES, name="trades", who=Who.SIGNED_IN, view=hub.trades),
    *_entering(),
    Page(
        path=SHEET,
        name="sheet",
        who=Permission.TRADE_FOR_OTHERS,
        view=sheets.show,
        deed=sheets.enter,
    ),
    Page(path=_TRADE, name="one_trade", who=Who.SIGNED_IN, view=answering.trade),
    Page(path=f"{_TRADE}/done", name="trade_done", who=Who.SIGNED_IN, view=answering.done),
    Page(path=f"{_TRADE}/slip", name="trade_slip", who=Who.SIGNED_IN, view=answering.slip),
    *_answering(),
    Page(path=STATEMENT, name="statement", who=Who.SIGNED_IN, view=statement.show),
    Page(
        path=STATEMENT + "/letter",
        name="statement_letter",
        who=Who.SIGNED_IN,
        view=statement.letter,
    ),
    Page(
        path=STATEMENT + "/years",
        name="statement_years",
        who=Who.SIGNED_IN,
        view=statement.years,
    ),
    Page(
        path=STATEMENT + ".csv",
        name="statement_csv",
        who=Who.SIGNED_IN,
        file=statement.table,
    ),
    Page(path=SCHEDULES, name="schedules", who=Who.SIGNED_IN, view=schedules.show_all),
    Page(
        path=SCHEDULES + "/new",
        name="new_schedule",
        who=Who.SIGNED_IN,
        view=schedules.question,
        deed=schedules.make,
    ),
    Page(
        path=SCHEDULES + "/{number}",
        name="schedule",
        who=Who.SIGNED_IN,
        view=schedules.show,
        deed=schedules.change,
    ),
    Page(path=FORMS, name="forms", who=Who.SIGNED_IN, view=trading_forms.show_all),
    Page(
        path=FORMS + "/new",
        name="new_form",
        who=Who.SIGNED_IN,
        view=trading_forms.question,
        deed=trading_forms.write,
    ),
    Page(
        path=FORMS + "/{number}",
        name="form",
        who=Who.SIGNED_IN,
        view=trading_forms.show,
        deed=trading_forms.answer,
    ),
)
