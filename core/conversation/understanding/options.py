"""
Which option words mean. Asked back when in doubt: None is an answer here.

A numeral or a single letter is always an option's number. A label may be written whole, with its own
number before it, or as a part of at least two characters that stands in exactly one label.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.conversation.understanding.numerals import digits_joined, option_number, spelled
from core.conversation.understanding.plain import canon, plain, squeezed

# Above this many pieces a message is a story, not a list of choices.
MAX_PIECES = 30

_SEPARATORS = re.compile(r"(?:[\s、,;:/+&.()\[\]|。·]|和|跟|与|及|以及|还有)+")
_AFTER_OTHER = re.compile(r"[\s、,;:.。]+")
_I_CHOOSE = re.compile(r"我?(?:选择?|就选)")
# A part that leaves one of these behind in its clause says the contrary of the label.
_NEGATION = re.compile(r"[不没未无非别]|很少|缺")
# These say something of their own; that a label happens to contain them means nothing.
_OWN_MEANING = frozenset(
    (
        "没有",
        "没了",
        "没人",
        "没用",
        "不了",
        "不是",
        "不行",
        "不要",
        "不好",
        "不用",
        "不对",
        "不会",
        "不能",
        "不想",
    )
)
_SAME_WORDS = {"男": ("男的", "男性", "男士", "男人"), "女": ("女的", "女性", "女士", "女人")}
_NOBODY = -1


@dataclass(frozen=True, slots=True)
class Lexicon:
    """
    An option list, prepared for being understood; positions count from 0 in the list's order.

    `other` is the position of the option that takes words of one's own, or None.
    """

    labels: tuple[str, ...]
    exact: dict[str, int]
    numbers: dict[int, int]
    other: int | None
    longest_label_pieces: int

    @classmethod
    def of(
        cls, labels: Sequence[str], numbers: Sequence[int] | None = None, other: int | None = None
    ) -> "Lexicon":
        """Prepare labels; `numbers` are what is typed for each, 1, 2, 3, … unless given."""
        numbers = list(numbers or range(1, len(labels) + 1))
        plain_labels = [plain(label) for label in labels]
        exact: dict[str, int] = {}
        for forms in (_whole_forms, _numbered_forms):
            found: dict[str, int] = {}
            for position, (number, label) in enumerate(zip(numbers, plain_labels, strict=True)):
                for form in forms(number, label):
                    # A form that two options share means neither.
                    found[form] = position if found.get(form, position) == position else _NOBODY
            exact = found | exact
        return cls(
            labels=tuple(canon(label) for label in plain_labels),
            exact={form: position for form, position in exact.items() if position != _NOBODY},
            numbers={number: position for position, number in enumerate(numbers)},
            other=other,
            longest_label_pieces=max((len(_SEPARATORS.split(label)) for label in plain_labels), default=1),
        )


@dataclass(frozen=True, slots=True)
class Picked:
    """Positions in the list's order, and the words given with "other" in the same breath."""

    positions: tuple[int, ...]
    text: str = ""


def understand_option(words: str, lexicon: Lexicon) -> int | None:
    """The position of the one option these words mean, or None."""
    return _option(plain(words), lexicon)


def understand_with_words(words: str, lexicon: Lexicon) -> Picked | None:
    """One option, or "other" with its words behind it ("6 井水没了")."""
    found = understand_option(words, lexicon)
    if found is not None:
        return Picked((found,))
    told = _other_with_words(words, lexicon)
    return told if told and len(told.positions) == 1 else None


def understand_options(words: str, lexicon: Lexicon) -> Picked | None:
    """Every option these words list ("1 3", "13", "一和三", labels joined), or None when any is unclear."""
    positions = _options(plain(words), lexicon)
    if positions is not None:
        return Picked(positions)
    return _other_with_words(words, lexicon)


def is_label(words: str, lexicon: Lexicon) -> bool:
    """Whether these are exactly one option's label; such words are no command."""
    found = canon(plain(words))
    return bool(found) and found in lexicon.labels


def _whole_forms(_number: int, label: str) -> tuple[str, ...]:
    return (canon(label), squeezed(label), *_SAME_WORDS.get(label, ()))


def _numbered_forms(number: int, label: str) -> list[str]:
    return [
        f"{sign}{joint}{form}"
        for sign in spelled(number)
        for joint in ("", "、")
        for form in {canon(label), squeezed(label)}
    ]


