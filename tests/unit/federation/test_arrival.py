"""What a proven request must still pass, and the list of what may be asked."""

from __future__ import annotations

import pytest

from federation.arrival import Arrival
from federation.bodies import ChainQuery, Pause
from federation.endpoints import (
    CHAIN,
    ENDPOINTS,
    LARGE,
    PARAMETERS,
    PEERING_PAUSE,
    PREPARE_BATCH,
    QUOTE,
    SMALL,
    Endpoint,
)
from federation.errors import FederationError, Problem
from federation.keys import PrivateKey
from federation.peering import State
from federation.signing import (
    Request,
    Sender,
    Stamp,
    read_request,
    sign_request,
    verify_request,
)

NOW = 1795300000
URI = "https://b.example/fed/v1/x"


def arrive(
    key: PrivateKey, endpoint: Endpoint, *, body: bytes = b"", query: str = ""
) -> Arrival:
    headers, _ = sign_request(
        key, method="POST", target_uri=URI, body=body, stamp=Stamp(NOW, "n" * 16)
    )
    request = Request(method="POST", target_uri=URI, headers=headers, body=body)
    sender = Sender("a.example", key.public)
    return Arrival(
        endpoint=endpoint,
        parameters={"debtor": "a.example", "creditor": "B!"},
        query=query,
        verified=verify_request(read_request(request), sender, NOW),
    )


def test_a_request_is_admitted_once(key_a: PrivateKey) -> None:
    heard: set[tuple[str, str]] = set()

    def remember(keyid: str, nonce: str) -> bool:
        new = (keyid, nonce) not in heard
        heard.add((keyid, nonce))
        return new

    arrival = arrive(key_a, QUOTE)
    arrival.admit(State.ACTIVE, remember)

    with pytest.raises(FederationError) as refused:
        arrival.admit(State.ACTIVE, remember)
    assert refused.value.problem is Problem.REPLAY
    assert heard == {(key_a.keyid, "n" * 16)}


def test_the_state_of_the_peering_is_asked_after_the_nonce(key_a: PrivateKey) -> None:
    for new, problem in ((True, Problem.PEER_PAUSED), (False, Problem.REPLAY)):
        with pytest.raises(FederationError) as refused:
            arrive(key_a, QUOTE).admit(State.PAUSED, lambda *_, new=new: new)
        assert refused.value.problem is problem


def test_the_body_is_read_as_the_endpoint_has_it(key_a: PrivateKey) -> None:
    good = arrive(key_a, PEERING_PAUSE, body=b'{"paused":true,"why":"holiday"}')

    assert good.sender == "a.example"
    assert good.body(Pause) == Pause(paused=True, why="holiday")
    for body in (
        b"{",
        b'{"paused":true}',
        b'{"paused":1,"why":""}',
        b'{"paused":true,"why":"a\\nb"}',
        b'{"paused":true,"why":"","more":1}',
        b'{"paused":true,"paused":false,"why":""}',
    ):
        with pytest.raises(FederationError) as refused:
            arrive(key_a, PEERING_PAUSE, body=body).body(Pause)
        assert refused.value.problem is Problem.SCHEMA_INVALID


def test_the_query_is_read_strictly(key_a: PrivateKey) -> None:
    good = arrive(key_a, CHAIN, query="after=17&limit=20")

    assert good.query_as(ChainQuery) == ChainQuery(after=17, limit=20)
    assert arrive(key_a, CHAIN).query_as(ChainQuery) == ChainQuery()
    for query in ("after=-1", "limit=0", "limit=201", "x=1", "after=1&after=2", "after=x"):
        with pytest.raises(FederationError) as refused:
            arrive(key_a, CHAIN, query=query).query_as(ChainQuery)
        assert refused.value.problem is Problem.SCHEMA_INVALID


def test_a_part_of_the_path_has_the_form_it_should_have(key_a: PrivateKey) -> None:
    arrival = arrive(key_a, CHAIN)

    assert arrival.parameter("debtor") == "a.example"
    with pytest.raises(FederationError) as refused:
        arrival.parameter("creditor")
    assert refused.value.problem is Problem.SCHEMA_INVALID


def test_every_endpoint_has_its_own_name_and_address() -> None:
    assert len({endpoint.name for endpoint in ENDPOINTS}) == len(ENDPOINTS)
    assert len({(each.method, each.path) for each in ENDPOINTS}) == len(ENDPOINTS)
    for endpoint in ENDPOINTS:
        endpoint.path_with(**PARAMETERS)
        assert (endpoint.body is None) == (endpoint.method == "GET")


def test_only_batches_are_large() -> None:
    assert {endpoint for endpoint in ENDPOINTS if endpoint.cap != SMALL} == {PREPARE_BATCH}
    assert PREPARE_BATCH.cap == LARGE
