"""The services that let people in, who may ask for them, and with how narrow a token."""

from __future__ import annotations

from collections.abc import Mapping

from cesnode.services import admitting, joining, membership, second_step
from cesnode.services.admitting import NewWords
from cesnode.services.joining import Applicant
from cesnode.store import Writer, exchanges
from cesnode.store.applications import State
from tests.support.exchanges import NOW
from tests.support.wishes import ALL, HASH, TOP, Act

WORDS = NewWords(("oak", "bag", "cat"), HASH)


def _applied(writer: Writer) -> int:
    """Let somebody apply; return which application that is."""
    exchange = exchanges.load(writer, NOW)
    somebody = Applicant(name="Ida Iris", email="ida@x.example")
    secret = joining.apply(writer, exchange, somebody, address="", now=NOW)
    return joining.find(writer, secret).id


COMING_IN: Mapping[str, Act] = {
    "help somebody to come in": Act(
        membership.helped,
        lambda t, a: membership.helped(
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
}
