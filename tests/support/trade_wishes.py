"""The services behind a member's own pages, who may ask for them, and with which token."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from uuid import UUID, uuid4

from cesnode.community.rhythm import Rhythm
from cesnode.community.roles import OPERATOR, Actor, Scope
from cesnode.errors import FieldInvalid, SheetRefused, UnknownPeer
from cesnode.ledger.accounts import Account
from cesnode.ledger.trades import Channel
from cesnode.services import (
    account_statement,
    checking,
    finding,
    foreseeing,
    home,
    reading,
    scheduling,
    sheets,
    story,
    trading_forms,
)
from cesnode.services.account_statement import Wanted
from cesnode.services.clearing import quoting
from cesnode.services.clearing.quoting import Wish
from cesnode.services.scheduling import Plan
from cesnode.services.sheets import Line, Sheet
from cesnode.services.trading_forms import Letter
from cesnode.store import accounts, exchanges
from cesnode.store.schedules import Side
from cesnode.store.trading_forms import FormKind
from federation.keys import PrivateKey
from tests.support.exchanges import NOW, order
from tests.support.wishes import (
    EVERYBODY,
    READERS,
    READING,
    TOP,
    TRADING,
    Act,
    Town,
)

KEY = PrivateKey(bytes(32))
CARING = {"coordinator"} | TOP
ALONE = {"seller", "coordinator"} | READERS
"""Who reads what is the seller's own."""


def own(town: Town) -> Account:
    return accounts.by_id(town.writer, town.ann.account)


def plan(town: Town, uuid: UUID | None = None) -> Plan:
    return Plan(
        id=uuid or uuid4(),
        account=town.ann.number,
        side=Side.SELLER,
        other=town.bob.number,
        amount="5",
        description="a lift to town",
        channel=Channel.WEB,
        rhythm=Rhythm.WEEKLY,
        first_on="2099-01-01",
    )


def scheduled(town: Town) -> int:
    return scheduling.add(town.writer, OPERATOR, plan(town), now=NOW).id


def letter(town: Town) -> Letter:
    return Letter(
        id=uuid4(),
        kind=FormKind.ORDER,
        buyer=town.bob.number,
        seller=town.ann.number,
        amount="5",
        description="eggs",
    )


def written(town: Town) -> int:
    return trading_forms.write(town.writer, OPERATOR, letter(town), now=NOW).id


def found(town: Town, actor: Actor, find: Callable[..., object]) -> object:
    exchange = exchanges.load(town.writer, NOW)
    return find(town.writer, exchange, actor, town.bob.number, own=own(town))


def change(wish: Callable[..., object], town: Town, actor: Actor) -> object:
    return wish(town.writer, actor, scheduled(town), now=NOW)


def resume(town: Town, actor: Actor) -> object:
    number = scheduled(town)
    scheduling.pause(town.writer, OPERATOR, number, now=NOW)
    return scheduling.resume(town.writer, actor, number, now=NOW)


def _see_own(town: Town, actor: Actor) -> None:
    actor.require_scope(Scope.READ)
    reading.require_own(actor, own(town))


def _agree_to_a_price(town: Town, actor: Actor) -> None:
    """At home there is nothing to agree to; who may not is refused before that."""
    number = scheduled(town)
    with suppress(FieldInvalid):
        scheduling.agree(town.writer, actor, number, most="9", now=NOW)


def _look_at_a_price(town: Town, actor: Actor) -> None:
    """Nobody is known there; who may not look is refused before that."""
    wish = Wish("VILA0007", town.bob.number, "1")
    with suppress(UnknownPeer):
        checking.priced(town.writer, actor, wish, "q-1", is_back=False, now=NOW)


def of_its_line(town: Town, actor: Actor, wish: Callable[..., object]) -> object:
    """Wish for a sheet of one line; what is wrong with that is what is refused."""
    line = Line(
        seller=town.ann.number, buyer=town.bob.number, amount="1", description="bread"
    )
    try:
        return wish(town.writer, actor, Sheet(id=uuid4(), lines={1: line}), now=NOW)
    except SheetRefused as refused:
        raise refused.lines[1] from refused


