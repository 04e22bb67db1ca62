"""
How often the suggested unit is the right one, measured on the sample's items that municipal units were given.

Two thirds of the sample's items went to a county; which one follows from the place, not from words. Of the
rest the share is printed (`pytest -s`) for words taken from these very items, for items whose words were
taken from the others, and for kinds of matter that no word was taken from.
"""

import csv
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest

from core.opinions.unit_words import FILE, Line, shipped, suggest
from core.places.gazetteer import Gazetteer
from tests.paths import ROOT

SAMPLE = ROOT / "core" / "rectification" / "data" / "rectification-sample.csv"
ITEMS, FOLDS = 180, 5
WHERE = (
    "部分乡镇|个别村屯|偏远乡镇|偏远村屯|部分行政村|城乡结合部|老旧小区周边|"
    "部分主要街道|部分社区|县城|城区|集镇|全市|群众反映：|反映"
)
COUNTY = "[^，。：]{2,3}(瑶族|毛南族|仫佬族)自治县|..[县区]"


@dataclass(frozen=True)
class Example:
    """An item that a unit led."""

    text: str
    category: str
    unit_code: str

    @property
    def matter(self) -> str:
        """What it is about, without where."""
        bare = re.sub(f"{WHERE}|{COUNTY}", "", self.text)
        return re.split("[，。]", bare)[0]


@pytest.fixture(scope="module")
def examples() -> list[Example]:
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found = [Example(row["意见建议"], row["类别"], row["牵头单位"]) for row in rows]
    return [each for each in found if each.unit_code.startswith("U")]


def known_from(texts: Sequence[str]) -> list[Line]:
    """The file as it would be, had only these texts been read."""
    return [
        replace(line, words=tuple(word for word in line.words if any(word in text for text in texts)))
        for line in shipped()
    ]


def hits(examples: Sequence[Example], lines: Sequence[Line], first: int = 1) -> int:
    """How many are among the first suggestions."""
    return sum(
        each.unit_code in [found.unit_code for found in suggest(each.text, each.category, lines)[:first]]
        for each in examples
    )


def share(count: int) -> float:
    """Of all of them."""
    return count / ITEMS


def test_the_hit_rate_is_as_good_as_was_measured(examples: list[Example]) -> None:
    chance = random.Random(20210625)
    mixed = chance.sample(examples, len(examples))
    matters = sorted({each.matter for each in examples})
    chance.shuffle(matters)

    seen = share(hits(examples, shipped()))
    held_out = unseen = 0
    for fold in range(FOLDS):
        tested = mixed[fold::FOLDS]
        held_out += hits(tested, known_from([each.text for each in mixed if each not in tested]))
        left_out = set(matters[fold::FOLDS])
        lines = known_from([each.text for each in examples if each.matter not in left_out])
        unseen += hits([each for each in examples if each.matter in left_out], lines)
    by_category = share(hits(examples, [replace(line, words=()) for line in shipped()]))

    print(
        f"\nsuggested unit is the right one, of {len(examples)} items: {seen:.1%} with all words;"
        f" {share(held_out):.1%} of held-out items; {share(unseen):.1%} of {len(matters)} matters never"
        f" read of; {by_category:.1%} by the category alone"
    )
    assert len(examples) == ITEMS
    assert seen > 0.95
    assert share(held_out) > 0.85
    assert share(unseen) > 0.6
    assert by_category < share(unseen)


def test_it_is_among_the_three_that_are_offered(examples: list[Example]) -> None:
    assert hits(examples, shipped(), first=3) == len(examples)


def test_a_suggestion_says_why() -> None:
    [first, *_] = suggest("村口的路灯坏了", "交通")

    assert (first.unit_code, first.because) == ("U031", ("路灯",))


def test_without_a_known_word_the_category_decides_and_without_it_nothing_is_suggested() -> None:
    assert [found.unit_code for found in suggest("那里不好", "就医")] == ["U037"]
    assert suggest("那里不好") == ()


def test_the_file_names_units_that_are_there(gazetteer: Gazetteer) -> None:
    lines = shipped()

    assert FILE.read_text("utf-8").startswith("单位,类别,默认,词\n")
    assert all(gazetteer.unit(line.unit_code) for line in lines)
    assert all(len(set(line.words)) == len(line.words) > 0 for line in lines)
    defaults = [line.category for line in lines if line.is_default]
    assert len(defaults) == len(set(defaults)) == 12
