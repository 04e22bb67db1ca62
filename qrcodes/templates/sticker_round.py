"""A round sticker of 8 cm, with 3 mm around it for the cutter."""

from qrcodes.templates.base import on_paper

STICKER_ROUND = on_paper("sticker_round", "圆形贴纸 8 厘米", (86, 86), 42)
