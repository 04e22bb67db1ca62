"""What can become of an opinion, and what can be done with one."""

from enum import StrEnum


class State(StrEnum):
    """
    Where an opinion stands in the office's work.

    new: nobody has looked yet. todo: to be acted on. nothing: looked at, nothing to act on. item: a
    rectification item was made of it. done: settled, by its item or without one.
    """

    NEW = "new"
    TODO = "todo"
    NOTHING = "nothing"
    ITEM = "item"
    DONE = "done"


STATE_WORDS = {
    State.NEW: "没看",
    State.TODO: "要办",
    State.NOTHING: "不用办",
    State.ITEM: "已转整改",
    State.DONE: "办结",
}
# What a person may set by hand. That an item was made of it follows from the item.
BY_HAND = (State.NEW, State.TODO, State.NOTHING, State.DONE)
# Nobody has to do anything about these.
SETTLED = frozenset({State.NOTHING, State.DONE})


class Act(StrEnum):
    """One thing done with an opinion."""

    MARK = "mark"
    MERGE = "merge"
    UNMERGE = "unmerge"
    STRIKE = "strike"
    UNSTRIKE = "unstrike"
    DESTROY = "destroy"
    TYPE_UP = "type_up"
    MAKE_ITEM = "make_item"
    PART_ITEM = "part_item"


ACT_WORDS = {
    Act.MARK: "改了状态",
    Act.MERGE: "合并",
    Act.UNMERGE: "撤销合并",
    Act.STRIKE: "隐去了姓名或号码",
    Act.UNSTRIKE: "恢复了原话",
    Act.DESTROY: "原话已销毁",
    Act.TYPE_UP: "听写了语音",
    Act.MAKE_ITEM: "转为整改事项",
    Act.PART_ITEM: "同整改事项脱开",
}
