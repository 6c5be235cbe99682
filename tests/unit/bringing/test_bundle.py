"""Komunitin's community bundle: its files, its rules, its invariants."""

from __future__ import annotations

from pathlib import Path

import pytest

from cesnode.errors import FileInvalid
from cesnode.services.bringing.systems import System
from cesnode.store import accounts, exchanges, members, sign_ins, trades
from cesnode.store.store import reading
from tests.support.bringing import MOVED, Move, balances, move, require_sound
from tests.support.foreign import folder, table, without

SINCE = "2020-01-02T03:04:05+01:00"
UUID = "018f3f44-9b1c-7c3e-9d5e-1f2a3b4c5d6e"


def bundle(**changed: bytes) -> dict[str, bytes]:
    made = {
        "community.csv": table(
            "code,name,status,adminUsers,createdAt",
            ("NETA", "Net A", "active", "Ann@x.org", SINCE),
        ),
        "currency.csv": table(
            "code,name,namePlural,symbol,decimals,scale,rateNumerator,rateDenominator,"
            "settings.defaultInitialCreditLimit",
            ("NETA", "leaf", "leaves", "L", 2, 3, 1, 10, "50"),
        ),
        "users.csv": table(
            "email,name,status,passwordHash",
            ("ann@x.org ", "Ann Ash", "active", ""),
            ("bob@x.org", "Bob Beech", "active", ""),
        ),
        "member-users.csv": table(
            "member,user",
            ("NETA0001", "bob@x.org"), ("NETA0001", "ann@x.org"),
            ("NETA0002", "bob@x.org"),
        ),
        "members.csv": table(
            "code,name,type,status,createdAt",
            ("NETA0001", "Ann & Bob", "personal", "active", SINCE),
            ("NETA0002", "Bob’s shop", "business", "suspended", SINCE),
            ("NETA0003", "New one", "personal", "pending", SINCE),
            ("NETA0004", "Gone", "personal", "deleted", SINCE),
        ),
        "accounts.csv": table(
            "code,balance,creditLimit,maximumBalance",
            ("NETA0001", "12.5", "100", ""), ("NETA0002", "-12.5", "50", "200"),
            ("NETA0004", "0", "50", ""),
        ),
        "transfers.csv": table(
            "id,payer,payee,user,amount,description,createdAt",
            (UUID, "NETA0002", "NETA0001", "bob@x.org", "12.500", "bread", SINCE),
        ),
        "categories.csv": table("code,name", ("food", "Food")),
        "posts.csv": table(
            "code,type,member,category,title,description,status,value,expiresAt",
            ("p1", "offer", "NETA0001", "food", "Bread", "rye", "published", "1 L", SINCE),
            ("p2", "need", "NETA0002", "", "", "A bicycle", "draft", "", ""),
        ),
    }  # fmt: skip
    return made | {f"{name.replace('_', '-')}.csv": text for name, text in changed.items()}


def brought(tmp_path: Path, files: dict[str, bytes]) -> Move:
    path = folder(tmp_path / "files", files)
    return move(tmp_path / "data", path, System.BUNDLE, hour_value=None)


def test_all_nine_files_are_read(tmp_path: Path) -> None:
    moved = brought(tmp_path, bundle())

    result = moved.result
    assert (result.accounts, result.trades) == (3, 1)
    assert (result.offerings, result.wants) == (1, 1)
    assert result.differences == ()
    assert ["still applying" in reason for reason in moved.reasons] == [True]
    require_sound(tmp_path / "data")


def test_rates_limits_states_and_ids_are_kept(tmp_path: Path) -> None:
    brought(tmp_path, bundle())

    with reading(tmp_path / "data") as reader:
        exchange = exchanges.load(reader, MOVED)
        one, two, four = (accounts.by_number(reader, f"NETA000{n}") for n in (1, 2, 4))
        trade = trades.by_name(reader, UUID)
    assert exchange.currency.hour_value == 10
    assert exchange.rules.limits.floor == -50_000
    assert (one.limits.floor, one.limits.ceiling) == (-100_000, None)
    assert (two.state, two.limits.ceiling, four.state) == ("locked", 200_000, "closed")
    assert (trade.amount, trade.event_on) == (12_500, "2020-01-02")


def test_people_who_share_accounts_come_in_once_and_admins_stay_admins(
    tmp_path: Path,
) -> None:
    brought(tmp_path, bundle())

    with reading(tmp_path / "data") as reader:
        bob = sign_ins.by_email(reader, "bob@x.org")
        ann = sign_ins.by_email(reader, "ann@x.org")
        assert bob is not None
        assert ann is not None
        assert len(sign_ins.members_of(reader, bob.id)) == 2
        (member,) = sign_ins.members_of(reader, ann.id)
        assert [grant.role for grant in members.grants(reader, member)] == ["admin"]


def test_a_balance_that_the_transfers_do_not_come_to_is_told(tmp_path: Path) -> None:
    moved = brought(tmp_path, without(bundle(), "transfers.csv"))

    assert [one.account for one in moved.result.differences] == ["NETA0001", "NETA0002"]


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"members": table("code,name,colour", ("NETA0001", "A", "red"))}, "colour"),
        ({"members": table("code,name,name", ("NETA0001", "A", "B"))}, "twice"),
        ({"notes": table("a", ("b",))}, "no such file"),
        ({"community": table("code,name")}, "0 rows"),
        ({"currency": table("scale,rateNumerator,rateDenominator", (2, 0, 1))}, "rate"),
        ({"currency": table("scale,rateNumerator,rateDenominator", (13, 1, 1))}, "scale"),
        ({"users": "email\ncafé@x.org\n".encode("cp1252")}, "utf-8"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_bundle_against_the_rules_is_refused(
    tmp_path: Path, changed: dict[str, bytes], why: str
) -> None:
    with pytest.raises(FileInvalid, match=why):
        brought(tmp_path, bundle(**changed))
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("amount", "payee"),
    [("1,5", "NETA0001"), ("-1", "NETA0001"), ("1.2345", "NETA0001"), ("1", "NETA0002")],
)
def test_a_transfer_against_the_rules_is_left_out_and_told(
    tmp_path: Path, amount: str, payee: str
) -> None:
    row = (UUID, "NETA0002", payee, "", amount, "", SINCE)
    changed = table("id,payer,payee,user,amount,description,createdAt", row)

    moved = brought(tmp_path, bundle(transfers=changed))

    assert [one.file for one in moved.problems] == ["members.csv", "transfers.csv"]
    assert balances(tmp_path / "data")["NETA0001"] == "0.000"
