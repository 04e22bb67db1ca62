"""A long list in pages."""

from dataclasses import dataclass

# Nobody turns more pages than this many lines; a longer list says so, and asks to be narrowed.
MOST_LISTED = 10_000
# What a count that stops must reach, so that it is known whether there are more.
MOST_COUNTED = MOST_LISTED + 1


@dataclass(frozen=True, slots=True)
class Paging:
    """Page `page` (from 1) of `total` lines, `size` a page. `is_more`: there are more than are listed."""

    page: int
    total: int
    size: int
    is_more: bool = False

    @classmethod
    def of_counted(cls, page: int, counted: int, size: int) -> "Paging":
        """Of a list that was counted as far as `MOST_COUNTED`."""
        return cls(page, min(counted, MOST_LISTED), size, counted > MOST_LISTED)

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
