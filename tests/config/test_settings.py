"""What `Settings.load` takes, what it refuses, and that every setting is explained to the office."""

import re
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from core import config
from core.config import DEMO_WECHAT, Settings
from core.errors import ConfigError

REPOSITORY = Path(__file__).resolve().parents[2]
KEY = Fernet.generate_key().decode()
REAL = {
    "MINYI_SECRET_KEY": "s" * 64,
    "MINYI_DATA_KEY": KEY,
    "MINYI_WECHAT_TOKEN": "abc123",
    "MINYI_WECHAT_APP_ID": "wx0123456789abcdef",
    "MINYI_WECHAT_APP_SECRET": "fedcba9876543210",
    "MINYI_WECHAT_AES_KEY": DEMO_WECHAT["MINYI_WECHAT_AES_KEY"],
}


def setting_names() -> set[str]:
    """Every setting `core.config` asks for."""
    return set(re.findall(r'"((?:MINYI_[A-Z_]+)|HOST|PORT)"', Path(config.__file__).read_text("utf-8")))


def load(environ: dict[str, str], tmp_path: Path) -> Settings:
    return Settings.load({"MINYI_VAR": str(tmp_path / "var")} | environ)


def test_nothing_given_has_the_defaults_of_the_contract(tmp_path: Path) -> None:
    settings = load({}, tmp_path)

    assert settings.demo is False
    assert settings.database_url == f"sqlite:///{tmp_path / 'var' / 'minyi.db'}"
    assert settings.redis_url is None
    assert settings.wechat.mode == "safe"
    assert settings.wechat.api == "https://api.weixin.qq.com"
    assert settings.office.hours == "工作日8:30–18:00"
    assert settings.unsubscribe_data == "keep"
    assert settings.max_waiting_turns == 200
    assert not (tmp_path / "var").exists()


def test_serving_is_refused_with_every_missing_setting_named(tmp_path: Path) -> None:
    settings = load({}, tmp_path)

    with pytest.raises(ConfigError) as caught:
        settings.require_serving()

    for name in REAL:
        assert name in str(caught.value)


def test_serving_is_allowed_with_all_of_them(tmp_path: Path) -> None:
    settings = load(REAL, tmp_path)

    settings.require_serving()

    assert settings.require_data_key() == KEY


def test_plain_mode_needs_no_aes_key(tmp_path: Path) -> None:
    given = {name: value for name, value in REAL.items() if name != "MINYI_WECHAT_AES_KEY"}

    load(given | {"MINYI_WECHAT_MODE": "plain"}, tmp_path).require_serving()

    with pytest.raises(ConfigError, match="MINYI_WECHAT_AES_KEY"):
        load(given, tmp_path).require_serving()


def test_demo_serves_at_once_and_keeps_its_keys(tmp_path: Path) -> None:
    first = load({"MINYI_DEMO": "1", "PORT": "8123"}, tmp_path)
    again = load({"MINYI_DEMO": "true"}, tmp_path)

    first.require_serving()
    Fernet(first.data_key)
    assert (again.secret_key, again.data_key) == (first.secret_key, first.data_key)
    assert first.public_url == "http://127.0.0.1:8123"
    assert first.wechat.api.startswith(first.public_url)
    assert first.office.name
    assert first.office.phone
    for name in ("secret.key", "data.key"):
        assert (tmp_path / "var" / name).stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in (tmp_path / "var").iterdir()) == ["data.key", "secret.key"]


def test_every_bad_value_is_named_at_once(tmp_path: Path) -> None:
    bad = {
        "MINYI_DEMO": "yes",
        "PORT": "70000",
        "MINYI_DATABASE_URL": "mysql://x/y",
        "MINYI_REDIS_URL": "127.0.0.1",
        "MINYI_SECRET_KEY": "short-and-secret",
        "MINYI_DATA_KEY": "not-a-key",
        "MINYI_WECHAT_TOKEN": "a-b",
        "MINYI_WECHAT_AES_KEY": "tooshort",
        "MINYI_WECHAT_MODE": "secure",
        "MINYI_WECHAT_API": "api.weixin.qq.com",
        "MINYI_OFFICE_NAME": "办" * 41,
        "MINYI_PUBLIC_URL": "ftp://x",
        "MINYI_TRUSTED_PROXIES": "10.0.0.0/8, nginx",
        "MINYI_UNSUBSCRIBE_DATA": "maybe",
        "MINYI_MAX_WAITING_TURNS": "-1",
        "MINYI_DEMO_PASSWORD": "short",
    }

    with pytest.raises(ConfigError) as caught:
        load(bad, tmp_path)

    words = str(caught.value)
    assert [name for name in bad if f"设置 {name} " not in words] == []
    assert "short-and-secret" not in words
    assert "not-a-key" not in words


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "nonsense", "oracle://x"])
def test_a_database_we_cannot_use_is_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="MINYI_DATABASE_URL"):
        load({"MINYI_DATABASE_URL": url}, tmp_path)


