"""Which network addresses belong together, to count connections and tries by."""

from __future__ import annotations

import ipaddress

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_HOME = {4: 32, 6: 64}
"""So many bits of an address belong to one household, which chooses the others."""


def read(text: str) -> Address | None:
    """Read an address; None if it is none."""
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return None
    # A socket that listens for both kinds shows the older one dressed as the newer.
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return mapped or found


def of(address: Address) -> str:
    """Return the household of an address, by the first one it has."""
    home = ipaddress.ip_network(f"{address}/{_HOME[address.version]}", strict=False)
    return str(home.network_address)


def of_connection(host: str) -> str:
    """Return whose a connection is; empty for this machine's, or where nobody can tell."""
    address = read(host)
    return "" if address is None or address.is_loopback else of(address)
