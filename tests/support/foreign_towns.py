"""The town of `foreign`, told in the tables of other systems, with their own defects.

Each returns its files and what every account has to come to, in minor units.
"""

from __future__ import annotations

import datetime
import random
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tests.support.foreign import SETTINGS, TRADES, USERS, Ces, Row, table, town

Files = Mapping[str, bytes]
_TRADE = TRADES.split(",")


@dataclass(frozen=True, slots=True)
class Deal:
    """A row of the town's trades, by what its columns are called."""

    cells: Mapping[str, object]

    def __getitem__(self, column: str) -> str:
        return str(self.cells[column])

    @property
    def cents(self) -> int:
        return round(float(self["Amount"]) * 100)

    @property
    def seconds(self) -> int:
        told = self["DateEntered"].replace("/", "-")
        return int(datetime.datetime.fromisoformat(f"{told}+00:00").timestamp())

    @property
    def abroad(self) -> str | None:
        """Which side is another exchange, if one is."""
        return next((x for x in ("Seller", "Buyer") if self[x].endswith("VIRT")), None)


def deals(ces: Ces) -> Iterator[Deal]:
    for row in ces.trades:
        yield Deal(dict(zip(_TRADE, row, strict=True)))


def units(cents: int) -> str:
    return f"{cents / 100:.2f}"


