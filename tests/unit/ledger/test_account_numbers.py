"""How people write the number of an account, and which kinds of account there are."""

from __future__ import annotations

import pytest

from cesnode.errors import Code
from cesnode.ledger.accounts import (
    OPENABLE,
    AccountKind,
    Address,
    SystemAccount,
    clearing_number,
    is_code,
    number,
    parse_number,
    system_number,
)
from tests.support.exchanges import refused


@pytest.mark.parametrize(
    ("text", "code", "written"),
    [
        ("OAKV0007", "OAKV", "OAKV0007"),
        ("oakv0007", "OAKV", "OAKV0007"),
        ("OAKV 0007", "OAKV", "OAKV0007"),
        ("OAKV-0007", "OAKV", "OAKV0007"),
        ("0007", "OAKV", "OAKV0007"),
        ("7", "OAKV", "OAKV0007"),
        ("  7\n", "OAKV", "OAKV0007"),
        ("00000007", "OAKV", "OAKV0007"),
        ("0", "OAKV", "OAKV0000"),
        ("12345", "OAKV", "OAKV12345"),
        ("99999999", "OAKV", "OAKV99999999"),
        ("VILA0007", "VILA", "VILA0007"),
        ("vila 7", "VILA", "VILA0007"),
        ("OAKV-VILA", "OAKV", "OAKV-VILA"),
        ("oakv-opening", "OAKV", "OAKV-OPENING"),
    ],
)
def test_a_number_is_read_in_any_dress(text: str, code: str, written: str) -> None:
    assert parse_number(text, "OAKV", field="seller") == Address(code, written)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "OAKV",
        "OAK7",
        "OAKVV7",
        "OAKV--7",
        "OAKV  7",
        "-7",
        "7.5",
        "7a",
        "123456789",
        "OAKV123456789",
        "\u0667",
        "OAKV-",
        "OAKV-AB",
        "OAKV-1ABC",
        "OAKV-" + "A" * 17,
        "ßab-XYZ",
        "7\x00",
        "\ud800",
        "7; DROP TABLE accounts",
    ],
)
def test_what_is_no_number_is_refused_by_field(text: str) -> None:
    with refused(Code.ACCOUNT_MALFORMED, field="seller"):
        parse_number(text, "OAKV", field="seller")


@pytest.mark.parametrize("serial", [0, 1, 9999, 10000, 99999999])
def test_a_written_number_is_read_back(serial: int) -> None:
    written = number("OAKV", serial)

    assert parse_number(written, "VILA", field="seller") == Address("OAKV", written)
    assert len(written) >= len("OAKV0000")


@pytest.mark.parametrize("purpose", list(SystemAccount))
def test_a_system_account_is_called_by_its_purpose(purpose: SystemAccount) -> None:
    written = system_number("OAKV", purpose)

    assert parse_number(written, "OAKV", field="number").number == written


def test_a_clearing_account_is_called_by_both_exchanges() -> None:
    assert clearing_number("OAKV", "VILA") == "OAKV-VILA"


@pytest.mark.parametrize(
    ("text", "holds"),
    [("OAKV", True), ("oakv", False), ("OAK", False), ("OAKVI", False), ("OAK1", False)],
)
def test_a_code_has_four_capital_letters(text: str, *, holds: bool) -> None:
    assert is_code(text) is holds


def test_bookkeeping_accounts_belong_to_nobody() -> None:
    impersonal = {kind for kind in AccountKind if not kind.is_personal}

    assert impersonal == {AccountKind.CLEARING, AccountKind.SYSTEM}


def test_only_the_community_s_and_public_accounts_are_open() -> None:
    assert {kind for kind in AccountKind if kind.is_open} == {
        AccountKind.PUBLIC,
        AccountKind.COMMUNITY,
    }


def test_an_operator_opens_only_what_a_member_can_hold() -> None:
    assert set(OPENABLE) == set(AccountKind) - {
        AccountKind.COMMUNITY,
        AccountKind.CLEARING,
        AccountKind.SYSTEM,
    }
