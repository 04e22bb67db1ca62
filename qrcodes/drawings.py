"""What files a list of signs becomes: bare codes, or pages of a template."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from qrcodes.errors import CannotDraw
from qrcodes.press import PT_PER_INCH, Press
from qrcodes.sign import Sign
from qrcodes.templates.base import Template
from qrcodes.writing import file_name

# Of a sheet's pages, so many are set at once; of anything else one, so that each is a file of its own.
_SHEETS_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Drawn:
    """One file: its name without folder, its bytes, and how many signs are on it."""

    name: str
    content: bytes
    signs: int


class Drawing(Protocol):
    """Turns signs of one group into files, one after the other, so that few are in memory at once."""

    def files(self, signs: Sequence[Sign]) -> Iterator[Drawn]:
        """The files, in the order of the signs."""


@dataclass(frozen=True, slots=True)
class BareCodes:
    """Codes alone, one a file: `svg`, or `png` as wide as given (quiet zone counted)."""

    suffix: str
    width_mm: float
    dpi: int = 300

    def __post_init__(self) -> None:
        if self.suffix not in ("svg", "png"):
            raise CannotDraw(f"单独的二维码可以存成 svg 或 png，不能存成 {self.suffix}。")

    def files(self, signs: Sequence[Sign]) -> Iterator[Drawn]:
        """One file a sign."""
        for sign in signs:
            code = sign.code()
            is_svg = self.suffix == "svg"
            content = code.svg(self.width_mm).encode() if is_svg else code.png(self.width_mm, self.dpi)
            yield Drawn(f"{name_of(sign)}.{self.suffix}", content, 1)


@dataclass(frozen=True, slots=True)
class Pages:
    """Pages of a template: `pdf`, `png` (paper at `dpi`) or `svg`."""

    press: Press
    template: Template
    suffix: str
    dpi: float = 150

    def __post_init__(self) -> None:
        if self.suffix not in ("pdf", "png", "svg"):
            raise CannotDraw(f"{self.template.title}可以存成 pdf、png 或 svg，不能存成 {self.suffix}。")

    def files(self, signs: Sequence[Sign]) -> Iterator[Drawn]:
        """One file a sign; of sheets one a page, of PDF sheets one for up to four pages."""
        per_page = self.template.per_page
        at_once = per_page * (_SHEETS_AT_ONCE if per_page > 1 and self.suffix == "pdf" else 1)
        parts = range(0, len(signs), at_once)
        for number, start in enumerate(parts, 1):
            some = signs[start : start + at_once]
            name = name_of(some[0])
            if per_page > 1:
                name = file_name(some[0].group) + (f" {number}" if len(parts) > 1 else "")
            yield Drawn(f"{name}.{self.suffix}", self._set(some), len(some))

    def _set(self, signs: Sequence[Sign]) -> bytes:
        if self.suffix == "pdf":
            return self.press.pdf(self.template, signs)
        if self.suffix == "svg":
            return self.press.svg(self.template, signs)[0].encode()
        dpi = PT_PER_INCH if self.template.is_screen else self.dpi
        return self.press.png(self.template, signs, dpi)[0]


def name_of(sign: Sign) -> str:
    """`宜州区庆远镇 p_451203100`: what a sign's own file is called, without suffix."""
    return f"{file_name(sign.within + sign.name)} {file_name(sign.scene)}"


def in_groups(signs: Sequence[Sign]) -> dict[str, list[Sign]]:
    """The signs by group, groups in the order in which they first come."""
    groups: dict[str, list[Sign]] = {}
    for sign in signs:
        groups.setdefault(sign.group, []).append(sign)
    return groups
