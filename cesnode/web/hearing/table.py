"""The pages of announcements, the calendar, newsletters and thank-yous."""

from __future__ import annotations

from cesnode.community.news import MOST_BYTES
from cesnode.community.roles import Permission
from cesnode.web.hearing import announcements, events, newsletters, thanks
from cesnode.web.routing import Page, Who
from cesnode.web.site import (
    ANNOUNCEMENTS,
    CALENDAR,
    CALENDAR_FEED,
    CALENDAR_OWN,
    NEWSLETTERS,
    THANKS,
    TRADES,
)

_ENVELOPE = 64 * 1024
_KEEPERS = Permission.KEEP_NEWS
_ANNOUNCEMENT = ANNOUNCEMENTS + "/{id}"
_EVENT = CALENDAR + "/{id}"
_NEWSLETTER = NEWSLETTERS + "/{id}"

PAGES = (
    Page(
        path=ANNOUNCEMENTS,
        name="announcements",
        who=Who.ANYBODY,
        view=announcements.show_all,
    ),
    Page(
        path=ANNOUNCEMENTS + "/new",
        name="announcement_new",
        who=_KEEPERS,
        view=announcements.new,
        deed=announcements.publish,
    ),
    Page(
        path=_ANNOUNCEMENT,
        name="announcement",
        who=Who.ANYBODY,
        view=announcements.show,
    ),
    Page(
        path=_ANNOUNCEMENT + "/wish",
        name="announcement_wish",
        who=Who.SIGNED_IN,
        deed=announcements.act,
    ),
    Page(
        path=_ANNOUNCEMENT + "/edit",
        name="announcement_edit",
        who=_KEEPERS,
        view=announcements.edit,
        deed=announcements.rewrite,
    ),
    Page(
        path=CALENDAR,
        name="calendar",
        who=Who.ANYBODY,
        view=events.show_months,
    ),
    Page(
        path=CALENDAR_FEED,
        name="calendar_feed",
        who=Who.ANYBODY,
        file=events.send_public,
    ),
    Page(
        path=events.FOLLOW,
        name="calendar_follow",
        who=Who.ANYBODY,
        file=events.send_own,
    ),
    Page(
        path=CALENDAR + "/new",
        name="event_new",
        who=_KEEPERS,
        view=events.new,
        deed=events.plan,
    ),
    Page(path=_EVENT, name="event", who=Who.ANYBODY, view=events.show),
    Page(
        path=_EVENT + "/event.ics",
        name="event_file",
        who=Who.ANYBODY,
        file=events.send_one,
    ),
    Page(
        path=_EVENT + "/edit",
        name="event_edit",
        who=_KEEPERS,
        view=events.edit,
        deed=events.rewrite,
    ),
    Page(
        path=_EVENT + "/off",
        name="event_off",
        who=_KEEPERS,
        deed=events.call_off,
    ),
    Page(
        path=CALENDAR_OWN,
        name="calendar_own",
        who=Who.SIGNED_IN,
        view=events.own,
        deed=events.change_own,
    ),
    Page(
        path=NEWSLETTERS,
        name="newsletters",
        who=Who.SIGNED_IN,
        view=newsletters.show_all,
    ),
    Page(
        path=NEWSLETTERS + "/new",
        name="newsletter_new",
        who=_KEEPERS,
        view=newsletters.new,
        deed=newsletters.draft,
    ),
    Page(
        path=_NEWSLETTER,
        name="newsletter",
        who=Who.SIGNED_IN,
        view=newsletters.show,
    ),
    Page(
        path=_NEWSLETTER + "/draft",
        name="newsletter_draft",
        who=_KEEPERS,
        view=newsletters.preview,
        deed=newsletters.act,
        largest_form=MOST_BYTES + _ENVELOPE,
    ),
    Page(
        path=_NEWSLETTER + "/edit",
        name="newsletter_edit",
        who=_KEEPERS,
        view=newsletters.edit,
        deed=newsletters.rewrite,
    ),
    Page(
        path=_NEWSLETTER + "/letters",
        name="newsletter_letters",
        who=_KEEPERS,
        view=newsletters.letters,
    ),
    Page(
        path=_NEWSLETTER + "/files/{position}",
        name="newsletter_file",
        who=Who.SIGNED_IN,
        file=newsletters.send_file,
    ),
    Page(
        path=TRADES + "/{ref}/thanks",
        name="thank",
        who=Who.SIGNED_IN,
        view=thanks.ask,
        deed=thanks.say,
    ),
    Page(
        path=THANKS + "/{id}",
        name="thanks",
        who=Who.SIGNED_IN,
        view=thanks.show,
        deed=thanks.act,
    ),
)
