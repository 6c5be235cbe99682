"""CES's version 2 files."""

from __future__ import annotations

from pathlib import Path

from cesnode.store import accounts
from cesnode.store.store import reading
from tests.support.bringing import balances, move, require_sound
from tests.support.foreign import folder, table

TRANSACTIONS = (
    "txid,txid_alt,xid,type,seller,buyer,seller_nid,buyer_nid,seller_amount,buyer_amount,"
    "base_amount,seller_levy,buyer_levy,description,date_entered,entered_by"
)
AT = "2014-05-06 07:08:09"


def export() -> dict[str, bytes]:
    return {
        "exchanges.csv": table(
            "xid,short_name,full_title,map_address,currency_name,currency_name_plural,"
            "CredLim,DebLim",
            ("CTTE", "CTTE", "Cape Town", "", "Talent", "Talents", 5000, 500),
        ),
        "users.csv": table(
            "uid,password,usertype,firstname,surname,email,locked,debit_limit,"
            "credit_limit,date_created",
            ("ctte0000", "x", "adm", "", "Admin", "", 0, 0, 0, "2014-01-01 00:00:00"),
            ("ctte0001", "x", "ind", "Ann", "Ash", "a@x.org", 0, 200, 0, "2014-01-01"),
            ("ctte0002", "x", "ind", "Bob", "Beech", "", 1, 0, 0, "2014-01-01"),
        ),
        "transactions.csv": table(
            TRANSACTIONS,
            ("t1", "", "CTTE", "sess", "CTTE0001", "CTTE0002", "", "", "100.00", "100.00",
             "", "2.00", "3.00", "bread", AT, "CTTE0001"),
            ("t2", "", "CTTE", "dess", "CTTE0001", "VILA0009", "", "", "50.00", "5.00",
             "", "1.00", "0.10", "eggs", AT, ""),
            ("t3", "", "CTTE", "deds", "XYZ", "CTTE0002", "CEN0244", "", "1.00", "20.00",
             "", "", "0.40", "milk", AT, ""),
        ),
        "adverts.csv": table(
            "uid,ad_type,title,description,category,hide,date_added,date_expires",
            ("CTTE0001", "o", "Bread", "<i>rye</i>", "Food", 0, AT, AT),
            ("CTTE0001", "x", "Odd", "", "", 0, AT, AT),
        ),
        "balances.csv": table(
            "uid,balance", ("CTTE0000", "6.40"), ("CTTE0001", "147.00"),
            ("CTTE0002", "-123.40"),
        ),
    }  # fmt: skip


def test_each_side_has_its_own_amount_and_levy(tmp_path: Path) -> None:
    data = tmp_path / "data"

    moved = move(data, folder(tmp_path / "files", export()))

    assert moved.result.differences == ()
    held = balances(data)
    assert (held["CTTE-VILA"], held["CTTE-CENA"]) == ("-50.00", "20.00")
    require_sound(data)


def test_locks_and_limits_are_read(tmp_path: Path) -> None:
    data = tmp_path / "data"

    move(data, folder(tmp_path / "files", export()))

    with reading(data) as reader:
        ann, bob = (accounts.by_number(reader, f"CTTE000{n}") for n in (1, 2))
    assert (ann.limits.floor, ann.limits.ceiling) == (-200_00, 5000_00)
    assert bob.state == "locked"


def test_an_advert_of_no_known_kind_is_told(tmp_path: Path) -> None:
    moved = move(tmp_path / "data", folder(tmp_path / "files", export()))

    assert moved.result.offerings == 1
    assert [(one.file, one.row) for one in moved.problems] == [("adverts.csv", 3)]
