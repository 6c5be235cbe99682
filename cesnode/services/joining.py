"""Applying to join: terms, the check of an address, and what the house decides.

1. Whoever applies has accepted the terms of that day; which, and when, stays known.
2. A mail to the address they gave shows that it is theirs.  Where the node sends no
   mail, the people who decide have to know them.
3. A number is given by the approval; with it goes a link to choose a password.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from cesnode.community import words
from cesnode.community.exchange import Exchange
from cesnode.community.languages import SOURCE
from cesnode.community.roles import Actor, Permission
from cesnode.errors import (
    LinkUsed,
    TermsNotAccepted,
    UnknownApplication,
    WrongApplicationState,
)
from cesnode.ledger.accounts import Account
from cesnode.services import acting, admitting, mailing, signing_in
from cesnode.services.mailing import Letter, Template
from cesnode.services.membership import adding
from cesnode.services.membership.adding import Newcomer
from cesnode.store import Reader, Writer, accounts, applications, exchanges
from cesnode.store.applications import Application, HouseTerms, State

DAY = 24 * 3_600
CHECK_SECONDS = 2 * DAY
WELCOME_SECONDS = 7 * DAY
LINK = "/join/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicant:
    """Who would like to join, in the words they gave; `accepts` is a version of terms."""

    name: str
    email: str
    area: str = ""
    offers: str = ""
    language: str = SOURCE.code
    accepts: int | None = None


def set_terms(writer: Writer, actor: Actor, text: str, *, now: int) -> HouseTerms:
    """Put new terms in force; earlier ones stay known, with who accepted them."""
    actor.require(Permission.SET_RULES)
    exchange = exchanges.load(writer, now)
    tidy = words.long_text(text, field="terms")
    version = applications.insert_terms(writer, tidy, now=now)
    details = {"version": version, "digest": hashlib.sha256(tidy.encode()).hexdigest()}
    acting.record(
        writer, exchange, actor, "terms.set", "exchange", details=details, now=now
    )
    return HouseTerms(version=version, text=tidy, since=now)


def apply(
    writer: Writer, exchange: Exchange, applicant: Applicant, *, address: str, now: int
) -> str:
    """Keep an application; return its secret, which whoever shows it sees it by.

    Raises:
        FieldInvalid: the name or the address is none.
        TermsNotAccepted: there are terms, and others, or none, were accepted.
        TooManyTries: for this e-mail address, or from this network address.

    """
    name, email = words.name(applicant.name), words.email(applicant.email)
    area = words.name(applicant.area, field="area") if applicant.area.strip() else None
    has_offers = bool(applicant.offers.strip())
    offers = words.long_text(applicant.offers, field="offers") if has_offers else ""
    terms = applications.terms(writer)
    if terms is not None and applicant.accepts != terms.version:
        raise TermsNotAccepted
    signing_in.count(writer, exchange, email, address=address, now=now)
    secret = secrets.token_urlsafe(24)
    is_checked = mailing.is_on(writer)
    made = applications.insert(
        writer,
        digest=digest(secret),
        name=name,
        email=email,
        area=area,
        offers=offers,
        language=applicant.language,
        state=State.UNCONFIRMED if is_checked else State.WAITING,
        now=now,
    )
    if terms is not None:
        applications.accept(writer, made, terms.version, now=now)
    letter = Letter(
        recipient=email,
        template=Template.EMAIL_CHECK,
        language=applicant.language,
        name=name,
        values={"path": LINK + secret, "hours": str(CHECK_SECONDS // 3_600)},
        useless_after=now + CHECK_SECONDS,
    )
    mailing.queue(writer, letter, now=now)
    return secret


def find(reader: Reader, secret: str) -> Application:
    """Return the application of a link, which came with it or with a question.

    Raises:
        LinkUsed: there is none.

    """
    found = applications.by_digest(reader, digest(secret))
    if found is None:
        raise LinkUsed
    return found


def confirm(writer: Writer, secret: str, *, now: int) -> None:
    """Note that the address is that of who applied.

    Raises:
        LinkUsed: the link is too old.

    """
    found = find(writer, secret)
    if found.state is State.UNCONFIRMED:
        if found.applied_at + CHECK_SECONDS <= now:
            raise LinkUsed
        applications.prove_email(writer, found.id, now=now)


def listed(reader: Reader, actor: Actor, state: State) -> list[Application]:
    actor.require(Permission.KEEP_MEMBERS)
    return applications.in_state(reader, state)


def approve(writer: Writer, actor: Actor, application: int, *, now: int) -> Account:
    """Make a member of who applied: they get a number, and a letter of welcome.

    Raises:
        UnknownApplication, WrongApplicationState

    """
    actor.require(Permission.KEEP_MEMBERS)
    found = still_waiting(writer, application)
    newcomer = Newcomer(name=found.name, email=found.email, area=found.area)
    account = adding.add(writer, actor, newcomer, now=now)
    applications.approve(writer, found.id, account=account.id, by=actor.member, now=now)
    record(writer, actor, "application.approved", found, now=now)
    (member,) = accounts.members_of(writer, account.id)
    path = admitting.welcome_path(writer, member, seconds=WELCOME_SECONDS, now=now)
    letter = Letter(
        recipient=found.email,
        template=Template.WELCOME,
        language=found.language,
        name=found.name,
        member=member,
        values={"path": path, "number": account.number},
        useless_after=now + WELCOME_SECONDS,
    )
    mailing.queue(writer, letter, now=now)
    return account


def decline(
    writer: Writer, actor: Actor, application: int, *, reason: str, now: int
) -> Application:
    """Say no; the reason is shown to who applied, and written to them.

    Raises:
        UnknownApplication, WrongApplicationState, DescriptionMissing

    """
    actor.require(Permission.KEEP_MEMBERS)
    found = still_waiting(writer, application)
    tidy = words.description(reason, field="reason")
    applications.decline(writer, found.id, reason=tidy, by=actor.member, now=now)
    record(writer, actor, "application.declined", found, now=now)
    letter = Letter(
        recipient=found.email,
        template=Template.DECLINED,
        language=found.language,
        name=found.name,
        values={"reason": tidy},
    )
    mailing.queue(writer, letter, now=now)
    return known(writer, application)


def still_waiting(reader: Reader, application: int) -> Application:
    """Return an application that nobody has decided about.

    Raises:
        UnknownApplication, WrongApplicationState

    """
    found = known(reader, application)
    if found.state is not State.WAITING:
        raise WrongApplicationState(number=application, state=found.state)
    return found


def known(reader: Reader, application: int) -> Application:
    """Return an application.

    Raises:
        UnknownApplication: there is none of this number.

    """
    found = applications.by_id(reader, application)
    if found is None:
        raise UnknownApplication(number=application)
    return found


def record(
    writer: Writer, actor: Actor, kind: str, found: Application, *, now: int
) -> None:
    """Keep what the house did with an application."""
    exchange = exchanges.load(writer, now)
    details = {"terms": found.terms}
    subject = f"application:{found.id}"
    acting.record(writer, exchange, actor, kind, subject, details=details, now=now)


def digest(secret: str) -> bytes:
    """Return what is kept of a link's secret."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).digest()
