"""Orders and slips move nothing; a slip lets the seller's record take effect at once."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from cesnode.community.notices import Kind
from cesnode.community.rules import SellerRecord
from cesnode.errors import Code
from cesnode.ledger.trades import Channel, TradeState
from cesnode.services import bell, trading_forms
from cesnode.services.trading_forms import Letter
from cesnode.store import Writer, trades
from cesnode.store.trading_forms import Form, FormKind, FormState
from tests.support.exchanges import (
    NOW,
    Person,
    acting_as,
    balances,
    refused,
    set_rules,
)


def letter(
    buyer: Person,
    seller: Person,
    amount: str = "12,50",
    *,
    kind: FormKind = FormKind.ORDER,
    id: UUID | None = None,  # noqa: A002 - the field's own name
) -> Letter:
    return Letter(
        id=id or uuid4(),
        kind=kind,
        buyer=buyer.number,
        seller=seller.number,
        amount=amount,
        description="two boxes of apples",
        delivery="On Saturday, at the market",
    )


def written(writer: Writer, who: Person, wanted: Letter) -> Form:
    return trading_forms.write(writer, acting_as(writer, who), wanted, now=NOW)


@pytest.mark.parametrize("kind", FormKind)
def test_a_form_moves_nothing(
    writer: Writer, ann: Person, bob: Person, kind: FormKind
) -> None:
    form = written(writer, bob, letter(bob, ann, kind=kind))

    assert (form.state, form.amount, form.kind) == (FormState.OPEN, 1250, kind)
    assert balances(writer, ann, bob) == (0, 0)
    (told,) = bell.notices_of(writer, acting_as(writer, ann))
    assert told.kind is Kind.FORM_WRITTEN
    assert trades.next_id(writer) == 1


@pytest.mark.parametrize(
    ("kind", "state"),
    [(FormKind.ORDER, TradeState.REQUESTED), (FormKind.SLIP, TradeState.POSTED)],
)
def test_where_the_buyer_has_to_agree_a_slip_is_the_agreement(
    writer: Writer, ann: Person, bob: Person, kind: FormKind, state: TradeState
) -> None:
    set_rules(writer, seller_record=SellerRecord.AGREED)
    form = written(writer, bob, letter(bob, ann, kind=kind))

    trade = trading_forms.trade(writer, acting_as(writer, ann), form.id, now=NOW)

    assert (trade.state, trade.channel) == (state, Channel.FORM)
    assert trading_forms.show(writer, acting_as(writer, bob), form.id).trade == trade.ref


def test_a_form_becomes_one_trade_at_most(writer: Writer, ann: Person, bob: Person) -> None:
    form = written(writer, bob, letter(bob, ann))
    trading_forms.trade(writer, acting_as(writer, ann), form.id, now=NOW)

    with refused(Code.WRONG_STATE):
        trading_forms.trade(writer, acting_as(writer, ann), form.id, now=NOW)

    assert balances(writer, ann) == (1250,)


def test_the_seller_says_no_and_the_buyer_takes_it_back(
    writer: Writer, ann: Person, bob: Person
) -> None:
    first, second = (written(writer, bob, letter(bob, ann)) for _ in range(2))

    no = trading_forms.decline(
        writer, acting_as(writer, ann), first.id, reason="sold out", now=NOW
    )
    back = trading_forms.withdraw(writer, acting_as(writer, bob), second.id, now=NOW)

    assert (no.state, no.reason) == (FormState.DECLINED, "sold out")
    assert back.state is FormState.WITHDRAWN


def test_only_the_buyer_writes_and_only_the_seller_answers(
    writer: Writer, ann: Person, bob: Person, cem: Person
) -> None:
    form = written(writer, bob, letter(bob, ann))

    with refused(Code.NOT_ALLOWED):
        written(writer, ann, letter(bob, ann))
    with refused(Code.NOT_ALLOWED):
        trading_forms.trade(writer, acting_as(writer, bob), form.id, now=NOW)
    with refused(Code.NOT_ALLOWED):
        trading_forms.withdraw(writer, acting_as(writer, ann), form.id, now=NOW)
    with refused(Code.UNKNOWN_FORM):
        trading_forms.show(writer, acting_as(writer, cem), form.id)


def test_the_same_submission_is_one_form(writer: Writer, ann: Person, bob: Person) -> None:
    wanted = letter(bob, ann)

    assert written(writer, bob, wanted).id == written(writer, bob, wanted).id
    with refused(Code.ID_REUSED):
        written(writer, bob, letter(bob, ann, "13", id=wanted.id))
