"""Set-offs that somebody forged, altered, repeated or decided twice: nothing is moved."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from cesnode.community.roles import OPERATOR
from cesnode.services.clearing.setoffs import deciding, post
from cesnode.services.identifiers import uuid7
from cesnode.store import Reader, peers, setoffs
from cesnode.store.setoffs import Setoff
from federation.endpoints import (
    SETOFF,
    SETOFF_ABORT,
    SETOFF_ACCEPT,
    SETOFF_BUNDLE,
    SMALL,
)
from federation.errors import Problem
from federation.keys import PrivateKey
from federation.objects import Money, SignedObject
from federation.setoff_objects import (
    Accepted,
    SetoffAbort,
    SetoffAccept,
    SetoffBundle,
    SetoffEdge,
    SetoffProposal,
    SetoffRefusal,
    bundle_of,
)
from federation.setoff_states import SetoffState
from federation.signed import Signed, sign
from tests.support.federation import ALWAHA, OAKVALE, VILANOVA, key_of
from tests.support.forger import Told, read_answer, shown, tell, unmoved
from tests.support.nodes import Node
from tests.support.ring import Ring, kinds, reserved, state_at
from tests.support.wire import ask, receive

STRANGER = PrivateKey(b"s" * 32)

replace = msgspec.structs.replace


def paper(value: SignedObject, key: PrivateKey) -> bytes:
    signed = sign(key, value)
    body = {"paper": json.loads(signed.content), "paper_sig": shown(signed.signature)}
    return json.dumps(body).encode()


def brings(
    sender: Node, victim: Node, value: SignedObject, key: PrivateKey, setoff_id: str = ""
) -> Told:
    """Let a node bring something that was signed with this key."""
    kinds_of = {
        SetoffProposal: SETOFF,
        SetoffAccept: SETOFF_ACCEPT,
        SetoffRefusal: SETOFF_ACCEPT,
        SetoffBundle: SETOFF_BUNDLE,
        SetoffAbort: SETOFF_ABORT,
    }
    endpoint, named = kinds_of[type(value)], setoff_id or str(value.setoff_id)  # type: ignore[attr-defined]
    parameters = {} if endpoint is SETOFF else {"setoff_id": named}
    body = paper(value, key)
    return tell(
        victim, ask(sender, victim.name, endpoint, parameters=parameters, body=body)
    )


def words(node: Node, setoff: Setoff) -> list[setoffs.Word]:
    return node.read(setoffs.words_about, setoff.id)


def accepts(node: Node, setoff: Setoff) -> dict[str, SetoffAccept]:
    return {
        one.value.node: one.value
        for one in words(node, setoff)
        if isinstance(one.value, SetoffAccept)
    }


def abort_of(setoff: Setoff) -> SetoffAbort:
    proposal = setoff.proposal
    return SetoffAbort(
        v=1,
        setoff_id=setoff.id,
        coordinator=proposal.value.coordinator,
        proposal_digest=proposal.digest,
        why="no",
        aborted_at=proposal.value.proposed_at,
    )


@pytest.fixture
def proposed(ring: Ring) -> Setoff:
    """A circle of all three that Oakvale proposed and Vila Nova agreed to."""
    setoff = ring.propose()
    ring.talk()
    ring.agree(ring.nodes[1], setoff)
    ring.talk()
    return setoff


def full_bundle(ring: Ring, setoff: Setoff, **changes: Any) -> SetoffBundle:  # noqa: ANN401 - whatever is to be other
    """Make the bundle as if Al-Waha had agreed as well, with its own key."""
    oak, vila, waha = ring.nodes
    edges = setoff.proposal.value.edges_of(waha.name)
    given = accepts(oak, setoff)[oak.name]
    theirs = replace(
        given,
        node=waha.name,
        amounts=tuple(
            replace(
                given.amounts[0],
                debtor=edge.debtor,
                creditor=edge.creditor,
                amount=Money(amount=6_666, currency="WAHA", scale=3),
            )
            for edge in edges
        ),
    )
    key = changes.pop("key", key_of(ALWAHA))
    mine = sign(key, replace(theirs, **changes))
    others = [
        Signed(one.value, one.content, one.signature)
        for one in words(oak, setoff)
        if isinstance(one.value, SetoffAccept)
    ]
    del vila
    return bundle_of(setoff.proposal, [*others, mine])


def is_undecided(ring: Ring, setoff: Setoff) -> bool:
    return ring.states(setoff)[1] is SetoffState.ACCEPTED


def test_a_forged_acceptance_is_no_acceptance(ring: Ring, proposed: Setoff) -> None:
    oak, vila, waha = ring.nodes
    given = accepts(vila, proposed)[vila.name]
    forged = replace(given, node=waha.name)

    with unmoved(oak):
        told = brings(vila, oak, forged, key_of(VILANOVA))
        assert told.problem is Problem.SIGNATURE_INVALID
    assert accepts(oak, proposed).keys() == {oak.name, vila.name}
    assert is_undecided(ring, proposed)


def test_an_acceptance_of_other_edges_is_refused(ring: Ring, proposed: Setoff) -> None:
    oak, vila, waha = ring.nodes
    given = accepts(vila, proposed)[vila.name]

    told = brings(waha, oak, replace(given, node=waha.name), key_of(ALWAHA))

    assert told.problem is Problem.SCHEMA_INVALID


def test_an_acceptance_counts_all_its_edges_at_one_rate(
    ring: Ring, proposed: Setoff
) -> None:
    oak, vila, waha = ring.nodes
    bundle = full_bundle(ring, proposed)
    (given,) = (one.accept for one in bundle.acceptances if one.accept.node == waha.name)
    owed, due = given.amounts
    kept = replace(
        given, amounts=(owed, replace(due, amount=replace(due.amount, amount=1)))
    )

    with unmoved(oak):
        told = brings(waha, oak, kept, key_of(ALWAHA))
    assert told.problem is Problem.SCHEMA_INVALID

    uneven = full_bundle(ring, proposed, amounts=kept.amounts)
    with unmoved(vila):
        told = brings(oak, vila, uneven, key_of(OAKVALE))
    assert told.problem is Problem.SCHEMA_INVALID
    assert is_undecided(ring, proposed)


def test_a_party_that_accepts_twice_is_held_to_its_first_word(
    ring: Ring, proposed: Setoff
) -> None:
    oak, vila, _ = ring.nodes
    given = accepts(oak, proposed)[vila.name]
    smaller = tuple(
        replace(one, amount=replace(one.amount, amount=1)) for one in given.amounts
    )

    told = brings(vila, oak, replace(given, amounts=smaller), key_of(VILANOVA))

    assert told.status == 200
    assert accepts(oak, proposed)[vila.name] == given


def test_one_that_takes_its_word_back_is_held_to_it(ring: Ring, proposed: Setoff) -> None:
    oak, vila, waha = ring.nodes
    given = accepts(oak, proposed)[vila.name]
    refusal = SetoffRefusal(
        v=1,
        setoff_id=proposed.id,
        proposal_digest=given.proposal_digest,
        node=vila.name,
        why="no more",
        refused_at=given.accepted_at,
    )

    brings(vila, oak, refusal, key_of(VILANOVA))
    ring.agree(waha, proposed)
    ring.talk()

    assert state_at(oak, proposed) is SetoffState.CLEARED


def test_the_words_of_a_stranger_count_for_nothing(ring: Ring, proposed: Setoff) -> None:
    oak, vila, _ = ring.nodes
    given = accepts(oak, proposed)[vila.name]
    stranger = replace(given, node="mallory.example")

    told = brings(vila, oak, stranger, STRANGER)

    assert told.problem is Problem.SIGNATURE_INVALID


LIES: dict[str, Callable[[Ring, Setoff], SetoffBundle]] = {
    "an acceptance of another key": lambda ring, setoff: full_bundle(
        ring, setoff, key=key_of(OAKVALE)
    ),
    "an acceptance of another proposal": lambda ring, setoff: full_bundle(
        ring, setoff, proposal_digest="0" * 64
    ),
    "an acceptance of another set-off": lambda ring, setoff: full_bundle(
        ring, setoff, setoff_id=str(uuid7())
    ),
    "an edge altered after it was signed": lambda ring, setoff: altered(
        full_bundle(ring, setoff)
    ),
}


def altered(bundle: SetoffBundle) -> SetoffBundle:
    edges = tuple(replace(edge, hours=1) for edge in bundle.proposal.edges)
    return replace(bundle, proposal=replace(bundle.proposal, edges=edges))


@pytest.mark.parametrize("lie", LIES)
def test_a_bundle_that_proves_nothing_moves_nothing(
    ring: Ring, proposed: Setoff, lie: str
) -> None:
    oak, vila, _ = ring.nodes
    bundle = LIES[lie](ring, proposed)

    with unmoved(vila):
        told = brings(oak, vila, bundle, key_of(OAKVALE))
        assert told.problem in {
            Problem.SIGNATURE_INVALID,
            Problem.TRADE_CONFLICT,
            Problem.SCHEMA_INVALID,
        }
    assert is_undecided(ring, proposed)


def test_a_bundle_with_one_missing_is_no_bundle(ring: Ring, proposed: Setoff) -> None:
    oak, vila, _ = ring.nodes
    whole = json.loads(sign(key_of(OAKVALE), full_bundle(ring, proposed)).content)
    whole["acceptances"].pop()
    body = {
        "paper": whole,
        "paper_sig": shown(sign(key_of(OAKVALE), full_bundle(ring, proposed)).signature),
    }
    document = json.dumps(body).encode()
    parameters = {"setoff_id": proposed.id}

    with unmoved(vila):
        told = tell(
            vila, ask(oak, vila.name, SETOFF_BUNDLE, parameters=parameters, body=document)
        )
        assert told.problem is Problem.SCHEMA_INVALID
    with pytest.raises(ValueError, match="every party"):
        bundle_of(proposed.proposal, [])


def test_a_bundle_that_the_coordinator_did_not_sign_is_none(
    ring: Ring, proposed: Setoff
) -> None:
    _, vila, waha = ring.nodes

    with unmoved(vila):
        told = brings(waha, vila, full_bundle(ring, proposed), key_of(ALWAHA))
        assert told.problem is Problem.SIGNATURE_INVALID


def test_an_abort_that_the_coordinator_did_not_sign_is_none(
    ring: Ring, proposed: Setoff
) -> None:
    _, vila, waha = ring.nodes

    told = brings(waha, vila, abort_of(proposed), key_of(ALWAHA))
    own = replace(abort_of(proposed), coordinator=waha.name)
    of_another = brings(waha, vila, own, key_of(ALWAHA))

    assert told.problem is Problem.SIGNATURE_INVALID
    assert of_another.problem is Problem.SCHEMA_INVALID
    assert is_undecided(ring, proposed)


def test_a_bundle_told_by_anybody_is_the_decision(ring: Ring, proposed: Setoff) -> None:
    """Al-Waha brings it to Vila Nova, whom Oakvale has told nothing."""
    _, vila, waha = ring.nodes
    bundle = full_bundle(ring, proposed)

    told = brings(waha, vila, bundle, key_of(OAKVALE))

    assert told.status == 204
    assert state_at(vila, proposed) is SetoffState.CLEARED


def test_a_bundle_repeated_is_booked_once(ring: Ring, proposed: Setoff) -> None:
    oak, vila, _ = ring.nodes
    bundle = full_bundle(ring, proposed)
    brings(oak, vila, bundle, key_of(OAKVALE))

    with unmoved(vila):
        assert brings(oak, vila, bundle, key_of(OAKVALE)).status == 204


def test_a_proposal_repeated_is_answered_as_it_stands(ring: Ring, proposed: Setoff) -> None:
    oak, vila, _ = ring.nodes

    told = brings(oak, vila, proposed.proposal.value, key_of(OAKVALE))

    assert (told.status, told.body["state"]) == (200, "accepted")
    assert told.body["paper"]["type"] == "setoff-accept"
    assert len(vila.read(setoffs.every)) == 1


def test_an_id_is_not_used_for_two_proposals(ring: Ring, proposed: Setoff) -> None:
    oak, vila, _ = ring.nodes
    other = replace(
        proposed.proposal.value,
        edges=tuple(replace(one, hours=1) for one in proposed.proposal.value.edges),
    )

    assert brings(oak, vila, other, key_of(OAKVALE)).problem is Problem.TRADE_CONFLICT


def test_an_old_proposal_under_a_new_id_is_a_proposal_and_no_more(
    ring: Ring, proposed: Setoff
) -> None:
    oak, vila, _ = ring.nodes
    again = replace(proposed.proposal.value, setoff_id=str(uuid7()))

    told = brings(oak, vila, again, key_of(OAKVALE))

    assert told.body["state"] == "proposed"
    with pytest.raises(Exception, match="less than this"):
        ring.agree(vila, _found(vila, again.setoff_id))


@pytest.mark.parametrize(
    "edges",
    [
        (("oakv.example", "vila.example", 5), ("vila.example", "waha.example", 5)),
        (("oakv.example", "vila.example", 5), ("vila.example", "oakv.example", 5)),
        (("oakv.example", "oakv.example", 5), ("vila.example", "vila.example", 5)),
    ],
)
def test_what_does_not_go_round_is_no_proposal(
    proposed: Setoff, edges: tuple[tuple[str, str, int], ...]
) -> None:
    told = tuple(SetoffEdge(debtor=one, creditor=two, hours=n) for one, two, n in edges)

    with pytest.raises(ValueError, match=r"forgiven|one edge"):
        replace(proposed.proposal.value, edges=told)


def test_amounts_above_the_debts_are_not_agreed_to(ring: Ring, proposed: Setoff) -> None:
    oak, vila, _ = ring.nodes
    greedy = replace(
        proposed.proposal.value,
        setoff_id=str(uuid7()),
        edges=tuple(replace(one, hours=99_0000) for one in proposed.proposal.value.edges),
    )
    before = [reserved(vila, oak), reserved(vila, ring.nodes[2])]

    assert brings(oak, vila, greedy, key_of(OAKVALE)).status == 200
    with pytest.raises(Exception, match="less than this"):
        ring.agree(vila, _found(vila, greedy.setoff_id))

    assert [reserved(vila, oak), reserved(vila, ring.nodes[2])] == before


def test_a_proposal_among_others_is_none_of_ours(ring: Ring, proposed: Setoff) -> None:
    oak, vila, _ = ring.nodes
    names = ("a.example", "b.example", "c.example")
    ring_of = zip(names, (*names[1:], names[0]), strict=True)
    edges = [SetoffEdge(debtor=a, creditor=b, hours=1) for a, b in sorted(ring_of)]
    foreign = replace(proposed.proposal.value, setoff_id=str(uuid7()), edges=tuple(edges))

    assert brings(oak, vila, foreign, key_of(OAKVALE)).problem is Problem.SCHEMA_INVALID


def test_nobody_brings_more_than_we_look_at(ring: Ring, proposed: Setoff) -> None:
    oak, _, waha = ring.nodes
    value = proposed.proposal.value

    for _ in range(19):
        again = replace(value, setoff_id=str(uuid7()))
        assert brings(oak, waha, again, key_of(OAKVALE)).status == 200

    told = brings(oak, waha, replace(value, setoff_id=str(uuid7())), key_of(OAKVALE))
    assert told.problem is Problem.RATE_LIMITED


def test_what_is_too_large_is_not_read(ring: Ring) -> None:
    oak, vila, _ = ring.nodes
    body = b'{"paper":"' + b"x" * SMALL + b'"}'

    answer = receive(vila, ask(oak, vila.name, SETOFF, body=body).request)

    assert read_answer(answer).problem is Problem.TOO_LARGE


@pytest.mark.parametrize("first", ["bundle", "abort"])
def test_a_coordinator_that_signs_both_is_caught_by_whoever_hears_both(
    ring: Ring, proposed: Setoff, first: str
) -> None:
    oak, vila, waha = ring.nodes
    told: dict[str, SignedObject] = {
        "bundle": full_bundle(ring, proposed),
        "abort": abort_of(proposed),
    }
    second = next(name for name in told if name != first)

    brings(oak, vila, told[first], key_of(OAKVALE))
    with unmoved(vila):
        brings(waha, vila, told[second], key_of(OAKVALE))

    kept = _found(vila, proposed.id)
    assert kept.decision is not None
    assert kept.contradiction is not None
    assert kinds(vila) == {"contradiction"}
    assert vila.read(_state, oak.name) == "frozen"
    assert reserved(vila, waha) == 0
    letters = vila.read(_letters)
    assert {post.BUNDLE_LETTER, post.ABORT_LETTER} <= letters


def test_where_both_were_signed_people_may_hold_to_the_bundle(
    ring: Ring, proposed: Setoff
) -> None:
    oak, vila, waha = ring.nodes
    brings(oak, vila, abort_of(proposed), key_of(OAKVALE))
    brings(waha, vila, full_bundle(ring, proposed), key_of(OAKVALE))

    vila.write(deciding.honour, vila.here, OPERATOR, proposed.id, now=vila.now)

    assert state_at(vila, proposed) is SetoffState.CLEARED
    assert kinds(vila) == {"contradiction"}


def test_an_acceptance_that_names_no_amount_of_its_own_is_not_in_a_bundle(
    ring: Ring, proposed: Setoff
) -> None:
    bundle = full_bundle(ring, proposed)
    (one, *rest) = bundle.acceptances

    with pytest.raises(ValueError, match="every party"):
        replace(bundle, acceptances=(one, one, *rest))
    assert isinstance(one, Accepted)


def _found(node: Node, setoff_id: str) -> Setoff:
    found = node.read(setoffs.find, setoff_id)
    assert found is not None
    return found


def _state(reader: Reader, name: str) -> str:
    peer = peers.by_node(reader, name)
    assert peer is not None
    return peer.own_state


def _letters(reader: Reader) -> set[str]:
    return {kind for (kind,) in reader.all("SELECT kind FROM outbox")}
