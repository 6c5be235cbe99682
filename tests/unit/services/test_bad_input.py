"""Each wrong input has its code and its field, and leaves the file as it was."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from cesnode.community.roles import OPERATOR, Role
from cesnode.errors import Code, NodeError
from cesnode.ledger.accounts import AccountKind, clearing_number
from cesnode.services import trading
from cesnode.services.membership import adding, changing, closing, helping, locking
from cesnode.services.membership.adding import Newcomer
from cesnode.services.membership.changing import Changes
from cesnode.store import Writer, accounts
from cesnode.store.store import reading, writing
from tests.support.exchanges import NOW, dump, join, order

HASH = "$argon2id$"
USED = UUID(int=7)


@pytest.fixture
def town(founded: Path) -> Path:
    """Ann (0001), Bob (0002), Cem (0003, locked), Dan (0004, closed); a peer's account."""
    with writing(founded) as writer:
        for name in ("Ann", "Bob", "Cem", "Dan"):
            join(writer, name)
        locking.lock(writer, OPERATOR, "3", reason="on leave", now=NOW)
        closing.close(writer, OPERATOR, "4", now=NOW)
        accounts.insert(
            writer,
            number=clearing_number("OAKV", "VILA"),
            name="Vila",
            kind=AccountKind.CLEARING,
            now=NOW,
            area=None,
        )
        trading.record(writer, OPERATOR, order("1", "2", "5", id=USED), now=NOW)
    return founded


def leaves_no_trace(
    town: Path, work: Callable[[Writer], object], code: Code | None, field: str | None
) -> None:
    """Expect a refusal (None: of any code), and the file to be as it was."""
    with reading(town) as reader:
        before = dump(reader)

    with pytest.raises(NodeError) as caught, writing(town) as writer:
        work(writer)

    assert caught.value.code is (code or caught.value.code)
    assert caught.value.field == field
    assert "{" not in str(caught.value)
    with reading(town) as reader:
        assert dump(reader) == before


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        ({"seller": "99"}, Code.UNKNOWN_ACCOUNT, "seller"),
        ({"buyer": "99"}, Code.UNKNOWN_ACCOUNT, "buyer"),
        ({"buyer": "VILA0007"}, Code.UNKNOWN_ACCOUNT, "buyer"),
        ({"buyer": "OAKV-VILA"}, Code.UNKNOWN_ACCOUNT, "buyer"),
        ({"seller": "OAKV-OPENING"}, Code.UNKNOWN_ACCOUNT, "seller"),
        ({"seller": "one"}, Code.ACCOUNT_MALFORMED, "seller"),
        ({"buyer": ""}, Code.ACCOUNT_MALFORMED, "buyer"),
        ({"buyer": "\ud800"}, Code.ACCOUNT_MALFORMED, "buyer"),
        ({"buyer": "1"}, Code.SAME_ACCOUNT, "buyer"),
        ({"buyer": "oakv 0001"}, Code.SAME_ACCOUNT, "buyer"),
        ({"amount": "0"}, Code.AMOUNT_NOT_POSITIVE, "amount"),
        ({"amount": "-5"}, Code.AMOUNT_INVALID, "amount"),
        ({"amount": ""}, Code.AMOUNT_INVALID, "amount"),
        ({"amount": "\ud800"}, Code.AMOUNT_INVALID, "amount"),
        ({"amount": "1.5.2"}, Code.AMOUNT_INVALID, "amount"),
        ({"amount": "1.2345"}, Code.AMOUNT_TOO_PRECISE, "amount"),
        ({"amount": "1.234"}, Code.AMOUNT_AMBIGUOUS, "amount"),
        ({"amount": "1e12"}, Code.AMOUNT_INVALID, "amount"),
        ({"amount": "99999999999999"}, Code.AMOUNT_TOO_LARGE, "amount"),
        ({"amount": "100.01"}, Code.LIMIT_EXCEEDED, "amount"),
        ({"description": " "}, Code.DESCRIPTION_MISSING, "description"),
        ({"description": "x" * 501}, Code.DESCRIPTION_TOO_LONG, "description"),
        ({"description": "a\x00b"}, Code.DESCRIPTION_INVALID, "description"),
        ({"description": "a\ud800b"}, Code.DESCRIPTION_INVALID, "description"),
        ({"event_on": "yesterday"}, Code.DATE_INVALID, "date"),
        ({"event_on": ""}, Code.DATE_INVALID, "date"),
        ({"event_on": "2025-02-30"}, Code.DATE_INVALID, "date"),
        ({"event_on": "1899-12-31"}, Code.DATE_INVALID, "date"),
        ({"event_on": "2999-01-01"}, Code.DATE_INVALID, "date"),
        ({"event_on": "\ud800"}, Code.DATE_INVALID, "date"),
        ({"buyer": "3"}, Code.ACCOUNT_LOCKED, "buyer"),
        ({"buyer": "4"}, Code.ACCOUNT_CLOSED, "buyer"),
        ({"seller": "4"}, Code.ACCOUNT_CLOSED, "seller"),
        ({"id": USED}, Code.ID_REUSED, "id"),
    ],
)
def test_a_wrong_order_is_refused(
    town: Path, wrong: Mapping[str, Any], code: Code, field: str
) -> None:
    asked = order(**{"seller": "1", "buyer": "2", "amount": "10", **wrong})

    leaves_no_trace(
        town, lambda writer: trading.record(writer, OPERATOR, asked, now=NOW), code, field
    )


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        (Newcomer(name=""), Code.FIELD_INVALID, "name"),
        (Newcomer(name="x" * 101), Code.FIELD_INVALID, "name"),
        (Newcomer(name="a\x00b"), Code.FIELD_INVALID, "name"),
        (Newcomer(name="Eve", email="eve"), Code.FIELD_INVALID, "email"),
        (Newcomer(name="Eve", area="a\x00b"), Code.FIELD_INVALID, "area"),
        (Newcomer(name="Eve", area=" "), Code.FIELD_INVALID, "area"),
        (Newcomer(name="Eve", kind=AccountKind.CLEARING), Code.FIELD_INVALID, "kind"),
        (Newcomer(name="Eve", kind=AccountKind.SYSTEM), Code.FIELD_INVALID, "kind"),
        (Newcomer(name="Eve", kind=AccountKind.COMMUNITY), Code.FIELD_INVALID, "kind"),
        (Newcomer(name="Eve", floor="low"), Code.AMOUNT_INVALID, "floor"),
        (Newcomer(name="Eve", floor="-1.234"), Code.AMOUNT_AMBIGUOUS, "floor"),
        (Newcomer(name="Eve", floor="5"), Code.FIELD_INVALID, "floor"),
        (Newcomer(name="Eve", ceiling="-5"), Code.FIELD_INVALID, "ceiling"),
        (Newcomer(name="Eve", ceiling="9" * 17), Code.AMOUNT_TOO_LARGE, "ceiling"),
    ],
)
def test_a_newcomer_who_cannot_be_is_refused(
    town: Path, wrong: Newcomer, code: Code, field: str
) -> None:
    leaves_no_trace(
        town, lambda writer: adding.add(writer, OPERATOR, wrong, now=NOW), code, field
    )


