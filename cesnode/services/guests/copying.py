"""Keeps copies of groups elsewhere, for our members who are in them, and drops them.

1. A copy is what its home tells: the list of its groups, and the logs of those in which
   somebody of ours is.  Where a log does not go on as it was told, the copy begins anew.
2. What cannot be heard for a day is dropped, and so is all when the two exchanges part:
   words that were taken away elsewhere shall not stay here.
"""

from __future__ import annotations

import logging
from dataclasses import replace

from msgspec import structs

from cesnode.community import market, words
from cesnode.community.groups import GROUPS, LONGEST_ABOUT, Door
from cesnode.community.notices import Kind
from cesnode.errors import NodeError
from cesnode.services import noticing
from cesnode.services.clearing.here import Desk
from cesnode.services.clearing.letters import Answer, again
from cesnode.services.guests import following, receiving
from cesnode.services.market import publishing
from cesnode.store import (
    Writer,
    group_copies,
    group_members,
    group_notices,
    group_shown,
    groups,
    outbox,
)
from cesnode.store.group_copies import Copy
from cesnode.store.groups import Group
from cesnode.store.outbox import Letter
from cesnode.store.peers import Peer
from federation import wire
from federation.errors import read_problem, schema_invalid
from federation.groups import (
    Card,
    Cards,
    LogForked,
    LogPage,
    beginning,
)

CARDS_LETTER, LOG_LETTER = "group_cards", "group_log"
MOST_GROUPS = 400
"""So many groups of one exchange are known here."""
_OK = range(200, 300)
_REFUSED = range(400, 500)
_log = logging.getLogger(__name__)


def ask_cards(writer: Writer, peer: Peer, *, now: int) -> None:
    """Ask an exchange which of its groups our members may know of."""
    if not outbox.waiting(writer, peer.id, kinds={CARDS_LETTER}):
        _ask_cards(writer, peer, "", began=now, now=now)


def ask_log(writer: Writer, group: Group, *, now: int) -> None:
    """Ask for what is new in a group, if somebody of ours is in it."""
    assert group.peer is not None  # noqa: S101 - only asked of groups elsewhere
    if not group_copies.inside(writer, group.id):
        return
    copy = group_copies.known(writer, group.id)
    waiting = outbox.waiting(writer, group.peer, kinds={LOG_LETTER})
    if any(letter.wire_id == copy.wire_id for letter in waiting):
        return
    outbox.add(
        writer,
        peer=group.peer,
        kind=LOG_LETTER,
        wire_id=copy.wire_id,
        parameters={"group_id": copy.wire_id, "after": str(copy.seq)},
        body=b"",
        now=now,
    )


def cards_told(writer: Writer, desk: Desk, letter: Letter, answer: Answer) -> None:
    """Keep what an exchange tells of its groups; after the last, drop what is gone."""
    if answer.status not in _OK:
        if _is_refused(writer, letter, answer, now=desk.now):
            drop_all(writer, desk.peer, now=desk.now)
        return
    page = wire.read(answer.body, Cards)
    outbox.done(writer, letter.id, answer=None, now=desk.now)
    for card in page.groups:
        try:
            keep(writer, desk.peer, card, now=desk.now)
        except NodeError as error:
            _log.info("a group of %s was passed over: %s", desk.peer.node, error)
    began = int(letter.parameters["began"])
    if page.more and page.groups and page.groups[-1].group_id > letter.parameters["after"]:
        last = page.groups[-1].group_id
        _ask_cards(writer, desk.peer, last, began=began, now=desk.now)
        return
    for number in groups.of_peer(writer, desk.peer.id):
        if group_copies.known(writer, number).heard_at < began:
            let_go(writer, number, now=desk.now)


def log_told(writer: Writer, desk: Desk, letter: Letter, answer: Answer) -> None:
    """Take in a part of the log of a group, and ask for more if there is more."""
    group = groups.by_uuid(
        writer, group_copies.id_of(desk.peer.id, letter.parameters["group_id"])
    )
    if answer.status not in _OK:
        if _is_refused(writer, letter, answer, now=desk.now) and group is not None:
            _shut(writer, group, now=desk.now)
        return
    page = wire.read(answer.body, LogPage)
    outbox.done(writer, letter.id, answer=None, now=desk.now)
    if group is None or not group_copies.inside(writer, group.id):
        return
    copy = group_copies.known(writer, group.id)
    try:
        with writer.part():
            copy = following.take(writer, desk, group, copy, page)
    except LogForked:
        if copy.seq == 0:
            raise schema_invalid("The log does not begin as logs begin.") from None
        _log.warning("the log of a group of %s begins anew", desk.peer.node)
        copy = _emptied(writer, copy)
    group_copies.put(writer, replace(copy, heard_at=desk.now))
    if copy.seq < page.head.seq:
        ask_log(writer, group, now=desk.now)


