"""Newsletters: whom they are for, sent once, and never by mail to who wishes none."""

from __future__ import annotations

import io
import zipfile
from uuid import UUID, uuid4

import pytest
from PIL import Image

from cesnode.community.market import Kind as Advert
from cesnode.community.news import MOST_FILES, Way
from cesnode.community.notices import Choice, Kind, Pace, Preferences, Topic
from cesnode.community.profiles import Audience, Contact
from cesnode.community.roles import OPERATOR, Role
from cesnode.config import Mail as Settings
from cesnode.errors import Code, NodeError, NotAllowed, UnknownNewsletter
from cesnode.services import bell, profiles, sorting, trading
from cesnode.services.market import drafts, keeping, publishing
from cesnode.services.membership import closing
from cesnode.services.news import archive, circles, enclosing, writing
from cesnode.services.news.circles import Meant
from cesnode.services.profiles import Told
from cesnode.store import (
    Writer,
    acts,
    exchanges,
    mails,
    members,
    newsletters,
    preferences,
)
from cesnode.store.mails import MailState
from cesnode.store.newsletters import Attachment, Newsletter
from cesnode.store.sqlite import sqlite3
from tests.support.exchanges import DAY, NOW, Person, acting_as, join, order, refused

SETTINGS = Settings(host="mail.example", sender="post@oakvale.example")
PDF = Attachment(name="a.pdf", media_type="application/pdf", file="0.paper", size=7)


@pytest.fixture
def village(writer: Writer, ann: Person, bob: Person, cem: Person) -> Writer:
    """Ann has an address, Bob one and no wish for newsletters, Cem has none."""
    sorting.open_office(writer, SETTINGS, now=NOW)
    addresses = {ann: "ann@example.org", bob: "bob@example.org", cem: None}
    for person, address in addresses.items():
        members.set_email(writer, person.member, address)
    never = Preferences(quiet=None, choices={Topic.NEWSLETTERS: Choice(mail=Pace.NEVER)})
    preferences.keep(writer, bob.member, never)
    preferences.keep(writer, ann.member, Preferences(quiet=None))
    return writer


def draft(writer: Writer, **meant: object) -> Newsletter:
    said = writing.Draft(title="News", text="It **rains**.", meant=Meant(**meant))  # type: ignore[arg-type]
    return writing.draft(writer, OPERATOR, said, id=uuid4(), now=NOW)


def send(writer: Writer, **meant: object) -> int:
    number = draft(writer, **meant).id
    writing.send(writer, OPERATOR, number, now=NOW)
    return number


def meant(writer: Writer, **meant: object) -> set[int]:
    number = draft(writer, **meant).id
    return {*writing.preview(writer, OPERATOR, number, now=NOW).readers.ways}


def told(writer: Writer, person: Person) -> list[str]:
    found = bell.notices_of(writer, acting_as(writer, person))
    return [view.path for view in found if view.kind is Kind.NEWSLETTER]


def test_each_is_reached_as_they_can_be_and_wish_to_be(
    village: Writer, ann: Person, bob: Person, cem: Person
) -> None:
    number = draft(village).id

    ways = writing.preview(village, OPERATOR, number, now=NOW).readers.ways

    assert ways == {ann.member: Way.MAIL, bob.member: Way.PAGES, cem.member: Way.PAPER}


def test_a_mail_goes_to_who_wishes_one_and_to_nobody_else(
    village: Writer, ann: Person, bob: Person, cem: Person
) -> None:
    number = send(village)

    sorting.sort(village, SETTINGS, now=NOW)

    (mail,) = mails.due(village, now=NOW, limit=9)
    assert (mail.member, mail.topic) == (ann.member, "newsletters")
    for person in (ann, bob, cem):
        assert told(village, person) == [f"/newsletters/{number}"]


def test_who_ends_them_after_it_was_sent_gets_no_mail_either(
    village: Writer, ann: Person
) -> None:
    send(village)
    wishes = preferences.of_member(village, ann.member)

    preferences.keep(
        village, ann.member, wishes.without_mail(frozenset({Topic.NEWSLETTERS}))
    )
    sorting.sort(village, SETTINGS, now=NOW)

    assert mails.due(village, now=NOW, limit=9) == []


