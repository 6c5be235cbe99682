"""Asks the coordinators to look at what somebody wrote, and lets them answer.

They see what the one who asks has got, up to the moment they asked, and nothing else of
the conversation.  Who asked and what came of it stays in the acts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cesnode.community import words
from cesnode.community.messages import REPORTS
from cesnode.community.notices import Kind
from cesnode.community.roles import Actor, Permission, Scope
from cesnode.errors import Ended, NothingToReport, UnknownReport
from cesnode.services import acting, authority, noticing
from cesnode.services.messages import keeping, meeting, placing, reading
from cesnode.services.messages.reading import Whom
from cesnode.store import (
    Reader,
    Writer,
    accounts,
    correspondents,
    exchanges,
    members,
    message_reports,
    messages,
)
from cesnode.store.correspondents import Correspondent
from cesnode.store.message_reports import Report
from cesnode.store.messages import Message

SHOWN = 10
"""Messages that the coordinators see of a conversation."""
_MOST = 200


@dataclass(frozen=True, slots=True)
class Preview:
    """What the coordinators would see of a conversation, were it reported now."""

    about: Whom
    written: Sequence[Message]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A report as the coordinators see it: who asks, about whom, and what was written."""

    report: Report
    number: str
    name: str
    about: Whom
    written: Sequence[Message]


def preview(reader: Reader, actor: Actor, conversation: int) -> Preview:
    """Return what a report would show.

    Raises:
        UnknownConversation, NothingToReport

    """
    actor.require_scope(Scope.READ)
    side = meeting.own_side(reader, actor, conversation)
    if not side.heard:
        raise NothingToReport
    return Preview(reading.whom(reader, side.other), _written(reader, side, side.heard))


def report(
    writer: Writer, actor: Actor, conversation: int, *, reason: str, now: int
) -> int:
    """Ask the coordinators to look at what the other side wrote; return the report.

    Asking again while they have not answered changes nothing.

    Raises:
        UnknownConversation
        NothingToReport: they have written nothing.
        DescriptionMissing, DescriptionTooLong, DescriptionInvalid: of the reason.

    """
    actor.require_scope(Scope.TRADE)
    side = meeting.own_side(writer, actor, conversation)
    if not side.heard or actor.member is None:
        raise NothingToReport
    said = words.description(reason, field="reason")
    waiting = message_reports.waiting(writer, side)
    if waiting is not None:
        return waiting.id
    correspondents.mark_read(writer, side)  # What is reported cannot be taken back.
    made = message_reports.insert(writer, side, member=actor.member, reason=said, now=now)
    exchange = exchanges.load(writer, now)
    subject = _subject(made.id)
    acting.record(writer, exchange, actor, "message.reported", subject, note=said, now=now)
    _call(writer, made, now=now)
    return made.id


def cases(reader: Reader, actor: Actor) -> list[Case]:
    """Return the reports the actor may look into: first those that wait."""
    _require_keeper(actor)
    found = [_case(reader, one) for one in message_reports.every(reader, limit=_MOST)]
    return [one for one in found if _is_for(reader, actor, one.report)]


def case(reader: Reader, actor: Actor, number: int) -> Case:
    """Return a report with what was written.

    Raises:
        UnknownReport: there is none that this actor may look into.

    """
    _require_keeper(actor)
    found = message_reports.by_id(reader, number)
    if found is None or not _is_for(reader, actor, found):
        raise UnknownReport
    return _case(reader, found)


def close(writer: Writer, actor: Actor, number: int, *, outcome: str, now: int) -> None:
    """Close a report with a word to who asked, who is told.

    Raises:
        UnknownReport
        Ended: somebody has closed it.
        DescriptionMissing, DescriptionTooLong, DescriptionInvalid: of the outcome.

    """
    found = case(writer, actor, number).report
    said = words.description(outcome, field="outcome")
    if found.closed_at is not None:
        raise Ended(state="closed")
    message_reports.close(writer, number, outcome=said, now=now)
    keeping.forget_words(writer, found.conversation)
    exchange = exchanges.load(writer, now)
    subject = _subject(number)
    acting.record(
        writer, exchange, actor, "message.report_closed", subject, note=said, now=now
    )
    details = {"path": placing.path(found.conversation), "reason": said}
    noticing.tell(writer, found.member, Kind.REPORT_CLOSED, details=details, now=now)


def _require_keeper(actor: Actor) -> None:
    actor.require_scope(Scope.ADMIN)
    if not actor.may_somewhere(Permission.KEEP_PEACE):
        actor.require(Permission.KEEP_PEACE)


def _is_for(reader: Reader, actor: Actor, one: Report) -> bool:
    """Whether a report comes from where the actor keeps the peace, and is not of them."""
    other = _side(reader, one).other
    if isinstance(other, int) and actor.owns(other):
        return False
    area = accounts.by_id(reader, one.account).area
    return actor.may(Permission.KEEP_PEACE, area=area)


def _case(reader: Reader, one: Report) -> Case:
    side = _side(reader, one)
    number, name = accounts.names(reader, [one.account])[one.account]
    return Case(
        report=one,
        number=number,
        name=name,
        about=reading.whom(reader, side.other),
        written=_written(reader, side, one.up_to),
    )


def _side(reader: Reader, one: Report) -> Correspondent:
    """Return the side of the conversation that reported it."""
    side = correspondents.find(reader, one.conversation, frozenset({one.account}))
    if side is None:
        raise UnknownReport
    return side


def _written(reader: Reader, side: Correspondent, up_to: int) -> list[Message]:
    return messages.latest_of_others(
        reader, side.conversation, side.account, up_to=up_to, limit=SHOWN
    )


def _call(writer: Writer, made: Report, *, now: int) -> None:
    """Tell everybody who may look into it, but for whoever asks."""
    details = {"path": f"{REPORTS}/{made.id}"}
    for member in members.in_office(writer):
        keeper = authority.member_actor(writer, member)
        if member != made.member and _is_for(writer, keeper, made):
            noticing.tell(writer, member, Kind.MESSAGE_REPORTED, details=details, now=now)


def _subject(report: int) -> str:
    return f"message_report:{report}"