def keep(writer: Writer, peer: Peer, card: Card, *, now: int) -> None:
    """Keep what a card says of a group.

    Raises:
        FieldInvalid: a group of ours could not be called or described so.

    """
    uuid = group_copies.id_of(peer.id, card.group_id)
    door, voice = receiving.doors(card)
    before = groups.by_uuid(writer, uuid)
    group = Group(
        id=before.id if before else 0,
        uuid=uuid,
        name=words.name(card.name),
        about=market.paragraphs(card.about, field="about", most=LONGEST_ABOUT),
        door=door,
        voice=voice,
        picture=None,
        founded_at=before.founded_at if before else now,
        peer=peer.id,
    )
    stewards = tuple(words.name(name) for name in card.stewards)
    if before is None:
        if len(groups.of_peer(writer, peer.id)) >= MOST_GROUPS:
            raise schema_invalid(f"No more than {MOST_GROUPS} groups of a peer are kept.")
        number, head = groups.insert(writer, group), beginning(card.group_id)
        copy = Copy(
            group=number,
            wire_id=card.group_id,
            members=0,
            stewards=(),
            seq=head.seq,
            hash=head.hash,
            quiet=None,
            heard_at=now,
        )
    else:
        groups.update(writer, group)
        copy = group_copies.known(writer, before.id)
    group_copies.put(
        writer,
        replace(copy, members=card.members, stewards=stewards, heard_at=now),
    )


def drop_unseen(writer: Writer, group: Group) -> None:
    """Drop what was written in a group in which nobody of ours is any more."""
    copy = group_copies.find(writer, group.id)
    if copy is not None and not group_copies.inside(writer, group.id):
        group_copies.put(writer, _emptied(writer, copy))


def drop_all(writer: Writer, peer: Peer, *, now: int) -> None:
    """Drop all that is known of an exchange's groups."""
    for number in groups.of_peer(writer, peer.id):
        let_go(writer, number, now=now, for_good=True)


def drop_stale(writer: Writer, peer: Peer, *, before: int) -> None:
    """Drop what was written in groups that were not heard since a moment."""
    for number in groups.of_peer(writer, peer.id):
        copy = group_copies.known(writer, number)
        if copy.heard_at < before and copy.seq:
            group_copies.put(writer, _emptied(writer, copy))


def called(name: str) -> str:
    """Return the name of somebody elsewhere, if it can be shown at all."""
    try:
        return words.name(name)
    except NodeError:
        return ""


def _ask_cards(writer: Writer, peer: Peer, after: str, *, began: int, now: int) -> None:
    outbox.add(
        writer,
        peer=peer.id,
        kind=CARDS_LETTER,
        wire_id=peer.peering_id,
        parameters={"after": after, "began": str(began)},
        body=b"",
        now=now,
    )


def _is_refused(writer: Writer, letter: Letter, answer: Answer, *, now: int) -> bool:
    """Whether asking again would end the same; if not, it is asked again later."""
    problem = read_problem(answer.body)
    if answer.status in _REFUSED and (problem is None or not problem.retryable):
        outbox.done(writer, letter.id, answer=answer.body, now=now)
        return True
    again(writer, letter, problem or str(answer.status), now=now)
    return False


def let_go(writer: Writer, number: int, *, now: int, for_good: bool = False) -> None:
    """Forget a group that is not there for us any more, and tell who was in it.

    Where somebody of ours has written in it, that it was there stays known unless all is
    over `for_good`: so that they can still take their words back.
    """
    group = groups.find(writer, number)
    assert group is not None  # noqa: S101 - it was just found
    details = {"group": str(number), "path": GROUPS, "called": group.name}
    noticing.tell_group(writer, number, Kind.GROUP_REMOVED, details=details, now=now)
    if for_good or not group_copies.has_sent(writer, number):
        groups.drop(writer, number)
        return
    group_members.empty(writer, number)
    group_copies.put(writer, _emptied(writer, group_copies.known(writer, number)))
    groups.update(writer, structs.replace(group, about="", door=Door.CLOSED))


def _shut(writer: Writer, group: Group, *, now: int) -> None:
    """Drop what was written in a group of which its home tells us nothing any more.

    Why that is, the home tells of each guest by itself.
    """
    group_members.leave(writer, group.id)
    publishing.take_off_board(writer, group.id, now=now)
    group_copies.put(writer, _emptied(writer, group_copies.known(writer, group.id)))


def _emptied(writer: Writer, copy: Copy) -> Copy:
    """Forget what a copy tells; it begins anew with the next answer."""
    group_notices.empty(writer, copy.group)
    group_shown.empty(writer, copy.group)
    head = beginning(copy.wire_id)
    return replace(copy, seq=head.seq, hash=head.hash, quiet=None)
