"""`cesnode schedule`, and the job that enters what is due."""

from __future__ import annotations

from cesnode.errors import Code
from cesnode.jobs import scheduling
from cesnode.jobs.voice import Voice, speaking
from cesnode.store import Store
from tests.integration.conftest import Village
from tests.integration.test_commands import done, refused, schedule


async def at(village: Village, store: Store, now: int) -> None:
    """Let the node look around at a time."""
    async with speaking(village.folder, store, clock=lambda: now) as voice:
        await _twice(voice)


async def _twice(voice: Voice) -> None:
    for _ in range(2):
        await scheduling.enter_due(voice)


def test_a_schedule_is_made_listed_paused_and_ended(village: Village) -> None:
    made = schedule(village, "--every", "month", "--first", "2099-01-31", "--times", "3")

    assert (made["number"], made["state"]) == (1, "running")
    assert (made["amount"], made["currency"], made["rhythm"]) == (
        "5.00",
        "leaves",
        "monthly",
    )
    assert done(village, "schedule", "pause", "1")["schedule"]["state"] == "paused"
    assert done(village, "schedule", "resume", "1")["schedule"]["next_on"] == "2099-01-31"
    assert done(village, "schedule", "skip", "1")["schedule"]["next_on"] == "2099-02-28"
    assert done(village, "schedule", "end", "1")["schedule"]["state"] == "ended"
    (listed,) = done(village, "schedule", "list", "--account", "2")
    assert listed == done(village, "schedule", "show", "1")["schedule"]


async def test_the_job_enters_what_is_due_once(village: Village) -> None:
    made = schedule(village, "--every", "week", "--first", "2099-01-01")
    store = Store(village.folder)

    await at(village, store, 4_072_000_000)  # The 14th of January 2099.

    await store.close()
    after = done(village, "schedule", "show", str(made["number"]))["schedule"]
    assert [turn["due_on"] for turn in after["trades"]] == ["2099-01-08", "2099-01-01"]
    assert done(village, "account", "show", "2")["balance"] == "-10.00"


def test_what_passes_no_other_exchange_has_no_price_to_agree_to(village: Village) -> None:
    schedule(village, "--every", "week")

    outcome = refused(village, "schedule", "agree", "1", "--most", "9")

    assert outcome.error["code"] == Code.FIELD_INVALID
    assert outcome.error["field"] == "most"


def test_a_first_day_that_has_passed_is_refused(village: Village) -> None:
    rent = ("--seller", "1", "--buyer", "2", "--amount", "5", "--for", "the shed")

    outcome = refused(village, "schedule", "add", *rent, "--first", "2020-01-01")

    assert outcome.error["code"] == Code.DATE_INVALID
    assert outcome.error["field"] == "first_on"


def test_another_s_schedule_is_not_there(village: Village) -> None:
    schedule(village)

    outcome = refused(village, "schedule", "end", "1", "--by", "3")

    assert outcome.error["code"] == Code.UNKNOWN_SCHEDULE
