"""The file of thresholds is read whole or refused with every fault in it."""

from pathlib import Path

import pytest

from core.errors import BadInput
from core.quality.thresholds import SHIPPED, TITLES, read_thresholds


def edited(folder: Path, before: str, after: str) -> Path:
    words = SHIPPED.read_text("utf-8")
    assert before in words
    path = folder / "thresholds.yaml"
    path.write_text(words.replace(before, after, 1), "utf-8")
    return path


def test_the_shipped_file_is_good_and_every_rule_has_a_name() -> None:
    assert set(read_thresholds().points) == set(TITLES)


def test_the_hash_follows_the_numbers_and_not_the_comments(tmp_path: Path) -> None:
    shipped = read_thresholds().hash

    assert read_thresholds(edited(tmp_path, "# 答卷质量", "# 质量")).hash == shipped
    assert read_thresholds(edited(tmp_path, "at_least: 20", "at_least: 21")).hash != shipped


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("set_aside_from: 4", "set_aside_from: 0", "要是1以上的整数"),
        ("set_aside_from: 4", "set_aside_from: yes", "要是1以上的整数"),
        ("set_aside_from: 4\n", "", "缺少“set_aside_from”"),
        ("burst:", "burts:", "缺少“burst”"),
        ("burst:", "burts:", "不认识“burts”"),
        ("seconds_per_answer: 1.5", "seconds_per_answer: 快", "“seconds_per_answer”要是不小于0的数"),
        ("at_least: 20", "at_least: 20.5", "“at_least”要是不小于0的整数"),
        ("at_least: 20", "at_least: -1", "“at_least”要是不小于0的整数"),
        ("min_ratings: 6", "min_rating: 6", "里不认识“min_rating”"),
        ("burst:", "burst: 3\nx:", "“burst”的“points”"),
        ("set_aside_from: 4", "set_aside_from: [", "读不了这个文件"),
    ],
)
def test_a_fault_is_named(tmp_path: Path, before: str, after: str, told: str) -> None:
    with pytest.raises(BadInput, match=told):
        read_thresholds(edited(tmp_path, before, after))


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="读不了"):
        read_thresholds(tmp_path / "没有.yaml")
