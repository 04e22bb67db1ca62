"""
The workflow as one table: which act, in which states, by whom, what it needs, and who is told.

Read `RULES` to know what is allowed; nothing else decides it. What an act changes stands in `standing.py`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TypeVar

from core.errors import NotFound, Refused
from core.rectification.details import Details
from core.rectification.standing import Standing
from core.rectification.words import ACT_TITLES, COUNTED, IN_CHECK, IN_HAND, OPEN, STATE_TITLES, Act, State

MAX_TEXT_CHARS = 2_000
# Longer than any plan of the office's.
FURTHEST = timedelta(days=5 * 366)

Member = TypeVar("Member", bound=StrEnum)


class Who(StrEnum):
    """What somebody is to one item. `system`: a command or a job."""

    OFFICE = "office"
    COUNTY = "county"
    LEAD = "lead"
    ASSIST = "assist"
    SYSTEM = "system"


class Need(StrEnum):
    """What an act must bring."""

    TEXT = "text"
    PERCENT = "percent"
    UNTIL = "until"
    LATER = "later"
    WHY = "why"
    UNIT = "unit"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Rule:
    """`needs` must be there; what is in `takes` may be. `tells`: who hears of it, besides its author."""

    act: Act
    states: frozenset[State]
    by: frozenset[Who]
    needs: tuple[Need, ...] = ()
    takes: tuple[Need, ...] = ()
    tells: frozenset[Who] = frozenset()


def _row(
    act: Act,
    states: "State | Iterable[State]",
    by: "Who | Iterable[Who]",
    needs: "Need | Iterable[Need]" = (),
    takes: "Need | Iterable[Need]" = (),
    tells: "Who | Iterable[Who]" = (),
) -> Rule:
    return Rule(act, _set(states), _set(by), _ordered(needs), _ordered(takes), _set(tells))


def _set(given: "Member | Iterable[Member]") -> frozenset[Member]:
    return frozenset({given}) if isinstance(given, StrEnum) else frozenset(given)


def _ordered(needs: "Need | Iterable[Need]") -> tuple[Need, ...]:
    return (needs,) if isinstance(needs, Need) else tuple(needs)


_OFFICE, _COUNTY, _LEAD, _ASSIST, _SYSTEM = Who
_CHECKERS = (_OFFICE, _COUNTY)
_UNITS = (_LEAD, _ASSIST)
_AT_WORK = (State.WORKING, State.RETURNED)
_MORE_TIME = (Need.LATER, Need.WHY, Need.TEXT)
_LATER_TEXT = (Need.LATER, Need.TEXT)
_UNTIL_TEXT = (Need.UNTIL, Need.TEXT)
_UNIT_TEXT = (Need.UNIT, Need.TEXT)
_FILE_TEXT = (Need.FILE, Need.TEXT)

# fmt: off
RULES: tuple[Rule, ...] = (
    #    act                   in these states  by whom             needs        may bring    tells
    _row(Act.CLAIM,            State.ASSIGNED,  _LEAD),
    _row(Act.MEASURES,         _AT_WORK,        _LEAD,              Need.TEXT),
    _row(Act.PROGRESS,         _AT_WORK,        (_LEAD, _ASSIST),   Need.TEXT,   Need.PERCENT),
    _row(Act.APPLY,            _AT_WORK,        _LEAD,              Need.TEXT,   (),          _CHECKERS),
    _row(Act.RECALL,           IN_CHECK,        _LEAD,              (),          (),          _CHECKERS),
    _row(Act.PASS,             State.AT_COUNTY, (_COUNTY, _OFFICE), (),          Need.TEXT,   _OFFICE),
    _row(Act.RETURN,           State.AT_COUNTY, (_COUNTY, _OFFICE), Need.TEXT,   (),          _UNITS),
    _row(Act.CLOSE,            State.AT_OFFICE, _OFFICE,            (),          Need.TEXT,   _UNITS),
    _row(Act.RETURN,           State.AT_OFFICE, _OFFICE,            Need.TEXT,   (),          _UNITS),
    _row(Act.ASK_EXTENSION,    IN_HAND,         _LEAD,              _MORE_TIME,  (),          _OFFICE),
    _row(Act.GRANT_EXTENSION,  OPEN,            _OFFICE,            (),          _LATER_TEXT, _LEAD),
    _row(Act.REFUSE_EXTENSION, OPEN,            _OFFICE,            Need.TEXT,   (),          _LEAD),
    _row(Act.TRANSFER,         IN_HAND,         (_OFFICE, _SYSTEM), _UNIT_TEXT,  Need.UNTIL,  _UNITS),
    _row(Act.ASSIST,           IN_HAND,         _OFFICE,            (),          (),          _UNITS),
    _row(Act.COUNTY_FIRST,     IN_HAND,         _OFFICE),
    _row(Act.OFFICE_ONLY,      IN_HAND,         _OFFICE),
    _row(Act.REOPEN,           State.CLOSED,    _OFFICE,            _UNTIL_TEXT, (),          _UNITS),
    _row(Act.REOPEN,           State.MERGED,    _OFFICE,            _UNTIL_TEXT, (),          _UNITS),
    _row(Act.SUPERVISE,        COUNTED,         _OFFICE,            Need.TEXT,   (),          _LEAD),
    _row(Act.RESEARCH,         COUNTED,         _OFFICE,            Need.TEXT),
    _row(Act.SPLIT,            IN_HAND,         _OFFICE,            (),          Need.TEXT,   _LEAD),
    _row(Act.MERGE,            IN_HAND,         _OFFICE,            (),          Need.TEXT,   _LEAD),
    _row(Act.ABSORB,           OPEN,            _OFFICE,            (),          Need.TEXT,   _UNITS),
    _row(Act.CORRECT,          COUNTED,         (_OFFICE, _SYSTEM), (),          Need.TEXT),
    _row(Act.TRANSCRIBE,       COUNTED,         (_LEAD, _ASSIST, _OFFICE), _FILE_TEXT),
)
# fmt: on

# Items begin with one of these, by the office or a command; the lead and those who assist are told.
BEGINNINGS = frozenset({Act.ASSIGN, Act.LOAD})
BEGIN_BY = frozenset({Who.OFFICE, Who.SYSTEM})
ASSIGN_TELLS = frozenset({Who.LEAD, Who.ASSIST})


class NoSuchItem(NotFound):
    """There is no item of this number, or not for this reach: nobody is told which."""

    say = "没有这一条，或者它不归您的单位办。"


class NotPossibleNow(Refused):
    """The item's state, or who asks, does not allow this act."""


