"""Accounts, and the members who hold them."""

from __future__ import annotations

from cesnode.errors.base import N_, NodeError
from cesnode.errors.codes import Code


class UnknownAccount(NodeError):
    code = Code.UNKNOWN_ACCOUNT
    sentence = N_("There is no account {number} in this exchange.")


class AccountMalformed(NodeError):
    code = Code.ACCOUNT_MALFORMED
    sentence = N_("“{text}” is not an account number. Write it like {code}0007, or just 7.")


class AccountLocked(NodeError):
    code = Code.ACCOUNT_LOCKED
    sentence = N_("Account {number} is locked and cannot buy{reason}.")
    field = "buyer"


class AccountClosed(NodeError):
    code = Code.ACCOUNT_CLOSED
    sentence = N_("Account {number} is closed.")


class WrongAccountState(NodeError):
    code = Code.WRONG_STATE
    sentence = N_("Account {number} is {state}; that cannot be done with it.")
    field = "number"


class AccountNotEmpty(NodeError):
    code = Code.ACCOUNT_NOT_EMPTY
    sentence = N_(
        "Account {number} still has a balance of {balance} or trades on the way. "
        "Settle or donate it first."
    )


class NamesAreGiven(NodeError):
    code = Code.NOT_ALLOWED
    sentence = N_(
        "In this exchange the people who keep it decide what accounts are called. "
        "Please ask them."
    )


class UnknownMember(NodeError):
    code = Code.UNKNOWN_MEMBER
    sentence = N_("There is no member {number} in this exchange.")


class UnknownArea(NodeError):
    code = Code.UNKNOWN_AREA
    sentence = N_("There is no area “{name}” in this exchange.")
    field = "area"
