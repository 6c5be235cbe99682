"""The services about people and what is one's own, who may ask for them, and how."""

from __future__ import annotations

from collections.abc import Mapping

from cesnode.community.roles import Actor
from cesnode.services import bell, my_data, parting, people, profiles, readdressing
from cesnode.services.people import Wanted
from cesnode.services.profiles import Told
from cesnode.store import accounts, mails
from tests.support.exchanges import NOW
from tests.support.wishes import ALL, EVERYBODY, READING, TOP, TRADING, Act, Town


def _readdressed(town: Town, actor: Actor) -> None:
    mails.open_office(town.writer, today="2025-07-15")
    readdressing.ask(town.writer, actor, "new@x.example", address="", now=NOW)


OWNER = {"seller", "secretary"} | TOP
MEMBERS = EVERYBODY - {"operator"}

PEOPLE: Mapping[str, Act] = {
    "read all of a profile": Act(
        profiles.own,
        lambda t, a: profiles.own(t.writer, a, t.ann.member),
        OWNER,
        ALL,
    ),
    "change a profile": Act(
        profiles.change,
        lambda t, a: profiles.change(
            t.writer, a, t.ann.member, Told(phone="555 0107"), now=NOW
        ),
        OWNER,
        ALL,
    ),
    "take a photo away": Act(
        profiles.set_photo,
        lambda t, a: profiles.set_photo(t.writer, a, t.ann.member, None, now=NOW),
        OWNER,
        ALL,
    ),
    "ask for letters to go elsewhere": Act(
        readdressing.ask,
        _readdressed,
        MEMBERS,
        ALL,
    ),
    "see which address is still to be proven": Act(
        readdressing.asked,
        lambda t, a: readdressing.asked(t.writer, a, now=NOW),
        MEMBERS,
        ALL,
    ),
    "call one's own account by another name": Act(
        readdressing.rename,
        lambda t, a: readdressing.rename(
            t.writer, a, accounts.by_id(t.writer, t.ann.account), "Annie", now=NOW
        ),
        {"seller"},
        ALL,
    ),
    "see what somebody tells": Act(
        profiles.shown,
        lambda t, a: profiles.shown(t.writer, a, t.ann.member, now=NOW),
        EVERYBODY,
        READING,
    ),
    "look somebody up": Act(
        people.directory,
        lambda t, a: people.directory(t.writer, a, Wanted(), now=NOW),
        EVERYBODY,
        READING,
    ),
    "see somebody": Act(
        people.person,
        lambda t, a: people.person(t.writer, a, t.ann.number, now=NOW),
        EVERYBODY,
        READING,
    ),
    "see what there is to settle": Act(
        parting.look,
        lambda t, a: parting.look(t.writer, a, t.ann.number, now=NOW),
        OWNER,
        ALL,
    ),
    "take leave": Act(
        parting.leave,
        lambda t, a: parting.leave(
            t.writer, a, t.offices["stranger"].number, give=False, erase=True, now=NOW
        ),
        {"stranger", "secretary"} | TOP,
        ALL,
        own="stranger",
    ),
    "take one's data along": Act(
        my_data.gather,
        lambda t, a: my_data.gather(t.writer, a, now=NOW),
        MEMBERS,
        ALL,
    ),
    "open what one was told": Act(
        bell.open_notice,
        lambda t, a: bell.open_notice(t.writer, a, 1, now=NOW),
        MEMBERS,
        TRADING,
    ),
}
