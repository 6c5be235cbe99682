"""`cesnode backup`: made beside a server, read through, put back; and every night."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import msgspec
import pytest

from cesnode.community.roles import OPERATOR
from cesnode.config import Backup as Settings
from cesnode.errors import BackupUnsound
from cesnode.jobs.backups import ALARM, make_due
from cesnode.jobs.voice import speaking
from cesnode.services import trading
from cesnode.store import (
    Store,
    alarms,
    backups,
    checkpoints,
    keyring,
    mails,
    media,
    profiles,
)
from cesnode.store.auditor import audit
from cesnode.store.backups import Choice, making, manifest
from cesnode.store.database import FILE
from cesnode.store.pictures import Picture
from cesnode.store.profiles import Profile
from cesnode.store.sqlite import sqlite3
from cesnode.store.store import reading, writing
from tests.support.exchanges import DAY, NOW, join, order
from tests.support.node import Outcome, cesnode, served


@pytest.fixture
def oak(founded: Path) -> Path:
    """An exchange with a trade, a photo, a letter of its own, settings and keys."""
    keyring.ensure(founded)
    small, large = media.save(founded, b"small"), media.save(founded, b"large")
    media.save(founded, b"shown by nobody")
    with writing(founded) as writer:
        ann, bob = join(writer, "Ann"), join(writer, "Bob")
        trading.record(writer, OPERATOR, order(ann, bob), now=NOW)
        photo = Profile(photo=Picture(small=small, large=large, width=1, height=1))
        profiles.keep(writer, ann.member, photo, now=NOW)
    letters = founded / "templates/email"
    letters.mkdir(parents=True)
    (letters / "test.txt").write_text("Hello")
    (founded / "config.toml").write_text('[log]\nlevel = "error"\n')
    return founded


def backup(folder: Path, *words: str) -> Outcome:
    return cesnode("backup", *words, "--data", str(folder), "--json")


def done(folder: Path, *words: str) -> Any:  # noqa: ANN401 - JSON
    outcome = backup(folder, *words)
    assert (outcome.code, outcome.stderr) == (0, "")
    return outcome.json


def made(folder: Path, *words: str) -> Path:
    """Make a backup; return where it lies."""
    return Path(done(folder, "now", *words)["backup"]["path"])


def content(folder: Path) -> dict[str, bytes]:
    """Return every file but the ledger's, which is never the same twice, and the list."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith((FILE, manifest.FILE))
    }


def damage(path: Path, at: int) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        (byte,) = file.read(1)
        file.seek(at)
        file.write(bytes([byte ^ 1]))


def test_a_backup_holds_all_that_makes_the_node(oak: Path) -> None:
    told = done(oak, "now")

    place = Path(told["backup"]["path"])
    assert told["verified"]
    assert place.parent == oak / "backups"
    assert audit(place / FILE).head == told["backup"]["head"]
    assert sorted(path.rpartition("/")[0] for path in content(place)) == [
        "", "keys", "keys", "media", "media", "templates/email",
    ]  # fmt: skip
    assert {path.stat().st_mode & 0o077 for path in (place, place / FILE)} == {0}


def test_every_backup_signs_the_head_of_the_ledger(oak: Path) -> None:
    place = made(oak)

    with reading(place) as reader:
        signed = checkpoints.latest(reader)
    assert signed is not None
    assert signed.seq == 1


def test_a_backup_is_put_back_as_it_was(oak: Path, tmp_path: Path) -> None:
    place = made(oak)
    before = audit(oak / FILE)
    elsewhere = tmp_path / "stick"
    shutil.move(place, elsewhere)
    shutil.move(oak, tmp_path / "broken")

    told = done(oak, "restore", str(elsewhere))

    assert told["restored"]
    assert told["recovering"] == []
    assert audit(oak / FILE) == before
    assert content(oak) == content(elsewhere)
    with served(oak) as address:
        assert address.startswith("http://127.0.0.1:")


def test_letters_that_went_out_are_not_sent_again(oak: Path, tmp_path: Path) -> None:
    with writing(oak) as writer:
        mails.open_office(writer, today="2026-01-01")

    done(tmp_path / "new", "restore", str(made(oak)))

    with reading(tmp_path / "new") as reader:
        assert not mails.is_open(reader)


def test_a_backup_is_made_beside_a_server(oak: Path) -> None:
    with served(oak):
        place = made(oak)

    assert done(oak, "verify", place.name)["ok"]