class Missing(Refused):
    """An act lacks something, or brings what cannot be."""


def rule_for(act: Act, state: State, who: Who) -> Rule | None:
    """The row that allows this act, None when none does."""
    return next((rule for rule in RULES if rule.act is act and state in rule.states and who in rule.by), None)


def possible(standing: Standing, who: Who) -> tuple[Act, ...]:
    """What `who` can do to an item that stands like this, in the order of the table."""
    found = (rule.act for rule in RULES if standing.state in rule.states and who in rule.by)
    return tuple(act for act in dict.fromkeys(found) if not _stands_against(standing, act))


def told_of(act: Act, state: State) -> frozenset[Who]:
    """Who hears of an act that was done while the item was in `state`, or that made the item."""
    if act is Act.ASSIGN:
        return ASSIGN_TELLS
    found = [rule.tells for rule in RULES if rule.act is act and state in rule.states]
    return found[0] if found else frozenset()


def check(number: int, standing: Standing, act: Act, who: Who, details: Details, today: date) -> None:
    """Raise NotPossibleNow or Missing, with what is possible, unless the table allows this act."""
    rule = rule_for(act, standing.state, who)
    against = _stands_against(standing, act) if rule else ""
    if rule is None or against:
        why = against or _state_words(standing, act)
        raise NotPossibleNow(f"{number}号{why}{_possible_words(standing, who)}")
    for need in rule.needs:
        _refuse_lack(need, details)
    _refuse_wrong(rule, standing, details, today)


