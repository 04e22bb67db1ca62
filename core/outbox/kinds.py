"""
The kinds of messages, and the fields each of them fills for a template.

All kinds that liaisons get share one list of fields, so that one template can serve several. What residents
get has another, and a template of its own. Every field of every message has a value: the platform refuses an
empty one.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

# The platform's limit for a `thing`; see wechat docs, template messages, parameter limits.
MAX_SUMMARY_CHARS = 20


class Kind(StrEnum):
    """What a message is."""

    DIGEST = "digest"
    URGENT = "urgent"
    URGE = "urge"
    ESCALATE = "escalate"
    OUTCOME = "outcome"


KIND_WORDS: Mapping[str, str] = MappingProxyType(
    {
        Kind.DIGEST: "每日提醒",
        Kind.URGENT: "单件通知",
        Kind.URGE: "督办提醒",
        Kind.ESCALATE: "升级提醒",
        Kind.OUTCOME: "处理结果",
    }
)

# To people of whom nothing is known but that they asked for it: sent by a template of their own or not at
# all, and nobody can telephone them.
TO_RESIDENTS = frozenset({Kind.OUTCOME})

# Field → what it says.
FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "summary": "一句话：几件、最急的一件怎样了，不超过20个字",
        "sort": "类型，如 整改提醒，不超过5个汉字",
        "count": "几件，数字",
        "number": "最急一件的编号，数字",
        "due": "最急一件的到期日，如 2026-12-01",
    }
)
OUTCOME_FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "summary": "一句话：哪天说的事怎样了，不超过20个字",
        "result": "结果，“已办好”或“已看过”，不超过5个汉字",
        "by": "哪个单位办的，不超过20个字；没有单位就是“办公室”",
        "said": "群众哪天说的，如 2026-12-01",
    }
)


def fields_of(kind: str) -> Mapping[str, str]:
    """What a message of this kind fills, and what each of it says."""
    return OUTCOME_FIELDS if kind in TO_RESIDENTS else FIELDS
