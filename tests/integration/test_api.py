"""The JSON interface, through a real server and a real client."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest
from aiohttp import ClientResponse

from cesnode.community.roles import Scope
from cesnode.errors import Code
from cesnode.ledger.trades import TradeState
from cesnode.store.store import writing
from cesnode.web import guard
from cesnode.web.api import trades as web_trades
from tests.integration.conftest import API, Api, Village, token
from tests.support.exchanges import Person


def sale(
    seller: Person, buyer: Person, amount: str = "12.50", **more: object
) -> dict[str, object]:
    return {
        "id": str(uuid4()),
        "seller": seller.number,
        "buyer": buyer.number,
        "amount": amount,
        "description": "a jar of honey",
        **more,
    }


async def refusal(response: ClientResponse) -> tuple[int, str]:
    assert response.content_type == "application/problem+json"
    problem = await response.json(content_type=None)
    assert problem["status"] == response.status
    assert problem["detail"]
    return response.status, problem["code"]


async def requested(api: Api, village: Village) -> str:
    """Let Ann ask Bob for a trade; return its reference."""
    body = sale(village.ann, village.bob, ask=True)
    response = await api.post("/trades", village.ann, body)
    ref: str = (await response.json())["trade"]["ref"]
    return ref


async def test_a_trade_is_recorded_once_however_often_it_is_sent(
    api: Api, village: Village
) -> None:
    body = sale(village.ann, village.bob)

    first = await api.post("/trades", village.ann, body)
    again = await api.post("/trades", village.ann, body)

    assert (first.status, again.status) == (201, 200)
    assert await first.read() == await again.read()
    trade = (await first.json())["trade"]
    assert trade["id"] == body["id"]
    assert (trade["state"], trade["amount"], trade["channel"]) == ("posted", "12.50", "api")
    shown = await (await api.get("/accounts/1", village.ann)).json()
    assert (shown["balance"], shown["sold"]) == ("12.50", 1)


async def test_an_id_with_other_content_is_refused_and_changes_nothing(
    api: Api, village: Village
) -> None:
    body = sale(village.ann, village.bob)
    await api.post("/trades", village.ann, body)
    before = village.everything()

    response = await api.post("/trades", village.ann, {**body, "amount": "13"})

    assert await refusal(response) == (409, Code.ID_REUSED)
    assert village.everything() == before


async def test_a_trade_says_who_entered_it_and_for_whom(api: Api, village: Village) -> None:
    body = sale(village.ann, village.bob)

    response = await api.post("/trades", village.dora, body)

    trade = (await response.json())["trade"]
    assert trade["entered_by"] == "Dora Dale"
    assert trade["on_behalf_of"] == village.ann.number


async def test_a_trade_is_shown_by_its_id_and_by_its_reference(
    api: Api, village: Village
) -> None:
    response = await api.post("/trades", village.ann, sale(village.ann, village.bob))
    recorded = await response.json()

    by_id = await api.get(f"/trades/{recorded['trade']['id']}", village.bob)
    by_ref = await api.get(f"/trades/{recorded['trade']['ref'].lower()}", village.bob)

    assert await by_id.json() == await by_ref.json() == recorded


async def test_to_a_stranger_a_trade_does_not_exist(api: Api, village: Village) -> None:
    response = await api.post("/trades", village.ann, sale(village.ann, village.bob))
    ref = (await response.json())["trade"]["ref"]

    assert await refusal(await api.get(f"/trades/{ref}", village.cem)) == (
        404,
        Code.UNKNOWN_TRADE,
    )


async def test_a_request_waits_until_its_buyer_accepts(api: Api, village: Village) -> None:
    ref = await requested(api, village)

    refused = await api.post(f"/trades/{ref}/accept", village.ann)
    accepted = await api.post(f"/trades/{ref}/accept", village.bob)

    assert await refusal(refused) == (403, Code.NOT_ALLOWED)
    assert (await accepted.json())["trade"]["state"] == TradeState.POSTED


@pytest.mark.parametrize("body", [None, {"reason": "I was not there"}])
async def test_a_buyer_declines_with_or_without_a_reason(
    api: Api, village: Village, body: dict[str, object] | None
) -> None:
    ref = await requested(api, village)

    response = await api.post(f"/trades/{ref}/decline", village.bob, body)

    assert (await response.json())["trade"]["state"] == TradeState.DECLINED


async def test_a_seller_withdraws_a_request(api: Api, village: Village) -> None:
    ref = await requested(api, village)

    response = await api.post(f"/trades/{ref}/withdraw", village.ann)

    assert (await response.json())["trade"]["state"] == TradeState.WITHDRAWN
    again = await api.post(f"/trades/{ref}/withdraw", village.ann)
    assert await refusal(again) == (409, Code.WRONG_STATE)


async def test_an_objection_is_settled_or_ends_in_a_reversal(
    api: Api, village: Village
) -> None:
    response = await api.post("/trades", village.ann, sale(village.ann, village.bob))
    path = f"/trades/{(await response.json())['trade']['ref']}"
    why = {"reason": "it was 10"}

    states = [
        (await (await api.post(f"{path}/{verb}", person, body)).json())["trade"]["state"]
        for verb, person, body in (
            ("object", village.bob, why),
            ("settle", village.bob, None),
            ("object", village.bob, why),
            ("reverse", village.ann, why),
        )
    ]

    assert states == ["objected", "posted", "objected", "reversed"]
    shown = await (await api.get("/accounts/1", village.ann)).json()
    assert (shown["balance"], shown["sold"]) == ("0.00", 0)


async def test_trades_are_listed_with_those_that_wait(api: Api, village: Village) -> None:
    await api.post("/trades", village.ann, sale(village.ann, village.bob))
    await requested(api, village)

    listed = await (await api.get("/trades", village.bob, account="2")).json()
    shortened = await (await api.get("/trades", village.bob, account="2", limit="1")).json()

    assert [trade["state"] for trade in listed] == ["requested", "posted"]
    assert shortened == listed[:1]
    everyone = await api.get("/trades", village.bob)
    assert await refusal(everyone) == (403, Code.NOT_ALLOWED)


async def test_a_statement_goes_from_page_to_page(api: Api, village: Village) -> None:
    for amount in ("1", "2", "4"):
        await api.post("/trades", village.ann, sale(village.ann, village.bob, amount))

    path = "/accounts/OAKV0001/statement"
    first = await (await api.get(path, village.ann, limit="2")).json()
    rest = await (
        await api.get(path, village.ann, limit="2", cursor=str(first["cursor"]))
    ).json()

    assert [line["amount"] for line in first["entries"]] == ["1.00", "2.00"]
    assert [line["amount"] for line in rest["entries"]] == ["4.00"]
    assert (first["opening"], first["closing"], rest["opening"], rest["closing"]) == (
        ("0.00", "3.00", "3.00", "7.00")
    )
    assert rest["cursor"] is None


async def test_a_statement_is_for_those_it_concerns(api: Api, village: Village) -> None:
    path = f"/accounts/{village.ann.number}/statement"

    statuses = [
        (await api.get(path, person)).status
        for person in (village.ann, village.bob, village.dora, village.eva)
    ]

    assert statuses == [200, 403, 200, 200]


async def test_me_tells_whose_token_it_is(api: Api, village: Village) -> None:
    me = await (await api.get("/me", village.dora)).json()

    assert (me["name"], me["roles"], me["scope"]) == ("Dora Dale", ["coordinator"], "admin")
    assert [account["number"] for account in me["accounts"]] == [village.dora.number]


async def test_members_are_found_by_name_and_listed_from_page_to_page(
    api: Api, village: Village
) -> None:
    found = await (await api.get("/members", village.ann, q="BEECH")).json()
    first = await (await api.get("/members", village.ann, limit="2")).json()
    rest = await (await api.get("/members", village.ann, after=first[-1]["number"])).json()

    assert [member["name"] for member in found] == ["Bob Beech"]
    assert [member["number"] for member in first + rest] == [
        f"OAKV000{serial}" for serial in range(6)
    ]


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer nonsense", "Basic abc", "Bearer ces_" + "x" * 43]
)
async def test_without_a_token_in_force_nothing_is_answered(api: Api, header: str) -> None:
    headers = {"Authorization": header} if header else {}

    response = await api.client.get(f"{API}/me", headers=headers)

    assert await refusal(response) == (401, Code.TOKEN_INVALID)
    assert response.headers["WWW-Authenticate"] == "Bearer"


async def test_a_revoked_token_opens_nothing_from_then_on(
    api: Api, village: Village
) -> None:
    with writing(village.folder) as writer:
        writer.run("UPDATE tokens SET revoked_at = 1 WHERE member_id = ?", (1,))

    response = await api.get("/me", village.ann)

    assert await refusal(response) == (401, Code.TOKEN_INVALID)


@pytest.mark.parametrize(
    ("scope", "statuses"),
    [
        (Scope.READ, (200, 403, 403)),
        (Scope.TRADE, (200, 201, 201)),
        (Scope.TILL, (403, 201, 403)),
        (Scope.ADMIN, (200, 201, 201)),
    ],
)
async def test_a_token_carries_no_more_than_its_scope(
    api: Api, village: Village, scope: Scope, statuses: tuple[int, int, int]
) -> None:
    with writing(village.folder) as writer:
        narrow = token(writer, village.ann, scope)
    headers = {"Authorization": f"bearer {narrow}"}

    me = await api.client.get(f"{API}/me", headers=headers)
    selling, buying = [
        await api.client.post(f"{API}/trades", json=body, headers=headers)
        for body in (sale(village.ann, village.bob), sale(village.bob, village.ann))
    ]

    assert (me.status, selling.status, buying.status) == statuses


@pytest.mark.parametrize(
    ("content", "headers", "expected"),
    [
        (b"not json", {}, (400, Code.BODY_INVALID)),
        (b"", {}, (400, Code.BODY_INVALID)),
        (b"[]", {}, (400, Code.BODY_INVALID)),
        (b"\xff", {}, (400, Code.BODY_INVALID)),
        (b'{"id":"x"}', {}, (400, Code.BODY_INVALID)),
        (b'{"id":1}', {}, (400, Code.BODY_INVALID)),
        (b'{"nonsense":1}', {}, (400, Code.BODY_INVALID)),
        (b'{"id":' + b"[" * 30_000, {}, (400, Code.BODY_INVALID)),
        (b'{"id":"\xff"}', {}, (400, Code.BODY_INVALID)),
        (b" " * 70_000, {}, (413, Code.BODY_TOO_LARGE)),
        (b"{}", {"Content-Type": "text/plain"}, (415, Code.BODY_UNSUPPORTED)),
        (b"{}", {"Content-Encoding": "gzip"}, (415, Code.BODY_UNSUPPORTED)),
    ],
    ids=lambda value: str(value)[:24],
)
async def test_a_body_that_cannot_be_read_is_refused_as_a_problem(
    api: Api,
    village: Village,
    content: bytes,
    headers: dict[str, str],
    expected: tuple[int, Code],
) -> None:
    before = village.everything()

    response = await api.client.post(
        f"{API}/trades",
        data=content,
        headers={
            "Content-Type": "application/json",
            **api.headers(village.ann),
            **headers,
        },
    )

    assert await refusal(response) == expected
    assert village.everything() == before


@pytest.mark.parametrize("name", ["amount", r"\u0061mount"])
async def test_a_member_of_a_body_that_is_there_twice_is_refused(
    api: Api, village: Village, name: str
) -> None:
    body = sale(village.ann, village.bob)
    members = ",".join(f'"{name}":"{value}"' for name, value in body.items())

    response = await api.client.post(
        f"{API}/trades",
        data=f'{{{members},"{name}":"1"}}',
        headers={"Content-Type": "application/json", **api.headers(village.ann)},
    )

    assert await refusal(response) == (400, Code.BODY_INVALID)
    assert "amount" in (await response.json(content_type=None))["detail"]


async def test_a_body_that_never_ends_is_not_waited_for(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "BODY_SECONDS", 0.01)
    port = api.client.port
    assert port is not None
    reader, writer = await asyncio.open_connection("127.0.0.1", port)

    writer.write(
        f"POST {API}/trades HTTP/1.1\r\nHost: here\r\nContent-Length: 10\r\n"
        "Content-Type: application/json\r\n\r\n{".encode()
    )
    answer = await reader.readline()
    writer.close()
    await writer.wait_closed()

    assert b"408" in answer


@pytest.mark.parametrize(
    ("path", "query", "expected"),
    [
        ("/trades", {"limit": "0"}, (422, Code.FIELD_INVALID)),
        ("/trades", {"limit": "x"}, (422, Code.FIELD_INVALID)),
        ("/trades", {"since": "soon"}, (422, Code.DATE_INVALID)),
        ("/members", {"limit": "501"}, (422, Code.FIELD_INVALID)),
        ("/members", {"limit": "9" * 5_000}, (422, Code.FIELD_INVALID)),
        ("/accounts/1/statement", {"from": "2026-02-30"}, (422, Code.DATE_INVALID)),
        ("/accounts/1/statement", {"to": "9999-12-32"}, (422, Code.DATE_INVALID)),
        ("/accounts/1/statement", {"cursor": "-1"}, (422, Code.FIELD_INVALID)),
        ("/accounts/no.1", {}, (422, Code.ACCOUNT_MALFORMED)),
        ("/accounts/99", {}, (404, Code.UNKNOWN_ACCOUNT)),
        ("/trades/nonsense", {}, (404, Code.UNKNOWN_TRADE)),
        ("/nothing", {}, (404, Code.NOT_FOUND)),
    ],
)
async def test_what_cannot_be_asked_is_named(
    api: Api,
    village: Village,
    path: str,
    query: dict[str, str],
    expected: tuple[int, Code],
) -> None:
    response = await api.get(path, village.eva, **query)

    assert await refusal(response) == expected


async def test_a_method_that_is_not_answered_is_told_those_that_are(api: Api) -> None:
    response = await api.client.delete(f"{API}/trades")

    assert await refusal(response) == (405, Code.METHOD_NOT_ALLOWED)
    assert response.headers["Allow"] == "GET,HEAD,POST"


async def test_a_fault_of_ours_is_told_by_its_number_alone(
    api: Api,
    village: Village,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def break_down(*_: object) -> None:
        raise RuntimeError("a secret of the node")

    monkeypatch.setattr(web_trades, "_show", break_down)

    response = await api.get("/trades/anything", village.ann)

    assert await refusal(response) == (500, Code.UNEXPECTED)
    assert "secret" not in await response.text()
    number = caplog.records[-1].getMessage().partition(":")[0]
    assert number in await response.text()
    assert "a secret of the node" in caplog.text


@pytest.mark.parametrize(
    "path", [f"{API}/me", "/-/live", "/nothing", f"{API}/openapi.json"]
)
async def test_every_answer_is_guarded(api: Api, path: str) -> None:
    response = await api.client.get(path)

    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Server"] == "cesnode"


async def test_operators_see_that_it_lives_is_ready_and_which_it_is(api: Api) -> None:
    live, ready, version = [
        await api.client.get(f"/-/{name}") for name in ("live", "ready", "version")
    ]

    assert (live.status, ready.status, version.status) == (200, 200, 200)
    assert (await version.json())["name"] == "cesnode"
