"""The words of the work: states an item can be in, acts that move it, reasons to ask for more time."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class State(StrEnum):
    """
    Where an item stands.

    `merged` and `split` items live on under other numbers; they count in no figure.
    """

    ASSIGNED = "assigned"
    WORKING = "working"
    RETURNED = "returned"
    AT_COUNTY = "at_county"
    AT_OFFICE = "at_office"
    CLOSED = "closed"
    MERGED = "merged"
    SPLIT = "split"


STATE_TITLES: Mapping[State, str] = MappingProxyType(
    {
        State.ASSIGNED: "待领取",
        State.WORKING: "整改中",
        State.RETURNED: "已退回",
        State.AT_COUNTY: "县级核验",
        State.AT_OFFICE: "办公室核验",
        State.CLOSED: "已销号",
        State.MERGED: "已并入",
        State.SPLIT: "已拆分",
    }
)

# With the unit, which has work to do on them.
IN_HAND = frozenset({State.ASSIGNED, State.WORKING, State.RETURNED})
# With those who verify.
IN_CHECK = frozenset({State.AT_COUNTY, State.AT_OFFICE})
OPEN = IN_HAND | IN_CHECK
# Not counted: their work is counted under another number.
GONE = frozenset({State.MERGED, State.SPLIT})
COUNTED = frozenset(State) - GONE


class Act(StrEnum):
    """What can be done to an item. Every one of them becomes a row of the log."""

    ASSIGN = "assign"
    LOAD = "load"
    CLAIM = "claim"
    MEASURES = "measures"
    PROGRESS = "progress"
    APPLY = "apply"
    RECALL = "recall"
    PASS = "pass"  # noqa: S105  (not a password)
    CLOSE = "close"
    RETURN = "return"
    ASK_EXTENSION = "ask_extension"
    GRANT_EXTENSION = "grant_extension"
    REFUSE_EXTENSION = "refuse_extension"
    TRANSFER = "transfer"
    ASSIST = "assist"
    REOPEN = "reopen"
    SUPERVISE = "supervise"
    RESEARCH = "research"
    COUNTY_FIRST = "county_first"
    OFFICE_ONLY = "office_only"
    SPLIT = "split"
    MERGE = "merge"
    ABSORB = "absorb"
    CORRECT = "correct"
    TRANSCRIBE = "transcribe"
    WITHDRAW = "withdraw"


ACT_TITLES: Mapping[Act, str] = MappingProxyType(
    {
        Act.ASSIGN: "交办",
        Act.LOAD: "导入",
        Act.CLAIM: "领取",
        Act.MEASURES: "报措施",
        Act.PROGRESS: "报进展",
        Act.APPLY: "申请销号",
        Act.RECALL: "收回申请",
        Act.PASS: "县级核验通过",
        Act.CLOSE: "核验通过，销号",
        Act.RETURN: "退回",
        Act.ASK_EXTENSION: "申请延期",
        Act.GRANT_EXTENSION: "同意延期",
        Act.REFUSE_EXTENSION: "不同意延期",
        Act.TRANSFER: "转办",
        Act.ASSIST: "调整协办单位",
        Act.REOPEN: "重开",
        Act.SUPERVISE: "督办",
        Act.RESEARCH: "调研",
        Act.COUNTY_FIRST: "先由县级核验",
        Act.OFFICE_ONLY: "直接由办公室核验",
        Act.SPLIT: "拆分",
        Act.MERGE: "并入另一条",
        Act.ABSORB: "并进来一条",
        Act.CORRECT: "更正",
        Act.TRANSCRIBE: "语音整理",
        Act.WITHDRAW: "撤回",
    }
)


class Why(StrEnum):
    """The classes of reasons for more time; the issue's own list."""

    PROJECT = "project"
    FUNDS = "funds"
    LAND = "land"
    ACROSS = "across"
    OTHER = "other"


WHY_TITLES: Mapping[Why, str] = MappingProxyType(
    {
        Why.PROJECT: "立项",
        Why.FUNDS: "资金",
        Why.LAND: "用地",
        Why.ACROSS: "跨部门",
        Why.OTHER: "其他",
    }
)

# Whole words decide in this order: 项目已批复，资金未到位 is about money.
_WHY_BY_WORD = (
    ("用地", Why.LAND),
    ("征地", Why.LAND),
    ("资金", Why.FUNDS),
    ("经费", Why.FUNDS),
    ("部门", Why.ACROSS),
    ("协调", Why.ACROSS),
    ("立项", Why.PROJECT),
    ("申报", Why.PROJECT),
    ("批复", Why.PROJECT),
    ("项目", Why.PROJECT),
)


def why_of(words: str) -> Why:
    """The class of a reason somebody wrote freely; a title of a class is that class."""
    for why, title in WHY_TITLES.items():
        if words.strip() == title:
            return why
    return next((why for word, why in _WHY_BY_WORD if word in words), Why.OTHER)
