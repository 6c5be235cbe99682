"""Schedules through a hub: bought at each day's price, up to what was agreed to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from msgspec.structs import replace

from cesnode.community.rhythm import Rhythm
from cesnode.errors import FieldInvalid, IdReused, PeerUnreachable
from cesnode.ledger.trades import Channel
from cesnode.services import scheduling, turns
from cesnode.services.dates import day_of
from cesnode.services.scheduling import Plan
from cesnode.services.turns import Entered
from cesnode.store import Reader, Writer, schedules, trades
from cesnode.store.schedules import Schedule, Side
from federation.rates import Fee
from tests.support.exchanges import DAY, acting_as
from tests.support.federation import lets_pass, people
from tests.support.forger import unmoved
from tests.support.hub_stage import SELLER, HubStage, staged_around_a_hub
from tests.support.quoting import quoted

WEEK = 7 * DAY
ENOUGH = "11.00"
"""An hour at the rates is ten leaves; the hub keeps about a hundredth, the levy another."""


@pytest.fixture
def stage(settled: Path, tmp_path: Path) -> Iterator[HubStage]:
    with staged_around_a_hub(settled, tmp_path) as made:
        yield made


def plan(stage: HubStage, **changes: object) -> Plan:
    """Plan to buy an hora's worth of Vila Nova's first member, every week."""
    made = Plan(
        id=uuid4(),
        account="OAKV0001",
        side=Side.BUYER,
        other=SELLER,
        amount="1.00",
        description="a box of vegetables",
        channel=Channel.CLI,
        rhythm=Rhythm.WEEKLY,
        first_on=day_of(stage.now).isoformat(),
        most=ENOUGH,
    )
    return replace(made, **changes)


def scheduled(stage: HubStage, wanted: Plan) -> Schedule:
    def work(writer: Writer) -> Schedule:
        actor = acting_as(writer, people(writer)[0])
        return scheduling.add(writer, actor, wanted, now=stage.now)

    return stage.oak.write(work)


def enters(stage: HubStage, schedule: Schedule) -> Entered:
    """Do what the clock does: ask for a price where one is needed, and enter."""
    wish = stage.oak.read(turns.question, schedule.id, now=stage.now)
    quote = quoted(stage.oak, stage.nodes, wish.seller, wish.amount) if wish else None
    oak, now = stage.oak, stage.now
    entered = oak.write(turns.enter, oak.key, schedule.id, quote=quote, now=now)
    stage.passes()
    return entered


def agrees(stage: HubStage, schedule: Schedule, most: str) -> Schedule:
    def work(writer: Writer) -> Schedule:
        actor = acting_as(writer, people(writer)[0])
        return scheduling.agree(writer, actor, schedule.id, most=most, now=stage.now)

    return stage.oak.write(work)


def test_what_is_due_is_bought_at_the_price_of_the_day(stage: HubStage) -> None:
    schedule = scheduled(stage, plan(stage))

    first = enters(stage, schedule)
    stage.waha.write(lets_pass, stage.oak.name, Fee())
    stage.now += WEEK
    second = enters(stage, schedule)

    latest, before = stage.oak.read(_bought)
    assert (first.trades, second.trades) == (1, 1)
    assert latest < before  # The hub keeps nothing any more.
    assert stage.owes(stage.vila, stage.waha) == -200
    stage.require_sound()


def test_turns_that_were_missed_are_bought_at_one_price(stage: HubStage) -> None:
    schedule = scheduled(stage, plan(stage))
    stage.now += WEEK

    entered = enters(stage, schedule)

    assert entered.trades == 2
    assert stage.owes(stage.vila, stage.waha) == -200


def test_what_costs_more_than_was_agreed_waits_for_its_owner(stage: HubStage) -> None:
    schedule = scheduled(stage, plan(stage, most="10.00"))

    with unmoved(stage.oak):
        entered = enters(stage, schedule)
        stage.now += DAY
        enters(stage, schedule)

    assert entered.problem is not None
    assert entered.problem.code == "price_above_most"
    assert stage.oak.read(_told) == ["schedule_waits"]
    assert stage.oak.read(schedules.by_id, schedule.id).problem == "price_above_most"


def test_the_owner_agrees_to_more_and_it_goes_on(stage: HubStage) -> None:
    schedule = scheduled(stage, plan(stage, most="10.00"))
    enters(stage, schedule)

    agreed = agrees(stage, schedule, ENOUGH)
    due = stage.oak.read(turns.due, now=stage.now)
    entered = enters(stage, schedule)

    assert (agreed.most, due, entered.trades) == (11_00, [schedule.id], 1)
    assert entered.schedule.problem is None


def test_a_price_that_cannot_be_had_is_asked_for_again_soon(stage: HubStage) -> None:
    schedule = scheduled(stage, plan(stage))
    problem = PeerUnreachable(peer="Al-Waha", reason="away")

    stage.oak.write(turns.put_off, schedule.id, problem, now=stage.now)
    stage.oak.write(turns.put_off, schedule.id, problem, now=stage.now)

    assert stage.oak.read(turns.due, now=stage.now) == [schedule.id]
    assert stage.oak.read(_told) == ["schedule_waits"]
    assert enters(stage, schedule).trades == 1


def test_the_most_has_to_be_said_where_a_hub_asks_its_price(stage: HubStage) -> None:
    for most in (None, " ", "0", "-3"):
        with pytest.raises(FieldInvalid) as refused:
            scheduled(stage, plan(stage, most=most))

        assert refused.value.field == "most"


def test_the_same_schedule_again_agrees_to_nothing_new(stage: HubStage) -> None:
    wanted = plan(stage)
    first = scheduled(stage, wanted)

    again = scheduled(stage, replace(wanted, most="99.00"))
    with pytest.raises(IdReused):
        scheduled(stage, replace(wanted, amount="2.00"))

    assert (again.id, again.most) == (first.id, 11_00)


def test_a_seller_asks_through_a_hub_again_and_again(stage: HubStage) -> None:
    wanted = plan(stage, side=Side.SELLER, most=None, amount="5.00")
    schedule = scheduled(stage, wanted)

    entered = enters(stage, schedule)

    assert entered.trades == 1
    assert stage.latest(stage.vila).state == "requested"
    assert stage.oak.read(schedules.by_id, schedule.id).most is None


def test_a_schedule_at_home_has_no_price_to_agree_to(stage: HubStage) -> None:
    schedule = scheduled(stage, plan(stage, other="OAKV0002", most=None))

    with pytest.raises(FieldInvalid):
        agrees(stage, schedule, ENOUGH)


def _bought(reader: Reader) -> list[int]:
    return [trade.amount for trade in trades.latest(reader, since="", limit=9)]


def _told(reader: Reader) -> list[str]:
    rows = reader.all("SELECT kind FROM notices WHERE trade_id IS NULL ORDER BY id")
    return [kind for (kind,) in rows]
