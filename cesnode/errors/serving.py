"""Requests, and the node that answers them."""

from __future__ import annotations

from cesnode.errors.base import N_, NodeError
from cesnode.errors.codes import Code


class FormElsewhere(NodeError):
    code = Code.FORM_ELSEWHERE
    sentence = N_("This form was not sent from one of our own pages.")


class MurmurationsOff(NodeError):
    code = Code.MURMURATIONS_OFF
    sentence = N_(
        "This exchange tells directories nothing of itself: say shows = true in "
        "[murmurations] of config.toml."
    )


class IndexRefused(NodeError):
    code = Code.INDEX_REFUSED
    sentence = N_("The index did not take it: {reason}")


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


class PortInUse(NodeError):
    code = Code.PORT_IN_USE
    sentence = N_("{host}:{port} is already in use. Try another: --port {other}")


class AddressUnusable(NodeError):
    code = Code.ADDRESS_UNUSABLE
    sentence = N_("The node cannot listen on {host}:{port}: {reason}.")
