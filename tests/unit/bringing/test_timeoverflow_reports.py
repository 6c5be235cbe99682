"""What a time bank's admins download from TimeOverflow, in whatever language they do."""

from __future__ import annotations

from pathlib import Path

import pytest

from cesnode.errors import FileInvalid
from cesnode.services.bringing.outcome import NOTHING
from cesnode.services.bringing.systems import System
from cesnode.store import accounts, export, members, profiles
from cesnode.store.store import reading
from tests.support.bringing import Move, balances, move, require_sound
from tests.support.foreign import folder, table

MEMBERS = table(
    "N,Nombre,Email,Teléfono,Teléfono alternativo,Creado,Último acceso,Idioma,Saldo",
    (1, "Ann Ash", "ann@x.org", "600 1", "", "2015-01-02 10:00:00 UTC", "", "es", "-1:30"),
    (2, "Bob (the elder)", "", "", "", "2015-01-02 10:00:00 +0100", "", "es", "1:29"),
    (7, "Cleo", "cleo@x.org", "", "", "2016-01-02 10:00:00 UTC", "", "ca", "&mdash;"),
)
TRANSFERS = table(
    "Fecha,Origen,Destino,Anuncio,Cantidad",
    ("2015-02-04 10:00:00 UTC", "Bob (the elder) (2)", "El Banco", "", "0:01"),
    ("2015-02-03 10:00:00 UTC", "Ann Ash (1)", "Bob (the elder) (2)", "Pan", "1:30"),
    ("2015-02-02 10:00:00 UTC", "Cleo (7)", "El usuario no está activo", "", "2:00"),
    ("2015-02-01 10:00:00 UTC", "El usuario ya no existe", "Cleo (7)", "", "2:00"),
)
OFFERS = table(
    ",Oferta,Etiquetas,Usuario,Creado",
    ("", "Comida", "", "", ""),
    (11, "Pan", "pan, horno", "Bob (the elder) (2)", "2015-01-05 10:00:00 UTC"),
    ("", "-", "", "", ""),
    (12, "Otra cosa", "", "Ann Ash (1)", "2015-01-05 10:00:00 UTC"),
)
INQUIRIES = table(
    ",Demanda,Etiquetas,Usuario,Creado",
    ("", "Casa", "", "", ""),
    (13, "Una bici", "", "Cleo (7)", "2015-01-05 10:00:00 UTC"),
)
ALL = {
    "Member.csv": MEMBERS,
    "Transfer.csv": TRANSFERS,
    "Offers.csv": OFFERS,
    "Inquiries.csv": INQUIRIES,
}


def brought(tmp_path: Path, files: dict[str, bytes], **said: str) -> Move:
    data, path = tmp_path / "data", folder(tmp_path / "files", files)
    code, name = said.get("code", "BANC"), said.get("name", "El Banco")
    return move(data, path, System.CSV, hour_value=None, code=code, name=name)


def test_everything_that_can_be_downloaded_at_once_comes_over(tmp_path: Path) -> None:
    moved = brought(tmp_path, ALL)

    held = balances(tmp_path / "data")
    assert moved.result.differences == ()
    assert {number: held[number] for number in ("BANC0001", "BANC0002", "BANC0007")} == {
        "BANC0001": "-90",
        "BANC0002": "89",
        "BANC0007": "0",
    }
    assert held["BANC0000"] == "1"
    assert moved.result.trades == 4
    require_sound(tmp_path / "data")


def test_whoever_left_is_one_locked_account_and_that_is_told(tmp_path: Path) -> None:
    moved = brought(tmp_path, ALL)

    with reading(tmp_path / "data") as reader:
        (left,) = (one for one in accounts.every(reader) if one.name == "Former members")
    assert (left.state, left.position.balance) == ("locked", 0)
    assert [reason for reason in moved.reasons if "stand without a number" in reason]


def test_offers_and_inquiries_come_with_category_tags_and_owner(tmp_path: Path) -> None:
    brought(tmp_path, ALL)

    with reading(tmp_path / "data") as reader:
        told = {
            (each.kind, each.words.title, each.words.keywords, each.category is not None)
            for each in export.own_listings(reader)
        }
    assert told == {
        ("offering", "Pan", ("pan", "horno"), True),
        ("offering", "Otra cosa", (), False),
        ("want", "Una bici", (), True),
    }


def test_telephones_come_along_for_whoever_has_one(tmp_path: Path) -> None:
    brought(tmp_path, ALL)

    with reading(tmp_path / "data") as reader:
        (ann,) = accounts.members_of(reader, accounts.by_number(reader, "BANC0001").id)
        assert members.by_id(reader, ann).email == "ann@x.org"
        assert profiles.of_member(reader, ann).phone == "600 1"


def test_tables_downloaded_one_by_one_are_known_by_their_shape(tmp_path: Path) -> None:
    files = {
        "El Banco_Usuarios_2026-01-02.csv": MEMBERS,
        "El Banco_Transferencias_2026-01-02.csv": TRANSFERS,
        "El Banco_Ofertas_2026-01-02.csv": OFFERS,
    }

    moved = brought(tmp_path, files)

    assert (moved.result.trades, moved.result.offerings) == (4, 0)
    assert [reason for reason in moved.reasons if "call it Offers.csv" in reason]


def test_the_same_download_again_changes_nothing(tmp_path: Path) -> None:
    brought(tmp_path, ALL)

    again = brought(tmp_path, ALL)

    assert again.result.added == NOTHING


def test_a_bank_that_is_called_otherwise_stands_with_those_who_left(tmp_path: Path) -> None:
    moved = brought(tmp_path, ALL, name="Other")

    with reading(tmp_path / "data") as reader:
        (left,) = (one for one in accounts.every(reader) if one.name == "Former members")
    assert left.position.balance == 1
    assert moved.result.differences == ()


@pytest.mark.parametrize("cell", ["90", "1:75", "", "-:30", "0:00"])
def test_a_quantity_that_is_no_time_is_named(tmp_path: Path, cell: str) -> None:
    rows = table(
        "Date,From,To,Post,Quantity",
        ("2015-02-03 10:00:00 UTC", "Ann (1)", "Bob (2)", "", "1:00"),
        ("2015-02-03 10:00:00 UTC", "Ann (1)", "Bob (2)", "", cell),
    )

    moved = brought(tmp_path, {**ALL, "Transfer.csv": rows})

    assert moved.result.trades == 1
    assert [one for one in moved.problems if (one.row, one.column) == (3, "quantity")]


def test_two_tables_of_members_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileInvalid, match="2 tables of members"):
        brought(tmp_path, {**ALL, "Users.csv": MEMBERS})
