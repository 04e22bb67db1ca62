"""Who types a command, as the audit log knows them."""

import getpass

from core.audit.who import Who

MAX_NAME_CHARS = 60


def typed_by() -> Who:
    """The system user this process runs as."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        name = ""  # a container may run as a number that has no name
    return Who("command", None, name[:MAX_NAME_CHARS])
