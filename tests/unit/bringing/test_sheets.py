"""Our own tables, and those of eLAS and TimeOverflow."""

from __future__ import annotations

from pathlib import Path

import pytest

from cesnode.errors import FileInvalid
from cesnode.services.bringing.systems import System
from cesnode.store import accounts, categories, exchanges, export, members, trades
from cesnode.store.store import reading
from tests.support.bringing import MOVED, Move, balances, move, require_sound
from tests.support.foreign import folder, table


def brought(
    tmp_path: Path,
    files: dict[str, bytes],
    hour_value: str | None = "10",
    name: str | None = None,
) -> Move:
    path = folder(tmp_path / "files", files)
    return move(
        tmp_path / "data",
        path,
        System.CSV,
        hour_value=hour_value,
        code="OAKV",
        name=name,
    )


def test_a_spreadsheet_of_members_alone_founds_an_exchange(tmp_path: Path) -> None:
    members = "number;name;opening;balance\n1;Ann Ash;12,50;12,50\n2;Bob;-12,50;-12,50\n"

    moved = brought(tmp_path, {"members.csv": members.encode()}, name="Oakvale")

    assert (moved.reasons, moved.result.differences) == ([], ())
    assert balances(tmp_path / "data") == {
        "OAKV0000": "0.00",
        "OAKV0001": "12.50",
        "OAKV0002": "-12.50",
        "OAKV-OPENING": "0.00",
    }
    require_sound(tmp_path / "data")


def test_two_equal_trades_of_one_day_are_two(tmp_path: Path) -> None:
    row = ("1", "2", "5", "2020-01-02", "bread")
    made = {
        "members.csv": table("number,name", (1, "Ann"), (2, "Bob")),
        "trades.csv": table("seller,buyer,amount,event_on,description", row, row),
    }

    moved = brought(tmp_path, made)
    again = brought(tmp_path, made)

    assert (moved.result.added.trades, again.result.added.trades) == (2, 0)
    assert balances(tmp_path / "data")["OAKV0001"] == "10.00"


def test_a_number_that_cannot_be_one_here_is_given_the_next(tmp_path: Path) -> None:
    made = {"members.csv": table("number,name", ("A-12", "Ann"), (7, "Bob"))}

    moved = brought(tmp_path, made)

    assert ["the account is OAKV0008" in reason for reason in moved.reasons] == [True]


def test_a_column_nobody_knows_is_told(tmp_path: Path) -> None:
    made = {"members.csv": table("number,name,colour", (1, "Ann", "red"))}

    moved = brought(tmp_path, made)

    assert [(one.row, one.column) for one in moved.problems] == [(1, "colour")]


def test_a_movement_of_many_accounts_is_booked_whole_or_not_at_all(tmp_path: Path) -> None:
    made = {
        "members.csv": table("number,name", (1, "Ann"), (2, "Bob")),
        "movements.csv": table(
            "transfer,recorded_at,kind,account,amount",
            (1, "2020-01-01", "fee", 1, "-2"), (1, "2020-01-01", "fee", 2, "-3"),
            (1, "2020-01-01", "fee", 0, "5"), (2, "2020-01-02", "fee", 1, "-2"),
            (3, "2020-01-02", "trade", 1, "-2"), (3, "2020-01-02", "trade", 0, "2"),
        ),
    }  # fmt: skip

    moved = brought(tmp_path, made)

    assert [one.row for one in moved.problems] == [5, 6]
    assert balances(tmp_path / "data")["OAKV0000"] == "5.00"
    require_sound(tmp_path / "data")


def test_elas_is_recognised_and_read(tmp_path: Path) -> None:
    made = {
        "users.csv": table(
            "id,cdate,name,fullname,letscode,status,accountrole,minlimit,maxlimit,saldo",
            (10, "2012-01-01 10:00:00.5", "ann", "Ann Ash", "001", 1, "admin", -400, 9, 30),
            (11, "2012-01-01 10:00:00", "bob", "Bob", "B2", 1, "user", -400, 400, -40),
            (12, "2012-01-01 10:00:00", "ls", "LETS Gent", "gent", 7, "guest", 0, 0, 10),
        ),
        "contact.csv": table("id,id_user,value", (1, 10, "ann@x.org"), (2, 10, "0123")),
        "transactions.csv": table(
            "id,amount,description,id_from,id_to,real_from,real_to,cdate,date",
            (1, 40, "fiets", 11, 10, "", "", "2012-02-03 10:00:00", "2012-02-01 00:00:00"),
            (2, 10, "brood", 10, 12, "", "Jan uit Gent", "2012-02-04 10:00:00", ""),
        ),
        "categories.csv": table("id,name", (3, "Eten")),
        "messages.csv": table(
            "id,cdate,validity,id_category,id_user,content,Description,msg_type",
            (5, "2012-01-01", "2013-01-01", 3, 10, "Brood", "vers", 1),
            (6, "2012-01-01", "2013-01-01", 3, 11, "Fiets", "", 0),
        ),
    }  # fmt: skip

    moved = brought(tmp_path, made)

    assert moved.result.differences == ()
    assert (moved.result.offerings, moved.result.wants) == (1, 1)
    held = balances(tmp_path / "data")
    assert (held["OAKV0001"], held["OAKV0002"], held["OAKV-GENT"]) == ("30", "-40", "10")
    with reading(tmp_path / "data") as reader:
        assert trades.by_id(reader, 1).event_on == "2012-02-01"
        assert accounts.by_number(reader, "OAKV0001").limits.floor == -400
    require_sound(tmp_path / "data")


