"""
What is printed under every table and chart: where its figures come from, and what proves them.

Round, questionnaire with version and hash, the scoring's hash, the filter in words and as an address, n, the
share set aside, the time, and a check code: the hash of the very figures. With the address and the time
`results recompute` counts the table anew; with the check code it compares. Nothing here reads a database.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.clock import local
from core.questionnaires.model import Questionnaire, Rating
from core.reports.figures import SATISFIED_STEPS

SHOWN_HASH_CHARS = 12
# What nobody mixes up when reading it aloud: no I, L, O, U, 0 or 1.
CHECK_ALPHABET = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
CHECK_CHARS, CHECK_GROUP = 12, 4
# Whoever scans a code has chosen to: no margin of error can be given for them (AAPOR, statement on opt-in
# samples). Printed with all that comes from such channels.
SELF_SELECTED = "微信扫码是自愿参加的，不是随机抽样，所以不给误差范围；得分只说明答了的人怎么看。"
SELF_SELECTED_CHANNELS = frozenset({"wechat", "web"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Imprint:
    """
    Under one table. Hashes are shortened; `n`: complete responses counted; `set_aside`: complete ones of
    the same part that the quality rules set aside, counted too only if `with_set_aside`.

    `filter_words` names the part; `link` is the address below the server's name that shows it again, ''
    where there is none, as in a PDF. `at`: the moment, to the millisecond. `check_code`: see there.
    """

    round_name: str
    questionnaire_title: str
    questionnaire_id: str
    questionnaire_version: int
    questionnaire_hash: str
    scoring_hash: str
    filter_words: str
    link: str
    n: int
    set_aside: int
    with_set_aside: bool
    at: datetime
    check_code: str
    is_self_selected: bool = False

    @property
    def set_aside_share(self) -> float | None:
        """Of all complete responses, 0–1; None without any."""
        whole = self.n if self.with_set_aside else self.n + self.set_aside
        return self.set_aside / whole if whole else None

    @property
    def lines(self) -> tuple[tuple[str, str], ...]:
        """(what, what of it) in the order they are printed."""
        share = self.set_aside_share
        aside = f"{'其中' if self.with_set_aside else '另有'}搁置的{self.set_aside}份"
        counted = "也算在内" if self.with_set_aside else "没有算进去"
        told = f"（{share * 100:.1f}%），{counted}" if share is not None and self.set_aside else ""
        found = [
            ("调查", self.round_name),
            (
                "问卷",
                f"{self.questionnaire_title}（{self.questionnaire_id} 第{self.questionnaire_version}版，"
                f"指纹 {self.questionnaire_hash}）",
            ),
            ("计分", f"指纹 {self.scoring_hash}"),
            ("范围", self.filter_words),
            ("答卷", f"n={self.n}份；{aside}{told}"),
            (TIME_LINE, moment_in_print(self.at)),
            (CHECK_LINE, self.check_code),
        ]
        if self.link:
            found.append((LINK_LINE, self.link))
        if self.is_self_selected:
            found.append(("说明", SELF_SELECTED))
        return tuple(found)


TIME_LINE, CHECK_LINE, LINK_LINE = "时间", "校验码", "网址"


def imprint_of(
    figures: Iterable[Sequence[str]],
    questionnaire: Questionnaire,
    *,
    title: str,
    round_name: str,
    filter_words: str,
    link: str,
    n: int,
    set_aside: int,
    with_set_aside: bool,
    at: datetime,
    channels: Collection[str],
) -> Imprint:
    """
    What goes under a table: `figures` are its rows as they are printed, `title` the questionnaire's as people
    read it, `channels` those that answers came through.
    """
    return Imprint(
        round_name=round_name,
        questionnaire_title=title,
        questionnaire_id=questionnaire.id,
        questionnaire_version=questionnaire.version,
        questionnaire_hash=questionnaire_hash(questionnaire),
        scoring_hash=scoring_hash(questionnaire),
        filter_words=filter_words,
        link=link,
        n=n,
        set_aside=set_aside,
        with_set_aside=with_set_aside,
        at=at,
        check_code=check_code(figures, questionnaire),
        is_self_selected=not SELF_SELECTED_CHANNELS.isdisjoint(channels),
    )


def moment_in_print(moment: datetime) -> str:
    """`2026-12-01 09:00:05.123`, in Shanghai: to the millisecond, because responses are numbered by it."""
    there = local(moment)
    return f"{there:%Y-%m-%d %H:%M:%S}.{there.microsecond // 1000:03d}"


def questionnaire_hash(questionnaire: Questionnaire) -> str:
    """The beginning of the questionnaire's content hash."""
    return questionnaire.content_hash[:SHOWN_HASH_CHARS]


def identity(questionnaire: Questionnaire) -> str:
    """`residents-2021 第1版，指纹 0a…，计分 7f…`: where a whole imprint has no room."""
    return (
        f"{questionnaire.id} 第{questionnaire.version}版，指纹 {questionnaire_hash(questionnaire)}，"
        f"计分 {scoring_hash(questionnaire)}"
    )


def scoring_hash(questionnaire: Questionnaire) -> str:
    """
    The beginning of the hash of all that makes scores out of answers: each rating question's dimension,
    weight, and the score of each step; and how many steps count as satisfied.
    """
    rule = {
        "satisfied_steps": SATISFIED_STEPS,
        "ratings": [
            [each.id, each.dimension, each.weight, [[option.code, option.score] for option in each.options]]
            for each in questionnaire.walk()
            if isinstance(each, Rating)
        ],
    }
    words = json.dumps(rule, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(words.encode()).hexdigest()[:SHOWN_HASH_CHARS]


def check_code(figures: Iterable[Sequence[str]], questionnaire: Questionnaire) -> str:
    """
    `K7QM-2XPA-93HD`: a hash of a table's rows as they are printed, and of how they were scored.

    The order of the rows does not matter, so a table sorted otherwise has the same code.
    """
    rows = sorted("\t".join(row) for row in figures)
    words = "\n".join([questionnaire_hash(questionnaire), scoring_hash(questionnaire), *rows])
    number = int.from_bytes(hashlib.sha256(words.encode()).digest(), "big")
    letters = []
    for _ in range(CHECK_CHARS):
        number, place = divmod(number, len(CHECK_ALPHABET))
        letters.append(CHECK_ALPHABET[place])
    return "-".join(
        "".join(letters[start : start + CHECK_GROUP]) for start in range(0, CHECK_CHARS, CHECK_GROUP)
    )