def ces_v2(members: int, trades: int) -> tuple[Files, Mapping[str, int]]:
    """Each side has its own amount and levy; elsewhere amounts are worth half as much."""
    ces = town(members, trades)
    rows: list[Row] = []
    for deal in deals(ces):
        ours, levy = deal["Amount"], deal["Levy"]
        theirs = units(deal.cents // 2)
        sides = {x: deal[x] for x in ("Seller", "Buyer")}
        if deal.abroad:
            sides[deal.abroad] = "VILA0007"
        amounts = [theirs if deal.abroad == x else ours for x in sides]
        levies = ["" if deal.abroad == x else levy for x in sides]
        kind = "dess" if deal.abroad else "sess"
        rows.append((f"t{deal['ID']}", kind, *sides.values(), *amounts, *levies,
                     deal["Description"], deal["DateEntered"]))  # fmt: skip
    sums = {uid: cents for uid, cents in ces.sums.items() if not uid.endswith("VIRT")}
    people: list[Row] = [
        (uid, "ind" if not uid.endswith("0000") else "adm", "Renée", uid) for uid in sums
    ]
    files = {
        "exchanges.csv": table("xid,full_title,currency_name", ("CTTE", "Town", "Talent")),
        "users.csv": table("uid,usertype,firstname,surname", *people),
        "transactions.csv": table(
            "txid,type,seller,buyer,seller_amount,buyer_amount,seller_levy,buyer_levy,"
            "description,date_entered",
            *rows,
        ),
        "balances.csv": table("uid,balance", *((u, units(c)) for u, c in sums.items())),
    }
    return files, sums


def integralces(members: int, trades: int) -> tuple[Files, Mapping[str, int]]:
    """No levies; trades that were never carried out, people and balances repeated."""
    ces = town(members, trades)
    chance = random.Random(7)  # noqa: S311 - to be repeatable
    sums: Counter[str] = Counter()
    rows: list[Row] = []
    for deal in deals(ces):
        sides = [deal["Seller"], deal["Buyer"]]
        if deal.cents < 0:
            continue  # It shows what was taken back as never there.
        if deal.abroad:
            sides = ["CTTEVILA" if side.endswith("VIRT") else side for side in sides]
        cells = {"ID": deal["ID"], "Seller": sides[0], "Buyer": sides[1],
                 "DateEntered": deal.seconds, "Amount": deal["Amount"],
                 "Description": deal["Description"]}  # fmt: skip
        rows.append([cells.get(column, "") for column in _TRADE])
        sums[sides[0]] += deal.cents
        sums[sides[1]] -= deal.cents
    for place in range(max(1, trades // 5_000)):  # Refused there, and in the file.
        one, other = (f"CTTE{n:04}" for n in chance.sample(range(1, members + 1), 2))
        cells = {"ID": trades + 1 + place, "Seller": one, "Buyer": other,
                 "DateEntered": 1_500_000_000 + place, "Amount": units(10**8 + place),
                 "Description": "never"}  # fmt: skip
        rows.append([cells.get(column, "") for column in _TRADE])
    del sums["CTTEVILA"]
    uids = [f"CTTE{serial:04}" for serial in range(members + 1)]
    people = [
        [{"UID": uid, "Password": "pasword", "UserType": "adm", "Surname": name,
          "Created": 1_000_000_000}.get(column, "0") for column in USERS.split(",")]
        for uid in uids
        for name in (uid, f"{uid} too")
    ]  # fmt: skip
    settings: dict[str, object] = {"ExchangeID": 17, "ExchangeName": "Town"}
    files = {
        "settings.csv": table(SETTINGS, [settings.get(c, "") for c in SETTINGS.split(",")]),
        "users.csv": table(USERS, *people),
        "trades.csv": table(TRADES, *rows),
        "balances.csv": table(
            "UID,Balance",
            *((uid, f"{sums[uid] / 100:,.2f}") for uid in uids for _ in range(2)),
        ),
    }
    return files, {uid: sums[uid] for uid in uids}


def elas(members: int, trades: int) -> tuple[Files, Mapping[str, int]]:
    """Whole amounts, users by id, another system as a user of status 7."""
    ces = town(members, trades)
    other = members + 1
    sums: Counter[int] = Counter()
    rows: list[Row] = []
    for deal in deals(ces):
        seller, buyer = (
            other if deal[x].endswith("VIRT") else int(deal[x][4:])
            for x in ("Seller", "Buyer")
        )
        when = datetime.datetime.fromtimestamp(deal.seconds, datetime.UTC)
        rows.append((deal["ID"], deal.cents, deal["Description"], buyer, seller, "Jan",
                     "Jan", f"{when:%Y-%m-%d %H:%M:%S}"))  # fmt: skip
        sums[seller] += deal.cents
        sums[buyer] -= deal.cents
    people: list[Row] = [
        (serial, f"{serial:03}", f"Renée {serial}", 1, sums[serial])
        for serial in range(1, members + 1)
    ]
    people.append((other, "gent", "LETS Gent", 7, sums[other]))
    files = {
        "users.csv": table("id,letscode,fullname,status,saldo", *people),
        "transactions.csv": table(
            "id,amount,description,id_from,id_to,real_from,real_to,cdate", *rows
        ),
    }
    return files, {f"CTTE{n:04}": sums[n] for n in range(1, members + 1)}


def timeoverflow(members: int, trades: int) -> tuple[Files, Mapping[str, int]]:
    """No headers; seconds from source to destination; nothing is ever taken back."""
    ces = town(members, trades)
    sums: Counter[int] = Counter()
    rows: list[Row] = []
    for deal in deals(ces):
        sides = [
            0 if deal[x].endswith("VIRT") else int(deal[x][4:]) for x in ("Seller", "Buyer")
        ]
        if deal.cents < 0:
            continue
        kinds = ["member" if side else "organization" for side in sides]
        when = datetime.datetime.fromtimestamp(deal.seconds, datetime.UTC)
        rows.append((sides[1], kinds[1], sides[0], kinds[0], deal.cents * 60,
                     f"{when:%Y-%m-%d %H:%M:%S}", deal["Description"], ""))  # fmt: skip
        sums[sides[0]] += deal.cents
        sums[sides[1]] -= deal.cents
    people: list[Row] = [
        (serial, "2005-01-01", "Renée", str(serial), "", 1, "", "", "", "")
        for serial in range(1, members + 1)
    ]
    files = {
        name: table("x", *lines).partition(b"\n")[2]
        for name, lines in (("users.csv", people), ("transfers.csv", rows))
    }
    return files, {f"CTTE{n:04}": sums[n] for n in range(members + 1)}
