"""How two exchanges stand to each other changes: terms, pauses, freezes, the end."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Concatenate, ParamSpec

import msgspec
import pytest

from cesnode.community.roles import OPERATOR, Actor
from cesnode.errors import Code
from cesnode.jobs import introductions, reconciliation
from cesnode.services import dealing, ruling
from cesnode.services.clearing.here import Desk
from cesnode.services.clearing.letters import Answer
from cesnode.services.peering import agreeing, binding, changing, standing
from cesnode.services.peering.wishes import Wishes
from cesnode.store import Writer, accounts, exchanges, outbox, peerings, peers
from cesnode.store.outbox import Letter
from cesnode.store.peers import Peer
from federation.bodies import Terms
from federation.endpoints import PEERING_TERMS, PING
from federation.errors import FederationError, Problem
from federation.objects import Allowance
from federation.peering import State
from federation.signed import sign
from federation.terms import Agreement, Party
from federation.transport.client import Call
from federation.wire import read, write
from tests.support.exchanges import DAY, NOW, join, order, refused
from tests.support.exchanges_online import Clock, Town, ask, states

P = ParamSpec("P")
Change = Callable[Concatenate[Writer, Actor, str, P], Peer]


@pytest.fixture
async def friends(oak: Town, vila: Town) -> tuple[Town, Town]:
    await oak.agree_with(vila)
    return oak, vila


async def do(
    town: Town, other: Town, change: Change[P], *args: P.args, **kwargs: P.kwargs
) -> Peer:
    """Change how we stand to another exchange, and tell it."""
    peer = await town.store.write(change, OPERATOR, other.node, *args, **kwargs)
    await introductions.send_now(town.voice, peer)
    return await town.peer(other)


async def set_to(town: Town, other: Town, wishes: Wishes, *, tell: bool = True) -> None:
    peer = await town.store.write(
        changing.change,
        town.voice.here,
        OPERATOR,
        other.node,
        wishes,
        now=town.voice.clock(),
    )
    if tell:
        await introductions.send_now(town.voice, peer)


async def in_force(town: Town, other: Town) -> Agreement:
    agreement = await town.store.read(binding.in_force, await town.peer(other))
    assert agreement is not None
    return agreement


async def terms_letter(town: Town, other: Town) -> Letter:
    peer = await town.peer(other)
    letters = await town.store.read(outbox.about, peer.peering_id)
    return next(one for one in letters if one.done_at is None)


async def proposal(town: Town, other: Town, agreement: Agreement) -> Call:
    """Write terms of our own as a proposal, whatever they say."""
    signed = sign(town.voice.here.key, agreement)
    body = Terms(agreement=signed.raw, signatures=(signed.signature,))
    peer = await town.peer(other)
    return Call(
        endpoint=PEERING_TERMS,
        parameters={"peering_id": peer.peering_id},
        body=write(body),
    )


class TestTerms:
    async def test_a_lender_lends_more_or_less_by_itself(
        self, friends: tuple[Town, Town]
    ) -> None:
        oak, vila = friends

        await set_to(oak, vila, Wishes(credit_line="800"))
        await set_to(vila, oak, Wishes(credit_line="20"))

        assert (await vila.peer(oak)).their_credit_line == 800_00
        assert (await oak.peer(vila)).their_credit_line == 20_00
        assert (await in_force(oak, vila)).terms_version == 3
        assert await in_force(oak, vila) == await in_force(vila, oak)

    async def test_what_we_lend_guards_us_before_the_peer_has_heard(
        self, friends: tuple[Town, Town]
    ) -> None:
        oak, vila = friends
        await vila.down()

        await set_to(oak, vila, Wishes(credit_line="10"))

        ours = await oak.store.read(accounts.by_number, "OAKV-VILA")
        assert ours.limits.floor == -10_00

    async def test_our_own_limits_are_nobody_elses_business(
        self, friends: tuple[Town, Town]
    ) -> None:
        oak, vila = friends

        await set_to(oak, vila, Wishes(max_we_owe="70", max_trade="5", daily_volume="9"))

        peer = await oak.peer(vila)
        ours = await oak.store.read(accounts.by_number, "OAKV-VILA")
        assert (peer.max_we_owe, peer.max_trade, peer.daily_volume) == (7000, 500, 900)
        assert ours.limits.ceiling == 70_00
        assert (await in_force(oak, vila)).terms_version == 1

    async def test_a_limit_can_be_taken_away_again(
        self, friends: tuple[Town, Town]
    ) -> None:
        oak, vila = friends
        await set_to(oak, vila, Wishes(max_we_owe="70", max_trade="5"))

        await set_to(oak, vila, Wishes(max_we_owe="none", max_trade="none"))

        peer = await oak.peer(vila)
        ours = await oak.store.read(accounts.by_number, "OAKV-VILA")
        assert (peer.max_we_owe, peer.max_trade, ours.limits.ceiling) == (
            None,
            None,
            500_00,
        )

    @pytest.mark.parametrize("text", ["-1", "many", "none"])
    async def test_a_credit_line_is_an_amount(
        self, friends: tuple[Town, Town], text: str
    ) -> None:
        oak, vila = friends

        with refused(
            Code.FIELD_INVALID if text == "-1" else Code.AMOUNT_INVALID, field="credit_line"
        ):
            await set_to(oak, vila, Wishes(credit_line=text))

    async def test_a_peer_cannot_raise_what_we_lend(
        self, friends: tuple[Town, Town]
    ) -> None:
        oak, vila = friends
        before = await in_force(vila, oak)
        ours = before.party(oak.node)
        line = Allowance(amount=9_999_00, currency="OAKV", scale=2)
        raised = msgspec.structs.replace(ours, credit_line=line)

        answer = await ask(
            vila, oak, await proposal(vila, oak, _with(before, vila.node, raised))
        )

        assert answer == (400, Problem.SCHEMA_INVALID)
        assert await in_force(oak, vila) == before

    async def test_a_peer_cannot_speak_for_us_even_to_lend_less(
        self, friends: tuple[Town, Town]
    ) -> None:
        oak, vila = friends
        before = await in_force(vila, oak)
        line = Allowance(amount=1, currency="OAKV", scale=2)
        less = msgspec.structs.replace(before.party(oak.node), credit_line=line)

        answer = await ask(
            vila, oak, await proposal(vila, oak, _with(before, vila.node, less))
        )

        assert answer == (400, Problem.SCHEMA_INVALID)
        assert (await oak.peer(vila)).credit_line == 500_00

    async def test_terms_follow_one_another_without_a_gap(
        self, friends: tuple[Town, Town]
    ) -> None:
        oak, vila = friends
        before = await in_force(vila, oak)
        line = Allowance(amount=60_00, currency="VILA", scale=2)
        more = msgspec.structs.replace(before.party(vila.node), credit_line=line)

        answers = [
            await ask(
                vila,
                oak,
                await proposal(vila, oak, _with(before, vila.node, more, version=version)),
            )
            for version in (3, 1, 2)
        ]

        assert [status for status, _ in answers] == [400, 400, 200]

    async def test_terms_are_in_force_only_when_the_peer_has_truly_signed(
        self, friends: tuple[Town, Town]
    ) -> None:
        oak, vila = friends
        await set_to(oak, vila, Wishes(credit_line="800"), tell=False)
        letter = await terms_letter(oak, vila)
        terms = read(letter.body, Terms)
        (ours,) = terms.signatures
        forged = msgspec.structs.replace(ours, keyid=vila.voice.here.key.keyid)
        claimed = msgspec.structs.replace(terms, signatures=(ours, forged))

        with pytest.raises(FederationError) as caught:
            await _answered(oak, vila, letter, Answer(200, write(claimed)))

        assert caught.value.problem is Problem.SIGNATURE_INVALID
        assert (await in_force(oak, vila)).terms_version == 1

    async def test_nobody_approves_in_our_name(self, oak: Town, vila: Town) -> None:
        await vila.accept(await oak.invitation())
        peer = await oak.peer(vila)
        asked = await oak.store.read(peerings.agreement, peer.id)
        assert asked is not None
        draft = msgspec.json.decode(asked.content, type=Agreement)
        own = msgspec.structs.replace(draft, author=vila.node)

        answer = await ask(vila, oak, await proposal(vila, oak, own))

        assert answer == (403, Problem.PEER_PAUSED)
        assert (await oak.peer(vila)).state is State.REQUESTED

    async def test_who_asked_does_not_approve(self, oak: Town, vila: Town) -> None:
        await vila.accept(await oak.invitation())

        with refused(Code.WRONG_STATE, field="peer"):
            await vila.approve(oak)

    async def test_terms_other_than_those_asked_for_are_not_signed(
        self, oak: Town, vila: Town
    ) -> None:
        """Oak approves, but writes down that Vila lends twice as much."""
        await vila.accept(await oak.invitation())
        peer = await oak.peer(vila)
        asked = await oak.store.read(peerings.agreement, peer.id)
        assert asked is not None
        draft = msgspec.json.decode(asked.content, type=Agreement)
        line = Allowance(amount=100_00, currency="VILA", scale=2)
        more = msgspec.structs.replace(draft.party(vila.node), credit_line=line)

        answer = await ask(
            oak, vila, await proposal(oak, vila, _with(draft, oak.node, more, version=1))
        )

        assert answer == (400, Problem.SCHEMA_INVALID)
        assert (await vila.peer(oak)).state is State.REQUESTED

    async def test_a_repeat_of_terms_is_answered_with_the_same_signatures(
        self, friends: tuple[Town, Town]
    ) -> None:
        oak, vila = friends
        agreed = await oak.store.read(peerings.agreement, (await oak.peer(vila)).id)
        assert agreed is not None
        again = Terms(
            agreement=msgspec.Raw(agreed.content), signatures=agreed.signatures[:1]
        )

        held = await vila.store.write(
            agreeing.heard, vila.voice.here, await vila.peer(oak), again, now=0
        )

        assert held == agreed

    async def test_terms_that_both_propose_at_once_settle_on_the_same(
        self, friends: tuple[Town, Town]
    ) -> None:
        """Each hears the other's proposal before the answer to its own."""
        oak, vila = friends
        await set_to(oak, vila, Wishes(credit_line="800"), tell=False)
        await set_to(vila, oak, Wishes(credit_line="20"), tell=False)
        letters = (await terms_letter(oak, vila), await terms_letter(vila, oak))

        answers = (await _heard(vila, oak, letters[0]), await _heard(oak, vila, letters[1]))
        await _answered(oak, vila, letters[0], answers[0])
        await _answered(vila, oak, letters[1], answers[1])

        first = await in_force(oak, vila)
        assert first == await in_force(vila, oak)
        assert first.author == min(oak.node, vila.node)
        for town, other in ((oak, vila), (vila, oak)):
            await reconciliation.every_night(town.voice)
            assert (await town.peer(other)).credit_line == (
                await other.peer(town)
            ).their_credit_line

    async def test_a_proposal_that_was_overtaken_is_made_again(
        self, friends: tuple[Town, Town]
    ) -> None:
        oak, vila = friends
        await set_to(vila, oak, Wishes(credit_line="20"), tell=False)
        await set_to(oak, vila, Wishes(credit_line="800"))

        for _ in range(2):
            await introductions.send_now(vila.voice, await vila.peer(oak))

        assert (await oak.peer(vila)).their_credit_line == 20_00
        assert await in_force(oak, vila) == await in_force(vila, oak)

    async def test_a_new_rate_is_told_at_night(self, friends: tuple[Town, Town]) -> None:
        oak, vila = friends

        await oak.store.write(
            ruling.set_terms,
            OPERATOR,
            ruling.Terms(hour_value="20"),
            now=oak.voice.clock(),
        )
        await reconciliation.every_night(oak.voice)

        theirs = await vila.store.read(accounts.by_number, "VILA-OAKV")
        assert (await vila.peer(oak)).rate == Fraction(1, 20)
        assert theirs.limits.ceiling == 25_00  # 500 leaves are half as many hours now


