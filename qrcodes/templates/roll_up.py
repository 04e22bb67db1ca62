"""A roll-up for the hall, 80 × 200 cm; its code stands where a grown-up's hand holds a phone."""

from qrcodes.templates.base import on_paper

ROLL_UP = on_paper("roll_up", "易拉宝 80×200 厘米", (800, 2000), 550)
