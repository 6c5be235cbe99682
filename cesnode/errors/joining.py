"""Applications to join."""

from __future__ import annotations

from cesnode.errors.base import N_, NodeError
from cesnode.errors.codes import Code


class NameMissing(NodeError):
    code = Code.FIELD_MISSING
    sentence = N_("Tell us your name.")
    field = "name"


class EmailMissing(NodeError):
    code = Code.FIELD_MISSING
    sentence = N_("Tell us your e-mail address.")
    field = "email"


class TermsNotAccepted(NodeError):
    code = Code.TERMS_NOT_ACCEPTED
    sentence = N_("To join you have to accept the terms as they stand here.")
    field = "terms"


class UnknownApplication(NodeError):
    code = Code.UNKNOWN_APPLICATION
    sentence = N_("There is no application {number}.")


class WrongApplicationState(NodeError):
    code = Code.WRONG_STATE
    sentence = N_("Application {number} is {state}; that cannot be done with it.")


class StillAsked(NodeError):
    code = Code.WRONG_STATE
    sentence = N_("The last question is not answered yet. One is asked at a time.")


class NothingAsked(NodeError):
    code = Code.WRONG_STATE
    sentence = N_("There is no question to answer any more.")
