"""What is kept of a file, and what is none."""

import io
import struct
import zlib

import av
import pytest
from PIL import Image

from core.media.contents import Ceiling, content_of
from core.media.photos import MAX_PHOTO_BYTES, MAX_SIDE_PX
from core.media.reasons import Reason, Unfit
from core.media.store import PLAYABLE
from core.media.voices import MAX_VOICE_BYTES
from simulator.media import sample
from tests.media.office import VOICE, photo, photo_of_a_phone


def seconds_of(content: bytes) -> float:
    """How long it sounds, after decoding all of it."""
    with av.open(io.BytesIO(content), "r") as opened:
        return sum(frame.samples / frame.sample_rate for frame in opened.decode(audio=0))


def spoken(file_format: str, codec: str, rate: int, seconds: int) -> bytes:
    """Some seconds of silence in another format."""
    out = io.BytesIO()
    with av.open(out, "w", format=file_format) as target:
        stream = target.add_stream(codec, rate=rate, layout="mono")
        for _ in range(seconds * 10):
            frame = av.AudioFrame(format="s16", layout="mono", samples=rate // 10)
            frame.sample_rate = rate
            frame.planes[0].update(bytes(frame.planes[0].buffer_size))
            for resampled in av.AudioResampler(format=stream.format, layout="mono", rate=rate).resample(
                frame
            ):
                resampled.pts = None
                target.mux(stream.encode(resampled))
        target.mux(stream.encode(None))
    return out.getvalue()


def test_a_voice_is_kept_as_it_came_and_as_browsers_play_it() -> None:
    content = content_of("voice", VOICE)

    playable = content.files[PLAYABLE]
    assert (content.file_type, content.files["amr"], content.size_bytes) == ("amr", VOICE, len(VOICE))
    assert playable.startswith(b"ID3")
    assert seconds_of(playable) == pytest.approx(seconds_of(VOICE), abs=0.2)


def test_a_voice_may_be_an_mp3() -> None:
    assert content_of("voice", sample("voice.mp3")).file_type == "mp3"


def test_a_voice_that_does_not_end_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.media.voices.MAX_SECONDS", 2)

    with pytest.raises(Unfit) as caught:
        content_of("voice", spoken("mp3", "libmp3lame", 8000, seconds=3))

    assert caught.value.reason is Reason.TOO_LONG


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", Reason.WRONG_TYPE),
        (b"<html>", Reason.WRONG_TYPE),
        (b"#EXTM3U\nhttp://127.0.0.1/x.mp3\n", Reason.WRONG_TYPE),
        (b"OggS" + bytes(24) + b"OpusHead", Reason.WRONG_TYPE),
        (photo(), Reason.WRONG_TYPE),
        (b"#!AMR\n", Reason.DAMAGED),
        (b"#!AMR\nhttp://127.0.0.1/", Reason.DAMAGED),
        (b"ID3" + bytes(300), Reason.DAMAGED),
        (b"OggS" + bytes(24) + b"Speex   " + bytes(300), Reason.DAMAGED),
    ],
)
def test_what_is_no_voice_is_refused_with_its_reason(content: bytes, reason: Reason) -> None:
    with pytest.raises(Unfit) as caught:
        content_of("voice", content)

    assert caught.value.reason is reason


def test_a_photo_stands_upright_and_tells_neither_place_nor_time_nor_phone() -> None:
    taken = photo_of_a_phone()
    assert all(secret in taken for secret in (b"Exif", b"PHONE-MODEL", b"SECRET-COMMENT", b"SECRET-XMP"))

    content = content_of("photo", taken)

    kept = content.files["jpg"]
    assert not any(word in kept for word in (b"Exif", b"PHONE", b"SECRET", b"http"))
    with Image.open(io.BytesIO(kept)) as picture:
        assert picture.size == (40, 60)
        assert not picture.getexif()
        # The left half was white; turned clockwise it is the upper one.
        assert min(picture.getpixel((20, 10))) > 200  # type: ignore[type-var, arg-type]


def test_words_in_a_png_go_and_its_transparency_stays() -> None:
    out = io.BytesIO()
    marks = Image.new("RGBA", (20, 20), (255, 0, 0, 100))
    exif = Image.Exif()
    exif[0x0110] = "PHONE-MODEL"
    marks.save(out, "PNG", exif=exif)

    content = content_of("photo", out.getvalue() + b"SECRET-TAIL")

    kept = content.files["png"]
    assert b"PHONE" not in kept
    assert b"SECRET" not in kept
    with Image.open(io.BytesIO(kept)) as picture:
        assert picture.getpixel((1, 1)) == (255, 0, 0, 100)


def test_of_a_moving_picture_the_first_stays() -> None:
    assert content_of("photo", photo(file_format="GIF")).file_type == "png"


def test_a_huge_photo_is_made_smaller() -> None:
    content = content_of("photo", photo(size=(2600, 1300)))

    with Image.open(io.BytesIO(content.files["jpg"])) as picture:
        assert max(picture.size) == MAX_SIDE_PX


def bomb(width: int, height: int) -> bytes:
    """A PNG of some hundred bytes that claims to have this many pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", Reason.WRONG_TYPE),
        (b"%PDF-1.7 called a jpg", Reason.WRONG_TYPE),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", Reason.WRONG_TYPE),
        (VOICE, Reason.WRONG_TYPE),
        (photo(file_format="BMP"), Reason.WRONG_TYPE),
        (photo()[:-200], Reason.DAMAGED),
        (b"\xff\xd8\xff" + bytes(100), Reason.DAMAGED),
        (b"GIF89a" + bytes(3), Reason.DAMAGED),
        (bomb(10_000, 9_000), Reason.TOO_MANY_PIXELS),
        (bomb(10_000, 10_000), Reason.TOO_MANY_PIXELS),
        (bomb(60_000, 60_000), Reason.TOO_MANY_PIXELS),
    ],
)
def test_what_is_no_photo_is_refused_with_its_reason(content: bytes, reason: Reason) -> None:
    with pytest.raises(Unfit) as caught:
        content_of("photo", content)

    assert caught.value.reason is reason


@pytest.mark.parametrize(("kind", "most_bytes"), [("voice", MAX_VOICE_BYTES), ("photo", MAX_PHOTO_BYTES)])
def test_a_file_is_gathered_up_to_the_largest_size_and_not_a_byte_more(kind: str, most_bytes: int) -> None:
    ceiling = Ceiling(kind)
    ceiling.take(bytes(most_bytes))

    with pytest.raises(Unfit) as caught:
        ceiling.take(b"!")

    assert caught.value.reason is Reason.TOO_LARGE
    assert len(ceiling.content) == most_bytes
