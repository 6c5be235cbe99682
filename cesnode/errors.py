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
    CARD_WRONG = "card_wrong"
    CODE_WRONG = "code_wrong"
    CONFIG_INVALID = "config_invalid"
    DATA_EXISTS = "data_exists"
    DATA_FOREIGN = "data_foreign"
    DATA_MISSING = "data_missing"
    DATA_NEWER = "data_newer"
    DATA_UNSUITABLE = "data_unsuitable"
    DATE_INVALID = "date_invalid"
    DEBT_SMALLER = "debt_smaller"
    DESCRIPTION_INVALID = "description_invalid"
    DESCRIPTION_MISSING = "description_missing"
    DESCRIPTION_TOO_LONG = "description_too_long"
    FIELD_INVALID = "field_invalid"
    FILE_INVALID = "file_invalid"
    FIELD_MISSING = "field_missing"
    FORM_ELSEWHERE = "form_elsewhere"
    ID_INVALID = "id_invalid"
    ID_REUSED = "id_reused"
    INVITE_EXPIRED = "invite_expired"
    INVITE_INVALID = "invite_invalid"
    INVITE_OWN = "invite_own"
    INVITE_USED = "invite_used"
    LIMIT_EXCEEDED = "limit_exceeded"
    LINK_USED = "link_used"
    LISTING_STATE = "listing_state"
    MAIL_OFF = "mail_off"
    MAIL_REFUSED = "mail_refused"
    MAIL_SERVER_FAILED = "mail_server_failed"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    NO_SECOND_STEP = "no_second_step"
    NOT_ALLOWED = "not_allowed"
    NOT_FOUND = "not_found"
    NOT_THROUGH_HUB = "not_through_hub"
    NO_ROUTE = "no_route"
    OUTCOME_UNKNOWN = "outcome_unknown"
    PASSWORDS_DIFFER = "passwords_differ"
    PASSWORD_WEAK = "password_weak"  # noqa: S105 - a code, not a password
    PASSWORD_WRONG = "password_wrong"  # noqa: S105 - a code, not a password
    PEER_EXISTS = "peer_exists"
    PEER_REFUSED = "peer_refused"
    PEER_UNREACHABLE = "peer_unreachable"
    PEER_LIMIT = "peer_limit"
    PEER_RESTING = "peer_resting"
    PICTURE_TOO_LARGE = "picture_too_large"
    PICTURE_UNREADABLE = "picture_unreadable"
    PORT_IN_USE = "port_in_use"
    QUOTE_EXPIRED = "quote_expired"
    QUOTE_NEEDED = "quote_needed"
    QUOTE_REFUSED = "quote_refused"
    RATE_CHANGED = "rate_changed"
    SAME_ACCOUNT = "same_account"
    SCOPE_TOO_NARROW = "scope_too_narrow"
    SIGN_IN_WRONG = "sign_in_wrong"
    STORE_FULL = "store_full"
    STORE_READ_ONLY = "store_read_only"
    STORE_UNAVAILABLE = "store_unavailable"
    TERMS_NOT_ACCEPTED = "terms_not_accepted"
    TOKEN_INVALID = "token_invalid"  # noqa: S105 - a code, not a token
    TOO_EARLY = "too_early"
    TOO_LATE = "too_late"
    TOO_MANY_TRIES = "too_many_tries"
    TRADE_REFUSED = "trade_refused"
    UNEXPECTED = "unexpected"
    UNKNOWN_ACCOUNT = "unknown_account"
    UNKNOWN_ALARM = "unknown_alarm"
    UNKNOWN_DISPUTE = "unknown_dispute"
    UNKNOWN_CATEGORY = "unknown_category"
    UNKNOWN_LISTING = "unknown_listing"
    UNKNOWN_LINK = "unknown_link"
    UNKNOWN_MAIL = "unknown_mail"
    UNKNOWN_APPLICATION = "unknown_application"
    UNKNOWN_MEMBER = "unknown_member"
    UNKNOWN_PEER = "unknown_peer"
    UNKNOWN_QUOTE = "unknown_quote"
    UNKNOWN_FORM = "unknown_form"
    UNKNOWN_SCHEDULE = "unknown_schedule"
    UNKNOWN_SESSION = "unknown_session"
    UNKNOWN_SETTLEMENT = "unknown_settlement"
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


