"""The services that let people in, who may ask for them, and with how narrow a token."""

from __future__ import annotations

from collections.abc import Mapping

from cesnode.community.roles import Actor
from cesnode.config import Mail
from cesnode.services import (
    admitting,
    considering,
    joining,
    second_step,
    sorting,
)
from cesnode.services.admitting import NewWords
from cesnode.services.bringing import inviting
from cesnode.services.joining import Applicant
from cesnode.services.membership import helping
from cesnode.store import Writer, exchanges
from cesnode.store.applications import State
from cesnode.store.brought import Stranger
from tests.support.exchanges import NOW
from tests.support.wishes import ALL, HASH, TOP, Act, Town

WORDS = NewWords(("oak", "bag", "cat"), HASH)


def _applied(writer: Writer) -> int:
    """Let somebody apply; return which application that is."""
    exchange = exchanges.load(writer, NOW)
    somebody = Applicant(name="Ida Iris", email="ida@x.example")
    secret = joining.apply(writer, exchange, somebody, address="", now=NOW)
    return joining.find(writer, secret).id


def _stranger(town: Town) -> Stranger:
    ann = town.ann
    return Stranger(ann.number, ann.member, "Ann Ash", None, None, is_first=True)


def _write_letters(town: Town, actor: Actor) -> int:
    settings = Mail(host="mail.example", sender="post@oakvale.example")
    sorting.open_office(town.writer, settings, now=NOW)
    return inviting.write_letters(town.writer, actor, language="en", now=NOW)


COMING_IN: Mapping[str, Act] = {
    "help somebody to come in": Act(
        helping.helped,
        lambda t, a: helping.helped(
            t.writer, exchanges.load(t.writer, NOW), a, t.ann.number
        ),
        {"seller", "secretary"} | TOP,
        ALL,
    ),
    "make a sign-in card": Act(
        admitting.make_card,
        lambda t, a: admitting.make_card(t.writer, a, t.ann.number, WORDS, now=NOW),
        {"seller", "secretary"} | TOP,
        ALL,
    ),
    "let somebody act for another": Act(
        admitting.share,
        lambda t, a: admitting.share(t.writer, a, t.ann.number, t.bob.number, now=NOW),
        {"secretary"} | TOP,
        ALL,
        own="secretary",
    ),
    "forget a second step": Act(
        second_step.forget,
        lambda t, a: second_step.forget(t.writer, a, t.ann.number, now=NOW),
        {"secretary"} | TOP,
        ALL,
        own="secretary",
    ),
    "put terms in force": Act(
        joining.set_terms,
        lambda t, a: joining.set_terms(t.writer, a, "Be kind.", now=NOW),
        TOP,
        ALL,
        own="admin",
    ),
    "list who would like to join": Act(
        joining.listed,
        lambda t, a: joining.listed(t.writer, a, State.WAITING),
        {"secretary"} | TOP,
        ALL,
        own="secretary",
    ),
    "see all that somebody told who would like to join": Act(
        considering.considered,
        lambda t, a: considering.considered(t.writer, a, _applied(t.writer)),
        {"secretary"} | TOP,
        ALL,
        own="secretary",
    ),
    "ask somebody back who would like to join": Act(
        considering.ask_back,
        lambda t, a: considering.ask_back(
            t.writer, a, _applied(t.writer), question="Who knows you?", now=NOW
        ),
        {"secretary"} | TOP,
        ALL,
        own="secretary",
    ),
    "let somebody join": Act(
        joining.approve,
        lambda t, a: joining.approve(t.writer, a, _applied(t.writer), now=NOW),
        {"secretary"} | TOP,
        ALL,
        own="secretary",
    ),
    "say no to an application": Act(
        joining.decline,
        lambda t, a: joining.decline(
            t.writer, a, _applied(t.writer), reason="full", now=NOW
        ),
        {"secretary"} | TOP,
        ALL,
        own="secretary",
    ),
    "list who was brought over and never came in": Act(
        inviting.strangers,
        lambda t, a: inviting.strangers(t.writer, a),
        {"secretary"} | TOP,
        ALL,
        own="secretary",
    ),
    "count who was brought over and never came in": Act(
        inviting.awaited,
        lambda t, a: inviting.awaited(t.writer, a),
        {"secretary"} | TOP,
        ALL,
        own="secretary",
    ),
    "make a card for who never came in": Act(
        inviting.make_cards,
        lambda t, a: inviting.make_cards(t.writer, a, [(_stranger(t), WORDS)], now=NOW),
        {"seller", "secretary"} | TOP,
        ALL,
    ),
    "write to who never came in": Act(
        inviting.write_letters,
        _write_letters,
        {"secretary"} | TOP,
        ALL,
        own="secretary",
    ),
}
