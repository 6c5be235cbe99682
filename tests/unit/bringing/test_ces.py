"""Each pitfall of CES's own files, and what comes of it here."""

from __future__ import annotations

from pathlib import Path

import pytest

from cesnode.community.market import Audience, State
from cesnode.errors import Code
from cesnode.formats.cells import moment
from cesnode.ledger.money import Measure
from cesnode.ledger.trades import TradeState
from cesnode.store import (
    accounts,
    categories,
    exchanges,
    export,
    members,
    sign_ins,
    trades,
)
from cesnode.store.database import FILE
from cesnode.store.store import reading, writing
from tests.support.bringing import MOVED, balances, move, require_sound
from tests.support.exchanges import dump, refused
from tests.support.foreign import Ces, archive, folder, table, village, without


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def files(tmp_path: Path, ces: Ces) -> Path:
    return folder(tmp_path / "files", ces.files())


def test_a_levy_on_both_sides_reaches_the_community_to_the_unit(
    tmp_path: Path, data: Path
) -> None:
    ces = village()
    ces.trade(1, 2, 100_00)

    moved = move(data, files(tmp_path, ces))

    assert moved.reasons == []
    assert moved.result.differences == ()
    assert balances(data) == {
        "CTTE0000": "4.00",
        "CTTE0001": "98.00",
        "CTTE0002": "-102.00",
        "CTTE0003": "0.00",
    }
    require_sound(data)


def test_a_levy_given_for_both_sides_together_is_halved(tmp_path: Path, data: Path) -> None:
    ces = village()
    ces.trade(1, 2, 100_00)
    ces.trades[0] = [*ces.trades[0][:9], "4.00", *ces.trades[0][10:]]

    moved = move(data, files(tmp_path, ces))

    assert moved.result.differences == ()


def test_windows_1252_and_html_in_names_and_descriptions_are_read(
    tmp_path: Path, data: Path
) -> None:
    ces = village(2, CurLet="&pound;", ExchangeTitle="Caf&eacute; &amp; Co")
    ces.join(3, "Zoë <script>alert(1)</script>D’Arcy")
    ces.trade(3, 1, 5_00, Description="Crème <b>brûlée</b> &euro; <br>two")

    move(data, files(tmp_path, ces))

    with reading(data) as reader:
        exchange = exchanges.load(reader, MOVED)
        assert (exchange.name, exchange.currency.symbol) == ("Café & Co", "£")
        assert accounts.by_number(reader, "CTTE0003").name == "Zoë D’Arcy"
        assert trades.by_id(reader, 1).description == "Crème brûlée € two"


def test_zero_is_no_limit_and_limits_are_magnitudes(tmp_path: Path, data: Path) -> None:
    ces = village(1, CredLim="0", DebLim="500")
    ces.join(2, DebLimit="200", CredLimit="900")

    move(data, files(tmp_path, ces))

    with reading(data) as reader:
        usual = accounts.by_number(reader, "CTTE0001").limits
        own = accounts.by_number(reader, "CTTE0002").limits
    assert (usual.floor, usual.ceiling) == (-500_00, None)
    assert (own.floor, own.ceiling) == (-200_00, 900_00)


def test_history_beyond_a_limit_is_booked_all_the_same(tmp_path: Path, data: Path) -> None:
    ces = village(2, DebLim="10")
    ces.trade(1, 2, 1_000_00)

    moved = move(data, files(tmp_path, ces))

    assert moved.result.differences == ()
    assert balances(data)["CTTE0002"] == "-1020.00"


def test_minus_one_is_yes_and_nothing_is_no(tmp_path: Path, data: Path) -> None:
    ces = village(1, TimeBased="-1", TimeUnit="m", CurNamePlural="minutes")
    ces.join(2, Locked="-1")
    ces.join(3, Closed="-1")
    ces.join(4, Locked="")

    move(data, files(tmp_path, ces), hour_value=None)

    with reading(data) as reader:
        states = [accounts.by_number(reader, f"CTTE000{n}").state for n in range(1, 5)]
        currency = exchanges.load(reader, MOVED).currency
    assert states == ["open", "locked", "closed", "open"]
    assert currency.measure is Measure.TIME
    assert currency.hour_value == 60
    require_sound(data)


