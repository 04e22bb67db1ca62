"""Passwords that are made up for somebody, to be shown once."""

import secrets

GENERATED_BYTES = 9


def new_password() -> str:
    """Twelve random characters that can be typed."""
    return secrets.token_urlsafe(GENERATED_BYTES)
