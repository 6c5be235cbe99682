"""The real routes: what is handed on, what is refused, and that answers are signed."""

from __future__ import annotations

import json

import pytest

from federation import discovery, wire
from federation.bodies import PeeringRequest, Proposal
from federation.endpoints import ENDPOINTS, PARAMETERS, PREPARE_BATCH, SMALL, Endpoint
from federation.errors import FederationError, Problem, read_problem
from federation.keys import PrivateKey
from federation.objects import Allowance
from federation.signing import (
    Reply,
)
from tests.protocol.asking import NOW, ORIGIN, PING, Listener, Peer, ask, card_of, raw

PAUSE = "/fed/v1/peerings/p-1/pause"
BODY = b'{"paused":true,"why":""}'


async def test_a_signed_request_is_handed_on_and_its_answer_signed(
    peer: Peer, listener: Listener, key_a: PrivateKey, key_b: PrivateKey
) -> None:
    told = await ask(peer, key_a, "POST", PAUSE, BODY)

    assert told.answer.status == 200
    assert told.is_signed_by(key_b)
    (arrival,) = listener.heard
    assert (arrival.sender, arrival.verified.body) == ("a.example", BODY)
    assert arrival.parameter("peering_id") == "p-1"


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.name)
async def test_no_endpoint_listens_to_the_unsigned(
    endpoint: Endpoint, peer: Peer, listener: Listener
) -> None:
    anything = dict.fromkeys(PARAMETERS, "019ac3f0-7c1e-7a52-9b1d-4f3b2a1c0d11")

    response = await peer.request(
        endpoint.method, endpoint.path_with(**anything), data=b"{}"
    )

    assert response.status == 401
    assert response.content_type == "application/problem+json"
    assert read_problem(await response.read()) is Problem.SIGNATURE_INVALID
    assert not listener.heard


async def test_the_same_request_twice_is_a_replay(
    peer: Peer, listener: Listener, key_a: PrivateKey, key_b: PrivateKey
) -> None:
    nonce = "the-very-same-nonce"
    await ask(peer, key_a, nonce=nonce)

    again = await ask(peer, key_a, nonce=nonce)

    assert (again.answer.status, again.problem) == (401, Problem.REPLAY)
    assert again.is_signed_by(key_b)
    assert len(listener.heard) == 1


async def test_a_clock_that_is_off_is_told_so_under_signature(
    peer: Peer, listener: Listener, key_a: PrivateKey, key_b: PrivateKey
) -> None:
    told = await ask(peer, key_a, created=NOW - 3600)

    assert told.problem is Problem.CLOCK_SKEW
    assert json.loads(told.answer.body)["our_time"] == NOW
    assert told.is_signed_by(key_b)
    assert not listener.heard


async def test_a_stranger_is_told_so(
    peer: Peer, listener: Listener, key_b: PrivateKey
) -> None:
    told = await ask(peer, key_b)

    assert (told.answer.status, told.problem) == (403, Problem.PEER_UNKNOWN)
    assert not listener.heard


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", PING, BODY),
        ("POST", PAUSE, b""),
        ("GET", f"{PING}?a=1", b""),
        ("POST", f"{PAUSE}?a=1", BODY),
    ],
)
async def test_a_body_or_query_out_of_place_is_refused(
    method: str, path: str, body: bytes, peer: Peer, listener: Listener, key_a: PrivateKey
) -> None:
    told = await ask(peer, key_a, method, path, body)

    assert (told.answer.status, told.problem) == (400, Problem.SCHEMA_INVALID)
    assert not listener.heard


async def test_the_query_is_handed_on(
    peer: Peer, listener: Listener, key_a: PrivateKey
) -> None:
    path = "/fed/v1/chains/127.0.0.1:8101/b.example?after=17&limit=5"

    told = await ask(peer, key_a, "GET", path)

    assert told.answer.status == 200
    assert listener.heard[0].query == "after=17&limit=5"
    assert listener.heard[0].parameter("debtor") == "127.0.0.1:8101"


async def test_the_host_header_does_not_name_us(
    peer: Peer, listener: Listener, key_a: PrivateKey
) -> None:
    told = await ask(peer, key_a, headers={"Host": "evil.example"})

    assert told.answer.status == 200
    assert listener.heard[0].verified.sent.target_uri == ORIGIN + PING


async def test_a_body_that_is_too_large_is_refused_and_the_connection_closed(
    peer: Peer, listener: Listener, key_a: PrivateKey
) -> None:
    large = b'{"paused":true,"why":"' + b"x" * SMALL + b'"}'

    told = await ask(peer, key_a, "POST", PAUSE, large)

    assert (told.answer.status, told.problem) == (413, Problem.TOO_LARGE)
    assert dict(told.answer.headers)["Connection"] == "close"
    assert not listener.heard


async def test_a_batch_may_be_larger(
    peer: Peer, listener: Listener, key_a: PrivateKey
) -> None:
    path = PREPARE_BATCH.path_with()

    told = await ask(peer, key_a, "POST", path, b'{"trades":"' + b"x" * SMALL + b'"}')

    assert told.answer.status == 200
    assert len(listener.heard) == 1


