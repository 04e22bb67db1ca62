"""
Who is really asking, when a proxy (nginx) stands between.

A trusted proxy's `X-Forwarded-For` and `X-Forwarded-Proto` are believed, anybody else's are not: they are
whatever the sender wrote.
"""

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address
from wsgiref.types import WSGIEnvironment

Network = IPv4Network | IPv6Network


def see_through(environ: WSGIEnvironment, trusted: Sequence[Network]) -> None:
    """Put the client's own address and scheme into `environ`, as far as trusted proxies vouch for them."""
    address = environ.get("REMOTE_ADDR", "")
    if not _is_trusted(address, trusted):
        return
    hops = [hop.strip() for hop in environ.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
    # The last hop was written by the proxy nearest to us, so read from the end, through trusted ones.
    while hops and _is_trusted(address, trusted):
        address = hops.pop()
    environ["REMOTE_ADDR"] = address
    scheme = environ.get("HTTP_X_FORWARDED_PROTO", "")
    if scheme in ("http", "https"):
        environ["wsgi.url_scheme"] = scheme


def _is_trusted(address: str, trusted: Sequence[Network]) -> bool:
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return any(found in network for network in trusted)
