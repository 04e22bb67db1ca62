"""
The rules of reminding, read from one file and checked: what is looked for, who hears of it, and how soon.

What each kind of rule means in days is decided in `occasions.py`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml

from core.errors import BadInput, Fault
from core.rectification.words import Act

FORMAT = 1
SHIPPED = Path(__file__).parent / "rules.yaml"
MAX_FILE_BYTES = 64 * 1024
_ID = re.compile(r"[a-z_]{1,16}")
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
MOST_DAYS = 366


class On(StrEnum):
    """What a rule looks for."""

    ACTS = "acts"
    UNCLAIMED = "unclaimed"
    NO_MEASURES = "no_measures"
    NO_PROGRESS = "no_progress"
    DUE = "due"
    OVERDUE = "overdue"


# What each kind of rule needs, and what it may have besides.
_NEEDS: Mapping[On, frozenset[str]] = {
    On.ACTS: frozenset({"acts", "urgent"}),
    On.UNCLAIMED: frozenset({"workdays"}),
    On.NO_MEASURES: frozenset({"workdays"}),
    On.NO_PROGRESS: frozenset({"from_day"}),
    On.DUE: frozenset({"days"}),
    On.OVERDUE: frozenset({"every_days"}),
}
_ESCALATES = frozenset({On.UNCLAIMED, On.NO_MEASURES, On.OVERDUE})
_ALWAYS = frozenset({"id", "says", "when"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """
    One rule. `says` is what the office reads of it. None and () where a kind of rule has no such thing.

    `workdays`, `head_after` and `office_after` count from the handing out, in working days; of overdue
    items the latter two count days since the deadline.
    """

    id: str
    says: str
    on: On
    is_urgent: bool = False
    acts: tuple[Act, ...] = ()
    workdays: int = 0
    from_day: int = 0
    days: tuple[int, ...] = ()
    every_days: int = 0
    head_after: int | None = None
    office_after: int | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules. `digest_at`: when the day's digests go out, on a clock in Shanghai."""

    digest_at: time
    rules: tuple[Rule, ...]

    def for_act(self, act: Act) -> Rule | None:
        """The rule that is about this act; None when nobody is told of it."""
        return next((rule for rule in self.rules if act in rule.acts), None)

    def called(self, rule_id: str) -> Rule | None:
        """The rule of this id; None when the file no longer has it."""
        return next((rule for rule in self.rules if rule.id == rule_id), None)


def read_rules(path: Path | None = None) -> Rules:
    """The rules of a file, by default the shipped one; BadInput with every fault."""
    path = path or SHIPPED
    try:
        content = path.read_bytes()
        given = yaml.safe_load(content) if len(content) <= MAX_FILE_BYTES else None
    except OSError as error:
        words = f"读不了：{error.strerror}。请检查 MINYI_REMINDER_RULES"
        raise BadInput([Fault(str(path), words)]) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadInput([Fault(path.name, "不是合格的 YAML，请检查缩进和冒号")]) from error
    faults: list[Fault] = []
    rules = _read(path.name, given, faults)
    if faults:
        raise BadInput(faults)
    return rules


def _read(name: str, given: Any, faults: list[Fault]) -> Rules:
    if (
        not isinstance(given, dict)
        or given.get("format") != FORMAT
        or not isinstance(given.get("rules"), list)
    ):
        faults.append(Fault(name, f"要有 format: {FORMAT} 和 rules"))
        return Rules(time(9), ())
    found = _CLOCK.fullmatch(str(given.get("digest_at", "")))
    if found is None:
        faults.append(Fault(f"{name} digest_at", '要是几点几分，如 "09:00"'))
    rules: list[Rule] = []
    for number, entry in enumerate(given["rules"], start=1):
        place = f"{name} 第{number}条"
        problems = list(_problems(entry))
        faults += [Fault(place, problem) for problem in problems]
        if not problems:
            rules.append(_rule(entry))
    ids = [rule.id for rule in rules]
    faults += [Fault(name, f"有两条都叫{each}") for each in sorted(set(ids)) if ids.count(each) > 1]
    acts = [act for rule in rules for act in rule.acts]
    faults += [Fault(name, f"{act}出现在两条里") for act in sorted(set(acts)) if acts.count(act) > 1]
    return Rules(time(int(found[1]), int(found[2])) if found else time(9), tuple(rules))


def _problems(entry: Any) -> Iterator[str]:
    """What is wrong with one entry, in Chinese."""
    if not isinstance(entry, dict):
        yield "要写 id、says、when"
        return
    if not _ID.fullmatch(str(entry.get("id", ""))):
        yield "id 要是小写字母和下划线，不超过16个"
    if not isinstance(entry.get("says"), str) or not entry["says"]:
        yield "says 要写一句说明"
    if entry.get("when") not in set(On):
        yield f"when 只能是{'、'.join(On)}"
        return
    on = On(entry["when"])
    may = _ALWAYS | _NEEDS[on] | ({"head_after", "office_after"} if on in _ESCALATES else set())
    missing, unknown = sorted(_NEEDS[on] - set(entry)), sorted(map(str, set(entry) - may))
    if missing:
        yield f"缺少{'、'.join(missing)}"
    if unknown:
        yield f"不认识{'、'.join(unknown)}"
    for key in ("workdays", "from_day", "every_days", "head_after", "office_after"):
        if key in entry and not _is_days(entry[key], 28 if key == "from_day" else MOST_DAYS):
            yield f"{key} 要是1以上的整数"
    days = entry.get("days", [1])
    if not isinstance(days, list) or not days or not all(_is_days(each, MOST_DAYS) for each in days):
        yield "days 要是几个1以上的整数，如 [7, 3, 1]"
    acts = entry.get("acts", ["assign"])
    if not isinstance(acts, list) or not acts or any(each not in set(Act) for each in acts):
        yield "acts 里有不认识的事"
    if not isinstance(entry.get("urgent", False), bool):
        yield "urgent 只能是 true 或 false"


def _is_days(given: Any, most: int) -> bool:
    return isinstance(given, int) and not isinstance(given, bool) and 1 <= given <= most


def _rule(entry: dict[str, Any]) -> Rule:
    return Rule(
        id=entry["id"],
        says=entry["says"],
        on=On(entry["when"]),
        is_urgent=entry.get("urgent", False),
        acts=tuple(Act(each) for each in entry.get("acts", ())),
        workdays=entry.get("workdays", 0),
        from_day=entry.get("from_day", 0),
        days=tuple(sorted(entry.get("days", ()))),
        every_days=entry.get("every_days", 0),
        head_after=entry.get("head_after"),
        office_after=entry.get("office_after"),
    )