def test_commas_that_nobody_quoted_in_the_map_address_are_joined_again(
    tmp_path: Path, data: Path
) -> None:
    ces = village(1, MapAddress="JOINME")
    made = ces.files()
    made["settings.csv"] = made["settings.csv"].replace(b"JOINME", b"1 Road, Town, ZA")

    moved = move(data, folder(tmp_path / "files", made))

    assert moved.reasons == []
    assert moved.result.code == "CTTE"


def test_older_headers_name_organisations_and_advertisers(
    tmp_path: Path, data: Path
) -> None:
    ces = village(1)
    made = ces.files()
    made["users.csv"] = table(
        "UID,UserType,Firstname,Surname,OrgNameShort,OrgNameLong,Created",
        ("CTTE0000", "adm", "", "Admin", "", "", "2003/01/01"),
        ("CTTE0001", "org", "Ann", "Ash", "Bakers", "The Bakers’ Guild", "2003/01/01"),
        encoding="cp1252",
    )
    made["wants.csv"] = table(
        "ID,Advertiser,Keep,DateAdded,Title,Description,Hidden,DateExpires",
        (1, "CTTE0001", 0, "2010/01/01", "A bicycle", "", 0, "2011/01/01"),
    )

    moved = move(data, folder(tmp_path / "files", made))

    assert moved.result.wants == 1
    with reading(data) as reader:
        assert accounts.by_number(reader, "CTTE0001").name == "The Bakers’ Guild"


def test_a_trade_abroad_lands_on_the_clearing_account_of_that_exchange(
    tmp_path: Path, data: Path
) -> None:
    ces = village()
    ces.trade("CTTE0001", "CTTEVIRT", 50_00, RemoteExchange="VILA", RemoteBuyer="VILA0009")
    network = {"RemoteExchange": "0000", "RecordID": "00012011cen0244"}
    ces.trade("CTTEVIRT", "CTTE0002", 20_00, **network)

    moved = move(data, files(tmp_path, ces))

    assert moved.result.differences == ()
    held = balances(data)
    assert held["CTTE-VILA"] == "-50.00"
    assert held["CTTE-CENA"] == "20.00"
    with reading(data) as reader:
        assert trades.by_id(reader, 1).other == "VILA0009"
    require_sound(data)


def test_the_other_exchange_s_whole_is_compared_with_the_virtual_user(
    tmp_path: Path, data: Path
) -> None:
    ces = village()
    ces.trade("CTTE0001", "CTTEVIRT", 50_00, RemoteExchange="VILA")

    moved = move(data, folder(tmp_path / "files", ces.files(CTTEVIRT="-49.00")))

    (difference,) = moved.result.differences
    assert (difference.account, difference.file, difference.ours) == (
        *("CTTEVIRT", "-49.00", "-50.00"),
    )


def test_one_address_for_several_members_is_one_sign_in(tmp_path: Path, data: Path) -> None:
    ces = village(0)
    ces.join(1, "Ann Ash", Email="ann@example.org")
    ces.join(2, "Ann’s shop", Email="Ann@example.org ")

    move(data, files(tmp_path, ces))

    with reading(data) as reader:
        found = sign_ins.by_email(reader, "ann@example.org")
        assert found is not None
        names = [
            members.by_id(reader, member).name
            for member in sign_ins.members_of(reader, found.id)
        ]
    assert names == ["Ann Ash", "Ann’s shop"]
    assert found.password is None


def test_passwords_of_the_files_are_nowhere_afterwards(tmp_path: Path, data: Path) -> None:
    ces = village()

    move(data, files(tmp_path, ces))

    assert b"plain-secret" not in (data / FILE).read_bytes()


