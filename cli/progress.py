"""The progress bar of long work. Shown to people at a terminal, not in logs and pipes."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from tqdm import tqdm

Item = TypeVar("Item")


def progress(items: Iterable[Item], what: str, unit: str = "个") -> Iterator[Item]:
    """The same items, with a bar on standard error while they are taken."""
    # `disable=None`: off when standard error is no terminal.
    yield from tqdm(items, desc=what, unit=unit, leave=False, disable=None)


@contextmanager
def counting(what: str, total: int, unit: str = "个") -> Iterator[Callable[[int], None]]:
    """A bar that is told how many more are done."""
    with tqdm(total=total, desc=what, unit=unit, leave=False, disable=None) as bar:

        def step(count: int) -> None:
            bar.update(count)

        yield step


@contextmanager
def growing(what: str, unit: str = "个") -> Iterator[tuple[Callable[[int], None], Callable[[int], None]]]:
    """A bar that is told on the way how many more there will be, and how many more are done."""
    with tqdm(total=0, desc=what, unit=unit, leave=False, disable=None) as bar:

        def expect(count: int) -> None:
            bar.total += count
            bar.refresh()

        def step(count: int) -> None:
            bar.update(count)

        yield expect, step
