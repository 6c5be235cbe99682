"""Letters that leave by mail, and the links in them."""

from __future__ import annotations

from cesnode.errors.base import N_, NodeError
from cesnode.errors.codes import Code


class MailOff(NodeError):
    code = Code.MAIL_OFF
    sentence = N_("This node sends no mail: say in [mail] of config.toml by which server.")


class MailRefused(NodeError):
    code = Code.MAIL_REFUSED
    sentence = N_("The mail server did not take this mail: {reason}")

    def __init__(self, *, reason: str, for_good: bool) -> None:
        super().__init__(reason=reason)
        self.reason = reason
        self.for_good = for_good


class MailServerFailed(NodeError):
    code = Code.MAIL_SERVER_FAILED
    sentence = N_("The mail server cannot be used: {reason}")

    def __init__(self, *, reason: str) -> None:
        super().__init__(reason=reason)
        self.reason = reason


class UnknownMail(NodeError):
    code = Code.UNKNOWN_MAIL
    sentence = N_("There is no mail {number} that waits or was given up.")


class UnknownLink(NodeError):
    code = Code.UNKNOWN_LINK
    sentence = N_("This link is in none of our letters.")
