"""`cesnode import` and `cesnode export`, as an operator gives them."""

from __future__ import annotations

import csv
import re
import time
from pathlib import Path

import pytest

from cesnode.services import admitting
from cesnode.store import exchanges, mails
from cesnode.store.database import FILE
from cesnode.store.store import reading, writing
from tests.support.bringing import balances
from tests.support.foreign import Ces, folder, table, village
from tests.support.node import cesnode


@pytest.fixture
def files(tmp_path: Path) -> str:
    ces = village()
    ces.trade(1, 2, 100_00)
    return str(folder(tmp_path / "files", ces.files()))


@pytest.fixture
def data(tmp_path: Path) -> str:
    return str(tmp_path / "data")


def test_without_apply_nothing_is_changed(files: str, data: str) -> None:
    tried = cesnode("import", "ces", files, "--data", data, "--hour-value", "10", "--json")

    assert (tried.code, tried.stderr) == (0, "")
    assert tried.json["applied"] is False
    assert (tried.json["members"], tried.json["trades"]) == (3, 1)
    assert (tried.json["problems"], tried.json["differences"]) == ([], [])
    assert not Path(data).exists()


def test_with_apply_a_fresh_folder_becomes_the_exchange(files: str, data: str) -> None:
    done = cesnode(
        "import", "ces", files, "--data", data, "--hour-value", "10", "--apply", "--json"
    )
    shown = cesnode("account", "show", "1", "--data", data, "--json")

    assert (done.code, done.json["applied"]) == (0, True)
    assert shown.json["balance"] == "98.00"
    assert (Path(data) / FILE).exists()


def test_people_are_told_what_there_is_and_what_to_do_next(files: str, data: str) -> None:
    tried = cesnode("import", "ces", files, "--data", data, "--hour-value", "10")

    assert "Trades     1, 1 of them new" in tried.stdout
    assert "The same with --apply does it." in tried.stdout


def test_what_needs_attention_ends_with_three_and_a_report(
    tmp_path: Path, data: str
) -> None:
    ces = village()
    ces.trade(1, "CTTE0099", 5_00, Description="x")
    path = str(folder(tmp_path / "files", ces.files()))
    report = tmp_path / "problems.csv"

    words = ("import", "ces", path, "--data", data, "--hour-value", "10", "--apply")
    done = cesnode(*words, "--report", str(report))
    again = cesnode(*words, "--json")

    assert (done.code, again.code) == (3, 3)
    assert "Balances that are not those of the files:" in done.stdout
    (row,) = csv.DictReader(report.read_text().splitlines())
    assert (row["file"], row["row"]) == ("trades.csv", "2")
    assert {one["account"] for one in again.json["differences"]} >= {"CTTE0001"}


def test_files_that_cannot_be_read_end_with_one(tmp_path: Path, data: str) -> None:
    path = str(folder(tmp_path / "files", {"users.csv": b""}))

    outcome = cesnode("import", "ces", path, "--data", data, "--json")

    assert (outcome.code, outcome.error["code"]) == (1, "file_invalid")
    assert not Path(data).exists()


@pytest.mark.parametrize(
    "words",
    [("import", "gnucash", "."), ("import", "ces"), ("export", "x", "y")],
)
def test_a_wrong_call_ends_with_two(words: tuple[str, ...]) -> None:
    assert cesnode(*words).code == 2


def test_what_was_exported_can_be_imported(tmp_path: Path, files: str, data: str) -> None:
    cesnode("import", "ces", files, "--data", data, "--hour-value", "10", "--apply")
    out, again = str(tmp_path / "out"), str(tmp_path / "again")

    exported = cesnode("export", "csv", out, "--data", data, "--json")
    imported = cesnode("import", "csv", out, "--data", again, "--apply", "--json")

    assert (exported.code, imported.code) == (0, 0)
    assert {one["name"] for one in exported.json["files"]} >= {"members.csv", "trades.csv"}
    assert balances(Path(again)) == balances(Path(data))


def test_an_export_for_people_says_where_it_is(
    tmp_path: Path, files: str, data: str
) -> None:
    cesnode("import", "ces", files, "--data", data, "--hour-value", "10", "--apply")

    outcome = cesnode("export", "beancount", str(tmp_path / "out"), "--data", data)

    assert (outcome.code, outcome.stderr) == (0, "")
    assert (tmp_path / "out" / "ledger.beancount").exists()


def test_a_formula_in_a_report_is_guarded(tmp_path: Path, data: str) -> None:
    made = {"members.csv": table("number,name,=cmd()", (1, "Ann", "x"))}
    path = str(folder(tmp_path / "files", made))
    report = tmp_path / "problems.csv"

    cesnode(
        "import", "csv", path, "--data", data, "--code", "OAKV", "--report", str(report)
    )

    (row, *_) = csv.DictReader(report.read_text().splitlines())
    assert row["column"] == "'=cmd()"


def test_a_trade_abroad_that_was_brought_is_shown_like_any(
    tmp_path: Path, data: str
) -> None:
    ces = village()
    abroad = {"RemoteExchange": "VILA", "RemoteBuyer": "VILA0009"}
    ces.trade("CTTE0001", "CTTEVIRT", 50_00, **abroad)
    path = str(folder(tmp_path / "files", ces.files()))
    cesnode("import", "ces", path, "--data", data, "--hour-value", "10", "--apply")

    listed = cesnode("trade", "list", "--data", data, "--json")
    shown = cesnode("trade", "show", listed.json[0]["ref"], "--data", data, "--json")
    statement = cesnode("account", "statement", "1", "--data", data)

    assert (listed.code, shown.code, statement.code) == (0, 0, 0)
    assert '"VILA0009"' in shown.stdout


