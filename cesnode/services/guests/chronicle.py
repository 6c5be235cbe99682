"""The log of a group of ours that has guests: what their nodes are told, in its order.

1. Nobody else writes it, and no entry of it is changed; words that were taken away are
   forgotten in it, and the other nodes are told so.
2. What was written before a group was opened to neighbours is not in it.
"""

from __future__ import annotations

import secrets
from uuid import UUID

from cesnode.community.exchange import Exchange
from cesnode.community.groups import Reach
from cesnode.ledger.accounts import AccountState
from cesnode.services.clearing.addressing import own_address
from cesnode.services.clearing.here import moment
from cesnode.store import (
    Reader,
    Writer,
    accounts,
    exchanges,
    group_guests,
    group_log,
    group_notices,
    members,
    outbox,
)
from cesnode.store.group_log import Logged
from cesnode.store.group_notices import GroupNotice
from cesnode.store.groups import Group
from federation import wire
from federation.groups import (
    Entry,
    EntryKind,
    Head,
    Listing,
    Telling,
    Words,
    beginning,
    digest_of,
    head_of,
)

NEWS_LETTER = "group_news"
_SALT_BYTES = 16


def is_kept(group: Group) -> bool:
    """Whether there is a log of a group: of one of ours that neighbours may come into."""
    return group.peer is None and group.reach is Reach.NEIGHBOURS


def head(reader: Reader, group: Group) -> Head:
    """Return where the log of a group ends."""
    last = group_log.head(reader, group.id)
    return beginning(str(group.uuid)) if last is None else Head(seq=last[0], hash=last[1])


def written(writer: Writer, group: Group, notice: GroupNotice, *, now: int) -> None:
    """Tell of a notice or a reply, whoever wrote it."""
    if not is_kept(group):
        return
    above = group_notices.find(writer, notice.under) if notice.under else None
    if above is not None and not group_log.tells(writer, group.id, above.uuid):
        return  # What it replies to is from before neighbours could come in.
    address, name = _author(writer, notice, now=now)
    told = Telling(
        author=address,
        name=name,
        words=Words(
            title=notice.title, text=notice.body, under=str(above.uuid) if above else None
        ),
        salt=secrets.token_hex(_SALT_BYTES),
    )
    _append(writer, group, EntryKind.WORDS, notice.uuid, told, now=now)


def removed(writer: Writer, group: Group, notice: GroupNotice, *, now: int) -> None:
    """Tell that words are to be forgotten, with all replies to them."""
    if not is_kept(group) or not group_log.tells(writer, group.id, notice.uuid):
        return
    for reply in group_notices.under(writer, notice.id, limit=notice.replies):
        group_log.forget(writer, group.id, reply.uuid)
    _append(writer, group, EntryKind.REMOVED, notice.uuid, None, now=now)


def shown(
    writer: Writer,
    group: Group,
    item: UUID,
    by: tuple[str, str],
    listing: Listing,
    *,
    now: int,
) -> None:
    """Tell what stands on the board, `by` whom: an address and a name."""
    address, name = by
    told = Telling(
        author=address,
        name=name,
        listing=listing,
        salt=secrets.token_hex(_SALT_BYTES),
    )
    _append(writer, group, EntryKind.SHOWN, item, told, now=now)


def hidden(writer: Writer, group: Group, item: UUID, *, now: int) -> None:
    """Tell what stands on the board no longer."""
    _append(writer, group, EntryKind.HIDDEN, item, None, now=now)


def named(
    reader: Reader, exchange: Exchange, member: int, account: int | None = None
) -> tuple[str, str]:
    """Return how a member of ours is called elsewhere: an address, and their name."""
    held = sorted(accounts.of_member(reader, member))
    open_ones = [
        one for one in held if accounts.by_id(reader, one).state is not AccountState.CLOSED
    ]
    chosen = account or (open_ones or held)[0]
    number, _ = accounts.names(reader, [chosen])[chosen]
    return own_address(exchange, number), members.name(reader, member)


def _author(reader: Reader, notice: GroupNotice, *, now: int) -> tuple[str, str]:
    if notice.author is None:
        return notice.address or "", notice.author_name
    return named(reader, exchanges.load(reader, now), notice.author)


def _append(
    writer: Writer,
    group: Group,
    kind: EntryKind,
    item: UUID,
    told: Telling | None,
    *,
    now: int,
) -> None:
    """Write the next entry; what was told of its item before is forgotten."""
    if not is_kept(group):
        return
    group_log.forget(writer, group.id, item)
    last = head(writer, group)
    entry = Entry(
        v=wire.VERSION,
        group_id=str(group.uuid),
        seq=last.seq + 1,
        prev=last.hash,
        kind=kind,
        item=str(item),
        digest=digest_of(told) if told is not None else None,
        at=moment(now),
    )
    after = head_of(entry)
    logged = Logged(
        seq=after.seq,
        hash=after.hash,
        kind=kind,
        item=item,
        entry=wire.write(entry),
        told=wire.write(told) if told is not None else None,
    )
    group_log.append(writer, group.id, logged)
    _nudge(writer, group, after, now=now)


def _nudge(writer: Writer, group: Group, to: Head, *, now: int) -> None:
    """Let the guests' nodes know that there is more, in place of older such news."""
    group_id = str(group.uuid)
    outbox.settle(writer, group_id, kinds=(NEWS_LETTER,), now=now)
    for peer in group_guests.peers_inside(writer, group.id):
        outbox.add(
            writer,
            peer=peer,
            kind=NEWS_LETTER,
            wire_id=group_id,
            parameters={"group_id": group_id},
            body=wire.write(to),
            now=now,
        )
