"""Letters about groups: as each member likes them, and ended like all others."""

from __future__ import annotations

from pathlib import Path

import pytest

from cesnode.community.notices import Choice, Pace, Preferences, Topic
from cesnode.config import Mail as Settings
from cesnode.services import mailing, sorting
from cesnode.store import Writer, mails, members, preferences
from cesnode.web.letters import Typist
from tests.support.exchanges import DAY, HOUR, NOW, Person
from tests.support.groups import Circle, found

SETTINGS = Settings(host="mail.example", sender="post@oakvale.example")
NOON = NOW - NOW % DAY + 12 * HOUR
FAR = 2**40


@pytest.fixture
def circle(writer: Writer, ann: Person, bob: Person) -> Circle:
    """A group of Ann and Bob, who has an address, where letters are sent."""
    members.set_email(writer, bob.member, "bob@example.org")
    sorting.open_office(writer, SETTINGS, now=NOON)
    made = Circle(writer, found(writer, ann))
    made.join(bob)
    return made


def wish(writer: Writer, person: Person, pace: Pace) -> None:
    choices = {Topic.GROUPS: Choice(mail=pace)}
    preferences.keep(writer, person.member, Preferences(choices=choices))


def test_a_letter_says_who_wrote_what_and_leads_there(
    writer: Writer, ann: Person, circle: Circle, tmp_path: Path
) -> None:
    written = circle.write(ann, "We dig on Saturday")
    sorting.sort(writer, SETTINGS, now=NOON)

    (parcel,) = mailing.next_parcels(writer, per_hour=9, limit=9, now=FAR)

    letter = Typist(tmp_path).write(parcel)
    assert parcel.mail.topic == Topic.GROUPS
    assert letter.subject == "Ann Ash wrote in the group Gardeners: “We dig on Saturday”."
    link = f"http://127.0.0.1:8101/groups/{circle.number}/notices/{written.id}"
    assert link in letter.text
    assert "Read it" in letter.html


@pytest.mark.parametrize("pace", [Pace.NEVER, Pace.DAILY, Pace.WEEKLY])
def test_who_wishes_none_or_fewer_letters_gets_none_now(
    writer: Writer, ann: Person, bob: Person, circle: Circle, pace: Pace
) -> None:
    wish(writer, bob, pace)
    circle.write(ann)

    sorting.sort(writer, SETTINGS, now=NOON)

    assert mails.due(writer, now=FAR, limit=9) == []


def test_what_was_taken_away_meanwhile_is_not_sent(
    writer: Writer, ann: Person, circle: Circle, tmp_path: Path
) -> None:
    written = circle.write(ann, "A secret")
    sorting.sort(writer, SETTINGS, now=NOON)
    writer.run("DELETE FROM group_notices WHERE id = ?", (written.id,))

    (parcel,) = mailing.next_parcels(writer, per_hour=9, limit=9, now=FAR)

    letter = Typist(tmp_path).write(parcel)
    assert "A secret" not in letter.subject + letter.text + letter.html


def test_one_tap_ends_the_letters_of_groups_alone(
    writer: Writer, ann: Person, bob: Person, circle: Circle
) -> None:
    circle.write(ann)
    sorting.sort(writer, SETTINGS, now=NOON)
    (parcel,) = mailing.next_parcels(writer, per_hour=9, limit=9, now=FAR)

    topic = mailing.unsubscribe(writer, parcel.mail.values["token"])

    wishes = preferences.of_member(writer, bob.member)
    assert topic == Topic.GROUPS
    assert wishes.of(Topic.GROUPS).mail is Pace.NEVER
    assert wishes.of(Topic.MARKET).mail is Pace.AT_ONCE
