"""The communities of the demonstration have traded with each other for most of a year."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from itertools import permutations
from typing import Any

import pytest

from cesnode.services.authority import member_actor
from cesnode.services.demonstration.abroad_year import A_PAIR
from cesnode.services.demonstration.cast import CAST
from cesnode.services.demonstration.filling import Filled, Site, fill
from cesnode.services.demonstration.year import TRADES
from cesnode.services.messages import reading as messages
from cesnode.services.reconciling import Status
from cesnode.store import accounts, peers
from cesnode.store import store as doors
from cesnode.store.auditor.audit import audit
from cesnode.store.database import FILE

TODAY = datetime.date(2026, 10, 5)
PAIRS = list(permutations(CAST, 2))

Region = Mapping[str, Filled]


@pytest.fixture(scope="module")
def told() -> list[tuple[int, int]]:
    return []


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory, told: list[tuple[int, int]]) -> Region:
    folder = tmp_path_factory.mktemp("region")
    sites = [
        Site(character=one, folder=folder / code, origin=f"http://127.0.0.1:{port}")
        for port, (code, one) in enumerate(CAST.items(), start=8101)
    ]

    def tell(done: int, total: int) -> None:
        told.append((done, total))

    made = fill(sites, today=TODAY, seed=1, progress=tell)
    return {one.code: one for one in made}


def rows(filled: Filled, sql: str, *values: str | int) -> Sequence[tuple[Any, ...]]:
    with doors.reading(filled.folder) as reader:
        return reader.all(sql, values)


def peer_of(region: Region, one: str, other: str) -> peers.Peer:
    with doors.reading(region[one].folder) as reader:
        (found,) = (peer for peer in peers.every(reader) if peer.code == other)
    return found


@pytest.mark.parametrize("code", CAST)
def test_the_auditor_finds_nothing(region: Region, code: str) -> None:
    assert audit(region[code].folder / FILE).findings == ()


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_both_sides_have_the_same_chain_and_owe_what_it_says(
    region: Region, one: str, other: str
) -> None:
    chain = "SELECT debtor, creditor, seq, hash FROM clearing_entries WHERE peer_id = ?"
    sums = (
        "SELECT sum(own_amount), sum(other_amount) FROM clearing_entries WHERE peer_id = ?"
    )
    ours, theirs = peer_of(region, one, other), peer_of(region, other, one)
    balance = "SELECT balance FROM standings WHERE account_id = ?"

    assert set(rows(region[one], chain, ours.id)) == set(
        rows(region[other], chain, theirs.id)
    )
    ((own, foreign),) = rows(region[one], sums, ours.id)
    assert rows(region[other], sums, theirs.id) == [(-foreign, -own)]
    assert rows(region[one], balance, ours.clearing) == [(own,)]
    assert ours.reconciliation in {Status.IN_SYNC, Status.HELD}


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_people_bought_in_every_direction_in_most_months(
    region: Region, one: str, other: str
) -> None:
    bought = rows(
        region[one],
        "SELECT created_at FROM remote_trades WHERE role = 'payer' AND state = 'posted'"
        " AND downstream_id = ?",
        peer_of(region, one, other).id,
    )
    months = {datetime.datetime.fromtimestamp(at, datetime.UTC).month for (at,) in bought}

    assert len(bought) > A_PAIR // 4
    assert len(months) > 5


@pytest.mark.parametrize("code", CAST)
def test_time_passes_forward_for_everybody(region: Region, code: str) -> None:
    times = [
        at for (at,) in rows(region[code], "SELECT recorded_at FROM transfers ORDER BY seq")
    ]

    assert times == sorted(times)


def test_something_was_paid_back_and_something_refused(region: Region) -> None:
    refunds = refused = 0
    for filled in region.values():
        ((back,),) = rows(
            filled,
            "SELECT count(*) FROM remote_trades"
            " WHERE refund_of IS NOT NULL AND role = 'payer' AND state = 'posted'",
        )
        ((void,),) = rows(filled, "SELECT count(*) FROM trades WHERE state = 'voided'")
        refunds, refused = refunds + back, refused + void

    assert refunds > 2
    assert refused > 2


@pytest.mark.parametrize("code", CAST)
def test_a_buyer_and_two_bills_from_elsewhere_wait_for_the_visitor(
    region: Region, code: str
) -> None:
    number = region[code].sign_ins[0].number
    waiting = rows(
        region[code],
        "SELECT t.state FROM trades AS t JOIN accounts AS a"
        " ON a.id IN (t.seller_id, t.buyer_id) WHERE a.number = ?"
        " AND t.other IS NOT NULL AND t.state IN ('pending', 'requested')"
        " AND t.channel = 'federation' ORDER BY 1",
        number,
    )
    held = rows(region[code], "SELECT count(*) FROM trades WHERE state = 'held'")

    assert [state for (state,) in waiting] == ["pending", "requested", "requested"]
    assert held == [(1,)]


@pytest.mark.parametrize("code", CAST)
def test_somebody_abroad_has_written_to_the_visitor(region: Region, code: str) -> None:
    number = region[code].sign_ins[0].number
    with doors.reading(region[code].folder) as reader:
        account = accounts.by_number(reader, number)
        (member,) = accounts.members_of(reader, account.id)
        newest, *_ = messages.inbox(reader, member_actor(reader, member))

    assert newest.whom.exchange in {CAST[other].name for other in CAST if other != code}
    assert newest.is_unread


def test_two_communities_meet_in_a_group(region: Region) -> None:
    for code, guests in (("OAKV", 1), ("VILA", 0)):
        said = rows(
            region[code],
            "SELECT n.address IS NULL FROM group_notices AS n JOIN groups AS g"
            " ON g.id = n.group_id WHERE g.name = 'The old orchard'"
            " AND n.under_id IS NOT NULL ORDER BY n.id DESC LIMIT 1",
        )
        assert said == [(not guests,)]
    assert rows(region["OAKV"], "SELECT COUNT(*) FROM group_shown") == [(1,)]


def test_nothing_waits_to_be_sent_but_for_what_somebody_has_to_decide(
    region: Region,
) -> None:
    for filled in region.values():
        letters = rows(filled, "SELECT kind FROM outbox WHERE done_at IS NULL")

        assert letters == [("prepare",)]


def test_the_whole_way_is_told(region: Region, told: list[tuple[int, int]]) -> None:
    total = len(region) * TRADES + len(PAIRS) // 2 * A_PAIR

    assert told == [(done, total) for done in range(1, total + 1)]
