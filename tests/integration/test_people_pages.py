"""People as members meet them on the pages: found, seen, and reached as they wish."""

from __future__ import annotations

import io
import json
import re
import zipfile

import pytest
from aiohttp import FormData
from PIL import Image

from cesnode.community.notices import Choice, Pace, Quiet, Topic
from cesnode.community.roles import OPERATOR
from cesnode.community.rules import RecordShown
from cesnode.ledger.limits import Side
from cesnode.services import profiles, trading
from cesnode.services.market.advising import STAYS
from cesnode.services.profiles import Told
from cesnode.store import accounts, members, near_limits, notices, preferences
from cesnode.store import profiles as kept
from cesnode.store.store import reading, writing
from tests.integration.conftest import House
from tests.support.exchanges import NOW, Person, order, set_rules
from tests.support.visitors import OURS, Guest

BOB = "/people/OAKV0002"
EMAIL = "bob@oakvale.example"


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def trade(house: House, seller: Person, buyer: Person, amount: str = "10") -> str:
    with writing(house.village.folder) as writer:
        wanted = order(seller, buyer, amount)
        return trading.record(writer, OPERATOR, wanted, now=NOW).trade.ref


def tell(house: House, person: Person, told: Told) -> None:
    with writing(house.village.folder) as writer:
        profiles.change(writer, OPERATOR, person.member, told, now=NOW)


async def page(guest: Guest, path: str) -> str:
    answer = await guest.get(path)
    assert answer.status == 200, path
    return await answer.text()


async def test_somebody_is_found_and_reached(house: House) -> None:
    tell(
        house,
        house.village.bob,
        Told(phone="555 0107", website="bakery.example", place="38.7223, -9.1393"),
    )
    ann = await house.visitor("ann")

    found = await page(ann, "/people?q=beech")
    bob = await page(ann, BOB)

    assert f'href="{BOB}"' in found
    assert "Cem Cedar" not in found
    assert 'href="tel:5550107"' in bob
    assert 'href="https://bakery.example"' in bob
    assert 'href="geo:38.7223,-9.1393"' in bob
    for verb in ("pay", "record", "ask"):
        assert f'href="/trade/{verb}?to=OAKV0002"' in bob


async def test_the_pay_page_knows_whom_it_was_opened_for(house: House) -> None:
    ann = await house.visitor("ann")

    assert 'value="OAKV0002"' in await page(ann, "/trade/pay?to=OAKV0002")


async def test_an_address_of_e_mail_is_shown_once_its_owner_says_so(house: House) -> None:
    with writing(house.village.folder) as writer:
        members.set_email(writer, house.village.bob.member, EMAIL)
    ann, bob = await house.visitor("ann"), await house.visitor("bob")
    assert EMAIL not in await page(ann, BOB)

    form = {"audience-email": "members", "listed": "on"}
    answer = await bob.post("/me/profile", form)

    assert answer.status == 303
    assert f'href="mailto:{EMAIL}"' in await page(ann, BOB)


async def test_a_profile_is_kept_as_it_was_typed(house: House) -> None:
    ann = await house.visitor("ann")
    typed = {
        "about": "I **bake**.",
        "phone": "555 0107",
        "languages": "English, isiXhosa",
        "audience-phone": "neighbours",
        "absent_until": "2025-08-01",
        "absence": "By the sea",
    }

    answer = await ann.post("/me/profile", typed)

    assert answer.status == 303
    form = await page(ann, "/me/profile")
    assert 'value="555 0107"' in form
    assert 'value="English, isiXhosa"' in form
    seen = await page(await house.visitor("bob"), "/people/OAKV0001")
    assert "<strong>bake</strong>" in seen
    assert "By the sea" in seen
    assert "555 0107" in seen
    assert "555 0107" not in await page(await house.visitor("cem"), "/people/OAKV0001")
    with reading(house.village.folder) as reader:
        assert not kept.of_member(reader, house.village.ann.member).listed


