"""`cesnode mail`: trying how letters leave, and seeing which wait."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cesnode.config import Mail as Settings
from cesnode.services import mailing, sorting
from cesnode.services.mailing import Letter, Template
from cesnode.store import mails
from cesnode.store.store import reading, writing
from tests.support.exchanges import NOW
from tests.support.node import Outcome, cesnode
from tests.support.smtp import Postbox, body, postbox


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Postbox]:
    with postbox(tmp_path / "letters") as opened:
        yield opened


def configure(folder: Path, port: int) -> None:
    (folder / "config.toml").write_text(
        f'[mail]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\n'
        'sender = "post@oakvale.example"\n'
    )


def mail(folder: Path, *words: str) -> Outcome:
    return cesnode("mail", *words, "--data", str(folder), "--json")


def given_up(folder: Path) -> int:
    """Leave a letter in the outbox that was refused for good; return its id."""
    with writing(folder) as writer:
        settings = Settings(host="mail.example", sender="post@oakvale.example")
        sorting.open_office(writer, settings, now=NOW)
        letter = Letter(recipient="ana@example.org", template=Template.TEST)
        serial = mailing.queue(writer, letter, now=NOW) or 0
        (parcel,) = mailing.next_parcels(writer, per_hour=9, limit=9, now=NOW)
        mailing.returned(writer, parcel.mail, "550 no", for_good=True, chance=0.5, now=NOW)
    return serial


def test_a_test_letter_arrives(founded: Path, box: Postbox) -> None:
    configure(founded, box.port)

    outcome = mail(founded, "test", "ana@example.org", "--language", "en")

    (letter,) = box.letters()
    assert outcome.code == 0
    assert outcome.json == {
        "sent": True,
        "recipient": "ana@example.org",
        "message_id": letter["Message-ID"],
    }
    assert letter["To"] == "ana@example.org"
    assert "There is nothing to do." in body(letter, "plain")


def test_an_own_letter_that_is_broken_is_told_of(founded: Path, box: Postbox) -> None:
    configure(founded, box.port)
    (founded / "templates/email").mkdir(parents=True)
    (founded / "templates/email/test.txt").write_text("{{ nobody }}")

    outcome = mail(founded, "test", "ana@example.org")

    assert outcome.code == 0
    assert "'nobody' is undefined" in outcome.stderr
    assert len(box.letters()) == 1


@pytest.mark.parametrize(
    ("address", "port", "code"),
    [
        ("refused@example.org", None, "mail_refused"),
        ("ana@example.org", 1, "mail_server_failed"),
        ("nobody", None, "field_invalid"),
    ],
)
def test_what_the_server_says_to_a_test_letter_is_told(
    founded: Path, box: Postbox, address: str, port: int | None, code: str
) -> None:
    configure(founded, port or box.port)

    outcome = mail(founded, "test", address)

    assert outcome.code == 1
    assert outcome.error["code"] == code
    assert box.letters() == []


def test_without_a_mail_server_the_commands_say_so(founded: Path) -> None:
    listing = mail(founded, "list")

    assert (listing.code, listing.json) == (0, [])
    assert "sends no mail" in listing.stderr
    assert mail(founded, "test", "ana@example.org").error["code"] == "mail_off"
    assert mail(founded, "retry", "1").error["code"] == "mail_off"


def test_what_was_given_up_is_listed_and_can_be_sent_again(founded: Path) -> None:
    configure(founded, 1)
    serial = given_up(founded)

    (listed,) = mail(founded, "list").json
    again = mail(founded, "retry", str(serial))

    assert listed["state"] == "failed"
    assert (listed["recipient"], listed["last_error"]) == ("ana@example.org", "550 no")
    assert (again.code, again.json["state"]) == (0, "waiting")
    with reading(founded) as reader:
        assert [one.id for one in mails.due(reader, now=2**40, limit=9)] == [serial]


def test_for_people_the_listing_is_a_table(founded: Path) -> None:
    configure(founded, 1)
    given_up(founded)

    outcome = cesnode("mail", "list", "--data", str(founded))

    assert "ana@example.org" in outcome.stdout
    assert "550 no" in outcome.stdout


def test_a_letter_that_is_not_there_cannot_be_sent_again(founded: Path) -> None:
    configure(founded, 1)

    assert mail(founded, "retry", "7").error["code"] == "unknown_mail"
