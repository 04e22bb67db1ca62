"""
Every rule of the coaching guard about options and the ways to them, with its reason. `rules` has the words.

A scale is judged by its labels (`labels`), not by its scores: what people choose from is what they read.
Lists whose labels are no opinions (男｜女) are nobody's business here.
"""

from collections.abc import Iterator

from core.coaching.findings import OptionsCheck, PathsCheck, Rule
from core.coaching.labels import Label, Side, read_label
from core.coaching.ways import asks_who, dead_ends, hurdles
from core.questionnaires.model import Option

# Who is worth half the points is not dissatisfied: a county counted 不满意 as 50 and was laughed at for it.
HIGHEST_LOWEST_SCORE = 50


def _labels(options: tuple[Option, ...]) -> list[Label]:
    """The labels, if they are opinions: at least one is on a side and none but 其他 is unknown."""
    read = [(option, read_label(option.label)) for option in options]
    labels = [label for option, label in read if label.side or not option.other]
    is_opinion = any(label.side in ("good", "bad") for label in labels)
    return labels if is_opinion and all(label.side for label in labels) else []


def _named(options: tuple[Option, ...], *sides: Side) -> str:
    return "、".join(option.label for option in options if read_label(option.label).side in sides)


def _no_negative(options: tuple[Option, ...]) -> Iterator[str]:
    labels = _labels(options)
    sides = {label.side for label in labels}
    if "good" in sides and "bad" not in sides and len(labels) > 1:
        yield _named(options, "good", "middle")


def _unbalanced(options: tuple[Option, ...]) -> Iterator[str]:
    sides = [label.side for label in _labels(options)]
    good, bad = sides.count("good"), sides.count("bad")
    if good and bad and good != bad:
        yield f"好的{good}项（{_named(options, 'good')}），不好的{bad}项（{_named(options, 'bad')}）"


def _veiled(options: tuple[Option, ...]) -> Iterator[str]:
    bad = [label for label in _labels(options) if label.side == "bad"]
    if bad and all(label.is_veiled for label in bad):
        yield _named(options, "bad")


def _unequal_labels(options: tuple[Option, ...]) -> Iterator[str]:
    """One side carries words (or a picture) that the other does not."""
    labels = [(option, read_label(option.label)) for option in options]
    opinions = [(option, label) for option, label in labels if label.side in ("good", "bad")]
    dressed = [option.label for option, label in opinions if label.extra]
    if len(opinions) > 1 and 0 < len(dressed) < len(opinions):
        yield "、".join(dressed)


def _high_floor(options: tuple[Option, ...]) -> Iterator[str]:
    scored = [option for option in options if option.score is not None]
    if not scored:
        return
    worst = min(scored, key=lambda option: option.score or 0)
    if (worst.score or 0) >= HIGHEST_LOWEST_SCORE:
        yield f"{worst.label}，{worst.score:g}分"


OPTION_RULES: tuple[Rule[OptionsCheck], ...] = (
    Rule(
        id="no_negative_option",
        kind="options",
        check=_no_negative,
        reason="没有不满意的选项，不满意的人只能违心选一项。请加上“不太满意”“不满意”。",
        caught="非常满意｜满意｜基本满意",
        passes="满意｜一般｜不满意",
    ),
    Rule(
        id="veiled_negative",
        kind="options",
        check=_veiled,
        reason="不好的一头只有“有待改进”这样的客气话，看不出不满意。请写明“不满意”或“差”。",
        caught="很好｜好｜有待改进",
        passes="好｜一般｜差",
    ),
    Rule(
        id="unequal_labels",
        kind="options",
        check=_unequal_labels,
        reason="几个选项待遇不一样：有的加了道谢、图案，有的加了“需说明原因”。每项只写答案本身。",
        caught="满意｜一般｜不满意（需说明原因）",
        passes="满意（5分）｜一般（3分）｜不满意（1分）",
    ),
    Rule(
        id="unbalanced_scale",
        kind="scale",
        check=_unbalanced,
        reason="好的项和不好的项要一样多，不然平均分会被量表自己抬高（或压低）。",
        caught="非常满意｜满意｜基本满意｜不满意",
        passes="满意｜比较满意｜一般｜不太满意｜不满意",
    ),
    Rule(
        id="high_floor",
        kind="scale",
        check=_high_floor,
        reason=f"最差的一项也有{HIGHEST_LOWEST_SCORE}分以上，全都不满意也能得半数的分。最差一项应当接近0分。",
        caught="满意=100｜基本满意=70｜不满意=50",
        passes="满意=100｜一般=60｜不满意=0",
    ),
)

PATH_RULES: tuple[Rule[PathsCheck], ...] = (
    Rule(
        id="hurdle_behind_negative",
        kind="options",
        check=hurdles,
        reason="选了不好的才有这道必答题，等于多设一道坎。原因想说才说，请改成选答（去掉 required）。",
        caught="选“不满意”后必须填写原因",
        passes="选“不满意”后可以说说原因，不说也行",
    ),
    Rule(
        id="asks_who_is_dissatisfied",
        kind="threat",
        check=asks_who,
        reason="只向不满意的人要姓名、电话，没有人敢选不满意。要联系方式就问所有人，或者都不问。",
        caught="选“不满意”后请留下姓名和电话",
        passes="选“不满意”后可以说说哪里没做好",
    ),
    Rule(
        id="negative_ends",
        kind="options",
        check=dead_ends,
        reason="选了不好的就结束了，或者要另外打字，好的却不用。不好的答案会因此丢掉。",
        caught="选“不满意”就结束",
        passes="选哪一项都接着答",
    ),
)
