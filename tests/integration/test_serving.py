"""A node as a process of its own: starting, refusing to, and what others do meanwhile."""

from __future__ import annotations

import gzip
import json
import socket
import sqlite3
import subprocess
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

from cesnode.errors import Code
from cesnode.store.database import FILE
from cesnode.store.store import reading
from tests.integration.conftest import API, Village
from tests.support.exchanges import balances
from tests.support.node import CESNODE, Outcome, cesnode_process, served

SECONDS = 60


def connection(address: str) -> HTTPConnection:
    place = urlsplit(address)
    return HTTPConnection(str(place.hostname), place.port, timeout=SECONDS)


def post_trade(address: str, village: Village, **headers: str) -> tuple[int, bytes]:
    body = {
        "id": str(uuid4()),
        "seller": village.ann.number,
        "buyer": village.bob.number,
        "amount": "1",
        "description": "an egg",
    }
    return post(address, village, json.dumps(body).encode(), **headers)


def post(address: str, village: Village, body: bytes, **headers: str) -> tuple[int, bytes]:
    asking = connection(address)
    asking.request(
        "POST",
        f"{API}/trades",
        body,
        {
            "Authorization": f"Bearer {village.tokens[village.ann.number]}",
            "Content-Type": "application/json",
            **headers,
        },
    )
    answer = asking.getresponse()
    content = answer.read()
    asking.close()
    return answer.status, content


def record(village: Village) -> Outcome:
    return cesnode_process(
        *("trade", "record", "--seller", "2", "--buyer", "1", "--amount", "1"),
        *("--for", "a loaf", "--data", str(village.folder), "--json"),
    )


def refused(folder: Path, *words: str) -> Outcome:
    outcome = cesnode_process("serve", "--data", str(folder), "--json", *words)
    assert outcome.code == 1
    assert "Traceback" not in outcome.stderr
    return outcome


def test_port_0_takes_a_free_one_and_says_which(village: Village) -> None:
    with served(village.folder) as address:
        assert urlsplit(address).port
        asking = connection(address)
        asking.request("GET", "/-/ready")
        assert asking.getresponse().status == 200
        asking.close()


def test_a_command_and_the_server_write_the_same_file_at_the_same_time(
    village: Village,
) -> None:
    with served(village.folder) as address, ThreadPoolExecutor(6) as at_once:
        by_api = [at_once.submit(post_trade, address, village) for _ in range(30)]
        by_command = [at_once.submit(record, village) for _ in range(6)]
        statuses = {each.result()[0] for each in by_api}
        codes = {each.result().code for each in by_command}

    assert (statuses, codes) == ({201}, {0})
    with reading(village.folder) as reader:
        assert balances(reader, village.ann, village.bob) == (24_00, -24_00)
        (transfers, last) = reader.one("SELECT count(*), max(seq) FROM transfers")
        assert transfers == last == 36


def test_what_a_command_changes_the_server_knows_at_once(village: Village) -> None:
    with served(village.folder) as address:
        before, _ = post_trade(address, village)
        cesnode_process(
            *("member", "lock", "2", "--reason", "please call"),
            *("--data", str(village.folder)),
        )
        after, problem = post_trade(address, village)

    assert (before, after) == (201, 409)
    assert json.loads(problem)["code"] == Code.ACCOUNT_LOCKED


def test_compressed_bodies_are_refused_before_they_grow(village: Village) -> None:
    bomb = gzip.compress(b" " * 10_000_000)

    with served(village.folder) as address:
        status, problem = post(address, village, bomb, **{"Content-Encoding": "gzip"})

    assert status == 415
    assert json.loads(problem)["code"] == Code.BODY_UNSUPPORTED


def test_who_never_ends_the_headers_is_not_waited_for(village: Village) -> None:
    (village.folder / "config.toml").write_text("[server]\nkeep_alive = 0.1\n")

    with served(village.folder) as address:
        place = urlsplit(address)
        with socket.create_connection((place.hostname, place.port), SECONDS) as slow:
            slow.sendall(b"GET /-/live HTTP/1.1\r\nHost: ")
            said = slow.recv(100)

    assert said == b""


def test_a_port_in_use_is_refused_with_another_to_try(village: Village) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        outcome = refused(village.folder, "--port", str(port))

    assert outcome.error["code"] == Code.PORT_IN_USE
    assert f"Try another: --port {port + 1}" in outcome.stderr


def test_an_address_of_another_machine_is_refused(village: Village) -> None:
    outcome = refused(village.folder, "--host", "192.0.2.1", "--port", "0")

    assert outcome.error["code"] == Code.ADDRESS_UNUSABLE


def test_a_folder_without_an_exchange_is_not_served(tmp_path: Path) -> None:
    outcome = refused(tmp_path)

    assert outcome.error["code"] == Code.DATA_MISSING
    assert "Try: cesnode init" in outcome.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_file_of_another_program_is_not_served(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / FILE) as foreign:
        foreign.execute("CREATE TABLE notes (text TEXT)")
    foreign.close()
    before = (tmp_path / FILE).read_bytes()

    outcome = refused(tmp_path)

    assert outcome.error["code"] == Code.DATA_FOREIGN
    assert (tmp_path / FILE).read_bytes() == before


def test_a_file_that_is_no_database_is_not_served(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("Dear diary")

    outcome = refused(tmp_path)

    assert outcome.error["code"] == Code.DATA_FOREIGN
    assert (tmp_path / FILE).read_text() == "Dear diary"


def test_a_file_of_a_newer_program_is_not_served(founded: Path) -> None:
    with sqlite3.connect(founded / FILE) as newer:
        newer.execute("PRAGMA user_version = 999")
    newer.close()

    outcome = refused(founded)

    assert outcome.error["code"] == Code.DATA_NEWER
    assert "999" in outcome.error["message"]


def test_a_setting_nobody_knows_keeps_the_node_from_starting(founded: Path) -> None:
    (founded / "config.toml").write_text("[server]\nprot = 80\n")

    outcome = refused(founded)

    assert outcome.error["code"] == Code.CONFIG_INVALID
    assert "did you mean port?" in outcome.stderr


def test_settings_are_read_from_the_folder_and_options_go_before(founded: Path) -> None:
    (founded / "config.toml").write_text('[server]\nhost = "192.0.2.1"\nport = 1\n')

    with served(founded, "--host", "127.0.0.1") as address:
        assert urlsplit(address).hostname == "127.0.0.1"


def test_told_to_stop_it_finishes_and_ends_with_0(founded: Path) -> None:
    command = [*CESNODE, "serve", "--data", str(founded), "--port", "0"]
    with subprocess.Popen(  # noqa: S603 - our own program
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as node:
        assert node.stdout is not None
        assert node.stdout.readline()
        node.terminate()
        _, said = node.communicate(timeout=SECONDS)

    assert node.returncode == 0
    assert "Traceback" not in said
