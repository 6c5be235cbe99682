"""A checkpoint signs the head, and no key is ever written over."""

from __future__ import annotations

from pathlib import Path

import pytest

from cesnode.community.roles import OPERATOR
from cesnode.errors import Code
from cesnode.services import trading
from cesnode.services.checkpointing import checkpoint
from cesnode.store import Writer, keyring, transfers
from federation.checkpoint import prove_note, read_note
from federation.keys import PrivateKey, base64text
from tests.support.exchanges import NOW, Person, order, refused

KEY = PrivateKey(bytes(range(32)))
NAME = "127.0.0.1:8101/OAKV"


def test_a_checkpoint_tells_the_head_and_is_signed(
    writer: Writer, ann: Person, bob: Person
) -> None:
    trading.record(writer, OPERATOR, order(ann, bob), now=NOW)

    made = checkpoint(writer, KEY, now=NOW)

    note, head = read_note(made.note), transfers.head(writer)
    assert head is not None
    prove_note(note, NAME, KEY.public)
    name, seq, link, acts, time = note.text.splitlines()
    assert (name, seq, link) == (NAME, "1", base64text(head.hash))
    assert acts.startswith("acts ")
    assert time == f"time {NOW}"


def test_an_empty_ledger_has_a_checkpoint_too(writer: Writer) -> None:
    made = checkpoint(writer, KEY, now=NOW)

    assert made.seq == 0
    prove_note(read_note(made.note), NAME, KEY.public)


def test_time_does_not_run_backwards_from_one_to_the_next(writer: Writer) -> None:
    first = checkpoint(writer, KEY, now=NOW)
    second = checkpoint(writer, KEY, now=NOW - 3_600)

    assert second.at == first.at


def test_a_key_that_is_there_stays(tmp_path: Path) -> None:
    first = keyring.ensure(tmp_path)
    again = keyring.ensure(tmp_path)

    assert again.seed == first.seed == keyring.load(tmp_path).seed


@pytest.mark.parametrize("content", [None, b"short"])
def test_a_key_that_is_missing_or_damaged_is_not_made_up(
    tmp_path: Path, content: bytes | None
) -> None:
    keyring.ensure(tmp_path)
    path = tmp_path / "keys" / "node.seed"
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content)

    with refused(Code.DATA_UNSUITABLE):
        keyring.load(tmp_path)
