"""Copies of a node that can be gone back to."""

from __future__ import annotations

from cesnode.errors.base import N_, NodeError
from cesnode.errors.codes import Code


class BackupUnsound(NodeError):
    code = Code.BACKUP_DAMAGED
    sentence = N_(
        "The ledger does not pass its audit ({found} findings; the first: {first}), so "
        "no backup of it was kept. Earlier ones were left as they are."
    )


class BackupDamaged(NodeError):
    code = Code.BACKUP_DAMAGED
    sentence = N_("The backup {path} is not whole. {file}: {reason}.")


class UnknownBackup(NodeError):
    code = Code.UNKNOWN_BACKUP
    sentence = N_("There is no backup {name} in {home}.")
    field = "backup"


class NoBackups(NodeError):
    code = Code.UNKNOWN_BACKUP
    sentence = N_("There is no backup in {home} yet.")
    field = "backup"


class KeysMissing(NodeError):
    code = Code.KEYS_MISSING
    sentence = N_(
        "The backup {path} holds no keys. Without them the node would be somebody else "
        "to every other exchange: give the folder they are kept in, with --keys."
    )
    field = "keys"


class KeysForeign(NodeError):
    code = Code.KEYS_MISSING
    sentence = N_("The keys in {path} are not those of the exchange in the backup.")
    field = "keys"


class NoRoom(NodeError):
    code = Code.NO_ROOM
    sentence = N_(
        "A backup needs {needed} MB and {path} has {free} MB left. None was made; "
        "trading goes on."
    )