# Possible, but nothing one would do instead: they come with a voice message, a file or another item.
_NOT_SAID = frozenset({Act.TRANSCRIBE, Act.CORRECT, Act.ABSORB})


def _state_words(standing: Standing, act: Act) -> str:
    return f"现在是“{STATE_TITLES[standing.state]}”，不能{ACT_TITLES[act]}。"


def _possible_words(standing: Standing, who: Who) -> str:
    titles = [ACT_TITLES[act] for act in possible(standing, who) if act not in _NOT_SAID]
    if not titles:
        waits = {State.AT_COUNTY: "等县（区）核验", State.AT_OFFICE: "等办公室核验"}.get(standing.state, "")
        return f"现在{waits or '没有要您办的'}。"
    return f"现在可以：{'、'.join(titles)}。"


def _stands_against(standing: Standing, act: Act) -> str:
    """Why an act the state allows is still not possible; '' when nothing stands against it."""
    asked = standing.asked_until
    if act is Act.ASK_EXTENSION and asked is not None:
        return f"已经申请延期到{day_words(asked)}，在等办公室答复。"
    if act in (Act.GRANT_EXTENSION, Act.REFUSE_EXTENSION) and asked is None:
        return "没有在等答复的延期申请。"
    if act is Act.COUNTY_FIRST and (standing.county_first or not standing.is_led_by_county):
        return "已经是先由县级核验。" if standing.county_first else "不由县（区）牵头，没有县级核验这一步。"
    if act is Act.OFFICE_ONLY and not standing.county_first:
        return "已经是直接由办公室核验。"
    return ""


_LACKS = {
    Need.TEXT: "请写几句话说明情况。",
    Need.UNTIL: "请填新的时限。",
    Need.LATER: "请填要延期到哪一天。",
    Need.WHY: "请选延期的原因：立项、资金、用地、跨部门或其他。",
    Need.UNIT: "请选转给哪个单位。",
    Need.FILE: "请选是哪条语音。",
}


def _refuse_lack(need: Need, details: Details) -> None:
    brought = {
        Need.TEXT: details.text,
        Need.UNTIL: details.until,
        Need.LATER: details.until,
        Need.WHY: details.why,
        Need.UNIT: details.code,
        Need.FILE: details.file,
    }
    if not brought[need]:
        raise Missing(_LACKS[need])


def _refuse_wrong(rule: Rule, standing: Standing, details: Details, today: date) -> None:
    if len(details.text) > MAX_TEXT_CHARS:
        raise Missing(f"太长了，有{len(details.text)}个字，最多{MAX_TEXT_CHARS}个。")
    if details.percent is not None and not 0 <= details.percent <= 100:
        raise Missing("进度是百分数，请填0到100。")
    if details.until is not None:
        refuse_day(details.until, today)
        if Need.LATER in rule.needs + rule.takes and details.until <= standing.deadline:
            raise Missing(f"延期要延到现在的时限（{day_words(standing.deadline)}）以后。")
    if rule.act is Act.TRANSFER and details.code == standing.lead_code:
        raise Missing("已经由这个单位牵头，请选别的单位。")


def refuse_day(day: date, today: date) -> None:
    """Missing when a new deadline is not ahead, or further than anybody plans."""
    if day <= today:
        raise Missing(f"时限要在今天（{day_words(today)}）以后。")
    if day > today + FURTHEST:
        raise Missing("时限太远了，请看看年份填得对不对。")


def day_words(day: date) -> str:
    """`2026年12月31日`."""
    return f"{day.year}年{day.month}月{day.day}日"
