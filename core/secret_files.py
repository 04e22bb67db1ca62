"""Secrets that are made once and then kept in a file only the program's own user may read."""

import base64
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from core.errors import ConfigError

OWNER_ONLY = 0o600


def new_secret() -> str:
    """64 random hex characters."""
    return secrets.token_hex(32)


def new_fernet_key() -> str:
    """A random key in the form `cryptography.fernet.Fernet` takes."""
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode("ascii")


def kept_secret(path: Path, make: Callable[[], str]) -> str:
    """
    What stands in `path`; made and written there when there is no such file yet.

    Two processes that start together get the same secret: a complete file is put in place in one step, and
    only if none is there.
    """
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            _place(path, make())
        secret = path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"密钥文件 {path} 不能读写：{error}") from error
    if not secret:
        raise ConfigError(f"密钥文件 {path} 是空的。请从备份中恢复它；没有旧数据时可以删掉它再启动。")
    return secret


def _place(path: Path, secret: str) -> None:
    half_written = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(half_written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as out:
            out.write(secret + "\n")
            out.flush()
            os.fsync(out.fileno())
        os.link(half_written, path)
    except FileExistsError:
        # Another process was first; its secret is the one that counts.
        return
    finally:
        half_written.unlink()
