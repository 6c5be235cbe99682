"""Newsletters and weekly letters as they leave: over a real mail server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from cesnode.community.market import Kind
from cesnode.community.notices import Choice, Pace, Preferences, Topic
from cesnode.community.roles import OPERATOR
from cesnode.jobs import news
from cesnode.jobs.mailing import Postman
from cesnode.jobs.voice import speaking
from cesnode.services import mailing
from cesnode.services.market import drafts, publishing
from cesnode.services.news import announcing, enclosing, writing
from cesnode.store import Store, Writer, alarms, media, members, newsletters, preferences
from cesnode.store.newsletters import Attachment
from cesnode.web.letters import Typist
from tests.support.exchanges import DAY, NOW, Person, join
from tests.support.smtp import Postbox, body, postbox

MONDAY = NOW - NOW % DAY - DAY + 9 * 3_600
PDF = b"%PDF-1.7 a map of the valley"
TEXT = "Dear neighbours,\n\nit was a **good** month:\n\n- the market moved\n- <b>rain</b>"


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Postbox]:
    with postbox(tmp_path / "letters") as opened:
        yield opened


class Clock:
    def __init__(self) -> None:
        self.now = MONDAY

    def __call__(self) -> int:
        return self.now


async def opened(store: Store, box: Postbox, clock: Clock) -> Postman:
    write = Typist(store.folder).write
    made = Postman(store, box.settings(), write, clock=clock)
    await made.begin()
    return made


async def arrive(
    store: Store, name: str, pace: Pace = Pace.AT_ONCE, **choices: Choice
) -> Person:
    """Let somebody join who can be written to, and wishes for newsletters like this."""

    def work(writer: Writer) -> Person:
        person = join(writer, name)
        members.set_email(writer, person.member, f"{name.lower()}@example.org")
        wishes = Preferences(
            quiet=None,
            choices={
                Topic.NEWSLETTERS: Choice(mail=pace),
                **{Topic(topic): choice for topic, choice in choices.items()},
            },
        )
        preferences.keep(writer, person.member, wishes)
        return person

    return await store.write(work)


async def send(store: Store, *files: tuple[str, bytes], title: str = "News") -> int:
    def work(writer: Writer) -> int:
        said = writing.Draft(title=title, text=TEXT)
        made = writing.draft(writer, OPERATOR, said, id=uuid4(), now=MONDAY)
        writing.enclose(
            writer, OPERATOR, made.id, tuple(kept(store, *file) for file in files)
        )
        writing.send(writer, OPERATOR, made.id, now=MONDAY)
        return made.id

    return await store.write(work)


def kept(store: Store, name: str, content: bytes) -> Attachment:
    paper = enclosing.suitable(name, content)
    file = media.save_paper(store.folder, paper.content)
    size = len(paper.content)
    return Attachment(name=paper.name, media_type=paper.media_type, file=file, size=size)


async def test_a_newsletter_arrives_as_text_and_as_html_with_its_files(
    store: Store, box: Postbox
) -> None:
    carrier = await opened(store, box, Clock())
    await arrive(store, "Ana")
    number = await send(store, ("Plan für Juli.pdf", PDF), ("list.csv", b"a,b\n"))

    await carrier.look()
    await carrier.look()

    (letter,) = box.letters()
    link = letter["List-Unsubscribe"].strip()
    page = f"http://127.0.0.1:8101/newsletters/{number}"
    files = list(letter.iter_attachments())
    assert letter["Subject"] == "News"
    assert letter.get_content_type() == "multipart/mixed"
    assert TEXT in body(letter, "plain").replace("\r\n", "\n")
    assert "<strong>good</strong>" in body(letter, "html")
    assert "<li>&lt;b&gt;rain&lt;/b&gt;</li>" in body(letter, "html")
    for kind in ("plain", "html"):
        assert page in body(letter, kind)
        assert link.strip("<>") in body(letter, kind)
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert [file.get_filename() for file in files] == ["Plan für Juli.pdf", "list.csv"]
    assert [file.get_content_type() for file in files] == ["application/pdf", "text/csv"]
    assert files[0].get_content() == PDF
    figures = await store.read(newsletters.figures, number)
    assert (figures.sent, figures.waiting) == (1, 0)


async def test_one_click_ends_newsletters_and_nothing_else(
    store: Store, box: Postbox
) -> None:
    carrier = await opened(store, box, Clock())
    ana = await arrive(store, "Ana")
    await send(store)
    await carrier.look()
    (letter,) = box.letters()
    token = letter["List-Unsubscribe"].strip("<> ").rpartition("/")[2]

    ended = await store.write(mailing.unsubscribe, token)
    number = await send(store, title="More news")
    await carrier.look()

    wishes = await store.read(preferences.of_member, ana.member)
    figures = await store.read(newsletters.figures, number)
    assert ended == Topic.NEWSLETTERS
    assert len(box.letters()) == 1
    assert (figures.pages, figures.everybody) == (1, 1)
    assert wishes.of(Topic.TRADES).mail is Pace.AT_ONCE


async def test_what_is_refused_is_counted_as_failed(store: Store, box: Postbox) -> None:
    carrier = await opened(store, box, Clock())
    await arrive(store, "Refused")
    await arrive(store, "Ana")
    number = await send(store)

    await carrier.look()

    figures = await store.read(newsletters.figures, number)
    assert (figures.sent, figures.failed, figures.waiting) == (1, 1, 0)


async def test_whoever_wants_one_letter_a_week_gets_a_line_in_it(
    store: Store, box: Postbox
) -> None:
    clock = Clock()
    carrier = await opened(store, box, clock)
    weekly = Choice(mail=Pace.WEEKLY)
    await arrive(store, "Ana", Pace.WEEKLY, news=weekly)
    await send(store, ("map.pdf", PDF))
    await store.write(_announce)

    await carrier.look()
    early = box.letters()
    clock.now += 8 * DAY
    await carrier.look()

    (letter,) = box.letters()
    assert early == []
    assert "There is a newsletter: “News”." in body(letter, "plain")
    assert "There is an announcement: “Tea”." in body(letter, "plain")
    assert list(letter.iter_attachments()) == []
    assert TEXT not in body(letter, "plain")


def _announce(writer: Writer) -> None:
    draft = announcing.Draft(title="Tea", text="At four")
    announcing.publish(writer, OPERATOR, draft, id=uuid4(), now=MONDAY)


async def test_two_newsletters_of_one_night_come_in_one_letter(
    store: Store, box: Postbox
) -> None:
    clock = Clock()
    carrier = await opened(store, box, clock)
    ana = await arrive(store, "Ana")
    await store.write(preferences.keep, ana.member, Preferences())
    clock.now = MONDAY + 14 * 3_600  # Eleven in the evening: quiet hours.
    await send(store, title="First")
    await carrier.look()
    await send(store, title="Second")

    await carrier.look()
    clock.now += 9 * 3_600
    await carrier.look()

    (letter,) = box.letters()
    assert letter["Subject"] == "2 newsletters"
    assert body(letter, "plain").count("it was a **good** month") == 2


async def test_a_file_that_is_lost_is_told_and_holds_up_no_other_letter(
    store: Store, box: Postbox, caplog: pytest.LogCaptureFixture
) -> None:
    carrier = await opened(store, box, Clock())
    await arrive(store, "Ana")
    lost = await send(store, ("map.pdf", PDF))
    for file in (store.folder / media.FOLDER).iterdir():
        file.unlink()
    await carrier.look()

    fine = await send(store)
    await carrier.look()

    (alarm,) = await store.read(alarms.standing)
    assert "map.pdf cannot be read" in alarm.details
    assert "map.pdf" in caplog.text
    assert (await store.read(newsletters.figures, lost)).failed == 1
    assert (await store.read(newsletters.figures, fine)).sent == 1


async def test_the_weekly_letter_tells_what_is_new_on_the_market(
    store: Store, box: Postbox, founded: Path
) -> None:
    clock = Clock()
    carrier = await opened(store, box, clock)
    ana = await arrive(store, "Ana")
    bea = await arrive(store, "Bea", week=Choice(mail=Pace.NEVER))

    def put(writer: Writer) -> None:
        for person, kind, title in (
            (bea, Kind.OFFERING, "Sourdough bread"),
            (bea, Kind.WANT, "A ladder for a day"),
            (ana, Kind.OFFERING, "Jam"),
        ):
            said = drafts.Draft(title=title)
            publishing.publish(
                writer, OPERATOR, kind, person.number, said, id=uuid4(), now=clock.now
            )

    async with speaking(founded, store, clock=clock) as voice:
        await news.tell(voice)
        await store.write(put)
        clock.now += 7 * DAY
        await news.tell(voice)
        await news.tell(voice)
    await carrier.look()
    clock.now += 10 * 3_600
    await carrier.look()

    (letter,) = box.letters()
    told = body(letter, "plain")
    assert letter["To"] == "Ana <ana@example.org>"
    assert "on offer: 1. Among them: Sourdough bread." in told
    assert "looked for: 1. Among them: A ladder for a day. Could you help?" in told
    assert "http://127.0.0.1:8101/market?kind=offering&order=new" in told
