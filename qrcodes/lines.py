"""
Where a name or a sentence may be broken into lines.

Names run to 22 characters (中共河池市委员会网络安全和信息化委员会办公室), and a typesetter breaks Chinese
anywhere. Here a break is looked for after a comma, then after a syllable that ends a name's part (县, 局),
with lines about equally long. The template is given every way, in one line, in two, …, and takes the one it
can set largest.
"""

import re
from functools import cache, lru_cache

# Words that stand in many units' names and in our texts; a name is never broken inside one.
_WORDS = (
    "自治县|自治乡|委员会|人民政府|办公室|领导小组|分公司|有限公司|集团|中共|政治|协商|会议|纪律|检查|"
    "监察|监督|管理|工作|河池|广西|网络|安全|信息化|银行|保险|移动|联合|通信|国有|资产|"
    "打开|微信|扫一扫|聊天|一题|回答|觉得|怎么样|办事|统计|用来|改进|姓名"
)
# Letters and figures stay together: 0778-2561234 is one piece.
_PIECES = re.compile(_WORDS + r"|[!-~]+|\s+|.", re.DOTALL)
_NEVER_FIRST = frozenset("，。、；：？！）》”’…—·,.;:?!)")
_NEVER_LAST = frozenset("（《“‘(")
_ENDS_A_CLAUSE = frozenset("，。；：？！,;:?!")
_ENDS_A_PART = frozenset("省市县区州盟旗乡镇族村会局院司处厅部委和、与室")

# What a break costs, in the same unit as a line that is that many characters (squared) off the mean.
_MID_WORD_COST = 12.0
_PART_COST = 0.5


@lru_cache(maxsize=64)
def ways(text: str, most_lines: int) -> tuple[tuple[str, ...], ...]:
    """`text` in one line, in two, …, up to `most_lines`; ways that would leave a line empty are left out."""
    pieces = _pieces(text)
    return tuple(found for count in range(1, most_lines + 1) if (found := _broken(pieces, count)) is not None)


def width_of(text: str) -> float:
    """About how wide, in characters: half of one for a letter or figure."""
    return sum(0.55 if char.isascii() else 1.0 for char in text)


def _pieces(text: str) -> tuple[str, ...]:
    """What is never broken inside: a mark goes with what it follows, an opening mark with what it opens."""
    pieces: list[str] = []
    for found in _PIECES.findall(text.strip()):
        piece = " " if found.isspace() else found
        if piece[0] in _NEVER_FIRST and len(pieces) > 1 and pieces[-1] == " ":
            pieces[-2:] = ["".join(pieces[-2:])]
        if pieces and (piece[0] in _NEVER_FIRST or pieces[-1].rstrip()[-1:] in _NEVER_LAST):
            pieces[-1] += piece
        else:
            pieces.append(piece)
    return tuple(pieces)


def _broken(pieces: tuple[str, ...], count: int) -> tuple[str, ...] | None:
    """The best way to make `count` lines of these, None when there is none."""
    if count > len(pieces):
        return None
    mean = sum(map(width_of, pieces)) / count

    @cache
    def best(start: int, lines: int) -> tuple[float, tuple[int, ...]]:
        """The cost of setting everything from `start` in `lines` lines, and where each of them ends."""
        if lines == 1:
            return (width_of("".join(pieces[start:])) - mean) ** 2, (len(pieces),)
        found = []
        for end in range(start + 1, len(pieces) - lines + 2):
            cost, ends = best(end, lines - 1)
            here = (width_of("".join(pieces[start:end])) - mean) ** 2 + _cost_of_break(pieces[end - 1])
            found.append((here + cost, (end, *ends)))
        return min(found)

    _, ends = best(0, count)
    starts = (0, *ends)
    lines = tuple("".join(pieces[start:end]).strip() for start, end in zip(starts, ends, strict=False))
    return lines if all(lines) else None


def _cost_of_break(before: str) -> float:
    """What it costs to break after this piece."""
    last = before[-1]
    if last in _ENDS_A_CLAUSE or last == " ":
        return 0.0
    return _PART_COST if last in _ENDS_A_PART else _MID_WORD_COST