def test_eland_s_newer_tables_are_read(tmp_path: Path) -> None:
    """Its limits and balances lie in tables of their own, the last row of each holds."""
    made = {
        "users.csv": table(
            "id,name,full_name,code,status,role,created_at",
            (10, "ann", "Ann Ash", "001", 1, "admin", "2021-01-01 10:00:00"),
            (11, "bob", "Bob", "002", 2, "user", "2021-01-01 10:00:00"),
        ),
        "type_contact.csv": table("id,name,abbrev", (1, "E-mail", "mail"), (2, "W", "web")),
        "contact.csv": table(
            "id,user_id,id_type_contact,value",
            (1, 10, 2, "https://x.example/@ann"),
            (2, 10, 1, "ann@x.example"),
        ),
        "min_limit.csv": table(
            "id,account_id,min_limit", (2, 10, -300), (1, 10, -100), (3, 11, ""),
        ),
        "max_limit.csv": table("id,account_id,max_limit", (1, 10, 500)),
        "balance.csv": table(
            "id,account_id,amount,balance", (1, 10, 40, 40), (2, 11, -40, -40),
        ),
        "transactions.csv": table(
            "id,amount,description,id_from,id_to,created_by,created_at",
            (1, 40, "fiets", 11, 10, 11, "2021-02-03 10:00:00"),
        ),
        "categories.csv": table("id,name,parent_id", (3, "Eten", ""), (4, "Brood", 3)),
        "messages.csv": table(
            "id,subject,content,user_id,category_id,offer_want,created_at,expires_at,"
            "image_files",
            (5, "Rogge", "vers", 10, 4, "offer", "2021-01-01", "2031-01-01", '["a.jpg"]'),
            (6, "Fiets", "", 11, "", "want", "2021-01-01", "2031-01-01", ""),
        ),
    }  # fmt: skip

    moved = brought(tmp_path, made)

    assert moved.result.differences == ()
    assert ["a.jpg" in reason for reason in moved.reasons] == [True]
    with reading(tmp_path / "data") as reader:
        ann = accounts.by_number(reader, "OAKV0001")
        trade = trades.by_id(reader, 1)
        bread, bicycle = export.own_listings(reader)
        shelves = {one.id: one for one in categories.every(reader)}
        assert (ann.name, ann.limits.floor, ann.limits.ceiling) == ("Ann Ash", -300, 500)
        assert trade.entered_by == accounts.members_of(reader, 3)[0]
        assert members.by_id(reader, accounts.members_of(reader, ann.id)[0]).email == (
            "ann@x.example"
        )
    assert (bread.words.title, bread.words.text) == ("Rogge", "vers")
    assert shelves[bread.category or 0].name == "Brood"
    assert (bicycle.kind, bicycle.expires_on) == ("want", "2031-01-01")
    require_sound(tmp_path / "data")


def test_timeoverflow_s_transfers_without_times_are_refused(tmp_path: Path) -> None:
    made = {
        "users.csv": b"1,2015-01-01,Ann,Ash,,1,,,,\n2,2015-01-01,Bob,Beech,,2,,,,\n",
        "transfers.csv": b"1,member,2,member,5400,bread,\n",
    }

    with pytest.raises(FileInvalid, match="no times"):
        brought(tmp_path, made)


def test_timeoverflow_is_recognised_and_read_in_minutes(tmp_path: Path) -> None:
    made = {
        "users.csv": b"1,2015-01-01,Ann,Ash,,1,1970-01-01,,,ann@x.org\n"
        b"2,2015-01-01,Bob,Beech,,2,,,,\n",
        "transfers.csv": b"1,member,2,member,5400,2015-02-03 10:00:00,bread,\n"
        b"2,member,0,organization,60,2015-02-04 10:00:00,,\n"
        b"2,member,1,member,90,2015-02-04 10:00:00,,\n",
        "posts.csv": b"1,Offer,Bread,rye,3,2015-01-01,2015-01-01,2016-01-01\n",
    }

    moved = brought(tmp_path, made, hour_value=None)

    assert ["whole minutes" in reason for reason in moved.reasons] == [True]
    held = balances(tmp_path / "data")
    assert (held["OAKV0001"], held["OAKV0002"], held["OAKV0000"]) == ("-90", "89", "1")
    assert moved.result.offerings == 1
    with reading(tmp_path / "data") as reader:
        assert exchanges.load(reader, MOVED).currency.hour_value == 60
    require_sound(tmp_path / "data")


@pytest.mark.parametrize(
    ("column", "cell"),
    [("measure", "gold"), ("scale", "9"), ("hour_value", "1/0"), ("hour_value", "-1"),
     ("hour_value", "1e999999999"), ("limit_policy", "maybe")],
)  # fmt: skip
def test_an_exchange_that_cannot_be_is_refused_by_its_column(
    tmp_path: Path, column: str, cell: str
) -> None:
    made = {
        "community.csv": table(f"code,{column}", ("OAKV", cell)),
        "members.csv": table("number,name", (1, "Ann")),
    }

    with pytest.raises(FileInvalid, match=column):
        brought(tmp_path, made)