class ClosedStaysEmpty(NodeError):
    code = Code.ACCOUNT_CLOSED
    sentence = N_(
        "Account {number} is closed and stays empty, so trade {ref} cannot be reversed. "
        "Settle it by a trade with the community's account."
    )


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


class EmailInvalid(NodeError):
    code = Code.FIELD_INVALID
    sentence = N_("That is not an e-mail address. Write it like name@example.org.")
    field = "email"


class FieldMissing(NodeError):
    code = Code.FIELD_MISSING
    sentence = N_("Please fill this in.")


class NumberOrEmailMissing(NodeError):
    code = Code.FIELD_MISSING
    sentence = N_("Type your account number or your e-mail address.")
    field = "who"


class PasswordMissing(NodeError):
    code = Code.FIELD_MISSING
    sentence = N_("Type the password.")
    field = "password"


class NameMissing(NodeError):
    code = Code.FIELD_MISSING
    sentence = N_("Tell us your name.")
    field = "name"


class EmailMissing(NodeError):
    code = Code.FIELD_MISSING
    sentence = N_("Tell us your e-mail address.")
    field = "email"


class FormElsewhere(NodeError):
    code = Code.FORM_ELSEWHERE
    sentence = N_("This form was not sent from one of our own pages.")


class FileInvalid(NodeError):
    code = Code.FILE_INVALID
    sentence = N_("{file} cannot be read: {reason}.")
    field = "path"


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


class UnknownSession(NodeError):
    code = Code.UNKNOWN_SESSION
    sentence = N_("That device is not signed in any more.")


class UnknownMember(NodeError):
    code = Code.UNKNOWN_MEMBER
    sentence = N_("There is no member {number} in this exchange.")


class UnknownTrade(NodeError):
    code = Code.UNKNOWN_TRADE
    sentence = N_("There is no trade “{ref}” that you may see.")


class UnknownListing(NodeError):
    code = Code.UNKNOWN_LISTING
    sentence = N_("There is no such offering or want, or not any more.")


class UnknownCategory(NodeError):
    code = Code.UNKNOWN_CATEGORY
    sentence = N_("There is no category “{name}” in this exchange.")
    field = "category"


class ListingState(NodeError):
    code = Code.LISTING_STATE
    sentence = N_("This offering or want is {state}; it cannot be changed so ({wish}).")


class PictureUnreadable(NodeError):
    code = Code.PICTURE_UNREADABLE
    sentence = N_("That is not a picture we can read. Send a JPEG, PNG, WebP or GIF.")
    field = "picture"


class PictureTooLarge(NodeError):
    code = Code.PICTURE_TOO_LARGE
    sentence = N_("That picture is too large: {size}, and {most} at most.")
    field = "picture"


class WrongState(NodeError):
    code = Code.WRONG_STATE
    sentence = N_("Trade {ref} is {state}; it cannot be {wish}.")


class TradeRefused(NodeError):
    code = Code.TRADE_REFUSED
    sentence = N_("Trade {ref} was refused, and nothing was paid. {why}")


class TooLate(NodeError):
    code = Code.TOO_LATE
    sentence = N_("Trade {ref} could be objected to for {days} days; that time is over.")


class TooEarly(NodeError):
    code = Code.TOO_EARLY
    sentence = N_("Trade {ref} can be ended by force from {day} on, not before.")


class UnknownDispute(NodeError):
    code = Code.UNKNOWN_DISPUTE
    sentence = N_("There is no dispute {dispute}.")


class UnknownSettlement(NodeError):
    code = Code.UNKNOWN_SETTLEMENT
    sentence = N_("There is no settlement {settlement}.")


class UnknownAlarm(NodeError):
    code = Code.UNKNOWN_ALARM
    sentence = N_("There is no alarm {alarm} that still stands.")


class Ended(NodeError):
    code = Code.WRONG_STATE
    sentence = N_("This cannot be done any more: it is {state} already.")


class NotOurs(NodeError):
    code = Code.NOT_ALLOWED
    sentence = N_("This is for {name} to do, not for this exchange.")


class NotPaidBack(NodeError):
    code = Code.WRONG_STATE
    sentence = N_("No refund of trade {ref} has come yet.")


class DebtSmaller(NodeError):
    code = Code.DEBT_SMALLER
    sentence = N_("What is owed is {owed}; that is {excess} less than this.")
    field = "amount"


class UnknownPerson(NodeError):
    code = Code.UNKNOWN_ACCOUNT
    sentence = N_("Nobody here is called “{text}”. Try a part of the name, or the number.")
    field = "who"


