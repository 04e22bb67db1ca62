"""What seems to say the same is found, other matters are not, and only within a township or unit."""

import csv
from pathlib import Path

import pytest

from core.opinions.likeness import Neighbours
from tests.opinions.conftest import Office
from tests.reports.factories import CHENGGUAN, DULEI, QINGYUAN

PAIRS = Path(__file__).parent / "data" / "pairs.csv"


def pairs() -> list[tuple[bool, str, str]]:
    with PAIRS.open(encoding="utf-8", newline="") as file:
        return [(row["是否同一件事"] == "是", row["甲"], row["乙"]) for row in csv.DictReader(file)]


def test_of_pairs_judged_by_hand_nearly_all_are_told_right() -> None:
    wrong = []
    for is_same, one, other in pairs():
        found = Neighbours.of([(1, None, one)]).first_like(other)
        if (found == 1) != is_same:
            wrong.append((one, other))

    print(f"\nnear-duplicates: {len(pairs()) - len(wrong)} of {len(pairs())} pairs told right")
    # Words in another order are not found; nothing that is another matter may be.
    assert wrong == [("学校门口放学时很堵", "放学时学校门口很堵车")]


@pytest.mark.parametrize("text", ["", "，。！", "😀"])
def test_what_has_no_words_is_like_nothing(text: str) -> None:
    there = Neighbours.of([(1, None, text), (2, None, "路灯坏了")])

    assert there.first_like(text) is None


def test_those_that_say_the_same_share_the_first_ones_number(office: Office) -> None:
    one, two, three, other = office.says(
        "村口的路灯坏了半年没人修",
        "村口路灯坏了，半年了没人修",
        "村口的路灯坏了半年，没人修！",
        "卫生院没有医生",
    )

    assert [row.near_id for row in office.rows()] == [one, one, one, None]
    assert office.finds(two).alike == 2
    assert (one, three, other) != (two, two, two)


def test_the_same_words_of_another_township_are_another_matter(office: Office) -> None:
    office.says("村口的路灯坏了半年没人修", place=QINGYUAN)
    office.says("村口的路灯坏了半年没人修", place=DULEI)
    office.says("村口的路灯坏了半年没人修", place=CHENGGUAN)

    assert [row.near_id for row in office.rows()] == [None, None, None]


def test_what_was_said_another_day_is_found_too(office: Office) -> None:
    [first] = office.says("自来水经常停")
    [later] = office.says("自来水经常停水")

    assert office.finds(later).near_id == first
    assert office.finds(first).near_id == first