@pytest.mark.parametrize("style", ["negative", "swapped", "words", "same id"])
def test_a_deleted_trade_and_its_reversal_stay_linked(
    tmp_path: Path, data: Path, style: str
) -> None:
    ces = village()
    ces.trade(1, 2, 100_00)
    ces.trade(1, 2, 100_00, "2011/05/20 08:00:00")
    later = "2011/05/21 08:00:00"
    match style:
        case "negative":
            ces.trade(1, 2, -100_00, later)
        case "swapped":
            ces.trade(2, 1, 100_00, later, Levy="-2.00")
        case "words":
            ces.trade(2, 1, 100_00, later, Description="DELETED: bread")
        case _:
            ces.trade(2, 1, 100_00, later, ID=2)

    moved = move(data, files(tmp_path, ces))

    assert moved.reasons == []
    with reading(data) as reader:
        states = [trades.by_id(reader, number).state for number in (1, 2)]
    assert states == [TradeState.POSTED, TradeState.REVERSED]
    assert balances(data)["CTTE0002"] == "-102.00"
    require_sound(data)


def test_what_takes_back_nothing_is_booked_the_other_way_round_and_told(
    tmp_path: Path, data: Path
) -> None:
    ces = village()
    ces.trade(1, 2, -100_00)

    moved = move(data, files(tmp_path, ces))

    assert moved.result.differences == ()
    assert ["no trade was found" in reason for reason in moved.reasons] == [True]
    assert balances(data)["CTTE0001"] == "-98.00"
    require_sound(data)


def test_words_of_deletion_alone_take_nothing_back(tmp_path: Path, data: Path) -> None:
    ces = village()
    ces.trade(1, 2, 100_00, Description="Advice on a reversed mortgage")

    moved = move(data, files(tmp_path, ces))

    assert (moved.reasons, moved.result.differences) == ([], ())


def test_a_balance_that_does_not_follow_is_told_and_not_corrected(
    tmp_path: Path, data: Path
) -> None:
    ces = village()
    ces.trade(1, 2, 100_00)

    moved = move(data, folder(tmp_path / "files", ces.files(CTTE0001="123.45")))

    (difference,) = moved.result.differences
    assert (difference.file, difference.ours) == ("123.45", "98.00")
    assert balances(data)["CTTE0001"] == "98.00"


def test_a_history_that_is_missing_becomes_opening_balances_if_asked_for(
    tmp_path: Path, data: Path
) -> None:
    ces = village()
    ces.trade(1, 2, 100_00)
    made = ces.files(CTTE0001="123.45", CTTE0003="-7.00")

    moved = move(data, folder(tmp_path / "files", made), opening=True)

    assert moved.result.differences == ()
    assert balances(data)["CTTE-OPENING"] == "-18.45"
    require_sound(data)


def test_a_trade_with_somebody_unknown_is_left_out_and_explains_the_difference(
    tmp_path: Path, data: Path
) -> None:
    ces = village()
    ces.trade(1, "CTTE0099", 100_00)

    moved = move(data, files(tmp_path, ces))

    assert ["there is no account CTTE0099" in one for one in moved.reasons] == [True]
    why = {one.account: one.why for one in moved.result.differences}
    assert why["CTTE0001"] == "rows that were left out"
    assert why["CTTE0099"] == "there is no such account"


def test_days_and_authors_are_kept_in_the_community_s_own_time(
    tmp_path: Path, data: Path
) -> None:
    ces = village(2, TimeDiff="2")
    ces.trade(1, 2, 5_00, "2011/05/14 00:30:00", EnteredBy="CTTE0002")

    move(data, files(tmp_path, ces))

    with reading(data) as reader:
        trade = trades.by_id(reader, 1)
        (recorded,) = reader.one("SELECT recorded_at FROM transfers")
        (founded,) = reader.one("SELECT founded_at FROM exchange")
        assert trade.entered_by is not None
        author = members.by_id(reader, trade.entered_by).name
    assert (trade.event_on, trade.created_at) == ("2011-05-14", 1_305_325_800)
    assert recorded == trade.created_at
    assert founded == 1_044_050_400
    assert author == "Person 2"