class UnknownThere(NodeError):
    code = Code.UNKNOWN_ACCOUNT
    sentence = N_("{exchange} has nobody of that number who can be paid.")
    field = "who"


class PersonAmbiguous(NodeError):
    code = Code.FIELD_INVALID
    sentence = N_("Several people can be meant. Please write the number: {names}")
    field = "who"


class PersonMissing(NodeError):
    code = Code.FIELD_INVALID
    sentence = N_("Please say who it is with: a name or an account number.")
    field = "who"


class UnknownSchedule(NodeError):
    code = Code.UNKNOWN_SCHEDULE
    sentence = N_("There is no schedule {number} that you may see.")


class WrongScheduleState(NodeError):
    code = Code.WRONG_STATE
    sentence = N_("Schedule {number} is {state}; that cannot be done with it.")


class ScheduleEmpty(NodeError):
    code = Code.DATE_INVALID
    sentence = N_("The schedule would end on {until}, before it begins on {first}.")
    field = "until_on"


class DayPassed(NodeError):
    code = Code.DATE_INVALID
    sentence = N_("{day} has passed. The first day can be today or later.")
    field = "first_on"


class UnknownForm(NodeError):
    code = Code.UNKNOWN_FORM
    sentence = N_("There is no form {number} that you may see.")


class WrongFormState(NodeError):
    code = Code.WRONG_STATE
    sentence = N_("Form {number} is {state}; that cannot be done with it.")


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


class PasswordsDiffer(NodeError):
    code = Code.PASSWORDS_DIFFER
    sentence = N_("The two passwords are not the same.")
    field = "again"


class PasswordWrong(NodeError):
    code = Code.PASSWORD_WRONG
    sentence = N_("That is not your password.")
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


class PeerLimit(NodeError):
    code = Code.PEER_LIMIT
    sentence = N_(
        "This is more than the exchanges trade at a time: with {name} the limit is "
        "{limit}. That is {excess} too much."
    )
    field = "amount"


class PeerDayLimit(PeerLimit):
    sentence = N_(
        "This is more than is traded with {name} in one day: the limit is {limit}. "
        "That is {excess} too much."
    )


class TotalOwed(PeerLimit):
    sentence = N_(
        "With this, all other exchanges together would owe this one more than the "
        "{limit} it allows. That is {excess} too much."
    )


class TotalOwing(PeerLimit):
    sentence = N_(
        "With this, this exchange would owe all others together more than the {limit} "
        "it allows itself. That is {excess} too much."
    )


class PeerResting(NodeError):
    code = Code.PEER_RESTING
    sentence = N_("Trading with {name} rests just now ({state}). Please try again later.")


class RateChanged(NodeError):
    code = Code.RATE_CHANGED
    sentence = N_(
        "The rate has changed: this now costs {amount}, not {before}. Please look again."
    )
    field = "amount"


class NoRoute(NodeError):
    code = Code.NO_ROUTE
    sentence = N_(
        "No exchange that trades for us leads to {node}. Name one that does; an admin"
        " allows it to pass our trades on."
    )
    field = "seller"


class NotThroughHub(NodeError):
    code = Code.NOT_THROUGH_HUB
    sentence = N_(
        "Only a payment can pass through another exchange, and we have no agreement with"
        " {node} itself. Ask the buyer to pay."
    )
    field = "buyer"


class QuoteNeeded(NodeError):
    code = Code.QUOTE_NEEDED
    sentence = N_("Please ask {hub} for a quote first: it passes this on at its own price.")
    field = "quote"


class QuoteExpired(NodeError):
    code = Code.QUOTE_EXPIRED
    sentence = N_("This quote is too old. Please look at a new one.")
    field = "quote"


class QuoteRefused(NodeError):
    code = Code.QUOTE_REFUSED
    sentence = N_("{peer} gives no quote for this ({problem}).")
    field = "seller"


class UnknownQuote(NodeError):
    code = Code.UNKNOWN_QUOTE
    sentence = N_("There is no quote “{quote}” for this trade.")
    field = "quote"


class PortInUse(NodeError):
    code = Code.PORT_IN_USE
    sentence = N_("{host}:{port} is already in use. Try another: --port {other}")


class AddressUnusable(NodeError):
    code = Code.ADDRESS_UNUSABLE
    sentence = N_("The node cannot listen on {host}:{port}: {reason}.")
