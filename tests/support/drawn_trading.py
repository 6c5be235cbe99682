"""What the pages of trades are drawn with in tests: what their own views make of a file."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from uuid import uuid4

from msgspec import structs

from cesnode.community.languages import SOURCE
from cesnode.community.rhythm import Rhythm
from cesnode.community.roles import OPERATOR
from cesnode.errors import Code, FieldMissing
from cesnode.ledger.money import Amount
from cesnode.ledger.trades import Channel
from cesnode.services import scheduling, trading, trading_forms
from cesnode.services.checks import Check, Foreign
from cesnode.services.clearing.quoting import QuoteView
from cesnode.services.moves import Move
from cesnode.services.scheduling import Plan
from cesnode.services.trading_forms import Letter
from cesnode.store import Reader, Writer, exchanges
from cesnode.store import schedules as scheduled
from cesnode.store.schedules import Schedule, Side
from cesnode.store.trading_forms import FormKind
from cesnode.web import schedules, statement
from cesnode.web import trading_forms as forms
from cesnode.web.asking import Asked, Sight, View
from cesnode.web.comfort import PLAIN
from cesnode.web.forms import Form
from cesnode.web.trading import answering, entering, hub, sheets
from cesnode.web.trading.entering import Verb
from tests.support.drawn import Values, common, visitor
from tests.support.exchanges import NOW, Person, join, order


def trading_pages(writer: Writer, person: Person) -> Mapping[str, Values]:
    """Return every page of trades, as a person sees it who has some."""
    rob, _ = join(writer, "Rob Oak"), join(writer, "Rob Elm")
    _live(writer, person, rob)
    posted = trading.record(
        writer, OPERATOR, order(person, rob, "4", description="eggs"), now=NOW
    ).trade.ref
    filled = {"other": "rob oak", "amount": "3", "description": "eggs", "rhythm": "weekly"}
    again = {**filled, "first_on": "2099-01-01", "side": "buyer", "most": "6"}
    several = {**filled, "other": "rob"}
    seen = Seeing(writer, person)
    sights = (
        seen(hub.hub),
        seen(hub.trades),
        seen(entering.question(Verb.PAY), wrong=True),
        seen(_considered, filled),
        seen(_considered, several),
        *(seen(view, ref=posted) for view in (answering.trade, answering.done)),
        seen(answering.slip, ref=posted),
        seen(answering.wrong(Move.REVERSE), ref=posted),
        seen(_priced, {"reason": "not as it was"}, ref=posted),
        seen(sheets.show, entered=posted),
        seen(sheets.check, {"seller.1": person.number, **_line(rob)}),
        seen(statement.show, until="2099-12-31", since="2020-01-01"),
        seen(statement.letter, month="2025-07"),
        seen(statement.years),
        seen(schedules.show_all),
        seen(schedules.show, number="1"),
        seen(schedules.question, {**again, "side": "seller"}),
        seen(_scheduled, again),
        seen(forms.show_all),
        seen(forms.show, number="1"),
        seen(forms.question),
    )
    return dict(sights)


class Seeing:
    """Looks at a page as somebody, with what they typed and with what the address says."""

    def __init__(self, writer: Writer, person: Person) -> None:
        self._writer = writer
        self._present = visitor(writer, person)

    def __call__(
        self,
        view: View,
        typed: Mapping[str, str] | None = None,
        *,
        wrong: bool = False,
        **address: str,
    ) -> tuple[str, Values]:
        form = Form(typed or {})
        if wrong:
            form.refuse("amount", FieldMissing())
        asked = Asked(
            exchange=exchanges.load(self._writer, NOW),
            language=SOURCE,
            comfort=PLAIN,
            present=self._present,
            path=address,
            query=address,
            form=form,
            wanted="",
            now=NOW,
        )
        sight = view(self._writer, asked)
        given = common(self._writer, self._present)
        return sight.template, {**given, "form": form, **sight.values}


def _line(buyer: Person) -> Mapping[str, str]:
    return {"buyer.1": buyer.number, "amount.1": "2", "description.1": "jam"}


def _considered(reader: Reader, asked: Asked) -> Sight:
    sight = entering.consider(reader, asked, Verb.PAY)
    assert sight is not None
    return sight


def _priced(reader: Reader, asked: Asked) -> Sight:
    """See what undoing a trade through a hub would cost."""
    own, someone = asked.visitor.account, Person(asked.visitor.account.number, 0, 0)
    check = Check(
        exchange=asked.exchange,
        order=order(someone, someone, "4"),
        own=own,
        sells=False,
        number="0007@vila.example",
        name=None,
        amount=4_04,
        levy=4,
        after=own.position.balance - 4_08,
        at_once=False,
        foreign=Foreign(Amount(40, asked.exchange.currency), Fraction(101, 10), "North"),
        quote=_quote(),
    )
    seen = answering.trade(reader, asked).values
    values = {"check": check, "move": Move.REVERSE, "reason": asked.form.value("reason")}
    return Sight("trading/price.html", {**seen, **values})


def _scheduled(reader: Reader, asked: Asked) -> Sight:
    """See what each turn of a schedule through a hub would cost today."""
    seen = schedules.check(reader, asked).values
    draft = seen["schedule"]
    assert isinstance(draft, Schedule)
    schedule = structs.replace(draft, most=6_00)
    return Sight("schedules/check.html", {**seen, "schedule": schedule, "quote": _quote()})


def _quote() -> QuoteView:
    return QuoteView(
        id="q-77",
        seller="0007@vila.example",
        via="WAHA",
        paid="4.04",
        paid_currency="OAKV",
        received="0.40",
        received_currency="VILA",
        rate="101/10",
        fee="0.013",
        fee_currency="WAHA",
        levy="0.04",
        total="4.08",
        expires_at="2025-07-15T15:16:40Z",
    )


def _live(writer: Writer, person: Person, other: Person) -> None:
    """Let some things happen that wait for each of them."""
    for seller, buyer in ((person, other), (other, person)):
        asked = order(seller, buyer, "1", description="eggs", asking=True)
        trading.record(writer, OPERATOR, asked, now=NOW)
        wrong = order(seller, buyer, "2", description="tea")
        objected = trading.record(writer, OPERATOR, wrong, now=NOW)
        trading.object_to(writer, OPERATOR, objected.trade.ref, reason="no", now=NOW)
        trading_forms.write(
            writer,
            OPERATOR,
            Letter(
                id=uuid4(),
                kind=FormKind.ORDER,
                buyer=buyer.number,
                seller=seller.number,
                amount="5",
                description="eggs",
            ),
            now=NOW,
        )
    rent = Plan(
        id=uuid4(),
        account=person.number,
        side=Side.BUYER,
        other=other.number,
        amount="5",
        description="the shed",
        channel=Channel.WEB,
        rhythm=Rhythm.MONTHLY,
        first_on="2099-01-31",
        times=3,
    )
    made = scheduling.add(writer, OPERATOR, rent, now=NOW)
    scheduled.agree(writer, made.id, most=6_00, by=None, now=NOW)
    scheduled.failed(writer, made, on=made.next_on, problem=Code.PRICE_ABOVE_MOST)
