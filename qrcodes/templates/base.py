"""What every template tells about itself."""

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
PT_PER_MM = 72 / 25.4


@dataclass(frozen=True, slots=True)
class Template:
    """
    One thing that can be printed or shown.

    `name` is what commands call it, `title` what people read; `source` the Typst file beside it. Sizes are
    points: for a screen a point is a pixel. `code_width_pt` is a code's least width, its quiet zone counted.
    """

    name: str
    title: str
    source: str
    width_pt: float
    height_pt: float
    code_width_pt: float
    per_page: int = 1
    codes_per_sign: int = 1
    is_screen: bool = False

    @property
    def path(self) -> Path:
        """The Typst file."""
        return FOLDER / self.source

    @property
    def suffix(self) -> str:
        """What a file of it is by default: paper is PDF, a screen PNG."""
        return "png" if self.is_screen else "pdf"

    def pages_for(self, signs: int) -> int:
        """How many pages so many signs take."""
        return -(-signs // self.per_page)


def on_paper(
    name: str,
    title: str,
    size_mm: tuple[float, float],
    code_mm: float,
    *,
    per_page: int = 1,
    codes_per_sign: int = 1,
) -> Template:
    """A template whose page is measured in millimetres."""
    width_mm, height_mm = size_mm
    return Template(
        name,
        title,
        f"{name}.typ",
        width_mm * PT_PER_MM,
        height_mm * PT_PER_MM,
        code_mm * PT_PER_MM,
        per_page,
        codes_per_sign,
    )


def on_screen(name: str, title: str, size_px: tuple[int, int], code_px: int) -> Template:
    """A template whose page is measured in pixels."""
    return Template(name, title, f"{name}.typ", *size_px, code_px, is_screen=True)
