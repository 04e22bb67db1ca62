"""`keys` on a command line."""

from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from tests.cli.conftest import Cli


def test_a_new_key_in_front_is_taken_over_and_the_old_one_can_go(
    migrated: Cli, installation: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = (installation / "data.key").read_text().strip(), Fernet.generate_key().decode()
    migrated("questionnaire", "load", Path(__file__).parents[2] / "bot/questionnaires/residents-2021.yaml")
    migrated("round", "create", "今年", "--questionnaire", "residents-2021", "--closes", "2099-12-31")
    assert "全部是最新的密钥" in migrated("keys", "status").out

    monkeypatch.setenv("MINYI_DATA_KEY", f"{new},{old}")
    assert "每次调查的钥匙：新密钥0个，旧密钥1个" in migrated("keys", "status").out
    assert migrated("keys", "rotate").out.startswith("换了1个，共1个。")
    monkeypatch.setenv("MINYI_DATA_KEY", new)

    assert migrated("keys", "status").code == 0
    monkeypatch.setenv("MINYI_DATA_KEY", old)
    lost = migrated("keys", "status")
    assert lost.code == 1
    assert "有1个打不开" in lost.err
    assert migrated("keys", "rotate").code == 1
