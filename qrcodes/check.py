"""
Whether every code on finished pages is read: at full size, at a quarter of it, out of focus, and held askew.

Paper is rasterised by another program (PDFium) than set it, and read by another (zxing-cpp) than drew it; a
screen's picture is read as it is.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from types import MappingProxyType

import pypdfium2  # type: ignore[import-untyped]  # ships no types
from PIL import Image, ImageFilter

from qrcodes.press import PT_PER_INCH, Press
from qrcodes.progress import Progress, nobody
from qrcodes.reading import read_codes
from qrcodes.sign import Sign
from qrcodes.templates.base import Template

# At a quarter of the size three pixels are left of a module: what a phone's camera gives from across a room.
_PX_PER_MODULE = 12
_BLUR_MODULES = 0.3
_TILT_DEGREES = 17
# With the quiet zone; a code with a logo has 49. The longest address allowed needs 65, read a little coarser.
_MAX_SIDE_MODULES = 57

_PAGES_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Failure:
    """A code that was not read as it should, under one condition."""

    scene: str
    name: str
    condition: str
    read_instead: str = ""

    def __str__(self) -> str:
        what = f"读成了“{self.read_instead}”" if self.read_instead else "读不出来"
        return f"{self.name}（{self.scene}）：{self.condition}时{what}"


@dataclass(frozen=True, slots=True)
class Report:
    """How many codes were read under how many conditions, and what went wrong."""

    codes: int
    readings: int
    failures: tuple[Failure, ...]

    @property
    def is_good(self) -> bool:
        """Every code was read every time."""
        return not self.failures

    def __str__(self) -> str:
        if self.is_good:
            return f"{self.codes}个二维码都读得出来（{'、'.join(CONDITIONS)}，共读{self.readings}次）。"
        return f"{self.codes}个二维码共读{self.readings}次，{len(self.failures)}次不对：\n" + "\n".join(
            map(str, self.failures)
        )


def check_signs(
    press: Press,
    template: Template,
    signs: Sequence[Sign],
    progress: Progress = nobody,
) -> Report:
    """Set every sign, and read it back from the page. `progress` is told how many more signs are done."""
    failures: list[Failure] = []
    at_once = template.per_page if template.per_page > 1 else _PAGES_AT_ONCE
    for start in range(0, len(signs), at_once):
        some = signs[start : start + at_once]
        for number, page in enumerate(_pages(press, template, some)):
            on_page = some[number * template.per_page : (number + 1) * template.per_page]
            failures += check_page(page, [sign for sign in on_page for _ in range(template.codes_per_sign)])
            progress(len(on_page))
    codes = len(signs) * template.codes_per_sign
    return Report(codes, codes * len(CONDITIONS), tuple(failures))


def check_page(page: Image.Image, signs: Sequence[Sign]) -> list[Failure]:
    """What is wrong with a page on which just these signs' codes should be."""
    failures: list[Failure] = []
    for condition, seen in CONDITIONS.items():
        read = Counter(found.text for found in read_codes(seen(page)))
        expected = Counter(sign.url for sign in signs)
        strange = list((read - expected).elements())
        missing = expected - read
        for sign in signs:
            if missing[sign.url]:
                missing[sign.url] -= 1
                instead = strange.pop() if strange else ""
                failures.append(Failure(sign.scene, sign.name, condition, instead))
        failures += [Failure("", "多出来的码", condition, text) for text in strange]
    return failures


def rasterised(content: bytes, dpi: float) -> Iterator[Image.Image]:
    """The pages of a PDF as pictures, one after the other."""
    document = pypdfium2.PdfDocument(content)
    try:
        for page in document:
            bitmap = page.render(scale=dpi / PT_PER_INCH)
            yield bitmap.to_pil().convert("L")
            bitmap.close()
            page.close()
    finally:
        document.close()


def _pages(press: Press, template: Template, signs: Sequence[Sign]) -> Iterator[Image.Image]:
    if not template.is_screen:
        yield from rasterised(press.pdf(template, signs), dpi_to_read(template))
        return
    for content in press.png(template, signs):
        with Image.open(BytesIO(content)) as page:
            yield page.convert("L")


def dpi_to_read(template: Template) -> float:
    """How finely a template's paper is rasterised."""
    return _PX_PER_MODULE * _MAX_SIDE_MODULES * PT_PER_INCH / template.code_width_pt


def _quarter(page: Image.Image) -> Image.Image:
    return page.reduce(4)


def _blurred(page: Image.Image) -> Image.Image:
    return page.filter(ImageFilter.GaussianBlur(_BLUR_MODULES * _PX_PER_MODULE))


def _tilted(page: Image.Image) -> Image.Image:
    return page.rotate(_TILT_DEGREES, Image.Resampling.BICUBIC, expand=True, fillcolor=255)


CONDITIONS: Mapping[str, Callable[[Image.Image], Image.Image]] = MappingProxyType(
    {"原大": lambda page: page, "缩到四分之一": _quarter, "模糊": _blurred, "斜着": _tilted}
)
