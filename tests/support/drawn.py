"""What the pages of who is signed in, or would like to be, are drawn with in tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from cesnode.errors import FieldMissing, TermsNotAccepted
from cesnode.services import sessions
from cesnode.services.admitting import Card
from cesnode.services.considering import Considered
from cesnode.services.sessions import Presence
from cesnode.store import Reader, Writer, accounts, exchanges
from cesnode.store.applications import Application, HouseTerms, Question, State
from cesnode.web.devices import Device
from cesnode.web.forms import Form
from cesnode.web.pictures import qr
from cesnode.web.signing.here import Shown
from tests.support.exchanges import NOW, Person
from tests.support.visitors import sign_in

Values = Mapping[str, object]

QUESTION = Question(id=1, question="Why us?", asked_at=NOW, answer=None, answered_at=None)


def visitor(writer: Writer, person: Person) -> Presence:
    """Return somebody who is signed in, and could act for the community's account too."""
    present = sessions.presence(writer, sign_in(writer, person), now=NOW)
    assert present is not None
    community = accounts.by_number(writer, "OAKV0000")
    return replace(present, accounts=(present.account, community), lacks_second_step=True)


def common(reader: Reader, present: Presence | None) -> Values:
    """Return what every page is given, whatever it shows."""
    return {
        "exchange": exchanges.load(reader, NOW),
        "visitor": present,
        "note": "Welcome",
        "now": NOW,
    }


def signing(writer: Writer, person: Person) -> Mapping[str, Values]:
    """Return the pages of coming in, of what secures it, and of joining."""
    present = visitor(writer, person)
    strangers, members = common(writer, None), common(writer, present)
    secured = replace(present, sign_in=replace(present.sign_in, has_totp=True))
    safe = {**members, "visitor": secured}
    picture = qr("http://127.0.0.1:8101", "Oakvale Exchange")
    wrong = Form({"who": "7"})
    wrong.refuse("who", FieldMissing())
    wrong.refuse("terms", TermsNotAccepted())
    device = Shown(Device("Firefox", "Linux"), present.session, is_this=True)
    other = Shown(Device("", ""), present.session, is_this=False)
    terms = HouseTerms(version=2, text="Be kind.\n\nBe fair.", since=NOW)
    return {
        "comfort/page.html": strangers,
        "joining/form.html": {**strangers, "terms": terms, "form": wrong},
        "joining/sent.html": strangers,
        "joining/waiting.html": {
            **strangers,
            "application": application(State.WAITING),
            "question": QUESTION,
        },
        "applications/list.html": {
            **members,
            "found": [application(State.WAITING)],
            "state": State.WAITING,
            "states": [State.WAITING, State.APPROVED],
        },
        "applications/page.html": {
            **members,
            "found": Considered(
                application=application(State.WAITING),
                questions=[QUESTION],
                is_mailed=True,
            ),
            "one": application(State.WAITING),
            "asked": None,
        },
        "me/account.html": members,
        "me/address.html": {**strangers, "email": "ann@x.example"},
        "me/email.html": {**members, "pending": "ann@x.example", "is_mailed": True},
        "me/name.html": members,
        "me/codes.html": {**safe, "codes": ["2345-6789"]},
        "me/devices.html": {**members, "devices": [device, other]},
        "me/page.html": {
            **safe,
            "codes_left": 10,
            "keeps_rules": True,
            "keeps_peers": True,
            "keeps_members": True,
        },
        "me/password.html": members,
        "me/recovery.html": {**safe, "left": 3},
        "me/second_step.html": members,
        "me/second_step_set_up.html": {**members, "text": "AB" * 16, "picture": picture},
        "signing/card.html": strangers,
        "signing/code.html": strangers,
        "signing/forgotten.html": {**strangers, "is_on": True, "is_sent": False},
        "signing/make_card.html": {**members, "account": present.account},
        "signing/new_password.html": {**strangers, "name": "OAKV0001"},
        "signing/printed_card.html": {
            **members,
            "card": card(),
            "picture": picture,
            "door": "http://127.0.0.1:8101/card",
        },
        "signing/prove.html": members,
        "signing/sign_in.html": {**strangers, "form": wrong},
    }


def card() -> Card:
    return Card(
        number="OAKV0001",
        name="Ann Ash",
        words=("oak", "bag", "cat"),
        address="http://127.0.0.1:8101/card/x",
        expires_at=NOW,
    )


def application(state: State) -> Application:
    return Application(
        id=1,
        name="Ida",
        email="ida@x.org",
        area=None,
        offers="",
        language="en",
        state=state,
        applied_at=NOW,
        email_proven_at=NOW,
        decided_at=None,
        reason=None,
        number="OAKV0006",
        terms=2,
    )
