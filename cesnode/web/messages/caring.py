"""From whom one takes messages, and what is reported to the coordinators."""

from __future__ import annotations

from aiohttp import web

from cesnode.community.messages import USUAL, Takes
from cesnode.errors import UnknownReport
from cesnode.services.messages import keeping, meeting, reading, reporting
from cesnode.store import Reader
from cesnode.web.addresses import number
from cesnode.web.asking import Asked, Asking, Sight
from cesnode.web.messages.talking import number_of
from cesnode.web.site import MESSAGE_REPORTS, MESSAGE_WISHES, MESSAGES


def wishes(reader: Reader, asked: Asked) -> Sight:
    present = asked.visitor
    actor, own = present.actor, present.account.number
    return Sight(
        "messages/wishes.html",
        {
            "takes": meeting.takes(reader, actor, own, now=asked.now),
            "blocked": reading.blocked(reader, actor, own, now=asked.now),
            "Takes": Takes,
        },
    )


async def keep(asking: Asking) -> web.StreamResponse:
    """Keep from whom messages are taken, or take those of one person again."""
    form = asking.form
    again = number(form.value("again"))
    if again is not None:
        await asking.write(meeting.set_blocked, again, blocked=False, now=asking.now)
        return asking.go(MESSAGE_WISHES, note="messages-taken")
    named = form.value("takes")
    wanted = Takes(named) if named in set(Takes) else USUAL
    await asking.do(
        lambda writer, asked: meeting.set_takes(
            writer,
            asked.visitor.actor,
            asked.visitor.account.number,
            wanted,
            now=asked.now,
        )
    )
    return asking.go(MESSAGES, note="messages-chosen")


def question(reader: Reader, asked: Asked) -> Sight:
    """Ask what is wrong with what somebody wrote, and show what others will see."""
    found = reporting.preview(reader, asked.visitor.actor, number_of(asked.path["id"]))
    return Sight("messages/report.html", {"about": found.about, "seen": found.written})


async def ask(asking: Asking) -> web.StreamResponse:
    form, conversation = asking.form, number_of(asking.request.match_info["id"])
    reason = form.required("reason")
    if not form.errors:
        with form.checking():
            await asking.write(
                reporting.report, conversation, reason=reason, now=asking.now
            )
            return asking.go(f"{MESSAGES}/{conversation}", note="message-reported")
    return await asking.show(question)


def before_deleting(reader: Reader, asked: Asked) -> Sight:
    """Say what is deleted, and what the other side keeps."""
    actor, wanted = asked.visitor.actor, number_of(asked.path["id"])
    return Sight(
        "messages/delete.html",
        {
            "talk": reading.conversation(reader, actor, wanted),
            "is_kept_there": keeping.keeps_a_copy(reader, actor, wanted),
        },
    )


async def delete(asking: Asking) -> web.StreamResponse:
    wanted = number_of(asking.request.match_info["id"])
    await asking.write(keeping.delete, wanted, now=asking.now)
    return asking.go(MESSAGES, note="messages-deleted")


def reports(reader: Reader, asked: Asked) -> Sight:
    found = reporting.cases(reader, asked.visitor.actor)
    return Sight("messages/reports.html", {"cases": found})


def report(reader: Reader, asked: Asked) -> Sight:
    found = reporting.case(reader, asked.visitor.actor, _report(asked.path["id"]))
    return Sight("messages/case.html", {"case": found})


async def close(asking: Asking) -> web.StreamResponse:
    form, wanted = asking.form, _report(asking.request.match_info["id"])
    outcome = form.required("outcome")
    if not form.errors:
        with form.checking():
            await asking.write(reporting.close, wanted, outcome=outcome, now=asking.now)
            return asking.go(MESSAGE_REPORTS, note="report-closed")
    return await asking.show(report)


def _report(text: str) -> int:
    found = number(text)
    if found is None:
        raise UnknownReport
    return found
