"""Who may do what: a role is a set of named permissions, all of them in one table.

What a member may do with the own account needs no permission; every other act names
one here, and the service that performs it asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from enum import StrEnum
from types import MappingProxyType

import msgspec

from cesnode.errors import NotAllowed, ScopeTooNarrow


class Permission(StrEnum):
    READ_ALL = "read every account, trade and act"
    TRADE_FOR_OTHERS = "enter and answer trades for others"
    REVERSE_TRADES = "reverse the trades of others"
    KEEP_MEMBERS = "add, change, lock and unlock members"
    SET_LIMITS = "set limits"
    KEEP_MONEY = "take levies and fees, and move the community's money"
    KEEP_PEERS = "keep the agreements with other exchanges"
    SET_RULES = "change the rules of the exchange"
    GRANT_ROLES = "give and take roles"
    KEEP_MARKET = "look after offerings and wants"
    KEEP_GROUPS = "look after groups"
    KEEP_PEACE = "look into messages that were reported"
    KEEP_TOKENS = "make and revoke the tokens of others"
    KEEP_NEWS = "look after announcements, events, newsletters and thank-yous"


class Role(StrEnum):
    MEMBER = "member"
    COORDINATOR = "coordinator"  # of the areas named with the role
    MEMBERSHIP_SECRETARY = "membership_secretary"
    TREASURER = "treasurer"
    ADMIN = "admin"
    AUDITOR = "auditor"


PERMISSIONS: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {
        Role.MEMBER: frozenset(),
        Role.COORDINATOR: frozenset(
            {
                Permission.TRADE_FOR_OTHERS,
                Permission.REVERSE_TRADES,
                Permission.READ_ALL,
                Permission.KEEP_MARKET,
                Permission.KEEP_PEACE,
                Permission.KEEP_NEWS,
            }
        ),
        Role.MEMBERSHIP_SECRETARY: frozenset(
            {
                Permission.KEEP_MEMBERS,
                Permission.READ_ALL,
                Permission.KEEP_MARKET,
                Permission.KEEP_PEACE,
                Permission.KEEP_NEWS,
            }
        ),
        Role.TREASURER: frozenset(
            {
                Permission.KEEP_MONEY,
                Permission.SET_LIMITS,
                Permission.READ_ALL,
                Permission.KEEP_PEERS,
            }
        ),
        Role.ADMIN: frozenset(Permission),
        Role.AUDITOR: frozenset({Permission.READ_ALL}),
    }
)

BY_AREA = frozenset({Role.COORDINATOR})
"""Roles whose permissions reach only into the areas they were given for."""


class Scope(StrEnum):
    """How much of its member's rights a token carries."""

    READ = "read"
    TRADE = "trade"  # and read
    TILL = "till"  # record sales to the member's own accounts, and nothing else
    ADMIN = "admin"  # all that the member may do

    def covers(self, wanted: Scope) -> bool:
        return wanted in _COVERED[self]


_COVERED: Mapping[Scope, frozenset[Scope]] = MappingProxyType(
    {
        Scope.READ: frozenset({Scope.READ}),
        Scope.TRADE: frozenset({Scope.READ, Scope.TRADE, Scope.TILL}),
        Scope.TILL: frozenset({Scope.TILL}),
        Scope.ADMIN: frozenset(Scope),
    }
)


class Grant(msgspec.Struct, frozen=True):
    """A role given to somebody; `area` is None where it reaches everywhere."""

    role: Role
    area: int | None = None


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """Whoever asks for something: a member with roles, or the operator (no member)."""

    member: int | None
    accounts: AbstractSet[int] = frozenset()
    grants: tuple[Grant, ...] = ()
    scope: Scope = Scope.ADMIN

    @property
    def is_operator(self) -> bool:
        return self.member is None

    def owns(self, account: int) -> bool:
        return account in self.accounts

    def may(self, permission: Permission, *, area: int | None = None) -> bool:
        """Whether a permission is given everywhere, or in this area."""
        if self.is_operator:
            return True
        if self.scope is not Scope.ADMIN and permission is not Permission.READ_ALL:
            return False
        return any(
            permission in PERMISSIONS[grant.role]
            and (grant.role not in BY_AREA or (area is not None and grant.area == area))
            for grant in self.grants
        )

    def may_somewhere(self, permission: Permission) -> bool:
        """Whether a permission is given in some area at least."""
        return self.may(permission) or any(
            self.may(permission, area=grant.area) for grant in self.grants
        )

    def require(self, permission: Permission, *, area: int | None = None) -> None:
        if not self.may(permission, area=area):
            raise NotAllowed(permission=permission.value)

    def require_scope(self, scope: Scope) -> None:
        if not self.scope.covers(scope):
            raise ScopeTooNarrow(scope=scope.value)


OPERATOR = Actor(member=None)
"""The command line: whoever can write the file may do everything."""
