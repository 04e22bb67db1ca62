"""
The thresholds of the quality rules: read from one file, checked, with a hash that tables print.

The file shipped beside this module is the office's to read; an installation may name its own.
"""

import hashlib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

import yaml

from core.errors import BadInput, Fault

SHIPPED = Path(__file__).parent / "thresholds.yaml"
HASH_CHARS = 12


@dataclass(frozen=True, slots=True)
class TooFast:
    """Answered faster than a person can read and tap."""

    points: int
    seconds_per_answer: float
    min_answers: int


@dataclass(frozen=True, slots=True)
class StraightLine:
    """The same step for every rating."""

    points: int
    min_ratings: int


@dataclass(frozen=True, slots=True)
class Burst:
    """Many finished on one code within `minutes`."""

    points: int
    minutes: float
    at_least: int


@dataclass(frozen=True, slots=True)
class NightBurst:
    """Many on one code within an hour of the night (`from_hour` to `to_hour`, Shanghai): most of a day's."""

    points: int
    from_hour: int
    to_hour: int
    at_least: int
    share_of_day: float


@dataclass(frozen=True, slots=True)
class Identical:
    """Many with equal answers on one code within `minutes`, more than chance explains."""

    points: int
    minutes: float
    at_least: int
    share: float
    times_usual: float
    chance: float
    usual_at_least: float


@dataclass(frozen=True, slots=True)
class Thresholds:
    """All of them. `hash`: of the file's meaning, the same whatever its comments say."""

    set_aside_from: int
    too_fast: TooFast
    straight_line: StraightLine
    burst: Burst
    night_burst: NightBurst
    identical: Identical
    hash: str

    @property
    def points(self) -> dict[str, int]:
        """What each rule weighs, by its name."""
        return {name: getattr(self, name).points for name in RULES}


RULES = {
    "too_fast": TooFast,
    "straight_line": StraightLine,
    "burst": Burst,
    "night_burst": NightBurst,
    "identical": Identical,
}
TITLES = {
    "too_fast": "答得太快",
    "straight_line": "全选同一项",
    "burst": "短时间扎堆",
    "night_burst": "半夜扎堆",
    "identical": "答案雷同",
}

R = TypeVar("R")


def read_thresholds(path: Path = SHIPPED) -> Thresholds:
    """The thresholds of a file. BadInput names every fault."""
    try:
        told = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadInput([Fault(path.name, "读不了这个文件，它要是 UTF-8 的 YAML。")]) from error
    faults: list[Fault] = []
    found = told if isinstance(told, dict) else {}
    wanted = {"set_aside_from", *RULES}
    faults += [Fault(path.name, f"缺少“{name}”。") for name in sorted(wanted - set(found))]
    faults += [Fault(path.name, f"不认识“{name}”。") for name in sorted(set(map(str, found)) - wanted)]
    rules = {name: _rule(path.name, name, found[name], faults) for name in RULES if name in found}
    least = found.get("set_aside_from")
    if "set_aside_from" in found and (type(least) is not int or least < 1):
        faults.append(Fault(path.name, "“set_aside_from”要是1以上的整数。"))
    if faults:
        raise BadInput(faults)
    meaning = repr((least, [rules[name] for name in RULES]))
    return Thresholds(set_aside_from=least, hash=_hash(meaning), **rules)  # type: ignore[arg-type]


def _rule(file: str, name: str, told: Any, faults: list[Fault]) -> Any:
    """One rule's numbers, or None with its faults told."""
    made = RULES[name]
    numbers = told if isinstance(told, dict) else {}
    before = len(faults)
    for each in fields(made):
        value = numbers.get(each.name)
        is_number = type(value) is int or (each.type is float and type(value) is float)
        if value is None or not is_number or value < 0:
            kind = "数" if each.type is float else "整数"
            faults.append(Fault(file, f"“{name}”的“{each.name}”要是不小于0的{kind}。"))
    known = {each.name for each in fields(made)}
    faults += [
        Fault(file, f"“{name}”里不认识“{other}”。") for other in sorted(set(map(str, numbers)) - known)
    ]
    return made(**numbers) if len(faults) == before else None


def _hash(meaning: str) -> str:
    return hashlib.sha256(meaning.encode()).hexdigest()[:HASH_CHARS]
