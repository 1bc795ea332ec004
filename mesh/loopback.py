"""Loopback: which names and addresses are this machine's alone.

Owns the one answer that everything rests on which is allowed between processes of one machine and nowhere else.
"""

from __future__ import annotations

import ipaddress


def is_loopback(host: str) -> bool:
    """Whether a host name or address is one of this machine alone."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
