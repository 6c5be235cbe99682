"""The three communities that live for a year: believable, lawful and repeatable."""

from __future__ import annotations

import datetime
import shutil
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cesnode.community.profiles import Contact
from cesnode.community.roles import OPERATOR, Actor, Role
from cesnode.errors import DataExists, DataMissing
from cesnode.ledger.accounts import AccountState
from cesnode.ledger.limits import Position, breach
from cesnode.ledger.trades import TradeState
from cesnode.services import access, areas, profiles, reading
from cesnode.services.authority import member_actor
from cesnode.services.demonstration import fates, living, matching
from cesnode.services.demonstration.cast import CAST
from cesnode.services.demonstration.entering import enter
from cesnode.services.demonstration.filling import (
    Filled,
    Progress,
    Site,
    fill,
    known,
)
from cesnode.services.demonstration.oakvale import OAKVALE
from cesnode.services.demonstration.scene import Agenda, Scene
from cesnode.services.demonstration.year import TRADES
from cesnode.services.membership import adding, changing, locking
from cesnode.services.messages import reading as messages
from cesnode.services.news import announcing, archive, planning, thanking
from cesnode.store import Reader, Writer, accounts, exchanges, members, sign_ins, trades
from cesnode.store import store as doors
from cesnode.store.auditor.audit import audit
from cesnode.store.database import FILE
from tests.support import exchanges as support

TODAY = datetime.date(2026, 10, 5)
MIDNIGHT = 1_791_158_400
"""When that day began, in Unix seconds."""

_AT_HOME = set(TradeState) - {TradeState.HELD, TradeState.PENDING, TradeState.VOIDED}
_LIFE = (
    "SELECT uuid, state, seller_id, buyer_id, amount, seller_levy, buyer_levy, description,"
    " event_on, channel, entered_by, on_behalf_of, created_at FROM trades ORDER BY id"
)
_BALANCES = "SELECT account_id, balance, sales, purchases FROM standings"


def _fill(
    code: str, folder: Path, seed: int = 1, progress: Progress = lambda *_: None
) -> Filled:
    site = Site(character=CAST[code], folder=folder, origin="http://127.0.0.1:8101")
    (filled,) = fill([site], today=TODAY, seed=seed, progress=progress)
    return filled


def _all(folder: Path, sql: str) -> Sequence[tuple[Any, ...]]:
    with doors.reading(folder) as reader:
        return reader.all(sql)


@pytest.fixture(scope="module")
def communities(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Filled]:
    return {code: _fill(code, tmp_path_factory.mktemp(code)) for code in CAST}


@pytest.fixture(params=list(CAST))
def filled(request: pytest.FixtureRequest, communities: Mapping[str, Filled]) -> Filled:
    return communities[request.param]


@pytest.fixture
def oakvale(communities: Mapping[str, Filled]) -> Filled:
    return communities["OAKV"]


def test_the_same_seed_and_day_give_the_same_life(oakvale: Filled, tmp_path: Path) -> None:
    again = _fill("OAKV", tmp_path / "again")

    assert _all(again.folder, _LIFE) == _all(oakvale.folder, _LIFE)
    assert _all(again.folder, _BALANCES) == _all(oakvale.folder, _BALANCES)
    assert again.sign_ins == oakvale.sign_ins


def test_people_were_told_and_no_letter_waits(filled: Filled) -> None:
    told = _all(filled.folder, "SELECT COUNT(*), COUNT(read_at) FROM notices")
    letters = _all(filled.folder, "SELECT COUNT(*) FROM mails")

    ((every, read),) = told
    assert 0 < read < every
    assert letters == [(0,)]


def test_another_seed_gives_another_life(oakvale: Filled, tmp_path: Path) -> None:
    other = _fill("OAKV", tmp_path / "other", seed=2)

    assert _all(other.folder, _BALANCES) != _all(oakvale.folder, _BALANCES)


def test_all_balances_sum_to_zero(filled: Filled) -> None:
    balances = [balance for _, balance, *_ in _all(filled.folder, _BALANCES)]

    assert sum(balances) == 0
    assert len([balance for balance in balances if balance]) > 30


def test_a_year_holds_about_twelve_hundred_trades_in_every_state(filled: Filled) -> None:
    with doors.reading(filled.folder) as reader:
        made = trades.latest(reader, since="", limit=10 * TRADES)

    assert {trade.state for trade in made} == _AT_HOME
    assert TRADES <= len(made) <= TRADES + 100
    assert sum(trade.state is TradeState.POSTED for trade in made) > TRADES * 9 // 10


def test_nobody_is_ever_beyond_their_limits(filled: Filled) -> None:
    with doors.reading(filled.folder) as reader:
        limits = {one.id: one.limits for one in accounts.every(reader)}
        entries = reader.all("SELECT account_id, amount, balance_after FROM entries")

    breaches = [
        (account, after)
        for account, amount, after in entries
        if breach(Position(after - amount), amount, limits[account])
    ]

    assert breaches == []