def test_backups_are_listed_newest_first(oak: Path, tmp_path: Path) -> None:
    home = tmp_path / "disk"
    older = backups.make(oak, home, Choice(), now=NOW)
    newer = backups.make(oak, home, Choice(keys=False, media=False), now=NOW + DAY)
    again = backups.make(oak, home, Choice(), now=NOW)
    (home / "x").mkdir()
    (home / "x" / manifest.FILE).write_text("{")

    outcome = backup(oak, "list", "--from", str(home))

    assert [one["path"] for one in outcome.json] == [
        str(newer.path), f"{older.path}-2", str(older.path),
    ]  # fmt: skip
    assert again.path.name == f"{older.path.name}-2"
    assert (outcome.json[0]["keys"], outcome.json[0]["media"]) == (False, False)
    assert "x does not say what it is a backup of" in outcome.stderr


def test_a_clock_that_was_years_ahead_once_ends_no_backups(oak: Path) -> None:
    ahead = NOW + 3_650 * DAY
    settings = Settings()
    home = backups.place_of(oak, settings)
    told = backups.make(oak, home, Choice(), now=ahead).manifest

    before = done(oak, "schedule")["last"]
    later = backups.make(oak, home, Choice(), now=NOW)

    assert before is None
    assert backups.newest(home, told.exchange, now=NOW) == later
    assert backups.resolve(home, None, now=NOW) == later.path
    assert not backups.is_due(later, settings, now=NOW)


def test_where_there_are_none_nothing_is_listed_and_verifying_says_so(oak: Path) -> None:
    outcome = backup(oak, "verify")

    assert done(oak, "list") == []
    assert (outcome.code, outcome.error["code"]) == (1, "unknown_backup")
    assert backup(oak, "verify", "nothing").error["code"] == "unknown_backup"


