"""
Makes the platform's voice format of what a phone's microphone recorded.

The platform hands out AMR; no browser records it, and no small library makes it. PyAV can and is used when it
is installed; otherwise phones send the built-in clip and say so.
"""

import importlib
import importlib.util
import io
from collections.abc import Callable
from typing import Any

AMR_HEAD = b"#!AMR\n"
_CODEC = "libopencore_amrnb"


class NotARecording(ValueError):
    """What came from the microphone cannot be read."""


def find_encoder() -> Callable[[bytes], bytes] | None:
    """A function from WAV to AMR, or None when nothing here can do it."""
    if importlib.util.find_spec("av") is None:
        return None
    av = importlib.import_module("av")
    return (lambda recording: _encode(av, recording)) if _CODEC in av.codecs_available else None


def _encode(av: Any, recording: bytes) -> bytes:
    out = io.BytesIO()
    try:
        with av.open(io.BytesIO(recording)) as source, av.open(out, "w", format="amr") as target:
            stream = target.add_stream(_CODEC, rate=8000)
            stream.layout = "mono"
            stream.bit_rate = 6700
            for frame in source.decode(audio=0):
                target.mux(stream.encode(frame))
            target.mux(stream.encode(None))
    except av.FFmpegError as fault:
        raise NotARecording(str(fault)) from None
    return out.getvalue()