def test_trades_are_booked_in_the_order_of_time_whatever_that_of_the_file(
    tmp_path: Path, data: Path
) -> None:
    ces = village()
    ces.trade(1, 2, 3_00, "2013/01/01")
    ces.trade(1, 2, 1_00, "2011/01/01")
    ces.trade(1, 2, 2_00, "2012/01/01")

    move(data, files(tmp_path, ces))

    with reading(data) as reader:
        amounts = [trades.by_id(reader, number).amount for number in (1, 2, 3)]
    assert amounts == [1_00, 2_00, 3_00]


def test_the_same_files_again_change_nothing(tmp_path: Path, data: Path) -> None:
    ces = village()
    ces.trade(1, 2, 100_00)
    ces.trade(1, 2, -100_00)
    ces.trade("CTTE0001", "CTTEVIRT", 50_00, RemoteExchange="VILA")
    path = files(tmp_path, ces)
    move(data, path)
    with reading(data) as reader:
        before = dump(reader)

    again = move(data, path, now=MOVED + 60)

    with reading(data) as reader:
        assert dump(reader) == before
    assert again.result.added.trades == 0
    assert again.result.trades == 2
    assert again.result.differences == ()


def test_a_newer_export_adds_what_is_new_and_keeps_a_copy_from_before(
    tmp_path: Path, data: Path
) -> None:
    ces = village(2)
    ces.trade(1, 2, 100_00)
    move(data, files(tmp_path, ces))
    ces.join(3, "Cem Cedar")
    ces.trade(3, 1, 10_00, "2026/01/01")
    ces.trade(1, 2, -100_00, "2026/01/02")

    moved = move(data, files(tmp_path, ces), now=MOVED + 60)

    assert (moved.result.added.accounts, moved.result.added.trades) == (1, 1)
    assert moved.result.differences == ()
    with reading(data) as reader:
        assert trades.by_id(reader, 1).state is TradeState.REVERSED
    assert [path.name for path in (data / "backups").iterdir()] == [
        f"before-import-{MOVED + 60}.db"
    ]
    require_sound(data)


def test_two_runs_within_one_second_keep_two_copies(tmp_path: Path, data: Path) -> None:
    ces = village(2)
    for _ in range(3):
        move(data, files(tmp_path, ces))

    assert sorted(path.name for path in (data / "backups").iterdir()) == [
        f"before-import-{MOVED}-2.db",
        f"before-import-{MOVED}.db",
    ]


def test_a_row_that_reads_otherwise_now_is_told_and_stays_as_it_was(
    tmp_path: Path, data: Path
) -> None:
    ces = village(2)
    ces.trade(1, 2, 100_00)
    move(data, files(tmp_path, ces))
    changed = village(2)
    changed.trade(1, 2, 90_00)

    moved = move(data, files(tmp_path, changed), now=MOVED + 60)

    assert ["read otherwise then" in reason for reason in moved.reasons] == [True]
    assert balances(data)["CTTE0001"] == "98.00"


def test_a_dry_run_answers_alike_and_leaves_no_folder(tmp_path: Path, data: Path) -> None:
    ces = village()
    ces.trade(1, 2, 100_00)
    path = files(tmp_path, ces)

    tried = move(data, path, apply=False)

    assert not data.exists()
    assert tried.result == move(data, path).result


def test_files_of_another_community_are_refused(tmp_path: Path, data: Path) -> None:
    move(data, files(tmp_path, village()))
    other = Ces(code="OAKV")
    other.join(0)

    with refused(Code.FIELD_INVALID, field="code"):
        move(data, folder(tmp_path / "other", other.files()))


def test_an_exchange_with_members_of_its_own_is_not_filled(
    founded: Path, tmp_path: Path
) -> None:
    from tests.support.exchanges import join  # noqa: PLC0415

    with writing(founded) as writer:
        join(writer, "Ann Ash")
    ces = Ces(code="OAKV")
    ces.join(0)

    with refused(Code.DATA_EXISTS):
        move(founded, folder(tmp_path / "files", ces.files()))


def test_an_empty_exchange_is_filled(founded: Path, tmp_path: Path) -> None:
    ces = Ces(code="OAKV")
    for serial in range(3):
        ces.join(serial)
    ces.trade(1, 2, 100_00)

    moved = move(founded, folder(tmp_path / "files", ces.files()))

    assert moved.result.differences == ()
    require_sound(founded)


