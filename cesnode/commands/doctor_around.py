"""What is around the node: alarms, letters, its own address, and the other exchanges."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from cesnode.commands.doctor_findings import (
    Finding,
    attention,
    of_errors,
    well,
    wrong,
)
from cesnode.commands.terminal import Terminal
from cesnode.community.exchange import Exchange
from cesnode.community.roles import OPERATOR
from cesnode.config import Config, Mail
from cesnode.jobs.relay import connected
from cesnode.services import mailing
from cesnode.services.peering import alarming, views
from cesnode.services.peering.inviting import reach_of
from cesnode.services.peering.views import PeerView
from cesnode.services.reconciling import Status
from cesnode.store import keyring
from cesnode.store.mails import MailState
from federation.discovery import key_of
from federation.errors import FederationError
from federation.peering import State as Standing
from federation.transport.client import NoAnswer, PeerClient

_SILENT = timedelta(days=1)
_CERTIFICATE_DAYS = 14
_PATIENCE = 10.0
_BROKEN = frozenset({Status.MISMATCH, Status.FORK})
_RECKONED_WITH = frozenset({Standing.ACTIVE, Standing.CLOSING})
_MOST_LETTERS = 10_000


def look_inside(terminal: Terminal, exchange: Exchange) -> Iterator[Finding]:
    """Look at what the ledger file tells of letters, alarms and other exchanges."""
    with terminal.reading() as (reader, _):
        unsent = mailing.unsent(reader, OPERATOR, limit=_MOST_LETTERS)
        alarms = alarming.standing(reader, OPERATOR)
        peers = views.every(reader, exchange)
    given_up = [mail for mail in unsent if mail.state is MailState.FAILED]
    if given_up:
        says = f"{len(given_up)} letters were given up: {given_up[0].last_error}"
        yield attention("letters", says, "cesnode mail list, then cesnode mail retry ID")
    for alarm in alarms:
        says = f"{alarm.kind} since {alarm.at} {alarm.details}".rstrip()
        yield attention(f"alarm {alarm.id}", says, "cesnode peer alarms")
    for peer in peers:
        yield of_peer(peer, terminal.now)


def of_peer(peer: PeerView, now: int) -> Finding:
    name, code = f"peer {peer.code}", peer.code
    if peer.state == Standing.FROZEN:
        return wrong(name, "it is frozen", f"cesnode peer show {code}; talk to its people")
    if peer.reconciliation in _BROKEN:
        says = f"our books and its do not agree ({peer.reconciliation})"
        return wrong(name, says, f"cesnode peer reconcile {code}")
    if peer.recovering:
        says = "it has still to tell us what an old backup forgot"
        return attention(name, says, f"serve the node; cesnode peer recover {code}")
    seen = peer.last_seen and datetime.fromisoformat(peer.last_seen)
    silent = not seen or datetime.fromtimestamp(now, UTC) - seen > _SILENT
    if peer.state in _RECKONED_WITH and silent:
        says = f"it was last heard from at {peer.last_seen or 'no time'}"
        return attention(name, says, f"cesnode peer reconcile {code}, or ask its people")
    return well(name, f"{peer.state}, compared: {peer.reconciliation or 'not yet'}")


def look_outside(terminal: Terminal, exchange: Exchange, settings: Config) -> list[Finding]:
    """Ask the mail server, and the node itself by the way that others come."""
    return asyncio.run(_asked(terminal, exchange, settings))


async def _asked(terminal: Terminal, exchange: Exchange, settings: Config) -> list[Finding]:
    return [
        *await _mail(terminal, settings.mail),
        await _origin(terminal, exchange),
        *await _certificate(exchange.origin, terminal.now),
    ]


async def _mail(terminal: Terminal, settings: Mail) -> list[Finding]:
    if not settings.is_on:
        return [well("mail", "no letters are sent: [mail] names no server")]
    with of_errors("mail", "cesnode mail test ADDRESS, once [mail] is right") as told:
        async with connected(settings, terminal.folder):
            pass
    return told or [well("mail", f"{settings.host}:{settings.port} lets us in")]


async def _origin(terminal: Terminal, exchange: Exchange) -> Finding:
    key = keyring.load(terminal.folder)
    origin = exchange.origin
    try:
        async with PeerClient(key, reach_of(exchange)) as client:
            card = await client.fetch_card(origin)
    except NoAnswer as error:
        tip = "is it served, and does the proxy lead there? docs/operations.md"
        return attention("address", f"{origin} does not answer: {error}", tip)
    except FederationError as error:
        tip = "cesnode exchange set --origin https://…"
        return attention("address", f"{origin} is for this machine: {error.detail}", tip)
    if key_of(card, key.keyid) is None:
        tip = "let the name and the proxy lead to this node, and stop any copy of it"
        return wrong("address", f"another node answers at {origin}", tip)
    return well("address", f"{origin} leads here")


async def _certificate(origin: str, now: int) -> list[Finding]:
    parts = urlsplit(origin)
    if parts.scheme != "https":
        return []
    host, port = parts.hostname or "", parts.port or 443
    try:
        async with asyncio.timeout(_PATIENCE):
            _, line = await asyncio.open_connection(
                host, port, ssl=ssl.create_default_context()
            )
            shown = line.get_extra_info("peercert")
            line.close()
    except (OSError, TimeoutError) as error:
        says = f"{origin} cannot be trusted or reached: {error}"
        return [attention("certificate", says, "look at the proxy's own log")]
    return [lasting(ssl.cert_time_to_seconds(shown["notAfter"]), now)]


def lasting(until: int, now: int) -> Finding:
    left = (until - now) // 86_400
    if left < _CERTIFICATE_DAYS:
        says = f"it ends in {left} days"
        return attention("certificate", says, "see why the proxy does not renew it")
    return well("certificate", f"it holds for {left} days")