@pytest.mark.parametrize("word", ["yes", "on", "是", "2", "TRUE!"])
def test_a_switch_takes_no_other_word(word: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="MINYI_DEMO"):
        load({"MINYI_DEMO": word}, tmp_path)


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(f"{KEY}\n", "utf-8")

    settings = load({"MINYI_DATA_KEY_FILE": str(tmp_path / "key")}, tmp_path)

    assert settings.data_key == KEY


def test_a_secret_given_twice_or_in_a_lost_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="MINYI_DATA_KEY_FILE") as caught:
        load(
            {
                "MINYI_DATA_KEY": KEY,
                "MINYI_DATA_KEY_FILE": str(tmp_path / "key"),
                "MINYI_SECRET_KEY_FILE": str(tmp_path / "lost"),
            },
            tmp_path,
        )

    assert "MINYI_SECRET_KEY_FILE" in str(caught.value)


def test_the_environment_wins_over_the_file_and_paths_start_at_the_file(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text(
        "﻿# 注释\nMINYI_OFFICE_NAME=市绩效办\nMINYI_OFFICE_PHONE='0778-1'\nMINYI_VAR=kept\n"
        "MINYI_DATABASE_URL=sqlite:///kept/other.db\nMINYI_REDIS_URL=redis://:p$a@127.0.0.1/0\n",
        "utf-8",
    )

    settings = Settings.load({"MINYI_OFFICE_PHONE": "0778-2", "MINYI_OFFICE_NAME": ""}, dotenv)

    assert settings.office.name == "市绩效办"
    assert settings.office.phone == "0778-2"
    assert settings.var == tmp_path / "kept"
    assert settings.database_url == f"sqlite:///{tmp_path / 'kept' / 'other.db'}"
    assert settings.redis_url == "redis://:p$a@127.0.0.1/0"


def test_names_that_look_like_ours_and_are_not_are_reported(tmp_path: Path) -> None:
    settings = load({"MINYI_OFICE_NAME": "x", "MINYI_TEST_REDIS_URL": "redis://x", "PATH": "/bin"}, tmp_path)

    assert settings.unknown == ("MINYI_OFICE_NAME",)


def test_proxies_may_be_addresses_and_networks(tmp_path: Path) -> None:
    settings = load({"MINYI_TRUSTED_PROXIES": "127.0.0.1，10.1.0.0/16 ::1"}, tmp_path)

    assert [str(network) for network in settings.trusted_proxies] == [
        "127.0.0.1/32",
        "10.1.0.0/16",
        "::1/128",
    ]


def test_no_secret_shows_when_settings_are_printed(tmp_path: Path) -> None:
    settings = load(REAL | {"MINYI_METRICS_TOKEN": "metrics-word"}, tmp_path)

    for secret in (KEY, "s" * 64, "abc123", REAL["MINYI_WECHAT_APP_SECRET"], "metrics-word"):
        assert secret not in repr(settings)


def test_an_emptied_key_file_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "data.key").touch()

    with pytest.raises(ConfigError, match=r"data\.key"):
        load({"MINYI_DEMO": "1"}, tmp_path)


@pytest.mark.parametrize("page", [".env.example", "docs/settings.zh-CN.md"])
def test_every_setting_is_documented(page: str) -> None:
    words = (REPOSITORY / page).read_text("utf-8")

    told = set(re.findall(r"^(?:\| `|#?)((?:MINYI_[A-Z_]+)|HOST|PORT)\b", words, re.MULTILINE))

    assert told == setting_names()
