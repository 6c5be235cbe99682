"""What stands outside of a letter, and that nobody can write more of it there."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cesnode.config import Mail as Settings
from cesnode.jobs.envelopes import Envelope, address, one_line, seal

SETTINGS = Settings(host="mail.example", sender="post@oakvale.example")
ATTACKS = (
    "Ana\r\nBcc: eve@example.org",
    "Ana\nBcc: eve@example.org",
    "Ana\rBcc: eve@example.org",
    "Ana\u2028Bcc: eve@example.org",
    "Ana\x0bBcc: eve@example.org",
    "Ana\x85Bcc: eve@example.org",
    "Ana\r\n\r\n<script>",
    "Ana\x00",
    "Ana <eve@example.org>",
    'Ana" <eve@example.org>, "',
    "eve@example.org,",
    "=?utf-8?q?Ana=0D=0ABcc=3A_eve=40example=2Eorg?=",
    "\u202eanA",
)


def sealed(*, name: str = "Ana", subject: str = "News", exchange: str = "Oakvale") -> bytes:
    envelope = Envelope(
        message_id="<1@oakvale.example>",
        name=name,
        recipient="ana@example.org",
        language="en",
        exchange=exchange,
        unsubscribe="https://oakvale.example/unsubscribe/0",
        now=1_750_000_000,
    )
    message = seal(SETTINGS, envelope, subject=subject, text="a\n", html="<p>a</p>")
    return message.as_bytes()


def opened(document: bytes) -> EmailMessage:
    message = message_from_bytes(document, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


USUAL = [header.lower() for header in opened(sealed())]


def is_clean(document: bytes) -> bool:
    """Whether a message has the usual headers, once each, and one recipient."""
    message = opened(document)
    recipients = [one.addr_spec for one in message["To"].addresses]
    senders = [one.addr_spec for one in message["From"].addresses]
    headers = [header.lower() for header in message]
    return (headers, recipients, senders) == (
        USUAL,
        ["ana@example.org"],
        ["post@oakvale.example"],
    )


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_words_of_a_person_begin_a_header(attack: str) -> None:
    assert is_clean(sealed(name=attack))
    assert is_clean(sealed(subject=attack))
    assert is_clean(sealed(exchange=attack))


@given(st.text(max_size=300))
def test_whatever_somebody_is_called_the_letter_goes_to_them_alone(text: str) -> None:
    text = text.encode("utf-8", "replace").decode()

    assert is_clean(sealed(name=text, subject=text, exchange=text))


def test_the_name_of_the_sender_may_be_of_its_own() -> None:
    settings = Settings(host="mail.example", sender="Rosa Martí <post@oakvale.example>")
    envelope = Envelope(
        message_id="<1@x>",
        name="",
        recipient="ana@example.org",
        language="en",
        exchange="Oakvale",
        unsubscribe=None,
        now=0,
    )

    message = seal(settings, envelope, subject="News", text="a\n", html="<p>a</p>")

    (sender,) = opened(message.as_bytes())["From"].addresses
    assert (sender.display_name, sender.addr_spec) == ("Rosa Martí", "post@oakvale.example")
    assert "List-Unsubscribe" not in message


def test_a_domain_in_letters_of_its_own_is_written_as_the_net_has_it() -> None:
    assert address("", "ana@bücher.example").addr_spec == "ana@xn--bcher-kva.example"


def test_a_text_of_several_lines_becomes_one() -> None:
    assert one_line(" a\r\n\tb\u2029c  d ") == "a b c d"
