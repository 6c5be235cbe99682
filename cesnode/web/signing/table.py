"""The pages of coming in and going out, and of what secures it."""

from __future__ import annotations

from cesnode.community.roles import Permission
from cesnode.web.routing import Page, Tab, Who
from cesnode.web.signing import cards, coming_in, here, passwords, second_step
from cesnode.web.site import (
    ACCOUNT,
    BY_CARD,
    CARD,
    CODE,
    DEVICES,
    FORGOTTEN,
    MAKE_CARD,
    ME,
    NEW_PASSWORD,
    PASSWORD,
    PROVE,
    RECOVERY,
    SECOND_STEP,
    SIGN_IN,
    SIGN_OUT,
)

PAGES = (
    Page(
        path=SIGN_IN,
        name="sign_in",
        who=Who.ANYBODY,
        view=coming_in.sign_in,
        deed=coming_in.enter,
    ),
    Page(
        path=CODE,
        name="code",
        who=Who.ANYBODY,
        view=second_step.code,
        deed=second_step.take,
    ),
    Page(path=SIGN_OUT, name="sign_out", who=Who.ANYBODY, deed=coming_in.leave),
    Page(
        path=PROVE,
        name="prove",
        who=Who.SIGNED_IN,
        view=coming_in.prove,
        deed=coming_in.show_again,
    ),
    Page(
        path=FORGOTTEN,
        name="forgotten",
        who=Who.ANYBODY,
        view=passwords.forgotten,
        deed=passwords.send,
    ),
    Page(
        path=NEW_PASSWORD,
        name="new_password",
        who=Who.ANYBODY,
        view=passwords.set_first,
        deed=passwords.use,
    ),
    Page(
        path=CARD,
        name="card",
        who=Who.ANYBODY,
        view=passwords.card,
        deed=passwords.speak,
    ),
    Page(
        path=BY_CARD,
        name="by_card",
        who=Who.ANYBODY,
        view=passwords.set_first,
        deed=passwords.use,
    ),
    Page(
        path=MAKE_CARD,
        name="make_card",
        who=Permission.KEEP_MEMBERS,
        view=cards.offer,
        deed=cards.make,
        asks_again=True,
    ),
    Page(path=ME, name="me", who=Who.SIGNED_IN, view=here.me, tab=Tab.ME),
    Page(
        path=ACCOUNT,
        name="account",
        who=Who.SIGNED_IN,
        view=here.account,
        deed=here.choose,
    ),
    Page(
        path=DEVICES,
        name="devices",
        who=Who.SIGNED_IN,
        view=here.devices,
        deed=here.end,
    ),
    Page(
        path=PASSWORD,
        name="password",
        who=Who.SIGNED_IN,
        view=passwords.change,
        deed=passwords.keep,
        asks_again=True,
    ),
    Page(
        path=SECOND_STEP,
        name="second_step",
        who=Who.SIGNED_IN,
        file=second_step.look,
        deed=second_step.set_up,
        asks_again=True,
    ),
    Page(
        path=RECOVERY,
        name="recovery",
        who=Who.SIGNED_IN,
        view=second_step.recovery,
        deed=second_step.renew,
        asks_again=True,
    ),
)
