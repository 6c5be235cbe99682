"""IntegralCES's own export, with the defects it is known for."""

from __future__ import annotations

from pathlib import Path

import pytest

from cesnode.services.bringing.systems import System
from cesnode.store import accounts, exchanges, members, trades
from cesnode.store.store import reading
from tests.support.bringing import MOVED, balances, move, require_sound
from tests.support.foreign import SETTINGS, TRADES, USERS, folder, table

AT = 1_400_000_000


def export(
    trades: list[tuple[object, ...]], balances: list[tuple[str, str]]
) -> dict[str, bytes]:
    """Write CES's headers over IntegralCES's content: numbers for ids, days and yes."""
    users = [
        ("ANNA0000", "x", "adm", "", "Admin", "", "", "a@x.org", AT, 0, 0, 0, 0, 0),
        ("ANNA0001", "x", "adm", "Ann", "Ash", "", "", "ann@x.org", AT, 0, 0, 0, 0, 0),
        ("ANNA0001", "x", "adm", "Al", "Ash", "", "", "al@x.org", AT, 0, 0, 0, 0, 0),
        ("ANNA0002", "x", "adm", "Bé", "Beech", "", "", "b@x.org", AT, 0, 0, 0, 0, 0),
        ("ANNA0003", "x", "adm", "Cem", "Cedar", "", "", "c@x.org", AT, 0, 0, 0, 1, 0),
    ]  # fmt: skip
    settings: dict[str, object] = {
        "ExchangeID": 17,
        "ExchangeTitle": "short",
        "ExchangeName": "Xarxa d’Anna",
        "DateAdded": AT,
    }
    return {
        "settings.csv": table(SETTINGS, [settings.get(c, "") for c in SETTINGS.split(",")]),
        "users.csv": table(USERS, *users),
        "trades.csv": table(TRADES, *trades),
        "balances.csv": table("UID,Balance", *balances),
        "offers.csv": table(
            "ID,UID,Remote,Category,Subcat,Title,Description,Image,Keys,Rate,ConRate,"
            "DateAdded,DateExpires,Hidden",
            (1, "ANNA0001", "", "", "", "Bread", "", "", "", "", "", AT, AT, 0),
            (1, "ANNA0002", "", "", "", "Bread", "", "", "", "", "", AT, AT, 0),
        ),
    }


def trade(number: int, seller: str, buyer: str, amount: str) -> tuple[object, ...]:
    return (number, seller, buyer, "", "", "", AT + number, "", amount, "", "", "bread")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


ONE = [trade(1, "ANNA0001", "ANNA0002", "1234.50")]
STATED = [("ANNA0001", "1,234.50"), ("ANNA0002", "-1,234.50"), ("ANNA0001", "1,234.50")]


def test_it_is_known_by_its_marks_though_called_ces(tmp_path: Path, data: Path) -> None:
    moved = move(data, folder(tmp_path / "files", export(ONE, STATED)), System.CES)

    assert moved.reasons == []
    assert moved.result.differences == ()
    with reading(data) as reader:
        exchange = exchanges.load(reader, MOVED)
        assert (exchange.code, exchange.name) == ("ANNA", "Xarxa d’Anna")
        assert trades.by_id(reader, 1).created_at == AT + 1
    require_sound(data)


def test_an_account_repeated_for_each_person_is_one_with_several_members(
    tmp_path: Path, data: Path
) -> None:
    moved = move(data, folder(tmp_path / "files", export(ONE, STATED)))

    assert (moved.result.accounts, moved.result.members) == (4, 4)
    with reading(data) as reader:
        ann = accounts.by_number(reader, "ANNA0001")
        held = accounts.members_of(reader, ann.id)
        names = [members.by_id(reader, member).name for member in held]
        grants = [members.grants(reader, member) for member in held]
    assert names == ["Ann Ash", "Al Ash"]
    assert grants == [(), ()]  # Everybody is written as an administrator there.


def test_an_offer_repeated_for_each_account_is_one(tmp_path: Path, data: Path) -> None:
    moved = move(data, folder(tmp_path / "files", export(ONE, STATED)))

    assert moved.result.offerings == 1


def test_trades_that_were_never_carried_out_are_left_out_by_the_balances(
    tmp_path: Path, data: Path
) -> None:
    rejected = trade(2, "ANNA0001", "ANNA0002", "10.00")
    pending = trade(3, "ANNA0003", "ANNA0002", "7.25")

    moved = move(
        data, folder(tmp_path / "files", export([*ONE, rejected, pending], STATED))
    )

    assert [one.row for one in moved.problems] == [3, 4]
    assert "never carried out" in moved.problems[0].reason
    assert moved.result.differences == ()
    assert balances(data)["ANNA0001"] == "1234.50"


def test_what_no_choice_of_trades_explains_is_left_as_a_difference(
    tmp_path: Path, data: Path
) -> None:
    stated = [("ANNA0001", "1,000.00"), ("ANNA0002", "-1,000.00")]

    moved = move(data, folder(tmp_path / "files", export(ONE, stated)))

    assert moved.reasons == []
    assert [one.account for one in moved.result.differences] == ["ANNA0001", "ANNA0002"]


def test_a_leg_between_exchanges_stands_on_the_clearing_account(
    tmp_path: Path, data: Path
) -> None:
    legs = [trade(1, "ANNA0001", "ANNANETB", "5.00"), trade(2, "NETB0001", "NETBANNA", "3")]

    moved = move(data, folder(tmp_path / "files", export(legs, [("ANNA0001", "5.00")])))

    assert balances(data)["ANNA-NETB"] == "-5.00"
    assert [one.row for one in moved.problems] == [3]  # The other exchange's own leg.
