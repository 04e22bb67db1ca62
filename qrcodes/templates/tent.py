"""A card for counters and tables: A4, folded once, the same on both sides."""

from qrcodes.templates.base import on_paper

TENT = on_paper("tent", "台卡（A4 对折）", (210, 297), 96, codes_per_sign=2)