class TestPausing:
    async def test_a_pause_rests_both_sides_until_it_is_over(
        self, friends: tuple[Town, Town]
    ) -> None:
        oak, vila = friends

        await do(oak, vila, standing.pause, why="counting", now=NOW)
        during = await states(oak, vila)
        await do(oak, vila, standing.resume, now=NOW)

        assert during == (State.PAUSED, State.PAUSED)
        assert await states(oak, vila) == (State.ACTIVE, State.ACTIVE)

    async def test_one_side_does_not_end_the_pause_of_the_other(
        self, friends: tuple[Town, Town]
    ) -> None:
        oak, vila = friends
        await do(oak, vila, standing.pause, why="", now=NOW)
        await do(vila, oak, standing.pause, why="", now=NOW)

        await do(vila, oak, standing.resume, now=NOW)

        assert await states(oak, vila) == (State.PAUSED, State.PAUSED)

    async def test_what_was_not_paused_here_is_not_resumed_here(
        self, friends: tuple[Town, Town]
    ) -> None:
        oak, vila = friends
        await do(oak, vila, standing.pause, why="", now=NOW)

        with refused(Code.WRONG_STATE, field="peer"):
            await do(vila, oak, standing.resume, now=NOW)

    async def test_news_that_was_not_heard_is_replaced_by_later_news(
        self, friends: tuple[Town, Town]
    ) -> None:
        oak, vila = friends
        await vila.down()
        await do(oak, vila, standing.pause, why="", now=NOW)
        await do(oak, vila, standing.resume, now=NOW)
        peer = await oak.peer(vila)
        letters = await oak.store.read(outbox.about, peer.peering_id)
        waiting = [one.body for one in letters if one.done_at is None]
        await vila.up()

        told = await introductions.send_now(oak.voice, await oak.peer(vila))

        assert waiting == [b'{"paused":false,"why":""}']
        assert told
        assert await states(oak, vila) == (State.ACTIVE, State.ACTIVE)

    async def test_a_peer_that_is_silent_for_a_week_is_paused(
        self, friends: tuple[Town, Town], clock: Clock
    ) -> None:
        oak, vila = friends
        await vila.down()
        clock.now += 8 * DAY

        await reconciliation.every_night(oak.voice)

        assert (await oak.peer(vila)).state is State.PAUSED


