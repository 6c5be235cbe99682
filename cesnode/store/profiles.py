"""What members tell of themselves; who has told nothing has an empty profile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cesnode.community.profiles import DEFAULTS, Audience, Contact
from cesnode.store.database import Reader, Row, Writer
from cesnode.store.pictures import Picture

_SELECT = (
    "SELECT member_id, about, phone, mobile, address, website, latitude, longitude,"
    " absent_until, absence, listed, face, photo, photo_width, photo_height FROM profiles"
    " WHERE member_id IN ({})"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """All that a member has told, and for whom it is; what is not told is empty.

    `place` is latitude and longitude in ten-thousandths of a degree.
    """

    about: str = ""
    phone: str = ""
    mobile: str = ""
    address: str = ""
    website: str = ""
    place: tuple[int, int] | None = None
    languages: tuple[str, ...] = ()
    absent_until: str | None = None
    absence: str = ""
    listed: bool = True
    photo: Picture | None = None
    audiences: Mapping[Contact, Audience] = field(default_factory=lambda: DEFAULTS)

    def audience(self, contact: Contact) -> Audience:
        return self.audiences.get(contact, DEFAULTS[contact])


def of_member(reader: Reader, member: int) -> Profile:
    return of_members(reader, [member]).get(member) or Profile()


def of_members(reader: Reader, members: Sequence[int]) -> dict[int, Profile]:
    """Return the profiles of those of these members who have told anything."""
    marks = ", ".join("?" * len(members))
    spoken: dict[int, list[str]] = {}
    for member, language in reader.all(
        "SELECT member_id, language FROM profile_languages"  # noqa: S608 - marks alone
        f" WHERE member_id IN ({marks}) ORDER BY member_id, position",
        members,
    ):
        spoken.setdefault(member, []).append(language)
    chosen: dict[int, dict[Contact, Audience]] = {}
    for member, contact, audience in reader.all(
        "SELECT member_id, contact, audience FROM profile_audiences"  # noqa: S608
        f" WHERE member_id IN ({marks})",
        members,
    ):
        chosen.setdefault(member, {})[Contact(contact)] = Audience(audience)
    return {
        row[0]: _profile(row, tuple(spoken.get(row[0], ())), chosen.get(row[0], {}))
        for row in reader.all(_SELECT.format(marks), members)
    }


def _profile(
    row: Row, languages: tuple[str, ...], audiences: Mapping[Contact, Audience]
) -> Profile:
    (
        _, about, phone, mobile, address, website, latitude, longitude, until, absence,
        listed, face, photo, width, height,
    ) = row  # fmt: skip
    return Profile(
        about=about,
        phone=phone,
        mobile=mobile,
        address=address,
        website=website,
        place=None if latitude is None else (latitude, longitude),
        languages=languages,
        absent_until=until,
        absence=absence,
        listed=bool(listed),
        photo=Picture(small=face, large=photo, width=width, height=height)
        if photo
        else None,
        audiences=audiences,
    )


def keep(writer: Writer, member: int, profile: Profile, *, now: int) -> None:
    """Keep a whole profile in place of the one before."""
    latitude, longitude = profile.place or (None, None)
    photo = profile.photo
    erase(writer, member)
    writer.run(
        "INSERT INTO profiles (member_id, about, phone, mobile, address, website,"
        " latitude, longitude, absent_until, absence, listed, face, photo, photo_width,"
        " photo_height, changed_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            member,
            profile.about,
            profile.phone,
            profile.mobile,
            profile.address,
            profile.website,
            latitude,
            longitude,
            profile.absent_until,
            profile.absence,
            profile.listed,
            photo and photo.small,
            photo and photo.large,
            photo and photo.width,
            photo and photo.height,
            now,
        ),
    )
    writer.many(
        "INSERT INTO profile_languages (member_id, position, language) VALUES (?, ?, ?)",
        [
            (member, position, language)
            for position, language in enumerate(profile.languages, start=1)
        ],
    )
    writer.many(
        "INSERT INTO profile_audiences (member_id, contact, audience) VALUES (?, ?, ?)",
        [(member, contact, chosen) for contact, chosen in profile.audiences.items()],
    )


def erase(writer: Writer, member: int) -> None:
    """Forget all that a member has told."""
    writer.run("DELETE FROM profiles WHERE member_id = ?", (member,))


def languages(reader: Reader) -> list[str]:
    """Return every language that some member speaks, in order."""
    rows = reader.all(
        "SELECT language FROM profile_languages GROUP BY language ORDER BY language"
    )
    return [language for (language,) in rows]


def photos(reader: Reader) -> frozenset[str]:
    """Return the name of every file that a profile needs."""
    rows = reader.all(
        "SELECT face FROM profiles WHERE face IS NOT NULL"
        " UNION SELECT photo FROM profiles WHERE photo IS NOT NULL"
    )
    return frozenset(name for (name,) in rows)
