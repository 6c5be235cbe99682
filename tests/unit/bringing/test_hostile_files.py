"""Files that are broken, or meant to break something: each is refused by name."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import pytest

from cesnode.errors import FileInvalid
from cesnode.formats import tables
from cesnode.services.bringing import files as opening
from cesnode.services.bringing.systems import System
from cesnode.store.database import FILE
from tests.support.bringing import balances, move, require_sound
from tests.support.foreign import archive, folder, table, village


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def refuses(data: Path, path: Path, why: str, system: System = System.CES) -> None:
    with pytest.raises(FileInvalid, match=why):
        move(data, path, system)
    assert not (data / FILE).exists()


def test_half_an_archive_is_refused(tmp_path: Path, data: Path) -> None:
    path = archive(tmp_path / "whole.zip", village().files())
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])

    refuses(data, path, "not a whole archive")


def test_an_archive_with_a_damaged_table_is_refused(tmp_path: Path, data: Path) -> None:
    path = tmp_path / "damaged.zip"
    with zipfile.ZipFile(path, "w") as packed:
        for name, content in village().files().items():
            packed.writestr(name, content)
    content = path.read_bytes()
    path.write_bytes(content.replace(b"Person 2", b"Person 9", 1))

    refuses(data, path, "not a whole archive")


def test_what_is_no_archive_at_all_is_refused(tmp_path: Path, data: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear all")

    refuses(data, path, "not a whole archive")


def test_a_bomb_is_not_unpacked(tmp_path: Path, data: Path) -> None:
    bomb = b"a" * (opening.SUSPICIOUS_SIZE + 1)

    refuses(data, archive(tmp_path / "b.zip", {"users.csv": bomb}), "unpack to")


def test_an_archive_that_claims_to_be_huge_is_refused(tmp_path: Path, data: Path) -> None:
    path = archive(tmp_path / "huge.zip", {"users.csv": b"UID\n"})
    content = bytearray(path.read_bytes())
    place = content.rindex(b"PK\x01\x02")
    content[place + 24 : place + 28] = struct.pack("<I", 0xFFFFFFF0)
    path.write_bytes(content)

    refuses(data, path, "unpacks to more than")


@pytest.mark.parametrize("name", ["../users.csv", "/users.csv", "a/../../users.csv",
                                  "..\\users.csv", "C:users.csv"])  # fmt: skip
def test_a_name_that_leads_out_of_the_archive_is_refused(
    tmp_path: Path, data: Path, name: str
) -> None:
    refuses(data, archive(tmp_path / "t.zip", {name: b"UID\n"}), "leads out")


def test_a_table_that_is_there_twice_is_refused(tmp_path: Path, data: Path) -> None:
    made = village().files()

    refuses(data, archive(tmp_path / "t.zip", made | {"USERS.CSV": b"UID\n"}), "two of it")


def test_a_link_is_not_followed(tmp_path: Path, data: Path) -> None:
    path = folder(tmp_path / "files", village().files())
    (path / "users.csv").unlink()
    (path / "users.csv").symlink_to("/etc/passwd")

    refuses(data, path, "not a plain file")


def test_folders_that_lead_in_a_circle_are_not_walked(tmp_path: Path, data: Path) -> None:
    path = folder(tmp_path / "files", village().files())
    (path / "again").symlink_to(path)

    assert move(data, path).reasons == []


def test_a_folder_without_tables_is_refused(tmp_path: Path, data: Path) -> None:
    refuses(data, folder(tmp_path / "files", {"notes.txt": b""}), "no table")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "not text"),
        (b"Name,Name\nx,y\n", "twice"),
        (b"Name\nx\n", "no column UID"),
        (b'UID,Surname\nCTTE0001,"' + b"x" * (tables.LONGEST_CELL + 1), "breaks off"),
    ],
)
def test_what_is_no_table_of_members_is_refused(
    tmp_path: Path, data: Path, content: bytes, why: str
) -> None:
    made = village().files() | {"users.csv": content}

    refuses(data, folder(tmp_path / "files", made), why)


def test_a_file_cut_off_in_the_middle_of_a_row_loses_that_row_and_says_so(
    tmp_path: Path, data: Path
) -> None:
    ces = village()
    ces.trade(1, 2, 5_00)
    ces.trade(2, 1, 5_00)
    made = ces.files()
    made["trades.csv"] = made["trades.csv"][:-30]

    moved = move(data, folder(tmp_path / "files", made))

    assert [(one.file, one.row) for one in moved.problems] == [("trades.csv", 3)]
    assert len(moved.result.differences) == 3


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_another_encoding_than_expected_is_recognised(
    tmp_path: Path, data: Path, encoding: str
) -> None:
    ces = village(2)
    ces.encoding = encoding
    ces.join(3, "Zoë")

    moved = move(data, folder(tmp_path / "files", ces.files()))

    assert moved.reasons == []


def test_a_byte_that_is_no_letter_is_left_out_and_told(tmp_path: Path, data: Path) -> None:
    ces = village(2)
    ces.join(3, "ZoX é")
    made = ces.files()
    made["users.csv"] = made["users.csv"].replace(b"ZoX", b"Zo\x81")

    moved = move(data, folder(tmp_path / "files", made))

    assert [(one.row, one.column) for one in moved.problems] == [(5, "Surname")]


def test_repeated_keys_are_told_and_counted_once(tmp_path: Path, data: Path) -> None:
    ces = village(2)
    ces.join(2, "Somebody else")
    ces.trade(1, 2, 5_00)
    ces.trade(1, 2, 7_00, ID=1)

    moved = move(data, folder(tmp_path / "files", ces.files()))

    assert moved.result.accounts == 3
    assert [one.file for one in moved.problems] == ["users.csv", "trades.csv"]
    require_sound(data)


def test_amounts_beyond_any_bound_are_left_out(tmp_path: Path, data: Path) -> None:
    ces = village(2)
    ces.encoding = "utf-8"
    for amount in ("9" * 30, "1e9999", "NaN", "٣", "--5", "0x10"):
        ces.trade(1, 2, 5_00, Amount=amount, Levy="")

    moved = move(data, folder(tmp_path / "files", ces.files()))

    told = {one.column for one in moved.problems}
    assert told == {"Amount"}
    assert moved.result.trades <= 1
    require_sound(data)


def test_formulas_are_words_here_and_guarded_on_the_way_out(
    tmp_path: Path, data: Path
) -> None:
    made = {
        "members.csv": table("number,name", (1, "'=HYPERLINK(1)"), (2, "'t Huis")),
        "trades.csv": table(
            "seller,buyer,amount,event_on,description",
            (1, 2, "5,50", "2020-01-02", "=1+1"),
        ),
    }

    moved = move(data, folder(tmp_path / "files", made), System.CSV, code="OAKV")

    assert moved.reasons == []
    assert balances(data)["OAKV0001"] == "5.50"


def test_a_percentage_that_would_take_for_ever_is_no_percentage(
    tmp_path: Path, data: Path
) -> None:
    ces = village(2, LevyRate="1e999999999")
    ces.trade(1, 2, 5_00, LevyRate="1e999999999")

    moved = move(data, folder(tmp_path / "files", ces.files()))

    assert [one.column for one in moved.problems] == ["LevyRate"]
    assert moved.result.differences == ()