def test_sent_twice_it_is_sent_once(village: Writer, ann: Person) -> None:
    number = send(village)

    again = writing.send(village, OPERATOR, number, now=NOW + 9)

    assert again.sent_at == NOW
    assert told(village, ann) == [f"/newsletters/{number}"]
    (act,) = acts.about(village, f"newsletter:{number}")
    assert (act.kind, act.details) == ("newsletter.sent", '{"mail":1,"pages":1,"paper":1}')


def test_the_same_id_drafts_once(writer: Writer) -> None:
    said = writing.Draft(title="News", text="Rain")

    first = writing.draft(writer, OPERATOR, said, id=UUID(int=7), now=NOW)
    again = writing.draft(writer, OPERATOR, said, id=UUID(int=7), now=NOW)

    assert first.id == again.id


def test_what_was_sent_is_never_changed(village: Writer) -> None:
    number = send(village)
    said = writing.Draft(title="Other", text="Sun")

    for act in (
        lambda: writing.rewrite(village, OPERATOR, number, said, now=NOW),
        lambda: writing.enclose(village, OPERATOR, number, ()),
        lambda: writing.throw_away(village, OPERATOR, number),
    ):
        with refused(Code.WRONG_STATE):
            act()
    for sql in (
        "UPDATE newsletters SET title = 'x'",
        "UPDATE newsletters SET sent_at = 1",
        "DELETE FROM newsletters",
    ):
        with pytest.raises(sqlite3.IntegrityError):
            village.run(sql)


def test_figures_follow_what_becomes_of_the_mails(village: Writer, cem: Person) -> None:
    members.set_email(village, cem.member, "cem@example.org")
    preferences.keep(village, cem.member, Preferences(quiet=None))
    number = send(village)
    sorting.sort(village, SETTINGS, now=NOW)

    one, two = mails.due(village, now=NOW, limit=9)
    before = newsletters.figures(village, number)
    mails.end(village, one.id, MailState.SENT, now=NOW)
    mails.end(village, two.id, MailState.FAILED, error="550", now=NOW)
    after = newsletters.figures(village, number)
    mails.retry(village, two.id, expires_at=NOW + DAY, now=NOW)

    assert (before.waiting, before.sent, before.failed) == (2, 0, 0)
    assert (after.waiting, after.sent, after.failed, after.pages) == (0, 1, 1, 1)
    assert after.everybody == 3
    assert newsletters.figures(village, number).waiting == 1


def test_figures_stay_when_mails_and_notices_are_forgotten(village: Writer) -> None:
    number = send(village)
    sorting.sort(village, SETTINGS, now=NOW)
    (mail,) = mails.due(village, now=NOW, limit=9)
    mails.end(village, mail.id, MailState.SENT, now=NOW)

    village.run("DELETE FROM mails")
    village.run("DELETE FROM notices")

    assert newsletters.figures(village, number).sent == 1


def test_areas_choose_who_lives_there(
    village: Writer, ann: Person, bob: Person, cem: Person
) -> None:
    north, south = (members.area(village, name) for name in ("North", "South"))

    assert meant(village, area=north) == {ann.member, bob.member}
    assert meant(village, area=south) == {cem.member}


def test_a_category_chooses_who_offers_something_of_it(
    village: Writer, ann: Person, bob: Person, cem: Person
) -> None:
    keeping.begin(village, OPERATOR, {"Food": ("", ["Bread"]), "Lifts": ("", [])}, now=NOW)
    ids = {one.name: one.id for one in keeping.tree(village)}
    for person, kind, category in (
        (ann, Advert.OFFERING, "Bread"),
        (bob, Advert.WANT, "Bread"),
        (cem, Advert.OFFERING, "Lifts"),
    ):
        said = drafts.Draft(title="x", category=ids[category])
        publishing.publish(
            village, OPERATOR, kind, person.number, said, id=uuid4(), now=NOW
        )

    assert meant(village, category=ids["Food"]) == {ann.member}
    assert meant(village, category=ids["Bread"]) == {ann.member}
    assert meant(village, category=ids["Lifts"]) == {cem.member}


def test_a_day_chooses_who_has_not_traded_since(
    village: Writer, ann: Person, bob: Person, cem: Person
) -> None:
    trading.record(village, OPERATOR, order(ann, bob), now=NOW)

    assert meant(village, idle_since="2025-07-15") == {cem.member}
    assert meant(village, idle_since="2025-07-16") == {
        ann.member,
        bob.member,
        cem.member,
    }


