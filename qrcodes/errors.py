"""
What can go wrong with drawing, on the tree of `core/errors.py`.

    Refused
    ├── CannotDraw       what was given cannot be drawn as it is: says what to change
    │   ├── PaleColours  too little contrast to be read
    │   └── SpoilsCode   a logo, or a size, with which the code would not be read
    └── NotWritten       the file could not be written; nothing of it is left
"""

from core.errors import Refused


class CannotDraw(Refused):
    """What was given cannot be drawn as it is; the text says what to change."""

    say = "这样画不了。"


class PaleColours(CannotDraw):
    """Two colours that lie on each other are too much alike, or a code would be light on dark."""

    say = "颜色太浅，看不清。"


class SpoilsCode(CannotDraw):
    """The code would not be read."""

    say = "这样的二维码扫不出来。"


class NotWritten(Refused):
    """The file could not be written whole; nothing of it is left."""

    say = "文件没有写成，没有留下半个文件。"