@pytest.mark.parametrize(
    ("number", "changes", "code", "field"),
    [
        ("99", Changes(name="Eve"), Code.UNKNOWN_ACCOUNT, "number"),
        ("one", Changes(name="Eve"), Code.ACCOUNT_MALFORMED, "number"),
        ("1", Changes(name="x" * 101), Code.FIELD_INVALID, "name"),
        ("1", Changes(name=""), Code.FIELD_INVALID, "name"),
        ("1", Changes(email="eve"), Code.FIELD_INVALID, "email"),
        ("1", Changes(floor="x"), Code.AMOUNT_INVALID, "floor"),
        ("1", Changes(name="Eve", ceiling="x"), Code.AMOUNT_INVALID, "ceiling"),
        ("OAKV-VILA", Changes(name="Mine"), Code.UNKNOWN_ACCOUNT, "number"),
    ],
)
def test_a_change_that_cannot_be_is_refused(
    town: Path, number: str, changes: Changes, code: Code, field: str
) -> None:
    leaves_no_trace(
        town,
        lambda writer: changing.change(writer, OPERATOR, number, changes, now=NOW),
        code,
        field,
    )


@pytest.mark.parametrize(
    ("work", "code", "field"),
    [
        (
            lambda w: locking.lock(w, OPERATOR, "1", reason=" ", now=NOW),
            Code.DESCRIPTION_MISSING,
            "reason",
        ),
        (
            lambda w: locking.lock(w, OPERATOR, "4", reason="no", now=NOW),
            Code.WRONG_STATE,
            "number",
        ),
        (
            lambda w: locking.unlock(w, OPERATOR, "1", now=NOW),
            Code.WRONG_STATE,
            "number",
        ),
        (lambda w: closing.close(w, OPERATOR, "4", now=NOW), Code.WRONG_STATE, "number"),
        (
            lambda w: closing.close(w, OPERATOR, "1", now=NOW),
            Code.ACCOUNT_NOT_EMPTY,
            None,
        ),
        (lambda w: closing.close(w, OPERATOR, "0", now=NOW), None, "number"),
        (
            lambda w: locking.lock(w, OPERATOR, "0", reason="no", now=NOW),
            None,
            "number",
        ),
    ],
    ids=[
        "lock without a reason",
        "lock a closed one",
        "unlock an open one",
        "close twice",
        "close with a balance",
        "close the community's",
        "lock the community's",
    ],
)
def test_an_account_that_cannot_be_treated_so_is_left(
    town: Path, work: Callable[[Writer], object], code: Code | None, field: str | None
) -> None:
    leaves_no_trace(town, work, code, field)


@pytest.mark.parametrize(
    "changes",
    [Changes(role=Role.ADMIN), Changes(without_role=Role.ADMIN)],
    ids=["give", "take"],
)
def test_an_account_of_nobody_has_no_roles(town: Path, changes: Changes) -> None:
    leaves_no_trace(
        town,
        lambda writer: changing.change(writer, OPERATOR, "0", changes, now=NOW),
        None,
        "number",
    )


def test_an_account_of_nobody_has_no_password(town: Path) -> None:
    leaves_no_trace(
        town,
        lambda writer: helping.set_password(
            writer, OPERATOR, "0", password_hash=HASH, now=NOW
        ),
        None,
        "number",
    )
