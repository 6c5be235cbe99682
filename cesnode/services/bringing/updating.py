"""Takes over what a newer export says otherwise of members who were brought before.

A thing changes here if the files say otherwise of it than they did the last time, and if
it is here as it was then.  What was changed here meanwhile stays as it is, and is told.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from cesnode.community.exchange import Exchange
from cesnode.community.roles import Actor
from cesnode.errors import NodeError
from cesnode.formats.brought import Holder, Problems
from cesnode.ledger.accounts import Account, AccountState
from cesnode.ledger.money import Currency, render
from cesnode.services import identities
from cesnode.services.bringing.people import People
from cesnode.services.membership import changing, closing, locking
from cesnode.services.membership.changing import Changes
from cesnode.services.membership.limiting import DEFAULT, NONE
from cesnode.store import Reader, Writer, accounts, brought, export, members

_BY_HAND = "it has to be changed here by hand"


class Saying(msgspec.Struct, frozen=True, kw_only=True):
    """What is said of an account, in the words in which it is changed here."""

    name: str
    email: str
    area: str
    floor: str
    ceiling: str
    whitelisted: bool
    state: AccountState
    reason: str
    people: tuple[str, ...]


class _Four(NamedTuple):
    """What the files say and said then, what is here, and what was `kept` of it then."""

    said: Saying
    then: Saying
    kept: Saying
    here: Saying


_decode = msgspec.json.Decoder(Saying).decode
_FACTS: dict[str, Callable[[Saying], Changes]] = {
    "name": lambda saying: Changes(name=saying.name),
    "email": lambda saying: Changes(email=saying.email),
    "area": lambda saying: Changes(area=saying.area),
    "floor": lambda saying: Changes(floor=saying.floor),
    "ceiling": lambda saying: Changes(ceiling=saying.ceiling),
    "whitelisted": lambda saying: Changes(whitelisted=saying.whitelisted),
}


@dataclass(slots=True, kw_only=True)
class Updating:
    """One run; `updated` counts the accounts of which something was taken over."""

    writer: Writer
    exchange: Exchange
    actor: Actor
    people: People
    problems: Problems
    now: int
    updated: int = 0

    def update(self, holders: Sequence[Holder]) -> None:
        """Compare what the files say now, what they said then, and what is here."""
        opened = {account for _, account in self.people.new}
        before = brought.sayings(self.writer)
        for holder in holders:
            account = self.people.known[holder.key]
            if account == accounts.COMMUNITY_ID:
                continue
            said = _said(holder, self.exchange.currency)
            if account in opened:
                self._keep(account, said, _here(self.writer, account, self.exchange))
            elif account in before:
                then, kept = map(_decode, before[account])
                if said != then:
                    here = _here(self.writer, account, self.exchange)
                    self._take_over(holder, account, _Four(said, then, kept, here))

    def _take_over(self, holder: Holder, account: int, four: _Four) -> None:
        done = [
            self._change(holder, account, name, change, four)
            for name, change in _FACTS.items()
            if self._is_ours_to_take(holder, name, four)
        ]
        if self._is_ours_to_take(holder, "state", four):
            done.append(self._set_state(holder, account, four.said))
        if len(four.said.people) > 1 and self._is_ours_to_take(holder, "people", four):
            done.append(self._add_people(holder, account, four.then))
        self.updated += any(done)
        here = _here(self.writer, account, self.exchange)
        ours = {
            name: getattr(four.kept, name)
            for name in Saying.__struct_fields__
            if getattr(four.here, name)
            not in {getattr(four.kept, name), getattr(four.said, name)}
        }
        self._keep(account, four.said, replace(here, **ours))

    def _is_ours_to_take(self, holder: Holder, name: str, four: _Four) -> bool:
        said, then, kept, here = (getattr(saying, name) for saying in four)
        if said in {then, here}:
            return False
        if here != kept:
            reason = f"the {name} was changed here meanwhile, and in the file; ours stays"
            self._note(holder, reason)
            return False
        if said == "":
            self._note(holder, f"the file has no {name} any more; ours stays")
            return False
        return True

    def _change(
        self,
        holder: Holder,
        account: int,
        name: str,
        change: Callable[[Saying], Changes],
        four: _Four,
    ) -> bool:
        number = accounts.by_id(self.writer, account).number
        changes = change(four.said)
        return self._try(
            holder,
            name,
            lambda: changing.change(self.writer, self.actor, number, changes, now=self.now),
        )

    def _set_state(self, holder: Holder, account: int, said: Saying) -> bool:
        number = accounts.by_id(self.writer, account).number

        def act() -> Account:
            writer, actor, now = self.writer, self.actor, self.now
            match said.state:
                case AccountState.LOCKED:
                    return locking.lock(writer, actor, number, reason=said.reason, now=now)
                case AccountState.CLOSED:
                    return closing.close(writer, actor, number, now=now)
                case AccountState.OPEN:
                    return locking.unlock(writer, actor, number, now=now)

        return self._try(holder, "state", act)

    def _add_people(self, holder: Holder, account: int, then: Saying) -> bool:
        """Let those hold the account too who are new; whoever is gone is told."""
        named = [sharer.name for sharer in holder.sharers]
        for gone in (name for name in then.people if name not in named):
            self._note(holder, f"{gone} is not of this account any more; {_BY_HAND}")
        new = [sharer for sharer in holder.sharers if sharer.name not in then.people]
        self.people.join(account, holder, new, at=self.now)
        return bool(new)

    def _try(self, holder: Holder, name: str, act: Callable[[], Account]) -> bool:
        try:
            with self.writer.part():
                act()
        except NodeError as error:
            self._note(holder, f"the {name} cannot be taken over: {error}")
            return False
        return True

    def _keep(self, account: int, said: Saying, kept: Saying) -> None:
        """Remember for the next time; what is ours alone stays known as changed here."""
        texts = (msgspec.json.encode(each).decode() for each in (said, kept))
        brought.keep_saying(self.writer, account, *texts)

    def _note(self, holder: Holder, reason: str) -> None:
        self.problems.add(holder.file, holder.row, "", f"{holder.key}: {reason}")


def _said(holder: Holder, currency: Currency) -> Saying:
    return Saying(
        name=holder.name,
        email=identities.address(holder.sharers[0].email) or "" if holder.sharers else "",
        area=holder.area or "",
        floor=_limit(holder.floor, currency, own=holder.own_floor),
        ceiling=_limit(holder.ceiling, currency, own=holder.own_ceiling),
        whitelisted=holder.whitelisted,
        state=holder.state,
        reason=holder.reason or "",
        people=tuple(sharer.name for sharer in holder.sharers),
    )


def _here(reader: Reader, account: int, exchange: Exchange) -> Saying:
    found, limits = accounts.by_id(reader, account), export.own_limits_of(reader, account)
    people = [members.by_id(reader, one) for one in accounts.members_of(reader, account)]
    return Saying(
        name=found.name,
        email=identities.address(people[0].email) or "" if people else "",
        area=members.area_name(reader, found.area) or "",
        floor=_limit(limits.floor, exchange.currency, own=limits.own_floor),
        ceiling=_limit(limits.ceiling, exchange.currency, own=limits.own_ceiling),
        whitelisted=found.whitelisted,
        state=found.state,
        reason=found.lock_reason or "",
        people=tuple(one.name for one in people),
    )


def _limit(amount: int | None, currency: Currency, *, own: bool) -> str:
    if not own:
        return DEFAULT
    return NONE if amount is None else render(amount, currency)
