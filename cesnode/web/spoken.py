"""Words that stand in the sentences of failures for what is one of a few things.

They are the values of the enumerations of other rooms, marked here for translators; what
a permission allows, where no role gives it, is marked where it is said.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from cesnode.errors import N_

PLACES = frozenset({"permission", "state", "wish", "role"})
"""The places in sentences that such a word fills."""

STATES = (
    N_("active"), N_("agreed"), N_("answered"), N_("approved"), N_("closed"),
    N_("declined"), N_("done"), N_("draft"), N_("ended"), N_("fulfilled"), N_("held"),
    N_("hidden"), N_("lapsed"), N_("locked"), N_("objected"), N_("open"), N_("paused"),
    N_("pending"), N_("posted"), N_("requested"), N_("reversed"), N_("running"),
    N_("shown"), N_("stopped"), N_("traded"), N_("unconfirmed"), N_("voided"),
    N_("waiting"), N_("withdrawn"),
)  # fmt: skip
WISHES = (
    N_("accepted"), N_("allow"), N_("declined"), N_("fulfil"), N_("hide"), N_("lapsed"),
    N_("let stand"), N_("objected to"), N_("reversed"), N_("show"), N_("stop"),
    N_("withdraw"), N_("withdrawn"),
)  # fmt: skip
ROLES = (
    N_("member"), N_("coordinator"), N_("membership_secretary"), N_("treasurer"),
    N_("admin"), N_("auditor"),
)  # fmt: skip
PERMISSIONS = (
    N_("read every account, trade and act"),
    N_("enter and answer trades for others"),
    N_("reverse the trades of others"),
    N_("add, change, lock and unlock members"),
    N_("set limits"),
    N_("take levies and fees, and move the community's money"),
    N_("keep the agreements with other exchanges"),
    N_("change the rules of the exchange"),
    N_("give and take roles"),
    N_("look after offerings and wants"),
    N_("look after groups"),
    N_("look into messages that were reported"),
    N_("make and revoke the tokens of others"),
    N_("look after announcements, events, newsletters and thank-yous"),
)

FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "about": N_("About you"),
        "amount": N_("Amount"),
        "answer": N_("Your answer"),
        "area": N_("Area"),
        "body": N_("Text"),
        "description": N_("Description"),
        "direction": N_("Direction"),
        "email": N_("E-mail address"),
        "keywords": N_("Keywords"),
        "kind": N_("Kind"),
        "language": N_("Language"),
        "languages": N_("Languages"),
        "mobile": N_("Mobile"),
        "name": N_("Name"),
        "password": N_("Password"),
        "person": N_("Person"),
        "phone": N_("Telephone"),
        "picture": N_("Picture"),
        "place": N_("Place on a map"),
        "price": N_("Price"),
        "q": N_("Search"),
        "question": N_("Your question"),
        "reason": N_("Reason"),
        "terms": N_("What is given for it"),
        "text": N_("Text"),
        "times": N_("How often"),
        "title": N_("Title"),
        "website": N_("Website"),
    }
)
"""What fields of forms are called where a failure names them; others by their own name."""
