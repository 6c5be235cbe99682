"""Takes over what was announced elsewhere, with its days and who said it.

Nobody is told of it anew; an announcement that is here already stays as it is here.
"""

from __future__ import annotations

from cesnode.community import words
from cesnode.community.news import Audience
from cesnode.errors import NodeError
from cesnode.formats.brought import Problems
from cesnode.formats.foreign import Foreign
from cesnode.formats.told import Announced
from cesnode.services.bringing.people import People
from cesnode.services.bringing.sides import uuid_of
from cesnode.store import announcements
from cesnode.store.announcements import Announcement

_AUTHOR = "Owner"


def announce(people: People, reader: Foreign, problems: Problems) -> int:
    """Add what is not here yet; return how many that were."""
    added = 0
    for each in reader.announcements():
        try:
            made = _made(people, each)
        except NodeError as error:
            problems.add(
                each.file, each.row, error.field or "", f"{error} It was left out."
            )
            continue
        if each.owner and made.author is None:
            reason = f"there is no account {each.owner}; it stands here without its author"
            problems.add(each.file, each.row, _AUTHOR, reason)
        number = announcements.insert(people.writer, made)
        if number is not None:
            announcements.set_told(people.writer, number, now=people.now)
            added += 1
    return added


def _made(people: People, each: Announced) -> Announcement:
    code = people.exchange.code
    return Announcement(
        id=0,
        uuid=uuid_of(code, f"announcement {each.key}", None, each.at),
        author=people.member_of(each.owner),
        area=None,
        title=words.name(each.title, field="title"),
        text=each.text,
        audience=Audience.MEMBERS,
        shown_from=each.since,
        shown_until=each.until,
        told_at=people.now,
        changed_at=each.at,
        withdrawn_at=None,
    )