async def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(
    house: House,
) -> None:
    ann = await house.visitor("ann")

    answer = await ann.post(
        "/me/profile", {"phone": "call me", "about": "I bake", "audience-phone": "nobody"}
    )

    form = await answer.text()
    assert answer.status == 422
    assert '<a href="#phone">' in form
    assert "I bake</textarea>" in form
    assert re.search(r'value="nobody"\s+selected', form)


async def test_markup_of_members_never_becomes_the_pages(house: House) -> None:
    tell(
        house, house.village.bob, Told(about="<script>alert(1)</script> [x](javascript:y)")
    )

    seen = await page(await house.visitor("ann"), BOB)

    assert "<script>" not in seen
    assert 'href="javascript' not in seen


async def test_a_photo_is_seen_without_where_it_was_taken(house: House) -> None:
    ann = await house.visitor("ann")
    picture = Image.new("RGB", (600, 400), "green")
    exif = Image.Exif()
    exif[0x010E] = "at home"
    file = io.BytesIO()
    picture.save(file, "JPEG", exif=exif)
    form = FormData()
    form.add_field("picture", file.getvalue(), filename="me.jpg")

    answer = await ann.post("/me/photo", form)  # type: ignore[arg-type]

    assert answer.status == 303
    listed = await page(await house.visitor("bob"), "/people")
    (name,) = set(re.findall(r"/media/([0-9a-f]{32}\.webp)", listed))
    sent = await (await ann.get(f"/media/{name}")).read()
    assert Image.open(io.BytesIO(sent)).size == (192, 192)
    assert b"at home" not in sent
    await ann.post("/me/photo", {"remove": "1"})
    assert "/media/" not in await page(ann, "/people")


async def test_what_is_no_picture_is_said_at_its_field(house: House) -> None:
    ann = await house.visitor("ann")

    for content in (b"not a picture", b""):
        form = FormData()
        form.add_field("picture", content, filename="me.jpg")
        answer = await ann.post("/me/photo", form)  # type: ignore[arg-type]

        assert answer.status == 422
        assert '<a href="#picture">' in await answer.text()


async def test_a_record_is_shown_unless_the_exchange_keeps_it(house: House) -> None:
    trade(house, house.village.bob, house.village.cem)
    ann, bob = await house.visitor("ann"), await house.visitor("bob")
    assert "+10.00 leaves" in words(await page(ann, BOB))

    with writing(house.village.folder) as writer:
        set_rules(writer, trading_record=RecordShown.NOBODY)

    assert "10.00" not in await page(ann, BOB)
    assert "+10.00 leaves" in words(await page(bob, BOB))


async def test_open_accounts_lead_to_their_statement(house: House) -> None:
    ann = await house.visitor("ann")

    community = await page(ann, "/people/OAKV0000")

    assert 'href="/statement?account=OAKV0000"' in community
    assert "/statement?account" not in await page(ann, BOB)
    assert (await ann.get("/statement?account=OAKV0000")).status == 200


@pytest.mark.parametrize("number", ["OAKV0099", "OAKV-OPENING", "nobody", "%00"])
async def test_who_is_not_here_is_told_to_be_not(house: House, number: str) -> None:
    ann = await house.visitor("ann")

    assert (await ann.get(f"/people/{number}")).status in {404, 422}


async def test_an_odd_search_finds_nobody_and_breaks_nothing(house: House) -> None:
    ann = await house.visitor("ann")

    for query in ("q=%ED%A0%80", "q=%25", "area=x&page=x", "page=99999", "language=%00"):
        assert (await ann.get(f"/people?{query}")).status == 200


async def test_the_bell_counts_what_is_new_and_leads_to_it(house: House) -> None:
    ref = trade(house, house.village.bob, house.village.ann)
    ann = await house.visitor("ann")
    home = await page(ann, "/me")
    assert re.search(r'class="count">1<', home)
    news = await page(ann, "/notices")
    (number,) = re.findall(r'name="notice"\s+value="(\d+)"', news)

    answer = await ann.post("/notices", {"notice": number})

    assert answer.headers["Location"] == f"/trades/{ref}"
    assert 'class="count"' not in await page(ann, "/me")
    read = await page(ann, "/notices")
    assert f'href="/trades/{ref}"' in read
    assert "10.00 leaves went from you to Bob Beech" in words(read)


