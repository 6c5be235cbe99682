"""What only groups see, in a community that moves: its groups stay behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from cesnode.community.market import State
from cesnode.services.bringing.systems import System
from cesnode.services.leaving.leaving import Leaving
from cesnode.store.store import writing
from tests.support.bringing import move
from tests.support.exchanges import found as found_exchange
from tests.support.exchanges import join
from tests.support.foreign import folder, table
from tests.support.groups import Circle, found
from tests.unit.bringing.test_adverts import MEMBERS, all_of, written


@pytest.fixture
def market(tmp_path: Path) -> Path:
    """An exchange whose one listing is for a group."""
    data = found_exchange(tmp_path / "market")
    with writing(data) as writer:
        ann = join(writer, "Ann Ash")
        Circle(writer, found(writer, ann)).put(ann, "Rare beans", price="2.50")
    return data


@pytest.mark.parametrize(
    ("form", "hour_value"),
    [(Leaving.CSV, None), (Leaving.CES, "10"), (Leaving.BUNDLE, "10")],
)
def test_nobody_is_shown_elsewhere_what_was_for_a_group(
    market: Path, tmp_path: Path, form: Leaving, hour_value: str | None
) -> None:
    written(market, form, tmp_path / "out")

    move(tmp_path / "data", tmp_path / "out", System(form), hour_value=hour_value)

    (brought,) = all_of(tmp_path / "data")
    assert (brought.words.title, brought.state) == ("Rare beans", State.HIDDEN)


def test_a_table_that_names_groups_shows_nothing_to_nobody(tmp_path: Path) -> None:
    offerings = table("id,owner,title,audience", (1, 1, "Bread", "group"))
    files = {"members.csv": MEMBERS, "offerings.csv": offerings}

    moved = move(tmp_path / "data", folder(tmp_path / "in", files), System.CSV, code="OAKV")

    (brought,) = all_of(tmp_path / "data")
    assert (brought.words.title, brought.state) == ("Bread", State.HIDDEN)
    assert moved.reasons == []
