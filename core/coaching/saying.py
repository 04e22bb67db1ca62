"""How rules look for words: patterns with what excuses a match, and three that need the whole text."""

import re
from collections.abc import Callable, Iterator

from core.coaching.context import answer_runs, is_forbidden, is_forbidden_outside, is_listed, is_reported
from core.coaching.findings import Span, TextCheck
from core.coaching.flatten import Flat
from core.coaching.words import pattern

Excuse = Callable[[Flat, Span], bool]


def said(*patterns: str, unless: tuple[Excuse, ...] = (), is_ban: bool = False) -> TextCheck:
    """
    Finds where one of the patterns stands and nothing excuses it.

    What is forbidden or reported is always excused, further excuses come with `unless`. `is_ban`: the words
    are a ban themselves (不要选一般), so only a ban in front of them excuses.
    """
    compiled = [pattern(each) for each in patterns]
    excuses: tuple[Excuse, ...] = (is_forbidden_outside if is_ban else is_forbidden, is_reported, *unless)

    def check(flat: Flat) -> Iterator[Span]:
        for each in compiled:
            for found in each.finditer(flat.text):
                if not any(excuse(flat, found.span()) for excuse in excuses):
                    yield found.span()

    return check


def either(*checks: TextCheck) -> TextCheck:
    """Whatever one of the checks finds."""
    return lambda flat: (span for check in checks for span in check(flat))


_GOOD_ANSWER = re.compile(r"(?:非常|很|十分|比较|较|基本)?满意|(?:非常|很|比较|较)好")
_REST_OF_SCALE = pattern(r"<差>|一般|还行|不满|差")
_SUM = re.compile(r"^(?:的)?(?:合计|合起来|共|占|比例|率|之和)")


def only_good_answers_offered(flat: Flat) -> Iterator[Span]:
    """A list of answers that are all positive, in a text that names no other."""
    if _REST_OF_SCALE.search(flat.text):
        return
    for run in answer_runs(flat):
        answers = set(_GOOD_ANSWER.findall(run[0]))
        is_sum = _SUM.search(flat.text[run.end() :])
        if len(answers) > 1 and not is_sum and not is_reported(flat, run.span()):
            yield run.span()


_KEY_FOR_GOOD = pattern(r"(?<![不太够])满意的?(?:话|请|就|,)*(?:按|点|扫|选|回复|投|直接|摁)")
_KEY_FOR_BAD = pattern(r"(?:不满意|不太满意|较差|差)的?(?:话|请|就|,)*(?:按|点|扫|选|回复|投|直接|摁)")
_HURDLE = pattern(
    r"不(?:太)?满意<间>(?:到<间>(?:办公室|窗口|现场|大厅|服务台|单位|说明|反映)|致电|打电话|拨打|"
    r"联系|登录|书面|写明|说明"
    r"|填(?:表|单|写)|提供|实名|登记|身份证|姓名|转人工|排队|证明|佐证)"
)


def only_good_answer_has_key(flat: Flat) -> Iterator[Span]:
    """`满意请按1`, and no such way for anybody else."""
    found = _KEY_FOR_GOOD.search(flat.text)
    if found and not _KEY_FOR_BAD.search(flat.text) and not is_listed(flat, found.span()):
        yield found.span()


def bad_answer_is_harder(flat: Flat) -> Iterator[Span]:
    """The satisfied tap once, the others must go somewhere, give their name or explain themselves."""
    found = _HURDLE.search(flat.text)
    is_choice = _KEY_FOR_GOOD.search(flat.text) or (found and flat.text[: found.start()].endswith("选"))
    if found and is_choice and not is_forbidden(flat, found.span()) and not is_reported(flat, found.span()):
        yield found.span()
