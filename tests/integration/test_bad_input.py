"""Whatever is wrong with a trade: one code and one sentence by either way, no change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import uuid4

import pytest

from cesnode.community.roles import OPERATOR
from cesnode.errors import Code
from cesnode.services.membership import closing, locking
from cesnode.store.store import writing
from cesnode.web.problems import STATUS
from tests.integration.conftest import Api, Village
from tests.support.exchanges import NOW
from tests.support.node import cesnode

GOOD = {"seller": "1", "buyer": "2", "amount": "12.50", "description": "honey"}


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is different from a good trade, and what is said of it."""

    code: Code
    field: str | None
    said: str
    trade: Mapping[str, str]


WRONG = [
    Wrong(Code.UNKNOWN_ACCOUNT, "seller", "OAKV0999", {"seller": "999"}),
    Wrong(Code.UNKNOWN_PEER, "buyer", "VILA0007", {"buyer": "VILA0007"}),
    Wrong(Code.UNKNOWN_PEER, "buyer", "0007@vila.example", {"buyer": "0007@vila.example"}),
    Wrong(Code.UNKNOWN_ACCOUNT, "seller", "OAKV-OPENING", {"seller": "OAKV-OPENING"}),
    Wrong(Code.ACCOUNT_MALFORMED, "buyer", "“Bob”", {"buyer": "Bob"}),
    Wrong(Code.ACCOUNT_MALFORMED, "seller", "“”", {"seller": ""}),
    Wrong(Code.SAME_ACCOUNT, "buyer", "the same account", {"buyer": "OAKV0001"}),
    Wrong(Code.AMOUNT_NOT_POSITIVE, "amount", "more than zero", {"amount": "0"}),
    Wrong(Code.AMOUNT_INVALID, "amount", "“-5”", {"amount": "-5"}),
    Wrong(Code.AMOUNT_INVALID, "amount", "“ten”", {"amount": "ten"}),
    Wrong(Code.AMOUNT_INVALID, "amount", "“1e999999”", {"amount": "1e999999"}),
    Wrong(Code.AMOUNT_TOO_PRECISE, "amount", "1.23 and 1.24", {"amount": "1.2345"}),
    Wrong(Code.AMOUNT_AMBIGUOUS, "amount", "1234?", {"amount": "1.234"}),
    Wrong(Code.AMOUNT_TOO_LARGE, "amount", "10000000000.00", {"amount": "99999999999"}),
    Wrong(Code.DESCRIPTION_MISSING, "description", "what", {"description": " "}),
    Wrong(Code.DESCRIPTION_TOO_LONG, "description", "501", {"description": "x" * 501}),
    Wrong(Code.DESCRIPTION_INVALID, "description", "2", {"description": "a\x07b"}),
    Wrong(Code.DESCRIPTION_INVALID, "description", "2", {"description": "a\u202eb"}),
    Wrong(Code.ACCOUNT_LOCKED, "buyer", "call the office", {"buyer": "3"}),
    Wrong(Code.ACCOUNT_CLOSED, "seller", "OAKV0004", {"seller": "4"}),
    Wrong(Code.ACCOUNT_CLOSED, "buyer", "OAKV0004", {"buyer": "4"}),
    Wrong(Code.LIMIT_EXCEEDED, "amount", "0.01 leaves too much", {"amount": "100.01"}),
    Wrong(Code.DATE_INVALID, "date", "“soon”", {"date": "soon"}),
    Wrong(Code.DATE_INVALID, "date", "“2999-01-01”", {"date": "2999-01-01"}),
    Wrong(Code.ID_INVALID, "id", "“7”", {"id": "7"}),
]

each = pytest.mark.parametrize(
    "wrong",
    WRONG,
    ids=lambda wrong: f"{wrong.code}-{next(iter(wrong.trade.values()))[:20]}",
)


@pytest.fixture
def prepared(village: Village) -> Village:
    """Lock Cem's account, and close Dora's."""
    with writing(village.folder) as writer:
        locking.lock(writer, OPERATOR, "3", reason="please call the office", now=NOW)
        closing.close(writer, OPERATOR, "4", now=NOW)
    return village


@each
def test_a_command_refuses_it(prepared: Village, wrong: Wrong) -> None:
    trade = {"id": str(uuid4()), **GOOD, **wrong.trade}
    options = {
        "--id": trade["id"],
        "--seller": trade["seller"],
        "--buyer": trade["buyer"],
        "--amount": trade["amount"],
        "--for": trade["description"],
        **({"--date": trade["date"]} if "date" in trade else {}),
    }
    words = [word for option in options.items() for word in option]
    before = prepared.everything()

    outcome = cesnode("trade", "record", *words, "--data", str(prepared.folder), "--json")

    assert outcome.code == 1
    assert (outcome.error["code"], outcome.error.get("field")) == (wrong.code, wrong.field)
    assert wrong.said in outcome.error["message"]
    assert f"Error: {outcome.error['message']}" in outcome.stderr
    assert prepared.everything() == before


@each
async def test_the_interface_refuses_it(prepared: Village, api: Api, wrong: Wrong) -> None:
    before = prepared.everything()

    response = await api.post(
        "/trades", prepared.eva, {"id": str(uuid4()), **GOOD, **wrong.trade}
    )

    problem = await response.json(content_type=None)
    assert response.status == problem["status"] == STATUS[wrong.code]
    assert (problem["code"], problem.get("field")) == (wrong.code, wrong.field)
    assert wrong.said in problem["detail"]
    assert prepared.everything() == before
