"""Offerings and wants come over as listings, and leave as what they are."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from PIL import Image

from cesnode.community.market import Audience, Kind, Price, State, Wish
from cesnode.community.roles import OPERATOR
from cesnode.services.bringing.systems import System
from cesnode.services.leaving.leaving import Leaving, Written, leave
from cesnode.services.market import keeping, publishing
from cesnode.services.market.drafts import Draft
from cesnode.services.pictures import prepare
from cesnode.store import categories, export, listings, media, pictures, searching
from cesnode.store.listings import Listing
from cesnode.store.pictures import Picture
from cesnode.store.searching import Search
from cesnode.store.store import reading, writing
from tests.support.bringing import MOVED, Move, move, require_sound
from tests.support.foreign import archive, folder, table, village

MEMBERS = table("number,name", (1, "Ann"), (2, "Bob"))
OFFERINGS = "id,owner,title"
TODAY = "2027-01-15"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def photo(colour: str = "green") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(file, "JPEG")
    return file.getvalue()


def bring(data: Path, place: Path, header: str, *rows: tuple[Any, ...]) -> Move:
    made = {"members.csv": MEMBERS, "offerings.csv": table(header, *rows)}
    now = MOVED + int(place.name, 36)  # Copies kept before a run are named by its second.
    return move(data, folder(place, made), System.CSV, code="OAKV", now=now)


def all_of(data: Path) -> list[Listing]:
    with reading(data) as reader:
        return list(export.own_listings(reader))


def pictures_of(data: Path) -> list[tuple[Picture, ...]]:
    with reading(data) as reader:
        ids = [one.id for one in export.own_listings(reader)]
        found = pictures.of_listings(reader, ids)
    return [found.get(each, ()) for each in ids]


def found_by(data: Path, words: str) -> list[int]:
    with reading(data) as reader:
        return searching.find(reader, Search(today=TODAY, words=words))


def test_an_offering_is_found_in_the_market_by_its_words(
    tmp_path: Path, data: Path
) -> None:
    moved = bring(data, tmp_path / "in", OFFERINGS, (1, 1, "Sourdough bread"))

    assert (moved.reasons, moved.result.offerings) == ([], 1)
    assert found_by(data, "sourdough") == [all_of(data)[0].id]
    require_sound(data)


def test_the_same_files_again_add_nothing_and_newer_ones_what_is_new(
    tmp_path: Path, data: Path
) -> None:
    bring(data, tmp_path / "a", OFFERINGS, (1, 1, "Bread"))

    same = bring(data, tmp_path / "b", OFFERINGS, (1, 1, "Bread"))
    newer = bring(data, tmp_path / "c", OFFERINGS, (1, 1, "Cake"), (2, 2, "Milk"))

    assert (same.result.added.offerings, newer.result.added.offerings) == (0, 1)
    assert [one.words.title for one in all_of(data)] == ["Bread", "Milk"]


def test_what_its_owner_changed_or_took_down_here_stays_so(
    tmp_path: Path, data: Path
) -> None:
    bring(data, tmp_path / "a", OFFERINGS, (1, 1, "Bread"), (2, 1, "Milk"))
    kept, gone = all_of(data)
    with writing(data) as writer:
        draft = Draft(title="Rye bread")
        publishing.rewrite(writer, OPERATOR, kept.id, draft, now=MOVED)
        publishing.withdraw_all(writer, gone.account or 0, now=MOVED)

    again = bring(data, tmp_path / "b", OFFERINGS, (1, 1, "Bread"), (2, 1, "Milk"))

    assert again.result.added.offerings == 0
    assert all_of(data) == []


@pytest.mark.parametrize(
    ("price", "way", "amount", "words"),
    [
        ("12.50", Price.AMOUNT, 12_50, ""),
        ("12.50 units", Price.AMOUNT, 12_50, ""),
        ("12 an hour", Price.WORDS, None, "12 an hour"),
        ("1.234", Price.WORDS, None, "1.234"),
        ("", Price.OPEN, None, ""),
        ("0", Price.OPEN, None, ""),
    ],
)
def test_a_price_is_an_amount_only_where_that_is_certain(
    tmp_path: Path,
    data: Path,
    price: str,
    way: Price,
    amount: int | None,
    words: str,
) -> None:
    bring(data, tmp_path / "in", f"{OFFERINGS},price", (1, 1, "Bread", price))

    (offer,) = all_of(data)
    assert (offer.terms.price, offer.terms.amount, offer.terms.words) == (
        way,
        amount,
        words,
    )


def test_what_has_ended_is_not_found_and_nobody_is_told_again(
    tmp_path: Path, data: Path
) -> None:
    rows = ((1, 1, "Bread", "2011-01-02"), (2, 1, "Bread rolls", ""))
    bring(data, tmp_path / "in", f"{OFFERINGS},expires_on", *rows)

    old, new = all_of(data)

    assert found_by(data, "bread") == [new.id]
    assert new.expires_on == "2028-01-15"
    with reading(data) as reader:
        assert listings.ending(reader, before="2028-01-01", limit=9) == []
    assert old.state is State.SHOWN


def test_what_a_closed_account_offers_is_hidden(tmp_path: Path, data: Path) -> None:
    made = {
        "members.csv": table("number,name,state", (1, "Ann", "closed")),
        "offerings.csv": table(OFFERINGS, (1, 1, "Bread")),
    }

    move(data, folder(tmp_path / "in", made), System.CSV, code="OAKV")

    assert [one.state for one in all_of(data)] == [State.HIDDEN]


def test_more_than_a_listing_may_hold_is_shortened_and_told(
    tmp_path: Path, data: Path
) -> None:
    words = ",".join(f"word{each}" for each in range(14))
    header = f"{OFFERINGS},text,keywords"

    moved = bring(data, tmp_path / "in", header, (1, 1, "Bread", "x" * 6_000, f'"{words}"'))

    (offer,) = all_of(data)
    assert (len(offer.words.text), len(offer.words.keywords)) == (5_000, 12)
    assert [reason.split(":")[0] for reason in moved.reasons] == ["offerings.csv 2 "] * 2


def test_pictures_beside_the_tables_are_made_our_own(tmp_path: Path, data: Path) -> None:
    place = tmp_path / "in"
    (place / "photos").mkdir(parents=True)
    (place / "photos" / "Rye.JPG").write_bytes(photo())
    (place / "oat.jpg").write_bytes(photo("brown"))
    header = f"{OFFERINGS},pictures"
    names = "photos/rye.jpg;https://old.example/media/oat.jpg"

    moved = bring(data, place, header, (1, 1, "Bread", names))

    assert moved.reasons == []
    (shown,) = pictures_of(data)
    assert [(one.width, one.height) for one in shown] == [(64, 48)] * 2
    assert all(media.path(data, one.small) and media.path(data, one.large) for one in shown)


def test_pictures_in_an_archive_are_taken_too(tmp_path: Path, data: Path) -> None:
    made = {
        "members.csv": MEMBERS,
        "offerings.csv": table(f"{OFFERINGS},pictures", (1, 1, "Bread", "p/rye.jpg")),
        "p/rye.jpg": photo(),
    }

    moved = move(data, archive(tmp_path / "a.zip", made), System.CSV, code="OAKV")

    assert (moved.reasons, len(pictures_of(data)[0])) == ([], 1)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("../secret.jpg", "leads out"),
        ("a/../../secret.jpg", "leads out"),
        ("..\\secret.jpg", "leads out"),
        ("/etc/passwd", "not beside the tables"),
        ("https://old.example/none.jpg", "not beside the tables"),
        ("broken.jpg", "picture"),
        ("link.jpg", "not beside the tables"),
    ],
)
def test_a_picture_that_is_none_is_told_and_its_listing_goes_without(
    tmp_path: Path, data: Path, name: str, why: str
) -> None:
    place = tmp_path / "in"
    place.mkdir()
    (tmp_path / "secret.jpg").write_bytes(photo())
    (place / "broken.jpg").write_bytes(b"GIF89a and then nothing")
    (place / "link.jpg").symlink_to(tmp_path / "secret.jpg")

    moved = bring(data, place, f"{OFFERINGS},pictures", (1, 1, "Bread", name))

    (reason,) = moved.reasons
    assert reason.startswith("offerings.csv 2 ")
    assert why in reason
    assert (len(all_of(data)), pictures_of(data)) == (1, [()])


def test_trying_it_out_leaves_no_picture_behind(tmp_path: Path, data: Path) -> None:
    place = tmp_path / "in"
    place.mkdir()
    (place / "rye.jpg").write_bytes(photo())
    made = {
        "members.csv": MEMBERS,
        "offerings.csv": table(f"{OFFERINGS},pictures", (1, 1, "Bread", "rye.jpg")),
    }
    path = folder(place, made)
    move(data, folder(tmp_path / "b", {"members.csv": MEMBERS}), System.CSV, code="OAKV")

    tried = move(data, path, System.CSV, code="OAKV", apply=False)

    assert (tried.result.added.offerings, tried.reasons) == (1, [])
    assert not (data / media.FOLDER).exists()
    assert all_of(data) == []


@pytest.fixture
def market(tmp_path: Path) -> Path:
    """A market in which there is one of everything."""
    data = tmp_path / "market"
    ces = village(2)
    ces.offers.append([7, "CTTE0001", 0, "Old", "", "Lamp", "", "", "", "", "", "", "", 0])
    move(data, folder(tmp_path / "ces", ces.files()))
    with writing(data) as writer:
        food = keeping.add(writer, OPERATOR, "Food", icon="🍞", now=MOVED)
        rye = keeping.add(writer, OPERATOR, "Rye / oats", parent=food.id, now=MOVED)
        keeping.add(writer, OPERATOR, "=Empty", now=MOVED)
        drafts = (
            Draft(title="=Bread", text="one\n\ntwo", keywords="a, b", category=rye.id,
                  price="2.50", unit="a loaf", money="1 €", audience=Audience.PUBLIC),
            Draft(title="Milk", way=Price.WORDS, terms="as you like", shown=False),
            Draft(title="Cheese", way=Price.SWAP, category=food.id,
                  audience=Audience.NEIGHBOURS),
            Draft(title="Gone"),
        )  # fmt: skip
        for place, draft in enumerate(drafts, 1):
            kind = Kind.WANT if place == 3 else Kind.OFFERING
            publishing.publish(
                writer, OPERATOR, kind, "CTTE0002", draft, id=UUID(int=place), now=MOVED
            )
        lamp, bread, _, _, gone = export.own_listings(writer)
        publishing.move(writer, OPERATOR, gone.id, Wish.WITHDRAW, now=MOVED)
        publishing.move(writer, OPERATOR, lamp.id, Wish.HIDE, now=MOVED)
        prepared = prepare(photo())
        names = media.save(data, prepared.small), media.save(data, prepared.large)
        shown = publishing.filed(prepared, *names, "a loaf; on a table")
        publishing.picture(writer, OPERATOR, bread.id, (shown,), now=MOVED)
    return data


def written(data: Path, form: Leaving, place: Path) -> Written:
    with reading(data) as reader:
        return leave(reader, OPERATOR, data, form, place, now=MOVED)


def said(data: Path) -> list[object]:
    """Tell each listing, its category by name and its pictures by what is seen."""
    with reading(data) as reader:
        names = {one.id: one.name for one in categories.every(reader)}
        every = list(export.own_listings(reader))
        shown = pictures.of_listings(reader, [one.id for one in every])
        return [
            (
                one.uuid, one.kind, one.state, one.words, names.get(one.category or 0),
                one.terms, one.audience, one.was_shared, one.expires_on, one.created_at,
                one.shown_at, one.changed_at,
                [(each.width, each.height, each.words) for each in shown.get(one.id, ())],
            )
            for one in every
        ]  # fmt: skip


def shelves(data: Path) -> list[tuple[str, str, str]]:
    with reading(data) as reader:
        every = categories.every(reader)
    names = {one.id: one.name for one in every}
    return [(names.get(one.parent or 0, ""), one.name, one.icon) for one in every]


def test_our_own_tables_make_an_equal_market(market: Path, tmp_path: Path) -> None:
    answer = written(market, Leaving.CSV, tmp_path / "out")

    moved = move(tmp_path / "data", tmp_path / "out", System.CSV, hour_value=None)

    assert moved.reasons == []
    assert said(tmp_path / "data") == said(market)
    assert shelves(tmp_path / "data") == shelves(market)
    assert ("pictures", 1) in {(one.name, one.rows) for one in answer.files}
    require_sound(tmp_path / "data")


@pytest.mark.parametrize("form", [Leaving.CES, Leaving.BUNDLE])
def test_other_formats_keep_what_they_can_say(
    market: Path, tmp_path: Path, form: Leaving
) -> None:
    written(market, form, tmp_path / "out")

    moved = move(tmp_path / "data", tmp_path / "out", System(form))

    assert moved.reasons == []
    ours, theirs = all_of(tmp_path / "data"), all_of(market)
    assert sorted((one.kind, one.words.title, one.words.text) for one in ours) == sorted(
        (one.kind, one.words.title, one.words.text) for one in theirs
    )
    assert {one.uuid for one in ours} == {one.uuid for one in theirs}
    assert sum(map(len, pictures_of(tmp_path / "data"))) == 1


def test_a_picture_whose_file_is_lost_is_told(market: Path, tmp_path: Path) -> None:
    for file in (market / media.FOLDER).iterdir():
        file.unlink()

    answer = written(market, Leaving.CSV, tmp_path / "out")

    assert "not there" in answer.notes[-1]
    assert not (tmp_path / "out" / "pictures").exists()


def test_a_picture_that_is_locked_up_is_told(tmp_path: Path, data: Path) -> None:
    made = {
        "members.csv": MEMBERS,
        "offerings.csv": table(f"{OFFERINGS},pictures", (1, 1, "Bread", "rye.jpg")),
        "rye.jpg": photo(),
    }
    path = archive(tmp_path / "a.zip", made)
    content = bytearray(path.read_bytes())
    place = content.rindex(b"PK\x01\x02")  # The picture's own entry comes last.
    content[place + 8] |= 1
    path.write_bytes(content)

    moved = move(data, path, System.CSV, code="OAKV")

    assert "encrypted" in moved.reasons[0]
    assert (len(all_of(data)), pictures_of(data)) == (1, [()])


def test_a_damaged_picture_in_an_archive_is_told(tmp_path: Path, data: Path) -> None:
    made = {
        "members.csv": MEMBERS,
        "offerings.csv": table(f"{OFFERINGS},pictures", (1, 1, "Bread", "rye.jpg")),
        "rye.jpg": photo(),
    }
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as packed:
        for name, content in made.items():
            packed.writestr(name, content)
    path.write_bytes(path.read_bytes().replace(b"\xff\xd8\xff", b"\xff\xd8\xfe", 1))

    moved = move(data, path, System.CSV, code="OAKV")

    assert "damaged" in moved.reasons[0]
    assert len(all_of(data)) == 1
