"""A mail server for tests: a process of its own that behaves as an address asks it to.

Run as `python smtp_server.py FOLDER [CERTIFICATE KEY]`; prints its port, and a line for
each letter it takes.  Each letter it
takes becomes a file of the folder, in order.  To `refused@` it says no for good, to
`later@` once no for now; at `dropped@` it hangs up on the first letter without a word,
and at `slow@` it never answers the first.
It kills whom the file `kill` names, after taking a letter and before saying so.
"""

from __future__ import annotations

import asyncio
import os
import signal
import ssl
import sys
from collections import Counter
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from typing_extensions import override

USER, PASSWORD = b"node", b"a password for the relay"


class Box:
    """What is done with what comes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen: Counter[str] = Counter()

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        who = address.partition("@")[0]
        self._seen[who] += 1
        if who == "refused":
            return "550 5.1.1 There is nobody of that name"
        if who == "later" and self._seen[who] == 1:
            return "451 4.3.0 Not just now"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        assert isinstance(envelope.content, bytes)
        who = envelope.rcpt_tos[0].partition("@")[0]
        if who == "dropped" and self._seen[who] == 1:
            assert server.transport is not None
            server.transport.close()
            return "250 Nobody hears this"
        if who == "slow" and self._seen[who] == 1:
            await asyncio.Event().wait()
        self._keep(envelope)
        victim = self._folder / "kill"
        if victim.exists():
            os.kill(int(victim.read_text()), signal.SIGKILL)
            victim.unlink()
        return "250 OK"

    def _keep(self, envelope: Envelope) -> None:
        place = len(list(self._folder.glob("*.eml")))
        draft = self._folder / "draft"
        head = f"X-Rcpt: {','.join(envelope.rcpt_tos)}\r\nX-From: {envelope.mail_from}\r\n"
        assert isinstance(envelope.content, bytes)
        draft.write_bytes(head.encode() + envelope.content)
        draft.rename(self._folder / f"{place:04}.eml")
        print("taken", flush=True)  # noqa: T201 - who waits for it reads it


class Server(SMTP):
    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        with (Path(sys.argv[1]) / "connections").open("a") as file:
            file.write("+")
        super().connection_made(transport)


def _sign_in(
    _server: SMTP, _session: Session, _envelope: Envelope, _way: str, data: object
) -> AuthResult:
    assert isinstance(data, LoginPassword)
    known = (data.login, data.password) == (USER, PASSWORD)
    return AuthResult(success=known, handled=False)


async def _serve(folder: Path, context: ssl.SSLContext | None) -> None:
    box = Box(folder)

    def make() -> SMTP:
        return Server(
            box,
            enable_SMTPUTF8=True,
            tls_context=context,
            require_starttls=context is not None,
            auth_required=context is not None,
            authenticator=_sign_in if context else None,
            hostname="localhost",
        )

    server = await asyncio.get_running_loop().create_server(make, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201 - who started us reads it
    await server.serve_forever()


def main() -> None:
    context = None
    if len(sys.argv) > 2:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(sys.argv[2], sys.argv[3])
    asyncio.run(_serve(Path(sys.argv[1]), context))


if __name__ == "__main__":
    main()
