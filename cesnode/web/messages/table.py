"""The pages of messages."""

from __future__ import annotations

from cesnode.community.roles import Permission
from cesnode.web.messages import caring, talking
from cesnode.web.routing import Page, Who
from cesnode.web.site import (
    MESSAGE_NEW,
    MESSAGE_REPORTS,
    MESSAGE_WISHES,
    MESSAGES,
    MESSAGES_AWAY,
)

PAGES = (
    Page(path=MESSAGES, name="messages", who=Who.SIGNED_IN, view=talking.inbox),
    Page(
        path=MESSAGE_NEW,
        name="message_new",
        who=Who.SIGNED_IN,
        view=talking.blank,
        deed=talking.begin,
    ),
    Page(
        path=MESSAGES_AWAY, name="messages_away", who=Who.SIGNED_IN, view=talking.put_away
    ),
    Page(
        path=MESSAGE_WISHES,
        name="message_wishes",
        who=Who.SIGNED_IN,
        view=caring.wishes,
        deed=caring.keep,
    ),
    Page(
        path=MESSAGE_REPORTS,
        name="message_reports",
        who=Permission.KEEP_PEACE,
        view=caring.reports,
    ),
    Page(
        path=MESSAGE_REPORTS + "/{id}",
        name="message_report",
        who=Permission.KEEP_PEACE,
        view=caring.report,
        deed=caring.close,
    ),
    Page(
        path=MESSAGES + "/{id}",
        name="conversation",
        who=Who.SIGNED_IN,
        file=talking.open_one,
        deed=talking.act,
    ),
    Page(
        path=MESSAGES + "/{id}/report",
        name="report_message",
        who=Who.SIGNED_IN,
        view=caring.question,
        deed=caring.ask,
    ),
    Page(
        path=MESSAGES + "/{id}/delete",
        name="delete_messages",
        who=Who.SIGNED_IN,
        view=caring.before_deleting,
        deed=caring.delete,
    ),
)
