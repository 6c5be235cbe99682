"""The mail server: how it is reached, and what its answers mean for a mail."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from email.message import EmailMessage
from pathlib import Path

from aiosmtplib import (
    SMTP,
    SMTPDataError,
    SMTPException,
    SMTPNotSupported,
    SMTPRecipientsRefused,
    SMTPResponseException,
)

from cesnode.config import Mail as Settings
from cesnode.errors import MailRefused, MailServerFailed

_FOR_GOOD = range(500, 600)


@asynccontextmanager
async def connected(settings: Settings, folder: Path) -> AsyncIterator[SMTP]:
    """Open a connection, as the settings say, and sign in where that is asked for.

    Raises:
        MailServerFailed: it is not there, is not who it should be, or does not know us.

    """
    server = SMTP(
        hostname=settings.host,
        port=settings.port,
        username=settings.user or None,
        password=_password(settings, folder),
        use_tls=settings.security == "tls",
        start_tls=settings.security == "starttls",
        timeout=settings.timeout,
    )
    try:
        await server.connect()
    except (SMTPException, OSError) as error:
        server.close()
        raise MailServerFailed(reason=_said(error)) from error
    try:
        yield server
        with suppress(SMTPException):  # Whatever it says to our goodbye, all is done.
            await server.quit()
    finally:
        server.close()


async def send(server: SMTP, message: EmailMessage, *, sender: str, recipient: str) -> None:
    """Hand over one message; when this returns, the server has it.

    Raises:
        MailRefused: this mail was not taken, for good or for now.
        MailServerFailed: it takes no mail from us.

    """
    try:
        await server.send_message(message, sender=sender, recipients=[recipient])
    except SMTPRecipientsRefused as error:
        raise _refusal(error.recipients[0]) from error
    except SMTPDataError as error:
        raise _refusal(error) from error
    except SMTPNotSupported as error:
        raise MailRefused(reason=_said(error), for_good=True) from error
    except SMTPResponseException as error:
        raise MailServerFailed(reason=_said(error)) from error
    except (SMTPException, asyncio.IncompleteReadError, OSError) as error:
        # It may even have been taken: the same Message-ID will tell.
        raise MailRefused(reason=_said(error), for_good=False) from error


def _refusal(error: SMTPResponseException) -> MailRefused:
    return MailRefused(reason=_said(error), for_good=error.code in _FOR_GOOD)


def _password(settings: Settings, folder: Path) -> str | None:
    if not settings.password_file:
        return None
    try:
        return (folder / settings.password_file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeError) as error:
        raise MailServerFailed(reason=f"{settings.password_file}: {error}") from error


def _said(error: Exception) -> str:
    """Return the server's words on one line, with their code if they had one."""
    if isinstance(error, SMTPResponseException):
        return " ".join(f"{error.code} {error.message}".split())
    return " ".join(str(error).split()) or type(error).__name__
