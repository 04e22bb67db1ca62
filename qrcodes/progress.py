"""How long work tells how far it is."""

from collections.abc import Callable

# Told how many more are done.
Progress = Callable[[int], None]


def nobody(_count: int) -> None:
    """Progress that nobody looks at."""