def test_time_passes_evenly_and_never_backwards(filled: Filled) -> None:
    rows = _all(filled.folder, "SELECT recorded_at FROM transfers ORDER BY seq")
    times = [at for (at,) in rows]
    months = {datetime.datetime.fromtimestamp(at, datetime.UTC).month for at in times}

    assert times == sorted(times)
    assert months == set(range(1, 13))
    assert MIDNIGHT - 365 * 86_400 < times[0] < MIDNIGHT - 355 * 86_400
    assert MIDNIGHT - 5 * 86_400 < times[-1] < MIDNIGHT


def test_the_auditor_finds_nothing(filled: Filled) -> None:
    audited = audit(filled.folder / FILE)

    assert audited.findings == ()
    assert audited.transfers > TRADES


def test_every_row_refers_to_one_that_is_there(filled: Filled) -> None:
    assert _all(filled.folder, "PRAGMA foreign_key_check") == []


def test_forty_members_have_every_role_and_many_kinds_of_account(filled: Filled) -> None:
    with doors.reading(filled.folder) as reader:
        every = list(accounts.every(reader))
        roles = {
            grant.role
            for account in every
            for member in accounts.members_of(reader, account.id)
            for grant in members.grants(reader, member)
        }

    assert [account.number for account in every] == [
        f"{filled.code}{serial:04}" for serial in range(41)
    ]
    assert roles == set(Role) - {Role.MEMBER}
    assert {"individual", "joint", "organisation", "company", "public"} <= {
        account.kind for account in every
    }
    assert len({account.area for account in every}) > 3
    assert len({account.limits for account in every}) > 2


def test_names_are_written_in_three_scripts() -> None:
    names = "".join(person.name for one in CAST.values() for person in one.people)
    scripts = {unicodedata.name(letter).split()[0] for letter in names if letter.isalpha()}

    assert scripts == {"LATIN", "ARABIC", "CYRILLIC"}


def test_one_account_is_locked_with_a_reason_and_buys_no_more(filled: Filled) -> None:
    with doors.reading(filled.folder) as reader:
        (locked,) = (
            one for one in accounts.every(reader) if one.state is AccountState.LOCKED
        )
        ((since,),) = reader.all("SELECT at FROM acts WHERE kind = 'account.locked'")
        bought = reader.all(
            "SELECT x.seq FROM trades AS t JOIN transfers AS x ON x.trade_id = t.id"
            " WHERE t.buyer_id = ? AND x.recorded_at > ? AND x.reverses IS NULL",
            (locked.id, since),
        )

    assert locked.lock_reason
    assert bought == []


def test_the_rate_changes_once_and_today_s_holds(filled: Filled) -> None:
    first, later = CAST[filled.code].rates
    with doors.reading(filled.folder) as reader:
        founded = reader.one("SELECT founded_at FROM exchange")[0]
        then, today = exchanges.load(reader, founded), exchanges.load(reader, MIDNIGHT)

    assert (then.currency.hour_value, then.national) == (first.hour_value, first.national)
    assert (today.currency.hour_value, today.national) == (later.hour_value, later.national)
    assert first != later


def test_levies_reach_the_community_on_both_sides(oakvale: Filled) -> None:
    posted = "state IN ('posted', 'objected')"
    ((sold, bought),) = _all(
        oakvale.folder,
        f"SELECT sum(seller_levy), sum(buyer_levy) FROM trades WHERE {posted}",  # noqa: S608
    )
    with doors.reading(oakvale.folder) as reader:
        treasury = accounts.by_number(reader, "OAKV0000")

    assert sold == bought > 0
    assert treasury.position.balance == sold + bought - treasury.purchases > 0


def test_a_time_bank_s_members_give_it_an_hour_twice_a_year(
    communities: Mapping[str, Filled],
) -> None:
    given = _all(
        communities["VILA"].folder,
        "SELECT t.buyer_id, count(*), min(t.amount), max(t.amount) FROM trades AS t"
        " JOIN accounts AS a ON a.id = t.seller_id WHERE a.number = 'VILA0000'"
        " GROUP BY 1",
    )

    assert {(times, least, most) for _, times, least, most in given} == {
        (1, 100, 100),
        (2, 100, 100),
    }


def test_objections_and_reversals_say_why(filled: Filled) -> None:
    rows = _all(
        filled.folder,
        "SELECT kind, note FROM acts"
        " WHERE kind IN ('trade.objected', 'trade.reversed', 'trade.declined')",
    )
    reasons = CAST[filled.code].reasons

    assert {note for _, note in rows} <= {
        *reasons.objected,
        *reasons.reversed,
        *reasons.mistaken,
        *reasons.declined,
    }
    assert {kind for kind, _ in rows} == {
        "trade.objected",
        "trade.reversed",
        "trade.declined",
    }


