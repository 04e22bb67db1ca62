"""The progress bar of long work. Shown to people at a terminal, not in logs and pipes."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from tqdm import tqdm

Item = TypeVar("Item")


def progress(items: Iterable[Item], what: str, unit: str = "个") -> Iterator[Item]:
    """The same items, with a bar on standard error while they are taken."""
    # `disable=None`: off when standard error is no terminal.
    yield from tqdm(items, desc=what, unit=unit, leave=False, disable=None)
