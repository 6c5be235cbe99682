"""What a member or operator may be told went wrong, each with a stable code.

A failure names the field it is about, keeps its sentence apart from the values
in it, so that the sentence can be translated, and never holds a secret.
"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from typing_extensions import override


def N_(sentence: str) -> str:  # noqa: N802 - the name gettext's extractors know
    """Mark a sentence for translation where it stands."""
    return sentence


class Code(StrEnum):
    """Stable across releases: scripts and translations hang on these strings."""

    ACCOUNT_CLOSED = "account_closed"
    ACCOUNT_LOCKED = "account_locked"
    ACCOUNT_MALFORMED = "account_malformed"
    ACCOUNT_NOT_EMPTY = "account_not_empty"
    ADDRESS_UNUSABLE = "address_unusable"
    AMOUNT_AMBIGUOUS = "amount_ambiguous"
    AMOUNT_INVALID = "amount_invalid"
    AMOUNT_NOT_POSITIVE = "amount_not_positive"
    AMOUNT_TOO_LARGE = "amount_too_large"
    AMOUNT_TOO_PRECISE = "amount_too_precise"
    BODY_INVALID = "body_invalid"
    BODY_TOO_LARGE = "body_too_large"
    BODY_TOO_SLOW = "body_too_slow"
    BODY_UNSUPPORTED = "body_unsupported"
    BUSY = "busy"
    CONFIG_INVALID = "config_invalid"
    DATA_EXISTS = "data_exists"
    DATA_FOREIGN = "data_foreign"
    DATA_MISSING = "data_missing"
    DATA_NEWER = "data_newer"
    DATA_UNSUITABLE = "data_unsuitable"
    DATE_INVALID = "date_invalid"
    DESCRIPTION_INVALID = "description_invalid"
    DESCRIPTION_MISSING = "description_missing"
    DESCRIPTION_TOO_LONG = "description_too_long"
    FIELD_INVALID = "field_invalid"
    ID_INVALID = "id_invalid"
    ID_REUSED = "id_reused"
    INVITE_EXPIRED = "invite_expired"
    INVITE_INVALID = "invite_invalid"
    INVITE_OWN = "invite_own"
    INVITE_USED = "invite_used"
    LIMIT_EXCEEDED = "limit_exceeded"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    NOT_ALLOWED = "not_allowed"
    NOT_FOUND = "not_found"
    PASSWORD_WEAK = "password_weak"  # noqa: S105 - a code, not a password
    PEER_EXISTS = "peer_exists"
    PEER_REFUSED = "peer_refused"
    PEER_UNREACHABLE = "peer_unreachable"
    PEER_LIMIT = "peer_limit"
    PEER_RESTING = "peer_resting"
    PORT_IN_USE = "port_in_use"
    RATE_CHANGED = "rate_changed"
    SAME_ACCOUNT = "same_account"
    SCOPE_TOO_NARROW = "scope_too_narrow"
    STORE_FULL = "store_full"
    STORE_READ_ONLY = "store_read_only"
    STORE_UNAVAILABLE = "store_unavailable"
    TOKEN_INVALID = "token_invalid"  # noqa: S105 - a code, not a token
    TOO_LATE = "too_late"
    TRADE_REFUSED = "trade_refused"
    UNEXPECTED = "unexpected"
    UNKNOWN_ACCOUNT = "unknown_account"
    UNKNOWN_MEMBER = "unknown_member"
    UNKNOWN_PEER = "unknown_peer"
    UNKNOWN_TOKEN = "unknown_token"  # noqa: S105 - a code, not a token
    UNKNOWN_TRADE = "unknown_trade"
    WRONG_STATE = "wrong_state"


class NodeError(Exception):
    """Base of every expected failure.  Its sentence is safe to show to anyone.

    `sentence` holds `{name}` places; `values` fills them.  `field` names the input
    that has to change, where one does.
    """

    code: ClassVar[Code]
    sentence: ClassVar[str]
    field: str | None = None

    def __init__(self, *, field: str | None = None, **values: object) -> None:
        super().__init__()
        self.values = values
        if field is not None:
            self.field = field

    @override
    def __str__(self) -> str:
        return self.sentence.format(**self.values)


class UnknownAccount(NodeError):
    code = Code.UNKNOWN_ACCOUNT
    sentence = N_("There is no account {number} in this exchange.")


class AccountMalformed(NodeError):
    code = Code.ACCOUNT_MALFORMED
    sentence = N_("“{text}” is not an account number. Write it like {code}0007, or just 7.")


class SameAccount(NodeError):
    code = Code.SAME_ACCOUNT
    sentence = N_("The seller and the buyer are the same account, {number}.")
    field = "buyer"


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


class AmountInvalid(NodeError):
    code = Code.AMOUNT_INVALID
    sentence = N_("“{text}” is not an amount. Write it like 12.50.")
    field = "amount"


class AmountAmbiguous(NodeError):
    code = Code.AMOUNT_AMBIGUOUS
    sentence = N_("“{text}” can be read in two ways. Did you mean {small} or {large}?")
    field = "amount"


class AmountNotPositive(NodeError):
    code = Code.AMOUNT_NOT_POSITIVE
    sentence = N_("The amount must be more than zero.")
    field = "amount"


class AmountTooPrecise(NodeError):
    code = Code.AMOUNT_TOO_PRECISE
    sentence = N_(
        "“{text}” is finer than this currency counts. The nearest amounts are "
        "{below} and {above}."
    )
    field = "amount"


class AmountTooLarge(NodeError):
    code = Code.AMOUNT_TOO_LARGE
    sentence = N_("“{text}” is more than any trade here can be. The most is {most}.")
    field = "amount"


class DescriptionMissing(NodeError):
    code = Code.DESCRIPTION_MISSING
    sentence = N_("Please say what the trade was for.")
    field = "description"


class DescriptionTooLong(NodeError):
    code = Code.DESCRIPTION_TOO_LONG
    sentence = N_("The description has {length} characters; {most} is the most.")
    field = "description"


class DescriptionInvalid(NodeError):
    code = Code.DESCRIPTION_INVALID
    sentence = N_("The text holds a character that cannot be shown (number {position}).")
    field = "description"


class DateInvalid(NodeError):
    code = Code.DATE_INVALID
    sentence = N_("“{text}” is not a date this can be. Write it like 2026-11-22.")
    field = "date"


class FieldInvalid(NodeError):
    code = Code.FIELD_INVALID
    sentence = N_("{field_name}: {reason}")

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(field=field, field_name=field, reason=reason)


class IdInvalid(NodeError):
    code = Code.ID_INVALID
    sentence = N_("“{text}” is not a UUID. Each submission carries one of its own.")
    field = "id"


class IdReused(NodeError):
    code = Code.ID_REUSED
    sentence = N_("The id {id} was already used for another trade. Nothing was changed.")
    field = "id"


class LimitExceeded(NodeError):
    code = Code.LIMIT_EXCEEDED
    sentence = N_(
        "This would take account {number} to {balance}; its limit is {limit}. "
        "That is {excess} too much."
    )
    field = "amount"


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


class UnknownMember(NodeError):
    code = Code.UNKNOWN_MEMBER
    sentence = N_("There is no member {number} in this exchange.")


class UnknownTrade(NodeError):
    code = Code.UNKNOWN_TRADE
    sentence = N_("There is no trade “{ref}” that you may see.")


class WrongState(NodeError):
    code = Code.WRONG_STATE
    sentence = N_("Trade {ref} is {state}; it cannot be {wish}.")


class TradeRefused(NodeError):
    code = Code.TRADE_REFUSED
    sentence = N_("Trade {ref} was refused, and nothing was paid. {why}")


class TooLate(NodeError):
    code = Code.TOO_LATE
    sentence = N_("Trade {ref} could be objected to for {days} days; that time is over.")


class UnknownPeer(NodeError):
    code = Code.UNKNOWN_PEER
    sentence = N_("This exchange has no agreement with “{peer}”.")
    field = "peer"


class PeerExists(NodeError):
    code = Code.PEER_EXISTS
    sentence = N_("There is an agreement with {peer} already; it is {state}.")
    field = "invite"


class WrongPeerState(NodeError):
    code = Code.WRONG_STATE
    sentence = N_("The agreement with {peer} is {state}; that cannot be done with it.")
    field = "peer"


class PeerUnreachable(NodeError):
    code = Code.PEER_UNREACHABLE
    sentence = N_("{peer} did not answer ({reason}). Nothing is lost; please try again.")
    field = "peer"


class PeerRefused(NodeError):
    code = Code.PEER_REFUSED
    sentence = N_("{peer} answered that it cannot do this ({problem}).")
    field = "peer"


class InviteInvalid(NodeError):
    code = Code.INVITE_INVALID
    sentence = N_("The invitation cannot be used. {reason}")
    field = "invite"


class InviteUsed(NodeError):
    code = Code.INVITE_USED
    sentence = N_("This invitation was used before. Please ask {peer} for a new one.")
    field = "invite"


class InviteExpired(NodeError):
    code = Code.INVITE_EXPIRED
    sentence = N_("This invitation is too old. Please ask {peer} for a new one.")
    field = "invite"


class InviteOwn(NodeError):
    code = Code.INVITE_OWN
    sentence = N_("This is an invitation of your own exchange; give it to another one.")
    field = "invite"


class PasswordWeak(NodeError):
    code = Code.PASSWORD_WEAK
    sentence = N_("The password is too easy to guess. Use at least {least} characters.")
    field = "password"


class BodyInvalid(NodeError):
    code = Code.BODY_INVALID
    sentence = N_("The request could not be read: {reason}")


class BodyTooLarge(NodeError):
    code = Code.BODY_TOO_LARGE
    sentence = N_("The request is larger than {most} bytes.")


class BodyTooSlow(NodeError):
    code = Code.BODY_TOO_SLOW
    sentence = N_("The request did not arrive within {seconds} seconds.")


class BodyUnsupported(NodeError):
    code = Code.BODY_UNSUPPORTED
    sentence = N_("A request has to be {wanted}, not {found}.")


class Unexpected(NodeError):
    code = Code.UNEXPECTED
    sentence = N_(
        "The node failed at this by a fault of its own. Whoever keeps it finds more in "
        "its log, under {id}."
    )


class NotFound(NodeError):
    code = Code.NOT_FOUND
    sentence = N_("There is nothing at this address.")


class MethodNotAllowed(NodeError):
    code = Code.METHOD_NOT_ALLOWED
    sentence = N_("This address does not answer {method}.")


class Busy(NodeError):
    code = Code.BUSY
    sentence = N_("The node has too much to do just now. Please try again in a moment.")


class StoreUnavailable(NodeError):
    code = Code.STORE_UNAVAILABLE
    sentence = N_(
        "The ledger file cannot be written just now ({reason}). Nothing was changed; "
        "please try again in a moment."
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


class PeerLimit(NodeError):
    code = Code.PEER_LIMIT
    sentence = N_(
        "This is more than the exchanges trade at a time: with {name} the limit is "
        "{limit}. That is {excess} too much."
    )
    field = "amount"


class PeerResting(NodeError):
    code = Code.PEER_RESTING
    sentence = N_("Trading with {name} rests just now ({state}). Please try again later.")


class RateChanged(NodeError):
    code = Code.RATE_CHANGED
    sentence = N_(
        "The rate has changed: this now costs {amount}, not {before}. Please look again."
    )
    field = "amount"


class PortInUse(NodeError):
    code = Code.PORT_IN_USE
    sentence = N_("{host}:{port} is already in use. Try: cesnode serve --port {other}")


class AddressUnusable(NodeError):
    code = Code.ADDRESS_UNUSABLE
    sentence = N_("The node cannot listen on {host}:{port}: {reason}.")
