"""Takes in the log of a group elsewhere, line by line, and tells our members what is new.

What a home says our own members wrote is taken only if they have sent it.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from uuid import UUID

from cesnode.community import market, words
from cesnode.community.notices import Kind
from cesnode.errors import NodeError
from cesnode.services import noticing
from cesnode.services.clearing.here import Desk, seconds
from cesnode.services.groups import places
from cesnode.services.guests import offering
from cesnode.store import Writer, group_copies, group_notices, group_shown
from cesnode.store.group_copies import Copy
from cesnode.store.group_notices import GroupNotice
from cesnode.store.group_shown import Shown
from cesnode.store.groups import Group
from federation import wire
from federation.errors import schema_invalid
from federation.groups import EntryKind, Head, LogLine, LogPage, Telling, follow

MOST_ENTRIES = 50_000
MOST_NOTICES = 1_000
"""So much of a log is heard, and so many notices of a copy are kept, the latest."""
_log = logging.getLogger(__name__)


def take(writer: Writer, desk: Desk, group: Group, copy: Copy, page: LogPage) -> Copy:
    """Take in the lines of a page; what is there when it is first heard is no news."""
    if page.head.seq > MOST_ENTRIES:
        raise schema_invalid(f"No more than {MOST_ENTRIES} entries of a log are heard.")
    quiet = page.head.seq if copy.quiet is None else copy.quiet
    head = Head(seq=copy.seq, hash=copy.hash)
    for line, after in follow(page, copy.wire_id, head):
        head = after
        try:
            _take(writer, desk, group, line, is_news=head.seq > quiet)
        except NodeError as error:
            _log.info("a line of %s was passed over: %s", desk.peer.node, error)
    group_notices.forget_eldest(writer, group.id, most=MOST_NOTICES)
    return replace(copy, seq=head.seq, hash=head.hash, quiet=quiet)


def _take(
    writer: Writer, desk: Desk, group: Group, line: LogLine, *, is_news: bool
) -> None:
    """Do here what a line says was done at the group's home."""
    item, told = UUID(line.entry.item), line.told
    match line.entry.kind:
        case EntryKind.WORDS:
            if told is not None:
                _write(writer, desk, group, line, told, is_news=is_news)
            group_copies.arrived(writer, group.id, item)
        case EntryKind.REMOVED:
            _remove(writer, group, item, now=desk.now)
        case EntryKind.SHOWN:
            if told is not None and not _is_own(desk, told.author):
                _show(writer, group, item, told, now=_at(line, desk.now))
        case EntryKind.HIDDEN:
            group_shown.remove(writer, group.id, item)


def _write(
    writer: Writer,
    desk: Desk,
    group: Group,
    line: LogLine,
    told: Telling,
    *,
    is_news: bool,
) -> None:
    said, item = told.words, UUID(line.entry.item)
    assert said is not None  # noqa: S101 - follow() has seen to it
    above = None
    if said.under is not None:
        above = group_notices.by_uuid(writer, group.id, UUID(said.under))
        if above is None or above.under is not None:
            return  # It was taken away meanwhile, or dropped for its age.
    if group_notices.by_uuid(writer, group.id, item) is not None:
        return
    author = None
    if _is_own(desk, told.author):
        sent = group_copies.sent(writer, group.id, item)
        if sent is None:
            _log.warning("%s says that one of ours wrote what they did not", desk.peer.node)
            return
        author = sent.member
    notice = GroupNotice(
        id=0,
        uuid=item,
        group=group.id,
        under=above.id if above else None,
        author=author,
        author_name=words.name(told.name),
        address=None if author is not None else told.author,
        title="" if above else words.name(said.title, field="title"),
        body=market.paragraphs(said.text, field="body"),
        written_at=_at(line, desk.now),
    )
    number = group_notices.insert(writer, notice)
    if is_news:
        _tell(writer, group, above, replace(notice, id=number), now=desk.now)


def _tell(
    writer: Writer,
    group: Group,
    above: GroupNotice | None,
    notice: GroupNotice,
    *,
    now: int,
) -> None:
    """Tell our members in a group what was written there."""
    by, author = notice.author, notice.author
    if above is None:
        told = places.told(group.id, by=by, notice=notice.id)
        noticing.tell_group(
            writer, group.id, Kind.GROUP_NOTICE, details=told, but=author, now=now
        )
        return
    told = places.told(group.id, by=by, notice=above.id) | {"reply": str(notice.id)}
    for listener in group_notices.listeners(writer, above.id) - {author}:
        noticing.tell(writer, listener, Kind.GROUP_REPLY, details=told, now=now)


def _remove(writer: Writer, group: Group, item: UUID, *, now: int) -> None:
    written = group_notices.by_uuid(writer, group.id, item)
    if written is None:
        return
    group_notices.remove(writer, written.id)
    if written.author is not None:
        told = places.told(group.id)
        noticing.tell(
            writer, written.author, Kind.GROUP_WORDS_REMOVED, details=told, now=now
        )


def _show(writer: Writer, group: Group, item: UUID, told: Telling, *, now: int) -> None:
    assert told.listing is not None  # noqa: S101 - follow() has seen to it
    listing = offering.tidied(told.listing)
    shown = Shown(
        group=group.id,
        item=item,
        address=told.author,
        name=words.name(told.name),
        listing=wire.write(listing),
        shown_at=now,
    )
    group_shown.put(writer, shown)


def _is_own(desk: Desk, address: str) -> bool:
    return address.rpartition("@")[2] == desk.here.node


def _at(line: LogLine, now: int) -> int:
    """Return when something happened at home: never later than now."""
    return min(max(seconds(line.entry.at), 0), now)
