"""How two nodes may stand, invite, agree, and follow one key by another."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from federation.errors import FederationError, Problem
from federation.invite import Invite, new_invite, read_invite
from federation.keys import PrivateKey
from federation.nodes import Reach
from federation.objects import Allowance, KeyRotation, Rate
from federation.peering import ALLOWED, TRANSITIONS, Event, Need, State, advance, check
from federation.rotation import OVERLAP, Pin, rotate
from federation.signed import Signed, sign, signature_of
from federation.terms import Agreement, Party, check_change, is_unilateral, prove_both

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def test_every_state_has_its_rows() -> None:
    assert set(TRANSITIONS) == set(State)
    assert set(ALLOWED) == set(State)


def test_a_peering_runs_its_course() -> None:
    state = State.INVITED
    for event in (
        Event.REQUEST,
        Event.APPROVE,
        Event.PAUSE,
        Event.RESUME,
        Event.FREEZE,
        Event.THAW,
        Event.CLOSE,
        Event.SETTLED,
    ):
        state = advance(state, event)

    assert state is State.CLOSED
    with pytest.raises(FederationError):
        advance(state, Event.RESUME)


def test_a_pause_is_always_possible_while_trading_and_ends_nothing_begun() -> None:
    assert advance(State.ACTIVE, Event.PAUSE) is State.PAUSED
    check(State.PAUSED, Need.FINISH)
    with pytest.raises(FederationError) as refused:
        check(State.PAUSED, Need.BEGIN)
    assert refused.value.problem is Problem.PEER_PAUSED


@pytest.mark.parametrize("need", Need)
def test_a_closed_peer_is_unknown(need: Need) -> None:
    with pytest.raises(FederationError) as refused:
        check(State.CLOSED, need)

    assert refused.value.problem is Problem.PEER_UNKNOWN


def test_a_frozen_peer_may_only_talk() -> None:
    check(State.FROZEN, Need.TALK)
    with pytest.raises(FederationError):
        check(State.FROZEN, Need.FINISH)


def test_only_an_active_peer_may_begin() -> None:
    assert {state for state in State if Need.BEGIN in ALLOWED[state]} == {State.ACTIVE}


def test_an_invitation_is_read_as_it_is_written(key_a: PrivateKey) -> None:
    invite = new_invite("https://a.example", key_a.keyid, bytes(range(32)))

    assert read_invite(f"  {invite.text}\n", Reach()) == invite
    assert invite.token not in invite.token_hash
    assert len(invite.token_hash) == 64


def test_an_invitation_needs_256_random_bits(key_a: PrivateKey) -> None:
    with pytest.raises(ValueError, match="256 bits"):
        new_invite("https://a.example", key_a.keyid, bytes(16))


@pytest.mark.parametrize(
    "text", ["", "https://a.example", "hello", "https://a/#cxn-invite="]
)
def test_what_is_no_invitation_is_refused(text: str) -> None:
    with pytest.raises(FederationError) as refused:
        read_invite(text, Reach())

    assert refused.value.problem is Problem.INVITE_INVALID


def test_an_invitation_does_not_lead_inside(key_a: PrivateKey) -> None:
    inside = Invite("http://127.0.0.1:8101", "A" * 43, key_a.keyid)

    with pytest.raises(FederationError) as refused:
        read_invite(inside.text, Reach())

    assert refused.value.problem is Problem.NOT_ROUTABLE


def party(key: PrivateKey, node: str, line: int) -> Party:
    return Party(
        node=node,
        kid=key.keyid,
        credit_line=Allowance(amount=line, currency="ACH", scale=2),
        rate=Rate(n=1, d=10),
        share_offers="peers",
        allow_requests=True,
        allow_as_hub=False,
    )


@pytest.fixture
def terms(key_a: PrivateKey, key_b: PrivateKey) -> Agreement:
    return Agreement(
        v=1,
        peering_id="p-1",
        terms_version=1,
        author="a.example",
        parties=(party(key_a, "a.example", 100), party(key_b, "b.example", 50)),
        created_at=NOW,
    )


def with_line(terms: Agreement, node: str, line: int) -> Agreement:
    parties = tuple(
        replace(each, credit_line=replace(each.credit_line, amount=line))
        if each.node == node
        else each
        for each in terms.parties
    )
    return replace(terms, parties=parties, terms_version=terms.terms_version + 1)


def test_an_agreement_is_in_force_when_both_have_signed(
    terms: Agreement, key_a: PrivateKey, key_b: PrivateKey
) -> None:
    signed: Signed[Agreement] = sign(key_a, terms)
    other = signature_of(key_b, signed.content, Agreement)
    keys = {key.keyid: key.public for key in (key_a, key_b)}

    prove_both(signed, (signed.signature, other), keys)

    for signatures in ((signed.signature,), (other,), ()):
        with pytest.raises(FederationError):
            prove_both(signed, signatures, keys)
    with pytest.raises(FederationError):
        prove_both(signed, (signed.signature, other), {key_a.keyid: key_a.public})


@pytest.mark.parametrize(("line", "alone"), [(150, True), (100, True), (99, False)])
def test_only_lending_more_needs_no_consent(
    line: int, *, alone: bool, terms: Agreement
) -> None:
    new = with_line(terms, "a.example", line)

    check_change(terms, new)
    assert is_unilateral(terms, new) is alone


def test_nobody_raises_what_another_lends(terms: Agreement) -> None:
    check_change(terms, with_line(terms, "b.example", 40))
    assert not is_unilateral(terms, with_line(terms, "b.example", 40))

    with pytest.raises(FederationError) as refused:
        check_change(terms, with_line(terms, "b.example", 51))

    assert "Only the lender" in str(refused.value)


def test_terms_follow_on_from_those_before(terms: Agreement, key_a: PrivateKey) -> None:
    next_terms = with_line(terms, "a.example", 100)
    rate = replace(terms.parties[1], rate=Rate(n=2, d=1))
    for wrong in (
        terms,
        replace(next_terms, peering_id="p-2"),
        replace(next_terms, parties=(terms.parties[0], rate)),
        replace(next_terms, parties=(terms.parties[0], party(key_a, "c.example", 50))),
    ):
        with pytest.raises(FederationError):
            check_change(terms, wrong)


def test_parties_stand_in_order_and_one_is_the_author(terms: Agreement) -> None:
    with pytest.raises(ValueError, match="order"):
        replace(terms, parties=tuple(reversed(terms.parties)))
    with pytest.raises(ValueError, match="author"):
        replace(terms, author="c.example")
    assert terms.party("b.example") is terms.parties[1]


def rotation(old: PrivateKey, new: PrivateKey, **members: str) -> Signed[KeyRotation]:
    told = {"node": "a.example", "old_kid": old.keyid, "new_x": new.public.text} | members
    return sign(
        old,
        KeyRotation(
            v=1,
            node=told["node"],
            old_kid=told["old_kid"],
            new_x=told["new_x"],
            effective_at=NOW,
        ),
    )


def test_a_key_is_followed_by_the_one_it_vouches_for(
    key_a: PrivateKey, key_b: PrivateKey
) -> None:
    pin = Pin("a.example", key_a.public, NOW - timedelta(days=100))

    old, new = rotate(pin, rotation(key_a, key_b))

    assert new == Pin("a.example", key_b.public, NOW)
    assert old.usable(NOW + OVERLAP - timedelta(seconds=1))
    assert not old.usable(NOW + OVERLAP)
    assert new.usable(NOW + OVERLAP)
    assert not new.usable(NOW - timedelta(seconds=1))


def test_no_other_key_can_vouch(key_a: PrivateKey, key_b: PrivateKey) -> None:
    pin = Pin("a.example", key_a.public, NOW)

    for wrong in (
        rotation(key_b, key_b),
        rotation(key_b, key_b, old_kid=key_a.keyid),
        rotation(key_a, key_b, node="b.example"),
    ):
        with pytest.raises(FederationError) as refused:
            rotate(pin, wrong)
        assert refused.value.problem is Problem.SIGNATURE_INVALID
