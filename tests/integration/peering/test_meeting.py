"""Two exchanges find each other and agree: real files, real servers on loopback."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from cesnode.community.roles import OPERATOR, Actor
from cesnode.config import Backup
from cesnode.errors import Code
from cesnode.jobs import introductions
from cesnode.jobs.working import working
from cesnode.services.peering import introducing, inviting
from cesnode.services.peering.introducing import Introduction
from cesnode.services.peering.wishes import Wishes
from cesnode.store import Writer, accounts, exchanges, invites, peerings, peers
from cesnode.store.peers import Peer
from federation.bodies import PeeringRequest, Proposal
from federation.discovery import BASE, Card, sign_card
from federation.endpoints import PEERING_REQUEST
from federation.errors import Problem
from federation.invite import Invite, read_invite
from federation.keys import PrivateKey
from federation.nodes import Reach
from federation.objects import Allowance
from federation.peering import State
from federation.signed import restore
from federation.terms import Agreement, prove_both
from federation.transport.client import Call
from federation.wire import write
from tests.support.exchanges import DAY, NOW, refused
from tests.support.exchanges_online import KOPEK, Clock, Town, ask, states, town, until
from tests.support.smtp import idle

PRIVATE = Reach(private=True)
KOPEKS = Allowance(amount=5, currency="KOPE", scale=0)


async def test_an_invitation_leads_to_terms_that_both_have_signed(
    oak: Town, vila: Town
) -> None:
    await vila.accept(await oak.invitation("500"), "50")
    before = await states(oak, vila)

    assert await oak.approve(vila)

    assert before == (State.REQUESTED, State.REQUESTED)
    assert await states(oak, vila) == (State.ACTIVE, State.ACTIVE)
    ours = await oak.store.read(peerings.agreement, (await oak.peer(vila)).id)
    theirs = await vila.store.read(peerings.agreement, (await vila.peer(oak)).id)
    assert ours is not None
    assert ours == theirs
    keys = (oak.voice.here.key.public, vila.voice.here.key.public)
    signed = restore(Agreement, ours.content, ours.signatures[0])
    prove_both(signed, ours.signatures, {key.keyid: key for key in keys})


async def test_the_ledger_itself_keeps_what_was_agreed(oak: Town, vila: Town) -> None:
    await oak.agree_with(vila)

    ours = await oak.store.read(accounts.by_number, "OAKV-VILA")
    theirs = await vila.store.read(accounts.by_number, "VILA-OAKV")

    # 50 hours are 500 leaves, and the other way round.
    assert (ours.limits.floor, ours.limits.ceiling) == (-500_00, 500_00)
    assert (theirs.limits.floor, theirs.limits.ceiling) == (-50_00, 50_00)


async def test_nothing_may_be_owed_before_both_have_agreed(oak: Town, vila: Town) -> None:
    await vila.accept(await oak.invitation("500"), "50")

    ours = await oak.store.read(accounts.by_number, "OAKV-VILA")
    theirs = await vila.store.read(accounts.by_number, "VILA-OAKV")

    assert (ours.limits.ceiling, theirs.limits.ceiling) == (0, 0)


async def test_who_approves_may_lend_another_sum_than_was_offered(
    oak: Town, vila: Town
) -> None:
    await vila.accept(await oak.invitation("500"))

    await oak.approve(vila, credit_line="120")

    assert (await vila.peer(oak)).their_credit_line == 120_00


async def test_an_invitation_serves_one_exchange_only(
    oak: Town, vila: Town, kope: Town
) -> None:
    invitation = await oak.invitation()
    await vila.accept(invitation)

    with refused(Code.INVITE_USED, field="invite"):
        await kope.accept(invitation, "5")

    assert len(await oak.store.read(peers.every)) == 1
    assert (await kope.peer(oak)).state is State.CLOSED


async def test_whoever_used_an_invitation_is_told_so(oak: Town, vila: Town) -> None:
    invitation = await oak.invitation()
    await vila.accept(invitation)

    with refused(Code.INVITE_USED, field="invite"):
        await vila.accept(invitation)


async def test_an_invitation_holds_for_seven_days(
    oak: Town, vila: Town, clock: Clock
) -> None:
    invitation = await oak.invitation()
    clock.now += 7 * DAY

    with refused(Code.INVITE_EXPIRED, field="invite"):
        await vila.accept(invitation)

    assert await oak.store.read(peers.every) == []


async def test_after_a_refusal_another_invitation_begins_anew(
    oak: Town, vila: Town, clock: Clock
) -> None:
    late = await oak.invitation()
    clock.now += 7 * DAY
    with refused(Code.INVITE_EXPIRED):
        await vila.accept(late)

    await oak.agree_with(vila)

    assert await states(oak, vila) == (State.ACTIVE, State.ACTIVE)


async def test_an_own_invitation_is_not_taken_up(oak: Town) -> None:
    invitation = await oak.invitation()

    with refused(Code.INVITE_OWN, field="invite"):
        await oak.accept(invitation)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "http://127.0.0.1:1/#cxn-invite=short.short",
        f"ftp://127.0.0.1/#cxn-invite={'a' * 43}.{'b' * 43}",
    ],
)
async def test_what_is_no_invitation_is_called_that(oak: Town, text: str) -> None:
    with refused(Code.INVITE_INVALID, field="invite"):
        await oak.accept(text)


async def test_a_token_that_was_never_given_is_refused(oak: Town, vila: Town) -> None:
    real = read_invite(await oak.invitation(), PRIVATE)

    with refused(Code.INVITE_INVALID, field="invite"):
        await vila.accept(replace(real, token="A" * 43).text)


async def test_a_key_that_is_not_shown_where_the_invitation_leads_is_refused(
    oak: Town, vila: Town
) -> None:
    real = read_invite(await oak.invitation(), PRIVATE)
    other = PrivateKey(b"\7" * 32).keyid

    with refused(Code.INVITE_INVALID, field="invite"):
        await introductions.meet(vila.voice, replace(real, keyid=other).text)


async def test_an_invitation_to_nowhere_says_who_does_not_answer(
    oak: Town, vila: Town
) -> None:
    invitation = await oak.invitation()
    await oak.down()

    with refused(Code.PEER_UNREACHABLE, field="invite"):
        await vila.accept(invitation)


async def test_exchanges_that_are_peers_do_not_meet_again(oak: Town, vila: Town) -> None:
    await oak.agree_with(vila)
    another = await oak.invitation()

    with refused(Code.PEER_EXISTS, field="invite"):
        await vila.accept(another)


async def test_an_exchange_that_others_cannot_reach_does_not_invite(oak: Town) -> None:
    def forbid(writer: Writer) -> None:
        exchange = exchanges.load(writer, NOW)
        exchanges.update_names(writer, replace(exchange, allow_private_peers=False))

    await oak.store.write(forbid)

    with refused(Code.FIELD_INVALID, field="origin"):
        await oak.invitation()


async def test_only_who_keeps_the_agreements_may_invite(oak: Town) -> None:
    with refused(Code.NOT_ALLOWED):
        await oak.store.write(
            inviting.invite,
            oak.voice.here,
            Actor(member=1),
            credit_line=None,
            now=NOW,
        )


async def test_of_a_token_only_its_hash_is_kept(oak: Town) -> None:
    invite = read_invite(await oak.invitation(), PRIVATE)

    given = await oak.store.read(invites.find, invite.token_hash)

    assert given is not None
    assert given.credit_line == 500_00
    for file in oak.folder.glob("node.db*"):
        assert invite.token.encode() not in file.read_bytes()


async def test_whoever_asks_must_be_found_at_the_address_of_their_card(
    oak: Town, vila: Town, kope: Town
) -> None:
    """Kope shows a card that says it is Vila, signed with Kope's own key."""
    invite = read_invite(await oak.invitation(), PRIVATE)
    own = await introductions.own_card(kope.voice)
    borrowed = posing(own, vila.voice.origin, kope.voice.here.key)

    status, problem = await ask(kope, oak, request_with(invite, borrowed))

    assert (status, problem) == (401, Problem.SIGNATURE_INVALID)
    assert await oak.store.read(peers.every) == []
    given = await oak.store.read(invites.find, invite.token_hash)
    assert given is not None
    assert given.used_at is None