def test_the_known_people_can_sign_in_and_have_their_roles(oakvale: Filled) -> None:
    with doors.reading(oakvale.folder) as reader:
        signed_in = [
            _signs_in(reader, one.number, one.password) for one in oakvale.sign_ins
        ]

    assert [(number, password) for number, _, password in signed_in] == [
        (one.number, True) for one in oakvale.sign_ins
    ]
    assert [role for _, role, _ in signed_in] == [one.role for one in oakvale.sign_ins]
    assert oakvale.sign_ins == known(OAKVALE)
    assert oakvale.sign_ins[0].password == "demo-oakvale-sofia"  # noqa: S105 - a public one


def _signs_in(reader: Reader, number: str, password: str) -> tuple[str, Role, bool]:
    account = accounts.by_number(reader, number)
    (member,) = accounts.members_of(reader, account.id)
    roles = [grant.role for grant in members.grants(reader, member)] or [Role.MEMBER]
    (sign_in,) = sign_ins.of_member(reader, member)
    stored = sign_ins.by_id(reader, sign_in).password or ""
    return account.number, roles[0], access.verify_password(stored, password)


def test_something_waits_for_the_visitor(filled: Filled) -> None:
    visitor = filled.sign_ins[0]
    with doors.reading(filled.folder) as reader:
        account = accounts.by_number(reader, visitor.number)
        made = reading.trade_list(reader, OPERATOR, account, since="", limit=TRADES)

    waiting = [
        trade
        for trade in made
        if trade.state is TradeState.REQUESTED and trade.buyer == account.id
    ]

    assert len(waiting) >= 2
    assert visitor.role is Role.MEMBER


def test_whoever_signs_in_has_a_message_to_read(filled: Filled) -> None:
    with doors.reading(filled.folder) as reader:
        unread = [
            messages.unread(reader, _speaker(reader, one.number)) for one in filled.sign_ins
        ]
        visitor = _speaker(reader, filled.sign_ins[0].number)
        threads = messages.inbox(reader, visitor)

    assert unread == [1] * len(filled.sign_ins)
    assert [one.is_unread for one in threads] == [True, False]


def test_members_are_told_news_and_of_events_to_come(filled: Filled) -> None:
    with doors.reading(filled.folder) as reader:
        visitor = _speaker(reader, filled.sign_ins[0].number)
        told = announcing.current(reader, visitor, now=MIDNIGHT)
        coming = planning.coming(reader, visitor, zone=ZoneInfo("UTC"), now=MIDNIGHT)
        (letter,) = archive.received(reader, visitor, page=1)
        public = announcing.public(reader, now=MIDNIGHT)

    assert len(told) == 2
    assert coming
    assert all(str(TODAY) < str(one.event.when.first) for one in coming)
    assert letter.author
    assert len(public) == 1


def test_people_are_thanked_and_some_answer(filled: Filled) -> None:
    with doors.reading(filled.folder) as reader:
        said = [
            one
            for account in accounts.every(reader)
            for one in thanking.of_account(reader, OPERATOR, account.id).said
        ]

    assert len(said) == len({one.words for one in said}) >= 8
    assert {one.answer is None for one in said} == {True, False}


def test_areas_are_on_the_map_and_people_tell_of_themselves(filled: Filled) -> None:
    with doors.reading(filled.folder) as reader:
        visitor = _speaker(reader, filled.sign_ins[0].number)
        points = [area.place for area in areas.every(reader, visitor)]
        shown = [
            profiles.shown(reader, visitor, member, now=MIDNIGHT)
            for account in accounts.every(reader)
            for member in accounts.members_of(reader, account.id)
        ]

    assert len(points) >= 3
    assert None not in points
    assert len([one for one in shown if one.about and one.languages]) == 6
    assert len([one for one in shown if one.contacts.get(Contact.PHONE)]) == 5
    assert len([one for one in shown if one.absent_until and one.absence]) == 1


def _speaker(reader: Reader, number: str) -> Actor:
    (member,) = accounts.members_of(reader, accounts.by_number(reader, number).id)
    return member_actor(reader, member)


def test_paper_is_entered_by_the_coordinator_for_those_without_a_computer(
    filled: Filled,
) -> None:
    rows = _all(
        filled.folder,
        "SELECT DISTINCT s.number, m.account_id = t.entered_by, t.on_behalf_of"
        " FROM trades AS t JOIN accounts AS s ON s.id = t.on_behalf_of"
        " JOIN account_members AS m ON m.member_id = t.entered_by"
        " WHERE t.channel IN ('sheet', 'slip')",
    )
    character = CAST[filled.code]

    assert {number for number, *_ in rows} == {
        number for number, person in character.numbered().items() if person.on_paper
    }


