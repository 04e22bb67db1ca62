"""
The kinds of messages, and the fields each of them fills for a template.

One list of fields for all kinds, so that one template can serve several. Every field of every message has a
value: the platform refuses an empty one.
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


KIND_WORDS: Mapping[str, str] = MappingProxyType(
    {
        Kind.DIGEST: "每日提醒",
        Kind.URGENT: "单件通知",
        Kind.URGE: "督办提醒",
        Kind.ESCALATE: "升级提醒",
    }
)

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