async def test_a_used_invitation_helps_nobody_else(
    oak: Town, vila: Town, kope: Town
) -> None:
    """Neither a peer by another invitation, nor who poses as the one who used it."""
    used = read_invite(await oak.invitation(), PRIVATE)
    await vila.accept(used.text)
    await oak.agree_with(kope)
    own = await introductions.own_card(kope.voice)
    posed = posing(own, vila.voice.origin, kope.voice.here.key)

    answers = [await ask(kope, oak, request_with(used, card)) for card in (own, posed)]

    assert answers == [(409, Problem.INVITE_USED), (409, Problem.INVITE_USED)]


async def test_a_key_that_is_another_peer_s_leaves_no_trace(
    oak: Town, vila: Town, clock: Clock, tmp_path: Path
) -> None:
    """What was written before the refusal is undone, and the invitation is still good."""
    await oak.agree_with(vila)
    shutil.copytree(vila.folder / "keys", tmp_path / "twin" / "keys")
    invite = read_invite(await oak.invitation(), PRIVATE)

    async with town(tmp_path / "twin", KOPEK, clock) as twin:
        with refused(Code.PEER_REFUSED):
            await twin.accept(invite.text, "5")

    given = await oak.store.read(invites.find, invite.token_hash)
    assert given is not None
    assert given.used_at is None
    assert [peer.node for peer in await oak.store.read(peers.every)] == [vila.node]


