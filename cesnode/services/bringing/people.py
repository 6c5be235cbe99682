"""Makes accounts of the people in the files, under the numbers they are known by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from cesnode.community import words
from cesnode.community.exchange import Exchange
from cesnode.community.roles import BY_AREA, Actor, Grant, Role
from cesnode.errors import NodeError
from cesnode.formats.brought import Holder, Problems, Sharer
from cesnode.ledger.accounts import AccountKind, AccountState, number
from cesnode.ledger.chain import Canonical
from cesnode.services import acting, identities
from cesnode.store import Writer, accounts, brought, members, sign_ins

_LARGEST_SERIAL = 99_999_999


@dataclass(slots=True)
class People:
    """Who was brought, by the key of the files: now, or in an earlier run."""

    writer: Writer
    exchange: Exchange
    actor: Actor
    problems: Problems
    now: int
    known: dict[str, int]
    new: list[tuple[str, int]] = field(default_factory=list)
    persons: int = 0

    def settle(self, holders: Sequence[Holder]) -> None:
        """Open an account for everybody who has none; states are set last of all."""
        numbered = [one for one in holders if one.serial is not None]
        others = [one for one in holders if one.serial is None]
        for holder in (*numbered, *others):
            if holder.key not in self.known:
                self._open(holder)

    def member_of(self, key: str | None) -> int | None:
        """Return the first member of an account: who is meant by its number."""
        account = self.known.get(key) if key else None
        if account is None:
            return None
        held = accounts.members_of(self.writer, account)
        return held[0] if held else None

    def close(self, holders: Sequence[Holder]) -> None:
        """Lock and close what is; an account that is closed has nothing left in it."""
        opened = dict(self.new)
        for holder in holders:
            account = opened.get(holder.key)
            if account is None or account == accounts.COMMUNITY_ID:
                continue
            if holder.state is AccountState.OPEN:
                continue
            state, reason = holder.state, holder.reason
            position = accounts.by_id(self.writer, account).position
            if state is AccountState.CLOSED and position.balance:
                state, reason = AccountState.LOCKED, "closed with a balance"
                sentence = f"{holder.key} is closed but has a balance; it stays, locked"
                self.problems.add(holder.file, holder.row, "", sentence)
            self._set_state(account, state, reason)

    def _open(self, holder: Holder) -> None:
        account = accounts.COMMUNITY_ID if holder.serial == 0 else self._insert(holder)
        self.known[holder.key] = account
        self.new.append((holder.key, account))
        self._set_limits(account, holder)

    def _insert(self, holder: Holder) -> int:
        opened_at = holder.joined_at if holder.joined_at is not None else self.now
        area = self._area(holder)
        name = self._name(holder, holder.name) or holder.key
        kind = holder.kind if holder.kind.is_personal else AccountKind.INDIVIDUAL
        kind = AccountKind.INDIVIDUAL if kind is AccountKind.COMMUNITY else kind
        account = accounts.insert(
            self.writer,
            number=self._number(holder),
            name=name,
            kind=kind,
            now=opened_at,
            area=area,
        )
        if holder.whitelisted:
            accounts.set_whitelisted(self.writer, account, whitelisted=True)
        details = {
            "kind": kind,
            "area_id": area,
            "opened_at": opened_at,
            "whitelisted": int(holder.whitelisted),
            "accepts_requests_up_to": None,
            "approves_receipts": 0,
        }
        self._record(account, "account.opened", details)
        sharers = holder.sharers or (Sharer(name, None),)
        first, *_ = self.join(account, holder, sharers, at=opened_at)
        self._grant(account, first, holder.roles, area)
        return account

    def _number(self, holder: Holder) -> str:
        """Return the number of the files if it is free here, or else the next."""
        code, serial = self.exchange.code, holder.serial
        if serial is not None and serial <= _LARGEST_SERIAL:
            wanted = number(code, serial)
            if accounts.find(self.writer, wanted) is None:
                return wanted
        given = number(code, accounts.next_serial(self.writer))
        sentence = f"{holder.key} cannot be a number here; the account is {given}"
        self.problems.add(holder.file, holder.row, "", sentence)
        return given

    def join(
        self, account: int, holder: Holder, sharers: Sequence[Sharer], *, at: int
    ) -> list[int]:
        """Let people hold an account, each with a way to come in by e-mail.

        Who has several accounts is a member for each, and comes in to all of them by
        the one address.
        """
        return [self._join(account, holder, sharer, at=at) for sharer in sharers]

    def _join(self, account: int, holder: Holder, sharer: Sharer, *, at: int) -> int:
        called = (
            self._name(holder, sharer.name) or accounts.by_id(self.writer, account).name
        )
        email = identities.address(sharer.email)
        member = members.insert(self.writer, name=called, email=email, now=at)
        self.persons += 1
        if email:
            self._let_in(email, member)
        accounts.add_holder(self.writer, account=account, member=member)
        return member

    def _let_in(self, email: str, member: int) -> None:
        """Let an address lead to this member too; no password is ever brought along."""
        found = sign_ins.by_email(self.writer, email)
        sign_in = (
            found.id if found else sign_ins.insert(self.writer, email=email, now=self.now)
        )
        sign_ins.add_member(self.writer, sign_in, member)

    def _name(self, holder: Holder, text: str) -> str | None:
        try:
            return words.name(text)
        except NodeError as error:
            self.problems.add(holder.file, holder.row, "", f"the name: {error}")
            return None

    def _area(self, holder: Holder) -> int | None:
        if not holder.area or (name := self._name(holder, holder.area)) is None:
            return None
        found = members.area(self.writer, name)
        return found if found is not None else members.insert_area(self.writer, name)

    def _grant(
        self, account: int, member: int, roles: Sequence[Role], area: int | None
    ) -> None:
        for role in roles:
            where = area if role in BY_AREA else None
            if role is Role.MEMBER or (role in BY_AREA and where is None):
                continue
            members.grant(self.writer, member, Grant(role, where))
            self._record(account, "role.granted", {"role": role, "area": where})

    def _set_limits(self, account: int, holder: Holder) -> None:
        details: dict[str, int | None] = {}
        floor, ceiling = holder.floor, holder.ceiling
        if holder.own_floor:
            if floor is not None and floor > 0:
                sentence = "a lowest balance above zero is none; the exchange’s holds"
                self.problems.add(holder.file, holder.row, "", sentence)
            else:
                accounts.set_floor(self.writer, account, floor, own=True)
                details["floor"] = floor
        if holder.own_ceiling:
            if ceiling is not None and ceiling < 0:
                sentence = "a highest balance below zero is none; the exchange’s holds"
                self.problems.add(holder.file, holder.row, "", sentence)
            else:
                accounts.set_ceiling(self.writer, account, ceiling, own=True)
                details["ceiling"] = ceiling
        if details:
            self._record(account, "limits.set", details)

    def _set_state(self, account: int, state: AccountState, reason: str | None) -> None:
        accounts.set_state(self.writer, account, state, reason)
        if state is AccountState.LOCKED:
            self._record(account, "account.locked", {}, note=reason)
            return
        self._record(account, "account.closed", {})
        for member in accounts.members_of(self.writer, account):
            members.leave(self.writer, member)
            sign_ins.remove_member(self.writer, member)

    def _record(
        self, account: int, kind: str, details: Canonical, *, note: str | None = None
    ) -> None:
        subject = f"account:{accounts.by_id(self.writer, account).number}"
        acting.record(
            self.writer,
            self.exchange,
            self.actor,
            kind,
            subject,
            details=details,
            note=note,
            now=self.now,
        )


def known(writer: Writer, exchange: Exchange, holders: Sequence[Holder]) -> dict[str, int]:
    """Return the accounts there are already, by the keys that the files use.

    The community's own account is one from the beginning.
    """
    found = brought.accounts(writer)
    treasury = number(exchange.code, 0)
    taken = {holder.key for holder in holders if holder.serial == 0}
    for key in ({treasury, "0"} | taken) - found.keys():
        if key not in taken:
            found[key] = accounts.COMMUNITY_ID
    return found
