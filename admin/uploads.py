"""Reading a file that somebody handed in. How much may be sent to an address is said by its route."""

from flask import request

from core.errors import BadInput, Fault


def read_file(name: str) -> tuple[str, bytes]:
    """The file in this field: what it was called, and its bytes; BadInput when none was chosen."""
    sent = request.files.get(name)
    content = sent.read() if sent is not None else b""
    if sent is None or not sent.filename:
        raise BadInput([Fault("", "请先选一个文件。")])
    if not content:
        raise BadInput([Fault(sent.filename, "文件是空的")])
    return sent.filename, content
