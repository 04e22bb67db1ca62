"""Where a request really comes from, behind proxies we trust and no others."""

from collections.abc import Mapping, Sequence
from ipaddress import ip_address
from typing import Any

from core.config_reader import IpNetwork


def client_address(environ: Mapping[str, Any], trusted: Sequence[IpNetwork]) -> str:
    """
    The client's address: the last one in X-Forwarded-For that no trusted proxy stands behind.

    What a client itself wrote into the header stands further to the left and is never reached.
    """
    address = str(environ.get("REMOTE_ADDR") or "")
    hops = str(environ.get("HTTP_X_FORWARDED_FOR") or "").split(",")
    while hops and _is_trusted(address, trusted):
        hop = hops.pop().strip()
        if not _is_address(hop):
            break
        address = hop
    return address


def _is_trusted(address: str, trusted: Sequence[IpNetwork]) -> bool:
    return _is_address(address) and any(ip_address(address) in network for network in trusted)


def _is_address(address: str) -> bool:
    try:
        ip_address(address)
    except ValueError:
        return False
    return True
