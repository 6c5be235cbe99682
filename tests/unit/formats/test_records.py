"""Every row there is leaves the node, but for what must not."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from cesnode.community.roles import OPERATOR
from cesnode.services.leaving.leaving import Leaving, leave
from cesnode.store import everything
from cesnode.store.store import reading
from tests.histories import rich
from tests.support.bringing import MOVED

LIKE_SECRETS = re.compile(r"secret|token|digest|pass|nonce|totp|seed")
REVIEWED = {
    ("bringings", "digest"),  # of files
    ("brought_transfers", "digest"),  # of rows
    ("group_told", "digest"),  # of what was told
    ("group_wishes", "digest"),  # of what was wished
    ("peer_terms", "digest"),  # of what was signed
    ("relayed_requests", "digest"),  # of what was signed
    ("relayed_requests", "passed_at"),  # when, not what
    ("remote_trades", "order_digest"),  # of what was signed
    ("setoffs", "decision_digest"),  # of what was signed
    ("setoffs", "digest"),  # of what was signed
    ("settlements", "digest"),  # of what was signed
    ("sign_ins", "password_set_at"),  # when, not what
    ("sign_ins", "totp_since"),  # when, not what
}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return rich(tmp_path_factory.mktemp("rich") / "oakvale")


def test_every_table_leaves_or_there_is_a_reason(data: Path) -> None:
    with reading(data) as reader:
        tables = set(everything.tables(reader))
        leaving = {table for table, _ in everything.leaving(reader)}

    assert leaving | set(everything.STAYS) == tables
    assert not leaving & set(everything.STAYS)
    assert set(everything.SECRETS) <= leaving


def test_what_sounds_like_a_secret_was_looked_at(data: Path) -> None:
    with reading(data) as reader:
        found = {
            (table, column)
            for table, columns in everything.leaving(reader)
            for column in columns
            if LIKE_SECRETS.search(column)
        }

    assert found <= REVIEWED


def test_each_row_is_a_line_in_an_order_that_is_always_the_same(
    data: Path, tmp_path: Path
) -> None:
    with reading(data) as reader:
        done, _ = (
            leave(reader, OPERATOR, data, Leaving.JSONL, tmp_path / name, now=MOVED)
            for name in ("a", "b")
        )
    texts = [(tmp_path / name / "records.jsonl").read_text() for name in ("a", "b")]

    lines = [json.loads(line) for line in texts[0].splitlines()]
    assert texts[0] == texts[1]
    assert {one.name: one.rows for one in done.files}["records.jsonl"] == len(lines)
    with reading(data) as reader:
        (trades,) = reader.one("SELECT COUNT(*) FROM trades")
    assert sum(line["table"] == "trades" for line in lines) == trades
    uuids = {line["row"]["uuid"] for line in lines if line["table"] == "trades"}
    assert all(re.fullmatch(r"[0-9a-f]{32}", uuid) for uuid in uuids)
