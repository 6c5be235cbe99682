"""Groups, and who is in them."""

from __future__ import annotations

from cesnode.errors.base import N_, NodeError
from cesnode.errors.codes import Code


class UnknownGroup(NodeError):
    code = Code.UNKNOWN_GROUP
    sentence = N_("There is no such group, or not any more.")


class UnknownGroupNotice(NodeError):
    code = Code.UNKNOWN_GROUP
    sentence = N_("There is no such notice, or not any more.")


class GroupMissing(NodeError):
    code = Code.FIELD_MISSING
    sentence = N_("Choose a group that is to see it.")
    field = "groups"


class GroupNameTaken(NodeError):
    code = Code.FIELD_INVALID
    sentence = N_("There is a group of this name. Find another name, or join that one.")
    field = "name"


class NotLetIn(NodeError):
    code = Code.NOT_ALLOWED
    sentence = N_("Into this group you come if one of its stewards lets you in.")


class AlreadyVisiting(NodeError):
    code = Code.FIELD_INVALID
    sentence = N_(
        "Somebody else is known in this group by this account. Choose another account."
    )
    field = "account"


class SeatChanged(NodeError):
    code = Code.WRONG_STATE
    sentence = N_("This has changed meanwhile. Look at the members of the group again.")


class LastSteward(NodeError):
    code = Code.LAST_STEWARD
    sentence = N_(
        "A group has a steward at least. Make somebody else a steward first, or dissolve "
        "the group."
    )
