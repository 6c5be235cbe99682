"""From where on the network somebody asks, to count tries by."""

from __future__ import annotations

import ipaddress

from aiohttp import web

_HOME = {4: 32, 6: 64}
"""So many bits of an address belong to one household."""


def address(request: web.Request) -> str:
    """Return the network address of who asks; empty if only a proxy's is known.

    A proxy on this machine is believed what it adds, the last in its header; whatever
    stands before that, or comes from other machines, anybody could have written.
    """
    caller = _read(request.remote or "")
    if caller is not None and caller.is_loopback:
        *_, last = request.headers.get("X-Forwarded-For", "").split(",")
        caller = _read(last.strip())
    if caller is None:
        return ""
    home = ipaddress.ip_network(f"{caller}/{_HOME[caller.version]}", strict=False)
    return str(home.network_address)


def _read(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None
