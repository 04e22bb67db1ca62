"""A square sticker of 8 cm, with 3 mm around it for the cutter."""

from qrcodes.templates.base import on_paper

STICKER_SQUARE = on_paper("sticker_square", "方形贴纸 8 厘米", (86, 86), 46)
