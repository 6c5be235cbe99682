"""Letters: whether they leave, which of them wait, and what keeps them."""

from __future__ import annotations

import asyncio
from email.utils import parseaddr

import click
import msgspec

from cesnode import config
from cesnode.commands import showing
from cesnode.commands.terminal import Group, Terminal, at_terminal, by_option
from cesnode.community import words
from cesnode.community.exchange import Exchange
from cesnode.community.languages import LANGUAGES
from cesnode.community.roles import Permission
from cesnode.config import Mail as Settings
from cesnode.errors import MailOff
from cesnode.jobs.envelopes import Envelope, seal
from cesnode.jobs.relay import connected, send
from cesnode.services import mailing
from cesnode.services.mailing import Template
from cesnode.store.mails import Mail
from cesnode.web.letters import Matter, Typist
from cesnode.web.site import Site


class MailView(msgspec.Struct, frozen=True, kw_only=True):
    """A letter that has not left; `next_at` is when it is tried again (Unix seconds)."""

    id: int
    state: str
    template: str
    recipient: str
    attempts: int
    next_at: int
    created_at: int
    last_error: str | None


class SentView(msgspec.Struct, frozen=True):
    sent: bool
    recipient: str
    message_id: str


@click.group(cls=Group)
def mail() -> None:
    """Try how letters leave, and see which wait."""


@mail.command(examples=["cesnode mail test ana@example.org"])
@click.argument("address")
@click.option("--language", default=None, help="In which language; else as [mail] says.")
@by_option
@at_terminal
def test(terminal: Terminal, *, address: str, language: str | None) -> None:
    """Send one letter at once, and say what the mail server answers."""
    settings = _settings(terminal)
    recipient = words.email(address)
    with terminal.reading() as (reader, actor):
        actor.require(Permission.SET_RULES)
        exchange = terminal.exchange(reader)
    envelope = Envelope(
        message_id=mailing.message_id(exchange.origin),
        name="",
        recipient=recipient,
        language=mailing.spoken(language or settings.language),
        exchange=exchange.name,
        unsubscribe=None,
        now=terminal.now,
    )
    asyncio.run(_send(terminal, settings, exchange, envelope))
    view = SentView(sent=True, recipient=recipient, message_id=envelope.message_id)
    terminal.answer(view, lambda: click.echo(f"The mail server took it for {recipient}."))


@mail.command("list", examples=["cesnode mail list", "cesnode mail list --json"])
@click.option(
    "--limit",
    type=click.IntRange(1, 10_000),
    default=100,
    show_default=True,
    help="How many at most.",
)
@by_option
@at_terminal
def list_(terminal: Terminal, *, limit: int) -> None:
    """List letters that wait or were given up, newest first."""
    if not config.load(terminal.folder).mail.is_on:
        click.echo(str(MailOff()), err=True)
    with terminal.reading() as (reader, actor):
        found = [_view(one) for one in mailing.unsent(reader, actor, limit=limit)]
    terminal.answer(found, lambda: _show(found))


@mail.command(examples=["cesnode mail retry 12"])
@click.argument("mail_id", metavar="ID", type=click.IntRange(1))
@by_option
@at_terminal
def retry(terminal: Terminal, *, mail_id: int) -> None:
    """Send a letter again that waits or was given up."""
    _settings(terminal)
    with terminal.writing() as (writer, actor):
        view = _view(mailing.retry(writer, actor, mail_id, now=terminal.now))
    terminal.answer(view, lambda: click.echo(f"Letter {mail_id} goes out next."))


def _settings(terminal: Terminal) -> Settings:
    settings = config.load(terminal.folder).mail
    if not settings.is_on:
        raise MailOff
    return settings


async def _send(
    terminal: Terminal, settings: Settings, exchange: Exchange, envelope: Envelope
) -> None:
    language = LANGUAGES[envelope.language]
    matter = Matter(template=Template.TEST, language=language, exchange=exchange)
    site = Site.chosen(config.load(terminal.folder))
    letter = Typist(terminal.folder, site).compose(matter)
    if letter.fault is not None:
        click.echo(
            f"Your own letter does not work, so ours went out: {letter.fault}", err=True
        )
    message = seal(
        settings, envelope, subject=letter.subject, text=letter.text, html=letter.html
    )
    _, sender = parseaddr(settings.sender)
    async with connected(settings, terminal.folder) as server:
        await send(server, message, sender=sender, recipient=envelope.recipient)


def _view(mail: Mail) -> MailView:
    return MailView(
        id=mail.id,
        state=mail.state,
        template=mail.template,
        recipient=mail.recipient,
        attempts=mail.attempts,
        next_at=mail.next_at,
        created_at=mail.created_at,
        last_error=mail.last_error,
    )


def _show(found: list[MailView]) -> None:
    showing.table(
        [">Id", "State", "Letter", "To", ">Tries", "Said"],
        [
            [
                str(one.id),
                one.state,
                one.template,
                one.recipient,
                str(one.attempts),
                one.last_error or "",
            ]
            for one in found
        ],
    )
