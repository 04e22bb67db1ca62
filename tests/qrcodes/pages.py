"""What stands on a finished page, told by another program (PDFium) than the one that set it."""

from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2
import zxingcpp
from PIL import Image

from qrcodes.press import PT_PER_INCH


@dataclass(frozen=True, slots=True)
class Box:
    """A part of a page in points, from the upper left corner."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Box") -> bool:
        """Whether the two have anything in common."""
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom

    def is_inside(self, other: "Box") -> bool:
        """Whether no part of it stands out."""
        across = other.left <= self.left and self.right <= other.right
        return across and other.top <= self.top and self.bottom <= other.bottom

    def inner(self, share: float) -> "Box":
        """Its middle, without this share of its width and height at each side."""
        across, down = share * (self.right - self.left), share * (self.bottom - self.top)
        return Box(self.left + across, self.top + down, self.right - across, self.bottom - down)


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its size in points, its words, where each character's ink is, its picture."""

    width: float
    height: float
    text: str
    characters: tuple[tuple[str, Box], ...]
    image: Image.Image
    dpi: float

    def codes(self) -> list[Box]:
        """Where the codes are, without their quiet zones."""
        scale = PT_PER_INCH / self.dpi
        boxes = []
        for found in zxingcpp.read_barcodes(self.image):
            at = found.position
            corners = (at.top_left, at.top_right, at.bottom_right, at.bottom_left)
            xs, ys = [corner.x * scale for corner in corners], [corner.y * scale for corner in corners]
            boxes.append(Box(min(xs), min(ys), max(xs), max(ys)))
        return boxes


def pages_of(content: bytes, dpi: float = 100) -> Iterator[Page]:
    """Every page of a PDF."""
    document = pypdfium2.PdfDocument(content)
    try:
        for page in document:
            text = page.get_textpage()
            width, height = page.get_size()
            characters = []
            for at in range(text.count_chars()):
                left, bottom, right, top = text.get_charbox(at)
                characters.append(
                    (text.get_text_range(at, 1), Box(left, height - top, right, height - bottom))
                )
            image = page.render(scale=dpi / PT_PER_INCH).to_pil().convert("RGB")
            yield Page(width, height, text.get_text_range(), tuple(characters), image, dpi)
            text.close()
            page.close()
    finally:
        document.close()
