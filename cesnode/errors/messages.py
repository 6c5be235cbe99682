"""Messages between members."""

from __future__ import annotations

from cesnode.errors.base import N_, NodeError
from cesnode.errors.codes import Code


class UnknownConversation(NodeError):
    code = Code.UNKNOWN_MESSAGE
    sentence = N_("There is no such conversation that you may read.")


class UnknownReport(NodeError):
    code = Code.UNKNOWN_MESSAGE
    sentence = N_("There is no such report that you may read.")


class MessageNotTaken(NodeError):
    code = Code.MESSAGE_NOT_TAKEN
    sentence = N_(
        "{name} takes no message from here just now. Please try another way, or ask the"
        " people who keep this exchange."
    )
    field = "text"


class MessagesBlocked(NodeError):
    code = Code.MESSAGE_NOT_TAKEN
    sentence = N_("You take no messages of {name}. Take them again before you write.")
    field = "text"


class MessagesNotCarried(NodeError):
    code = Code.MESSAGE_NOT_TAKEN
    sentence = N_(
        "No messages go between this exchange and {name}: the people who keep this one"
        " have decided so. Please try another way."
    )
    field = "text"


class UnknownMessage(NodeError):
    code = Code.UNKNOWN_MESSAGE
    sentence = N_("There is no such message that you have written.")


class MessageStays(NodeError):
    code = Code.WRONG_STATE
    sentence = N_(
        "They have read this message, or it has gone to another exchange, so it cannot be"
        " taken back."
    )


class MessageToOneself(NodeError):
    code = Code.SAME_ACCOUNT
    sentence = N_("{number} is your own account. Choose somebody else to write to.")
    field = "to"


class MessageIdReused(NodeError):
    code = Code.ID_REUSED
    sentence = N_("The id {id} was already used for another message. Nothing was sent.")
    field = "id"


class MessagesTooMany(NodeError):
    code = Code.TOO_MANY_TRIES
    sentence = N_("You have written a lot of messages. Please wait a while: {hours} h.")
    field = "text"


class NothingToReport(NodeError):
    code = Code.WRONG_STATE
    sentence = N_("They have written nothing to you that could be reported.")
