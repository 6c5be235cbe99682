"""What is written out can be read by programs that know nothing of us."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from beancount import loader
from beancount.core import realization
from beancount.core.data import Entries

from cesnode.formats.csv import ENTRIES, TRADES, guarded, plain
from cesnode.ledger.money import render
from cesnode.services import exporting
from cesnode.services.exporting import Format
from cesnode.store import Reader, accounts, export
from cesnode.store.auditor import audit
from cesnode.store.database import FILE
from cesnode.store.store import reading
from tests.histories import rich
from tests.support.exchanges import LEAF


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return rich(tmp_path_factory.mktemp("history") / "oakvale")


@pytest.fixture
def reader(history: Path) -> Iterator[Reader]:
    with reading(history) as opened:
        yield opened


@pytest.fixture(autouse=True)
def _in_small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "PIECE", 4)


def written(reader: Reader, form: Format) -> str:
    return "".join(exporting.export_ledger(reader, form))


def balances(reader: Reader) -> dict[str, str]:
    return {
        one.number: render(one.position.balance, LEAF) for one in accounts.every(reader)
    }


def heads(lines: Iterable[str]) -> dict[str, str]:
    """Compute both chains anew, as a stranger would from the description of the format."""
    head: dict[str, bytes] = {}
    for line in lines:
        said = json.loads(line)
        if said["type"] == "exchange":
            for chain, opening in said["opening"].items():
                head[chain] = sha256(opening.encode() + canonical(said["founding"]))
        elif "record" in said:
            chain = said["type"]
            head[chain] = sha256(head[chain] + canonical(said["record"]))
            assert head[chain].hex() == said["hash"], line
    return {chain: link.hex() for chain, link in head.items()}


def canonical(value: object) -> bytes:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def sha256(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


def test_a_stranger_computes_both_chains_from_the_lines(
    history: Path, reader: Reader
) -> None:
    audited = audit(history / FILE)

    told = heads(written(reader, Format.JSONL).splitlines())

    assert told == {"transfer": audited.head, "act": audited.acts_head}


def test_a_changed_line_breaks_the_chain(reader: Reader) -> None:
    lines = written(reader, Format.JSONL).replace('"amount":8000', '"amount":8001')

    with pytest.raises(AssertionError):
        heads(lines.splitlines())


def test_words_are_those_that_were_sealed(reader: Reader) -> None:
    lines = [json.loads(line) for line in written(reader, Format.JSONL).splitlines()]
    words = {one["facts"]["id"]: one for one in lines if one["type"] == "trade"}
    records = [one["record"] for one in lines if one["type"] == "transfer"]

    sealed = [
        (words[record["trade"]["id"]], record["text"])
        for record in records
        if record["text"]
    ]

    assert len(sealed) == 11
    assert sum("text" not in trade for trade, _ in sealed) == 1  # It was erased.
    for trade, digest in sealed:
        if "text" in trade:
            content = bytes.fromhex(trade["salt"]) + trade["text"].encode()
            assert sha256(content).hex() == digest


def test_the_lines_tell_of_everything_and_say_where_they_end(reader: Reader) -> None:
    lines = [json.loads(line) for line in written(reader, Format.JSONL).splitlines()]
    kinds = [line["type"] for line in lines]

    assert {kind: kinds.count(kind) for kind in kinds} == {
        "exchange": 1,
        "account": 9,
        "trade": 18,
        "transfer": 15,
        "act": 37,
        "checkpoint": 2,
        "end": 1,
    }
    assert lines[-1] == {"type": "end", "transfers": 15, "acts": 37}


def test_beancount_accepts_the_ledger_and_finds_our_balances(
    reader: Reader, tmp_path: Path
) -> None:
    path = tmp_path / "oakvale.beancount"
    path.write_text(written(reader, Format.BEANCOUNT))

    entries, errors, _ = loader.load_file(str(path))

    assert errors == []
    assert beancount_balances(entries) == {
        number: held for number, held in balances(reader).items() if held != "0.00"
    }


def beancount_balances(entries: Entries) -> dict[str, str]:
    root = realization.realize(entries)  # type: ignore[no-untyped-call]
    return {
        account.account.rpartition(":")[2]: str(position.units.number)
        for account in realization.iter_children(  # type: ignore[no-untyped-call]
            root, leaf_only=True
        )
        for position in account.balance
    }


def test_beancount_refuses_a_ledger_in_which_an_amount_was_changed(
    reader: Reader, tmp_path: Path
) -> None:
    path = tmp_path / "oakvale.beancount"
    path.write_text(written(reader, Format.BEANCOUNT).replace(" 78.40 OAKV", " 78.41 OAKV"))

    _, errors, _ = loader.load_file(str(path))

    assert len(errors) == 2  # The transaction, and the balance of its account.


def test_the_table_of_entries_opens_and_adds_up(reader: Reader) -> None:
    rows = list(csv.DictReader(io.StringIO(written(reader, Format.CSV), newline="")))
    last = {row["account"]: row["balance"] for row in rows}

    assert tuple(rows[0]) == ENTRIES
    assert len(rows) == 42
    assert last == {
        number: held for number, held in balances(reader).items() if number in last
    }
    assert {row["kind"] for row in rows} == {"trade", "reversal", "clearing", "opening"}


def test_the_table_of_trades_has_them_all_in_every_state(reader: Reader) -> None:
    text = "".join(exporting.export_trades(reader))

    rows = list(csv.DictReader(io.StringIO(text, newline="")))

    assert tuple(rows[0]) == TRADES
    assert [row["state"] for row in rows[:4]] == ["posted", "posted", "posted", "reversed"]
    assert (rows[0]["amount"], rows[0]["seller"]) == ("80.00", "OAKV0001")
    assert (rows[12]["seller"], rows[12]["other"]) == ("OAKV-VILA", "0007@vila.example")
    assert rows[16]["description"] == ""


@pytest.mark.parametrize(
    "text",
    [
        "=HYPERLINK(1)",
        "+1",
        "-1",
        "@SUM(A1)",
        "\tx",
        "'quoted",
        "\uff1d1",
        "−1",
        "a=b",
        "",
        "–",
    ],
)
def test_a_text_is_never_a_formula_and_comes_back_as_it_was(text: str) -> None:
    cell = guarded(text)

    assert not cell.startswith(("=", "+", "-", "@", "\t", "\uff1d"))
    assert plain(cell) == text
