"""What an exchange decides is recorded, and holds from its day on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from cesnode.community.roles import OPERATOR, Role
from cesnode.errors import Code
from cesnode.services.ruling import Terms, set_terms
from cesnode.store import Reader, Writer, accounts, exchanges
from tests.support.exchanges import DAY, NOW, acting_as, join, refused

TOMORROW = "2025-07-16"
"""NOW is in the afternoon of the day before."""


def decide(writer: Writer, *, since: str | None = None, **wanted: Any) -> None:  # noqa: ANN401 - Terms checks
    set_terms(writer, OPERATOR, Terms(**wanted), since=since, now=NOW)


def told(reader: Reader) -> list[tuple[str, Mapping[str, object]]]:
    """Return the acts since the founding, with their details."""
    rows = reader.all("SELECT kind, details FROM acts WHERE seq > 1 ORDER BY seq")
    return [(kind, json.loads(details)) for kind, details in rows]


def test_only_what_changes_is_kept_as_an_act(writer: Writer) -> None:
    decide(writer, floor="-50", ceiling="500", name="Oakvale Exchange")

    assert told(writer) == [("rules.set", {"floor": -50_00})]


def test_deciding_what_holds_already_changes_nothing(writer: Writer) -> None:
    decide(writer, floor="-100", hour_value="10", levy="none")

    assert told(writer) == []
    assert len(writer.all("SELECT id FROM rates")) == 1


def test_a_rate_holds_from_its_day_on(writer: Writer) -> None:
    decide(writer, hour_value="12", since=TOMORROW)

    values = [exchanges.load(writer, at).currency.hour_value for at in (NOW, NOW + DAY)]
    assert values == [Fraction(10), Fraction(12)]


def test_what_is_decided_for_today_does_not_undo_what_is_decided_for_later(
    writer: Writer,
) -> None:
    decide(writer, hour_value="12", since=TOMORROW)
    decide(writer, hour_value="11")

    values = [exchanges.load(writer, at).currency.hour_value for at in (NOW, NOW + DAY)]
    assert values == [Fraction(11), Fraction(12)]


def test_a_levy_is_kept_whole(writer: Writer) -> None:
    decide(writer, levy="2%", levy_buyer="none")

    ((kind, details),) = told(writer)
    assert kind == "levy.set"
    assert (details["seller_share"], details["buyer_share"]) == (20_000, 0)
    assert details["since"] == NOW


def test_the_communitys_own_account_bears_its_name(writer: Writer) -> None:
    decide(writer, name="New Oakvale")

    assert accounts.by_number(writer, "OAKV0000").name == "New Oakvale"


def test_a_day_that_is_over_is_refused(writer: Writer) -> None:
    with refused(Code.DATE_INVALID, field="since"):
        decide(writer, hour_value="12", since="2025-07-14")


def test_rules_are_set_by_those_who_may(writer: Writer) -> None:
    treasurer = join(writer, "Tia", role=Role.TREASURER)
    admin = join(writer, "Ada", role=Role.ADMIN)

    with refused(Code.NOT_ALLOWED):
        set_terms(writer, acting_as(writer, treasurer), Terms(floor="-5"), now=NOW)
    set_terms(writer, acting_as(writer, admin), Terms(floor="-5"), now=NOW)

    assert exchanges.load(writer, NOW).rules.limits.floor == -5_00


def test_a_clock_set_back_before_the_founding_does_not_take_the_rates_away(
    writer: Writer,
) -> None:
    long_ago = exchanges.load(writer, 1)

    assert long_ago.currency.hour_value == 10
