"""Residents who answer the five questions of `small.yaml`, each by a plan of their own."""

import random
from dataclasses import dataclass

from tests.whole.platform import Resident
from tests.whole.site import QINGYUAN

ROADS = {"good": "好走", "fair": "还可以", "bad": "难走"}
WATER = {"s5": "满意", "s3": "一般", "s1": "不满意"}
LACKS = {"lamp": "路灯", "school": "学校", "clinic": "卫生室", "shop": "商店"}
ENDING = "交好了"


@dataclass(frozen=True)
class Plan:
    """What one resident will answer."""

    roads: str
    water: str
    lacks: tuple[str, ...]
    years: int
    words: str

    @classmethod
    def of(cls, number: int) -> "Plan":
        """The plan of this number; no two have the same words."""
        chance = random.Random(number)
        lacks = tuple(code for code in LACKS if chance.random() < 0.5) or ("shop",)
        return cls(
            roads=chance.choice(list(ROADS)),
            water=chance.choice(list(WATER)),
            lacks=lacks,
            years=chance.randint(0, 120),
            words=f"这是第{number}户说的，水压太小",
        )

    @property
    def row(self) -> dict[str, str]:
        """What an export must say."""
        return {
            "roads": self.roads,
            "water": self.water,
            "lacks": ";".join(self.lacks),
            "years": str(self.years),
            "words": self.words,
        }


def answer_all(resident: Resident, plan: Plan) -> None:
    """Follow 庆远镇's code and answer everything, by taps and by typing."""
    resident.follow(QINGYUAN)
    resident.tap("我愿意参加")
    resident.tap(ROADS[plan.roads])
    resident.say(WATER[plan.water])
    numbers = [str(list(LACKS).index(code) + 1) for code in plan.lacks]
    resident.say(" ".join(numbers))
    resident.say(str(plan.years))
    resident.say(plan.words)
    assert ENDING in resident.reply, resident.reply


def answers_in(row: dict[str, str]) -> dict[str, str]:
    """The five answers in a row of an export; an answer that is not there is missing."""
    return {name: row[name] for name in ("roads", "water", "lacks", "years", "words") if name in row}
