"""What the office does in a year: members, limits, rates, and the community's own trades.

Each act is done by whoever has the role for it; only the founding is the operator's.
"""

from __future__ import annotations

from cesnode.community.roles import OPERATOR, Actor, Role
from cesnode.ledger.accounts import AccountKind
from cesnode.ledger.money import render
from cesnode.ledger.trades import Channel
from cesnode.services import ruling, terms, trading
from cesnode.services.demonstration import matching
from cesnode.services.demonstration.character import (
    DatedRate,
    Lock,
    Person,
    Service,
    Trust,
)
from cesnode.services.demonstration.entering import as_written, new_id, voice
from cesnode.services.demonstration.scene import Scene
from cesnode.services.membership import adding, changing, locking
from cesnode.services.orders import Order
from cesnode.store import accounts, exchanges

_HELPERS = (Role.TREASURER, Role.COORDINATOR, Role.MEMBERSHIP_SECRETARY)
_HOUSEHOLDS = frozenset({AccountKind.INDIVIDUAL, AccountKind.JOINT})


def join(scene: Scene, person: Person, password_hash: str | None, now: int) -> None:
    """Add a member: the operator the founders, the secretary those who come later."""
    character = scene.character
    newcomer = adding.Newcomer(
        name=person.name,
        email=character.email(person),
        kind=person.kind,
        role=person.role,
        area=person.area,
        password_hash=password_hash,
    )
    actor = _officer(scene, Role.MEMBERSHIP_SECRETARY) if person.joins else OPERATOR
    adding.add(scene.writer, actor, newcomer, now=now)


def trust(scene: Scene, person: Person, given: Trust, now: int) -> None:
    changes = changing.Changes(floor=given.floor, ceiling=given.ceiling)
    treasurer, number = _officer(scene, Role.TREASURER), scene.character.number(person)
    changing.change(scene.writer, treasurer, number, changes, now=now)


def lock(scene: Scene, person: Person, why: Lock, now: int) -> None:
    secretary = _officer(scene, Role.MEMBERSHIP_SECRETARY)
    number = scene.character.number(person)
    locking.lock(scene.writer, secretary, number, reason=why.reason, now=now)


def change_rate(scene: Scene, rate: DatedRate, now: int) -> None:
    """Give the unit another worth from now on; what was traded before stays."""
    wanted = ruling.Terms(
        hour_value=terms.ratio_text(rate.hour_value),
        national=f"{rate.national.code}={terms.ratio_text(rate.national.units)}",
    )
    ruling.set_terms(scene.writer, _officer(scene, Role.ADMIN), wanted, now=now)


def tend(scene: Scene, now: int) -> None:
    """Let old requests lapse."""
    trading.tend(scene.writer, now=now)


def pay_helpers(scene: Scene, now: int) -> None:
    """The community pays for what was done for it, as far as it has the means."""
    writer, random, work = scene.writer, scene.random, scene.character.work
    for role in _HELPERS:
        helper = scene.character.number(scene.character.having(role))
        amount = matching.price(work, random)
        treasury = accounts.by_number(writer, scene.character.community)
        seller = accounts.by_number(writer, helper)
        if treasury.position.balance >= amount and matching.fits(seller, amount):
            phrase = random.choice(work.phrases)
            _settle_with(scene, helper, treasury.number, amount, phrase, now=now)


def collect(scene: Scene, owed: Service, now: int) -> None:
    """Every household gives the community its contribution, if it can."""
    writer, treasury = scene.writer, scene.character.community
    for neighbour in matching.neighbours(writer, scene.character):
        account = neighbour.account
        if account.kind in _HOUSEHOLDS and matching.fits(account, -owed.least):
            phrase = scene.random.choice(owed.phrases)
            _settle_with(scene, treasury, account.number, owed.least, phrase, now=now)


def _settle_with(
    scene: Scene, seller: str, buyer: str, amount: int, description: str, *, now: int
) -> None:
    """The treasurer enters a trade with the community's own account."""
    currency = exchanges.load(scene.writer, now).currency
    order = Order(
        id=new_id(scene.random),
        seller=seller,
        buyer=buyer,
        amount=as_written(render(amount, currency)),
        description=description,
        channel=Channel.WEB,
    )
    treasurer = _officer(scene, Role.TREASURER)
    trading.record(scene.writer, treasurer, order, now=now)


def _officer(scene: Scene, role: Role) -> Actor:
    return voice(scene.writer, scene.character, scene.character.having(role))
