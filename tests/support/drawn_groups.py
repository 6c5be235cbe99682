"""What the pages of groups are drawn with in tests."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import uuid4

from cesnode.community.groups import Door, Seat
from cesnode.community.market import Audience
from cesnode.community.roles import OPERATOR
from cesnode.services.groups import keeping, seating
from cesnode.store import Writer, group_guests, group_members, group_shown
from cesnode.store.group_shown import Shown
from cesnode.store.pictures import Picture
from cesnode.web.groups import showing, writing
from federation import wire
from federation.groups import Listing
from tests.support.drawn import Values
from tests.support.drawn_trading import Seeing
from tests.support.exchanges import NOW, Person, acting_as, join
from tests.support.federation import VILANOVA
from tests.support.groups import Circle, found
from tests.support.visiting import group_there, neighbour

POND = Picture(small="a" * 32 + ".webp", large="b" * 32 + ".webp", width=9, height=9)


def group_pages(writer: Writer, person: Person) -> Mapping[str, Values]:
    """Return every page of groups, as somebody sees it who leads one."""
    circle = Circle(writer, found(writer, person, "tea", door=Door.APPROVAL, about="99"))
    number = str(circle.number)
    keeping.set_picture(writer, OPERATOR, circle.number, POND, now=NOW)
    written = fill(circle, person)
    welcome(circle)
    _found_others(writer, person)
    seen = Seeing(writer, person)
    return dict(
        (
            seen(showing.every),
            seen(showing.one, id=number),
            seen(showing.people, id=number),
            seen(showing.thread, id=number, notice=str(written)),
            seen(showing.ending, id=number),
            seen(writing.new),
            seen(writing.picture, id=number),
            seen(writing.notice, id=number),
        )
    )


def fill(circle: Circle, steward: Person) -> int:
    """Let somebody be in, ask and be invited; return a notice that was replied to."""
    writer = circle.writer
    jo, kit, lou = (join(writer, name) for name in ("Jo Elm", "Kit Oak", "Lou Yew"))
    group_members.put(writer, circle.number, jo.member, Seat.MEMBER, now=NOW)
    circle.join(kit)
    actor = acting_as(writer, steward)
    seating.invite(writer, actor, circle.number, lou.number, now=NOW)
    circle.put(jo, "tea")
    circle.put(steward, "tea", audience=Audience.HERE)
    written = circle.write(jo, "tea", "99")
    circle.reply(steward, written.id, "101")
    circle.write(steward, "tea")
    return written.id


def _found_others(writer: Writer, person: Person) -> None:
    """Let there be a group that somebody could join, and one they were invited to."""
    mo = join(writer, "Mo Fig")
    found(writer, mo, "rye")
    invited = found(writer, mo, "oat", door=Door.CLOSED)
    actor = acting_as(writer, mo)
    seating.invite(writer, actor, invited, person.number, now=NOW)


def welcome(circle: Circle) -> int:
    """Let people of a neighbour be in a group, ask, be invited, and show something.

    Return the number of a group of theirs.
    """
    writer, peer = circle.writer, neighbour(circle.writer)
    writer.run("UPDATE groups SET reach = 'neighbours' WHERE id = ?", (circle.number,))
    for serial, seat in enumerate((Seat.ASKED, Seat.INVITED, Seat.MEMBER), 2):
        address = f"000{serial}@{VILANOVA.node}"
        group_guests.put(writer, circle.number, peer, address, "Vera", seat, now=NOW)
    listing = Listing(purpose="offer", title="oat", text="99", price="free")
    shown = Shown(
        group=circle.number,
        item=uuid4(),
        address=f"0004@{VILANOVA.node}",
        name="Vera",
        listing=wire.write(listing),
        shown_at=NOW,
    )
    group_shown.put(writer, shown)
    return group_there(writer, peer, "rye")