async def test_nobody_makes_a_node_fetch_anything_without_a_token(
    oak: Town, kope: Town
) -> None:
    invite = Invite(oak.voice.origin, "A" * 43, oak.voice.here.key.keyid)
    own = await introductions.own_card(kope.voice)
    elsewhere = posing(own, "http://127.0.0.1:9", kope.voice.here.key)

    _, problem = await ask(kope, oak, request_with(invite, elsewhere))

    assert problem is Problem.INVITE_INVALID


async def test_whoever_cannot_be_reached_is_not_remembered(oak: Town, vila: Town) -> None:
    invitation = await oak.invitation()
    await vila.down()

    with refused(Code.PEER_REFUSED):
        await vila.accept(invitation)

    assert await oak.store.read(peers.every) == []


async def test_a_lost_answer_is_healed_by_asking_again(oak: Town, vila: Town) -> None:
    invitation = await oak.invitation()
    met = await introductions.meet(vila.voice, invitation)
    peer = await take_up(vila, met)
    status, _ = await ask(vila, oak, await request_of(vila, met))  # the answer is lost

    await vila.accept(invitation)

    assert status == 202
    assert (peer.state, (await vila.peer(oak)).state) == (State.INVITED, State.REQUESTED)
    assert len(await oak.store.read(peers.every)) == 1


async def test_terms_may_overtake_the_answer_to_the_request(oak: Town, vila: Town) -> None:
    met = await introductions.meet(vila.voice, await oak.invitation())
    await take_up(vila, met)
    await ask(vila, oak, await request_of(vila, met))  # the answer is lost

    await oak.approve(vila)

    assert await states(oak, vila) == (State.ACTIVE, State.ACTIVE)


async def test_terms_wait_for_a_node_that_is_down(oak: Town, vila: Town) -> None:
    await vila.accept(await oak.invitation())
    await vila.down()

    told = await oak.approve(vila)
    before = (await oak.peer(vila)).state
    await vila.up()

    async with working(oak.voice, idle(oak.store), Backup()):
        await until(lambda: has_state(oak, vila, State.ACTIVE))
    assert not told
    assert before is State.REQUESTED
    assert await states(oak, vila) == (State.ACTIVE, State.ACTIVE)


async def test_two_exchanges_of_one_code_are_told_apart(
    oak: Town, oak_too: Town, vila: Town
) -> None:
    await vila.agree_with(oak)
    await vila.agree_with(oak_too)
    await oak.agree_with(oak_too)

    assert (await vila.peer(oak)).code == "OAKV"
    assert (await vila.peer(oak_too)).code == "OAKV2"
    assert (await oak.peer(oak_too)).code == "OAKV2"


async def has_state(town: Town, other: Town, state: State) -> bool:
    return (await town.peer(other)).state is state


async def take_up(town: Town, met: Introduction) -> Peer:
    """Remember who invited us, without asking them yet."""
    wishes = Wishes(credit_line="50")
    return await town.store.write(
        introducing.take_up, OPERATOR, met, wishes, now=town.voice.clock()
    )


async def request_of(town: Town, met: Introduction) -> Call:
    card = await introductions.own_card(town.voice)
    return request_with(met.invite, card, Allowance(amount=50_00, currency="VILA", scale=2))


def request_with(
    invite: Invite,
    card: Card,
    line: Allowance = KOPEKS,
) -> Call:
    proposed = Proposal(
        credit_line=line, share_offers="peers", allow_requests=True, allow_as_hub=False
    )
    body = PeeringRequest(token=invite.token, card=card, proposed=proposed)
    return Call(endpoint=PEERING_REQUEST, body=write(body))


def posing(card: Card, origin: str, key: PrivateKey) -> Card:
    """Return a card of one node that says it is found at another's address."""
    lying = msgspec.structs.replace(card, origin=origin, federation=origin + BASE)
    return sign_card(key, lying)
