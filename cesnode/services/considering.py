"""Considering who would like to join: all that they told, and what the house asks back.

1. Applications are for who keeps members; who applied sees theirs by its link.
2. A question goes by mail to the address they gave, with a link of its own; without mail
   it stands on the page that they were told to keep.  One is asked at a time.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from cesnode.community import words
from cesnode.community.roles import Actor, Permission
from cesnode.errors import NothingAsked, StillAsked
from cesnode.services import joining, mailing
from cesnode.services.mailing import Letter, Template
from cesnode.store import Reader, Writer, applications
from cesnode.store.applications import Application, Question, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Considered:
    """An application with all that belongs to it; `is_mailed`: letters go out here."""

    application: Application
    questions: Sequence[Question]
    is_mailed: bool


def considered(reader: Reader, actor: Actor, application: int) -> Considered:
    """Return an application with what was asked and answered.

    Raises:
        UnknownApplication: there is none of this number.

    """
    actor.require(Permission.KEEP_MEMBERS)
    return Considered(
        application=joining.known(reader, application),
        questions=applications.questions(reader, application),
        is_mailed=mailing.is_on(reader),
    )


def ask_back(
    writer: Writer, actor: Actor, application: int, *, question: str, now: int
) -> None:
    """Ask who applied something before deciding.

    Raises:
        UnknownApplication, WrongApplicationState, DescriptionMissing
        StillAsked: the question before this one is not answered.

    """
    actor.require(Permission.KEEP_MEMBERS)
    found = joining.still_waiting(writer, application)
    if open_question(writer, found) is not None:
        raise StillAsked(field="question")
    text = words.long_text(question, field="question")
    secret = secrets.token_urlsafe(24)
    applications.insert_question(
        writer, found.id, digest=joining.digest(secret), text=text, by=actor.member, now=now
    )
    joining.record(writer, actor, "application.asked_back", found, now=now)
    letter = Letter(
        recipient=found.email,
        template=Template.QUESTION,
        language=found.language,
        name=found.name,
        values={"path": joining.LINK + secret, "question": text},
    )
    mailing.queue(writer, letter, now=now)


def answer(writer: Writer, secret: str, text: str, *, now: int) -> None:
    """Keep what who applied answers; its link says who that is.

    Raises:
        LinkUsed: there is no application of this link.
        NothingAsked: no question of it is open.
        DescriptionMissing, DescriptionTooLong

    """
    found = joining.find(writer, secret)
    asked = open_question(writer, found)
    if asked is None:
        raise NothingAsked
    tidy = words.long_text(text, field="answer")
    applications.answer(writer, asked.id, tidy, now=now)


def open_question(reader: Reader, application: Application) -> Question | None:
    """Return what who applied is asked and has not answered, until it is decided."""
    if application.state is not State.WAITING:
        return None
    asked = applications.questions(reader, application.id)
    return next((one for one in reversed(asked) if one.answer is None), None)
