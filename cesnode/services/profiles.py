"""What a member tells of themselves, and who is shown what of it.

A member tells it, or whoever keeps members does so for them.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from cesnode.community import profiles, words
from cesnode.community.profiles import Audience, Contact
from cesnode.community.roles import Actor, Permission, Scope
from cesnode.errors import DateInvalid
from cesnode.services import acting, dates
from cesnode.services.authority import require_care
from cesnode.services.pictures import Prepared
from cesnode.store import Reader, Writer, accounts, exchanges, members
from cesnode.store import profiles as kept
from cesnode.store.pictures import Picture
from cesnode.store.profiles import Profile

T = TypeVar("T")

_LONGEST_ABSENCE = datetime.timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What to change of a profile, in the words it was given; None leaves it as it is.

    `languages` are names between commas, `place` is "latitude, longitude" in degrees,
    `absent_until` is the last day of an absence.
    """

    about: str | None = None
    phone: str | None = None
    mobile: str | None = None
    address: str | None = None
    website: str | None = None
    place: str | None = None
    languages: str | None = None
    absent_until: str | None = None
    absence: str | None = None
    listed: bool | None = None
    audiences: Mapping[Contact, Audience] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What one member is shown of another: `contacts` holds only what is for them.

    `absent_until` is there while it lasts.
    """

    member: int
    name: str
    about: str
    languages: tuple[str, ...]
    photo: Picture | None
    absent_until: str | None
    absence: str
    contacts: Mapping[Contact, str]


def own(reader: Reader, actor: Actor, member: int) -> Profile:
    """Return all of a profile, for whoever may change it."""
    require_care(reader, actor, member)
    return kept.of_member(reader, member)


def change(writer: Writer, actor: Actor, member: int, told: Told, *, now: int) -> Profile:
    """Change what is given.

    Raises:
        FieldInvalid, DateInvalid, DescriptionTooLong, DescriptionInvalid: one of them
            cannot be; the field is named as here.
        NotAllowed: it is somebody else's.

    """
    require_care(writer, actor, member)
    before = kept.of_member(writer, member)
    after = replace(
        before,
        about=_or(told.about, profiles.about, before.about),
        phone=_or(told.phone, partial(profiles.phone, field="phone"), before.phone),
        mobile=_or(told.mobile, partial(profiles.phone, field="mobile"), before.mobile),
        address=_or(told.address, profiles.address, before.address),
        website=_or(told.website, profiles.website, before.website),
        place=_or(told.place, profiles.place, before.place),
        languages=_or(told.languages, profiles.languages, before.languages),
        absent_until=_or(told.absent_until, partial(_until, now=now), before.absent_until),
        absence=_or(told.absence, _absence, before.absence),
        listed=before.listed if told.listed is None else told.listed,
        audiences={**before.audiences, **(told.audiences or {})},
    )
    return _keep(writer, actor, member, after, now=now)


def set_photo(
    writer: Writer, actor: Actor, member: int, photo: Picture | None, *, now: int
) -> Profile:
    """Let a member have this photo, whose files are on disk; None takes it away."""
    require_care(writer, actor, member)
    profile = replace(kept.of_member(writer, member), photo=photo)
    return _keep(writer, actor, member, profile, now=now)


def filed(prepared: Prepared, small: str, large: str) -> Picture:
    """Name the files of a photo."""
    return Picture(small=small, large=large, width=prepared.width, height=prepared.height)


def shown(reader: Reader, actor: Actor, member: int, *, now: int) -> Shown:
    """Return what this actor is shown of a member."""
    actor.require_scope(Scope.READ)
    person = members.by_id(reader, member)
    profile = kept.of_member(reader, member)
    told = {Contact.EMAIL: person.email or "", **_contacts(profile)}
    circle = _circle(reader, actor, member)
    until = profile.absent_until
    is_absent = until is not None and until >= str(dates.day_of(now))
    return Shown(
        member=member,
        name=person.name,
        about=profile.about,
        languages=profile.languages,
        photo=profile.photo,
        absent_until=until if is_absent else None,
        absence=profile.absence if is_absent else "",
        contacts={
            contact: told[contact]
            for contact in Contact
            if told[contact] and profile.audience(contact) in circle
        },
    )


def _circle(reader: Reader, actor: Actor, member: int) -> frozenset[Audience]:
    """Return the audiences an actor belongs to, for what one member tells."""
    if actor.member == member:
        return frozenset(Audience)
    areas = _areas(reader, accounts.of_member(reader, member))
    in_care = actor.may(Permission.KEEP_MEMBERS) or any(
        actor.may(Permission.READ_ALL, area=area) for area in (areas or {None})
    )
    if in_care:
        return frozenset(Audience)
    if areas & _areas(reader, actor.accounts):
        return frozenset({Audience.NEIGHBOURS, Audience.MEMBERS})
    return frozenset({Audience.MEMBERS})


def _areas(reader: Reader, held: AbstractSet[int]) -> frozenset[int]:
    found = (accounts.by_id(reader, account).area for account in held)
    return frozenset(area for area in found if area is not None)


def _contacts(profile: Profile) -> Mapping[Contact, str]:
    return {
        Contact.PHONE: profile.phone,
        Contact.MOBILE: profile.mobile,
        Contact.ADDRESS: profile.address,
        Contact.WEBSITE: profile.website,
        Contact.PLACE: profiles.place_text(profile.place),
    }


def _keep(
    writer: Writer, actor: Actor, member: int, profile: Profile, *, now: int
) -> Profile:
    kept.keep(writer, member, profile, now=now)
    if actor.member != member:
        exchange = exchanges.load(writer, now)
        subject = f"member:{member}"
        acting.record(writer, exchange, actor, "member.profile_set", subject, now=now)
    return profile


def _or(text: str | None, read: Callable[[str], T], before: T) -> T:
    """Return what a text says, or what was there before where nothing was said."""
    return before if text is None else read(text)


def _until(text: str, *, now: int) -> str | None:
    """Read the last day of an absence; one that is over is none."""
    if not text.strip():
        return None
    day = dates.day(text.strip(), field="absent_until")
    if day > dates.day_of(now) + _LONGEST_ABSENCE:
        raise DateInvalid(text=text, field="absent_until")
    return day.isoformat() if day >= dates.day_of(now) else None


def _absence(text: str) -> str:
    return words.description(text, field="absence") if text.strip() else ""