TRADE_ACTS: Mapping[str, Act] = {
    "see where one stands": Act(
        home.home, lambda t, a: home.home(t.writer, a, own(t), now=NOW), ALONE, READING
    ),
    "see what is one's own": Act(
        reading.require_own,
        _see_own,
        ALONE,
        READING,
    ),
    "find people": Act(
        finding.find, lambda t, a: found(t, a, finding.find), EVERYBODY, READING
    ),
    "find one person": Act(
        finding.find_one, lambda t, a: found(t, a, finding.find_one), EVERYBODY, READING
    ),
    "see people of late": Act(
        finding.recent, lambda t, a: finding.recent(t.writer, a, own(t)), ALONE, READING
    ),
    "read a part of a statement": Act(
        account_statement.sheet,
        lambda t, a: account_statement.sheet(t.writer, a, own(t), Wanted(), now=NOW),
        ALONE,
        READING,
    ),
    "take a statement along": Act(
        account_statement.table,
        lambda t, a: account_statement.table(t.writer, a, own(t), Wanted(), now=NOW),
        ALONE,
        READING,
    ),
    "read a statement by year": Act(
        account_statement.years,
        lambda t, a: account_statement.years(t.writer, a, own(t)),
        ALONE,
        READING,
    ),
    "read how a trade came about": Act(
        story.story,
        lambda t, a: story.story(t.writer, a, t.posted, now=NOW),
        ALONE | {"buyer"},
        READING,
    ),
    "look at a sale before it": Act(
        checking.check,
        lambda t, a: checking.check(
            t.writer, a, order(t.ann, t.bob), own(t), theirs=False, now=NOW
        ),
        {"seller", "buyer"} | CARING,
        {Scope.TILL} | TRADING,
    ),
    "confirm a sale": Act(
        checking.confirm,
        lambda t, a: checking.confirm(
            t.writer, KEY, a, order(t.ann, t.bob), seen=None, now=NOW
        ),
        {"seller", "buyer"} | CARING,
        {Scope.TILL} | TRADING,
    ),
    "draft a schedule": Act(
        scheduling.draft,
        lambda t, a: scheduling.draft(
            t.writer, exchanges.load(t.writer, NOW), a, plan(t), now=NOW
        ),
        {"seller"} | CARING,
        TRADING,
    ),
    "look at a sheet before it": Act(
        sheets.look,
        lambda t, a: of_its_line(t, a, sheets.look),
        {"seller", "buyer"} | CARING,
        {Scope.TILL} | TRADING,
    ),
    "enter a sheet": Act(
        sheets.enter,
        lambda t, a: of_its_line(t, a, sheets.enter),
        {"seller", "buyer"} | CARING,
        {Scope.TILL} | TRADING,
    ),
    "make a schedule": Act(
        scheduling.add,
        lambda t, a: scheduling.add(t.writer, a, plan(t), now=NOW),
        {"seller"} | CARING,
        TRADING,
    ),
    "see a schedule": Act(
        scheduling.show,
        lambda t, a: scheduling.show(t.writer, a, scheduled(t)),
        ALONE,
        READING,
    ),
    "list schedules": Act(
        scheduling.of_account,
        lambda t, a: scheduling.of_account(t.writer, a, own(t)),
        ALONE,
        READING,
    ),
    "list all schedules": Act(
        scheduling.of_account,
        lambda t, a: scheduling.of_account(t.writer, a, None),
        READERS,
        READING,
        own="auditor",
    ),
    "pause a schedule": Act(
        scheduling.pause, partial(change, scheduling.pause), {"seller"} | CARING, TRADING
    ),
    "resume a schedule": Act(scheduling.resume, resume, {"seller"} | CARING, TRADING),
    "say what a turn may cost": Act(
        scheduling.agree, _agree_to_a_price, {"seller"} | CARING, TRADING
    ),
    "skip a turn": Act(
        scheduling.skip, partial(change, scheduling.skip), {"seller"} | CARING, TRADING
    ),
    "end a schedule": Act(
        scheduling.end, partial(change, scheduling.end), {"seller"} | CARING, TRADING
    ),
    "write an order": Act(
        trading_forms.write,
        lambda t, a: trading_forms.write(t.writer, a, letter(t), now=NOW),
        {"buyer"} | CARING,
        TRADING,
        own="buyer",
    ),
    "see a form": Act(
        trading_forms.show,
        lambda t, a: trading_forms.show(t.writer, a, written(t)),
        ALONE | {"buyer"},
        READING,
    ),
    "list forms": Act(
        trading_forms.of_account,
        lambda t, a: trading_forms.of_account(t.writer, a, own(t)),
        ALONE,
        READING,
    ),
    "record what was ordered": Act(
        trading_forms.trade,
        lambda t, a: trading_forms.trade(t.writer, a, written(t), now=NOW),
        {"seller"} | CARING,
        TRADING,
    ),
    "say no to an order": Act(
        trading_forms.decline,
        lambda t, a: trading_forms.decline(t.writer, a, written(t), now=NOW),
        {"seller"} | CARING,
        TRADING,
    ),
    "take an order back": Act(
        trading_forms.withdraw,
        lambda t, a: trading_forms.withdraw(t.writer, a, written(t), now=NOW),
        {"buyer"} | CARING,
        TRADING,
        own="buyer",
    ),
    "ask what it costs to agree to a bill": Act(
        foreseeing.bill_wish,
        lambda t, a: foreseeing.bill_wish(t.writer, a, t.asked),
        {"seller", "buyer", "coordinator"} | READERS,
        READING,
    ),
    "look at what agreeing to a bill costs": Act(
        checking.priced,
        _look_at_a_price,
        {"buyer", "coordinator"} | TOP,
        TRADING,
        own="buyer",
    ),
    "ask what it costs to pay a trade back": Act(
        foreseeing.refund_wish,
        lambda t, a: foreseeing.refund_wish(t.writer, a, t.posted),
        {"seller", "buyer", "coordinator"} | READERS,
        READING,
    ),
    "ask what a trade with another exchange costs": Act(
        quoting.require_buyer,
        lambda t, a: quoting.require_buyer(
            t.writer, exchanges.load(t.writer, NOW), a, Wish("VILA0007", t.bob.number, "1")
        ),
        {"buyer", "coordinator"} | TOP,
        TRADING,
        own="buyer",
    ),
}
