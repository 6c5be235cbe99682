"""Two exchanges compare their books: every way in which they can agree or differ."""

from __future__ import annotations

import pytest

from cesnode.community.roles import OPERATOR
from cesnode.jobs import introductions, reconciliation
from cesnode.jobs.reconciliation import reconcile
from cesnode.services import dealing
from cesnode.services.reconciling import Status
from cesnode.store import (
    Writer,
    accounts,
    alarms,
    clearing_entries,
    peers,
    reconciliations,
)
from federation.bodies import Checkpoint
from federation.chain import Booking, Edge, append
from federation.checkpoint import prove_note, read_note, sign_note
from federation.endpoints import CHECKPOINT, PING
from federation.errors import Problem
from federation.objects import ChainEntry, Change, EntryKind
from federation.peering import State
from federation.signed import Signed
from federation.transport.client import Call
from federation.wire import write
from tests.support.exchanges import NOW, join, order
from tests.support.exchanges_online import Clock, Town, ask


@pytest.fixture
async def friends(oak: Town, vila: Town) -> tuple[Town, Town]:
    """Two peers of which each holds what the other has noted of its limits."""
    await oak.agree_with(vila)
    for town, other in ((vila, oak), (oak, vila)) * 2:
        await introductions.send_now(town.voice, await town.peer(other))
    return oak, vila


async def compare(town: Town, other: Town) -> Status:
    return await reconcile(town.voice, await town.peer(other))


async def written(debtor: Town, creditor: Town, *, leaves: int = 0) -> Signed[ChainEntry]:
    """Let the creditor sign the next entry of its chain; nobody keeps it yet."""
    peer = await creditor.peer(debtor)
    edge = Edge(debtor.node, creditor.node)
    head = await creditor.store.read(clearing_entries.head, edge, peer)
    booking = Booking(
        kind=EntryKind.WRITEOFF if leaves else EntryKind.LIMIT,
        digest="0" * 64,
        debtor_amount=Change(amount=-leaves * 100, currency="OAKV", scale=2),
        creditor_amount=Change(amount=-leaves * 10, currency="VILA", scale=2),
    )
    return append(creditor.voice.here.key, edge, head, booking)


async def keep(town: Town, other: Town, entry: Signed[ChainEntry]) -> None:
    def insert(writer: Writer) -> None:
        peer = peers.by_node(writer, other.node)
        assert peer is not None
        clearing_entries.insert(writer, peer, entry, own=town.node, transfer=None, now=NOW)

    await town.store.write(insert)


async def status(town: Town, other: Town) -> str:
    return (await town.peer(other)).reconciliation


async def test_books_that_agree_are_signed_by_both(friends: tuple[Town, Town]) -> None:
    oak, vila = friends
    entry = await written(oak, vila)
    await keep(oak, vila, entry)
    await keep(vila, oak, entry)

    assert await compare(oak, vila) is Status.IN_SYNC

    assert await status(vila, oak) == Status.IN_SYNC
    for town, other in ((oak, vila), (vila, oak)):
        kept = await town.store.read(reconciliations.latest, (await town.peer(other)).id)
        assert kept is not None
        note = read_note(kept)
        assert f"{oak.node} {vila.node} 2 " in note.text
        for signer in friends:
            prove_note(note, signer.node, signer.voice.here.key.public)


async def test_a_trade_in_flight_is_told_of(friends: tuple[Town, Town]) -> None:
    oak, vila = friends

    def buy(writer: Writer) -> None:
        wish = order(f"0001@{vila.node}", join(writer, "Ann Ash"), "10")
        dealing.record(writer, oak.voice.here.key, OPERATOR, wish, now=NOW)

    await oak.store.write(buy)

    assert await compare(oak, vila) is Status.HELD
    assert await status(vila, oak) == Status.IN_SYNC


async def test_what_is_missing_is_fetched(oak: Town, vila: Town) -> None:
    """Oakvale has not fetched yet what Vila Nova noted of the limit it gives."""
    await oak.agree_with(vila)
    for town, other in ((oak, vila), (vila, oak)):
        await introductions.send_now(town.voice, await town.peer(other))

    examined = await reconciliation.examine(oak.voice, await oak.peer(vila))

    assert examined.status is Status.IN_SYNC
    assert await status(vila, oak) == Status.IN_SYNC
    (missing,) = examined.differences
    assert (missing.what, missing.chain, missing.entry) == (
        "missing-here",
        f"{oak.node} > {vila.node}",
        1,
    )


