"""The poster for a notice board: A4, any office printer."""

from qrcodes.templates.base import on_paper

A4 = on_paper("a4", "A4 海报", (210, 297), 104)
