"""The commands, one after the other as an operator gives them."""

from __future__ import annotations

import sqlite3
import stat
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from cesnode.errors import Code
from cesnode.ledger.limits import Side
from cesnode.ledger.trades import TradeState, reference
from cesnode.services import joining
from cesnode.services.access import verify_password
from cesnode.services.joining import Applicant
from cesnode.store import exchanges, near_limits
from cesnode.store.database import FILE
from cesnode.store.store import reading, writing
from federation.checkpoint import prove_note, read_note, read_verifier_key
from tests.integration.conftest import Village
from tests.support.exchanges import NOW
from tests.support.node import Outcome, cesnode, cesnode_process
from tests.unit.commands.test_command_line import VERBS

SERVING = {("serve",), ("demo",)}
"""They answer and go on: see test_serving.py and test_demo.py."""


PEERING = {path for path in VERBS if path[0] == "peer"} | {
    ("trade", "force-void"),
    ("trade", "quote"),
    ("schedule", "agree"),
}
"""They need another node: see peering/."""

MAILING = {path for path in VERBS if path[0] == "mail"}
"""They need a mail server: see test_mail_commands.py."""

COPYING = {path for path in VERBS if path[0] == "backup"} | {("doctor",)}
"""They look at the whole folder: see test_backups.py and test_doctor.py."""

INDEXED = {("murmurations", "announce"), ("murmurations", "withdraw")}
"""They need an index of communities: see test_murmurations.py."""

MOVING = {("import",), ("export",)}
"""They need files of other systems: see unit/bringing/test_moving_commands.py."""


def done(village: Village, *words: str, stdin: str | None = None) -> Any:  # noqa: ANN401 - JSON
    """Give a command that has to succeed, and return its document."""
    outcome = cesnode(*words, "--data", str(village.folder), "--json", stdin=stdin)
    assert (outcome.code, outcome.stderr) == (0, "")
    return outcome.json


def refused(village: Village, *words: str) -> Outcome:
    """Give a command that must not succeed, and must not change anything."""
    before = village.everything()
    outcome = cesnode(*words, "--data", str(village.folder), "--json")
    assert outcome.code == 1
    assert village.everything() == before
    return outcome


def record(village: Village, *more: str, amount: str = "12.50") -> dict[str, Any]:
    sale = ("--seller", "1", "--buyer", "2", "--amount", amount, "--for", "honey")
    trade: dict[str, Any] = done(village, "trade", "record", *sale, *more)["trade"]
    return trade


def schedule(village: Village, *more: str) -> dict[str, Any]:
    rent = ("--seller", "1", "--buyer", "2", "--amount", "5", "--for", "the shed")
    made: dict[str, Any] = done(village, "schedule", "add", *rent, *more)["schedule"]
    return made


@pytest.fixture
def requested(village: Village) -> str:
    """The reference of a trade that waits for Bob."""
    ref: str = record(village, "--by", "1", "--ask")["ref"]
    return ref


@pytest.fixture
def posted(village: Village) -> str:
    ref: str = record(village)["ref"]
    return ref


