"""Addresses that only this machine can reach."""

from __future__ import annotations

import ipaddress
from functools import lru_cache


@lru_cache(maxsize=1024)  # it is asked of every datagram
def is_loopback(host: str) -> bool:
    """Whether an address is a loopback address or `localhost`. Names are not looked up.

    Also one of IPv4 as a socket of IPv6 sees it, `::ffff:127.0.0.1`.
    """
    if host == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return bool((mapped or address).is_loopback)
