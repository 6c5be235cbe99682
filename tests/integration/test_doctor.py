"""`cesnode doctor`: a healthy node is called well, and whatever is broken is named."""

from __future__ import annotations

import shutil
import ssl
import time
from pathlib import Path

import pytest

from cesnode.commands import doctor_around, doctor_machine
from cesnode.commands.doctor_findings import State
from cesnode.store import alarms, keyring
from cesnode.store.database import FILE
from cesnode.store.sqlite import sqlite3
from cesnode.store.store import writing
from tests.support.exchanges import DAY
from tests.support.exchanges_online import free_port
from tests.support.node import Outcome, cesnode, served
from tests.support.smtp import postbox


@pytest.fixture
def oak(founded: Path) -> Path:
    """An exchange that could be served, with a backup of this day."""
    founded.chmod(0o700)
    keyring.ensure(founded)
    assert cesnode("backup", "now", "--data", str(founded)).code == 0
    return founded


def doctor(folder: Path, *words: str) -> Outcome:
    return cesnode("doctor", "--data", str(folder), "--json", *words)


def unwell(outcome: Outcome) -> dict[str, str]:
    """Return what is not well, with its state; and that something to try is told."""
    found = [one for one in outcome.json["findings"] if one["state"] != State.WELL]
    assert all(one["tip"] for one in found)
    assert outcome.json["ok"] is (found == [])
    return {one["name"]: one["state"] for one in found}


def test_a_healthy_node_is_called_well(oak: Path) -> None:
    outcome = doctor(oak, "--offline")

    assert unwell(outcome) == {}
    assert outcome.code == 0
    assert outcome.json["ok"]


def test_a_node_that_answers_at_its_address_is_well(oak: Path) -> None:
    port = free_port()
    origin = f"http://127.0.0.1:{port}"
    cesnode("exchange", "set", "--origin", origin, "--data", str(oak))

    silent = doctor(oak)
    with served(oak, "--port", str(port)):
        answered = doctor(oak)

    assert (silent.code, unwell(silent)) == (3, {"address": "attention"})
    assert (answered.code, unwell(answered)) == (0, {})


def test_another_node_at_our_address_is_found(oak: Path, tmp_path: Path) -> None:
    port, other = free_port(), tmp_path / "other"
    origin = f"http://127.0.0.1:{port}"
    cesnode("exchange", "set", "--origin", origin, "--data", str(oak))
    shutil.copytree(oak, other)
    shutil.rmtree(other / keyring.FOLDER)

    with served(other, "--port", str(port)):
        outcome = doctor(oak)

    assert (outcome.code, unwell(outcome)) == (1, {"address": "wrong"})


def test_a_mail_server_that_does_not_answer_is_found(oak: Path, tmp_path: Path) -> None:
    with postbox(tmp_path / "letters") as box:
        configure(oak, box.port)
        well = doctor(oak)
    configure(oak, free_port())

    assert "mail" not in unwell(well)
    assert unwell(doctor(oak))["mail"] == "wrong"


def test_settings_that_cannot_be_read_are_told_and_the_rest_is_looked_at(
    oak: Path,
) -> None:
    (oak / "config.toml").write_text("[mial]\n")

    outcome = doctor(oak, "--offline")

    assert (outcome.code, unwell(outcome)) == (1, {"settings": "wrong"})
    assert "did you mean mail?" in outcome.json["findings"][0]["says"]


def test_a_ledger_that_does_not_add_up_is_wrong(oak: Path) -> None:
    with sqlite3.connect(oak / FILE) as connection:
        connection.execute("UPDATE standings SET balance = balance + 1")

    outcome = doctor(oak, "--offline")

    assert (outcome.code, unwell(outcome)) == (1, {"ledger": "wrong"})


@pytest.mark.parametrize("name", ["node.seed", "box.seed"])
def test_a_missing_key_is_wrong(oak: Path, name: str) -> None:
    (oak / keyring.FOLDER / name).unlink()

    assert unwell(doctor(oak, "--offline")) == {"keys": "wrong"}


