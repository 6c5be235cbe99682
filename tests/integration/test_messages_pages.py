"""Messages as members meet them on the pages and in letters."""

from __future__ import annotations

import re
from pathlib import Path
from uuid import uuid4

import pytest

from cesnode.community.market import Kind
from cesnode.community.roles import OPERATOR, Role
from cesnode.jobs.mailing import Postman
from cesnode.services.market import publishing
from cesnode.services.market.drafts import Draft
from cesnode.store import Store, Writer, members
from cesnode.store.store import writing
from cesnode.web.letters import Typist
from tests.integration.conftest import House
from tests.support.exchanges import NOW, Person, join
from tests.support.letters import HELLO, answer, texts, write
from tests.support.smtp import body, postbox
from tests.support.visitors import Guest, fields_of, signed_in

SCRIPT = '<script>alert("x")</script> {{ 7*7 }}'


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


async def page(guest: Guest, path: str) -> str:
    found = await guest.get(path)
    assert found.status == 200, path
    return await found.text()


def written(house: House, text: str = HELLO) -> int:
    """Let Ann write to Bob; return the conversation."""
    with writing(house.village.folder) as writer:
        return write(writer, house.village.ann, house.village.bob, text)


def put_up(writer: Writer, person: Person, kind: Kind) -> int:
    draft = Draft(title="Rye bread", price="3.50")
    made = publishing.publish(
        writer, OPERATOR, kind, person.number, draft, id=uuid4(), now=NOW
    )
    return made.listing.id


async def test_somebody_writes_from_a_person_s_page_and_is_answered(house: House) -> None:
    ann, bob = await house.visitor("ann"), await house.visitor("bob")
    there = await page(ann, "/people/OAKV0002")
    assert "/messages/new?to=OAKV0002" in there

    form = await page(ann, "/messages/new?to=OAKV0002")
    sent = await ann.post(
        "/messages/new", fields_of(form, to="OAKV0002", text="Do you bake rye?")
    )
    talk = sent.headers["Location"]
    inbox = await page(bob, "/messages")
    read = await page(bob, talk)
    await bob.post(talk, fields_of(read, text="On Fridays."))

    assert sent.status == 303
    assert "Ann Ash" in inbox
    assert "Do you bake rye?" in words(inbox)
    assert "On Fridays." in words(await page(ann, talk))


async def test_who_has_written_before_goes_on_there(house: House) -> None:
    talk = written(house)
    ann = await house.visitor("ann")

    there = await ann.get("/messages/new?to=0002")

    assert there.headers["Location"] == f"/messages/{talk}"


async def test_a_form_sent_twice_is_one_message(house: House) -> None:
    ann = await house.visitor("ann")
    form = await page(ann, "/messages/new?to=OAKV0002")
    sent = fields_of(form, to="OAKV0002", text=HELLO)

    first, second = [await ann.post("/messages/new", sent) for _ in range(2)]

    assert first.headers["Location"] == second.headers["Location"]
    with writing(house.village.folder) as writer:
        talk = int(first.headers["Location"].rpartition("/")[2])
        assert texts(writer, house.village.bob, talk) == [HELLO]


async def test_what_is_new_is_counted_on_every_page_until_it_is_read(house: House) -> None:
    talk = written(house)
    bob = await house.visitor("bob")

    before = await page(bob, "/me")
    await page(bob, f"/messages/{talk}")
    after = await page(bob, "/me")

    assert "1 new" in words(before)
    assert before.count('class="count"') == 2  # the bell, and the messages
    assert "1 new" not in words(after)
    assert after.count('class="count"') == 0


async def test_what_somebody_wrote_is_text_and_nothing_else(house: House) -> None:
    talk = written(house, SCRIPT)
    bob = await house.visitor("bob")

    read = await page(bob, f"/messages/{talk}") + await page(bob, "/messages")

    assert "<script" not in read
    assert "{{ 7*7 }}" in read


async def test_what_was_not_read_is_taken_back_by_one_button(house: House) -> None:
    talk = written(house)
    ann, bob = await house.visitor("ann"), await house.visitor("bob")
    (message,) = re.findall(
        r'name="withdraw" value="(\d+)"', await page(ann, f"/messages/{talk}")
    )

    taken = await ann.post(f"/messages/{talk}", {"withdraw": message})

    seen = await page(bob, f"/messages/{talk}")
    assert taken.status == 303
    assert HELLO not in seen
    assert "They took back what they wrote here." in words(seen)
    assert "taken back" in words(await page(bob, "/messages"))


