"""The services of the market, of areas and of paper, who may ask for them, and how.

Each is tried on something that Ann has put up: she is "seller", and lives in the North.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from uuid import UUID

from cesnode.community.market import Kind, Wish
from cesnode.community.roles import OPERATOR, Actor
from cesnode.errors import UnknownPeer
from cesnode.services import areas, paper
from cesnode.services.market import (
    advising,
    finding,
    keeping,
    neighbours,
    notice_board,
    publishing,
    watching,
)
from cesnode.services.market.drafts import Draft
from cesnode.services.market.finding import Wanted
from cesnode.store import categories
from cesnode.store.searching import By
from tests.support.exchanges import NOW
from tests.support.wishes import ALL, EVERYBODY, READERS, READING, TOP, TRADING, Act, Town

KEEPERS = {"coordinator", "secretary"} | TOP
OWNERS = {"seller"} | KEEPERS
MEMBERS = EVERYBODY - {"operator"}
SORTERS = {"secretary"} | TOP
BREAD = UUID(int=7)

Call = Callable[[Town, Actor, int], object]


def _on_market(call: Call) -> Callable[[Town, Actor], object]:
    """Let something be tried on what Ann has put up."""

    def tried(town: Town, actor: Actor) -> object:
        listing = publishing.publish(
            town.writer,
            OPERATOR,
            Kind.OFFERING,
            town.ann.number,
            Draft(title="Bread"),
            id=BREAD,
            now=NOW,
        ).listing
        return call(town, actor, listing.id)

    return tried


def _in_category(call: Call) -> Callable[[Town, Actor], object]:
    """Let something be tried on a category."""

    def tried(town: Town, actor: Actor) -> object:
        food = categories.insert(town.writer, name="Food", parent=None, icon="")
        return call(town, actor, food)

    return tried


def _name_a_neighbour(town: Town, actor: Actor) -> None:
    """Ask for a neighbour that is not there: whoever may ask is told just that."""
    with suppress(UnknownPeer):
        neighbours.named(town.writer, actor, "VILA", now=NOW)


MARKET: Mapping[str, Act] = {
    "put something up": Act(
        publishing.publish,
        lambda t, a: publishing.publish(
            t.writer, a, Kind.WANT, t.ann.number, Draft(title="Tea"), id=BREAD, now=NOW
        ),
        OWNERS,
        TRADING,
    ),
    "let a listing say something else": Act(
        publishing.rewrite,
        _on_market(
            lambda t, a, n: publishing.rewrite(t.writer, a, n, Draft(title="Rye"), now=NOW)
        ),
        OWNERS,
        TRADING,
    ),
    "hide a listing": Act(
        publishing.move,
        _on_market(lambda t, a, n: publishing.move(t.writer, a, n, Wish.HIDE, now=NOW)),
        OWNERS,
        TRADING,
    ),
    "take a listing off the market": Act(
        publishing.move,
        _on_market(
            lambda t, a, n: publishing.move(t.writer, a, n, Wish.STOP, reason="no", now=NOW)
        ),
        KEEPERS,
        ALL,
        own="secretary",
    ),
    "renew a listing": Act(
        publishing.renew,
        _on_market(lambda t, a, n: publishing.renew(t.writer, a, n, now=NOW)),
        OWNERS,
        TRADING,
    ),
    "give a listing pictures": Act(
        publishing.picture,
        _on_market(lambda t, a, n: publishing.picture(t.writer, a, n, (), now=NOW)),
        OWNERS,
        TRADING,
    ),
    "open a listing to change it": Act(
        publishing.own,
        _on_market(lambda t, a, n: publishing.own(t.writer, a, n)),
        OWNERS,
        TRADING,
    ),
    "look around the market": Act(
        finding.browse,
        lambda t, a: finding.browse(t.writer, a, Wanted(), now=NOW),
        EVERYBODY,
        READING,
    ),
    "see a listing": Act(
        finding.show,
        _on_market(lambda t, a, n: finding.show(t.writer, a, n, now=NOW)),
        EVERYBODY,
        READING,
    ),
    "see what somebody has put up": Act(
        finding.of_account,
        lambda t, a: finding.of_account(t.writer, a, t.ann.number, now=NOW),
        EVERYBODY,
        READING,
    ),
    "see how much there is in each category": Act(
        finding.counts,
        lambda t, a: finding.counts(t.writer, a, Kind.WANT, now=NOW),
        EVERYBODY,
        READING,
    ),
    "see what one's wants may find": Act(
        finding.suggested,
        lambda t, a: finding.suggested(t.writer, a, now=NOW),
        EVERYBODY,
        READING,
    ),
    "mark a listing": Act(
        watching.like,
        _on_market(lambda t, a, n: watching.like(t.writer, a, n, now=NOW)),
        MEMBERS,
        TRADING,
    ),
    "take a mark off": Act(
        watching.unlike,
        _on_market(lambda t, a, n: watching.unlike(t.writer, a, n)),
        MEMBERS,
        TRADING,
    ),
    "keep a search": Act(
        watching.save,
        lambda t, a: watching.save(t.writer, a, "kind=want", now=NOW),
        MEMBERS,
        TRADING,
    ),
    "see one's searches": Act(
        watching.searches,
        lambda t, a: watching.searches(t.writer, a),
        MEMBERS,
        TRADING,
    ),
    "forget a search": Act(
        watching.drop,
        lambda t, a: watching.drop(t.writer, a, 1),
        MEMBERS,
        TRADING,
    ),
    "see the neighbours": Act(
        neighbours.every,
        lambda t, a: neighbours.every(t.writer, a, now=NOW),
        EVERYBODY,
        READING,
    ),
    "see a neighbour": Act(neighbours.named, _name_a_neighbour, EVERYBODY, READING),
    "add a category": Act(
        keeping.add,
        lambda t, a: keeping.add(t.writer, a, "Food", now=NOW),
        SORTERS,
        ALL,
        own="secretary",
    ),
    "begin with some categories": Act(
        keeping.begin,
        lambda t, a: keeping.begin(t.writer, a, {"Food": ("", [])}, now=NOW),
        SORTERS,
        ALL,
        own="secretary",
    ),
    "rename a category": Act(
        keeping.rename,
        _in_category(
            lambda t, a, n: keeping.rename(t.writer, a, n, "Meals", icon="", now=NOW)
        ),
        SORTERS,
        ALL,
        own="secretary",
    ),
    "move a category": Act(
        keeping.move,
        _in_category(
            lambda t, a, n: keeping.move(t.writer, a, n, parent=None, position=2, now=NOW)
        ),
        SORTERS,
        ALL,
        own="secretary",
    ),
    "make two categories one": Act(
        keeping.merge,
        _in_category(
            lambda t, a, n: keeping.merge(
                t.writer,
                a,
                n,
                categories.insert(t.writer, name="Meals", parent=None, icon=""),
                now=NOW,
            )
        ),
        SORTERS,
        ALL,
        own="secretary",
    ),
    "choose how the market is searched": Act(
        keeping.search_by,
        lambda t, a: keeping.search_by(t.writer, a, By.LETTERS, now=NOW),
        TOP,
        ALL,
        own="admin",
    ),
    "be advised near a limit": Act(
        advising.of_member,
        lambda t, a: advising.of_member(t.writer, a, now=NOW),
        EVERYBODY,
        READING,
    ),
    "see who stays near a limit": Act(
        advising.staying,
        lambda t, a: advising.staying(t.writer, a, now=NOW),
        READERS | {"coordinator", "coordinator elsewhere"},
        READING,
        own="auditor",
    ),
    "see what others have for one's own wants": Act(
        finding.matching,
        lambda t, a: finding.matching(t.writer, a, Kind.WANT, limit=3, now=NOW),
        EVERYBODY,
        READING,
    ),
    "print what neighbours show": Act(
        paper.require_neighbours,
        lambda _, a: paper.require_neighbours(a),
        KEEPERS | {"coordinator elsewhere"},
        ALL,
        own="secretary",
    ),
    "print the market": Act(
        notice_board.board,
        lambda t, a: notice_board.board(t.writer, a, notice_board.Wish(), now=NOW),
        EVERYBODY,
        READING,
    ),
    "print strips": Act(
        notice_board.strips,
        _on_market(lambda t, a, n: notice_board.strips(t.writer, a, n, now=NOW)),
        OWNERS,
        READING,
    ),
    "print the directory": Act(
        paper.booklet,
        lambda t, a: paper.booklet(t.writer, a, by_area=True, now=NOW),
        EVERYBODY,
        READING,
    ),
    "list the areas": Act(
        areas.every,
        lambda t, a: areas.every(t.writer, a),
        EVERYBODY,
        READING,
    ),
    "put an area on the map": Act(
        areas.place,
        lambda t, a: areas.place(t.writer, a, "North", "38, -9", now=NOW),
        SORTERS,
        ALL,
        own="secretary",
    ),
}
