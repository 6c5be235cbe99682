"""Announcements, events, newsletters and thank-yous."""

from __future__ import annotations

from cesnode.errors.base import N_, NodeError
from cesnode.errors.codes import Code


class UnknownAnnouncement(NodeError):
    code = Code.UNKNOWN_NEWS
    sentence = N_("There is no such announcement, or not any more.")


class UnknownEvent(NodeError):
    code = Code.UNKNOWN_NEWS
    sentence = N_("There is no such event in the calendar.")


class UnknownCalendar(NodeError):
    code = Code.UNKNOWN_NEWS
    sentence = N_("There is no calendar at this address, or not any more.")


class UnknownNewsletter(NodeError):
    code = Code.UNKNOWN_NEWS
    sentence = N_("There is no such newsletter that you may read.")


class UnknownThanks(NodeError):
    code = Code.UNKNOWN_NEWS
    sentence = N_("There is no such thank-you, or not any more.")


class NewsEnded(NodeError):
    code = Code.WRONG_STATE
    sentence = N_("This was taken back or called off, and is not changed any more.")


class NewsletterSent(NodeError):
    code = Code.WRONG_STATE
    sentence = N_("This newsletter was sent, and is not changed any more.")


class NobodyMeant(NodeError):
    code = Code.WRONG_STATE
    sentence = N_("This newsletter is for nobody yet. Choose its readers anew.")


class ThanksNotDue(NodeError):
    code = Code.WRONG_STATE
    sentence = N_("You can say thank you for a trade that took effect and stands.")


class ThankedBefore(NodeError):
    code = Code.WRONG_STATE
    sentence = N_("You have said thank you for this trade already.")


class AnsweredBefore(NodeError):
    code = Code.WRONG_STATE
    sentence = N_("This thank-you is answered already.")


class TimeInvalid(NodeError):
    code = Code.DATE_INVALID
    sentence = N_("“{text}” is not a time of the day. Write it like 19:30.")
    field = "begins"


class TimeSkipped(NodeError):
    code = Code.DATE_INVALID
    sentence = N_("On {day} clocks are put forward, and there is no {time}.")
    field = "begins"


class EndsTooEarly(NodeError):
    code = Code.DATE_INVALID
    sentence = N_("It cannot end before it begins.")
    field = "until"


class BeginMissing(NodeError):
    code = Code.DATE_INVALID
    sentence = N_("Say at which hour it begins, if it ends at one.")
    field = "begins"


class LastsTooLong(NodeError):
    code = Code.DATE_INVALID
    sentence = N_("That is too long: it can last {days} days.")
    field = "until"


class AttachmentUnsuitable(NodeError):
    code = Code.FILE_INVALID
    sentence = N_(
        "{name} cannot be sent along. PDF, pictures, plain text, OpenDocument and Office"
        " files without macros can."
    )
    field = "file"


class AttachmentUndrawn(NodeError):
    code = Code.FILE_INVALID
    sentence = N_(
        "{name} has a picture in it that we cannot read, and it might tell where it was"
        " taken. Make its pictures JPEG or PNG and try again."
    )
    field = "file"


class AttachmentsTooLarge(NodeError):
    code = Code.FILE_INVALID
    sentence = N_("All files of a newsletter together may have {most}, not {size}.")
    field = "file"


class AttachmentsTooMany(NodeError):
    code = Code.FILE_INVALID
    sentence = N_("A newsletter can have {most} files.")
    field = "file"
