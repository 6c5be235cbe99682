"""The files of a node: its ledger, its settings, and what is read from elsewhere."""

from __future__ import annotations

from cesnode.errors.base import N_, NodeError
from cesnode.errors.codes import Code


class FileInvalid(NodeError):
    code = Code.FILE_INVALID
    sentence = N_("{file} cannot be read: {reason}.")
    field = "path"


class StoreUnavailable(NodeError):
    code = Code.STORE_UNAVAILABLE
    sentence = N_(
        "The ledger file cannot be written just now ({reason}). Nothing was changed; "
        "please try again in a moment."
    )


class StoreFailed(NodeError):
    code = Code.STORE_UNAVAILABLE
    sentence = N_(
        "The disk of the ledger failed ({reason}). Nothing was changed. The disk has to "
        "be checked before the node goes on."
    )


class OutcomeUnknown(NodeError):
    code = Code.OUTCOME_UNKNOWN
    sentence = N_(
        "The disk of the ledger failed while this was being recorded ({reason}). It is "
        "not known whether it was. Send it again with the same id when the node is back: "
        "the same id is never recorded twice."
    )


class StoreFull(NodeError):
    code = Code.STORE_FULL
    sentence = N_(
        "The disk is full. Nothing was changed; trading goes on when there is room."
    )


class StoreReadOnly(NodeError):
    code = Code.STORE_READ_ONLY
    sentence = N_("The ledger file may only be read ({reason}). Nothing was changed.")


class ConfigInvalid(NodeError):
    code = Code.CONFIG_INVALID
    sentence = N_("{path}: {reason}")


class DataMissing(NodeError):
    code = Code.DATA_MISSING
    sentence = N_("There is no exchange in {path}. Try: cesnode init --data {path}")


class DataExists(NodeError):
    code = Code.DATA_EXISTS
    sentence = N_("There is an exchange in {path} already; it was left as it is.")


class NotEmpty(NodeError):
    code = Code.DATA_EXISTS
    sentence = N_(
        "{code} has members or trades of its own. Bring a community into a new folder, "
        "or into an exchange that is empty."
    )


class DataForeign(NodeError):
    code = Code.DATA_FOREIGN
    sentence = N_("{path} was not made by cesnode; it was left as it is.")


class DataNewer(NodeError):
    code = Code.DATA_NEWER
    sentence = N_(
        "{path} was made by a newer cesnode ({step}). Upgrade this program; "
        "the file was left as it is."
    )


class DataUnsuitable(NodeError):
    code = Code.DATA_UNSUITABLE
    sentence = N_("{path} cannot hold a ledger: {reason}")
