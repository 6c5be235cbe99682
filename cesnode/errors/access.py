"""Who may come in, by what, and do what."""

from __future__ import annotations

from cesnode.errors.base import N_, NodeError
from cesnode.errors.codes import Code


class NumberOrEmailMissing(NodeError):
    code = Code.FIELD_MISSING
    sentence = N_("Type your account number or your e-mail address.")
    field = "who"


class PasswordMissing(NodeError):
    code = Code.FIELD_MISSING
    sentence = N_("Type the password.")
    field = "password"


class NotAllowed(NodeError):
    code = Code.NOT_ALLOWED
    sentence = N_("You may not do this: {permission}.")


class ScopeTooNarrow(NodeError):
    code = Code.SCOPE_TOO_NARROW
    sentence = N_("This token may not do that; it needs the scope “{scope}”.")


class TokenInvalid(NodeError):
    code = Code.TOKEN_INVALID
    sentence = N_("The bearer token is missing, unknown or revoked.")


class UnknownToken(NodeError):
    code = Code.UNKNOWN_TOKEN
    sentence = N_("There is no token {number}.")


class SignInWrong(NodeError):
    code = Code.SIGN_IN_WRONG
    sentence = N_("That number or e-mail address does not go with that password.")
    field = "who"


class TooManyTries(NodeError):
    code = Code.TOO_MANY_TRIES
    sentence = N_("That was tried too often. Please wait {minutes} minutes.")


class CardWrong(NodeError):
    code = Code.CARD_WRONG
    sentence = N_("That number does not go with those words, or the card was used before.")
    field = "words"


class CodeWrong(NodeError):
    code = Code.CODE_WRONG
    sentence = N_("That code is not right, or was used before. Wait for the next one.")
    field = "code"


class LinkUsed(NodeError):
    code = Code.LINK_USED
    sentence = N_("This link was used before, or is too old. You can ask for another.")


class NoSecondStep(NodeError):
    code = Code.NO_SECOND_STEP
    sentence = N_("No second step is set up.")


class UnknownSession(NodeError):
    code = Code.UNKNOWN_SESSION
    sentence = N_("That device is not signed in any more.")


class PasswordWeak(NodeError):
    code = Code.PASSWORD_WEAK
    sentence = N_("The password is too easy to guess. Use at least {least} characters.")
    field = "password"


class PasswordCommon(NodeError):
    code = Code.PASSWORD_WEAK
    sentence = N_(
        "Many people have this password, so it is tried first. Take three or four words "
        "that do not belong together."
    )
    field = "password"


class PasswordsDiffer(NodeError):
    code = Code.PASSWORDS_DIFFER
    sentence = N_("The two passwords are not the same.")
    field = "again"


class PasswordWrong(NodeError):
    code = Code.PASSWORD_WRONG
    sentence = N_("That is not your password.")
    field = "password"
