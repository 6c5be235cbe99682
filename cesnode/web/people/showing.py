"""/people and /people/{number}: the directory, and one person with their record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple
from urllib.parse import quote, urlencode

from cesnode.community.profiles import Contact, dialled
from cesnode.community.roles import Permission
from cesnode.ledger.accounts import AccountState
from cesnode.services import dates, people
from cesnode.services.market import advising
from cesnode.services.news import thanking
from cesnode.services.people import Wanted
from cesnode.store import Reader
from cesnode.web.addresses import number
from cesnode.web.asking import Asked, Sight
from cesnode.web.site import PEOPLE

_PARTS = ("q", "area", "language", "page")


class Reach(NamedTuple):
    """A way to reach somebody: what is written, and where it leads; "" leads nowhere."""

    contact: Contact
    text: str
    address: str


def directory(reader: Reader, asked: Asked) -> Sight:
    wanted = _wish(asked.query)
    found = people.directory(reader, asked.visitor.actor, wanted, now=asked.now)
    return Sight(
        "people/list.html",
        {
            "wanted": wanted,
            "found": found,
            "reads_all": asked.visitor.actor.may_somewhere(Permission.READ_ALL),
            "before": _link(asked.query, wanted.page - 1),
            "more": _link(asked.query, wanted.page + 1),
        },
        until=dates.next_midnight(asked.now),
    )


def near_limits(reader: Reader, asked: Asked) -> Sight:
    """List who stays near a limit, for whoever can help them give or receive."""
    found = advising.staying(reader, asked.visitor.actor, now=asked.now)
    return Sight("people/near_limits.html", {"staying": found})


def person(reader: Reader, asked: Asked) -> Sight:
    actor, named = asked.visitor.actor, asked.path["number"]
    found = people.person(reader, actor, named, now=asked.now)
    may_trade = not found.is_own and found.account.state is not AccountState.CLOSED
    return Sight(
        "people/person.html",
        {
            "person": found,
            "holders": [(one, list(ways(one.contacts))) for one in found.holders],
            "may_trade": may_trade,
            "thanked": thanking.of_account(
                reader,
                actor,
                found.account.id,
                page=number(asked.query.get("thanks", "")) or 1,
            ),
            "thanks_page": number(asked.query.get("thanks", "")) or 1,
        },
    )


def ways(contacts: Mapping[Contact, str]) -> Iterator[Reach]:
    """Say where each way to reach somebody leads."""
    for contact, text in contacts.items():
        match contact:
            case Contact.EMAIL:
                address = f"mailto:{quote(text, safe='@+')}"
            case Contact.PHONE | Contact.MOBILE:
                address = f"tel:{dialled(text)}"
            case Contact.WEBSITE:
                address = text
            case Contact.PLACE:
                address = f"geo:{text.replace(' ', '')}"
            case _:
                address = ""
        yield Reach(contact, text, address)


def _wish(query: Mapping[str, str]) -> Wanted:
    """Read who is looked for; what makes no sense is as if it were not there."""
    return Wanted(
        words=query.get("q", ""),
        area=number(query.get("area", "")),
        language=query.get("language", ""),
        page=number(query.get("page", "")) or 1,
    )


def _link(query: Mapping[str, str], page: int) -> str:
    """Lead to another page of the same list."""
    parts = {name: query[name] for name in _PARTS if query.get(name)}
    return f"{PEOPLE}?{urlencode({**parts, 'page': page}, errors='replace')}"