WORDS = ("--hour-value", "10", "--apply", "--origin", "https://ctte.example")


@pytest.fixture
def family(tmp_path: Path) -> str:
    """Files in which one address stands for two accounts, and none for a third."""
    ces = Ces()
    for serial, address in enumerate(("", "ann@oak.example", "ann@oak.example", "")):
        ces.join(serial, Email=address)
    return str(folder(tmp_path / "family", ces.files()))


def test_cards_for_all_are_on_one_sheet_that_lets_them_in(
    tmp_path: Path, family: str, data: str
) -> None:
    sheet = tmp_path / "cards"

    done = cesnode(
        "import", "ces", family, "--data", data, *WORDS, "--letters", str(sheet), "--json"
    )
    page = (sheet / "cards.html").read_text()

    assert (done.code, done.json["cards"]) == (0, 2)
    assert page.count("<svg") == 2  # One comes in for two accounts.
    assert "https://ctte.example/card" in page
    assert (sheet / "cards.html").stat().st_mode & 0o077 == 0
    with writing(Path(data)) as writer:
        words = re.findall(r'class="words">([^<]*)<', page)
        now = int(time.time())
        exchange = exchanges.load(writer, now)
        spoken = admitting.speak(
            writer, exchange, "CTTE0001", words[0], address="192.0.2.1", now=now
        )
        assert spoken.matching() is not None


def test_who_came_in_already_gets_no_card(tmp_path: Path, family: str, data: str) -> None:
    cesnode("import", "ces", family, "--data", data, *WORDS)
    words = ("member", "password", "1", "--stdin", "--data", data)
    cesnode(*words, stdin="correct horse battery staple\n")

    again = cesnode(
        "import", "ces", family, "--data", data, "--apply", "--json",
        "--letters", str(tmp_path / "cards"),
    )  # fmt: skip

    assert (again.code, again.json["cards"]) == (0, 1)


def test_everybody_who_shares_an_account_gets_a_letter(tmp_path: Path, data: str) -> None:
    members = table(
        "number,name,person,email",
        (1, "Oak House", "Ann", "ann@oak.example"),
        (1, "Oak House", "Bob", "bob@oak.example"),
        (1, "Oak House", "Cem", ""),
    )
    path = str(folder(tmp_path / "house", {"members.csv": members}))
    words = ("import", "csv", path, "--data", data, "--code", "CTTE", "--apply")
    cesnode(*words, "--hour-value", "10", "--origin", "https://ctte.example")
    with writing(Path(data)) as writer:
        mails.open_office(writer, today="2026-01-01")

    sent = cesnode(*words, "--mail", "--letters", str(tmp_path / "cards"), "--json")

    assert (sent.json["letters"], sent.json["cards"]) == (2, 1)
    with reading(Path(data)) as reader:
        recipients = {one.recipient for one in mails.unsent(reader, limit=9)}
    assert recipients == {"ann@oak.example", "bob@oak.example"}


def test_a_report_that_was_filled_in_corrects_the_next_run(
    tmp_path: Path, data: str
) -> None:
    members = table("number,name,balance", (1, "Ann", "5.00"), (2, "Bob", "-5.00"))
    trades = table("seller,buyer,amount,event_on", (1, 2, "five", "2020-01-02"))
    made = {"members.csv": members, "trades.csv": trades}
    path, report = str(folder(tmp_path / "in", made)), tmp_path / "problems.csv"
    words = ("import", "csv", path, "--data", data, "--code", "OAKV", "--hour-value", "10")
    tried = cesnode(*words, "--report", str(report))
    rows = list(csv.DictReader(report.read_text().splitlines()))
    rows[0]["value"] = "5.00"
    with report.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    options = ("--corrections", str(report), "--report", str(tmp_path / "after.csv"))

    done = cesnode(*words, "--apply", *options, "--json")
    again = cesnode(*words, "--apply", *options, "--json")

    assert (tried.code, done.code, again.code) == (3, 0, 0)
    assert [one["value"] for one in done.json["corrected"]] == ["5.00"]
    assert (done.json["added"]["trades"], again.json["added"]["trades"]) == (1, 0)
    after = list(csv.DictReader((tmp_path / "after.csv").read_text().splitlines()))
    assert [(row["reason"], row["value"]) for row in after] == [("corrected", "5.00")]


def test_nobody_is_written_to_before_the_node_sends_mail(family: str, data: str) -> None:
    words = ("import", "ces", family, "--data", data, *WORDS)
    fresh = cesnode(*words, "--mail", "--json")
    cesnode(*words)
    with writing(Path(data)) as writer:
        mails.open_office(writer, today="2026-01-01")

    sent = cesnode("import", "ces", family, "--data", data, "--apply", "--mail", "--json")

    assert (fresh.code, fresh.error["code"]) == (1, "mail_off")
    assert (sent.code, sent.json["letters"]) == (0, 1)
    with reading(Path(data)) as reader:
        assert {one.template for one in mails.unsent(reader, limit=9)} == {"welcome"}


@pytest.mark.parametrize(
    ("words", "field"),
    [
        (("--letters", "cards"), "letters"),
        (("--apply", "--letters", "cards"), "origin"),
    ],
)
def test_cards_that_would_lead_nowhere_are_refused(
    family: str, data: str, words: tuple[str, ...], field: str
) -> None:
    outcome = cesnode("import", "ces", family, "--data", data, *words, "--json")

    assert (outcome.code, outcome.error["field"]) == (1, field)
    assert not Path(data).exists()
