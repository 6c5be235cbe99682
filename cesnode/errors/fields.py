"""What is written into a field, and cannot stand there."""

from __future__ import annotations

from cesnode.errors.base import N_, NodeError
from cesnode.errors.codes import Code


class DescriptionInvalid(NodeError):
    code = Code.DESCRIPTION_INVALID
    sentence = N_("The text holds a character that cannot be shown (number {position}).")
    field = "description"


class DateInvalid(NodeError):
    code = Code.DATE_INVALID
    sentence = N_("“{text}” is not a date this can be. Write it like 2026-11-22.")
    field = "date"


class EmailInvalid(NodeError):
    code = Code.FIELD_INVALID
    sentence = N_("That is not an e-mail address. Write it like name@example.org.")
    field = "email"


class FieldMissing(NodeError):
    code = Code.FIELD_MISSING
    sentence = N_("Please fill this in.")


class IdInvalid(NodeError):
    code = Code.ID_INVALID
    sentence = N_("“{text}” is not a UUID. Each submission carries one of its own.")
    field = "id"


class UnknownPerson(NodeError):
    code = Code.UNKNOWN_ACCOUNT
    sentence = N_("Nobody here is called “{text}”. Try a part of the name, or the number.")
    field = "who"


class PersonAmbiguous(NodeError):
    code = Code.FIELD_INVALID
    sentence = N_("Several people can be meant. Please write the number: {names}")
    field = "who"


class PersonMissing(NodeError):
    code = Code.FIELD_INVALID
    sentence = N_("Please say who it is with: a name or an account number.")
    field = "who"
