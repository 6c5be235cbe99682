"""What the pages of messages are drawn with in tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from cesnode.community.messages import Fault, State
from cesnode.community.roles import Role
from cesnode.services.messages import meeting, reporting
from cesnode.services.messages.reading import Conversation, Said, Whom
from cesnode.store import Writer
from cesnode.web.messages import caring, talking
from tests.support.drawn import Values
from tests.support.drawn_trading import Seeing
from tests.support.exchanges import NOW, Person, acting_as, join
from tests.support.letters import answer, write

ABROAD = Whom(number="0001@x.io", name="VILA0001", exchange="Vila", hue=1)
SAID = Said(
    id=1,
    text="tea",
    subject="tea",
    listing=None,
    is_mine=True,
    author="Jo Elm",
    state=State.DELIVERED,
    fault=None,
    withdrawn=False,
    can_withdraw=True,
    at=NOW,
)


def messages_pages(writer: Writer, person: Person) -> Mapping[str, Values]:
    """Return every page of messages, as a person sees it who was written to."""
    jo, rye = join(writer, "Jo Elm", area="North"), join(writer, "Rye", area="North")
    talk, blocked = write(writer, jo, person, "tea"), write(writer, rye, person, "tea")
    answer(writer, person, talk, "99")
    actor = acting_as(writer, person)
    meeting.set_blocked(writer, actor, blocked, blocked=True, now=NOW)
    made = reporting.report(writer, actor, talk, reason="99", now=NOW)
    kay = join(writer, "Kay", role=Role.COORDINATOR, area="North")
    seen, kept = Seeing(writer, person), Seeing(writer, kay)
    template, values = seen(talking.show, id=f"{talk}")
    here = values["talk"]
    assert isinstance(here, Conversation)
    return {
        template: {**values, "talk": _abroad(here)},
        **dict(
            (
                seen(talking.inbox),
                seen(talking.blank, {"to": jo.number, "text": "tea"}, wrong=True),
                seen(talking.put_away),
                seen(caring.wishes),
                seen(caring.before_deleting, id=f"{talk}"),
                seen(caring.question, id=f"{talk}"),
                kept(caring.reports),
                kept(caring.report, id=f"{made}"),
            )
        ),
    }


def _abroad(talk: Conversation) -> Conversation:
    """Return a conversation with somebody abroad in which everything has happened."""
    said = [
        SAID,
        replace(SAID, state=State.UNDER_WAY),
        *(replace(SAID, state=State.UNDELIVERED, fault=fault) for fault in Fault),
        replace(SAID, is_mine=False, text=""),
        replace(SAID, is_mine=False, text="", withdrawn=True),
    ]
    return replace(talk, whom=ABROAD, said=said, has_older=True)