def test_a_key_that_others_can_read_is_wrong(oak: Path) -> None:
    oak.chmod(0o755)
    (oak / keyring.FOLDER / "node.seed").chmod(0o644)

    outcome = doctor(oak, "--offline")

    assert unwell(outcome) == {"rights": "wrong"}
    assert "keys/node.seed" in str(outcome.json)


def test_a_clock_behind_the_book_is_wrong(
    oak: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    past = time.time() - 3 * DAY
    cesnode("member", "add", "Ann", "--data", str(oak))
    monkeypatch.setattr(time, "time", lambda: past)

    assert unwell(doctor(oak, "--offline"))["clock"] == "wrong"


def test_a_backup_that_is_old_missing_or_unread_is_told(oak: Path) -> None:
    shutil.rmtree(oak / "backups")
    missing = unwell(doctor(oak, "--offline"))
    (oak / "backups/half").mkdir(parents=True)
    (oak / "backups/half/backup.json").write_text("{")
    unread = unwell(doctor(oak, "--offline"))

    assert missing == {"backup": "wrong"}
    assert unread == {"backup": "attention"}


def test_a_server_that_makes_no_backups_is_told(oak: Path) -> None:
    (oak / "config.toml").write_text("[backup]\nnightly = false\n")

    outcome = doctor(oak, "--offline")

    assert (outcome.code, unwell(outcome)) == (3, {"backup": "attention"})


@pytest.mark.parametrize(("most", "state"), [(1 << 60, "attention"), (None, "wrong")])
def test_a_disk_with_little_room_is_told(
    oak: Path, monkeypatch: pytest.MonkeyPatch, most: int | None, state: str
) -> None:
    monkeypatch.setattr(doctor_machine, "ROOM", most or doctor_machine.ROOM)
    if most is None:
        monkeypatch.setattr(doctor_machine, "_LEAST_ROOM", 1 << 60)

    assert unwell(doctor(oak, "--offline")) == {"room": state}


def test_an_sqlite_that_needs_a_lock_is_told(
    oak: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor_machine, "NEEDS_WRITE_LOCK", True)

    assert unwell(doctor(oak, "--offline")) == {"sqlite": "attention"}


def test_a_stranger_over_our_package_is_told(
    oak: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    owners = {"federation": ["federation", "cesnode"], "cli": ["cesnode"]}
    monkeypatch.setattr(doctor_machine, "packages_distributions", lambda: owners)

    assert unwell(doctor(oak, "--offline")) == {"program": "wrong"}


def test_an_alarm_is_told(oak: Path) -> None:
    with writing(oak) as writer:
        alarms.insert(writer, peer=None, kind="mail-server", details="gone", now=1)

    assert unwell(doctor(oak, "--offline")) == {"alarm 1": "attention"}


@pytest.mark.parametrize(
    ("days", "state"), [(13, "attention"), (15, "well"), (-1, "attention")]
)
def test_a_certificate_about_to_end_is_told(days: int, state: str) -> None:
    until = ssl.cert_time_to_seconds("Jan 30 00:00:00 2026 GMT")

    assert doctor_around.lasting(until, until - days * DAY).state == state


def test_an_address_without_a_certificate_is_told(oak: Path) -> None:
    origin = f"https://127.0.0.1:{free_port()}"
    cesnode("exchange", "set", "--origin", origin, "--data", str(oak))

    assert unwell(doctor(oak)) == {"address": "attention", "certificate": "attention"}


def test_without_an_exchange_there_is_nothing_to_look_at(tmp_path: Path) -> None:
    outcome = doctor(tmp_path)

    assert (outcome.code, outcome.error["code"]) == (1, "data_missing")


def test_people_read_a_table(oak: Path) -> None:
    (oak / "config.toml").write_text("[backup]\nnightly = false\n")

    outcome = cesnode("doctor", "--offline", "--data", str(oak))

    assert "LOOK" in outcome.stdout
    assert "nightly = true" in outcome.stdout


def configure(folder: Path, port: int) -> None:
    (folder / "config.toml").write_text(
        f'[mail]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\n'
        'sender = "post@oakvale.example"\n'
    )
