"""What a monitor is told, and who may ask."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from cesnode.errors import Code
from cesnode.store.store import writing
from tests.integration.conftest import Api, Village
from tests.support.exchanges import NOW

METRICS = "/-/metrics"
Labels = frozenset[tuple[str, str]]


def labelled(**labels: str) -> Labels:
    return frozenset(labels.items())


async def figures(api: Api, village: Village) -> Mapping[tuple[str, Labels], float]:
    response = await api.client.get(METRICS, headers=api.headers(village.eva))
    assert response.status == 200
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(await response.text())
        for sample in family.samples
    }


def an_egg(village: Village, **other: object) -> dict[str, Any]:
    return {
        "id": "0190a2b4-0000-7000-8000-000000000001",
        "seller": village.ann.number,
        "buyer": village.bob.number,
        "amount": "1",
        "description": "an egg",
        **other,
    }


async def test_requests_are_counted_by_the_name_of_their_route(
    api: Api, village: Village
) -> None:
    await api.post("/trades", village.ann, an_egg(village))
    await api.post("/trades", village.ann, an_egg(village, amount="0"))
    await api.get(f"/accounts/{village.ann.number}", village.ann)
    await api.client.get("/nowhere")
    await api.client.request("PROPFIND", "/-/live")

    told = await figures(api, village)

    counted = {
        tuple(dict(labels)[name] for name in ("route", "method", "status")): value
        for (name, labels), value in told.items()
        if name == "cesnode_requests_total"
    }
    assert counted == {
        ("record_trade", "POST", "201"): 1,
        ("record_trade", "POST", "422"): 1,
        ("show_account", "GET", "200"): 1,
        ("none", "GET", "404"): 1,
        ("none", "OTHER", "405"): 1,
    }
    assert told["cesnode_request_seconds_count", labelled(route="record_trade")] == 2


async def test_the_book_is_summed_and_its_commits_are_counted(
    api: Api, village: Village
) -> None:
    await api.post("/trades", village.ann, an_egg(village))

    told = await figures(api, village)

    assert told["cesnode_balances_sum", labelled()] == 0
    assert told["cesnode_transfers_total", labelled()] == 1
    assert told["cesnode_trades_standing", labelled()] == 1
    assert told["cesnode_trades_in_flight", labelled()] == 0
    assert told["cesnode_held", labelled()] == 0
    assert told["cesnode_alarms", labelled()] == 0
    assert told["cesnode_commits_total", labelled()] == 1
    assert told["cesnode_jobs_total", labelled()] == 1
    assert told["cesnode_queue", labelled()] == 0
    assert told["cesnode_writable", labelled()] == 1
    assert told["process_resident_memory_bytes", labelled()] > 0
    assert told["process_open_fds", labelled()] > 0


async def test_a_book_that_does_not_sum_to_zero_shows(api: Api, village: Village) -> None:
    with writing(village.folder) as writer:
        writer.run("UPDATE standings SET balance = 5 WHERE account_id = 2")

    assert (await figures(api, village))["cesnode_balances_sum", labelled()] == 5


async def test_what_waits_for_a_peer_is_told_with_the_age_of_the_first(
    api: Api, village: Village
) -> None:
    with writing(village.folder) as writer:
        writer.run(
            "INSERT INTO peers (id, node, origin, code, name, state, peering_id, currency,"
            " currency_name, scale, rate_n, rate_d, box_key, clearing_id, created_at)"
            " VALUES (7, 'vila.example', 'https://vila.example', 'VILA', 'Vila', 'active',"
            " 'p', 'VILA', 'flor', 2, 1, 1, 'k', 1, ?)",
            (NOW,),
        )
        for age, done in ((90, None), (30, None), (500, NOW)):
            writer.run(
                "INSERT INTO outbox (peer_id, kind, wire_id, parameters, body, next_at,"
                " created_at, done_at) VALUES (7, 'x', 'y', '{}', x'', ?, ?, ?)",
                (NOW, NOW - age, done),
            )

    told = await figures(api, village)

    assert told["cesnode_peer", labelled(peer="vila.example", state="active")] == 1
    assert told["cesnode_outbox_letters", labelled(peer="vila.example")] == 2
    assert told["cesnode_outbox_oldest_seconds", labelled(peer="vila.example")] == 90


@pytest.mark.parametrize(("who", "status"), [("ann", 403), ("dora", 403), ("eva", 200)])
async def test_only_who_may_read_everything_is_told(
    api: Api, village: Village, who: str, status: int
) -> None:
    response = await api.client.get(METRICS, headers=api.headers(getattr(village, who)))

    assert response.status == status


async def test_without_a_token_nothing_is_told(api: Api) -> None:
    response = await api.client.get(METRICS)

    assert response.status == 401
    assert (await response.json(content_type=None))["code"] == Code.TOKEN_INVALID
