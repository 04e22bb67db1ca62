"""
The settings, read once from the environment (and `.env`), checked, frozen and passed in.

Nothing else reads the environment. Every bad value is named in one ConfigError. A value in the environment
wins over the same one in `.env`; an empty value counts as not given; relative paths start at the folder of
`.env`. A secret may stand in a file instead, named by the same setting with `_FILE` behind it.
What each setting means is told in `docs/settings.zh-CN.md`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from core.config_reader import IpNetwork, SettingsReader
from core.errors import ConfigError
from core.secret_files import kept_secret, new_fernet_key, new_secret

WeChatMode = Literal["plain", "compat", "safe"]
UnsubscribeData = Literal["keep", "delete"]
OfficeTotp = Literal["required", "optional"]

WECHAT_API = "https://api.weixin.qq.com"
WECHAT_MODES: tuple[WeChatMode, ...] = ("plain", "compat", "safe")
UNSUBSCRIBE_DATA: tuple[UnsubscribeData, ...] = ("keep", "delete")
OFFICE_TOTP: tuple[OfficeTotp, ...] = ("required", "optional")
OFFICE_HOURS = "工作日8:30–18:00"
# Some tenths of a second of work for one process. Each costs a thread while it waits.
MAX_WAITING_TURNS = 200
# Well below what the platform takes, and a reminder for every unit in five seconds.
SENDS_PER_SECOND = 20
# Addresses to listen on that are none to call.
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104  (only compared with)

# Public on purpose: they protect nothing but a demonstration on one's own machine.
DEMO_WECHAT = {
    "MINYI_WECHAT_TOKEN": "minyidemotoken",
    "MINYI_WECHAT_APP_ID": "wxdemo0123456789ab",
    "MINYI_WECHAT_APP_SECRET": "demo0123456789abcdef0123456789ab",
    "MINYI_WECHAT_AES_KEY": "demo0123456789abcdefghijklmnopqrstuvwxyzABC",
}
DEMO_OFFICE = {"MINYI_OFFICE_NAME": "河池市绩效办（演示）", "MINYI_OFFICE_PHONE": "0778-0000000"}


@dataclass(frozen=True, slots=True)
class Office:
    """The office as people see it; '' where not given. A round is not opened without name and phone."""

    name: str
    phone: str
    hours: str


@dataclass(frozen=True, slots=True)
class WeChat:
    """
    The Official Account's own values, '' where not given.

    `aes_key_previous` is the key before the last change: the platform may still use it for a while.
    `api` is the address of the platform's API, without a slash at its end.
    """

    app_id: str
    mode: WeChatMode
    api: str
    token: str = field(repr=False)
    app_secret: str = field(repr=False)
    aes_key: str = field(repr=False)
    aes_key_previous: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Sending:
    """
    How reminders are made and leave. `templates`, `rules`: the files of templates and of rules, None when not
    given. `per_second`:
    how many all workers together send. `any_time`: also at night and on days off, for demonstrations.
    """

    templates: Path | None
    rules: Path | None
    per_second: int
    any_time: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """
    Everything that differs from one installation to another.

    `data_key` is one or several Fernet keys joined by commas, newest first. `audit_key` is '' when it is kept
    in a file (`core.audit.chain`). `redis_url`, `demo_password` and `metrics_token` are None when not given.
    `missing` are the settings serving cannot do without; `unknown` are names that look like ours and are not,
    most likely typing errors.
    """

    demo: bool
    var: Path
    database_url: str = field(repr=False)
    redis_url: str | None = field(repr=False)
    secret_key: str = field(repr=False)
    data_key: str = field(repr=False)
    audit_key: str = field(repr=False)
    wechat: WeChat
    sending: Sending
    office: Office
    host: str
    port: int
    public_url: str
    trusted_proxies: tuple[IpNetwork, ...]
    unsubscribe_data: UnsubscribeData
    office_totp: OfficeTotp
    max_waiting_turns: int
    demo_password: str | None = field(repr=False)
    metrics_token: str | None = field(repr=False)
    missing: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    @classmethod
    def load(cls, environ: Mapping[str, str], dotenv: Path | None = None) -> "Settings":
        """
        Read and check every setting; in demo mode make missing keys once, into `var`.

        ConfigError names every bad value. A *missing* value is not bad here: see `require_serving`.
        """
        reader = SettingsReader(environ, dotenv)
        demo = reader.flag("MINYI_DEMO", default=False)
        var = reader.folder("MINYI_VAR", "var")
        host = reader.text("HOST", "127.0.0.1")
        port = reader.whole("PORT", 8000, low=1, high=65535)
        here = f"http://{host if host not in EVERYWHERE else '127.0.0.1'}:{port}"
        public_url = reader.web_address("MINYI_PUBLIC_URL", here if demo else "")
        # In a demonstration the simulator answers for the platform, in the same server.
        wechat = _wechat(reader, demo=demo, api=here if demo else WECHAT_API)
        given = DEMO_OFFICE if demo else {}
        office = Office(
            name=reader.text("MINYI_OFFICE_NAME", given.get("MINYI_OFFICE_NAME", ""), most_chars=40),
            phone=reader.text("MINYI_OFFICE_PHONE", given.get("MINYI_OFFICE_PHONE", ""), most_chars=40),
            hours=reader.text("MINYI_OFFICE_HOURS", OFFICE_HOURS, most_chars=60),
        )
        database_url = reader.database_url("MINYI_DATABASE_URL", var)
        redis_url = reader.redis_url("MINYI_REDIS_URL")
        secret_key = reader.secret_key("MINYI_SECRET_KEY")
        data_key = reader.fernet_keys("MINYI_DATA_KEY")
        audit_key = reader.secret_key("MINYI_AUDIT_KEY")
        unsubscribe_data = reader.one_of("MINYI_UNSUBSCRIBE_DATA", UNSUBSCRIBE_DATA, "keep")
        # A demonstration is looked at by many with one password; nothing in it is worth a second factor.
        by_itself: OfficeTotp = "optional" if demo else "required"
        office_totp = reader.one_of("MINYI_OFFICE_TOTP", OFFICE_TOTP, by_itself)
        max_waiting_turns = reader.whole("MINYI_MAX_WAITING_TURNS", MAX_WAITING_TURNS, low=1, high=2000)
        sending = Sending(
            templates=reader.file("MINYI_WECHAT_TEMPLATES"),
            rules=reader.file("MINYI_REMINDER_RULES"),
            per_second=reader.whole("MINYI_SENDS_PER_SECOND", SENDS_PER_SECOND, low=1, high=1000),
            any_time=reader.flag("MINYI_SEND_ANY_TIME", default=demo),
        )
        trusted_proxies = reader.networks("MINYI_TRUSTED_PROXIES")
        demo_password = reader.password("MINYI_DEMO_PASSWORD")
        metrics_token = reader.secret("MINYI_METRICS_TOKEN") or None
        unknown = reader.finish()

        if demo:
            secret_key = secret_key or kept_secret(var / "secret.key", new_secret)
            data_key = data_key or kept_secret(var / "data.key", new_fernet_key)
        return cls(
            demo=demo,
            var=var,
            database_url=database_url,
            redis_url=redis_url,
            secret_key=secret_key,
            data_key=data_key,
            audit_key=audit_key,
            wechat=wechat,
            sending=sending,
            office=office,
            host=host,
            port=port,
            public_url=public_url,
            trusted_proxies=trusted_proxies,
            unsubscribe_data=unsubscribe_data,
            office_totp=office_totp,
            max_waiting_turns=max_waiting_turns,
            demo_password=demo_password,
            metrics_token=metrics_token,
            missing=_missing(secret_key, data_key, wechat),
            unknown=unknown,
        )

    def require_serving(self) -> None:
        """ConfigError naming everything that must be given before anybody can be served."""
        _refuse_missing(self.missing)

    def require_data_key(self) -> str:
        """The data key; ConfigError when it was not given."""
        _refuse_missing([name for name in self.missing if name == "MINYI_DATA_KEY"])
        return self.data_key


def _wechat(reader: SettingsReader, *, demo: bool, api: str) -> WeChat:
    demo_values = DEMO_WECHAT if demo else {}

    def secret(name: str) -> str:
        return reader.secret(name) or demo_values.get(name, "")

    return WeChat(
        app_id=reader.text("MINYI_WECHAT_APP_ID", demo_values.get("MINYI_WECHAT_APP_ID", "")),
        mode=reader.one_of("MINYI_WECHAT_MODE", WECHAT_MODES, "safe"),
        api=reader.web_address("MINYI_WECHAT_API", api),
        token=reader.wechat_token("MINYI_WECHAT_TOKEN") or demo_values.get("MINYI_WECHAT_TOKEN", ""),
        app_secret=secret("MINYI_WECHAT_APP_SECRET"),
        aes_key=reader.aes_key("MINYI_WECHAT_AES_KEY") or demo_values.get("MINYI_WECHAT_AES_KEY", ""),
        aes_key_previous=reader.aes_key("MINYI_WECHAT_AES_KEY_PREVIOUS"),
    )


def _missing(secret_key: str, data_key: str, wechat: WeChat) -> tuple[str, ...]:
    needed = {
        "MINYI_SECRET_KEY": secret_key,
        "MINYI_DATA_KEY": data_key,
        "MINYI_WECHAT_TOKEN": wechat.token,
        "MINYI_WECHAT_APP_ID": wechat.app_id,
        "MINYI_WECHAT_APP_SECRET": wechat.app_secret,
    }
    # In plain mode nothing is encrypted, so the platform's console asks for no key.
    if wechat.mode != "plain":
        needed["MINYI_WECHAT_AES_KEY"] = wechat.aes_key
    return tuple(name for name, value in needed.items() if not value)


def _refuse_missing(names: tuple[str, ...] | list[str]) -> None:
    if names:
        raise ConfigError(
            f"还缺这些设置：{'、'.join(names)}。请写进 .env 或环境变量，"
            "各项的意思见 docs/settings.zh-CN.md；只想试用，请设 MINYI_DEMO=1。"
        )