@pytest.mark.parametrize(
    "file", ["node.db", "keys/node.seed", "media", "config.toml", "backup.json"]
)
@pytest.mark.parametrize("how", ["changed", "shortened", "missing"])
def test_a_damaged_backup_is_found_and_never_put_back(
    oak: Path, tmp_path: Path, file: str, how: str
) -> None:
    place = made(oak)
    path = place / file
    if path.is_dir():
        path = min(path.iterdir())
    size = path.stat().st_size
    if how == "changed":
        damage(path, size // 2 if file != "backup.json" else 0)
    elif how == "shortened":
        half = path.read_bytes()[: size // 2]
        path.unlink()  # A picture is the same file in the node.
        path.write_bytes(half)
    else:
        path.unlink()
    new = tmp_path / "new"

    verified = backup(oak, "verify", str(place))
    restored = backup(new, "restore", str(place))

    assert verified.code == restored.code == 1
    assert restored.error["code"] in {"backup_damaged", "unknown_backup"}
    assert not new.exists() or not list(new.iterdir())
    if verified.json.get("problems"):
        assert verified.json["problems"][0]["file"] in path.as_posix()


def test_a_changed_ledger_with_a_changed_digest_is_found_by_the_audit(oak: Path) -> None:
    place = made(oak)
    with sqlite3.connect(place / FILE) as connection:
        connection.execute(
            "UPDATE standings SET balance = balance + 1 WHERE account_id = 2"
        )
    told = json.loads((place / manifest.FILE).read_bytes())
    told["files"] = msgspec.to_builtins(manifest.of_files(place))
    told["files"] = [each for each in told["files"] if each["path"] != manifest.FILE]
    (place / manifest.FILE).write_text(json.dumps(told))

    verdict = backup(oak, "verify", str(place)).json

    assert not verdict["ok"]
    assert {problem["file"] for problem in verdict["problems"]} == {FILE}


def test_a_backup_cannot_name_files_outside_itself(oak: Path, tmp_path: Path) -> None:
    place = made(oak)
    told = json.loads((place / manifest.FILE).read_bytes())
    told["files"].append({"path": "../../evil", "bytes": 1, "sha256": ""})
    (place / manifest.FILE).write_text(json.dumps(told))

    outcome = backup(tmp_path / "new", "restore", str(place))

    assert outcome.error["code"] == "backup_damaged"


@pytest.mark.parametrize(
    ("there", "code"), [("node.db", "data_exists"), ("letter.txt", "data_unsuitable")]
)
def test_nothing_is_put_back_over_something(
    oak: Path, tmp_path: Path, there: str, code: str
) -> None:
    place, new = made(oak), tmp_path / "new"
    new.mkdir()
    (new / there).write_text("mine")

    outcome = backup(new, "restore", str(place))

    assert outcome.error["code"] == code
    assert {path.name: path.read_text() for path in new.iterdir()} == {there: "mine"}


def test_without_keys_it_is_put_back_with_those_that_were_kept(
    oak: Path, tmp_path: Path
) -> None:
    place = made(oak, "--without-keys")
    kept, foreign = oak / keyring.FOLDER, tmp_path / "other"
    foreign.mkdir()
    keyring.ensure(foreign)

    missing = backup(tmp_path / "one", "restore", str(place))
    wrong = backup(
        tmp_path / "two", "restore", str(place), "--keys", str(foreign / keyring.FOLDER)
    )
    done(tmp_path / "new", "restore", str(place), "--keys", str(kept))

    assert not (place / keyring.FOLDER).exists()
    assert (missing.error["code"], wrong.error["code"]) == ("keys_missing", "keys_missing")
    assert keyring.load(tmp_path / "new").keyid == keyring.load(oak).keyid


def test_a_ledger_that_does_not_add_up_is_no_backup(oak: Path) -> None:
    before = made(oak)
    with sqlite3.connect(oak / FILE) as connection:
        connection.execute(
            "UPDATE standings SET balance = balance + 1 WHERE account_id = 2"
        )

    outcome = backup(oak, "now")

    assert outcome.error["code"] == "backup_damaged"
    assert [path.name for path in (oak / "backups").iterdir()] == [before.name]


def test_a_backup_that_would_fill_the_disk_is_not_begun(
    oak: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "_SPARE_BYTES", 1 << 60)

    outcome = backup(oak, "now")

    assert outcome.error["code"] == "no_room"
    assert list((oak / "backups").iterdir()) == []


def test_what_a_killed_process_left_is_removed_a_day_later(oak: Path) -> None:
    left = oak / "backups" / ".1234.draft"
    left.mkdir(parents=True)
    (left / FILE).write_text("half")
    begun = int(left.stat().st_mtime)

    backups.make(oak, left.parent, Choice(), now=begun + 60)
    kept = left.exists()
    backups.make(oak, left.parent, Choice(), now=begun + 2 * DAY)

    assert kept
    assert not left.exists()


def test_what_is_still_being_made_is_no_backup(oak: Path) -> None:
    place = made(oak)

    place.rename(place.with_name(".1234.draft"))

    assert done(oak, "list") == []


def test_the_oldest_go_where_the_settings_keep_them_and_stay_elsewhere(oak: Path) -> None:
    (oak / "config.toml").write_text("[backup]\ndays = 1\nweeks = 0\nmonths = 0\n")
    older = backups.make(oak, oak / "backups", Choice(), now=NOW)
    other = oak / "backups/other"
    shutil.copytree(older.path, other)
    told = json.loads((other / manifest.FILE).read_bytes())
    (other / manifest.FILE).write_text(json.dumps(told | {"founded_at": 1}))

    elsewhere = done(oak, "now", "--to", str(oak.parent / "disk"))
    usual = done(oak, "now")

    assert elsewhere["removed"] == []
    assert usual["removed"] == [older.path.name]
    assert other.exists()


def test_the_schedule_tells_what_the_settings_say(oak: Path) -> None:
    before = done(oak, "schedule")
    place = made(oak)
    after = done(oak, "schedule")
    (oak / "config.toml").write_text("[backup]\nnightly = false\n")

    assert (before["nightly"], before["hour"], before["days"]) == (True, 2, 7)
    assert before["last"] is None
    assert after["last"]["path"] == str(place)
    assert after["next_at"].endswith("T02:00:00Z")
    assert done(oak, "schedule")["next_at"] is None


async def test_the_server_makes_one_when_it_is_due(oak: Path) -> None:
    store, home = Store(oak), oak / "backups"

    async with speaking(oak, store, clock=lambda: NOW) as voice:
        await make_due(voice, Settings())
        await make_due(voice, Settings())
    async with speaking(oak, store, clock=lambda: NOW + DAY) as voice:
        await make_due(voice, Settings(days=1, weeks=0, months=0))

    await store.close()
    assert [one.made_at for one in backups.every(home)] == [NOW + DAY]


async def test_a_night_without_a_backup_raises_an_alarm_until_there_is_one(
    oak: Path,
) -> None:
    change = "UPDATE standings SET balance = balance {} 1 WHERE account_id = 2"
    with sqlite3.connect(oak / FILE) as connection:
        connection.execute(change.format("+"))
    store = Store(oak)

    async with speaking(oak, store, clock=lambda: NOW) as voice:
        with pytest.raises(BackupUnsound):
            await make_due(voice, Settings())
        raised = [one.kind for one in await store.read(alarms.standing)]
        with sqlite3.connect(oak / FILE) as connection:
            connection.execute(change.format("-"))
        await make_due(voice, Settings())

    left = await store.read(alarms.standing)
    await store.close()
    assert raised == [ALARM]
    assert left == []