COMMANDS = {
    ("version",): (),
    ("exchange", "show"): (),
    ("exchange", "set"): ("--floor", "-50"),
    ("member", "add"): ("Flo Fir",),
    ("member", "list"): (),
    ("member", "show"): ("1",),
    ("member", "set"): ("1", "--area", "South"),
    ("member", "near-limits"): (),
    ("member", "lock"): ("1", "--reason", "please call"),
    ("member", "unlock"): ("4",),
    ("member", "close"): ("5", "--yes"),
    ("member", "password"): ("1", "--stdin"),
    ("member", "acts-for"): ("1", "2"),
    ("member", "applications"): (),
    ("member", "approve"): ("1",),
    ("member", "decline"): ("1", "--reason", "we are full"),
    ("member", "forget-second-step"): ("1",),
    ("member", "sign-in-card"): ("1",),
    ("member", "terms"): ("--stdin",),
    ("account", "show"): ("1",),
    ("account", "statement"): ("1",),
    ("trade", "record"): (
        *("--seller", "1", "--buyer", "2"),
        *("--amount", "1", "--for", "honey"),
    ),
    ("trade", "list"): (),
    ("trade", "show"): (reference(1),),
    ("trade", "accept"): (reference(2),),
    ("trade", "decline"): (reference(2),),
    ("trade", "withdraw"): (reference(2),),
    ("trade", "object"): (reference(1), "--reason", "it was 10"),
    ("trade", "settle"): (reference(3),),
    ("trade", "reverse"): (reference(1), "--reason", "twice", "--yes"),
    ("token", "create"): ("--member", "1"),
    ("token", "list"): (),
    ("token", "revoke"): ("1", "--yes"),
    ("ledger", "check"): (),
    ("schedule", "add"): ("--seller", "1", "--buyer", "2", "--amount", "5", "--for", "x"),
    ("schedule", "list"): (),
    ("schedule", "show"): ("1",),
    ("schedule", "pause"): ("1",),
    ("schedule", "resume"): ("2",),
    ("schedule", "skip"): ("1",),
    ("schedule", "end"): ("1",),
    ("area", "list"): (),
    ("area", "place"): ("North", "38.7223, -9.1393"),
    ("murmurations", "show"): (),
    ("category", "list"): (),
    ("category", "start"): ("--language", "ca"),
    ("category", "add"): ("Ladders", "--under", "1"),
    ("category", "rename"): ("1", "Baking", "--icon", "🍞"),
    ("category", "move"): ("2", "--under", "1"),
    ("category", "merge"): ("2", "--into", "1"),
    ("category", "search"): ("letters",),
    ("ledger", "checkpoint"): (),
    ("ledger", "export"): ("--output", "{folder}/ledger.jsonl"),
}


def test_every_command_is_tried_here() -> None:
    elsewhere = SERVING | PEERING | MAILING | MOVING | INDEXED | COPYING
    assert {*COMMANDS, ("init",)} | elsewhere == set(VERBS)


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_with_json_stdout_is_one_document_and_without_it_is_for_people(
    village: Village, path: tuple[str, ...]
) -> None:
    record(village)
    record(village, "--by", "1", "--ask")
    done(village, "trade", "object", record(village)["ref"], "--reason", "no")
    done(village, "member", "lock", "4", "--reason", "please call")
    done(village, "category", "add", "Food")
    done(village, "category", "add", "Tools")
    for _ in range(2):
        schedule(village)
    done(village, "schedule", "pause", "2")
    with writing(village.folder) as writer:
        somebody = Applicant(name="Ida Iris", email="ida@x.example")
        exchange = exchanges.load(writer, NOW)
        joining.apply(writer, exchange, somebody, address="", now=NOW)
        near_limits.put(writer, village.bob.account, Side.FLOOR, now=NOW)
    given = [word.format(folder=village.folder) for word in COMMANDS[path]]
    words = (*path, *given, "--data", str(village.folder))
    copy = village.folder.rename(village.folder.with_name("copy"))

    outcomes = []
    for flags in ([], ["--json"]):
        _copy(copy, village.folder)
        outcomes.append(cesnode(*words, *flags, stdin="long enough\n"))

    for_people, for_programs = outcomes
    assert (for_people.code, for_programs.code) == (0, 0)
    assert for_people.stdout
    assert for_programs.json
    assert (for_people.stderr, for_programs.stderr) == ("", "")


def _copy(source: Path, target: Path) -> None:
    target.mkdir(exist_ok=True)
    for path in source.rglob("*"):
        place = target / path.relative_to(source)
        if path.is_dir():
            place.mkdir(exist_ok=True)
        else:
            place.write_bytes(path.read_bytes())


