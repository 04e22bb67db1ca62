"""
Setting a page with Typst: one font, data handed in, nothing else read. For the office's papers.

The words go in as data, never as Typst source, so nothing anybody typed is run.
"""

import json
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import typst

FONT_FAMILY = "Noto Sans CJK SC"
PT_PER_INCH = 72.0
# Typst reads an SVG's pixels as 96 to the inch.
PX_PER_PT = 96.0 / 72.0
PLAIN_WEIGHT = 300


def set_pdf(source: Path, data: dict[str, Any], made_at: datetime) -> bytes:
    """The PDF that `source` sets of `data` (JSON in `sys.inputs.data`). `made_at` is aware."""
    made = typst.Compiler(root=source.parent, font_paths=_fonts()).compile(
        input=source,
        format="pdf",
        sys_inputs={"data": json.dumps({"font": FONT_FAMILY} | data, ensure_ascii=False)},
        timestamp=made_at.replace(microsecond=0),
    )
    return made if isinstance(made, bytes) else b"".join(made or [])


def svg_as_png(drawing: str, scale: float) -> bytes:
    """
    A drawing as a picture, `scale` pixels for each of its own; words in the one font.

    Of a variable font the renderer takes weight 400 for the font as it lies in the file, hairlines; so words
    that name no weight get 300, the nearest that it sets as asked (tried with Typst 0.15.0).
    """
    # What is marked as safe for a page would escape what is put in.
    drawing = str(drawing).replace("<svg ", f'<svg font-weight="{PLAIN_WEIGHT}" ', 1)
    page = b"""#set page(width: auto, height: auto, margin: 0pt)
#image(bytes(sys.inputs.drawing), format: "svg")"""
    made = typst.Compiler(font_paths=_fonts()).compile(
        input=page, format="png", ppi=PT_PER_INCH * scale * PX_PER_PT, sys_inputs={"drawing": drawing}
    )
    return made if isinstance(made, bytes) else b"".join(made or [])


@cache
def _fonts() -> Any:
    """The one font; finding it takes longer than setting a page."""
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(files("manimgx_fonts_cjk"))],
    )
