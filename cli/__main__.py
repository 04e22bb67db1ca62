"""`python -m cli`."""

import logging
import sys

from cli.app import run
from core.logs import setup_logs

if __name__ == "__main__":
    setup_logs(logging.DEBUG if "--debug" in sys.argv else logging.WARNING)
    sys.exit(run(sys.argv[1:]))
