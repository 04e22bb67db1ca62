"""
Reading single settings: from the environment, `.env` or a secret's file, with every fault collected.

Leaves what the settings mean, and their defaults, to `core.config`. A secret's value never stands in a
fault's sentence.
"""

import base64
import binascii
import ipaddress
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from dotenv import dotenv_values
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from core.errors import ConfigError

IpNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network
Word = TypeVar("Word", bound=str)

PREFIX = "MINYI_"
# Read by the tests only, to name servers they should use instead of starting their own.
TEST_PREFIX = "MINYI_TEST_"
SECRET_KEY_MIN_CHARS = 32
PASSWORD_MIN_CHARS = 10
TRUE_WORDS = ("true", "1")
FALSE_WORDS = ("false", "0")


class SettingsReader:
    """
    Hands out checked values; a faulty one is noted, and its default (or '') is handed out instead.

    `finish` raises one ConfigError for all faults together.
    """

    def __init__(self, environ: Mapping[str, str], dotenv: Path | None) -> None:
        self._base = (dotenv.parent if dotenv else Path.cwd()).resolve()
        self._faults: list[str] = []
        self._asked: set[str] = set()
        self._values: dict[str, str] = {}
        for source in (self._from_dotenv(dotenv), environ):
            self._values.update({name: value.strip() for name, value in source.items() if value.strip()})

    def finish(self) -> tuple[str, ...]:
        """ConfigError with every fault found; else the names that look like ours and were never asked for."""
        if self._faults:
            raise ConfigError("\n".join(self._faults))
        ours = (name for name in self._values if name.startswith(PREFIX) and not name.startswith(TEST_PREFIX))
        return tuple(sorted(name for name in ours if name not in self._asked))

    def text(self, name: str, default: str = "", *, most_chars: int = 400) -> str:
        """Plain text on one line."""
        value = self._get(name) or default
        if len(value) > most_chars or not value.isprintable():
            return self._fault(name, f"要写在一行里，不超过{most_chars}个字", default)
        return value

    def secret(self, name: str) -> str:
        """A value that may stand in the file named by `NAME_FILE` instead; '' when not given."""
        value = self._get(name)
        file_name = self._get(f"{name}_FILE")
        if not file_name:
            return value
        if value:
            return self._fault(name, f"和 {name}_FILE 只能给一个", "")
        try:
            return (self._base / file_name).read_text("utf-8-sig").strip()
        except (OSError, UnicodeDecodeError) as error:
            return self._fault(f"{name}_FILE", f"指的文件读不了：{error}", "")

    def flag(self, name: str, *, default: bool) -> bool:
        """A switch."""
        value = self._get(name).lower()
        if value and value not in TRUE_WORDS + FALSE_WORDS:
            self._fault(name, f"只能是 true、false、1 或 0，现在是“{value}”", "")
        return value in TRUE_WORDS if value else default

    def whole(self, name: str, default: int, *, low: int, high: int) -> int:
        """A whole number between `low` and `high`, both included."""
        value = self._get(name)
        if not value:
            return default
        if not re.fullmatch(r"[0-9]{1,9}", value) or not low <= int(value) <= high:
            self._fault(name, f"要是{low}到{high}之间的整数，现在是“{value}”", "")
            return default
        return int(value)

    def one_of(self, name: str, words: Sequence[Word], default: Word) -> Word:
        """One of a few words."""
        value = self._get(name).lower()
        for word in words:
            if value == word:
                return word
        if value:
            self._fault(name, f"只能是 {'、'.join(words)} 之一，现在是“{value}”", "")
        return default

    def folder(self, name: str, default: str) -> Path:
        """A folder's absolute path; it need not exist yet."""
        path = (self._base / (self._get(name) or default)).expanduser()
        if path.exists() and not path.is_dir():
            self._fault(name, f"要是一个文件夹，{path} 不是", "")
        return path

    def file(self, name: str) -> Path | None:
        """A file's absolute path; None when not given."""
        value = self._get(name)
        if not value:
            return None
        path = (self._base / value).expanduser()
        if not path.is_file():
            self._fault(name, f"要是一个文件，没有 {path}", "")
            return None
        return path

    def web_address(self, name: str, default: str) -> str:
        """`http://…` or `https://…`, without a slash at its end."""
        value = self._get(name) or default
        if value:
            try:
                parts = urlsplit(value)
                usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
            except ValueError:
                usable = False
            if not usable or parts.query or parts.fragment:
                return self._fault(name, f"要是 http:// 或 https:// 开头的网址，现在是“{value}”", default)
        return value.rstrip("/")

    def networks(self, name: str) -> tuple[IpNetwork, ...]:
        """Addresses or networks (`10.0.0.0/8`), joined by commas."""
        found: list[IpNetwork] = []
        for part in filter(None, re.split(r"[,，\s]+", self._get(name))):
            try:
                found.append(ipaddress.ip_network(part, strict=False))
            except ValueError:
                self._fault(name, f"里的“{part}”不是 IP 地址或网段", "")
        return tuple(found)

    def database_url(self, name: str, var: Path) -> str:
        """A SQLite file (by default in `var`) or a PostgreSQL database."""
        value = self.secret(name)
        if not value:
            return f"sqlite:///{var / 'minyi.db'}"
        try:
            url = make_url(value)
        except (ArgumentError, ValueError):
            return self._fault(
                name, "不是数据库网址，要像 sqlite:///var/minyi.db 或 postgresql://用户:密码@主机/库", ""
            )
        if url.drivername in ("postgresql", "postgresql+psycopg"):
            return value
        if url.drivername != "sqlite":
            return self._fault(name, f"只能用 sqlite 或 postgresql，现在是“{url.drivername}”", "")
        # A database in memory would be another one for every connection.
        if not url.database or url.database == ":memory:":
            return self._fault(name, "要指明 SQLite 的文件，不能放在内存里", "")
        return url.set(database=str(self._base / url.database)).render_as_string(hide_password=False)

    def redis_url(self, name: str) -> str | None:
        """A Redis server, or None."""
        value = self.secret(name)
        if value and not value.startswith(("redis://", "rediss://", "unix://")):
            self._fault(name, "要像 redis://127.0.0.1:6379/0", "")
        return value or None

    def secret_key(self, name: str) -> str:
        """A long random text; '' when not given."""
        value = self.secret(name)
        if value and len(value) < SECRET_KEY_MIN_CHARS:
            return self._fault(
                name, f"太短，至少{SECRET_KEY_MIN_CHARS}个字符；可用 openssl rand -hex 32 生成", ""
            )
        return value

    def password(self, name: str) -> str | None:
        """A password long enough for a staff account, or None."""
        value = self.secret(name)
        if value and len(value) < PASSWORD_MIN_CHARS:
            self._fault(name, f"太短，至少{PASSWORD_MIN_CHARS}个字符", "")
        return value or None

    def fernet_keys(self, name: str) -> str:
        """One or several Fernet keys, joined by commas; '' when not given."""
        keys = [key.strip() for key in self.secret(name).split(",") if key.strip()]
        for number, key in enumerate(keys, 1):
            if not _is_key(key, chars=44):
                self._fault(
                    name,
                    f"的第{number}个密钥不对，要是 base64 写的32字节；可用 openssl rand -base64 32 生成",
                    "",
                )
        return ",".join(key.translate(str.maketrans("+/", "-_")) for key in keys)

    def wechat_token(self, name: str) -> str:
        """The Token of the platform's console: 3–32 letters and digits; '' when not given."""
        value = self.secret(name)
        if value and not re.fullmatch(r"[A-Za-z0-9]{3,32}", value):
            return self._fault(name, "要同公众平台后台的 Token 一样：3到32个英文字母或数字", "")
        return value

    def aes_key(self, name: str) -> str:
        """The EncodingAESKey of the platform's console: 43 letters and digits; '' when not given."""
        value = self.secret(name)
        if value and not (re.fullmatch(r"[A-Za-z0-9]{43}", value) and _is_key(f"{value}=", chars=44)):
            return self._fault(name, "要同公众平台后台的 EncodingAESKey 一样：43个英文字母或数字", "")
        return value

    def _get(self, name: str) -> str:
        self._asked.add(name)
        return self._values.get(name, "")

    def _fault(self, name: str, words: str, instead: str) -> str:
        self._faults.append(f"设置 {name} {words}。")
        return instead

    def _from_dotenv(self, dotenv: Path | None) -> dict[str, str]:
        if dotenv is None or not dotenv.is_file():
            return {}
        try:
            # Nothing is filled in: a `$` in a password stands for itself.
            found = dotenv_values(dotenv, interpolate=False, encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            self._faults.append(f"文件 {dotenv} 读不了（要是 UTF-8 文字）：{error}")
            return {}
        return {name: value for name, value in found.items() if value is not None}


def _is_key(key: str, *, chars: int) -> bool:
    """Whether `key` is base64 of 32 bytes, in either of its two alphabets."""
    if len(key) != chars:
        return False
    try:
        return len(base64.b64decode(key.translate(str.maketrans("-_", "+/")), validate=True)) == 32
    except (binascii.Error, ValueError):
        return False
