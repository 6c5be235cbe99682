"""Takes over what people told of themselves elsewhere, for those who are new here."""

from __future__ import annotations

from cesnode.errors import NodeError
from cesnode.formats.brought import Problems
from cesnode.formats.told import Profile
from cesnode.services import profiles
from cesnode.services.bringing.gallery import Gallery
from cesnode.services.bringing.people import People
from cesnode.services.profiles import Told
from cesnode.store import accounts, members


def take_over(people: People, gallery: Gallery, problems: Problems) -> None:
    """Let everybody who was made in this run tell what they told there."""
    new = {account for _, account in people.new}
    for told in gallery.found.format.profiles():
        account = people.known.get(told.account)
        if account is None:
            reason = f"there is no account {told.account}; left out"
            problems.add(told.file, told.row, gallery.found.format.columns.owner, reason)
        elif account in new:
            _tell(people, gallery, problems, account, told)


def _tell(
    people: People, gallery: Gallery, problems: Problems, account: int, told: Profile
) -> None:
    writer, actor, now = people.writer, people.actor, people.now
    held = accounts.members_of(writer, account)
    named = [one for one in held if members.name(writer, one) == told.name]
    if not named:
        reason = f"{told.name} does not hold {told.account}; left out"
        problems.add(told.file, told.row, "person", reason)
        return
    try:
        with writer.part():
            profiles.change(writer, actor, named[0], _words(told), now=now)
            if told.photo in gallery.photos:
                photo = gallery.photos[told.photo]
                profiles.set_photo(writer, actor, named[0], photo, now=now)
    except NodeError as error:
        problems.add(told.file, told.row, error.field or "", f"{error} It was left out.")


def _words(told: Profile) -> Told:
    return Told(
        about=told.about,
        phone=told.phone,
        mobile=told.mobile,
        address=told.address,
        website=told.website,
        place=told.place,
        languages=told.languages,
        absent_until=told.absent_until,
        absence=told.absence,
        listed=told.listed,
        audiences=dict(told.audiences),
    )
