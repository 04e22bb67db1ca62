"""HTTP clients for calls that leave the simulator or its phones."""

import ssl
from functools import cache
from typing import Any

import httpx


def new_client(**settings: Any) -> httpx.Client:
    """
    A client with httpx's own settings.

    It takes no proxy from the environment: one must not come between a webhook and a simulator on the same
    machine. All clients share one TLS context, whose making would take longer than most calls.
    """
    return httpx.Client(verify=_tls_context(), trust_env=False, **settings)


@cache
def _tls_context() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)
