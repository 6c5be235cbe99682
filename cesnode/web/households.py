"""Which network addresses belong together, to count connections by."""

from __future__ import annotations

import ipaddress

_IPV6_HOME = 64
"""So many bits of an IPv6 address belong to one household, which chooses the others."""


def of_connection(host: str) -> str:
    """Return whose a connection is; empty for this machine's, or where nobody can tell."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv6Address):
        # A socket that listens for both kinds shows the older one dressed as the newer.
        address = address.ipv4_mapped or address
    if address.is_loopback:
        return ""
    bits = _IPV6_HOME if address.version == 6 else address.max_prefixlen  # noqa: PLR2004
    return str(ipaddress.ip_network(f"{address}/{bits}", strict=False).network_address)
