"""
Photos made fit to be kept: upright, at most 2,560 px, and nothing in them but the picture.

A phone writes into a photo where and when it was taken and by which device. None of that is needed, so it is
not kept: the picture is saved anew from its pixels, which also drops whatever else a file may hide.
"""

import io

from PIL import Image, ImageOps

from core.media.reasons import Reason, Unfit

MAX_PHOTO_BYTES = 10 * 2**20
# More than any phone's photo; a few kilobytes of PNG can claim to be a gigapixel.
MAX_PIXELS = 50_000_000
MAX_SIDE_PX = 2560
JPEG_QUALITY = 88
# What the platform takes as a picture: WeChat docs, temporary media.
FORMATS = ("JPEG", "PNG", "GIF")


def clean_photo(content: bytes) -> tuple[str, bytes]:
    """The file type (`jpg`, `png`) and the bytes to keep; Unfit."""
    if not content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a")):
        raise Unfit(Reason.WRONG_TYPE)
    try:
        return _saved_anew(content)
    except Unfit:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Unfit(Reason.TOO_MANY_PIXELS) from error
    # A broken file makes Pillow's readers fail in any way there is: OSError, SyntaxError, struct.error, …
    except Exception as error:
        raise Unfit(Reason.DAMAGED) from error


def _saved_anew(content: bytes) -> tuple[str, bytes]:
    with Image.open(io.BytesIO(content), formats=FORMATS) as opened:
        if opened.width * opened.height > MAX_PIXELS:
            raise Unfit(Reason.TOO_MANY_PIXELS)
        is_photo = opened.format not in ("PNG", "GIF")
        if is_photo:
            # A JPEG can be read at a half or a quarter of its size, for as much less memory.
            opened.draft("RGB", (MAX_SIDE_PX, MAX_SIDE_PX))
        upright = ImageOps.exif_transpose(opened)
    picture = upright.convert("RGBA" if upright.has_transparency_data and not is_photo else "RGB")
    picture.thumbnail((MAX_SIDE_PX, MAX_SIDE_PX))
    picture.info.clear()
    out = io.BytesIO()
    if is_photo:
        picture.save(out, "JPEG", quality=JPEG_QUALITY)
    else:
        picture.save(out, "PNG")
    return ("jpg" if is_photo else "png"), out.getvalue()
