"""Every letter in every language, an operator's own before the shipped one."""

from __future__ import annotations

import re
from gettext import NullTranslations
from pathlib import Path

import pytest

from cesnode.community.languages import LANGUAGES
from cesnode.community.notices import Kind, Topic
from cesnode.ledger.money import Amount
from cesnode.resources import resource
from cesnode.services.bell import NoticeView
from cesnode.services.mailing import Template
from cesnode.web import news
from cesnode.web.formatting import Formats
from cesnode.web.letters import Matter, Typist
from tests.support.exchanges import LEAF, NOW, oakvale

VALUES = {
    "hours": "2",
    "number": "OAKV0007",
    "path": "/reset/x",
    "question": "Who knows you here?",
    "reason": "We are full this year.",
    "token": "0" * 32,
}
NASTY = "<script>alert(1)</script> & “co”"


def view(kind: Kind, **changes: object) -> NoticeView:
    values = {
        "id": 1,
        "kind": kind,
        "at": NOW,
        "is_read": False,
        "account": "OAKV0007",
        "ref": "8F3K7",
        "amount": Amount(12_50, LEAF),
        "words": "eggs",
        "other": "Ann Ash",
        "group": "Gardeners",
        "reason": "it never came",
        "device": "a telephone",
    }
    return NoticeView(**(values | changes))  # type: ignore[arg-type]


def matter(template: str, *told: NoticeView, language: str = "en") -> Matter:
    return Matter(
        template=template,
        language=LANGUAGES[language],
        exchange=oakvale(),
        name="Ana",
        topic=Topic.TRADES,
        values=VALUES,
        news=told,
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", Template)
def test_every_letter_can_be_written_in_every_language(
    tmp_path: Path, template: Template, language: str
) -> None:
    told = [view(kind) for kind in Kind]

    letter = Typist(tmp_path).compose(matter(template, *told, language=language))

    direction = LANGUAGES[language].direction
    assert letter.subject
    assert f'<html lang="{language}" dir="{direction}">' in letter.html
    assert "Ana" in letter.text
    assert letter.fault is None
    for part in (letter.subject, letter.text, letter.html):
        assert not re.search(r"%\(|\{\{|\{%|None", part)


def test_every_template_has_its_pair() -> None:
    shipped = {path.name for path in resource("templates/email").iterdir()}

    assert {f"{name}.{kind}" for name in Template for kind in ("txt", "html")} <= shipped


def test_a_letter_shows_nothing_from_elsewhere() -> None:
    for path in resource("templates/email").iterdir():
        assert not re.search(r"<img|<script|<link|url\(|https?:", path.read_text()), path


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_says_one_plain_sentence(kind: Kind) -> None:
    said = news.sentence(view(kind), NullTranslations(), Formats("en"))

    assert said
    assert not re.search(r"[{}]|  |\bdebt|\bowe\b|!", said)


def test_a_letter_about_one_thing_says_it_at_once(tmp_path: Path) -> None:
    letter = Typist(tmp_path).compose(matter(Template.NEWS, view(Kind.RECEIVED)))

    assert letter.subject == "12.50 leaves came to you from Ann Ash for “eggs”."
    assert "http://127.0.0.1:8101/trades/8F3K7" in letter.text
    assert letter.unsubscribe == f"http://127.0.0.1:8101/unsubscribe/{'0' * 32}"


def test_a_letter_about_several_things_tells_each(tmp_path: Path) -> None:
    told = (view(Kind.RECEIVED), view(Kind.OBJECTED, words="jam"))

    letter = Typist(tmp_path).compose(matter(Template.NEWS, *told))

    assert letter.subject == "2 things to tell you"
    assert "eggs" in letter.text
    assert "The reason given: it never came" in letter.text


def test_what_people_wrote_is_text_and_not_markup(tmp_path: Path) -> None:
    told = view(Kind.OBJECTED, words=NASTY, other=NASTY, reason=NASTY)

    letter = Typist(tmp_path).compose(matter(Template.NEWS, told))

    assert "<script>" not in letter.html
    assert NASTY in letter.text


def own(folder: Path, name: str, text: str) -> None:
    (folder / "templates/email").mkdir(parents=True, exist_ok=True)
    (folder / "templates/email" / name).write_text(text)


def test_an_operators_own_letter_goes_before_the_shipped_one(tmp_path: Path) -> None:
    own(tmp_path, "welcome.txt", "Hola {{ name }}\n\nYou are {{ number }}.\n")

    letter = Typist(tmp_path).compose(matter(Template.WELCOME))

    assert (letter.subject, letter.text) == ("Hola Ana", "You are OAKV0007.\n")
    assert "<html" in letter.html
    assert letter.fault is None


def test_an_operator_may_write_a_letter_of_its_own_for_a_kind(tmp_path: Path) -> None:
    own(tmp_path, "locked.txt", "Please call us\n\n{{ news[0].sentence }}\n")

    typist = Typist(tmp_path)

    assert typist.compose(matter(Template.NEWS, view(Kind.LOCKED))).subject == (
        "Please call us"
    )
    assert typist.compose(matter(Template.NEWS, view(Kind.UNLOCKED))).subject != (
        "Please call us"
    )


@pytest.mark.parametrize(
    "text",
    ["{% if %}", "{{ nobody }}", "{{ 1 / 0 }}", '{% include "nowhere" %}', "{{ name() }}"],
)
def test_where_an_operators_own_letter_is_broken_the_shipped_one_is_sent(
    tmp_path: Path, text: str
) -> None:
    own(tmp_path, "welcome.txt", text)

    letter = Typist(tmp_path).compose(matter(Template.WELCOME))

    assert letter.subject == "Welcome to Oakvale Exchange"
    assert letter.fault is not None
    assert letter.fault.startswith("welcome: ")


def test_a_letter_that_was_mended_is_sent_again(tmp_path: Path) -> None:
    typist = Typist(tmp_path)
    own(tmp_path, "welcome.txt", "{% if %}")
    broken = typist.compose(matter(Template.WELCOME))
    own(tmp_path, "welcome.txt", "Benvinguda\n\nHola\n")

    mended = typist.compose(matter(Template.WELCOME))

    assert broken.fault is not None
    assert (mended.subject, mended.fault) == ("Benvinguda", None)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_letter_about_messages_leads_to_where_they_are_answered(
    tmp_path: Path, language: str
) -> None:
    told = view(Kind.MESSAGE, ref=None, path="/messages/7")

    letter = Typist(tmp_path).compose(matter("news", told, language=language))

    for part in (letter.text, letter.html):
        assert "http://127.0.0.1:8101/messages/7" in part
        assert "@" not in part.replace("@media", "")
