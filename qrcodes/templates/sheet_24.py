"""Twenty-four codes with names on an A4 page, with marks to cut along."""

from qrcodes.templates.base import on_paper

SHEET_24 = on_paper("sheet_24", "A4 一张 24 个（带裁切线）", (210, 297), 35, per_page=24)
