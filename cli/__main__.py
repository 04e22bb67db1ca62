"""`python -m cli`."""

import logging
import os
import sys

from cli.app import run
from core.logs import setup_logs

# Whatever our programs write (the database, exports, voices, logs) only their own user can read.
OTHERS_NOTHING = 0o077

if __name__ == "__main__":
    os.umask(OTHERS_NOTHING)
    setup_logs(logging.DEBUG if "--debug" in sys.argv else logging.WARNING)
    sys.exit(run(sys.argv[1:]))