async def test_a_page_is_unchanged_until_there_is_news(house: House) -> None:
    ann = await house.visitor("ann")
    tag = (await ann.get("/me")).headers["ETag"]
    assert (await ann.get("/me", **{"If-None-Match": tag})).status == 304

    trade(house, house.village.bob, house.village.ann)

    assert (await ann.get("/me", **{"If-None-Match": tag})).status == 200


async def test_all_news_can_be_taken_as_read_and_old_ones_are_paged(house: House) -> None:
    for _ in range(23):
        trade(house, house.village.bob, house.village.ann, "1")
    ann = await house.visitor("ann")

    first = await page(ann, "/notices")
    (older,) = re.findall(r'href="/notices\?before=(\d+)"', first)
    second = await page(ann, f"/notices?before={older}")
    only_new = await page(ann, "/notices?new=1")

    assert (first.count('name="notice"'), second.count('name="notice"')) == (20, 3)
    assert f'href="/notices?before={older}&amp;new=1"' in only_new
    assert (await ann.post("/notices", {"all": "1"})).status == 303
    assert 'name="notice"' not in await page(ann, "/notices")
    assert "Nothing new" in await page(ann, "/notices?new=1")


async def test_nobody_reads_the_news_of_another(house: House) -> None:
    trade(house, house.village.bob, house.village.ann)
    cem = await house.visitor("cem")
    with reading(house.village.folder) as reader:
        (told,) = notices.of_member(
            reader, house.village.ann.member, silenced=frozenset(), before=None, limit=9
        )

    answer = await cem.post("/notices", {"notice": str(told.id)})

    assert answer.headers["Location"] == "/notices"
    ann = await house.visitor("ann")
    assert 'name="notice"' in await page(ann, "/notices")


async def test_how_one_is_told_is_kept(house: House) -> None:
    ann = await house.visitor("ann")
    typed = {
        "bell-waiting": "on",
        "mail-waiting": "never",
        "mail-trades": "weekly",
        "quiet": "on",
        "quiet_from": "20",
        "quiet_until": "8",
    }

    answer = await ann.post("/me/notices", typed)

    assert answer.status == 303
    with reading(house.village.folder) as reader:
        wishes = preferences.of_member(reader, house.village.ann.member)
    assert wishes.of(Topic.WAITING) == Choice(bell=True, mail=Pace.NEVER)
    assert wishes.of(Topic.TRADES) == Choice(bell=False, mail=Pace.WEEKLY)
    assert wishes.of(Topic.SECURITY).bell
    assert wishes.quiet == Quiet(20, 8)


async def test_an_hour_that_is_none_is_refused(house: House) -> None:
    ann = await house.visitor("ann")

    answer = await ann.post("/me/notices", {"quiet": "on", "quiet_from": "99"})

    assert answer.status == 422


async def test_a_language_is_kept_for_letters_and_pages(house: House) -> None:
    ann = await house.visitor("ann")

    answer = await ann.post("/me/language", {"language": "de"})

    assert answer.status == 303
    assert '<html lang="de"' in await page(ann, "/me")
    with reading(house.village.folder) as reader:
        assert preferences.of_member(reader, house.village.ann.member).language == "de"
    assert (await ann.post("/me/language", {"language": "xx"})).status == 422


async def test_on_another_device_the_language_is_known_until_one_is_chosen_there(
    house: House,
) -> None:
    await (await house.visitor("ann")).post("/me/language", {"language": "de"})

    other = await house.visitor("ann")

    assert '<html lang="de"' in await page(other, "/me")
    assert '<html lang="fr"' in await page(other, "/me?lang=fr")
    assert '<html lang="fr"' in await page(other, "/me")


