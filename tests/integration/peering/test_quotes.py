"""Prices asked for over the network: of the seller's node, and of a hub before it."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from pytest_aiohttp.plugin import AiohttpClient

from cesnode.app import build_app, quoter_of
from cesnode.community.roles import OPERATOR
from cesnode.errors import Code, NodeError
from cesnode.jobs import beyond
from cesnode.services.authority import member_actor
from cesnode.services.clearing.here import Here
from cesnode.services.clearing.quoting import Wish
from cesnode.services.node_card import node_card
from cesnode.services.peering import knowing
from cesnode.services.peering.knowing import Met
from cesnode.store import Reader, distant, exchanges
from federation.discovery import Card
from federation.errors import FederationError, Problem
from federation.keys import PrivateKey
from tests.integration.conftest import token
from tests.support.exchanges import Person, join
from tests.support.exchanges_online import Town


@pytest.fixture
async def ann(oak: Town) -> Person:
    """A buyer in Oakvale."""
    return await oak.store.write(join, "Ann Ash")


@pytest.fixture
async def sold(vila: Town) -> str:
    """Where a seller in Vila Nova is paid."""
    person = await vila.store.write(join, "Vera Vine")
    return f"{person.number.removeprefix('VILA')}@{vila.node}"


async def refused(town: Town, wish: Wish) -> NodeError:
    with pytest.raises(NodeError) as caught:
        await beyond.quote(town.voice, OPERATOR, wish)
    return caught.value


async def test_a_peer_says_what_arrives_for_how_much(
    oak: Town, vila: Town, ann: Person, sold: str
) -> None:
    await oak.agree_with(vila)

    view = await beyond.quote(oak.voice, OPERATOR, Wish(sold, ann.number, "1.50"))

    assert (view.via, view.fee, view.seller) == (None, None, sold)
    assert (view.paid, view.received) == ("15.00", "1.50")
    assert view.rate == "10"


async def test_who_cannot_be_paid_gets_no_quote(oak: Town, vila: Town, ann: Person) -> None:
    await oak.agree_with(vila)

    error = await refused(oak, Wish("VILA0042", ann.number, "1"))

    assert (error.code, error.values["problem"]) == (
        Code.QUOTE_REFUSED,
        Problem.PAYEE_UNAVAILABLE,
    )


async def test_a_hub_says_what_it_keeps_and_its_customers_meet_at_home(
    oak: Town, vila: Town, hub: Town, ann: Person, sold: str
) -> None:
    view = await beyond.quote(oak.voice, OPERATOR, Wish(sold, ann.number, "1.50"))

    met = await oak.store.read(distant.by_node, vila.node)
    pinned = await oak.store.read(distant.keys, vila.node)
    assert (view.via, view.received) == ("KOPE", "1.50")
    assert float(view.fee or "0") > 0
    assert float(view.paid) > 15
    assert met is not None
    assert met.hub == (await oak.peer(hub)).id
    assert pinned == (vila.voice.here.key.public,)


async def test_a_node_beyond_is_known_by_its_code_once_it_was_met(
    oak: Town, hub: Town, ann: Person, sold: str
) -> None:
    first = await refused(oak, Wish("VILA0001", ann.number, "1"))
    await beyond.quote(oak.voice, OPERATOR, Wish(sold, ann.number, "1"))

    view = await beyond.quote(oak.voice, OPERATOR, Wish("VILA0001", ann.number, "1"))

    assert first.code is Code.UNKNOWN_PEER
    assert view.via == (await oak.peer(hub)).code


async def test_nobody_is_fetched_where_no_exchange_passes_trades_on(
    oak: Town, vila: Town, ann: Person, sold: str
) -> None:
    error = await refused(oak, Wish(sold, ann.number, "1"))

    assert error.code is Code.UNKNOWN_PEER
    assert await oak.store.read(distant.by_node, vila.node) is None


async def test_a_hub_that_is_down_is_said_to_be(
    oak: Town, hub: Town, ann: Person, sold: str
) -> None:
    await beyond.quote(oak.voice, OPERATOR, Wish(sold, ann.number, "1"))
    await hub.down()

    error = await refused(oak, Wish(sold, ann.number, "1"))
    await hub.up()

    assert error.code is Code.PEER_UNREACHABLE


async def test_somebody_else_s_account_is_not_asked_for(
    oak: Town, vila: Town, ann: Person, sold: str
) -> None:
    await oak.agree_with(vila)
    bob = await oak.store.write(join, "Bob Beech")
    actor = await oak.store.read(member_actor, bob.member)

    with pytest.raises(NodeError) as caught:
        await beyond.quote(oak.voice, actor, Wish(sold, ann.number, "1"))

    assert caught.value.code is Code.NOT_ALLOWED


@pytest.mark.usefixtures("hub")
async def test_a_node_that_shows_other_keys_than_before_is_not_believed(
    oak: Town, vila: Town, ann: Person, sold: str
) -> None:
    await beyond.quote(oak.voice, OPERATOR, Wish(sold, ann.number, "1"))
    forger = Here(vila.node, PrivateKey(bytes(32)))

    def forged(reader: Reader) -> Card:
        exchange = exchanges.load(reader, vila.voice.clock())
        return node_card(exchange, forger, vila.voice.box)

    card = await vila.store.read(forged)
    met = Met(node=vila.node, first=card, card=card)
    with pytest.raises(FederationError) as caught:
        await oak.store.write(knowing.remember, met, now=oak.voice.clock())

    assert caught.value.problem is Problem.SIGNATURE_INVALID
    assert len(await oak.store.read(distant.keys, vila.node)) == 1


async def test_a_program_asks_for_a_price_with_its_token(
    oak: Town, vila: Town, ann: Person, sold: str, aiohttp_client: AiohttpClient
) -> None:
    await oak.agree_with(vila)

    app = build_app(oak.store, clock=oak.voice.clock, quoter=quoter_of(oak.voice))
    client = await aiohttp_client(app)
    made = await oak.store.write(token, ann)
    wish = {"seller": sold, "buyer": ann.number, "amount": "1.50"}
    headers = {"Authorization": f"Bearer {made}"}

    response = await client.post("/api/v1/quotes", json=wish, headers=headers)

    told = await response.json()
    assert response.status == HTTPStatus.CREATED
    assert told["quote"]["paid"] == "15.00"