def test_founding_makes_a_folder_that_only_its_user_reads(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "oakvale"
    words = ("--code", "oakv", "--name", "Oakvale", "--unit", "leaf", "--units", "leaves")
    terms = ("--levy", "2%", "--national", "ZAR=10", "--growth", "10% up to 500")

    outcome = cesnode("init", *words, *terms, "--data", str(folder), "--json")

    assert outcome.code == 0
    assert outcome.json["code"] == "OAKV"
    assert outcome.json["national"] == "ZAR=10"
    assert outcome.json["rules"]["levy_buyer"] == "2%"
    assert outcome.json["rules"]["growth"] == "10% up to 500.00"
    seed = folder / "keys" / "node.seed"
    assert seed.stat().st_size == 32
    assert [stat.S_IMODE(path.stat().st_mode) for path in (seed.parent, seed)] == [
        0o700, 0o600,
    ]  # fmt: skip
    assert stat.S_IMODE((folder / FILE).stat().st_mode) == 0o600


def test_founding_again_leaves_everything_as_it_is(village: Village) -> None:
    outcome = refused(village, "init", "--code", "OAKV", "--name", "Oakvale")

    assert outcome.error["code"] == Code.DATA_EXISTS
    assert "Try: cesnode exchange show" in outcome.stderr


@pytest.mark.parametrize(
    ("words", "code", "field"),
    [
        (("--code", "OAK"), Code.FIELD_INVALID, "code"),
        (("--hour-value", "0"), Code.FIELD_INVALID, "hour_value"),
        (("--hour-value", "ten"), Code.FIELD_INVALID, "hour_value"),
        (("--national", "RAND=10"), Code.FIELD_INVALID, "national"),
        (("--floor", "100"), Code.FIELD_INVALID, "floor"),
        (("--ceiling", "-1"), Code.FIELD_INVALID, "ceiling"),
        (("--floor", "x"), Code.AMOUNT_INVALID, "floor"),
        (("--levy", "200%"), Code.FIELD_INVALID, "levy"),
        (("--levy-seller", "some"), Code.FIELD_INVALID, "levy_seller"),
        (("--origin", "oakvale.example"), Code.FIELD_INVALID, "origin"),
        (("--object-days", "-1"), Code.FIELD_INVALID, "object_days"),
        (("--agree-after", "0"), Code.FIELD_INVALID, "agree_after"),
        (("--kind", "gift", "--scale", "2"), Code.FIELD_INVALID, "scale"),
        (("--name", "a\x07b"), Code.FIELD_INVALID, "name"),
        (("--unit", " "), Code.FIELD_INVALID, "unit"),
        (("--symbol", "x" * 9), Code.FIELD_INVALID, "symbol"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else value,
)
def test_an_exchange_that_cannot_be_is_not_founded(
    tmp_path: Path, words: tuple[str, ...], code: Code, field: str
) -> None:
    folder = tmp_path / "oakvale"
    given = ("--code", "OAKV", "--name", "Oakvale", *words)

    outcome = cesnode("init", *given, "--data", str(folder), "--json")

    assert outcome.code == 1
    assert (outcome.error["code"], outcome.error["field"]) == (code, field)
    assert not folder.exists()


def test_rules_change_at_once_and_rates_from_their_day_on(village: Village) -> None:
    done(village, "exchange", "set", "--name", "New Oakvale", "--object-days", "3")
    later = done(village, "exchange", "set", "--hour-value", "12", "--since", "2999-01-01")
    now = done(village, "exchange", "set", "--levy-seller", "1% max 5")

    assert (now["name"], now["rules"]["object_days"]) == ("New Oakvale", 3)
    assert (later["hour_value"], now["hour_value"]) == ("10", "10")
    assert now["rules"]["levy_seller"] == "1% max 5.00"
    assert record(village, amount="100")["seller_levy"] == "1.00"


def test_a_rate_never_touches_the_past(village: Village) -> None:
    words = ("--hour-value", "12", "--since", "2020-01-01")

    outcome = refused(village, "exchange", "set", *words)

    assert (outcome.error["code"], outcome.error["field"]) == (Code.DATE_INVALID, "since")


def test_a_member_is_added_with_all_that_is_said_of_them(village: Village) -> None:
    words = ("--email", "flo@example.org", "--role", "coordinator", "--area", "West")
    more = ("--floor", "-20", "--ceiling", "none", "--kind", "company")

    added = done(
        village, "member", "add", "Flo Fir", *words, *more, "--password-stdin",
        stdin="correct horse\n",
    )  # fmt: skip

    assert added["number"] == "OAKV0006"
    assert (added["kind"], added["area"]) == ("company", "West")
    assert (added["floor"], added["ceiling"]) == ("-20.00", None)
    assert added["members"] == [
        {
            "name": "Flo Fir",
            "email": "flo@example.org",
            "phone": None,
            "mobile": None,
            "roles": ["coordinator"],
        }
    ]
    with reading(village.folder) as reader:
        (stored,) = reader.one("SELECT password FROM sign_ins")
    assert verify_password(stored, "correct horse")


def test_a_password_that_is_too_short_is_refused(village: Village) -> None:
    folder = str(village.folder)

    outcome = cesnode(
        "member", "password", "1", "--stdin", "--data", folder, "--json", stdin="short\n"
    )

    assert (outcome.code, outcome.error["code"]) == (1, Code.PASSWORD_WEAK)


def test_a_member_is_changed_locked_unlocked_and_closed(village: Village) -> None:
    changed = done(village, "member", "set", "3", "--floor", "-5", "--whitelisted")
    back = done(village, "member", "set", "3", "--floor", "default", "--role", "auditor")
    locked = done(village, "member", "lock", "3", "--reason", "please call")
    unlocked = done(village, "member", "unlock", "3")
    closed = done(village, "member", "close", "3")

    assert (changed["floor"], changed["whitelisted"]) == ("-5.00", True)
    assert (back["floor"], back["members"][0]["roles"]) == ("-100.00", ["auditor"])
    assert (locked["state"], locked["lock_reason"]) == ("locked", "please call")
    assert (unlocked["state"], unlocked["lock_reason"]) == ("open", None)
    assert closed["state"] == "closed"


def test_what_somebody_tells_of_themselves_can_be_kept_for_them(village: Village) -> None:
    told = ("--phone", "555 0107", "--languages", "English, Deutsch", "--not-listed")

    changed = done(village, "member", "set", "2", "--area", "South", *told)
    wrong = refused(village, "member", "set", "2", "--area", "West", "--phone", "no")

    assert (changed["area"], changed["members"][0]["phone"]) == ("South", "555 0107")
    assert (wrong.error["code"], wrong.error["field"]) == (Code.FIELD_INVALID, "phone")
    assert done(village, "member", "show", "2")["area"] == "South"


def test_an_exchange_decides_who_sees_trading_records(village: Village) -> None:
    before = done(village, "exchange", "show")
    after = done(village, "exchange", "set", "--record", "nobody")

    assert (before["rules"]["record"], after["rules"]["record"]) == ("members", "nobody")


def test_members_are_listed_and_searched(village: Village) -> None:
    everyone = done(village, "member", "list")
    found = done(village, "member", "list", "--search", "beech")

    assert len(everyone) == 6
    assert [member["number"] for member in found] == ["OAKV0002"]


def test_a_trade_without_an_id_gets_one_in_the_order_of_time(village: Village) -> None:
    first, second = (UUID(record(village)["id"]) for _ in range(2))

    assert (first.version, second.version) == (7, 7)
    assert first.int >> 80 <= second.int >> 80
    assert first != second


def test_a_trade_with_the_same_id_is_recorded_once(village: Village) -> None:
    uuid = "0191e3a4-7c5e-7c11-8a2b-5d2f8c1f0a77"

    first = record(village, "--id", uuid)
    again = record(village, "--id", uuid)

    assert first == again
    outcome = refused(
        village,
        *("trade", "record", "--seller", "1", "--buyer", "2", "--id", uuid),
        *("--amount", "13", "--for", "honey"),
    )
    assert outcome.error["code"] == Code.ID_REUSED
    assert done(village, "account", "show", "1")["sold"] == 1


def test_the_operator_may_all_and_a_member_what_members_may(village: Village) -> None:
    sale = ("--seller", "1", "--buyer", "2", "--amount", "1", "--for", "honey")

    outcome = refused(village, "trade", "record", *sale, "--by", "3")

    assert outcome.error["code"] == Code.NOT_ALLOWED
    assert record(village, "--by", "4")["entered_by"] == "Dora Dale"
    assert record(village)["entered_by"] is None
    added = refused(village, "member", "add", "Flo", "--by", "1")
    assert added.error["code"] == Code.NOT_ALLOWED


def test_a_request_is_accepted_by_its_buyer_only(village: Village, requested: str) -> None:
    outcome = refused(village, "trade", "accept", requested, "--by", "1")
    accepted = done(village, "trade", "accept", requested, "--by", "2")

    assert outcome.error["code"] == Code.NOT_ALLOWED
    assert accepted["trade"]["state"] == TradeState.POSTED


def test_a_request_is_declined_or_withdrawn_once(village: Village, requested: str) -> None:
    declined = done(village, "trade", "decline", requested, "--reason", "not me")
    outcome = refused(village, "trade", "withdraw", requested)

    assert declined["trade"]["state"] == TradeState.DECLINED
    assert outcome.error["code"] == Code.WRONG_STATE
    assert f"Try: cesnode trade show {requested}" in outcome.stderr


def test_a_trade_is_objected_to_settled_and_reversed(village: Village, posted: str) -> None:
    states = [
        done(village, "trade", verb, posted, *words)["trade"]["state"]
        for verb, *words in (
            ("object", "--reason", "it was 10"),
            ("settle",),
            ("reverse", "--reason", "entered twice"),
        )
    ]

    assert states == ["objected", "posted", "reversed"]
    shown = done(village, "account", "show", "1")
    assert (shown["balance"], shown["sold"], shown["turnover"]) == ("0.00", 0, "0.00")


def test_trades_are_listed_by_account_and_day(village: Village, posted: str) -> None:
    record(village, "--date", "2026-01-31")

    of_ann = done(village, "trade", "list", "--account", "1")
    of_cem = done(village, "trade", "list", "--account", "3")
    recent = done(village, "trade", "list", "--since", "2026-02-01")

    assert len(of_ann) == 2
    assert of_cem == []
    assert [trade["ref"] for trade in recent] == [posted]


def test_a_statement_leads_from_opening_to_closing(village: Village) -> None:
    for amount in ("1", "2", "4"):
        record(village, amount=amount)

    whole = done(village, "account", "statement", "2")
    page = done(village, "account", "statement", "2", "--limit", "1")
    rest = done(village, "account", "statement", "2", "--cursor", str(page["cursor"]))
    before = done(village, "account", "statement", "2", "--to", "2020-01-01")

    assert [line["balance"] for line in whole["entries"]] == ["-1.00", "-3.00", "-7.00"]
    assert (whole["opening"], whole["closing"]) == ("0.00", "-7.00")
    assert page["entries"] + rest["entries"] == whole["entries"]
    assert before["entries"] == []


def test_a_token_is_shown_once_listed_and_revoked(village: Village) -> None:
    made = done(village, "token", "create", "--member", "1", "--label", "shop")
    revoked = done(village, "token", "revoke", str(made["id"]))
    listed = done(village, "token", "list")

    assert made["member"] == "OAKV0001"
    assert made["scope"] == "trade"
    assert made["token"] not in str(listed)
    assert listed[-1] == revoked
    assert revoked["revoked_at"] is not None
    again = refused(village, "token", "revoke", str(made["id"]))
    assert again.error["code"] == Code.UNKNOWN_TOKEN


def test_a_checkpoint_is_a_signed_note_of_the_head(village: Village, posted: str) -> None:
    checked = done(village, "ledger", "check")
    made = done(village, "ledger", "checkpoint")

    name, key = read_verifier_key(made["key"])
    note = read_note(made["note"])
    prove_note(note, name, key)
    assert posted
    assert note.text.splitlines()[:2] == ["127.0.0.1:8101/OAKV", "1"]
    assert made["transfers"] == checked["transfers"] == 1
    with reading(village.folder) as reader:
        assert reader.all("SELECT seq, note FROM checkpoints") == [(1, made["note"])]


def test_the_check_of_a_good_ledger_says_so(village: Village, posted: str) -> None:
    checked = done(village, "ledger", "check")

    assert posted
    assert checked["ok"] is True
    assert (checked["transfers"], checked["sum"]) == (1, "0.00")
    assert len(bytes.fromhex(checked["head"])) == 32


def test_the_check_of_a_spoiled_ledger_names_the_row_and_fails(
    village: Village, posted: str
) -> None:
    _spoil(village.folder)

    for_programs = cesnode("ledger", "check", "--data", str(village.folder), "--json")
    for_people = cesnode("ledger", "check", "--data", str(village.folder))

    assert posted
    assert (for_programs.code, for_people.code) == (1, 1)
    assert for_programs.json["ok"] is False
    assert any("OAKV0001" in finding["row"] for finding in for_programs.json["findings"])
    assert "OAKV0001" in for_people.stdout
    assert "not in order" in for_people.stderr


def _spoil(folder: Path) -> None:
    with sqlite3.connect(folder / FILE) as connection:
        connection.execute(
            "UPDATE standings SET balance = balance + 1 WHERE account_id = 2"
        )
    connection.close()


@pytest.mark.parametrize("form", ["jsonl", "csv", "beancount"])
def test_the_ledger_is_exported_alike_to_stdout_and_to_a_file(
    village: Village, posted: str, form: str
) -> None:
    target = village.folder / "ledger.txt"
    words = ("ledger", "export", "--format", form, "--data", str(village.folder))

    to_stdout = cesnode(*words)
    to_file = cesnode(*words, "--output", str(target), "--json")

    assert (to_stdout.code, to_file.code) == (0, 0)
    assert "OAKV0001" in to_stdout.stdout or posted in to_stdout.stdout
    assert target.read_text(encoding="utf-8") == to_stdout.stdout
    assert to_file.json == {
        "format": form, "file": str(target), "bytes": target.stat().st_size,
    }  # fmt: skip
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_an_export_that_cannot_be_written_leaves_nothing_behind(village: Village) -> None:
    target = village.folder / "nowhere" / "ledger.txt"

    outcome = refused(village, "ledger", "export", "--output", str(target))

    assert outcome.error["field"] == "output"
    assert not target.parent.exists()


def test_an_export_to_stdout_is_no_json_document(village: Village) -> None:
    folder = str(village.folder)

    outcome = cesnode("ledger", "export", "--json", "--data", folder)

    assert (outcome.code, outcome.stdout) == (2, "")


@pytest.mark.parametrize(
    "words",
    [
        ("member", "list"),
        ("account", "show", "1"),
        ("trade", "list"),
        ("ledger", "check"),
        ("ledger", "checkpoint"),
        ("token", "list"),
        ("exchange", "show"),
        ("serve",),
    ],
    ids=" ".join,
)
def test_a_folder_without_an_exchange_is_said_to_be_one(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    outcome = cesnode(*words, "--data", str(tmp_path), "--json")

    assert (outcome.code, outcome.error["code"]) == (1, Code.DATA_MISSING)
    assert list(tmp_path.iterdir()) == []


def test_the_folder_may_come_from_the_environment(village: Village) -> None:
    outcome = cesnode("member", "list", "--json", CESNODE_DATA=str(village.folder))

    assert len(outcome.json) == 6


def test_a_process_of_its_own_behaves_alike(village: Village) -> None:
    folder = ("--data", str(village.folder))

    listed = cesnode_process("member", "list", *folder, "--json")
    refused = cesnode_process("account", "show", "99", *folder, "--json")
    wrong = cesnode_process("member", "nonsense")

    assert (listed.code, refused.code, wrong.code) == (0, 1, 2)
    assert len(listed.json) == 6
    assert refused.error["code"] == Code.UNKNOWN_ACCOUNT
    assert refused.stderr.endswith("Try: cesnode member list\n")


def test_what_is_piped_is_neither_coloured_nor_cut(village: Village) -> None:
    record(village, amount="1")
    long = "a very long description " * 10
    sale = ("--seller", "1", "--buyer", "2", "--amount", "1", "--for", long)
    done(village, "trade", "record", *sale)

    outcome = cesnode_process("trade", "list", "--data", str(village.folder))

    assert long.strip() in outcome.stdout
    assert "\x1b" not in outcome.stdout
