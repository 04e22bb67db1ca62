"""A long list in pages."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Paging:
    """Page `page` (from 1) of `total` lines, `size` a page."""

    page: int
    total: int
    size: int

    @property
    def offset(self) -> int:
        """How many lines come before this page."""
        return (self.page - 1) * self.size

    @property
    def pages(self) -> int:
        """How many pages there are; at least one."""
        return max(1, -(-self.total // self.size))

    @property
    def first(self) -> int:
        """The number of the first line shown."""
        return min(self.offset + 1, self.total)

    @property
    def last(self) -> int:
        """The number of the last line shown."""
        return min(self.offset + self.size, self.total)
