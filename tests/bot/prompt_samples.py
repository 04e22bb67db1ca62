"""Prompts to render in tests: one ordinary sample of each kind, and strategies for extreme ones."""

import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, get_args

from hypothesis import strategies as st

from core.ballots import prompts as ballot
from core.conversation import prompts as say
from core.conversation.inputs import Act
from core.conversation.prompts import AskPrompt, Choice, Prompt
from core.liaison_desk.prompts import ItemRow, Step
from core.rectification.words import Act as ItemActs
from core.rectification.words import State
from tests.bot import liaison_samples


def _stands_in_its_module(kind: type[Any]) -> bool:
    """A dataclass with slots is made twice; the first one may still be among the subclasses."""
    return getattr(sys.modules[kind.__module__], kind.__name__, None) is kind


# What side desks say stands in the union by its base alone. `BallotFrame` only says whose the links are.
PROMPT_KINDS: tuple[type[Any], ...] = (
    *(kind for kind in get_args(Prompt) if kind is not say.SidePrompt),
    *(
        kind
        for kind in say.SidePrompt.__subclasses__()
        if kind.__module__.startswith("core.")
        and _stands_in_its_module(kind)
        and kind is not ballot.BallotFrame
    ),
)

SATISFIED = ("满意", "比较满意", "一般", "不太满意", "不满意", "不了解")
PREVIOUS = Choice(0, "上一题", Act.PREVIOUS, "上一题")
NEXT = Choice(0, "下一步", Act.NEXT, "下一步")
NOVEMBER = datetime(2021, 11, 21, 7, 4, tzinfo=UTC)


def choices(*labels: str) -> tuple[Choice, ...]:
    """Numbered options, as the engine makes them."""
    return tuple(Choice(n, label, n, label) for n, label in enumerate(labels, start=1))


def places(*names: str) -> tuple[Choice, ...]:
    """Numbered places: which one stands in the words."""
    return tuple(Choice(n, name, Act.PLACE, name) for n, name in enumerate(names, start=1))


def ask(**fields: Any) -> AskPrompt:
    """The security question of the residents' questionnaire."""
    defaults: dict[str, Any] = {
        "slot": 7,
        "key": "security",
        "title": "您对住的地方的治安满意吗？",
        "help": "晚上出门放心不放心，有没有偷东西、打架、骗钱的。",
        "manner": "one",
        "choices": choices(*SATISFIED),
        "progress": (3, 12),
    }
    return AskPrompt(**(defaults | fields))


AGREE, DECLINE = choices("我愿意参加", "不参加")
HAND_IN = Choice(0, "交上", Act.HAND_IN, "交上")
YES_NO = choices("接着答", "从头来")

SAMPLES: dict[type[Any], Prompt] = {
    type(sample): sample
    for sample in (
        *liaison_samples.SAMPLES,
        say.ConsentPrompt("满意度调查", "您好！想请您说说。", "自愿参加。", AGREE, DECLINE, 18),
        say.NotePrompt("最后几道是关于您自己的。"),
        ask(),
        say.NotUnderstood("还行吧"),
        say.Problem("too_long", limit=100, got=230),
        say.AnswerChanged(3, "治安", "一般"),
        say.AnswerUnchanged(3, "治安", "一般"),
        say.MoreWelcome(photos_left=2, voice=True, text=True),
        say.AskWordMeant("退出", *choices("要退出", "这是我的回答")),
        say.Finished("交好了，谢谢您！", can_change=True),
        say.EndedEarly("ineligible", "谢谢您！"),
        say.Declined("满意度调查"),
        say.ChoosePlace("", places("金城江区", "宜州区"), greet=True),
        say.NotYetOpen("满意度调查", NOVEMBER),
        say.AlreadyClosed("满意度调查", NOVEMBER, "这次调查已经结束，谢谢您关心。"),
        say.NothingOpen(),
        say.UnknownCode(),
        say.Choose("go_on_or_restart", "满意度调查", YES_NO),
        say.AlreadyAnswered("满意度调查"),
        say.StaleTap("round"),
        say.Resumed("满意度调查"),
        say.LateWords("满意"),
        say.WasShed(),
        say.HelpText(),
        say.HumanOffered(),
        say.PhoneNoted(),
        say.Paused(NOVEMBER),
        say.NeverAgain(),
        say.OpinionNews("done", NOVEMBER, "市住房城乡建设局"),
        say.WillTell(True),
        say.VoteNoted(),
        say.MyProgress("满意度调查", (3, 12), ("单位评价",)),
        say.DataDeleted(),
        say.Kept(),
        say.Welcome(),
        ballot.BallotFault("count", want=5, got=6, high=6),
        ballot.AtOnce(5, 6),
        ballot.Summary((ballot.SummaryLine(1, Choice(1, "金城江区：好 好", 915, "改金城江区")),), HAND_IN),
        ballot.HandedIn("评价已提交，感谢您的支持。"),
        ballot.BallotPaused(7, NOVEMBER),
        ballot.BallotResumed("领导评价"),
        ballot.BallotHelp(),
        ballot.BallotProgress("领导评价", (3, 55)),
        ballot.Sure("restart_sure", YES_NO),
        ballot.BallotDeleted(),
        ballot.BallotDeclined(),
        ballot.RoundClosed(NOVEMBER, 7),
        ballot.Refusal("这张票不能用。"),
        ballot.BallotLost(),
        ballot.OldLink(),
        ballot.HowSecret("https://example.gov.cn/ballot/privacy"),
    )
}