class TestEnding:
    async def test_what_owes_nothing_ends_at_once(self, friends: tuple[Town, Town]) -> None:
        oak, vila = friends

        await do(oak, vila, standing.close, why="as friends", now=NOW)

        assert await states(oak, vila) == (State.CLOSED, State.PAUSED)
        status, problem = await ask(vila, oak, Call(endpoint=PING))
        assert (status, problem) == (403, Problem.PEER_UNKNOWN)

    async def test_what_is_held_is_waited_for(self, friends: tuple[Town, Town]) -> None:
        oak, vila = friends
        await hold(oak, vila)

        closing = await do(oak, vila, standing.close, why="", now=NOW)
        await reconciliation.every_night(oak.voice)

        assert closing.state is State.CLOSING
        assert (await oak.peer(vila)).state is State.CLOSING

    async def test_a_request_can_be_declined(self, oak: Town, vila: Town) -> None:
        await vila.accept(await oak.invitation())

        await do(oak, vila, standing.close, why="", now=NOW)

        assert (await oak.peer(vila)).state is State.CLOSED

    async def test_what_ended_can_begin_anew(self, friends: tuple[Town, Town]) -> None:
        oak, vila = friends
        account = (await oak.peer(vila)).clearing
        await do(oak, vila, standing.close, why="", now=NOW)
        await do(vila, oak, standing.close, why="", now=NOW)

        await vila.agree_with(oak)

        peer = await oak.peer(vila)
        assert await states(oak, vila) == (State.ACTIVE, State.ACTIVE)
        assert peer.clearing == account

    async def test_a_frozen_peering_only_talks_until_people_thaw_it(
        self, friends: tuple[Town, Town]
    ) -> None:
        oak, vila = friends

        await do(oak, vila, standing.freeze, why="their key was stolen", now=NOW)
        frozen = (await oak.peer(vila)).state
        talk, _ = await ask(vila, oak, Call(endpoint=PING))
        await do(oak, vila, standing.thaw, now=NOW)
        thawed = (await oak.peer(vila)).state

        assert (frozen, talk, thawed) == (State.FROZEN, 200, State.PAUSED)