async def test_what_was_read_meanwhile_says_so(house: House) -> None:
    talk = written(house)
    ann, bob = await house.visitor("ann"), await house.visitor("bob")
    (message,) = re.findall(
        r'name="withdraw" value="(\d+)"', await page(ann, f"/messages/{talk}")
    )
    await page(bob, f"/messages/{talk}")

    refused = await ann.post(f"/messages/{talk}", {"withdraw": message})

    assert refused.status == 422
    assert "cannot be taken back" in words(await refused.text())
    assert 'name="withdraw"' not in await page(ann, f"/messages/{talk}")


async def test_a_conversation_is_put_away_and_taken_out_again(house: House) -> None:
    talk = written(house)
    bob = await house.visitor("bob")

    await bob.post(f"/messages/{talk}", {"wish": "away"})
    without, put_away = await page(bob, "/messages"), await page(bob, "/messages/away")
    await bob.post(f"/messages/{talk}", {"wish": "back"})

    assert ("Ann Ash" in without, "Ann Ash" in put_away) == (False, True)
    assert "Ann Ash" in await page(bob, "/messages")


async def test_who_deletes_reads_first_that_the_other_side_keeps_theirs(
    house: House,
) -> None:
    talk = written(house)
    ann, bob = await house.visitor("ann"), await house.visitor("bob")

    warned = await page(bob, f"/messages/{talk}/delete")
    await bob.post(f"/messages/{talk}/delete")

    assert "They keep what they have" in words(warned)
    assert HELLO not in await page(bob, f"/messages/{talk}")
    assert "Ann Ash" not in await page(bob, "/messages")
    assert HELLO in words(await page(ann, f"/messages/{talk}"))
    assert "have deleted theirs already" in words(
        await page(ann, f"/messages/{talk}/delete")
    )


async def test_nothing_typed_is_an_error_at_its_field(house: House) -> None:
    talk = written(house)
    bob = await house.visitor("bob")

    refused = await bob.post(f"/messages/{talk}", {"text": "  "})
    begun = await bob.post("/messages/new", {"to": "OAKV0001", "text": ""})

    assert (refused.status, begun.status) == (422, 422)
    assert 'href="#text"' in await refused.text()


async def test_what_could_not_be_sent_stays_typed(house: House) -> None:
    talk = written(house)
    ann, bob = await house.visitor("ann"), await house.visitor("bob")
    await bob.post(f"/messages/{talk}", {"wish": "block"})

    refused = await ann.post(f"/messages/{talk}", {"text": "Are you there?"})

    said = await refused.text()
    assert refused.status == 422
    assert "Bob Beech takes no message from here just now." in words(said)
    assert "Are you there?</textarea>" in said


async def test_whoever_was_blocked_is_heard_again(house: House) -> None:
    talk = written(house)
    ann, bob = await house.visitor("ann"), await house.visitor("bob")
    await bob.post(f"/messages/{talk}", {"wish": "block"})
    blocked = await page(bob, "/messages/wishes")
    await bob.post("/messages/wishes", {"again": f"{talk}"})

    sent = await ann.post(f"/messages/{talk}", {"text": "Hello again"})

    assert "Ann Ash" in blocked
    assert sent.status == 303


async def test_somebody_says_from_whom_they_take_messages(house: House) -> None:
    ann, bob = await house.visitor("ann"), await house.visitor("bob")

    await bob.post("/messages/wishes", {"takes": "nobody"})
    refused = await ann.post("/messages/new", {"to": "OAKV0002", "text": HELLO})

    assert 'value="nobody"' in await page(bob, "/messages/wishes")
    assert refused.status == 422


async def test_nobody_opens_the_conversation_of_others(house: House) -> None:
    talk = written(house)
    eva = await house.visitor("eva", second_step=True)

    whole = f"/messages/{talk}"
    for path in (whole, f"{whole}/report", f"{whole}/delete", "/messages/x"):
        assert (await eva.get(path)).status == 404
    assert (await eva.post(f"/messages/{talk}", {"text": "x"})).status == 404
    for wish in ("block", "away"):
        assert (await eva.post(whole, {"wish": wish})).status == 404
    assert (await eva.post(whole, {"withdraw": "1"})).status == 404
    assert (await eva.post(f"{whole}/delete")).status == 404


