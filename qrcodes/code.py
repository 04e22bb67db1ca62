"""
One QR code: its modules, its logo, and the files it becomes.

Error correction goes with what covers the code: Q (a quarter may be lost to dirt and tears) where nothing or
little does, H where a logo takes more. Anything with a logo is read back before it is handed out.
"""

import io
from dataclasses import dataclass, field
from typing import Final

import qrcode
from PIL import Image, ImageFilter
from qrcode.constants import ERROR_CORRECT_H, ERROR_CORRECT_Q

from qrcodes.colours import Palette
from qrcodes.errors import SpoilsCode
from qrcodes.given import checked
from qrcodes.pictures import Picture
from qrcodes.reading import read_codes

# ISO/IEC 18004 asks for four modules of clear ground around.
QUIET_MODULES: Final = 4
# What the platform gives has about 50; with more, modules get too small for the smallest print.
MAX_URL_CHARS = 119

MM_PER_INCH = 25.4
MIN_PX_PER_MODULE = 3
MAX_SIDE_PX = 8_000

# As shares of the code's width. Q loses little to a small logo; beyond the largest, H has too little left for
# dirt.
SMALL_LOGO_SHARE = 0.16
MAX_LOGO_SHARE = 0.24
MIN_LOGO_SHARE = 0.08

# Pixels a module, and blur in modules, at which a code with a logo must still read: near, far, out of focus.
_TRIALS = ((10, 0.0), (4, 0.0), (3, 0.0), (8, 0.35))


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture for the middle, and how much of the code's width it takes with its white rim."""

    picture: Picture
    share: float = 0.2


