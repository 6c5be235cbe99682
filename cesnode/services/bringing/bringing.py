"""Brings what was gathered into an exchange: in one transaction, all of it or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from cesnode.community.exchange import Exchange
from cesnode.community.roles import Actor, Permission
from cesnode.formats.flows import effects as effects_of
from cesnode.services import acting, founding, ruling
from cesnode.services.bringing.adverts import Adverts
from cesnode.services.bringing.announced import announce
from cesnode.services.bringing.booking import Booking
from cesnode.services.bringing.gallery import Gallery, made_of
from cesnode.services.bringing.gathering import Gathered
from cesnode.services.bringing.outcome import NOTHING, Brought, result_of
from cesnode.services.bringing.people import People, known
from cesnode.services.bringing.reading import EVERY, Report
from cesnode.services.bringing.reasons import Reasons
from cesnode.services.bringing.requests import ask
from cesnode.services.bringing.sides import Sides
from cesnode.services.bringing.starting import (
    Choice,
    founded,
    require_its_own,
    require_the_same_hour,
    rules_of,
)
from cesnode.services.bringing.tellings import take_over
from cesnode.services.bringing.updating import Updating
from cesnode.store import Writer, brought, exchanges, keyring, schema
from cesnode.store.database import FILE
from cesnode.store.store import reading, writing


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What is brought, by whom, and what was decided of it."""

    actor: Actor
    found: Gathered
    choice: Choice
    now: int
    report: Report


def bring(
    folder: Path,
    actor: Actor,
    found: Gathered,
    choice: Choice,
    *,
    apply: bool,
    now: int,
    report: Report = lambda _done, _total: None,
) -> Brought:
    """Found the exchange in a fresh folder, or go on with the one that is there.

    Without `apply` the same is done in a scratch folder, to a copy of what is there.

    Raises:
        NotEmpty: the folder's exchange has members that came from nowhere else.
        FieldInvalid: something has to be given that the files do not hold.

    """
    actor.require(Permission.SET_RULES)
    run = Run(actor=actor, found=found, choice=choice, now=now, report=report)
    exists = (folder / FILE).exists()
    if apply and exists:
        schema.keep_copy(folder, f"before-import-{now}")
    if apply:
        result = _continue(folder, run) if exists else _begin(folder, run, sure=True)
        found.forget()
        return result
    with TemporaryDirectory(prefix="cesnode-") as scratch:
        trial = Path(scratch) / "data"
        if not exists:
            return _begin(trial, run, sure=False)
        trial.mkdir(mode=0o700)
        schema.copy(folder, trial / FILE)
        return _continue(trial, run)


def _begin(folder: Path, run: Run, *, sure: bool) -> Brought:
    def fill(writer: Writer) -> Brought:
        keyring.ensure(folder)
        exchange = founded(run.found, run.choice, now=run.now, sure=sure)
        founding.found(writer, exchange, now=exchange.founded_at)
        return _fill_in(writer, run, made_of(run.found, folder, frozenset()))

    return schema.create(folder, fill)


def _continue(folder: Path, run: Run) -> Brought:
    with reading(folder) as reader:
        exchange = exchanges.load(reader, run.now)
        require_its_own(reader, exchange, run.found, run.choice)
        if brought.is_empty(reader):
            require_the_same_hour(exchange, run.found.facts)
        gallery = made_of(run.found, folder, brought.listings(reader))
    with writing(folder) as writer:
        if run.choice.rules and brought.is_empty(writer):
            ruling.set_terms(writer, run.actor, rules_of(run.found.facts), now=run.now)
        return _fill_in(writer, run, gallery)


def _fill_in(writer: Writer, run: Run, gallery: Gallery) -> Brought:
    """Add what is not there yet to the exchange of this transaction."""
    actor, found, now = run.actor, run.found, run.now
    exchange = exchanges.load(writer, now)
    require_its_own(writer, exchange, found, run.choice)
    bringing, first_seq = brought.begin(writer)
    people = People(
        writer=writer,
        exchange=exchange,
        actor=actor,
        problems=found.problems,
        now=now,
        known=known(writer, exchange, found.holders),
    )
    people.settle(found.holders)
    booking = Booking(
        writer=writer,
        exchange=exchange,
        actor=actor,
        sides=Sides(writer=writer, exchange=exchange, people=people, now=now),
        problems=found.problems,
        columns=found.format.columns,
        reasons=Reasons(found.treasury),
        bringing=bringing,
        is_first=brought.is_empty(writer),
        now=now,
    )
    _book(booking, found, opening=run.choice.opening, report=run.report)
    people.close(found.holders)
    updating = Updating(
        writer=writer,
        exchange=exchange,
        actor=actor,
        people=people,
        problems=found.problems,
        now=now,
    )
    updating.update(found.holders)
    adverts = Adverts(
        writer=writer,
        exchange=exchange,
        actor=actor,
        people=people,
        gallery=gallery,
        problems=found.problems,
        bringing=bringing,
        now=now,
    )
    adverts.put_up()
    asked = [ask(booking, row) for row in found.format.requests()]
    take_over(people, gallery, found.problems)
    announced = announce(people, found.format, found.problems)
    found.tell_idle()
    result = result_of(
        booking,
        found,
        adverts.counts(),
        asked=asked,
        updated=updating.updated,
        announced=announced,
    )
    _finish(writer, actor, exchange, found, booking, first_seq, result)
    return result


def _book(booking: Booking, found: Gathered, *, opening: bool, report: Report) -> None:
    begins = found.first_at if found.first_at is not None else booking.now
    if booking.is_first:
        for key, amount in _openings(booking, found, opening=opening).items():
            booking.open_with(key, amount, at=begins)
    total = found.count
    for done, (waiting, row) in enumerate(found.rows()):
        if done % EVERY == 0:
            report(done, total)
        booking.book(waiting.key, row)
    report(total, total)


def _openings(booking: Booking, found: Gathered, *, opening: bool) -> dict[str, int]:
    """Return with what each account begins."""
    openings = {one.key: one.opening for one in found.holders if one.opening}
    if not opening:
        return openings
    effects: dict[str, int] = dict(openings)
    for _, row in found.rows():
        for part in effects_of(row, found.treasury):
            effects[part.account] = effects.get(part.account, 0) + part.amount
    for key, balance in found.stated.items():
        if key in booking.sides.people.known and balance != effects.get(key, 0):
            openings[key] = openings.get(key, 0) + balance - effects.get(key, 0)
    return openings


def _finish(
    writer: Writer,
    actor: Actor,
    exchange: Exchange,
    found: Gathered,
    booking: Booking,
    first_seq: int,
    result: Brought,
) -> None:
    """Keep that it was done; a run that added nothing leaves no trace."""
    _, next_seq = brought.begin(writer)
    if result.added == NOTHING and next_seq == first_seq:
        return
    seqs = (first_seq, next_seq - 1)
    brought.insert(
        writer, at=booking.now, system=found.system, digest=found.digest, seqs=seqs
    )
    brought.keep_accounts(writer, booking.bringing, booking.sides.people.new)
    acting.record(
        writer,
        exchange,
        actor,
        "community.brought",
        "exchange",
        details={
            "system": found.system.value,
            "files": found.digest.hex(),
            "corrections": len(found.tables.corrections.applied),
            "first": first_seq,
            "last": next_seq - 1,
        },
        now=booking.now,
    )
