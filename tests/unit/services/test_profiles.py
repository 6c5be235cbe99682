"""Who sees what a member tells of themselves, field by field."""

from __future__ import annotations

import pytest

from cesnode.community.profiles import Audience, Contact
from cesnode.community.roles import OPERATOR, Role, Scope
from cesnode.errors import Code
from cesnode.services import profiles
from cesnode.services.profiles import Told
from cesnode.store import Reader, Writer, acts, members
from cesnode.store import profiles as kept
from cesnode.store.pictures import Picture
from tests.support.exchanges import DAY, NOW, Person, acting_as, join, refused

ALL = Told(
    phone="555 0107",
    mobile="555 0108",
    address="3 Mill Lane\nOakvale",
    website="bakery.example",
    place="38.7223, -9.1393",
)


@pytest.fixture
def ida(writer: Writer) -> Person:
    """Ida of the North, who has told all there is to tell."""
    ida = join(writer, "Ida Ivy", area="North")
    members.set_email(writer, ida.member, "ida@oakvale.example")
    profiles.change(writer, acting_as(writer, ida), ida.member, ALL, now=NOW)
    return ida


def seen(reader: Reader, who: Person, whom: Person) -> set[Contact]:
    shown = profiles.shown(reader, acting_as(reader, who), whom.member, now=NOW)
    return set(shown.contacts)


def test_what_was_told_is_for_members_and_the_address_of_joining_for_nobody(
    writer: Writer, ida: Person
) -> None:
    bob = join(writer, "Bob", area="South")

    assert seen(writer, bob, ida) == set(Contact) - {Contact.EMAIL}


@pytest.mark.parametrize("contact", Contact)
@pytest.mark.parametrize("audience", Audience)
def test_each_field_is_seen_by_those_it_is_for_and_by_nobody_else(
    writer: Writer, ida: Person, contact: Contact, audience: Audience
) -> None:
    near, far = join(writer, "Near", area="North"), join(writer, "Far", area="South")
    nowhere = join(writer, "Nowhere")
    told = Told(audiences={contact: audience})

    profiles.change(writer, acting_as(writer, ida), ida.member, told, now=NOW)

    who = {"near": near, "far": far, "nowhere": nowhere, "ida": ida}
    allowed = {name for name, one in who.items() if contact in seen(writer, one, ida)}
    assert (
        allowed
        == {
            Audience.NOBODY: {"ida"},
            Audience.NEIGHBOURS: {"ida", "near"},
            Audience.MEMBERS: {"ida", "near", "far", "nowhere"},
        }[audience]
    )


def test_who_is_in_care_of_a_member_sees_all(writer: Writer, ida: Person) -> None:
    nobody = Told(audiences=dict.fromkeys(Contact, Audience.NOBODY))
    profiles.change(writer, acting_as(writer, ida), ida.member, nobody, now=NOW)
    offices = {
        role: join(writer, role, role=role, area=area)
        for role, area in (
            (Role.MEMBERSHIP_SECRETARY, None),
            (Role.COORDINATOR, "North"),
            (Role.ADMIN, None),
        )
    }
    elsewhere = join(writer, "Elsewhere", role=Role.COORDINATOR, area="South")

    for person in offices.values():
        assert seen(writer, person, ida) == set(Contact)
    assert seen(writer, elsewhere, ida) == set()


def test_two_who_live_nowhere_are_no_neighbours(writer: Writer) -> None:
    ida, bob = join(writer, "Ida"), join(writer, "Bob")
    told = Told(phone="555 0107", audiences={Contact.PHONE: Audience.NEIGHBOURS})

    profiles.change(writer, acting_as(writer, ida), ida.member, told, now=NOW)

    assert seen(writer, bob, ida) == set()


def test_what_is_not_named_stays_as_it_was(writer: Writer, ida: Person) -> None:
    actor = acting_as(writer, ida)

    profiles.change(writer, actor, ida.member, Told(about="Baker", phone=""), now=NOW)

    known = kept.of_member(writer, ida.member)
    assert (known.about, known.phone, known.mobile) == ("Baker", "", "555 0108")
    assert known.website == "https://bakery.example"
    assert known.place == (387_223, -91_393)


def test_a_wrong_field_is_named_and_nothing_is_changed(writer: Writer, ida: Person) -> None:
    before = kept.of_member(writer, ida.member)

    for field, code, told in (
        ("phone", Code.FIELD_INVALID, Told(phone="none of yours")),
        ("website", Code.FIELD_INVALID, Told(website="x")),
        ("place", Code.FIELD_INVALID, Told(place="there")),
        ("about", Code.DESCRIPTION_TOO_LONG, Told(about="x" * 5_001)),
        ("absence", Code.DESCRIPTION_TOO_LONG, Told(absence="x" * 501)),
    ):
        with refused(code, field=field):
            profiles.change(writer, acting_as(writer, ida), ida.member, told, now=NOW)

    assert kept.of_member(writer, ida.member) == before


def test_an_absence_ends_by_itself(writer: Writer, ida: Person) -> None:
    told = Told(absent_until="2025-07-20", absence="By the sea")
    profiles.change(writer, acting_as(writer, ida), ida.member, told, now=NOW)

    meanwhile, later = (
        profiles.shown(writer, OPERATOR, ida.member, now=at) for at in (NOW, NOW + 30 * DAY)
    )

    assert (meanwhile.absent_until, meanwhile.absence) == ("2025-07-20", "By the sea")
    assert (later.absent_until, later.absence) == (None, "")


def test_nobody_is_away_for_years(writer: Writer, ida: Person) -> None:
    with refused(Code.DATE_INVALID, field="absent_until"):
        profiles.change(
            writer, OPERATOR, ida.member, Told(absent_until="2099-01-01"), now=NOW
        )


def test_a_member_tells_of_nobody_else(writer: Writer, ida: Person, ann: Person) -> None:
    actor = acting_as(writer, ann)

    with refused(Code.NOT_ALLOWED):
        profiles.change(writer, actor, ida.member, ALL, now=NOW)
    with refused(Code.NOT_ALLOWED):
        profiles.own(writer, actor, ida.member)
    with refused(Code.NOT_ALLOWED):
        profiles.set_photo(writer, actor, ida.member, None, now=NOW)


def test_a_narrow_token_changes_no_profile(writer: Writer, ida: Person) -> None:
    with refused(Code.SCOPE_TOO_NARROW):
        profiles.change(
            writer, acting_as(writer, ida, Scope.TRADE), ida.member, ALL, now=NOW
        )


def test_help_of_others_is_kept_in_the_acts_and_ones_own_is_not(
    writer: Writer, ida: Person
) -> None:
    subject = f"member:{ida.member}"
    assert acts.about(writer, subject) == []

    profiles.change(writer, OPERATOR, ida.member, Told(phone="555 0109"), now=NOW)

    assert [act.kind for act in acts.about(writer, subject)] == ["member.profile_set"]


def test_a_photo_stays_when_words_change_and_goes_when_it_is_taken_away(
    writer: Writer, ida: Person
) -> None:
    actor = acting_as(writer, ida)
    photo = Picture(small="a.webp", large="b.webp", width=3, height=4)

    profiles.set_photo(writer, actor, ida.member, photo, now=NOW)
    profiles.change(writer, actor, ida.member, Told(about="Baker"), now=NOW)

    assert kept.of_member(writer, ida.member).photo == photo
    assert kept.photos(writer) == {"a.webp", "b.webp"}
    profiles.set_photo(writer, actor, ida.member, None, now=NOW)
    assert kept.photos(writer) == set()