def test_a_code_with_digits_needs_one_of_four_letters(tmp_path: Path, data: Path) -> None:
    ces = Ces(code="NET1")
    for serial in range(3):
        ces.join(serial)
    ces.trade(1, 2, 100_00)
    path = folder(tmp_path / "files", ces.files())

    with refused(Code.FIELD_INVALID, field="code"):
        move(data, path)
    moved = move(data, path, code="NETA")

    assert moved.result.differences == ()
    assert balances(data)["NETA0001"] == "98.00"


def test_without_the_value_of_an_hour_nothing_is_founded(
    tmp_path: Path, data: Path
) -> None:
    with refused(Code.FIELD_INVALID, field="hour_value"):
        move(data, files(tmp_path, village()), hour_value=None)
    assert not (data / FILE).exists()


BODY = "<p>Fresh <b>daily</b></p><script>x()</script>"


def test_offerings_and_wants_are_kept_as_markdown(tmp_path: Path, data: Path) -> None:
    ces = village(1)
    ces.offers.append(
        [7, "CTTE0001", -1, "Food", "Bread", "Rye &amp; oats", BODY, "rye.jpg",
         "bread", "20 T", "", "2010/01/02", "2011/01/02", "-1"]
    )  # fmt: skip
    ces.wants.append([8, "CTTE0001", 0, "2010/01/02", "A bicycle", ""])
    ces.wants.append([9, "CTTE0077", 0, "2010/01/02", "A car", ""])

    moved = move(data, files(tmp_path, ces))

    assert (moved.result.offerings, moved.result.wants) == (1, 1)
    assert [reason for reason in moved.reasons if "CTTE0077" in reason]
    with reading(data) as reader:
        offer, want = export.own_listings(reader)
        shelves = {one.id: (one.parent, one.name) for one in categories.every(reader)}
    assert (offer.words.title, offer.words.text) == ("Rye & oats", "Fresh **daily**")
    food, bread = shelves[offer.category or 0]
    assert (shelves[food or 0], bread) == ((None, "Food"), "Bread")
    assert (offer.terms.amount, offer.words.keywords) == (20_00, ("bread",))
    assert (offer.state, offer.audience) == (State.HIDDEN, Audience.NEIGHBOURS)
    assert (offer.expires_on, want.state) == ("2011-01-02", State.SHOWN)
    assert offer.created_at == offer.shown_at == moment("2010-01-01T22:00Z")


def test_a_row_nobody_can_read_is_named_by_file_row_column_and_reason(
    tmp_path: Path, data: Path
) -> None:
    ces = village()
    ces.trade(1, 2, 5_00, Amount="much")
    ces.trade(1, 2, 5_00, DateEntered="soon")
    ces.trade(1, 2, 5_00, Amount="1.005")

    moved = move(data, files(tmp_path, ces))

    told = [(one.file, one.row, one.column) for one in moved.problems]
    assert told == [
        ("trades.csv", 2, "Amount"),
        ("trades.csv", 3, "DateEntered"),
        ("trades.csv", 4, "Amount"),
    ]


def test_files_without_trades_or_balances_bring_the_people(
    tmp_path: Path, data: Path
) -> None:
    made = without(village().files(), "trades.csv", "balances.csv", "offers.csv")

    moved = move(data, folder(tmp_path / "files", made))

    assert (moved.result.accounts, moved.result.trades) == (4, 0)


def test_an_archive_is_as_good_as_a_folder(tmp_path: Path, data: Path) -> None:
    ces = village()
    ces.trade(1, 2, 100_00)

    moved = move(data, archive(tmp_path / "export.zip", ces.files()))

    assert moved.result.trades == 1


def test_levies_of_a_cent_are_not_taken_for_those_of_both_sides(
    tmp_path: Path, data: Path
) -> None:
    ces = village()
    ces.trade(1, 2, 100_00)
    ces.trade(1, 2, 25)
    ces.trade(1, 2, 74)

    moved = move(data, files(tmp_path, ces))

    assert moved.result.differences == ()
