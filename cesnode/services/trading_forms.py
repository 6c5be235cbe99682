"""What a buyer writes to a seller before a trade: an order, or a slip; nothing moves.

1. An order asks a seller for something; when it was provided, the seller records it like
   any other trade, by the house rules.
2. A slip says that the buyer has agreed: the seller's record of it takes effect at once.
3. The third form, an invoice from seller to buyer, is a trade that is asked for.
4. Both are members of this exchange.
"""

from __future__ import annotations

from uuid import UUID

import msgspec

from cesnode.community import words
from cesnode.community.notices import Kind
from cesnode.community.roles import Actor, Scope
from cesnode.errors import IdReused, NotAllowed, UnknownForm, WrongFormState
from cesnode.ledger import money
from cesnode.ledger.accounts import Account
from cesnode.ledger.trades import Channel, Trade
from cesnode.services import noticing, orders, trading
from cesnode.services.authority import member_actor, require_side
from cesnode.services.identifiers import uuid7
from cesnode.services.orders import Order
from cesnode.services.reading import require_own
from cesnode.store import Reader, Writer, accounts, exchanges, trading_forms
from cesnode.store.trading_forms import Form, FormKind, FormState

LISTED = 50


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """A form as somebody writes it; `delivery` says where and when, for an order."""

    id: UUID
    kind: FormKind
    buyer: str
    seller: str
    amount: str
    description: str
    delivery: str = ""


def write(writer: Writer, actor: Actor, letter: Letter, *, now: int) -> Form:
    """Write a form to a seller; the same id with the same content gives the first one."""
    exchange = exchanges.load(writer, now)
    order = Order(
        id=letter.id,
        seller=letter.seller,
        buyer=letter.buyer,
        amount=letter.amount,
        description=letter.description,
        channel=Channel.WEB,
    )
    draft = orders.draft(writer, exchange, actor, order, now=now)
    require_side(actor, draft.buyer)
    delivery = letter.delivery.strip()
    last = trading_forms.last_id(writer)
    made = trading_forms.insert(
        writer,
        uuid=letter.id,
        kind=letter.kind,
        buyer=draft.buyer.id,
        seller=draft.seller.id,
        amount=draft.trade.amount,
        description=words.description(letter.description),
        delivery=words.description(delivery, field="delivery") if delivery else None,
        written_by=actor.member,
        now=now,
    )
    wanted = (letter.kind, draft.buyer.id, draft.seller.id, draft.trade.amount)
    if (made.kind, made.buyer, made.seller, made.amount) != wanted:
        raise IdReused(id=letter.id)
    if made.id > last:
        _tell(writer, made.seller, Kind.FORM_WRITTEN, made, but=actor.member, now=now)
    return made


def show(reader: Reader, actor: Actor, number: int) -> Form:
    """Return a form; to a stranger it does not exist."""
    actor.require_scope(Scope.READ)
    form = trading_forms.by_id(reader, number)
    if actor.owns(form.buyer) or actor.owns(form.seller):
        return form
    try:
        require_own(actor, accounts.by_id(reader, form.buyer))
    except NotAllowed:
        raise UnknownForm(number=number) from None
    return form


def of_account(reader: Reader, actor: Actor, account: Account) -> list[Form]:
    actor.require_scope(Scope.READ)
    require_own(actor, account)
    return trading_forms.of_account(reader, account.id, limit=LISTED)


def trade(writer: Writer, actor: Actor, number: int, *, now: int) -> Trade:
    """The seller has provided it, and records the trade that the form was about."""
    form = _open(writer, actor, number)
    exchange = exchanges.load(writer, now)
    require_side(actor, accounts.by_id(writer, form.seller))
    is_agreed = form.kind is FormKind.SLIP
    order = Order(
        id=uuid7(),
        seller=form.seller_number,
        buyer=form.buyer_number,
        amount=money.render(form.amount, exchange.currency),
        description=form.description or "",
        channel=Channel.FORM,
        asking=is_agreed,
    )
    made = trading.record(writer, actor, order, now=now).trade
    if is_agreed and form.written_by is not None:
        buyer = member_actor(writer, form.written_by, Scope.TRADE)
        made = trading.accept(writer, buyer, made.ref, now=now)
    trading_forms.answer(writer, form, FormState.TRADED, trade=made.id, now=now)
    return made


def decline(
    writer: Writer, actor: Actor, number: int, *, reason: str | None = None, now: int
) -> Form:
    """The seller says no."""
    form = _open(writer, actor, number)
    require_side(actor, accounts.by_id(writer, form.seller))
    why = words.description(reason, field="reason") if reason else None
    trading_forms.answer(writer, form, FormState.DECLINED, reason=why, now=now)
    _tell(writer, form.buyer, Kind.FORM_DECLINED, form, but=actor.member, now=now)
    return trading_forms.by_id(writer, number)


def withdraw(writer: Writer, actor: Actor, number: int, *, now: int) -> Form:
    """The buyer takes it back."""
    form = _open(writer, actor, number)
    require_side(actor, accounts.by_id(writer, form.buyer))
    trading_forms.answer(writer, form, FormState.WITHDRAWN, now=now)
    return trading_forms.by_id(writer, number)


def _tell(
    writer: Writer, account: int, kind: Kind, form: Form, *, but: int | None, now: int
) -> None:
    details = {"reason": form.description or ""}
    noticing.tell_holders(writer, account, kind, details=details, but=but, now=now)


def _open(reader: Reader, actor: Actor, number: int) -> Form:
    form = show(reader, actor, number)
    if form.state is not FormState.OPEN:
        raise WrongFormState(number=number, state=form.state)
    return form
