"""Only a proxy we trust may say who is asking."""

from ipaddress import ip_network
from typing import Any

from cli.proxies import see_through

TRUSTED = (ip_network("10.0.0.0/8"),)


def request(address: str, forwarded: str = "", scheme: str = "") -> dict[str, Any]:
    """A request as it arrives."""
    environ: dict[str, Any] = {"REMOTE_ADDR": address, "wsgi.url_scheme": "http"}
    if forwarded:
        environ["HTTP_X_FORWARDED_FOR"] = forwarded
    if scheme:
        environ["HTTP_X_FORWARDED_PROTO"] = scheme
    return environ


def test_a_trusted_proxy_is_believed() -> None:
    environ = request("10.0.0.1", "203.0.113.7", "https")

    see_through(environ, TRUSTED)

    assert (environ["REMOTE_ADDR"], environ["wsgi.url_scheme"]) == ("203.0.113.7", "https")


def test_what_the_client_wrote_in_front_is_not_believed() -> None:
    environ = request("10.0.0.1", "127.0.0.1, 203.0.113.7, 10.0.0.2")

    see_through(environ, TRUSTED)

    assert environ["REMOTE_ADDR"] == "203.0.113.7"


def test_nobody_else_is_believed() -> None:
    environ = request("203.0.113.7", "127.0.0.1", "https")

    see_through(environ, TRUSTED)

    assert (environ["REMOTE_ADDR"], environ["wsgi.url_scheme"]) == ("203.0.113.7", "http")


def test_a_proxy_that_says_nothing_leaves_its_own_address() -> None:
    environ = request("10.0.0.1")

    see_through(environ, TRUSTED)

    assert environ["REMOTE_ADDR"] == "10.0.0.1"
