"""What the pages of groups are drawn with in tests."""

from __future__ import annotations

from collections.abc import Mapping

from cesnode.community.groups import Door, Seat
from cesnode.community.market import Audience
from cesnode.community.roles import OPERATOR
from cesnode.services.groups import keeping, seating
from cesnode.store import Writer, group_members
from cesnode.store.pictures import Picture
from cesnode.web.groups import showing, writing
from tests.support.drawn import Values
from tests.support.drawn_trading import Seeing
from tests.support.exchanges import NOW, Person, acting_as, join
from tests.support.groups import Circle, found

POND = Picture(small="a" * 32 + ".webp", large="b" * 32 + ".webp", width=9, height=9)


def group_pages(writer: Writer, person: Person) -> Mapping[str, Values]:
    """Return every page of groups, as somebody sees it who leads one."""
    circle = Circle(writer, found(writer, person, "tea", door=Door.APPROVAL, about="99"))
    number = str(circle.number)
    keeping.set_picture(writer, OPERATOR, circle.number, POND, now=NOW)
    written = fill(circle, person)
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