@pytest.mark.parametrize(
    ("least", "most", "names"),
    [
        ("10", "", "a"),
        ("", "-10", "b"),
        ("0", "0", "c"),
        ("-10", "0", "bc"),
        ("5", "-50", "bc"),
    ],
)
def test_a_band_chooses_by_balance(
    village: Writer,
    ann: Person,
    bob: Person,
    cem: Person,
    least: str,
    most: str,
    names: str,
) -> None:
    trading.record(village, OPERATOR, order(ann, bob, "10"), now=NOW)
    people = {"a": ann.member, "b": bob.member, "c": cem.member}

    assert meant(village, least=least, most=most) == {people[each] for each in names}


def test_who_has_left_is_not_written_to(village: Writer, ann: Person) -> None:
    closing.close(village, OPERATOR, ann.number, now=NOW)

    assert ann.member not in meant(village)


@pytest.mark.usefixtures("ann")
def test_it_is_said_back_as_it_was_meant(writer: Writer) -> None:
    said = Meant(area=1, idle_since="2025-07-01", least="-12.50", most="3")
    exchange = exchanges.load(writer, NOW)

    circle = circles.read(writer, exchange, said)

    assert circles.said(exchange, circle) == Meant(
        area=1, idle_since="2025-07-01", least="-12.50", most="3.00"
    )


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"category": 99}, "category"),
        ({"idle_since": "lately"}, "idle_since"),
        ({"least": "much"}, "least"),
        ({"most": "1.234"}, "most"),
        ({"area": 99}, "area"),
    ],
)
def test_who_cannot_be_meant_names_the_field(
    writer: Writer, said: dict[str, object], field: str
) -> None:
    with pytest.raises(NodeError) as caught:
        draft(writer, **said)

    assert caught.value.field == field


def test_a_newsletter_to_nobody_is_not_sent(village: Writer) -> None:
    number = draft(village, least="400").id

    with refused(Code.WRONG_STATE):
        writing.send(village, OPERATOR, number, now=NOW)
    assert writing.preview(village, OPERATOR, number, now=NOW).newsletter.sent_at is None


def test_a_coordinator_writes_to_their_own_area_alone(village: Writer, ann: Person) -> None:
    dora = join(village, "Dora", area="North", role=Role.COORDINATOR)
    actor = acting_as(village, dora)
    north, south = (members.area(village, name) for name in ("North", "South"))
    said = writing.Draft(title="News", text="Rain", meant=Meant(area=north))
    made = writing.draft(village, actor, said, id=uuid4(), now=NOW)

    for area in (south, None):
        other = writing.Draft(title="News", text="Rain", meant=Meant(area=area))
        with pytest.raises(NotAllowed):
            writing.rewrite(village, actor, made.id, other, now=NOW)
    writing.send(village, actor, made.id, now=NOW)

    drafts, sent = archive.written(village, actor, page=1)
    assert drafts == ()
    assert [one.newsletter.id for one in sent] == [made.id]
    assert told(village, ann) == [f"/newsletters/{made.id}"]


def test_it_is_read_by_whom_it_was_sent_to(
    village: Writer, ann: Person, cem: Person
) -> None:
    number = send(village, area=members.area(village, "North"))

    sent = archive.read(village, acting_as(village, ann), number)

    assert (sent.newsletter.text, sent.figures) == ("It **rains**.", None)
    assert len(archive.received(village, acting_as(village, ann), page=1)) == 1
    assert archive.received(village, acting_as(village, cem), page=1) == ()
    with pytest.raises(UnknownNewsletter):
        archive.read(village, acting_as(village, cem), number)


def test_a_draft_is_read_by_those_who_may_send_it(village: Writer, ann: Person) -> None:
    number = draft(village).id
    writing.enclose(village, OPERATOR, number, (PDF,))

    assert archive.enclosed(village, OPERATOR, number, 1) == PDF
    with pytest.raises(UnknownNewsletter):
        archive.read(village, OPERATOR, number)
    for position in (0, 2):
        with pytest.raises(UnknownNewsletter):
            archive.enclosed(village, OPERATOR, number, position)
    with pytest.raises(NotAllowed):
        archive.enclosed(village, acting_as(village, ann), number, 1)


def test_files_go_to_whom_it_was_sent_to(village: Writer, ann: Person, cem: Person) -> None:
    number = draft(village, area=members.area(village, "North")).id
    writing.enclose(village, OPERATOR, number, (PDF,))
    writing.send(village, OPERATOR, number, now=NOW)

    assert archive.enclosed(village, acting_as(village, ann), number, 1) == PDF
    with pytest.raises(UnknownNewsletter):
        archive.enclosed(village, acting_as(village, cem), number, 1)


