"""A picture for an LED wall, 16:9."""

from qrcodes.templates.base import on_screen

LED = on_screen("led", "LED 屏 1920×1080", (1920, 1080), 760)
