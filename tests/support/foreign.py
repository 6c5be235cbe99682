"""Makes up communities as other systems export them, with the balances they come to."""

from __future__ import annotations

import csv
import datetime
import io
import random
import zipfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

Row = Sequence[object]
DAY = datetime.timedelta(days=1)


def table(header: str, *rows: Row, encoding: str = "utf-8") -> bytes:
    """Write a table as a program would: its header is given with commas."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(header.split(","))
    writer.writerows(rows)
    return file.getvalue().encode(encoding)


def folder(place: Path, files: Mapping[str, bytes]) -> Path:
    place.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (place / name).write_bytes(content)
    return place


def archive(place: Path, files: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return place


SETTINGS = (
    "ExchangeID,ExchangeTitle,ExchangeName,ExchangeType,Password,LevyRate,CurName,"
    "CurNamePlural,CurLet,MapAddress,TimeBased,TimeUnit,DateAdded,CredLim,DebLim,TimeDiff"
)
USERS = (
    "UID,Password,UserType,Firstname,Surname,OrgName,SubArea,Email,Created,Coord,"
    "CredLimit,DebLimit,Closed,Locked"
)
TRADES = (
    "ID,Seller,Buyer,RemoteExchange,RemoteBuyer,RecordID,DateEntered,EnteredBy,Amount,"
    "Levy,LevyRate,Description"
)
OFFERS = (
    "ID,UID,Remote,Category,Subcat,Title,Description,Image,Keys,Rate,ConRate,DateAdded,"
    "DateExpires,Hidden"
)


@dataclass
class Ces:
    """An exchange as CES's version 1 writes it; amounts in cents."""

    code: str = "CTTE"
    levy: int = 2
    settings: dict[str, object] = field(default_factory=dict)
    users: list[Row] = field(default_factory=list)
    trades: list[Row] = field(default_factory=list)
    offers: list[Row] = field(default_factory=list)
    wants: list[Row] = field(default_factory=list)
    sums: Counter[str] = field(default_factory=Counter)
    encoding: str = "cp1252"

    def uid(self, serial: int) -> str:
        return f"{self.code}{serial:04}"

    def join(self, serial: int, name: str = "", **more: object) -> str:
        uid = self.uid(serial)
        cells = {
            "UID": uid,
            "Password": "plain-secret",
            "UserType": "ind" if serial else "adm",
            "Surname": name or f"Person {serial}",
            "Created": "2005/01/02",
            "Coord": "0",
            "CredLimit": "0",
            "DebLimit": "0",
            "Closed": "0",
            "Locked": "0",
            **more,
        }
        self.users.append([cells.get(column, "") for column in USERS.split(",")])
        self.sums[uid] += 0
        return uid

    def trade(
        self,
        seller: int | str,
        buyer: int | str,
        cents: int,
        when: str = "2011/05/14 21:34:45",
        **more: object,
    ) -> None:
        sides = [
            self.uid(side) if isinstance(side, int) else side for side in (seller, buyer)
        ]
        levy = (abs(cents) * self.levy + 50) // 100 * (1 if cents > 0 else -1)
        cells = {
            "ID": len(self.trades) + 1,
            "Seller": sides[0],
            "Buyer": sides[1],
            "DateEntered": when,
            "EnteredBy": sides[0],
            "Amount": f"{cents / 100:.2f}",
            "Levy": f"{levy / 100:.2f}",
            "LevyRate": self.levy,
            "Description": "bread",
            **more,
        }
        self.trades.append([cells.get(column, "") for column in TRADES.split(",")])
        for side, sign in zip(sides, (1, -1), strict=True):
            ours = not side.endswith("VIRT")
            self.sums[side] += sign * cents - (levy if ours else 0)
            self.sums[self.uid(0)] += levy if ours else 0

    def files(self, **balances: str) -> dict[str, bytes]:
        cells = {
            "ExchangeID": self.code,
            "ExchangeTitle": "Cape Town Talent Exchange",
            "ExchangeName": "CTTE",
            "Password": "plain-secret",
            "LevyRate": self.levy,
            "CurName": "Talent",
            "CurNamePlural": "Talents",
            "CurLet": "T",
            "TimeBased": "0",
            "DateAdded": "2003/02/01",
            "CredLim": "5000",
            "DebLim": "500",
            "TimeDiff": "2",
            **self.settings,
        }
        stated = {
            uid: balances.get(uid, f"{cents / 100:.2f}") for uid, cents in self.sums.items()
        }
        rows: dict[str, tuple[str, list[Row]]] = {
            "settings.csv": (SETTINGS, [[cells.get(c, "") for c in SETTINGS.split(",")]]),
            "users.csv": (USERS, self.users),
            "trades.csv": (TRADES, self.trades),
            "balances.csv": ("UID,Balance", list(stated.items())),
            "offers.csv": (
                OFFERS,
                self.offers,
            ),
            "wants.csv": ("ID,UID,Keep,DateAdded,Title,Description", self.wants),
        }
        return {
            name: table(header, *lines, encoding=self.encoding)
            for name, (header, lines) in rows.items()
        }


def village(members: int = 3, **settings: object) -> Ces:
    """Begin a small exchange: the account 0000 and some members."""
    ces = Ces(settings=dict(settings))
    for serial in range(members + 1):
        ces.join(serial)
    return ces


def town(members: int, trades: int, seed: int = 1) -> Ces:
    """Make an exchange up that has traded for ten years, at home and abroad."""
    chance = random.Random(seed)  # noqa: S311 - to be repeatable
    ces = Ces()
    for serial in range(members + 1):
        ces.join(
            serial,
            f"Renée {serial} Müller",
            Email=f"person{serial // 2}@example.org",
            SubArea=chance.choice(("North", "South", "Zürich")),
            UserType=chance.choice(("ind", "ind", "ind", "fam", "org", "com", "pub"))
            if serial
            else "adm",
        )
    start = datetime.datetime(2005, 3, 1, 8, tzinfo=datetime.UTC)
    last: tuple[int, int, int] | None = None
    for place in range(trades):
        when = start + place * 3650 * DAY / trades
        told = when.strftime("%Y/%m/%d %H:%M:%S")
        seller, buyer = chance.sample(range(1, members + 1), 2)
        cents = chance.randint(1, 50_000)
        what = chance.random()
        if what < 0.01 and last is not None:
            ces.trade(*last[:2], -last[2], told, Description="deleted: café")
            last = None
        elif what < 0.03:
            here, there = ces.uid(seller), f"{ces.code}VIRT"
            sides = (here, there) if what < 0.02 else (there, here)
            elsewhere = chance.choice(("VILA", "NET1"))
            ces.trade(*sides, cents, told, RemoteExchange=elsewhere, RemoteBuyer="VILA0007")
        else:
            ces.trade(seller, buyer, cents, told, Description=f"café &amp; <b>{place}</b>")
            last = (seller, buyer, cents)
    return ces


def without(files: Mapping[str, bytes], *names: str) -> dict[str, bytes]:
    return {name: content for name, content in files.items() if name not in names}
