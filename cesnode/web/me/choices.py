"""/me/notices and /me/language: how a member is told things, and in which words."""

from __future__ import annotations

from dataclasses import replace

from aiohttp import web

from cesnode.community.languages import LANGUAGES
from cesnode.community.notices import DEFAULTS, Choice, Pace, Preferences, Quiet, Topic
from cesnode.services import bell
from cesnode.store import Reader, Writer
from cesnode.web import languages
from cesnode.web.addresses import number
from cesnode.web.asking import Asked, Asking, Sight
from cesnode.web.forms import Form
from cesnode.web.news import TOPICS
from cesnode.web.site import ME

_OPEN = tuple(topic for topic in Topic if topic is not Topic.SECURITY)
_USUAL = Quiet(22, 7)


def notices(reader: Reader, asked: Asked) -> Sight:
    known = _known(reader, asked)
    return Sight(
        "me/notices.html",
        {
            "topics": [(topic, TOPICS[topic], known.of(topic)) for topic in _OPEN],
            "quiet": known.quiet,
            "usual": known.quiet or _USUAL,
            "hours": range(24),
        },
    )


async def keep_notices(asking: Asking) -> web.StreamResponse:
    form = asking.form
    choices = {Topic.SECURITY: DEFAULTS[Topic.SECURITY]}
    choices |= {topic: _choice(form, topic) for topic in _OPEN}

    def work(writer: Writer, asked: Asked) -> None:
        present = asked.visitor
        quiet = _quiet(form) if form.has("quiet") else None
        wanted = replace(_known(writer, asked), quiet=quiet, choices=choices)
        bell.set_preferences(
            writer, present.actor, present.member.id, wanted, now=asked.now
        )

    with form.checking():
        await asking.do(work)
        return asking.go(ME, note="notices-chosen")
    return await asking.show(notices)


def language(_reader: Reader, _asked: Asked) -> Sight:
    return Sight("me/language.html")


async def keep_language(asking: Asking) -> web.StreamResponse:
    """Keep a language for letters, and for the pages on this device."""
    code = asking.form.required("language")

    def work(writer: Writer, asked: Asked) -> None:
        present = asked.visitor
        wanted = replace(_known(writer, asked), language=code)
        bell.set_preferences(
            writer, present.actor, present.member.id, wanted, now=asked.now
        )

    if not asking.form.errors:
        with asking.form.checking():
            await asking.do(work)
            response = asking.go(ME, note="language-kept")
            languages.keep(response, LANGUAGES[code])
            return response
    return await asking.show(language)


def _known(reader: Reader, asked: Asked) -> Preferences:
    present = asked.visitor
    return bell.preferences(reader, present.actor, present.member.id)


def _choice(form: Form, topic: Topic) -> Choice:
    pace = form.value(f"mail-{topic}")
    usual = DEFAULTS[topic].mail
    return Choice(form.has(f"bell-{topic}"), Pace(pace) if pace in set(Pace) else usual)


def _quiet(form: Form) -> Quiet:
    begins, ends = number(form.value("quiet_from")), number(form.value("quiet_until"))
    return Quiet(
        _USUAL.begins if begins is None else begins, _USUAL.ends if ends is None else ends
    )