async def test_what_the_peer_cannot_tell_yet_stays_behind(
    friends: tuple[Town, Town], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is fetched here: both note that they are behind, and what is missing."""
    oak, vila = friends
    await keep(vila, oak, await written(oak, vila))

    async def nothing(*_: object) -> bool:
        return False

    monkeypatch.setattr(introductions, "send_now", nothing)
    behind = await compare(oak, vila)

    assert behind is Status.BEHIND
    assert (await status(oak, vila), await status(vila, oak)) == ("behind", "behind")


async def test_a_peer_that_is_back_is_compared_with_soon(
    friends: tuple[Town, Town], clock: Clock
) -> None:
    oak, vila = friends
    await vila.down()
    away = await compare(oak, vila)
    await reconciliation.after_silence(oak.voice)
    still = await status(oak, vila)
    await vila.up()
    clock.now += 120
    await ask(vila, oak, Call(endpoint=PING))

    await reconciliation.after_silence(oak.voice)

    assert (away, still) == (Status.UNREACHABLE, Status.UNREACHABLE)
    assert await status(oak, vila) == Status.IN_SYNC


async def test_who_has_lost_entries_of_its_own_recovers_first(
    friends: tuple[Town, Town],
) -> None:
    """Only the creditor writes its chain; a debtor who has more of it keeps a copy."""
    oak, vila = friends
    await keep(oak, vila, await written(oak, vila))

    status_after = await compare(vila, oak)

    peer = await vila.peer(oak)
    assert status_after is Status.IN_SYNC
    assert not peer.recovering
    assert peer.recovered_at is not None  # It was, in between.


async def test_two_entries_of_one_place_freeze_the_peering(
    friends: tuple[Town, Town],
) -> None:
    oak, vila = friends
    await keep(oak, vila, await written(oak, vila, leaves=5))
    await keep(vila, oak, await written(oak, vila, leaves=6))

    assert await compare(oak, vila) is Status.FORK

    for town, other in ((oak, vila), (vila, oak)):
        assert await status(town, other) == Status.FORK
        assert (await town.peer(other)).state is State.FROZEN
        standing = await town.store.read(alarms.standing)
        assert [alarm.kind for alarm in standing] == ["fork"]


async def test_books_that_do_not_fit_their_own_chains_are_an_alarm(
    friends: tuple[Town, Town],
) -> None:
    """Both hold the same entry, but at Oakvale it was never posted."""
    oak, vila = friends
    entry = await written(oak, vila, leaves=5)
    await keep(oak, vila, entry)
    await keep(vila, oak, entry)

    assert await compare(oak, vila) is Status.MISMATCH

    standing = await oak.store.read(alarms.standing)
    assert [alarm.kind for alarm in standing] == ["mismatch"]


async def test_a_balance_that_no_entry_explains_is_a_mismatch(
    friends: tuple[Town, Town],
) -> None:
    oak, vila = friends

    def spoil(writer: Writer) -> None:
        account = accounts.by_number(writer, "OAKV-VILA").id
        writer.run("UPDATE standings SET balance = 7 WHERE account_id = ?", (account,))

    await oak.store.write(spoil)

    assert await compare(oak, vila) is Status.MISMATCH


async def test_being_asked_does_not_hide_a_mismatch(friends: tuple[Town, Town]) -> None:
    oak, vila = friends
    entry = await written(oak, vila, leaves=5)
    await keep(oak, vila, entry)
    await keep(vila, oak, entry)
    await compare(oak, vila)

    await compare(vila, oak)

    assert await status(oak, vila) == Status.MISMATCH


async def test_a_peer_that_does_not_answer_is_unreachable(
    friends: tuple[Town, Town],
) -> None:
    oak, vila = friends
    await vila.down()

    assert await compare(oak, vila) is Status.UNREACHABLE

    peer = await oak.peer(vila)
    assert peer.reconciliation == Status.UNREACHABLE
    assert peer.last_error is not None


async def test_a_statement_signed_by_a_stranger_is_not_read(
    friends: tuple[Town, Town], kope: Town
) -> None:
    oak, vila = friends
    note = sign_note("cxn-fed/peering/x\n0\n\n", vila.node, kope.voice.here.key)
    call = Call(endpoint=CHECKPOINT, body=write(Checkpoint(note=note.document)))

    assert await ask(vila, oak, call) == (401, Problem.SIGNATURE_INVALID)


@pytest.mark.parametrize(
    "text",
    ["", "x\n", "a\n0\nr\none two three\n", "a\n0\nr\none two 3 four\n"],
)
async def test_a_statement_of_another_form_changes_nothing(
    friends: tuple[Town, Town], text: str
) -> None:
    oak, vila = friends
    note = sign_note(text, vila.node, vila.voice.here.key)
    call = Call(endpoint=CHECKPOINT, body=write(Checkpoint(note=note.document)))

    assert await ask(vila, oak, call) == (400, Problem.SCHEMA_INVALID)
    assert (await oak.peer(vila)).reconciled_at is None
