"""Whatever lawfully happens, the auditor finds nothing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from random import Random

import pytest

from cesnode.community.rules import HouseRules
from cesnode.ledger.limits import Growth, LimitPolicy, Limits
from cesnode.ledger.money import Currency, Measure
from cesnode.services import ruling
from cesnode.services.membership.adding import Newcomer
from cesnode.store.auditor import audit
from cesnode.store.auditor.plain import Plain
from cesnode.store.database import FILE
from cesnode.store.store import writing
from tests.faults.effort import effort
from tests.histories import Scribe, rich
from tests.support.exchanges import BOTH_SIDES, found, oakvale
from tests.wandering import Wanderer

HISTORIES = effort(200, 10_000)
STEPS = 50
"""10,000 random steps each time; 10,000 random histories in a soak."""
PEOPLE = 5


def kinds() -> Iterator[tuple[Currency, HouseRules]]:
    """Go through currencies of every kind, and rules from narrow to none."""
    for scale, measure in (
        (2, Measure.MUTUAL),
        (0, Measure.MUTUAL),
        (4, Measure.MUTUAL),
        (2, Measure.TIME),
        (0, Measure.GIFT),
    ):
        currency = Currency(
            code="OAKV",
            singular="leaf",
            plural="leaves",
            scale=scale,
            measure=measure,
            hour_value=Fraction(10),
        )
        yield currency, HouseRules(levy=BOTH_SIDES)
        yield (
            currency,
            HouseRules(
                limits=Limits(-10_000, 20_000),
                growth=Growth(100_000, 5_000),
                limit_policy=LimitPolicy.WARN if scale else LimitPolicy.BLOCK,
                agree_after_days=30,
            ),
        )


@pytest.fixture(scope="module")
def beginnings(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Exchanges with a few members each, in which nothing was traded yet."""
    made = []
    for serial, (currency, rules) in enumerate(kinds()):
        folder = tmp_path_factory.mktemp("beginnings") / str(serial)
        made.append(found(folder, oakvale(currency, rules)))
        with writing(folder) as writer:
            scribe = Scribe(writer)
            for person in range(PEOPLE):
                scribe.join(Newcomer(name=f"Member {person}"))
    return made


def test_a_good_history_gives_no_finding(beginnings: list[Path], tmp_path: Path) -> None:
    done = transfers = 0

    for seed in range(HISTORIES):
        folder = tmp_path / "history"
        shutil.copytree(beginnings[seed % len(beginnings)], folder)
        with writing(folder) as writer:
            done += Wanderer(Scribe(writer), Random(seed), PEOPLE).wander(STEPS)  # noqa: S311
        audited = audit(folder / FILE)
        shutil.rmtree(folder)

        assert audited.findings == (), f"seed {seed}"
        transfers += audited.transfers

    assert done > HISTORIES * STEPS / 2, "most steps were refused"
    assert transfers > HISTORIES * STEPS / 10, "hardly anything was traded"


def test_the_fast_way_and_the_careful_way_agree(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = rich(tmp_path / "oakvale")
    fast = audit(folder / FILE)
    monkeypatch.setattr(Plain, "takes", lambda *_: False)

    assert audit(folder / FILE) == fast


def test_a_levy_as_large_as_the_price_leaves_the_trading_record_right(
    tmp_path: Path,
) -> None:
    folder = found(tmp_path / "oakvale", oakvale(rules=HouseRules()))
    with writing(folder) as writer:
        scribe = Scribe(writer)
        scribe.join(Newcomer(name="Ann Ash"))
        scribe.join(Newcomer(name="Bob Beech"))
        scribe.rule(ruling.Terms(levy_seller="1"))
        scribe.trade(1, 2, "1")

    assert audit(folder / FILE).findings == ()
