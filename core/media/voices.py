"""
Voice messages made fit to be heard: browsers play no AMR and no Speex, so an MP3 is made of each.

FFmpeg reads and writes them, through PyAV. It is told which format to expect and never guesses: guessing
would open playlists and other things that are no sound.
"""

import io
from itertools import chain

import av

from core.media.reasons import Reason, Unfit

MAX_VOICE_BYTES = 2 * 2**20
# WeChat's own voice messages end after a minute.
MAX_SECONDS = 300
# Speech of a telephone's quality; MPEG-2 audio, which every browser plays, begins at 16 kHz.
RATE_HZ = 16_000
BITS_PER_SECOND = 32_000

# Beginnings of an MP3: an ID3 tag, or the first frame of MPEG 1, 2 or 2.5, layer III.
_MP3 = (b"ID3", b"\xff\xfa", b"\xff\xfb", b"\xff\xf2", b"\xff\xf3", b"\xff\xe2", b"\xff\xe3")
# RFC 5574: an Ogg page's header has 28 bytes, then Speex names itself.
_SPEEX_AT, _SPEEX = 28, b"Speex   "


def playable_voice(content: bytes) -> tuple[str, bytes]:
    """The file type of the voice (`amr`, `spx`, `mp3`) and the same as MP3; Unfit."""
    if content.startswith((b"#!AMR\n", b"#!AMR-WB\n")):
        return "amr", _as_mp3(content, "amr")
    if content.startswith(_MP3):
        return "mp3", _as_mp3(content, "mp3")
    if content.startswith(b"OggS") and content.startswith(_SPEEX, _SPEEX_AT):
        return "spx", _as_mp3(content, "ogg")
    raise Unfit(Reason.WRONG_TYPE)


def _as_mp3(content: bytes, format_name: str) -> bytes:
    out = io.BytesIO()
    try:
        with (
            av.open(io.BytesIO(content), "r", format=format_name) as source,
            av.open(out, "w", format="mp3") as target,
        ):
            stream = target.add_stream("libmp3lame", rate=RATE_HZ, layout="mono", bit_rate=BITS_PER_SECOND)
            resampler = av.AudioResampler(format=stream.format, layout="mono", rate=RATE_HZ)
            samples = 0
            for frame in chain(source.decode(audio=0), (None,)):  # None: what is left inside
                for resampled in resampler.resample(frame):
                    samples += resampled.samples
                    target.mux(stream.encode(resampled))
                if samples > MAX_SECONDS * RATE_HZ:
                    raise Unfit(Reason.TOO_LONG)
            target.mux(stream.encode(None))
    except (av.FFmpegError, IndexError, ValueError) as error:
        # IndexError: no sound in it.
        raise Unfit(Reason.DAMAGED) from error
    if not samples:
        raise Unfit(Reason.DAMAGED)
    return out.getvalue()
