"""A picture for the wide screens in buses."""

from qrcodes.templates.base import on_screen

BUS = on_screen("bus", "公交屏 1920×540", (1920, 540), 500)