async def test_all_that_is_known_comes_as_one_file_without_secrets(house: House) -> None:
    trade(house, house.village.ann, house.village.bob)
    tell(house, house.village.ann, Told(phone="555 0107"))
    ann = await house.visitor("ann")

    answer = await ann.get("/me/data.zip")

    assert answer.status == 200
    file = zipfile.ZipFile(io.BytesIO(await answer.read()))
    assert {
        "README.txt",
        "profile.json",
        "preferences.json",
        "notices.json",
        "searches.json",
        "acts.json",
        "sign-ins.json",
        "OAKV0001/account.json",
        "OAKV0001/statement.csv",
        "OAKV0001/trades.csv",
        "OAKV0001/listings.json",
        "OAKV0001/schedules.json",
        "OAKV0001/forms.json",
    } <= {*file.namelist()}
    assert json.loads(file.read("profile.json"))["told"]["phone"] == "555 0107"
    assert b"10.00" in file.read("OAKV0001/statement.csv")
    texts = b"".join(file.read(name) for name in file.namelist())
    assert b"argon2" not in texts
    assert ann.cookies["s"].encode() not in texts
    named = file.read("README.txt").decode().replace("NUMBER", "OAKV0001")
    assert [name for name in file.namelist() if name not in named] == ["README.txt"]


async def test_what_cannot_be_undone_asks_who_it_is(house: House) -> None:
    ann = await house.visitor("ann")
    house.now += 3_600

    for path in ("/me/data.zip", "/me/leave"):
        answer = await ann.get(path)
        assert answer.headers["Location"].startswith("/prove?next=")


async def test_somebody_leaves_and_gives_what_is_left(house: House) -> None:
    trade(house, house.village.ann, house.village.bob)
    ann = await house.visitor("ann")
    form = await page(ann, "/me/leave")
    assert "10.00 leaves" in words(form)
    refused = await ann.post("/me/leave", {"number": "OAKV0001"})
    assert refused.status == 422

    answer = await ann.post(
        "/me/leave", {"number": "OAKV0001", "give": "on", "erase": "on"}
    )

    assert (answer.status, answer.headers["Location"]) == (303, "/sign-in")
    assert "The account is closed" in await page(ann, "/sign-in")
    assert (await ann.get("/me")).status == 303
    bob = await house.visitor("bob")
    assert "Ann Ash" not in await page(bob, "/people")
    with reading(house.village.folder) as reader:
        assert accounts.by_number(reader, "OAKV0000").position.balance == 10_00


async def test_nobody_leaves_by_a_form_for_another(house: House) -> None:
    ann = await house.visitor("ann")

    answer = await ann.post("/me/leave", {"number": "OAKV0002"})

    assert answer.status == 403


async def test_every_page_is_small(house: House) -> None:
    tell(house, house.village.bob, Told(about="x " * 2_000, phone="555 0107"))
    ann = await house.visitor("ann")

    for path in ("/people", BOB, "/notices", "/me", "/me/profile", "/me/notices"):
        answer = await ann.get(path, **{"Accept-Encoding": "gzip", **OURS})
        assert int(answer.headers["Content-Length"]) <= 12_000, path


async def test_who_stays_near_a_limit_is_listed_for_who_looks_after_them(
    house: House,
) -> None:
    with writing(house.village.folder) as writer:
        near_limits.put(writer, house.village.bob.account, Side.FLOOR, now=NOW - STAYS)
        near_limits.put(writer, house.village.cem.account, Side.CEILING, now=NOW - STAYS)
    dora, eva = await house.visitor("dora"), await house.visitor("eva", second_step=True)

    own_area, all_of_them = [
        words(await page(guest, "/people/near-limits")) for guest in (dora, eva)
    ]

    assert ("Bob Beech" in own_area, "Cem Cedar" in own_area) == (True, False)
    assert "Cem Cedar OAKV0003 could receive" in all_of_them
    assert "/people/near-limits" in await page(dora, "/people")
    ann = await house.visitor("ann")
    assert "/people/near-limits" not in await page(ann, "/people")
