"""What members tell of themselves; who has told nothing has an empty profile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cesnode.community.profiles import DEFAULTS, Audience, Contact
from cesnode.store.database import Reader, Writer
from cesnode.store.pictures import Picture

_SELECT = (
    "SELECT about, phone, mobile, address, website, latitude, longitude, absent_until,"
    " absence, listed, face, photo, photo_width, photo_height FROM profiles"
    " WHERE member_id = ?"
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
    row = reader.first(_SELECT, (member,))
    if row is None:
        return Profile()
    (
        about, phone, mobile, address, website, latitude, longitude, until, absence,
        listed, face, photo, width, height,
    ) = row  # fmt: skip
    languages = reader.all(
        "SELECT language FROM profile_languages WHERE member_id = ? ORDER BY position",
        (member,),
    )
    chosen = reader.all(
        "SELECT contact, audience FROM profile_audiences WHERE member_id = ?", (member,)
    )
    return Profile(
        about=about,
        phone=phone,
        mobile=mobile,
        address=address,
        website=website,
        place=None if latitude is None else (latitude, longitude),
        languages=tuple(language for (language,) in languages),
        absent_until=until,
        absence=absence,
        listed=bool(listed),
        photo=Picture(small=face, large=photo, width=width, height=height)
        if photo
        else None,
        audiences={Contact(contact): Audience(audience) for contact, audience in chosen},
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