def _option(words: str, lexicon: Lexicon) -> int | None:
    if not words:
        return None
    number = option_number(words)
    if number is not None and number in lexicon.numbers:
        return lexicon.numbers[number]
    if number is not None and not words.isdecimal():
        return None
    found = lexicon.exact.get(canon(words))
    if found is not None:
        return found
    if len(words) == 1 and "a" <= words <= "z":
        position = ord(words) - ord("a")
        return position if position < len(lexicon.labels) else None
    chosen = _I_CHOOSE.match(words)
    if chosen:
        return lexicon.exact.get(canon(words[chosen.end() :]))
    return _by_part(canon(words), lexicon)


def _by_part(part: str, lexicon: Lexicon) -> int | None:
    if len(part) < 2 or part in _OWN_MEANING:
        return None
    holders = [
        i for i, label in enumerate(lexicon.labels) if part in label or part in label.replace("、", "")
    ]
    if part.isdecimal():
        holders = [i for i in holders if part in re.findall(r"[0-9]+", lexicon.labels[i])]
    if len(holders) != 1 or not _stands_for(part, lexicon.labels[holders[0]]):
        return None
    return holders[0]


def _stands_for(part: str, label: str) -> bool:
    """Whether a part says what its label says: no number cut in two, no negation left behind."""
    start = label.find(part)
    if start < 0:
        label, start = label.replace("、", ""), label.replace("、", "").find(part)
    end = start + len(part)
    cuts_a_number = (part[0].isdecimal() and label[start - 1 : start].isdecimal()) or (
        part[-1].isdecimal() and label[end : end + 1].isdecimal()
    )
    clause_before = label[:start].rpartition("、")[2]
    return not cuts_a_number and not _NEGATION.search(clause_before)


def _options(words: str, lexicon: Lexicon) -> tuple[int, ...] | None:
    """Every option plain words list, in the list's order."""
    one = _piece(words, lexicon)
    if one is not None:
        return one
    pieces = _pieces(words)
    if not 1 < len(pieces) <= MAX_PIECES:
        return None
    found = _cover(words, pieces, 0, lexicon, {})
    return None if found is None else tuple(sorted(found))


def _pieces(words: str) -> list[tuple[int, int]]:
    """Where the pieces between separators begin and end."""
    spans: list[tuple[int, int]] = []
    start = 0
    for gap in _SEPARATORS.finditer(words):
        if gap.start() > start:
            spans.append((start, gap.start()))
        start = gap.end()
    if start < len(words):
        spans.append((start, len(words)))
    return spans


def _cover(
    words: str,
    pieces: list[tuple[int, int]],
    first: int,
    lexicon: Lexicon,
    known: dict[int, frozenset[int] | None],
) -> frozenset[int] | None:
    """The options that pieces from `first` on name, longest labels first; a label may span several."""
    if first == len(pieces):
        return frozenset()
    if first not in known:
        known[first] = None
        for after in range(min(first + lexicon.longest_label_pieces, len(pieces)), first, -1):
            here = _piece(words[pieces[first][0] : pieces[after - 1][1]], lexicon)
            rest = None if here is None else _cover(words, pieces, after, lexicon, known)
            if here is not None and rest is not None:
                known[first] = rest.union(here)
                break
    return known[first]


def _piece(words: str, lexicon: Lexicon) -> tuple[int, ...] | None:
    """One option, or digits written together."""
    one = _option(words, lexicon)
    if one is not None:
        return (one,)
    joined = digits_joined(words)
    if joined is None or len(joined) < 2 or not all(number in lexicon.numbers for number in joined):
        return None
    return tuple(sorted(lexicon.numbers[number] for number in joined))


def _other_with_words(words: str, lexicon: Lexicon) -> Picked | None:
    """
    `6 井水没了`, `1 3 其他：井水没了`: options ending in "other", then words that name no option.

    The words keep the writer's own spelling.
    """
    if lexicon.other is None:
        return None
    for gap in list(_AFTER_OTHER.finditer(_halved(words)))[:MAX_PIECES]:
        head, rest = words[: gap.start()], words[gap.end() :].strip()
        positions = _options(plain(head), lexicon)
        if positions is None or lexicon.other not in positions or not rest:
            continue
        # "6 满意": two options that contradict one another, no words of one's own.
        if _option(plain(head), lexicon) != lexicon.other and not _ends_in_other(plain(head), lexicon):
            continue
        if _options(plain(rest), lexicon) is None and plain(rest):
            return Picked(positions, rest)
    return None


def _ends_in_other(head: str, lexicon: Lexicon) -> bool:
    start, end = _pieces(head)[-1]
    return _option(head[start:end], lexicon) == lexicon.other


def _halved(words: str) -> str:
    """The same words, character for character, with Chinese separators as half-width ones."""
    return words.translate(_HALF)


_HALF = str.maketrans("，：；．\u3000", ",:;. ")
