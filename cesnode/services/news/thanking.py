"""Written thank-yous: for a trade that stands, once by each side, for all members to read.

1. Who got it may answer once, and may hide it from others: it is about them.
2. Who looks after news may take it down; the reason is kept and told to who said it.
3. What is said of somebody in another exchange is read here alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from cesnode.community import words
from cesnode.community.news import LONGEST_THANKS
from cesnode.community.notices import Kind
from cesnode.community.roles import Actor, Scope
from cesnode.errors import (
    N_,
    AnsweredBefore,
    NotAllowed,
    ThankedBefore,
    ThanksNotDue,
    UnknownThanks,
)
from cesnode.ledger.trades import Trade, TradeState, reference
from cesnode.services import acting, noticing
from cesnode.services.authority import visible_trade
from cesnode.services.news import reaching
from cesnode.store import Reader, Writer, accounts, exchanges, notices, thanks, trades
from cesnode.store.thanks import Thanks

PAGE = 20
_MOST_PAGES = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A thank-you as somebody reads it.

    `name` and `number` are of who said it.  `is_mine`: it was said to an account of the
    reader's, who may answer and hide it; `may_remove` for those who look after news.
    """

    id: int
    name: str
    number: str
    words: str
    said_at: int
    answer: str | None
    is_hidden: bool
    is_mine: bool
    may_remove: bool

    @property
    def may_answer(self) -> bool:
        return self.is_mine and self.answer is None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfTrade:
    """What was said for a trade, and whether the reader may say something still."""

    said: tuple[Said, ...]
    may_say: bool


@dataclass(frozen=True, slots=True)
class Page:
    said: tuple[Said, ...]
    has_more: bool


def say(
    writer: Writer,
    actor: Actor,
    ref: str,
    text: str,
    *,
    id: UUID,  # noqa: A002 - the field's own name
    now: int,
) -> Thanks:
    """Thank the other side of a trade.

    Raises:
        ThanksNotDue: it has not taken effect, or somebody says that it is not right.
        ThankedBefore: this side has said so already, in other words.
        DescriptionMissing, DescriptionTooLong, DescriptionInvalid
        NotAllowed: it is a trade of others.

    """
    actor.require_scope(Scope.TRADE)
    trade = visible_trade(writer, actor, ref)
    own = _side(actor, trade)
    if actor.member is None or own is None:
        raise NotAllowed(permission=N_("say thank you for the trades of others"))
    tidy = words.long_text(text, field="words", most=LONGEST_THANKS)
    before = _by_side(writer, trade, own)
    if before is not None:
        if before.uuid == id and before.words == tidy:
            return before
        raise ThankedBefore
    if trade.state is not TradeState.POSTED:
        raise ThanksNotDue
    said = _worded(trade, own, actor.member, tidy, id=id, now=now)
    number = thanks.insert(writer, said)
    if said.receiver is not None:
        kind, author = Kind.THANKED, actor.member
        _tell(writer, said.receiver, kind, trade, but=author, now=now)
    return thanks.by_id(writer, number) or said


def answer(writer: Writer, actor: Actor, number: int, text: str, *, now: int) -> None:
    """Answer a thank-you, once.

    Raises:
        AnsweredBefore: it has another answer already.

    """
    found = _own(writer, actor, number)
    tidy = words.long_text(text, field="answer", most=LONGEST_THANKS)
    if found.answer is not None:
        if found.answer == tidy:
            return
        raise AnsweredBefore
    thanks.answer(writer, number, tidy, now=now)
    trade = trades.by_id(writer, found.trade)
    _tell(writer, found.giver, Kind.THANKS_ANSWERED, trade, but=actor.member, now=now)


def hide(writer: Writer, actor: Actor, number: int, *, hidden: bool) -> None:
    """Show a thank-you to others or not, as who got it wishes."""
    _own(writer, actor, number)
    thanks.set_hidden(writer, number, hidden=hidden)


def remove(writer: Writer, actor: Actor, number: int, *, reason: str, now: int) -> None:
    """Take a thank-you down: nobody but who said it reads it any more."""
    found = _standing(writer, number)
    actor.require(reaching.KEEPING, area=_area(writer, found))
    note = words.description(reason, field="reason")
    thanks.remove(writer, number, now=now)
    exchange = exchanges.load(writer, now)
    subject, trade = f"thanks:{number}", reference(found.trade)
    acting.record(
        writer,
        exchange,
        actor,
        "thanks.removed",
        subject,
        details={"trade": trade},
        note=note,
        now=now,
    )
    told = {"reason": note, "path": f"/trades/{trade}"}
    noticing.tell(writer, found.author, Kind.THANKS_REMOVED, details=told, now=now)


