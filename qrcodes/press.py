"""
The press: signs and a template in, pages out (PDF, PNG or SVG), by Typst.

It reads nothing but the template's own files and the one font; the words, codes and pictures go in as data. A
press keeps what it has set once, so pages after the first cost a few milliseconds; let go of it with the job.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import typst

from qrcodes.errors import CannotDraw
from qrcodes.lines import ways
from qrcodes.sign import Sign
from qrcodes.templates.base import FOLDER, Template

FONT_FAMILY = "Noto Sans CJK SC"
PT_PER_INCH = 72.0
# More makes files that no printer needs and that few programs open.
MAX_DPI = 600
MAX_PAGE_PX = 120_000_000

_MOST_NAME_LINES = 3
_MOST_TEXT_LINES = 4


class Press:
    """Sets pages. `made_at` is the moment written into PDF files; aware."""

    def __init__(self, made_at: datetime) -> None:
        fonts = typst.Fonts(
            include_system_fonts=False,
            include_embedded_fonts=False,
            font_paths=[str(files("manimgx_fonts_cjk"))],
        )
        self._compiler = typst.Compiler(root=FOLDER, font_paths=fonts)
        self._made_at = made_at.replace(microsecond=0)

    def pdf(self, template: Template, signs: Sequence[Sign]) -> bytes:
        """One PDF file with all pages, the font's used characters embedded."""
        return b"".join(self._set(template.path, signs_as_data(template, signs), "pdf"))

    def png(self, template: Template, signs: Sequence[Sign], dpi: float = PT_PER_INCH) -> list[bytes]:
        """A PNG file a page. For screens leave `dpi` alone: a pixel is a point there."""
        inches = (template.width_pt / PT_PER_INCH) * (template.height_pt / PT_PER_INCH)
        if dpi > MAX_DPI or inches * dpi * dpi > MAX_PAGE_PX:
            raise CannotDraw(f"{template.title}按 {dpi:g} dpi 出图太大了，请调低分辨率，或改用 PDF。")
        return self._set(template.path, signs_as_data(template, signs), "png", dpi)

    def svg(self, template: Template, signs: Sequence[Sign]) -> list[str]:
        """An SVG file a page; characters are outlines, so it looks the same without the font."""
        pages = self._set(template.path, signs_as_data(template, signs), "svg")
        return [page.decode("utf-8") for page in pages]

    def contents(self, data: dict[str, Any]) -> bytes:
        """The contents pages of a merged file, as a PDF."""
        return b"".join(self._set(FOLDER / "contents.typ", {"font": FONT_FAMILY} | data, "pdf"))

    def document(self, source: str, data: dict[str, Any]) -> bytes:
        """A PDF of a Typst file beside the templates that lays out its own pages."""
        return b"".join(self._set(FOLDER / source, data, "pdf"))

    def _set(self, source: Path, data: dict[str, Any], kind: Any, ppi: float | None = None) -> list[bytes]:
        made = self._compiler.compile(
            input=source,
            format=kind,
            ppi=ppi,
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            timestamp=self._made_at,
        )
        return made if isinstance(made, list) else [made or b""]


def signs_as_data(template: Template, signs: Sequence[Sign]) -> dict[str, Any]:
    """What the Typst files are given: plain values, codes and pictures as SVG."""
    return {
        "title": template.title,
        "font": FONT_FAMILY,
        "width": template.width_pt,
        "height": template.height_pt,
        "signs": [_sign_as_data(sign) for sign in signs],
    }


def _sign_as_data(sign: Sign) -> dict[str, Any]:
    return {
        "scene": sign.scene,
        "name": ways(sign.name, _MOST_NAME_LINES),
        "plain-name": sign.within + sign.name,
        "within": sign.within,
        "question": ways(sign.texts.question, _MOST_TEXT_LINES),
        "how": ways(sign.texts.how, _MOST_TEXT_LINES),
        "afterwards": ways(sign.texts.afterwards, _MOST_TEXT_LINES),
        "office": sign.owner.office,
        "phone": sign.owner.phone,
        "field": sign.palette.field,
        "accent": sign.palette.accent,
        "ground": sign.palette.ground,
        "ink": sign.palette.code,
        "code": sign.code().svg(),
        "picture": _picture_as_svg(sign),
    }


def _picture_as_svg(sign: Sign) -> str:
    """The picture inside an SVG: the one form in which a file's bytes can go in as text."""
    picture = sign.picture
    if picture is None:
        return ""
    size = f'width="{picture.width_px}" height="{picture.height_px}"'
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'{size}><image {size} xlink:href="{picture.address}"/></svg>'
    )
