"""What to try after a refusal."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from cesnode import errors
from cesnode.errors import NodeError

_ADVICE: Mapping[type[NodeError], str] = MappingProxyType(
    {
        errors.AccountLocked: "cesnode member unlock {number}",
        errors.AccountMalformed: "cesnode member list",
        errors.AccountNotEmpty: "cesnode account show {number}",
        errors.BackupDamaged: "cesnode backup list, and an older one",
        errors.BackupUnsound: "cesnode ledger check",
        errors.DataExists: "cesnode exchange show --data {path}",
        errors.LimitExceeded: "cesnode account show {number}",
        errors.NoBackups: "cesnode backup now",
        errors.NotAllowed: "the same command --by somebody who may",
        errors.OutcomeUnknown: "cesnode trade list, before anything is done again",
        errors.StoreFailed: "the same command once the disk was checked",
        errors.StoreReadOnly: "the same command as the user who owns the folder",
        errors.StoreUnavailable: "the same command again in a moment",
        errors.UnknownAccount: "cesnode member list",
        errors.UnknownBackup: "cesnode backup list",
        errors.UnknownMember: "cesnode member list",
        errors.UnknownSchedule: "cesnode schedule list",
        errors.UnknownToken: "cesnode token list",
        errors.UnknownTrade: "cesnode trade list",
        errors.WrongAccountState: "cesnode member show {number}",
        errors.WrongState: "cesnode trade show {ref}",
    }
)


def advice(error: NodeError) -> str | None:
    """Return what may help, where something does."""
    tip = _ADVICE.get(type(error))
    return None if tip is None else tip.format(**error.values)
