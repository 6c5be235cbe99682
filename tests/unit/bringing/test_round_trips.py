"""What leaves comes back: every balance, every member, every trade."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageStat

from cesnode.community.profiles import Audience, Contact
from cesnode.community.roles import OPERATOR
from cesnode.errors import Code
from cesnode.formats.csv import guarded
from cesnode.formats.sheet_columns import COLUMNS
from cesnode.services import pictures, profiles, trading
from cesnode.services.bringing.outcome import NOTHING
from cesnode.services.bringing.systems import System
from cesnode.services.leaving.leaving import Leaving, Written, leave
from cesnode.services.leaving.telling import Told
from cesnode.store import accounts, export, media
from cesnode.store import profiles as kept_profiles
from cesnode.store.store import reading, writing
from tests.histories import rich
from tests.support.bringing import MOVED, balances, move, require_sound
from tests.support.exchanges import refused
from tests.support.foreign import folder, table, town

TOLD = profiles.Told(
    about="Bread and **bicycles**.\n\nSince 1999",
    phone="+351 21 555 0100",
    address="Rua A 1\nLisboa",
    website="https://ann.example/",
    place="38.7223, -9.1393",
    languages="Português, English",
    absent_until="2027-01-31",
    absence="=at sea",
    listed=False,
    audiences={Contact.PHONE: Audience.NEIGHBOURS},
)
FAINT = 3
"""So far, of 255, colours are off on the whole: a photo is packed anew where it arrives."""


def a_photo() -> bytes:
    """Return a picture of which no half is like the other."""
    file = io.BytesIO()
    picture = Image.new("RGB", (64, 48), "teal")
    picture.paste("gold", (0, 0, 32, 24))
    picture.save(file, "PNG")
    return file.getvalue()


def photo_of(data: Path, number: str) -> Image.Image:
    """Return the photo that a member has there, as it is on the disk."""
    with reading(data) as reader:
        member = accounts.members_of(reader, accounts.by_number(reader, number).id)[0]
        photo = kept_profiles.of_member(reader, member).photo
    assert photo is not None
    place = media.path(data, photo.large)
    assert place is not None
    with Image.open(place) as picture:
        return picture.convert("RGB")


def written(data: Path, form: Leaving, place: Path) -> Written:
    with reading(data) as reader:
        return leave(reader, OPERATOR, data, form, place, now=MOVED)


def told(data: Path) -> list[object]:
    """Tell everything in the neutral words, in an order of its own."""
    with reading(data) as reader:
        everything = Told(reader, now=MOVED)
        parts: tuple[Callable[[], object], ...] = (
            lambda: everything.facts,
            lambda: sorted(map(str, everything.holders())),
            lambda: sorted(map(str, everything.dealings())),
            lambda: sorted(map(str, everything.adverts())),
            lambda: sorted(map(str, everything.balances())),
            lambda: sorted(map(str, everything.requests())),
            lambda: sorted(map(str, everything.profiles())),
        )
        return [part() for part in parts]


@pytest.fixture(scope="module")
def oakvale(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return rich(tmp_path_factory.mktemp("rich") / "oakvale")


@pytest.fixture(scope="module")
def old_town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("town")
    ces = town(12, 200)
    ces.offers.append([1, "CTTE0001", 0, "Food", "", "=Bread", "<b>rye</b>", "a.jpg",
                       "k", "2 T", "", "2010/01/02", "2011/01/02", -1])  # fmt: skip
    ces.wants.append([2, "CTTE0002", 0, "2010/01/02", "A bicycle", "any"])
    move(place / "data", folder(place / "files", ces.files()))
    return place / "data"


def test_our_own_tables_make_an_equal_exchange(old_town: Path, tmp_path: Path) -> None:
    written(old_town, Leaving.CSV, tmp_path / "out")

    moved = move(tmp_path / "data", tmp_path / "out", System.CSV, hour_value=None)

    assert (moved.reasons, moved.result.differences) == ([], ())
    assert told(tmp_path / "data") == told(old_town)
    require_sound(tmp_path / "data")


def test_a_history_that_holds_everything_once_comes_back_equal(
    oakvale: Path, tmp_path: Path
) -> None:
    written(oakvale, Leaving.CSV, tmp_path / "out")

    moved = move(tmp_path / "data", tmp_path / "out", System.CSV, hour_value=None)

    assert (moved.reasons, moved.result.differences) == ([], ())
    assert moved.result.added.requests == 1
    assert told(tmp_path / "data") == told(oakvale)
    require_sound(tmp_path / "data")


def test_what_people_tell_of_themselves_comes_back_with_their_photo(
    oakvale: Path, tmp_path: Path
) -> None:
    data = Path(shutil.copytree(oakvale, tmp_path / "told"))
    prepared = pictures.prepare(a_photo(), small=pictures.FACE)
    small, large = media.save(data, prepared.small), media.save(data, prepared.large)
    with writing(data) as writer:
        member = accounts.members_of(writer, accounts.by_number(writer, "OAKV0001").id)[0]
        profiles.change(writer, OPERATOR, member, TOLD, now=MOVED)
        photo = profiles.filed(prepared, small, large)
        profiles.set_photo(writer, OPERATOR, member, photo, now=MOVED)
    answer = written(data, Leaving.CSV, tmp_path / "out")

    moved = move(tmp_path / "data", tmp_path / "out", System.CSV, hour_value=None)
    again = move(tmp_path / "data", tmp_path / "out", System.CSV, hour_value=None)

    rows = {one.name: one.rows for one in answer.files}
    assert (rows["profiles.csv"], rows["pictures"]) == (1, 1)
    assert (moved.reasons, again.result.added) == ([], NOTHING)
    assert told(tmp_path / "data") == told(data)
    before, after = photo_of(data, "OAKV0001"), photo_of(tmp_path / "data", "OAKV0001")
    assert (before.size, after.size) == ((64, 48), (64, 48))
    apart = ImageStat.Stat(ImageChops.difference(before, after)).mean
    assert max(apart) <= FAINT


def test_a_request_that_was_agreed_to_meanwhile_becomes_the_trade(
    oakvale: Path, tmp_path: Path
) -> None:
    data = Path(shutil.copytree(oakvale, tmp_path / "asked"))
    written(data, Leaving.CSV, tmp_path / "before")
    move(tmp_path / "data", tmp_path / "before", System.CSV, hour_value=None)
    with writing(data) as writer:
        (waiting,) = export.requests(writer)
        trading.accept(writer, OPERATOR, waiting.ref, now=MOVED)
    written(data, Leaving.CSV, tmp_path / "after")

    moved = move(tmp_path / "data", tmp_path / "after", System.CSV, hour_value=None)

    assert (moved.reasons, moved.result.differences) == ([], ())
    assert moved.result.added.trades == 1
    assert balances(tmp_path / "data") == balances(data)
    require_sound(tmp_path / "data")


@pytest.mark.parametrize("form", [Leaving.CSV, Leaving.CES, Leaving.BUNDLE])
@pytest.mark.parametrize("which", ["oakvale", "old_town"])
def test_balances_come_back_to_the_unit_in_every_format(
    which: str, form: Leaving, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    data: Path = request.getfixturevalue(which)
    written(data, form, tmp_path / "out")

    moved = move(tmp_path / "data", tmp_path / "out", System(form))

    assert moved.result.differences == ()
    ours, theirs = balances(tmp_path / "data"), balances(data)
    people = {number for number in theirs if "-" not in number}
    assert {number: ours.get(number) for number in people} == {
        number: theirs[number] for number in people
    }
    require_sound(tmp_path / "data")


def test_a_bundle_of_ours_keeps_the_rules_of_bundles(
    old_town: Path, tmp_path: Path
) -> None:
    written(old_town, Leaving.BUNDLE, tmp_path / "out")
    rows = {
        path.name: list(csv.DictReader(io.StringIO(path.read_text())))
        for path in (tmp_path / "out").iterdir()
    }

    sums = {row["code"]: 0.0 for row in rows["accounts.csv"]}
    for row in rows["transfers.csv"]:
        assert row["payer"] != row["payee"]
        sums[row["payer"]] -= float(row["amount"])
        sums[row["payee"]] += float(row["amount"])

    for row in rows["accounts.csv"]:
        balance = float(row["balance"])
        assert sums[row["code"]] == pytest.approx(balance)
        assert -float(row["creditLimit"]) <= balance
        assert not row["maximumBalance"] or balance <= float(row["maximumBalance"])
    ids = [row["id"] for row in rows["transfers.csv"]]
    assert len(ids) == len(set(ids))
    assert {row["code"] for row in rows["members.csv"]} == set(sums)


@pytest.mark.parametrize("form", Leaving)
def test_every_format_says_what_it_wrote(
    oakvale: Path, tmp_path: Path, form: Leaving
) -> None:
    answer = written(oakvale, form, tmp_path / "out")

    assert {one.name for one in answer.files} == {
        path.name for path in (tmp_path / "out").iterdir()
    }


def test_a_directory_with_something_in_it_is_not_written_to(
    oakvale: Path, tmp_path: Path
) -> None:
    (tmp_path / "mine.txt").write_text("mine")

    with refused(Code.FIELD_INVALID, field="directory"):
        written(oakvale, Leaving.CSV, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


CENTS = st.integers(1, 10**6)
WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Co", "Cf", "Zl", "Zp")),
    min_size=1,
    max_size=20,
).filter(str.strip)
TRADES = st.lists(
    st.tuples(
        st.integers(1, 4), st.integers(1, 4), CENTS, CENTS, st.integers(0, 3), WORDS
    ).filter(lambda row: row[0] != row[1]),
    max_size=8,
)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(trades=TRADES)
def test_whatever_was_traded_leaves_and_comes_back_the_same(
    trades: list[tuple[int, int, int, int, int, str]],
) -> None:
    rows = [
        (place, seller, buyer, cents / 100, min(levy, cents) / 100, f"2020-01-0{day + 1}",
         f"'{words}")
        for place, (seller, buyer, cents, levy, day, words) in enumerate(trades)
    ]  # fmt: skip
    header = "id,seller,buyer,amount,seller_levy,event_on,description"
    made = {
        "members.csv": table("number,name", *((n, f"Member {n}") for n in range(1, 5))),
        "trades.csv": table(header, *rows),
    }
    with TemporaryDirectory() as scratch:
        place = Path(scratch)
        move(place / "a", folder(place / "in", made), System.CSV, code="OAKV")
        written(place / "a", Leaving.CSV, place / "out")

        moved = move(place / "b", place / "out", System.CSV, hour_value=None)

        assert (moved.reasons, moved.result.differences) == ([], ())
        assert told(place / "b") == told(place / "a")


MEMBERS = st.lists(
    st.tuples(
        WORDS,
        st.sampled_from(("", "ann@oak.example", "Bob@Oak.example")),
        st.sampled_from(("individual", "joint", "company", "organisation", "public")),
        st.sampled_from(("open", "locked")),
        st.sampled_from(("", "North", "=South")),
        st.sampled_from(("", "none", "-12.50", "0")),
        st.sampled_from(("", "none", "99.99", "0")),
        st.sampled_from(("", "1")),
    ),
    min_size=2,
    max_size=4,
)
ADVERTS = st.lists(
    st.tuples(
        WORDS,
        WORDS,
        st.sampled_from(("", "Food", "'Food")),
        st.sampled_from(("", "12.50", "a hug", "free")),
        st.sampled_from(("shown", "hidden", "draft", "stopped", "fulfilled")),
        st.sampled_from(("here", "neighbours", "public")),
        st.sampled_from(("", "2019-02-28", "2099-02-28")),
    ),
    max_size=4,
)
REQUESTS = st.lists(st.tuples(CENTS, WORDS, st.sampled_from(("", "1"))), max_size=3)
ABOUTS = st.lists(WORDS, max_size=2)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(people=MEMBERS, adverts=ADVERTS, requests=REQUESTS, abouts=ABOUTS)
def test_whoever_was_there_and_whatever_they_offered_comes_back_the_same(
    people: list[tuple[str, ...]],
    adverts: list[tuple[str, ...]],
    requests: list[tuple[int, str, str]],
    abouts: list[str],
) -> None:
    made = {
        "members.csv": table(
            "number,name,email,kind,state,area,floor,ceiling,whitelisted",
            *((n, guarded(name), *rest) for n, (name, *rest) in enumerate(people, 1)),
        ),
        "offerings.csv": table(
            "id,owner,title,text,category,price,state,audience,expires_on",
            *(
                (n, 1 + n % 2, guarded(title), guarded(text), guarded(shelf), *rest)
                for n, (title, text, shelf, *rest) in enumerate(adverts)
            ),
        ),
        "requests.csv": table(
            "id,seller,buyer,amount,event_on,description,asked",
            *(
                (f"r{n}", 1, 2, cents / 100, "2020-01-01", guarded(words), asked)
                for n, (cents, words, asked) in enumerate(requests)
            ),
        ),
        "profiles.csv": table(
            "number,person,about",
            *(
                (n, guarded(people[n - 1][0]), guarded(about))
                for n, about in enumerate(abouts, 1)
            ),
        ),
    }
    with TemporaryDirectory() as scratch:
        place = Path(scratch)
        move(place / "a", folder(place / "in", made), System.CSV, code="OAKV")
        written(place / "a", Leaving.CSV, place / "out")

        moved = move(place / "b", place / "out", System.CSV, hour_value=None)
        again = move(place / "b", place / "out", System.CSV, hour_value=None)

        assert (moved.reasons, again.result.added) == ([], NOTHING)
        assert told(place / "b") == told(place / "a")


def test_headers_are_those_that_are_documented() -> None:
    text = (Path(__file__).parents[3] / "docs" / "formats.md").read_text()

    for name, columns in COLUMNS.items():
        assert f"`{name}`" in text
        for column in columns:
            assert f"`{column}`" in text, (name, column)
