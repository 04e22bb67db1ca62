"""Passwords on a command line: asked for, read from a pipe, or made up and shown once."""

import sys

import click

from core.people.passwords import new_password


def asked_password() -> tuple[str, bool]:
    """
    A new password, and whether it was made up here and must be shown.

    At a terminal it is asked for twice; otherwise the first line of standard input is taken, and where
    there is none a random one is made.
    """
    if sys.stdin.isatty():
        return click.prompt("新密码", hide_input=True, confirmation_prompt="再输一次"), False
    line = sys.stdin.readline().rstrip("\r\n")
    return (line, False) if line else (new_password(), True)
