"""An explicit-state model of the set-off, small enough to visit every state.

Messages may be lost, repeated and reordered at will: once said, one may arrive at any
later time, or never.  A party's state is what is on its disk, and so is the
coordinator's; between saving and saying either may die, which is the same as not having
said it yet.  An admin may withdraw at any moment; once, the coordinator may be put back
to an old backup in which nothing was decided.  By the time that is done its own earlier
messages have died of age; what others hold of them remains.

The mutants are the shortcuts that look harmless.  Each lets some clear and others not,
but two: a reservation given up by force is never unsafe, for the acceptance still binds,
and nor is a bundle that is told by anybody who has it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum, auto


class Mutant(StrEnum):
    RELEASE_ON_TIMER = auto()
    BUNDLE_WITHOUT_ALL = auto()
    ABORT_AFTER_BUNDLE = auto()
    COORDINATOR_SPEAKS_FIRST = auto()
    PARTY_SPEAKS_FIRST = auto()
    TAKES_BACK = auto()
    RESTORED_DECIDES_UNASKED = auto()
    FORCED_STILL_BOUND = auto()
    ANYBODY_FORWARDS = auto()


class Party(StrEnum):
    IDLE = auto()
    RESERVED = auto()
    REFUSED = auto()
    RELEASED = auto()  # by a timer or by a change of mind: no honest party is ever here
    FORCED = auto()
    CLEARED = auto()
    ABORTED = auto()


class Word(StrEnum):
    """What the coordinator has signed; only one of them, if it keeps to the rules."""

    BUNDLE = auto()
    ABORT = auto()


@dataclass(frozen=True, slots=True)
class World:
    """`decided` is in the coordinator's file, `said` is what may arrive from it.

    `accepted` and `refused` are the parties' words that may arrive at the coordinator;
    `asked` are those that have answered a restored coordinator that nothing is decided.
    """

    parties: tuple[Party, ...]
    accepted: frozenset[int] = frozenset()
    refused: frozenset[int] = frozenset()
    decided: Word | None = None
    said: frozenset[Word] = frozenset()
    restored: bool = False
    asked: frozenset[int] = frozenset()

    def moved(self, party: int, to: Party) -> World:
        parties = (*self.parties[:party], to, *self.parties[party + 1 :])
        return replace(self, parties=parties)

    def decides(self, word: Word) -> World:
        """Write the decision, once; what is written may be said from then on."""
        return replace(self, decided=word, said=self.said | {word})

    @property
    def everyone(self) -> frozenset[int]:
        return frozenset(range(len(self.parties)))

    @property
    def is_bad(self) -> bool:
        """Whether some have cleared, and others are free never to, or cannot."""
        free = {Party.ABORTED, Party.RELEASED} & set(self.parties)
        parted = bool(free) or self.accepted != self.everyone
        return Party.CLEARED in self.parties and parted

    @property
    def is_settled(self) -> bool:
        return set(self.parties) <= {Party.CLEARED} or set(self.parties) <= {Party.ABORTED}


_BOUND = frozenset({Party.RESERVED, Party.FORCED})
_OPEN = frozenset({Party.IDLE, Party.RESERVED, Party.REFUSED, Party.FORCED})


def start(size: int) -> World:
    return World((Party.IDLE,) * size)


def steps(world: World, mutant: Mutant | None) -> Iterator[World]:
    """Return every world that can follow at once."""
    for party in world.everyone:
        yield from _answers(world, party, mutant)
        yield from _hears(world, party)
        yield from _shortcuts(world, party, mutant)
    yield from _coordinator(world, mutant)
    if world.restored:
        yield from _asks(world)
    else:  # What it said before has died of age by the time the backup is back.
        yield replace(world, decided=None, said=frozenset(), restored=True)


def _answers(world: World, party: int, mutant: Mutant | None) -> Iterator[World]:
    """A party accepts, which it may say from then on, or refuses."""
    if world.parties[party] is Party.IDLE:
        said = replace(world, accepted=world.accepted | {party})
        yield said.moved(party, Party.RESERVED)
        refused = replace(world, refused=world.refused | {party})
        yield refused.moved(party, Party.REFUSED)
        if mutant is Mutant.PARTY_SPEAKS_FIRST:
            yield said  # It has said so, and dies before it has written it down.


def _hears(world: World, party: int) -> Iterator[World]:
    if world.parties[party] not in _OPEN:
        return
    if Word.BUNDLE in world.said and party in world.accepted:
        yield world.moved(party, Party.CLEARED)
    if Word.ABORT in world.said:
        yield world.moved(party, Party.ABORTED)


def _coordinator(world: World, mutant: Mutant | None) -> Iterator[World]:
    if mutant is Mutant.ABORT_AFTER_BUNDLE and world.decided is Word.BUNDLE:
        yield world.decides(Word.ABORT)
    careless = mutant is Mutant.RESTORED_DECIDES_UNASKED
    knows = careless or not world.restored or world.asked == world.everyone
    if world.decided is not None or not knows:
        return
    yield world.decides(Word.ABORT)
    complete = world.accepted == world.everyone
    if complete or (mutant is Mutant.BUNDLE_WITHOUT_ALL and world.accepted):
        yield world.decides(Word.BUNDLE)
        if mutant is Mutant.COORDINATOR_SPEAKS_FIRST:
            yield replace(world, said=world.said | {Word.BUNDLE})


def _asks(world: World) -> Iterator[World]:
    """A restored coordinator asks each party how it stands before it decides again.

    Whoever has heard a decision shows it, and that is the decision.
    """
    shown = {Party.CLEARED: Word.BUNDLE, Party.ABORTED: Word.ABORT}
    for party in world.everyone - world.asked:
        word = shown.get(world.parties[party])
        if word is None:
            yield replace(world, asked=world.asked | {party})
        elif world.decided is None:
            yield world.decides(word)


def _shortcuts(world: World, party: int, mutant: Mutant | None) -> Iterator[World]:
    stands = world.parties[party]
    if mutant is Mutant.RELEASE_ON_TIMER and stands in _BOUND:
        yield world.moved(party, Party.RELEASED)
    if mutant is Mutant.TAKES_BACK and stands is Party.RESERVED:
        refused = replace(world, refused=world.refused | {party})
        yield refused.moved(party, Party.RELEASED)
    if mutant is Mutant.PARTY_SPEAKS_FIRST and stands is Party.REFUSED:
        yield world.moved(party, Party.RELEASED)  # It refused, and keeps to that.
    if mutant is Mutant.FORCED_STILL_BOUND and stands is Party.RESERVED:
        yield world.moved(party, Party.FORCED)
    if mutant is Mutant.ANYBODY_FORWARDS and stands is Party.CLEARED:
        yield replace(world, said=world.said | {Word.BUNDLE})


def explore(size: int, mutant: Mutant | None = None) -> dict[World, frozenset[World]]:
    """Visit every world that `size` parties can reach, with those that follow each."""
    reached: dict[World, frozenset[World]] = {}
    waiting = [start(size)]
    while waiting:
        world = waiting.pop()
        if world not in reached:
            reached[world] = frozenset(steps(world, mutant))
            waiting.extend(reached[world])
    return reached


def stuck(reached: dict[World, frozenset[World]]) -> set[World]:
    """Return the worlds from which no settled one can be reached any more."""
    before: dict[World, set[World]] = {world: set() for world in reached}
    for world, after in reached.items():
        for each in after:
            before[each].add(world)
    hopeful = {world for world in reached if world.is_settled}
    waiting = list(hopeful)
    while waiting:
        for each in before[waiting.pop()] - hopeful:
            hopeful.add(each)
            waiting.append(each)
    return set(reached) - hopeful
