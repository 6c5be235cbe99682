"""Every service, who may ask for it, and with how narrow a token."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cesnode.community.notices import Preferences
from cesnode.community.roles import OPERATOR, Actor, Role, Scope
from cesnode.config import Mail as Settings
from cesnode.services import (
    access,
    bell,
    beyond,
    mailing,
    measuring,
    reading,
    ruling,
    sorting,
    trading,
)
from cesnode.services.mailing import Letter, Template
from cesnode.services.membership import adding, changing, closing, helping, locking
from cesnode.services.membership.adding import Newcomer
from cesnode.services.membership.changing import Changes
from cesnode.services.ruling import Terms
from cesnode.store import Writer, accounts
from cesnode.store.statements import Period
from tests.support.exchanges import NOW, Person, acting_as, order

HASH = "$argon2id$"
OFFICES: Mapping[str, tuple[Role, str | None]] = {
    "stranger": (Role.MEMBER, "North"),
    "coordinator": (Role.COORDINATOR, "North"),
    "coordinator elsewhere": (Role.COORDINATOR, "South"),
    "secretary": (Role.MEMBERSHIP_SECRETARY, None),
    "treasurer": (Role.TREASURER, None),
    "auditor": (Role.AUDITOR, None),
    "admin": (Role.ADMIN, None),
}
EVERYBODY = {"seller", "buyer", "operator", *OFFICES}
TOP = {"admin", "operator"}
READERS = {"secretary", "treasurer", "auditor"} | TOP


@dataclass(frozen=True, slots=True)
class Town:
    """Ann sells to Bob in the North: one trade asked for, one posted, one objected to."""

    writer: Writer
    ann: Person
    bob: Person
    asked: str
    posted: str
    objected: str
    token: int
    offices: Mapping[str, Person]

    def actor(self, who: str, scope: Scope = Scope.ADMIN) -> Actor:
        if who == "operator":
            return OPERATOR
        return acting_as(self.writer, self.person(who), scope)

    def person(self, who: str) -> Person:
        return {"seller": self.ann, "buyer": self.bob, **self.offices}[who]


@dataclass(frozen=True, slots=True)
class Act:
    """A call of a service, who may make it, and the scopes that carry it."""

    service: Callable[..., object]
    call: Callable[[Town, Actor], object]
    may: set[str]
    scopes: set[Scope]
    own: str = "seller"  # whose token the scopes are tried with


TRADING = {Scope.TRADE, Scope.ADMIN}
READING = {Scope.READ, Scope.TRADE, Scope.ADMIN}
ALL = {Scope.ADMIN}


def _letter(town: Town) -> int:
    """Leave a letter in the outbox; return its id."""
    settings = Settings(host="mail.example", sender="post@oakvale.example")
    sorting.open_office(town.writer, settings, now=NOW)
    letter = Letter(recipient="ana@example.org", template=Template.TEST)
    return mailing.queue(town.writer, letter, now=NOW) or 0


ACTS: Mapping[str, Act] = {
    "sell": Act(
        trading.record,
        lambda t, a: trading.record(t.writer, a, order(t.ann, t.bob), now=NOW),
        {"seller", "buyer", "coordinator"} | TOP,
        {Scope.TILL, Scope.TRADE, Scope.ADMIN},
    ),
    "buy": Act(
        trading.record,
        lambda t, a: trading.record(t.writer, a, order(t.ann, t.bob), now=NOW),
        {"seller", "buyer", "coordinator"} | TOP,
        TRADING,
        own="buyer",
    ),
    "spend the community's money": Act(
        trading.record,
        lambda t, a: trading.record(t.writer, a, order(t.offices["auditor"], "0"), now=NOW),
        {"treasurer", "auditor"} | TOP,
        ALL,
        own="treasurer",
    ),
    "accept": Act(
        trading.accept,
        lambda t, a: trading.accept(t.writer, a, t.asked, now=NOW),
        {"buyer", "coordinator"} | TOP,
        TRADING,
        own="buyer",
    ),
    "decline": Act(
        trading.decline,
        lambda t, a: trading.decline(t.writer, a, t.asked, now=NOW),
        {"buyer", "coordinator"} | TOP,
        TRADING,
        own="buyer",
    ),
    "withdraw": Act(
        trading.withdraw,
        lambda t, a: trading.withdraw(t.writer, a, t.asked, now=NOW),
        {"seller", "coordinator"} | TOP,
        TRADING,
    ),
    "object": Act(
        trading.object_to,
        lambda t, a: trading.object_to(t.writer, a, t.posted, reason="no", now=NOW),
        {"buyer", "coordinator"} | TOP,
        TRADING,
        own="buyer",
    ),
    "settle": Act(
        trading.settle,
        lambda t, a: trading.settle(t.writer, a, t.objected, now=NOW),
        {"buyer", "coordinator"} | TOP,
        TRADING,
        own="buyer",
    ),
    "reverse": Act(
        trading.reverse,
        lambda t, a: trading.reverse(t.writer, a, t.posted, reason="no", now=NOW),
        {"seller", "coordinator"} | TOP,
        TRADING,
    ),
    "add a member": Act(
        adding.add,
        lambda t, a: adding.add(t.writer, a, Newcomer(name="New"), now=NOW),
        {"secretary"} | TOP,
        ALL,
        own="secretary",
    ),
    "add a member with an office": Act(
        adding.add,
        lambda t, a: adding.add(
            t.writer, a, Newcomer(name="New", role=Role.ADMIN), now=NOW
        ),
        TOP,
        ALL,
        own="admin",
    ),
    "add a member with a limit": Act(
        adding.add,
        lambda t, a: adding.add(t.writer, a, Newcomer(name="New", floor="-1"), now=NOW),
        TOP,
        ALL,
        own="admin",
    ),
    "rename": Act(
        changing.change,
        lambda t, a: changing.change(
            t.writer, a, t.ann.number, Changes(name="Ann"), now=NOW
        ),
        {"secretary"} | TOP,
        ALL,
        own="secretary",
    ),
    "whitelist": Act(
        changing.change,
        lambda t, a: changing.change(
            t.writer, a, t.ann.number, Changes(whitelisted=True), now=NOW
        ),
        {"secretary"} | TOP,
        ALL,
        own="secretary",
    ),
    "set a limit": Act(
        changing.change,
        lambda t, a: changing.change(
            t.writer, a, t.ann.number, Changes(floor="none"), now=NOW
        ),
        {"treasurer"} | TOP,
        ALL,
        own="treasurer",
    ),
    "give a role": Act(
        changing.change,
        lambda t, a: changing.change(
            t.writer, a, t.ann.number, Changes(role=Role.ADMIN), now=NOW
        ),
        TOP,
        ALL,
        own="admin",
    ),
    "take a role": Act(
        changing.change,
        lambda t, a: changing.change(
            t.writer, a, t.ann.number, Changes(without_role=Role.ADMIN), now=NOW
        ),
        TOP,
        ALL,
        own="admin",
    ),
    "lock": Act(
        locking.lock,
        lambda t, a: locking.lock(t.writer, a, t.ann.number, reason="no", now=NOW),
        {"secretary"} | TOP,
        ALL,
        own="secretary",
    ),
    "unlock": Act(
        locking.unlock,
        lambda t, a: (
            locking.lock(t.writer, OPERATOR, t.ann.number, reason="no", now=NOW),
            locking.unlock(t.writer, a, t.ann.number, now=NOW),
        ),
        {"secretary"} | TOP,
        ALL,
        own="secretary",
    ),
    "close": Act(
        closing.close,
        lambda t, a: closing.close(t.writer, a, t.offices["stranger"].number, now=NOW),
        {"secretary"} | TOP,
        ALL,
        own="secretary",
    ),
    "set a password": Act(
        helping.set_password,
        lambda t, a: helping.set_password(
            t.writer, a, t.ann.number, password_hash=HASH, now=NOW
        ),
        {"seller", "secretary"} | TOP,
        ALL,
    ),
    "make a token": Act(
        access.create_token,
        lambda t, a: access.create_token(
            t.writer, a, t.ann.number, scope=Scope.ADMIN, label="", now=NOW
        ),
        {"seller"} | TOP,
        ALL,
    ),
    "revoke a token": Act(
        access.revoke_token,
        lambda t, a: access.revoke_token(t.writer, a, t.token, now=NOW),
        {"seller"} | TOP,
        ALL,
    ),
    "decide on the terms": Act(
        ruling.set_terms,
        lambda t, a: ruling.set_terms(t.writer, a, Terms(levy="1%"), now=NOW),
        TOP,
        ALL,
        own="admin",
    ),
    "see a trade": Act(
        reading.trade,
        lambda t, a: reading.trade(t.writer, a, t.posted),
        {"seller", "buyer", "coordinator"} | READERS,
        READING,
    ),
    "list an account's trades": Act(
        reading.trade_list,
        lambda t, a: reading.trade_list(
            t.writer, a, accounts.by_id(t.writer, t.ann.account), since="", limit=9
        ),
        {"seller", "coordinator"} | READERS,
        READING,
    ),
    "list all trades": Act(
        reading.trade_list,
        lambda t, a: reading.trade_list(t.writer, a, None, since="", limit=9),
        READERS,
        READING,
        own="auditor",
    ),
    "read a statement": Act(
        reading.statement,
        lambda t, a: reading.statement(
            t.writer, a, accounts.by_id(t.writer, t.ann.account), Period()
        ),
        {"seller", "coordinator"} | READERS,
        READING,
    ),
    "read the community's statement": Act(
        reading.statement,
        lambda t, a: reading.statement(
            t.writer, a, accounts.by_number(t.writer, "OAKV0000"), Period()
        ),
        EVERYBODY,
        READING,
    ),
    "list who is beyond a limit": Act(
        beyond.standing,
        lambda t, a: beyond.standing(t.writer, a, now=NOW),
        READERS,
        READING,
        own="auditor",
    ),
    "read the figures": Act(
        measuring.measure,
        lambda t, a: measuring.measure(t.writer, a),
        READERS,
        READING,
        own="auditor",
    ),
    "read what one was told": Act(
        bell.notices_of,
        lambda t, a: bell.notices_of(t.writer, a),
        EVERYBODY - {"operator"},
        READING,
    ),
    "count what is unread": Act(
        bell.unread,
        lambda t, a: bell.unread(t.writer, a),
        EVERYBODY - {"operator"},
        READING,
    ),
    "mark what was read": Act(
        bell.mark_read,
        lambda t, a: bell.mark_read(t.writer, a, now=NOW),
        EVERYBODY - {"operator"},
        TRADING,
    ),
    "see how somebody wishes to be told": Act(
        bell.preferences,
        lambda t, a: bell.preferences(t.writer, a, t.ann.member),
        {"seller", "secretary"} | TOP,
        ALL,
    ),
    "decide how somebody is told": Act(
        bell.set_preferences,
        lambda t, a: bell.set_preferences(
            t.writer, a, t.ann.member, Preferences(), now=NOW
        ),
        {"seller", "secretary"} | TOP,
        ALL,
    ),
    "see which letters have not left": Act(
        mailing.unsent,
        lambda t, a: mailing.unsent(t.writer, a, limit=9),
        TOP,
        ALL,
        own="admin",
    ),
    "send a letter again": Act(
        mailing.retry,
        lambda t, a: mailing.retry(t.writer, a, _letter(t), now=NOW),
        TOP,
        ALL,
        own="admin",
    ),
    "read the directory": Act(
        reading.directory,
        lambda t, a: reading.directory(t.writer, a, like="", limit=9),
        EVERYBODY,
        READING,
    ),
}
