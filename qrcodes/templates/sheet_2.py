"""Two cards of half an A4 page each, with marks to cut along."""

from qrcodes.templates.base import on_paper

SHEET_2 = on_paper("sheet_2", "A4 一张 2 个（带裁切线）", (210, 297), 92, per_page=2)
