"""The table of roles: every permission has a keeper, every reach an end."""

from __future__ import annotations

import pytest

from cesnode.community.roles import (
    BY_AREA,
    OPERATOR,
    PERMISSIONS,
    Actor,
    Grant,
    Permission,
    Role,
    Scope,
)
from cesnode.errors import Code
from tests.support.exchanges import refused

NORTH, SOUTH = 1, 2
COVERED = {
    Scope.READ: {Scope.READ},
    Scope.TRADE: {Scope.READ, Scope.TRADE, Scope.TILL},
    Scope.TILL: {Scope.TILL},
    Scope.ADMIN: set(Scope),
}


def holder(role: Role, area: int | None = None, scope: Scope = Scope.ADMIN) -> Actor:
    return Actor(member=1, grants=(Grant(role, area),), scope=scope)


def test_every_role_has_a_row() -> None:
    assert set(PERMISSIONS) == set(Role)


@pytest.mark.parametrize("permission", list(Permission))
def test_every_permission_is_held_by_a_role(permission: Permission) -> None:
    assert [role for role in Role if permission in PERMISSIONS[role]]


def test_the_admin_may_do_everything_and_a_member_nothing_more() -> None:
    assert PERMISSIONS[Role.ADMIN] == frozenset(Permission)
    assert PERMISSIONS[Role.MEMBER] == frozenset()


def test_the_auditor_only_reads() -> None:
    assert PERMISSIONS[Role.AUDITOR] == {Permission.READ_ALL}


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_only_the_admin_gives_roles_and_rules(role: Role) -> None:
    assert not PERMISSIONS[role] & {
        Permission.GRANT_ROLES,
        Permission.SET_RULES,
        Permission.KEEP_TOKENS,
    }


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("permission", list(Permission))
def test_a_permission_reaches_as_far_as_its_role(
    role: Role, permission: Permission
) -> None:
    held = permission in PERMISSIONS[role]
    actor = holder(role, NORTH if role in BY_AREA else None)

    assert actor.may(permission, area=NORTH) is held
    assert actor.may(permission, area=SOUTH) is (held and role not in BY_AREA)
    assert actor.may(permission) is (held and role not in BY_AREA)


def test_a_coordinator_of_no_area_reaches_nowhere() -> None:
    actor = holder(Role.COORDINATOR, None)

    assert not any(actor.may(permission) for permission in Permission)
    assert not any(actor.may(permission, area=NORTH) for permission in Permission)


def test_two_roles_add_up() -> None:
    actor = Actor(member=1, grants=(Grant(Role.AUDITOR), Grant(Role.COORDINATOR, NORTH)))

    assert actor.may(Permission.READ_ALL)
    assert actor.may(Permission.TRADE_FOR_OTHERS, area=NORTH)
    assert not actor.may(Permission.TRADE_FOR_OTHERS, area=SOUTH)


@pytest.mark.parametrize("permission", list(Permission))
def test_the_operator_may_do_everything(permission: Permission) -> None:
    OPERATOR.require(permission)
    OPERATOR.require(permission, area=NORTH)


@pytest.mark.parametrize("scope", [Scope.READ, Scope.TRADE, Scope.TILL])
@pytest.mark.parametrize("permission", list(Permission))
def test_a_narrow_token_carries_no_rights_over_others(
    scope: Scope, permission: Permission
) -> None:
    actor = holder(Role.ADMIN, scope=scope)

    assert actor.may(permission) is (permission is Permission.READ_ALL)


@pytest.mark.parametrize("scope", list(Scope))
@pytest.mark.parametrize("wanted", list(Scope))
def test_a_scope_covers_what_the_table_says(scope: Scope, wanted: Scope) -> None:
    actor = holder(Role.MEMBER, scope=scope)

    if wanted in COVERED[scope]:
        actor.require_scope(wanted)
        return
    with refused(Code.SCOPE_TOO_NARROW):
        actor.require_scope(wanted)


def test_what_is_missing_is_named() -> None:
    with refused(Code.NOT_ALLOWED):
        holder(Role.MEMBER).require(Permission.SET_LIMITS)
