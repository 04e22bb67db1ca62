"""Turning a recording into the platform's format, where PyAV is installed."""

import io
import wave

import pytest

from simulator import voice


def recording(seconds: float) -> bytes:
    """Silence as a phone page records it."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"\0\0" * int(8000 * seconds))
    return out.getvalue()


def test_a_recording_becomes_amr() -> None:
    pytest.importorskip("av")
    encode = voice.find_encoder()
    assert encode is not None

    assert encode(recording(1.0)).startswith(voice.AMR_HEAD)
    with pytest.raises(voice.NotARecording):
        encode(b"not a recording")


def test_without_pyav_there_is_no_encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)

    assert voice.find_encoder() is None
