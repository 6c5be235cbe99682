"""The pages of what is one's own, beside those that secure a sign-in."""

from __future__ import annotations

from cesnode.services.pictures import MOST_BYTES
from cesnode.web.me import choices, data, leaving, profile, readdressing
from cesnode.web.routing import Page, Who
from cesnode.web.site import (
    BY_MAIL,
    CHOICES,
    DATA,
    DATA_FILE,
    EMAIL,
    LANGUAGE,
    LEAVE,
    NAME,
    PHOTO,
    PROFILE,
)

_ENVELOPE = 64 * 1024

PAGES = (
    Page(
        path=PROFILE,
        name="profile",
        who=Who.SIGNED_IN,
        view=profile.show,
        deed=profile.change,
    ),
    Page(
        path=PHOTO,
        name="photo",
        who=Who.SIGNED_IN,
        view=profile.photo,
        deed=profile.keep_photo,
        largest_form=MOST_BYTES + _ENVELOPE,
    ),
    Page(
        path=EMAIL,
        name="email",
        who=Who.SIGNED_IN,
        view=readdressing.email,
        deed=readdressing.ask,
        asks_again=True,
    ),
    Page(
        path=BY_MAIL,
        name="by_mail",
        who=Who.ANYBODY,
        view=readdressing.answer,
        deed=readdressing.prove,
    ),
    Page(
        path=NAME,
        name="own_name",
        who=Who.SIGNED_IN,
        view=readdressing.name,
        deed=readdressing.rename,
    ),
    Page(
        path=CHOICES,
        name="notice_choices",
        who=Who.SIGNED_IN,
        view=choices.notices,
        deed=choices.keep_notices,
    ),
    Page(
        path=LANGUAGE,
        name="language",
        who=Who.SIGNED_IN,
        view=choices.language,
        deed=choices.keep_language,
    ),
    Page(path=DATA, name="data", who=Who.SIGNED_IN, view=data.show),
    Page(
        path=DATA_FILE,
        name="data_file",
        who=Who.SIGNED_IN,
        file=data.send,
        asks_again=True,
    ),
    Page(
        path=LEAVE,
        name="leave",
        who=Who.SIGNED_IN,
        view=leaving.show,
        deed=leaving.leave,
        asks_again=True,
    ),
)
