"""Carries mails to the server that sends them on.

1. A mail is marked as gone after the server took it.  If we stop between the two, it
   goes out again under the same Message-ID: perhaps twice, never not at all.
2. What is wrong with one mail holds up that mail; what is wrong with the server holds up
   all, and is tried again after a while that grows from a minute to an hour.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Sequence
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Protocol

from aiosmtplib import SMTP

from cesnode.config import Mail as Settings
from cesnode.errors import FileInvalid, MailRefused, MailServerFailed
from cesnode.jobs.envelopes import Enclosure, Envelope, seal
from cesnode.jobs.relay import connected, send
from cesnode.services import mailing, sorting
from cesnode.services.mailing import Parcel
from cesnode.store import Store, Writer, media
from cesnode.store.mails import Mail

CONNECTIONS = 2
"""To the mail server at a time."""
_ROUND = 40
_SHORTEST, _LONGEST = 60.0, 3_600.0
_log = logging.getLogger(__name__)


class Letter(Protocol):
    """What a typist hands over."""

    @property
    def subject(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def html(self) -> str: ...
    @property
    def unsubscribe(self) -> str | None: ...
    @property
    def fault(self) -> str | None: ...


Write = Callable[[Parcel], Letter]


class Postman:
    """Makes mails of notices, and sends what waits.  Belongs to one event loop."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        write: Write,
        *,
        clock: Callable[[], int],
    ) -> None:
        self._store = store
        self._settings = settings
        self._write = write
        self._clock = clock
        self._chance = random.SystemRandom()
        self._round = asyncio.Lock()
        self._failures = 0
        self._rests_until = 0

    @property
    def is_on(self) -> bool:
        return self._settings.is_on

    async def begin(self) -> None:
        """Open or close the office, as the settings say, where it is not so already."""
        if await self._store.read(mailing.is_on) is not self.is_on:
            await self._store.write(sorting.open_office, self._settings, now=self._clock())

    async def look(self) -> None:
        """Send what is due, unless a round is under way still."""
        if self._round.locked():
            return
        async with self._round:
            await self._gather()
            while self._clock() >= self._rests_until:
                parcels = await self._store.read(
                    mailing.next_parcels,
                    per_hour=self._settings.per_hour,
                    limit=_ROUND,
                    now=self._clock(),
                )
                if not parcels:
                    return
                shares = (parcels[start::CONNECTIONS] for start in range(CONNECTIONS))
                await asyncio.gather(*(self._carry(share) for share in shares if share))

    async def forget_old(self) -> None:
        """Forget what is of no use any more, a piece at a time."""
        while await self._store.write(mailing.forget_old, now=self._clock()):
            pass

    async def _gather(self) -> None:
        now = self._clock()
        while await self._store.read(sorting.has_work, self._settings, now=now):
            await self._store.write(_prepare, self._settings, now)

    async def _carry(self, parcels: Sequence[Parcel]) -> None:
        """Take some mails to the server, one after another, over one connection."""
        waiting = list(parcels)
        try:
            async with connected(self._settings, self._store.folder) as server:
                while waiting and server.is_connected:
                    await self._hand_over(server, waiting[0])
                    del waiting[0]
        except MailServerFailed as error:
            await self._rest([parcel.mail for parcel in waiting], error.reason)

    async def _hand_over(self, server: SMTP, parcel: Parcel) -> None:
        message = await self._message(parcel)
        if message is None:
            return
        _, sender = parseaddr(self._settings.sender)
        try:
            await send(server, message, sender=sender, recipient=parcel.mail.recipient)
        except MailRefused as error:
            await self._returned(parcel.mail, error.reason, for_good=error.for_good)
        else:
            await self._store.write(mailing.gone, parcel.mail, now=self._clock())
            self._failures = 0

    async def _message(self, parcel: Parcel) -> EmailMessage | None:
        """Write a letter and put it into its envelope, if that can be done at all."""
        try:
            letter = await asyncio.to_thread(self._write, parcel)
            message = seal(
                self._settings,
                self._envelope(parcel, letter),
                subject=letter.subject,
                text=letter.text,
                html=letter.html,
                enclosures=await asyncio.to_thread(self._enclosures, parcel),
            )
        except Exception as error:  # noqa: BLE001 - a mistake of ours stops no other mail
            _log.exception("mail %s cannot be written", parcel.mail.id)
            said = f"it cannot be written: {error}"
            await self._returned(parcel.mail, said, for_good=True)
            return None
        if letter.fault is not None:
            await self._store.write(
                mailing.template_broken, letter.fault, now=self._clock()
            )
        return message

    def _enclosures(self, parcel: Parcel) -> list[Enclosure]:
        """Fetch the files that go along.

        Raises:
            FileInvalid: one is not where it was put.

        """
        found = []
        for file in (file for each in parcel.newsletters for file in each.files):
            path = media.paper(self._store.folder, file.file)
            if path is None:
                raise FileInvalid(file=file.name, reason="it is not there")
            found.append(Enclosure(file.name, file.media_type, path.read_bytes()))
        return found

    def _envelope(self, parcel: Parcel, letter: Letter) -> Envelope:
        return Envelope(
            message_id=parcel.mail.message_id,
            name=parcel.mail.name,
            recipient=parcel.mail.recipient,
            language=parcel.mail.language,
            exchange=parcel.exchange.name,
            unsubscribe=letter.unsubscribe,
            now=self._clock(),
        )

    async def _returned(self, mail: Mail, reason: str, *, for_good: bool) -> None:
        _log.info("mail %s did not go out: %s", mail.id, reason)
        await self._store.write(
            mailing.returned,
            mail,
            reason,
            for_good=for_good,
            chance=self._chance.random(),
            now=self._clock(),
        )

    async def _rest(self, waiting: Sequence[Mail], error: str) -> None:
        longest = min(_SHORTEST * 2.0**self._failures, _LONGEST)
        wait = int(longest * self._chance.uniform(0.75, 1.25))
        self._failures += 1
        self._rests_until = self._clock() + wait
        _log.warning("the mail server cannot be used, again in %s s: %s", wait, error)
        await self._store.write(
            mailing.unreachable, waiting, error, wait=wait, now=self._clock()
        )


def _prepare(writer: Writer, settings: Settings, now: int) -> None:
    sorting.sort(writer, settings, now=now)
    sorting.digest(writer, settings, now=now)
    mailing.expire(writer, now=now)