async def test_a_report_goes_to_a_coordinator_and_comes_back(house: House) -> None:
    talk = written(house, "You fool")
    bob = await house.visitor("bob")
    rosa = await house.store.write(join, "Rosa", role=Role.MEMBERSHIP_SECRETARY)
    keeper = await signed_in(house.client, house.store, rosa, now=NOW)

    asked = await bob.post(f"/messages/{talk}/report", {"reason": "That was rude."})
    listed = await page(keeper, "/messages/reports")
    (report,) = re.findall(r'href="(/messages/reports/\d+)"', listed)
    case = await page(keeper, report)
    empty = await keeper.post(report, {"outcome": ""})
    closed = await keeper.post(report, {"outcome": "I talked to Ann."})

    assert asked.headers["Location"] == f"/messages/{talk}"
    assert "That was rude." in words(listed)
    assert "You fool" in words(case)
    assert (empty.status, closed.status) == (422, 303)
    assert "I talked to Ann." in words(await page(keeper, report))
    assert "I talked to Ann." in words(await page(bob, "/notices"))


@pytest.mark.parametrize(
    ("kind", "ready", "button"),
    [
        (Kind.OFFERING, "I could use “Rye bread”.", "Ask for this"),
        (Kind.WANT, "You look for “Rye bread”. I can give this.", "I can give this"),
    ],
)
async def test_a_listing_has_a_ready_sentence_for_its_owner(
    house: House, kind: Kind, ready: str, button: str
) -> None:
    with writing(house.village.folder) as writer:
        listing = put_up(writer, house.village.bob, kind)
    ann, bob = await house.visitor("ann"), await house.visitor("bob")

    there = await page(ann, f"/market/{listing}")
    sent = await ann.post(
        "/messages/new", fields_of(there, listing=f"{listing}", text=ready)
    )
    talk = await page(bob, sent.headers["Location"])

    assert ready in words(there)
    assert button in there
    assert f'href="/market/{listing}"' in talk
    assert ready in words(talk)
    assert "Write to them about this" not in await page(bob, f"/market/{listing}")


async def test_an_offering_becomes_an_order_with_price_and_words(house: House) -> None:
    with writing(house.village.folder) as writer:
        listing = put_up(writer, house.village.bob, Kind.OFFERING)
    ann = await house.visitor("ann")
    there = await page(ann, f"/market/{listing}")
    (order,) = re.findall(r'href="(/forms/new[^"]*)"', there)

    form = await page(ann, order.replace("&amp;", "&"))
    sent = await ann.post(
        "/forms/new",
        fields_of(
            form, kind="order", other="OAKV0002", amount="3.50", description="Rye bread"
        ),
    )

    for filled in ('value="OAKV0002"', 'value="3.50"', 'value="Rye bread"'):
        assert filled in form
    assert sent.status == 303


async def test_a_letter_tells_where_to_answer_and_no_address(
    store: Store, tmp_path: Path
) -> None:
    def prepare(writer: Writer) -> int:
        ann, bob = join(writer, "Ann Ash"), join(writer, "Bob Beech")
        members.set_email(writer, ann.member, "ann@oak.example")
        members.set_email(writer, bob.member, "bob@oak.example")
        talk = write(writer, ann, bob)
        answer(writer, ann, talk, "And the rolls?")
        return talk

    with postbox(tmp_path / "letters") as box:
        settings = box.settings()
        carrier = Postman(store, settings, Typist(store.folder).write, clock=lambda: NOW)
        await carrier.begin()
        talk = await store.write(prepare)
        await carrier.look()
        (letter,) = box.letters()

    whole = letter.as_string()
    assert letter["Subject"] == "Ann Ash wrote to you."
    assert letter["To"] == "Bob Beech <bob@oak.example>"
    assert letter["Reply-To"] is None
    assert "ann@oak.example" not in whole
    assert HELLO not in body(letter, "plain")
    for kind in ("plain", "html"):
        assert f"/messages/{talk}" in body(letter, kind)
        assert "Please answer there" in body(letter, kind)
    assert letter["List-Unsubscribe"]