async def hold(town: Town, other: Town) -> None:
    """Let a member buy something at the other exchange; the order is not sent yet."""

    def buy(writer: Writer) -> None:
        buyer = join(writer, "Ann Ash")
        wish = order(f"0001@{other.node}", buyer, "10")
        dealing.record(writer, town.voice.here.key, OPERATOR, wish, now=NOW)

    await town.store.write(buy)


def _with(
    before: Agreement, author: str, party: Party, *, version: int | None = None
) -> Agreement:
    """Return the terms with one side of them replaced, as the next version."""
    parties = tuple(party if one.node == party.node else one for one in before.parties)
    return msgspec.structs.replace(
        before,
        author=author,
        parties=parties,
        terms_version=before.terms_version + 1 if version is None else version,
    )


async def _heard(town: Town, other: Town, letter: Letter) -> Answer:
    """Let a town sign what is in the other's letter."""
    agreed = await town.store.write(
        agreeing.heard,
        town.voice.here,
        await town.peer(other),
        read(letter.body, Terms),
        now=NOW,
    )
    body = Terms(agreement=msgspec.Raw(agreed.content), signatures=agreed.signatures)
    return Answer(200, write(body))


async def _answered(town: Town, other: Town, letter: Letter, answer: Answer) -> None:
    def take_in(writer: Writer) -> None:
        exchange = exchanges.load(writer, NOW)
        peer = peers.by_node(writer, other.node)
        assert peer is not None
        desk = Desk(town.voice.here, exchange, peer, NOW)
        agreeing.answered(writer, desk, letter, answer)

    await town.store.write(take_in)
