"""Agreements with other exchanges, and their limits."""

from __future__ import annotations

from cesnode.errors.base import N_, NodeError
from cesnode.errors.codes import Code


class UnknownPeer(NodeError):
    code = Code.UNKNOWN_PEER
    sentence = N_("This exchange has no agreement with “{peer}”.")
    field = "peer"


class AddressAgreed(NodeError):
    code = Code.WRONG_STATE
    sentence = N_(
        "{peer} reaches this node by its address. “cesnode peer move --to {origin}” lets"
        " the node move so that its peers follow."
    )
    field = "origin"


class ExchangeLeft(NodeError):
    code = Code.EXCHANGE_LEFT
    sentence = N_(
        "This exchange has left for {origin}. Nothing is changed here any more; please go"
        " there."
    )


class MoveMissing(NodeError):
    code = Code.WRONG_STATE
    sentence = N_("No move was announced; “cesnode peer move --to https://…” begins one.")


class MoveEarly(NodeError):
    code = Code.WRONG_STATE
    sentence = N_(
        "This node has not left {origin} yet; “cesnode peer move --leave” lets it, before"
        " its folder is copied."
    )


class StillThere(NodeError):
    code = Code.WRONG_STATE
    sentence = N_(
        "At {origin} this very node still answers and is at work. Two must never run on"
        " the same books: stop that one first."
    )


class AddressTaken(NodeError):
    code = Code.WRONG_STATE
    sentence = N_("{origin} is the address of {peer}.")
    field = "to"


class PeerNeeded(NodeError):
    code = Code.WRONG_STATE
    sentence = N_(
        "Something is still owed or on its way between this exchange and {peer}; it cannot"
        " be put away."
    )
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
