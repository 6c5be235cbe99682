"""Where a node lives, what it is therefore called, and whether we may go there.

A node *is* its origin; in objects it is named by host, with the port where that is not
443.  Outside of tests an origin is https, a DNS name, and resolves to public addresses.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from federation.errors import FederationError, Problem

HTTPS_PORT = 443
NAT64 = ip_network("64:ff9b::/96")

_ORIGIN = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?)"
    r"(?::(?P<port>[1-9][0-9]{0,4}))?"
)
_DNS_NAME = re.compile(
    r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])"
)


@dataclass(frozen=True, slots=True)
class Reach:
    """How far our own requests may go; `private` is for tests on one machine."""

    private: bool = False
    ports: frozenset[int] = frozenset({HTTPS_PORT})


def check_origin(origin: str, reach: Reach) -> str:
    """Return the origin in its one spelling, or refuse to ever go there."""
    found = _ORIGIN.fullmatch(origin.lower().removesuffix("/"))
    if found is None:
        raise _unreachable(origin, "it is not the address of a node")
    scheme, host = found["scheme"], found["host"]
    default = HTTPS_PORT if scheme == "https" else 80
    port = int(found["port"] or default)
    if not reach.private:
        _check_public(origin, scheme, host, port, reach)
    return f"{scheme}://{host}" if port == default else f"{scheme}://{host}:{port}"


def _check_public(origin: str, scheme: str, host: str, port: int, reach: Reach) -> None:
    if scheme != "https":
        raise _unreachable(origin, "it is not https")
    if not _DNS_NAME.fullmatch(host):
        raise _unreachable(origin, "it does not name a public host")
    if port not in reach.ports:
        raise _unreachable(origin, f"port {port} is not one we connect to")


def node_name(origin: str) -> str:
    """Name the node at a checked origin: `https://a.example` is `a.example`."""
    return origin.partition("://")[2]


def origin_of(name: str, reach: Reach) -> str:
    """Return where the node of this name lives; the inverse of node_name."""
    plain = reach.private and not _DNS_NAME.fullmatch(name.partition(":")[0])
    return check_origin(f"{'http' if plain else 'https'}://{name}", reach)


def may_connect(address: str, reach: Reach) -> bool:
    """Whether a resolved address is one a stranger's name may lead us to."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return reach.private or _is_public(_embedded(found) or found)


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    return (
        address.is_global
        and not address.is_multicast
        and not address.is_reserved
        and not address.is_unspecified
    )


def _embedded(address: IPv4Address | IPv6Address) -> IPv4Address | None:
    """Return the IPv4 address an IPv6 address would be translated or tunnelled to."""
    if isinstance(address, IPv4Address):
        return None
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


def _unreachable(origin: str, why: str) -> FederationError:
    detail = f"This node does not connect to {origin[:100]!r}: {why}."
    return FederationError(Problem.NOT_ROUTABLE, detail)
