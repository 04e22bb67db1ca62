"""
Who is really asking, when a proxy (nginx) stands between.

A trusted proxy's `X-Forwarded-For` and `X-Forwarded-Proto` are believed, anybody else's are not: they are
whatever the sender wrote.
"""

from collections.abc import Sequence
from wsgiref.types import WSGIEnvironment

from admin.address import client_address
from core.config_reader import IpNetwork


def see_through(environ: WSGIEnvironment, trusted: Sequence[IpNetwork]) -> None:
    """Put the client's own address and scheme into `environ`, as far as trusted proxies vouch for them."""
    sender = environ.get("REMOTE_ADDR", "")
    client = client_address(environ, trusted)
    if client == sender:
        return
    environ["REMOTE_ADDR"] = client
    scheme = environ.get("HTTP_X_FORWARDED_PROTO", "")
    if scheme in ("http", "https"):
        environ["wsgi.url_scheme"] = scheme
