"""Puts a letter into an envelope: a message as mail servers pass it on (RFC 5322).

No text of a person can begin a header of its own: each is made one line first, and the
addresses are checked by the library that writes them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

from cesnode.config import Mail as Settings


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that goes along with a letter."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """To whom a letter goes, and all that stands outside of it."""

    message_id: str
    name: str
    recipient: str
    language: str
    exchange: str
    unsubscribe: str | None
    now: int


def seal(
    settings: Settings,
    envelope: Envelope,
    *,
    subject: str,
    text: str,
    html: str,
    enclosures: Sequence[Enclosure] = (),
) -> EmailMessage:
    """Return the message.

    Raises:
        ValueError: there is something in an address that no header can hold.

    """
    message = EmailMessage(policy=policy.SMTP)
    name, sender = parseaddr(one_line(settings.sender))
    message["From"] = address(name or envelope.exchange, sender)
    message["To"] = address(envelope.name, envelope.recipient)
    if settings.reply_to:
        message["Reply-To"] = address(*parseaddr(one_line(settings.reply_to)))
    message["Subject"] = one_line(subject)
    message["Date"] = format_datetime(datetime.fromtimestamp(envelope.now, UTC))
    message["Message-ID"] = envelope.message_id
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = envelope.language
    for header, value in _unsubscribing(envelope.unsubscribe).items():
        message[header] = value
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    for each in enclosures:
        kind, _, sort = each.media_type.partition("/")
        name = one_line(each.name)
        message.add_attachment(each.content, maintype=kind, subtype=sort, filename=name)
    return message


def address(name: str, spec: str) -> Address:
    """Return an address; a domain in letters of its own is written as the net has it."""
    local, _, domain = spec.rpartition("@")
    return Address(one_line(name), local, domain.encode("idna").decode())


def one_line(text: str) -> str:
    """Return a text without anything that could end a line, or that nobody can see.

    What looks like an encoded word (RFC 2047) is taken apart: the library would decode
    it, and write the end of a line that was hidden in it into the header.
    """
    seen = (" " if unicodedata.category(each)[0] in "CZ" else each for each in text)
    return " ".join("".join(seen).replace("=?", "= ?").split())


def _unsubscribing(link: str | None) -> Mapping[str, str]:
    """Return what lets a mail program end such letters by one click (RFC 8058)."""
    if link is None:
        return {}
    return {
        "List-Unsubscribe": f"<{link}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