def test_there_is_an_end_to_files(village: Writer) -> None:
    number = draft(village).id
    large = Attachment(name="b", media_type="text/plain", file="1.paper", size=3_000_000)

    with refused(Code.FILE_INVALID, field="file"):
        writing.enclose(village, OPERATOR, number, (PDF,) * (MOST_FILES + 1))
    with refused(Code.FILE_INVALID, field="file"):
        writing.enclose(village, OPERATOR, number, (PDF, large))
    writing.enclose(village, OPERATOR, number, (large,))


def test_letters_are_for_whom_no_mail_reaches(village: Writer, cem: Person) -> None:
    profiles.change(village, OPERATOR, cem.member, Told(address="12 Mill Lane"), now=NOW)
    number = send(village)

    (paper,) = archive.on_paper(village, OPERATOR, number, now=NOW)

    assert (paper.name, paper.number) == ("Cem Cedar", cem.number)
    assert paper.address == "12 Mill Lane"


def test_an_address_that_is_for_nobody_is_printed_for_who_has_them_in_care(
    village: Writer, cem: Person
) -> None:
    hidden = Told(address="12 Mill Lane", audiences={Contact.ADDRESS: Audience.NOBODY})
    profiles.change(village, OPERATOR, cem.member, hidden, now=NOW)
    rosa = join(village, "Rosa", role=Role.MEMBERSHIP_SECRETARY)
    members.set_email(village, rosa.member, "rosa@example.org")
    number = send(village)

    (paper,) = archive.on_paper(village, acting_as(village, rosa), number, now=NOW)

    assert paper.address == "12 Mill Lane"


def test_where_no_mail_is_sent_all_of_it_is_paper(writer: Writer, ann: Person) -> None:
    members.set_email(writer, ann.member, "ann@example.org")

    number = send(writer)

    assert newsletters.on_paper(writer, number) == [ann.member]


def drawn(kind: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (8, 8), "green").save(file, kind)
    return file.getvalue()


def packed(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as opened:
        for name in names:
            opened.writestr(name, "x")
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("plan.pdf", b"%PDF-1.7", "application/pdf"),
        ("PLAN.PDF", b"%PDF-1.7", "application/pdf"),
        ("a.png", drawn("PNG"), "image/png"),
        ("a.jpeg", drawn("JPEG"), "image/jpeg"),
        ("a.txt", "Tee für alle".encode(), "text/plain"),
        ("a.csv", b"a,b", "text/csv"),
        ("a.odt", packed("content.xml"), "application/vnd.oasis.opendocument.text"),
    ],
)
def test_what_is_read_and_runs_nowhere_goes_along(
    name: str, content: bytes, media_type: str
) -> None:
    paper = enclosing.suitable(name, content)

    assert (paper.name, paper.media_type) == (name, media_type)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.exe", b"MZ"),
        ("a.html", b"<script>"),
        ("a.svg", b"<svg/>"),
        ("a.pdf", b"MZ"),
        ("a.png", b"\x89PNG\r\n\x1a\nx"),
        ("a.jpg", b"\xff\xd8\xffx"),
        ("a.pdf", b""),
        ("a.txt", b"\xff\xfe"),
        ("a.txt", b"a\0b"),
        ("a.docm", packed("word/document.xml")),
        ("a.docx", packed("word/document.xml", "word/vbaProject.bin")),
        ("a.odt", packed("content.xml", "Basic/Standard/x.xml")),
        ("a.xlsx", b"PK\x03\x04 and no more"),
        ("", b"%PDF-"),
        ("pdf", b"%PDF-"),
        ("a\u202efdp.pdf", b"%PDF-"),
    ],
)
def test_what_might_run_or_is_not_what_it_says_stays_behind(
    name: str, content: bytes
) -> None:
    with refused(Code.FILE_INVALID, field="file"):
        enclosing.suitable(name, content)


@pytest.mark.parametrize("name", ["../../etc/plan.pdf", r"C:\papers\plan.pdf"])
def test_of_a_name_only_the_last_part_is_kept(name: str) -> None:
    assert enclosing.suitable(name, b"%PDF-").name == "plan.pdf"


def test_a_file_that_is_too_large_says_how_large_it_may_be() -> None:
    with refused(Code.FILE_INVALID, field="file") as _:
        enclosing.suitable("a.txt", b"x" * 3_000_001)