async def test_a_compressed_body_is_refused(
    peer: Peer, listener: Listener, key_a: PrivateKey
) -> None:
    told = await ask(
        peer, key_a, "POST", PAUSE, BODY, headers={"Content-Encoding": "deflate"}
    )

    assert told.problem is Problem.SCHEMA_INVALID
    assert not listener.heard


async def test_a_body_that_never_ends_is_not_waited_for(peer: Peer) -> None:
    head = f"POST {PAUSE} HTTP/1.1\r\nHost: b.example\r\nConnection: close\r\n"

    heard = await raw(peer, head.encode() + b"Content-Length: 10\r\n\r\n{")

    assert heard.startswith(b"HTTP/1.1 400")
    assert b"did not arrive in time" in heard


async def test_an_absolute_request_target_is_refused(peer: Peer) -> None:
    head = f"GET https://b.example{PING} HTTP/1.1\r\nHost: b.example\r\n"

    heard = await raw(peer, head.encode() + b"Connection: close\r\n\r\n")

    assert heard.startswith(b"HTTP/1.1 401")


async def test_a_folded_header_never_reaches_us(peer: Peer, listener: Listener) -> None:
    head = f"GET {PING} HTTP/1.1\r\nHost: b.example\r\nConnection: close\r\n"

    heard = await raw(peer, head.encode() + b"Signature-Input: sig1=\r\n ()\r\n\r\n")

    assert heard.startswith((b"HTTP/1.1 400", b"HTTP/1.0 400", b"HTTP/1.1 401"))
    assert not listener.heard


@pytest.mark.parametrize(
    ("method", "path", "problem"),
    [
        ("GET", "/fed/v1/nothing", Problem.NOT_FOUND),
        ("DELETE", PING, Problem.NOT_FOUND),
        ("GET", "/fed/v1/trades/not-an-id", Problem.NOT_FOUND),
        ("PUT", "/fed/v2/trades/x", Problem.VERSION_UNSUPPORTED),
    ],
)
async def test_what_is_not_there_is_said_not_to_be(
    method: str, path: str, problem: Problem, peer: Peer
) -> None:
    response = await peer.request(method, path)

    assert read_problem(await response.read()) is problem


async def test_the_nodes_refusal_is_answered_as_a_problem(
    peer: Peer, listener: Listener, key_a: PrivateKey, key_b: PrivateKey
) -> None:
    listener.reply = FederationError(Problem.BUSY, "Please come back.", reason="disk full")

    told = await ask(peer, key_a)

    assert (told.answer.status, told.problem) == (503, Problem.BUSY)
    assert dict(told.answer.headers)["Retry-After"] == "5"
    assert b"disk full" not in told.answer.body
    assert told.is_signed_by(key_b)


async def test_an_answer_may_be_empty_and_still_be_signed(
    peer: Peer, listener: Listener, key_a: PrivateKey, key_b: PrivateKey
) -> None:
    listener.reply = Reply(204)

    told = await ask(peer, key_a)

    assert (told.answer.status, told.answer.body) == (204, b"")
    assert told.is_signed_by(key_b)


async def test_a_late_answer_says_when_to_ask_again(
    peer: Peer, listener: Listener, key_a: PrivateKey
) -> None:
    listener.reply = Reply(202, b'{"state":"PENDING"}', retry_after=60)

    told = await ask(peer, key_a)

    assert dict(told.answer.headers)["Retry-After"] == "60"


async def test_the_card_is_for_everybody(peer: Peer) -> None:
    response = await peer.get(discovery.PATH)

    assert (response.status, await response.read()) == (200, b'{"v":1}')
    assert response.content_type == "application/json"


def peering_request(key: PrivateKey) -> bytes:
    card = card_of(key, "https://c.example")
    proposed = Proposal(
        credit_line=Allowance(amount=0, currency="CCC", scale=2),
        share_offers="peers",
        allow_requests=True,
        allow_as_hub=False,
    )
    return wire.write(PeeringRequest(token="t" * 43, card=card, proposed=proposed))


async def test_who_asks_to_peer_is_proven_by_the_card_in_the_request(
    peer: Peer, listener: Listener, key_a: PrivateKey
) -> None:
    stranger = PrivateKey(b"c" * 32)
    body = peering_request(stranger)

    told = await ask(peer, stranger, "POST", "/fed/v1/peerings", body)
    forged = await ask(peer, key_a, "POST", "/fed/v1/peerings", body)
    changed = await ask(
        peer, stranger, "POST", "/fed/v1/peerings", body.replace(b'"C"', b'"D"')
    )

    assert told.answer.status == 200
    assert listener.heard[0].sender == "c.example"
    assert forged.problem is Problem.PEER_UNKNOWN
    assert changed.problem is Problem.SIGNATURE_INVALID
    assert len(listener.heard) == 1
