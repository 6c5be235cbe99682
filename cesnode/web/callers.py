"""From where on the network somebody asks, to count tries by and to write to the log.

1. Only a web server that stands before the node is believed what it says of others: those
   of `trusted_proxies`, and those of this machine.
2. Each adds at the end by whom it was asked.  Read from there, the first address that is
   no such server is who asks: whatever stands before it, anybody could have written.
3. A server that writes one header may pass on the other as it came.  Where they differ,
   the server itself is who asks.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from cesnode.config import Server
from cesnode.web import households
from cesnode.web.households import Address

_MOST_HOPS = 32
_FOR = re.compile(r"(?:^|;)\s*for\s*=\s*([^;]*)", re.IGNORECASE)
_WITH_PORT = re.compile(r"\[([^\]]*)\](?::\d+)?|([^:]+):\d+")


@dataclass(frozen=True, slots=True)
class Proxies:
    """The web servers that stand before the node."""

    networks: Sequence[ipaddress.IPv4Network | ipaddress.IPv6Network] = ()

    @classmethod
    def of(cls, settings: Server) -> Proxies:
        return cls([ipaddress.ip_network(each) for each in settings.trusted_proxies])

    def trust(self, address: Address) -> bool:
        return address.is_loopback or any(address in each for each in self.networks)


NO_PROXIES = Proxies()
"""Only those of this machine are believed."""

PROXIES = web.AppKey("PROXIES", Proxies)


def address(request: web.Request) -> str:
    """Return the network address of who asks; empty if only a proxy's is known."""
    caller = _caller(request)
    return "" if caller is None else households.of(caller)


def _caller(request: web.Request) -> Address | None:
    proxies, headers = request.app[PROXIES], request.headers
    asking = households.read(request.remote or "")
    if asking is None or not proxies.trust(asking):
        return asking
    usual = ",".join(headers.getall("X-Forwarded-For", ()))
    standard = ",".join(headers.getall("Forwarded", ()))
    if usual and standard and _first(proxies, usual) != _first(proxies, _named(standard)):
        return asking
    return _first(proxies, usual or _named(standard))


def _named(header: str) -> str:
    """Return for whom a standard header says that was asked, as the usual one does."""
    found = (_FOR.search(each) for each in header.split(","))
    return ",".join(each[1].strip().strip('"') if each else "" for each in found)


def _first(proxies: Proxies, header: str) -> Address | None:
    """Return the first that is no proxy, read from the end."""
    for told in header.split(",")[: -_MOST_HOPS - 1 : -1]:
        hop = _read(told.strip())
        if hop is None or not proxies.trust(hop):
            return hop
    return None


def _read(told: str) -> Address | None:
    """Read an address that may come with a port."""
    with_port = _WITH_PORT.fullmatch(told)
    return households.read((with_port[1] or with_port[2]) if with_port else told)
