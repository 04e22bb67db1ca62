"""Eight cards on an A4 page, with marks to cut along."""

from qrcodes.templates.base import on_paper

SHEET_8 = on_paper("sheet_8", "A4 一张 8 个（带裁切线）", (210, 297), 52, per_page=8)
