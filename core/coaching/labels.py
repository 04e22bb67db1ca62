"""What side an option's label is on: positive, middle, negative, or no opinion."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from core.coaching.flatten import flatten

Side = Literal["good", "middle", "bad", "none"]

_QUALITY = r"(?:满意|好|优秀|优|良好|良|安全|方便|放心|认可|赞成|同意|公道|公平|公正|清廉|及时|到位|称职|快)"
_VERY = (
    r"(?:非常|很|十分|极其|极|特别|最|比较|较为|较|基本上?|还算|大体|总体|相当|完全|挺|蛮|超级?|"
    r"有点|我|太)*"
)
_NONE = re.compile(
    r"不(?:太)?(?:了解|清楚|知道|适用|便评价|好说|确定)|说不(?:清|准|好)|没(?:有)?(?:去|办|用|接触)过"
    r"|弃权|拒答|不愿说|无法评价"
)
_MIDDLE = re.compile(r"一般般?|中等?|尚可|还行|还可以|普通|合格|马马虎虎|说得过去")
_BAD = re.compile(
    rf"{_VERY}(?:不|欠|没)(?:是)?{_VERY}(?:大|怎么|够)?{_QUALITY}|{_VERY}(?:差|坏|糟糕?|慢)|不合格|失望"
)
_VEILED = re.compile(
    r"(?:有待|需要?|还需|仍需|尚需|还?可以)(?:进一步|继续|再)?(?:改进|提高|提升|努力|加强|完善|加油)"
    r"|有提升空间|继续努力"
)
_GOOD = re.compile(rf"{_VERY}{_QUALITY}|点赞|好评|五星")
# In this order: 不了解 is no opinion before it is a negative.
_SIDES: tuple[tuple[Side, re.Pattern[str]], ...] = (
    ("none", _NONE),
    ("middle", _MIDDLE),
    ("bad", _BAD),
    ("bad", _VEILED),
    ("good", _GOOD),
)
# Digits and signs that number a step or give its mark: 满意（5分）, A 满意.
_NUMBERING = re.compile(r"^[a-e]?(?:[\d.、,:) (\-]|(?<=\d)分)*|[(]?\d+(?:-\d+)?分?[)]?$|[()]")


@dataclass(frozen=True, slots=True)
class Label:
    """
    A label taken apart. `side` None: not an opinion we know. `extra`: words or pictures around the answer.

    `is_veiled`: a negative that only says there is room for more (有待改进).
    """

    side: Side | None
    extra: str
    is_veiled: bool


def read_label(words: str) -> Label:
    """What an option's label says."""
    pictures = "".join(character for character in words if unicodedata.category(character) == "So")
    words = words.translate(dict.fromkeys(map(ord, pictures)))
    flat = _NUMBERING.sub("", flatten(words).text.replace(" ", ""))
    for side, known in _SIDES:
        if known.fullmatch(flat):
            return Label(side, pictures, known is _VEILED)
    # An answer with something behind it: 不满意(需说明原因), 满意,谢谢.
    head, _, extra = re.sub(r"[,。;:!(~、\-]+", "\0", flatten(words).text, count=1).partition("\0")
    head = _NUMBERING.sub("", head.replace(" ", ""))
    for side, known in _SIDES:
        if extra.strip(") ") and known.fullmatch(head):
            return Label(side, extra.strip(") "), known is _VEILED)
    return Label(None, "", False)