@dataclass(frozen=True, slots=True)
class Code:
    """A code, ready to be drawn. `modules[row][column]` is True where it is dark; no quiet zone in it."""

    url: str
    modules: tuple[tuple[bool, ...], ...] = field(repr=False)
    correction: str
    palette: Palette
    logo: Picture | None = None
    logo_modules: int = 0

    @property
    def side_modules(self) -> int:
        """The width with the quiet zone."""
        return len(self.modules) + 2 * QUIET_MODULES

    def svg(self, width_mm: float | None = None) -> str:
        """A vector file, as wide as given with its quiet zone; without a width it takes the frame's."""
        side = self.side_modules
        size = f' width="{width_mm:g}mm" height="{width_mm:g}mm"' if width_mm else ""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"{size} '
            f'viewBox="0 0 {side} {side}" shape-rendering="crispEdges">'
            f'<rect width="{side}" height="{side}" fill="{self.palette.ground}"/>'
            f'<path fill="{self.palette.code}" d="{self._path()}"/>{self._logo_svg()}</svg>'
        )

    def png(self, width_mm: float, dpi: int) -> bytes:
        """
        A PNG file as wide as given with its quiet zone, its dpi written in it.

        Modules are whole pixels, what is left over goes to the quiet zone. SpoilsCode when there are too few.
        """
        side_px = round(width_mm / MM_PER_INCH * dpi)
        if side_px > MAX_SIDE_PX:
            raise SpoilsCode(
                f"图片会有{side_px}像素宽，太大了（最多{MAX_SIDE_PX}）。请用 SVG，或调低分辨率。"
            )
        scale = side_px // self.side_modules
        if scale < MIN_PX_PER_MODULE:
            least_mm = MIN_PX_PER_MODULE * self.side_modules * MM_PER_INCH / dpi
            raise SpoilsCode(f"{width_mm:g}毫米、{dpi} dpi 太小，扫不出来；宽度至少要{least_mm:.1f}毫米。")
        drawn = self.image(scale)
        canvas = Image.new("RGB", (side_px, side_px), self.palette.ground)
        rest = (side_px - drawn.width) // 2
        canvas.paste(drawn, (rest, rest))
        out = io.BytesIO()
        canvas.save(out, "PNG", dpi=(dpi, dpi), optimize=True)
        return out.getvalue()

    def image(self, px_per_module: int) -> Image.Image:
        """The code with its quiet zone as a picture in memory."""
        side = self.side_modules
        pixels = bytearray(side * side)
        for x, y in self._dark():
            pixels[y * side + x] = 255
        small = Image.frombytes("L", (side, side), bytes(pixels))
        mask = small.resize((side * px_per_module,) * 2, Image.Resampling.NEAREST)
        image = Image.new("RGB", mask.size, self.palette.ground)
        image.paste(self.palette.code, mask=mask)
        if self.logo is not None:
            self._paste_logo(image, px_per_module)
        return image

    def _dark(self) -> list[tuple[int, int]]:
        """Dark modules as (x, y), quiet zone counted, without those below the logo."""
        first, after = self._logo_span()
        return [
            (x, y)
            for y, row in enumerate(self.modules, QUIET_MODULES)
            for x, dark in enumerate(row, QUIET_MODULES)
            if dark and not (first <= x < after and first <= y < after)
        ]

    def _logo_span(self) -> tuple[int, int]:
        """The first module the logo covers and the first after it; the same in both directions."""
        first = (self.side_modules - self.logo_modules) // 2
        return first, first + self.logo_modules

    def _path(self) -> str:
        """All dark modules as one path: a run of them in a row is one box, so no hairline shows between."""
        parts: list[str] = []
        dark = set(self._dark())
        for x, y in sorted(dark, key=lambda at: (at[1], at[0])):
            if (x - 1, y) in dark:
                continue
            width = 1
            while (x + width, y) in dark:
                width += 1
            parts.append(f"M{x} {y}h{width}v1h-{width}z")
        return "".join(parts)

    def _logo_svg(self) -> str:
        if self.logo is None:
            return ""
        first, after = self._logo_span()
        at, side = first + 0.5, after - first - 1
        return f'<image x="{at}" y="{at}" width="{side}" height="{side}" xlink:href="{self.logo.address}"/>'

    def _paste_logo(self, image: Image.Image, px_per_module: int) -> None:
        if self.logo is None:
            return
        first, after = self._logo_span()
        side_px = (after - first - 1) * px_per_module
        with Image.open(io.BytesIO(self.logo.content)) as opened:
            logo = opened.convert("RGBA")
        scale = side_px / max(logo.size)
        logo = logo.resize((max(1, round(logo.width * scale)), max(1, round(logo.height * scale))))
        middle = image.width // 2
        image.paste(logo, (middle - logo.width // 2, middle - logo.height // 2), logo)


def make_code(url: str, palette: Palette, logo: Logo | None = None) -> Code:
    """The code for an address; SpoilsCode when the logo would keep it from being read."""
    checked("二维码的地址", url, MAX_URL_CHARS)
    if not url.startswith(("http://", "https://")) or not url.isascii() or " " in url:
        raise SpoilsCode(
            f"二维码的地址不对：“{url[:40]}”。应当是微信给的 http://weixin.qq.com/q/… 这样的地址。"
        )
    share = logo.share if logo else 0.0
    if logo and not MIN_LOGO_SHARE <= share <= MAX_LOGO_SHARE:
        raise SpoilsCode(
            f"标志占二维码宽度的{share:.0%}，应当在{MIN_LOGO_SHARE:.0%}到{MAX_LOGO_SHARE:.0%}之间："
            "太大会扫不出来，太小看不见。"
        )
    level, letter = (ERROR_CORRECT_Q, "Q") if share <= SMALL_LOGO_SHARE else (ERROR_CORRECT_H, "H")
    made = qrcode.QRCode(error_correction=level, border=0)
    made.add_data(url, optimize=0)
    made.make(fit=True)
    modules = tuple(tuple(map(bool, row)) for row in made.get_matrix())
    code = Code(url, modules, letter, palette)
    return _with_logo(code, logo) if logo else code


def _with_logo(code: Code, logo: Logo) -> Code:
    """The code with its logo on whole modules, read back as a phone would see it."""
    across = int(logo.share * len(code.modules))
    # A code has an odd number of modules; so must what stands in its middle.
    across -= 1 - across % 2
    made = Code(code.url, code.modules, code.correction, code.palette, logo.picture, across)
    for px_per_module, blur_modules in _TRIALS:
        # Now and then a bare code, too, is not read when out of focus; that is not the logo's fault.
        if not _reads(made, px_per_module, blur_modules) and _reads(code, px_per_module, blur_modules):
            raise SpoilsCode("加上这个标志，二维码就扫不出来了。请把标志改小一些，或换一个简单的标志。")
    return made


def _reads(code: Code, px_per_module: int, blur_modules: float) -> bool:
    image = code.image(px_per_module)
    if blur_modules:
        image = image.filter(ImageFilter.GaussianBlur(blur_modules * px_per_module))
    return [found.text for found in read_codes(image)] == [code.url]
