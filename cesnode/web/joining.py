"""/join: applying to become a member, and seeing what became of it."""

from __future__ import annotations

from aiohttp import web

from cesnode.errors import EmailMissing, NameMissing
from cesnode.services import considering, joining, mailing
from cesnode.services.joining import Applicant
from cesnode.store import Reader, applications
from cesnode.web import callers
from cesnode.web.asking import Asked, Asking, Sight
from cesnode.web.site import JOIN

_ACCEPTED = "terms"


def show(reader: Reader, asked: Asked) -> Sight:
    """Show the form, or that it was sent and a mail is on its way."""
    if "sent" in asked.query:
        return Sight("joining/sent.html")
    return Sight("joining/form.html", {"terms": applications.terms(reader)})


async def apply(asking: Asking) -> web.StreamResponse:
    form = asking.form
    name, email = form.required("name", NameMissing), form.required("email", EmailMissing)
    version = form.value(_ACCEPTED)
    if not form.errors:
        with form.checking():
            secret, is_checked = await asking.do(
                lambda writer, asked: (
                    joining.apply(
                        writer,
                        asked.exchange,
                        Applicant(
                            name=name,
                            email=email,
                            area=form.value("area"),
                            offers=form.value("offers"),
                            language=asked.language.code,
                            accepts=int(version) if version.isdecimal() else None,
                        ),
                        address=callers.address(asking.request),
                        now=asked.now,
                    ),
                    mailing.is_on(writer),
                )
            )
            return asking.go(f"{JOIN}?sent" if is_checked else joining.LINK + secret)
    return await asking.show(show)


def wait(reader: Reader, asked: Asked) -> Sight:
    """Show how an application stands to whoever has its link."""
    found = joining.find(reader, asked.path["secret"])
    question = considering.open_question(reader, found)
    return Sight(
        "joining/waiting.html", {"application": found, "question": question}, secret=True
    )


async def confirm(asking: Asking) -> web.StreamResponse:
    """Take an answer to what the house asked, or that the address is theirs."""
    secret = asking.request.match_info["secret"]
    if asking.form.has("answer"):
        text = asking.form.value("answer")
        with asking.form.checking():
            await asking.do(
                lambda writer, asked: considering.answer(
                    writer, secret, text, now=asked.now
                )
            )
            return asking.go(joining.LINK + secret, note="application-answered")
        return await asking.show(wait)
    await asking.do(lambda writer, asked: joining.confirm(writer, secret, now=asked.now))
    return asking.go(joining.LINK + secret, note="address-confirmed")