def test_a_folder_in_use_is_refused(oakvale: Filled) -> None:
    before = _all(oakvale.folder, _BALANCES)

    with pytest.raises(DataExists):
        _fill("OAKV", oakvale.folder)

    assert _all(oakvale.folder, _BALANCES) == before


def test_a_year_broken_off_leaves_nothing_behind(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []

    def stop(done: int, total: int) -> None:
        told.append((done, total))
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        _fill("WAHA", tmp_path, progress=stop)

    assert told == [(1, TRADES), (2, TRADES), (3, TRADES)]
    with pytest.raises(DataMissing):
        _all(tmp_path, _BALANCES)


def test_the_community_goes_on_trading_within_its_limits(
    filled: Filled, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(filled.folder, tmp_path / "copy"))
    random = Random(3)  # noqa: S311 - to be repeatable

    with doors.writing(folder) as writer:
        made = [living.step(writer, random, now=MIDNIGHT + turn) for turn in range(60)]
        every = list(accounts.every(writer))

    assert [trade and trade.state for trade in made] == [TradeState.POSTED] * 60
    assert len({trade and (trade.seller, trade.buyer) for trade in made}) > 30
    assert sum(account.position.balance for account in every) == 0
    for account in every:
        floor, ceiling = account.limits.floor, account.limits.ceiling
        assert floor is None or account.position.balance >= floor
        assert ceiling is None or account.position.balance <= ceiling


def _lock(writer: Writer, number: str) -> None:
    locking.lock(writer, OPERATOR, number, reason="Away.", now=MIDNIGHT)


def _allow_no_debt(writer: Writer, number: str) -> None:
    changes = changing.Changes(floor="0")
    changing.change(writer, OPERATOR, number, changes, now=MIDNIGHT)


@pytest.mark.parametrize("hinder", [_lock, _allow_no_debt])
def test_a_buyer_who_cannot_agree_any_more_declines(
    oakvale: Filled, tmp_path: Path, hinder: Callable[[Writer, str], None]
) -> None:
    folder = Path(shutil.copytree(oakvale.folder, tmp_path / "copy"))
    with doors.writing(folder) as writer:
        scene = _scene(writer)
        buyer = next(
            one.number
            for one in accounts.every(writer)
            if -200_00 < one.position.balance < 0
        )
        exchange = exchanges.load(writer, MIDNIGHT)
        deal = matching.find(writer, exchange, OAKVALE, scene.random, month=9, buyer=buyer)
        assert deal
        asked = enter(writer, OAKVALE, scene.random, deal, asking=True, now=MIDNIGHT)
        fates.befall(scene, asked, fates.Fate.ACCEPTED, now=MIDNIGHT)
        hinder(writer, buyer)

        scene.agenda.run(until=MIDNIGHT + 10 * 86_400)

        assert trades.by_id(writer, asked.id).state is TradeState.DECLINED


def _scene(writer: Writer) -> Scene:
    return Scene(
        writer=writer,
        character=OAKVALE,
        random=Random(5),  # noqa: S311 - to be repeatable
        agenda=Agenda(),
        start=MIDNIGHT,
    )


def test_people_of_the_same_numbers_but_other_names_are_left_in_peace(
    writer: Writer,
) -> None:
    for name in ("Ada", "Bob", "Cleo"):
        adding.add(writer, OPERATOR, adding.Newcomer(name=name), now=MIDNIGHT)
    random = Random(1)  # noqa: S311 - to be repeatable

    assert exchanges.load(writer, MIDNIGHT).code in CAST
    assert living.step(writer, random, now=MIDNIGHT) is None


def test_a_community_of_another_code_is_left_in_peace(tmp_path: Path) -> None:
    other = support.found(
        tmp_path / "boro", support.oakvale(replace(support.LEAF, code="BORO"))
    )
    random = Random(1)  # noqa: S311 - to be repeatable

    with doors.writing(other) as writer:
        assert living.step(writer, random, now=MIDNIGHT) is None


def test_a_character_whose_tables_do_not_fit_cannot_exist() -> None:
    people, services = OAKVALE.people, OAKVALE.services
    unheard_of = replace(people[0], offers=("alchemy",))
    far_away = replace(people[0], area="Elsewhere", on_paper=True)

    with pytest.raises(ValueError, match="order in which they join"):
        replace(OAKVALE, people=people[::-1])
    with pytest.raises(ValueError, match="offered"):
        replace(OAKVALE, people=(unheard_of, *people[1:]))
    with pytest.raises(ValueError, match="coordinator"):
        replace(OAKVALE, people=(far_away, *people[1:]))
    with pytest.raises(ValueError, match="a price"):
        replace(services["eggs"], least=0)
