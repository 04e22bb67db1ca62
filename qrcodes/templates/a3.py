"""The same poster, larger: A3."""

from qrcodes.templates.base import on_paper

A3 = on_paper("a3", "A3 海报", (297, 420), 146)