# Characters that break replies when nobody washes them.
NASTY = [
    "<a", "</a>", "<", ">", "&", "]]>", "<![CDATA[", "{", "}", "{0}", "%", "%25", "+", "#", '"', "'", "\\",
    "\x00", "\x08", "\x0b", "\x1f", "\x7f", "\x85", "\r\n", "\t", "\u2028", "\u202e", "\ufeff", "\ufffe",
    "\ud83d", "\udc00", "😀", "👨‍👩‍👧", "满意", "𠮷", "。",
]  # fmt: skip


def words(max_size: int = 30) -> st.SearchStrategy[str]:
    """Any words at all, lone surrogates included; now and then very long ones."""
    some = st.lists(st.one_of(st.sampled_from(NASTY), st.characters()), max_size=max_size).map("".join)
    return st.one_of(some, some, st.tuples(some, st.integers(2, 60)).map(lambda pair: pair[0] * pair[1]))


def some_choices(max_size: int = 12) -> st.SearchStrategy[tuple[Choice, ...]]:
    """Any list of options; now and then a very long one."""
    choice = st.builds(
        Choice, number=st.integers(0, 300), label=words(8), choice=st.integers(0, 999), echo=words(8)
    )
    few = st.lists(choice, max_size=max_size).map(tuple)
    return st.one_of(few, few, st.tuples(few, st.integers(2, 20)).map(lambda pair: pair[0] * pair[1]))


def steps() -> st.SearchStrategy[tuple[Step, ...]]:
    """Any links of liaisons."""
    step = st.builds(
        Step,
        label=words(8),
        code=st.integers(-5, 10**16),
        echo=words(8),
        number=st.integers(0, 9),
    )
    return st.lists(step, max_size=5).map(tuple)


def rows() -> st.SearchStrategy[tuple[ItemRow, ...]]:
    """Any items on a list; now and then very many."""
    row = st.builds(
        ItemRow,
        number=st.integers(1, 999_999),
        subject=words(8),
        category=words(8),
        text=words(),
        deadline=st.dates(),
        days_left=st.integers(-9999, 9999),
        state=st.sampled_from(State),
        waits_for_extension=st.booleans(),
        acts=steps(),
    )
    few = st.lists(row, max_size=6).map(tuple)
    return st.one_of(few, few, st.tuples(few, st.integers(2, 10)).map(lambda pair: pair[0] * pair[1]))


_FIELDS: dict[str, Callable[[], st.SearchStrategy[Any]]] = {
    "choices": some_choices,
    "acts": lambda: some_choices(4),
    "done": lambda: st.lists(words(), max_size=30).map(tuple),
    "page": lambda: st.integers(0, 50),
    "rows": rows,
    "steps": steps,
    "foot": steps,
    "row": lambda: rows().filter(len).map(lambda found: found[0]),
    "more": lambda: steps().filter(len).map(lambda found: found[0]),
    "act": lambda: st.sampled_from(ItemActs),
    "slot": lambda: st.one_of(st.integers(0, 9999), st.integers(0, 10**9)),
}


def any_of(kind: type[Any]) -> st.SearchStrategy[Any]:
    """Any prompt of one kind, legal or not."""
    by_type: dict[Any, st.SearchStrategy[Any]] = {
        str: words(),
        datetime: st.datetimes(datetime(2000, 1, 2), datetime(2100, 1, 1), timezones=st.just(UTC)),
        datetime | None: st.none(),
        date: st.dates(),
        date | None: st.one_of(st.none(), st.dates()),
        Choice: some_choices().filter(len).map(lambda found: found[0]),
    }
    fields: dict[str, st.SearchStrategy[Any]] = {}
    for name, declared in kind.__annotations__.items():
        if name in _FIELDS:
            fields[name] = _FIELDS[name]()
        elif declared in by_type:
            fields[name] = by_type[declared]
    return st.builds(kind, **fields)


any_prompt = st.one_of([any_of(kind) for kind in PROMPT_KINDS])
