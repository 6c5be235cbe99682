"""What `cesnode import` tells a tired volunteer."""

from __future__ import annotations

from pathlib import Path

import pytest

from cesnode.services.bringing import reading as reading_on
from tests.support.foreign import folder, table, village
from tests.support.node import cesnode

ELAS = {
    "users.csv": table("id,letscode,fullname,status", (1, "7", "Ann", 1), (2, 8, "Bob", 1)),
    "transactions.csv": table(
        "id,amount,id_from,id_to,cdate", (1, 5, 2, 1, "2020-01-02 10:00:00")
    ),
}


@pytest.fixture
def files(tmp_path: Path) -> str:
    ces = village()
    ces.trade(1, 2, 100_00)
    return str(folder(tmp_path / "files", ces.files()))


@pytest.fixture
def data(tmp_path: Path) -> str:
    return str(tmp_path / "data")


def test_what_was_read_before_is_named_and_can_be_forgotten(
    files: str, data: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_on, "WORTH_KEEPING", 1)
    words = ("import", "ces", files, "--data", data, "--hour-value", "10")

    first = cesnode(*words)
    second = cesnode(*words)
    forgotten = cesnode(*words, "--forget", "--json")

    assert f"What was read is kept in {data}.reading; --forget removes it." in first.stdout
    assert "Read on    after 1 rows of before" in second.stdout
    assert (forgotten.json["resumed"], forgotten.json["kept"]) == (0, None)
    assert not Path(f"{data}.reading").exists()


def test_it_is_said_that_every_balance_fits_and_then_that_nothing_is_new(
    files: str, data: str
) -> None:
    words = ("import", "ces", files, "--data", data)

    done = cesnode(*words, "--hour-value", "10", "--apply")
    again = cesnode(*words)

    assert "balances are those that the files state." in done.stdout
    assert "docs/moving.md says what comes next." in done.stdout
    assert "Nothing in the files is new here." in again.stdout


def test_what_is_wrong_in_the_same_way_is_told_once(tmp_path: Path, data: str) -> None:
    people = ((n, f"Member {n}", "none") for n in range(1, 41))
    made = {"members.csv": table("Number,Name,Email", *people)}
    path = str(folder(tmp_path / "files", made))

    tried = cesnode("import", "csv", path, "--data", data, "--code", "OAKV")

    assert tried.stdout.count("is not an e-mail address") == 1
    assert "2 +39" in tried.stdout
    assert "41 in all; --report FILE or --json lists them." in tried.stdout


@pytest.mark.parametrize(
    ("system", "made", "other"),
    [
        ("ces", ELAS, "csv"),
        ("bundle", ELAS, "csv"),
        ("csv", {"settings.csv": b"ExchangeID\nOAKV\n", "users.csv": b"UID\n"}, "ces"),
    ],
)
def test_tables_of_another_system_are_called_by_its_name(
    tmp_path: Path, data: str, system: str, made: dict[str, bytes], other: str
) -> None:
    path = str(folder(tmp_path / "files", made))

    refused = cesnode("import", system, path, "--data", data)

    assert refused.code == 1
    assert f"by their names these tables are {other}" in refused.stderr


def test_a_code_that_the_files_do_not_have_is_asked_for_by_its_option(
    tmp_path: Path, data: str
) -> None:
    refused = cesnode(
        "import", "csv", str(folder(tmp_path / "files", ELAS)), "--data", data
    )

    assert (refused.code, "(--code)" in refused.stderr) == (1, True)


def test_an_exchange_that_is_here_lends_its_code_to_tables_without_one(
    tmp_path: Path, data: str
) -> None:
    founding = ("init", "--code", "OAKV", "--name", "Oak", "--unit", "leaf", "--units")
    cesnode(*founding, "leaves", "--scale", "0", "--hour-value", "10", "--data", data)
    path = str(folder(tmp_path / "files", ELAS))

    done = cesnode("import", "csv", path, "--data", data, "--apply", "--json")

    assert (done.code, done.json["code"], done.json["added"]["trades"]) == (0, "OAKV", 1)
