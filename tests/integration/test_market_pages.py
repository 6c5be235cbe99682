"""The market as members use it: put up, find, show, change, take down."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import Any

import pytest
from aiohttp import FormData
from aiohttp.test_utils import TestClient
from PIL import Image
from pytest_aiohttp.plugin import AiohttpClient

from cesnode.app import build_app
from cesnode.community.market import Kind
from cesnode.services.market import finding, publishing
from cesnode.services.market.finding import Wanted
from cesnode.store import Reader, Store, media
from tests.support.exchanges import DAY, NOW, Person, acting_as, join
from tests.support.visitors import OURS, Guest, fields_of, signed_in


@dataclass(frozen=True, slots=True)
class Place:
    client: TestClient[Any, Any]
    store: Store
    ann: Person
    bob: Person
    at_ann: Guest
    at_bob: Guest
    stranger: Guest

    async def titles(self, who: Person, words: str) -> list[str]:
        def find(reader: Reader) -> list[str]:
            wanted = Wanted(words=words)
            found = finding.browse(reader, acting_as(reader, who), wanted, now=NOW)
            return [each.title for each in found.listings]

        return await self.store.read(find)

    async def put(self, guest: Guest, **typed: str) -> int:
        """Put something up by the form; return its number."""
        kind = typed.pop("kind", "offering")
        form = await (await guest.get(f"/market/new?kind={kind}")).text()
        answer = await guest.post("/market/new", fields_of(form, kind=kind, **typed))
        assert answer.status == 303, await answer.text()
        return int(answer.headers["Location"].rpartition("/")[2])


@pytest.fixture
async def place(store: Store, aiohttp_client: AiohttpClient) -> Place:
    client = await aiohttp_client(build_app(store, clock=lambda: NOW))
    ann = await store.write(join, "Ann Ash")
    bob = await store.write(join, "Bob Beech")
    return Place(
        client,
        store,
        ann,
        bob,
        await signed_in(client, store, ann),
        await signed_in(client, store, bob),
        Guest(client),
    )


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


async def test_three_fields_suffice_to_publish(place: Place) -> None:
    number = await place.put(place.at_ann, title="Plum jam", price="3,50", unit="a jar")

    page = await (await place.at_bob.get(f"/market/{number}")).text()
    assert "Plum jam" in page
    assert "3.50 leaves a jar" in words(page)


async def test_a_form_sent_twice_puts_up_one(place: Place) -> None:
    form = await (await place.at_ann.get("/market/new")).text()
    fields = fields_of(form, title="Plum jam")

    first, second = [await place.at_ann.post("/market/new", fields) for _ in range(2)]

    assert first.headers["Location"] == second.headers["Location"]
    assert await place.titles(place.ann, "plum") == ["Plum jam"]


async def test_all_that_is_wrong_is_said_at_once_and_nothing_typed_is_lost(
    place: Place,
) -> None:
    form = await (await place.at_ann.get("/market/new")).text()

    answer = await place.at_ann.post(
        "/market/new", fields_of(form, title="", category="x", text="by hand")
    )

    page = await answer.text()
    assert answer.status == 422
    assert '<a href="#title">' in page
    assert '<a href="#category">' in page
    assert "by hand" in page


async def test_an_owner_hides_renews_and_deletes(place: Place) -> None:
    number = await place.put(place.at_ann, title="Plum jam")

    for wish, seen in (("hide", 404), ("show", 200), ("renew", 200), ("withdraw", 404)):
        answer = await place.at_ann.post(f"/market/{number}/wish", {"wish": wish})
        assert answer.status == 303
        assert (await place.at_bob.get(f"/market/{number}")).status == seen


async def test_nobody_else_changes_it(place: Place) -> None:
    number = await place.put(place.at_ann, title="Plum jam")

    for path, fields in (
        (f"/market/{number}/wish", {"wish": "withdraw"}),
        (f"/market/{number}/edit", {"title": "Mine now"}),
    ):
        assert (await place.at_bob.post(path, fields)).status == 403
    assert (await place.at_bob.get(f"/market/{number}/edit")).status == 403
    assert await place.titles(place.bob, "plum") == ["Plum jam"]


async def test_strangers_see_what_is_for_everybody_and_are_led_to_sign_in(
    place: Place,
) -> None:
    hidden = await place.put(place.at_ann, title="Plum jam")
    shown = await place.put(place.at_ann, title="Pear jam", audience="public")

    page = await (await place.stranger.get("/market")).text()

    assert "Pear jam" in page
    assert "Plum jam" not in page
    assert (await place.stranger.get(f"/market/{shown}")).status == 200
    assert (await place.stranger.get(f"/market/{hidden}")).status == 404
    answer = await place.stranger.get("/market/new")
    assert answer.headers["Location"].startswith("/sign-in")


async def test_edits_begin_with_what_is_there(place: Place) -> None:
    number = await place.put(
        place.at_ann, title="Plum jam", price="3", keywords="sweet, jar", audience="public"
    )

    form = await (await place.at_ann.get(f"/market/{number}/edit")).text()
    copy = await (await place.at_ann.get(f"/market/new?copy={number}")).text()

    for page in (form, copy):
        for value in ("Plum jam", "3.00", "sweet, jar"):
            assert f'value="{value}"' in page
    fields = fields_of(form, title="Pear jam", until="2025-08-01")
    answer = await place.at_ann.post(f"/market/{number}/edit", fields)
    assert answer.status == 303
    assert await place.titles(place.bob, "pear") == ["Pear jam"]


async def test_a_search_is_kept_and_forgotten(place: Place) -> None:
    answer = await place.at_ann.post("/market/searches?kind=want&q=ladder&page=3")
    page = await (await place.at_ann.follow(answer)).text()
    assert "/market?kind=want&amp;q=ladder" in page

    number = re.search(r'name="search" value="(\d+)"', page)
    assert number is not None
    answer = await place.at_ann.post("/market/mine", {"search": number[1]})

    assert "q=ladder" not in await (await place.at_ann.follow(answer)).text()


async def test_what_was_marked_is_found_again(place: Place) -> None:
    number = await place.put(place.at_ann, title="Plum jam")
    await place.put(place.at_ann, title="Pear jam")

    await place.at_bob.post(f"/market/{number}/wish", {"wish": "like"})

    page = await (await place.at_bob.get("/market?favourites=1")).text()
    assert "Plum jam" in page
    assert "Pear jam" not in page


def photograph() -> bytes:
    file = io.BytesIO()
    Image.effect_noise((900, 700), 60).convert("RGB").save(file, "JPEG")
    return file.getvalue()


async def upload(place: Place, number: int, content: bytes) -> int:
    form = FormData()
    form.add_field("picture", content, filename="jam.jpg", content_type="image/jpeg")
    form.add_field("words", "a jar of jam")
    cookie = "; ".join(f"{name}={value}" for name, value in place.at_ann.cookies.items())
    answer = await place.client.post(
        f"/market/{number}/pictures",
        data=form,
        headers={**OURS, "Cookie": cookie},
        allow_redirects=False,
    )
    return answer.status


async def test_a_picture_larger_than_any_form_is_taken_and_shown(place: Place) -> None:
    number = await place.put(place.at_ann, title="Plum jam")
    content = photograph()
    assert len(content) > 64 * 1024

    assert await upload(place, number, content) == 303

    page = await (await place.at_bob.get(f"/market/{number}")).text()
    shown = re.search(r'<img src="(/media/[0-9a-f]+\.webp)"\s+alt="a jar of jam"', page)
    assert shown is not None
    picture = await place.stranger.get(shown[1])
    assert picture.headers["Content-Type"] == "image/webp"
    assert "immutable" in picture.headers["Cache-Control"]
    assert (await picture.read()).startswith(b"RIFF")


async def test_what_is_no_picture_is_refused_in_words(place: Place) -> None:
    number = await place.put(place.at_ann, title="Plum jam")

    assert await upload(place, number, b"<svg onload='alert(1)'/>") == 422
    assert await upload(place, number, b"") == 422
    assert list((place.store.folder / media.FOLDER).glob("*")) == []


@pytest.mark.parametrize(
    "name", ["../node.db", "..%2fnode.db", "x.webp", "0" * 32 + ".webp", "a.new"]
)
async def test_no_other_file_is_sent_as_a_picture(place: Place, name: str) -> None:
    assert (await place.stranger.get(f"/media/{name}")).status == 404


async def test_the_link_of_a_mail_renews_without_signing_in(place: Place) -> None:
    number = await place.put(place.at_ann, title="Plum jam", until="2025-07-20")

    def token(writer: Any) -> str:  # noqa: ANN401 - a Writer
        listing = publishing.own(writer, acting_as(writer, place.ann), number)
        return publishing.renewal_token(writer, listing, now=NOW)

    address = f"/renew/{await place.store.write(token)}"
    assert "Plum jam" in await (await place.stranger.get(address)).text()

    answer = await place.stranger.post(address)

    assert answer.status == 303
    assert (await place.stranger.get(address)).status == 404
    later = NOW + 300 * DAY
    found = await place.store.read(
        lambda reader: finding.browse(
            reader, acting_as(reader, place.bob), Wanted(kind=Kind.OFFERING), now=later
        )
    )
    assert len(found.listings) == 1


async def test_words_of_members_do_nothing_on_the_page(place: Place) -> None:
    evil = "<script>alert(1)</script> [x](javascript:alert(2)) ![p](https://evil.example/p)"
    number = await place.put(place.at_ann, title="<b>Jam</b>", text=evil)

    page = await (await place.at_bob.get(f"/market/{number}")).text()

    assert "<script>" not in page
    assert 'href="javascript' not in page
    assert "<b>Jam" not in page
    assert "<img" not in page
