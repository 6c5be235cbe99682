"""Trades that are to come: schedules, and forms that others have written."""

from __future__ import annotations

from cesnode.errors.base import N_, NodeError
from cesnode.errors.codes import Code


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
