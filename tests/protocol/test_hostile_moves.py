"""Whoever would lead a node's peers astray: nobody is followed, and nothing is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import msgspec
import pytest

from cesnode.errors import PeerRefused
from cesnode.jobs import following as looking
from cesnode.jobs.voice import speaking
from cesnode.services.peering import following
from cesnode.store import Store, peer_keys
from federation.discovery import Card, sign_card
from federation.endpoints import NODE_MOVE
from federation.errors import FederationError, Problem, read_problem
from federation.keys import PrivateKey
from federation.moves import Moved
from federation.signing import Answer
from federation.wire import write
from tests.support.federation import ALWAHA, VILANOVA, key_of
from tests.support.moving import NEW, Word, card_of, peer_at
from tests.support.stage import Stage
from tests.support.wire import ask, receive

STRANGER = PrivateKey(bytes(range(32)))
OLD = "https://vila.example"
OTHER = "https://other.vila.example"


@pytest.fixture
def word() -> Word:
    """What Vila Nova would say, if it moved."""
    return Word(node=VILANOVA.node, key=key_of(VILANOVA), old=OLD)


def tell(stage: Stage, moved: Moved) -> Answer:
    """Let Vila Nova tell Oakvale of a move, in a request that is signed as it should be."""
    parcel = ask(stage.vila, stage.oak.name, NODE_MOVE, body=write(moved))
    return receive(stage.oak, parcel.request)


def told(stage: Stage) -> int:
    (count,) = stage.oak.read(lambda reader: reader.one("SELECT count(*) FROM peer_moves"))
    return int(count)


def find(stage: Stage, card: Card) -> None:
    peer = peer_at(stage.oak, stage.vila)
    stage.oak.write(following.found, peer.id, card, now=stage.now)


def card_at(stage: Stage, moved: Moved | None, **changes: object) -> Card:
    """Build the card of Vila Nova at its new address, with whatever is to be different."""
    key = changes.pop("key", key_of(VILANOVA))
    assert isinstance(key, PrivateKey)
    plain = msgspec.structs.replace(
        card_of(stage.vila), origin=NEW, federation=f"{NEW}/fed/v1", moved=moved, **changes
    )
    return sign_card(key, msgspec.structs.replace(plain, self_sig=None))


LIES: dict[str, Callable[[Word], Word]] = {
    "by a stranger": lambda word: replace(word, key=STRANGER),
    "by a stranger, under the key's name": lambda word: replace(
        word, key=STRANGER, kid=key_of(VILANOVA).keyid
    ),
    "of another key than it names": lambda word: replace(word, kid=STRANGER.keyid),
    "of another peer": lambda word: replace(
        word, node=ALWAHA.node, key=key_of(ALWAHA), old="https://waha.example"
    ),
    "of another peer, by its bearer": lambda word: replace(word, node=ALWAHA.node),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_forged_notice_is_refused_and_not_kept(
    stage: Stage, word: Word, lie: str
) -> None:
    answer = tell(stage, LIES[lie](word).made(stage.now))

    assert read_problem(answer.body) in {Problem.SIGNATURE_INVALID, Problem.SCHEMA_INVALID}
    assert told(stage) == 0


def test_a_key_that_has_ended_moves_nobody(stage: Stage, word: Word) -> None:
    """Whoever stole an old key has the new one not."""
    moved = word.made(stage.now)
    peer = peer_at(stage.oak, stage.vila)
    stage.oak.write(peer_keys.pin, peer.id, STRANGER.public, since=stage.now - 1)
    stage.oak.write(peer_keys.end, key_of(VILANOVA).keyid, until=stage.now)
    body = b'{"moved":' + write(moved) + b"}"

    with pytest.raises(FederationError) as caught:
        stage.oak.write(following.heard_instead, peer.id, body, stage.now)

    assert caught.value.problem is Problem.SIGNATURE_INVALID
    assert told(stage) == 0


def test_an_older_notice_changes_nothing(stage: Stage, word: Word) -> None:
    second = replace(word, serial=2).made(stage.now)
    tell(stage, second)
    find(stage, card_at(stage, second))

    late = tell(stage, replace(word, new=OTHER).made(stage.now))

    assert late.status == 204
    assert peer_at(stage.oak, stage.vila).origin == NEW
    assert stage.oak.read(following.to_look_for) == []


def test_two_notices_of_one_number_are_a_conflict(stage: Stage, word: Word) -> None:
    tell(stage, word.made(stage.now))

    answer = tell(stage, replace(word, new=OTHER).made(stage.now))

    assert read_problem(answer.body) is Problem.TRADE_CONFLICT
    ((_, origin),) = stage.oak.read(following.to_look_for)
    assert origin == NEW


@dataclass(frozen=True)
class Deceit:
    """A card at the new address that is not what it should be."""

    make: Callable[[Stage, Word], Card]
    problem: Problem


def _jwk(stage: Stage, key: PrivateKey) -> object:
    (first, *_) = card_of(stage.vila).keys
    return msgspec.structs.replace(first, x=key.public.text, kid=key.keyid)


def _after_a_newer(stage: Stage, word: Word) -> Card:
    tell(stage, replace(word, serial=2, new=OTHER).made(stage.now))
    return card_at(stage, word.made(stage.now))


def _at_wahas(stage: Stage, word: Word) -> Card:
    return _at(stage, word, "https://waha.example")


def _at_ours(stage: Stage, word: Word) -> Card:
    return _at(stage, word, "https://oakv.example")


def _at(stage: Stage, word: Word, origin: str) -> Card:
    moved = replace(word, new=origin).made(stage.now)
    card = card_at(stage, moved)
    plain = msgspec.structs.replace(
        card, origin=origin, federation=f"{origin}/fed/v1", self_sig=None
    )
    return sign_card(key_of(VILANOVA), plain)


DECEITS = {
    "of somebody else's key": Deceit(
        lambda stage, word: card_at(
            stage,
            replace(word, key=STRANGER).made(stage.now),
            key=STRANGER,
            keys=(_jwk(stage, STRANGER),),
        ),
        Problem.SIGNATURE_INVALID,
    ),
    "that lists the key, and is signed by another": Deceit(
        lambda stage, word: card_at(
            stage,
            word.made(stage.now),
            key=STRANGER,
            keys=(*card_of(stage.vila).keys, _jwk(stage, STRANGER)),
        ),
        Problem.SIGNATURE_INVALID,
    ),
    "of another name": Deceit(
        lambda stage, word: card_at(
            stage, replace(word, node="bank.example").made(stage.now)
        ),
        Problem.SIGNATURE_INVALID,
    ),
    "without a move": Deceit(lambda stage, _: card_of(stage.vila), Problem.SCHEMA_INVALID),
    "that leads on": Deceit(
        lambda stage, word: card_at(
            stage, replace(word, old=NEW, new=OTHER).made(stage.now)
        ),
        Problem.SCHEMA_INVALID,
    ),
    "of an older move than is known": Deceit(_after_a_newer, Problem.SCHEMA_INVALID),
    "at the address of another peer": Deceit(_at_wahas, Problem.SCHEMA_INVALID),
    "at our own address": Deceit(_at_ours, Problem.SCHEMA_INVALID),
}


@pytest.mark.parametrize("deceit", DECEITS)
def test_who_is_not_found_there_is_not_followed(
    stage: Stage, word: Word, deceit: str
) -> None:
    card = DECEITS[deceit].make(stage, word)
    before = told(stage)

    with pytest.raises(FederationError) as caught:
        find(stage, card)

    assert caught.value.problem is DECEITS[deceit].problem
    assert peer_at(stage.oak, stage.vila).origin == OLD
    assert told(stage) == before


def test_who_is_found_there_is_followed_once(stage: Stage, word: Word) -> None:
    """The same card that the others fall short of."""
    moved = word.made(stage.now)
    find(stage, card_at(stage, moved))
    find(stage, card_at(stage, moved))

    assert tell(stage, moved).status == 204
    assert peer_at(stage.oak, stage.vila).origin == NEW
    (act,) = stage.oak.read(
        lambda reader: reader.all("SELECT details FROM acts WHERE kind = 'peer.moved'")
    )
    assert NEW in act[0]


@pytest.mark.parametrize(
    "origin",
    [
        "http://127.0.0.1:8000",
        "https://127.0.0.1",
        "https://localhost",
        "https://10.0.0.1",
        "https://vila.example:8443",
        "http://vila.example",
        "https://[::1]",
    ],
)
async def test_nobody_is_looked_for_where_this_node_does_not_go(
    stage: Stage, word: Word, origin: str
) -> None:
    oak = stage.oak
    moved = replace(word, new=origin).made(stage.now)
    told_of = tell(stage, moved)
    oak.stop()
    store = Store(oak.folder)
    try:
        async with speaking(oak.folder, store, clock=lambda: stage.now) as voice:
            (found,) = await store.read(following.to_look_for)
            with pytest.raises(PeerRefused) as caught:
                await looking.look(voice, *found)
    finally:
        await store.close()

    assert told_of.status in {202, 400}
    assert caught.value.values["problem"] == Problem.NOT_ROUTABLE