def one(reader: Reader, actor: Actor, number: int) -> Said:
    """Return a thank-you.

    Raises:
        UnknownThanks: there is none that this actor may read.

    """
    actor.require_scope(Scope.READ)
    found = _standing(reader, number)
    said = _said(reader, actor, found)
    if found.is_hidden and not (said.is_mine or said.may_remove):
        raise UnknownThanks
    return said


def of_account(reader: Reader, actor: Actor, account: int, *, page: int = 1) -> Page:
    """Return a page of what an account was thanked for, the latest first."""
    actor.require_scope(Scope.READ)
    offset = (min(max(page, 1), _MOST_PAGES) - 1) * PAGE
    found = thanks.to_account(
        reader,
        account,
        hidden_too=actor.owns(account) or _may_remove(reader, actor, account),
        limit=PAGE + 1,
        offset=offset,
    )
    said = tuple(_said(reader, actor, each) for each in found)
    return Page(said[:PAGE], len(said) > PAGE)


def of_trade(reader: Reader, actor: Actor, ref: str) -> OfTrade:
    """Return what both sides of a trade said."""
    actor.require_scope(Scope.READ)
    trade = visible_trade(reader, actor, ref)
    own = _side(actor, trade)
    found = [
        each
        for each in thanks.of_trade(reader, trade.id)
        if each.removed_at is None or each.giver == own
    ]
    return OfTrade(
        said=tuple(_said(reader, actor, each) for each in found),
        may_say=own is not None
        and trade.state is TradeState.POSTED
        and _by_side(reader, trade, own) is None,
    )


def of_stranger(reader: Reader, actor: Actor, address: str) -> tuple[Said, ...]:
    """Return what members here thank somebody of another exchange for."""
    actor.require_scope(Scope.READ)
    found = thanks.to_abroad(reader, address, limit=PAGE)
    return tuple(_said(reader, actor, each) for each in found)


def _worded(
    trade: Trade,
    own: int,
    author: int,
    text: str,
    *,
    id: UUID,  # noqa: A002 - the field's own name
    now: int,
) -> Thanks:
    """Return what one side of a trade says to the other, which may live elsewhere."""
    other = trade.buyer if own == trade.seller else trade.seller
    return Thanks(
        id=0,
        uuid=id,
        trade=trade.id,
        author=author,
        giver=own,
        receiver=None if trade.other is not None else other,
        abroad=trade.other,
        words=text,
        said_at=now,
        answer=None,
        answered_at=None,
        is_hidden=False,
        removed_at=None,
    )


def _said(reader: Reader, actor: Actor, found: Thanks) -> Said:
    number, name = accounts.names(reader, [found.giver])[found.giver]
    return Said(
        id=found.id,
        name=name,
        number=number,
        words=found.words,
        said_at=found.said_at,
        answer=found.answer,
        is_hidden=found.is_hidden,
        is_mine=found.receiver is not None and actor.owns(found.receiver),
        may_remove=actor.may(reaching.KEEPING, area=_area(reader, found))
        and found.removed_at is None,
    )


def _side(actor: Actor, trade: Trade) -> int | None:
    """Return the account of the actor's own in a trade; with both, there is no other."""
    mine = [side for side in (trade.seller, trade.buyer) if actor.owns(side)]
    return mine[0] if len(mine) == 1 else None


def _by_side(reader: Reader, trade: Trade, side: int) -> Thanks | None:
    return next(
        (each for each in thanks.of_trade(reader, trade.id) if each.giver == side), None
    )


def _own(reader: Reader, actor: Actor, number: int) -> Thanks:
    """Return what was said to an account of the actor's."""
    actor.require_scope(Scope.TRADE)
    found = _standing(reader, number)
    if found.receiver is None or not actor.owns(found.receiver):
        raise NotAllowed(permission=N_("answer or hide what was said to others"))
    return found


def _standing(reader: Reader, number: int) -> Thanks:
    found = thanks.by_id(reader, number)
    if found is None or found.removed_at is not None:
        raise UnknownThanks
    return found


def _area(reader: Reader, found: Thanks) -> int | None:
    """Return where what was said is looked after: where who got it lives, if it is here."""
    about = found.giver if found.receiver is None else found.receiver
    return accounts.by_id(reader, about).area


def _may_remove(reader: Reader, actor: Actor, account: int) -> bool:
    return actor.may(reaching.KEEPING, area=accounts.by_id(reader, account).area)


def _tell(
    writer: Writer, account: int, kind: Kind, trade: Trade, *, but: int | None, now: int
) -> None:
    notices.of_side(writer, account, kind, trade=trade.id, but=but, now=now)
