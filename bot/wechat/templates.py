"""
Which template each kind of message takes, and what goes into its keywords: the office's file, read and
checked.

    format: 1
    messages:
      default:                      # for every kind that is not named
        template:
          id: the template's id in the account's console
          keywords: {const3: 整改提醒, thing1: "{summary}", time4: "{due}"}
          allowed: {const3: [整改提醒, 整改到期]}     # the values approved for a const
        notice: …                   # 订阅通知, the same way
      escalate: …
      outcome: …                    # to residents; `default` is not for them

`{field}` stands for a field of the message (`core.outbox.kinds.fields_of`). What can be checked is checked
when the file is read; every value is checked again before it is sent.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.wechat.values import fault_of, fitted, type_of
from core.errors import BadInput, Fault
from core.outbox.kinds import KIND_WORDS, TO_RESIDENTS, fields_of
from core.outbox.states import Channel

FORMAT = 1
DEFAULT = "default"
CHANNELS = (Channel.TEMPLATE, Channel.NOTICE)
MAX_FILE_BYTES = 64 * 1024
# Values that every message has a like of, to try a keyword with before anything is sent.
SAMPLE: Mapping[str, str] = {
    "summary": "共3件，12号逾期5天", "sort": "整改提醒", "count": "3", "number": "12", "due": "2026-12-01",
    "result": "已办好", "by": "市交通局", "said": "2026-11-02",
}  # fmt: skip

_ID = re.compile(r"[A-Za-z0-9_-]{20,64}")
_FIELD = re.compile(r"\{([^{}]*)\}")


class BadValue(ValueError):
    """A value does not fit its keyword; the text says which, in Chinese."""


@dataclass(frozen=True, slots=True)
class Template:
    """A template's id; for each keyword the words, with `{field}`s in them; `allowed`: a const's values."""

    id: str
    keywords: Mapping[str, str]
    allowed: Mapping[str, tuple[str, ...]]

    def filled(self, fields: Mapping[str, str]) -> dict[str, dict[str, str]]:
        """`data` of the call, every value fitted and checked; BadValue."""
        return {keyword: {"value": self._value(keyword, fields)} for keyword in self.keywords}

    def _value(self, keyword: str, fields: Mapping[str, str]) -> str:
        value = fitted(keyword, _FIELD.sub(lambda found: fields[found[1]], self.keywords[keyword]))
        fault = fault_of(keyword, value)
        if fault is None and keyword in self.allowed and value not in self.allowed[keyword]:
            fault = f"“{value}”不在{keyword}允许的值里"
        if fault is not None:
            raise BadValue(fault)
        return value


@dataclass(frozen=True, slots=True)
class Templates:
    """Templates by (kind or `default`, channel)."""

    by_use: Mapping[tuple[str, str], Template]

    def find(self, kind: str, channel: Channel) -> Template | None:
        """The template for this kind on this channel; None when none is set."""
        own = self.by_use.get((kind, channel))
        return own if own or kind in TO_RESIDENTS else self.by_use.get((DEFAULT, channel))

    def fits(self, kind: str, fields: Mapping[str, str]) -> bool:
        """Whether there is a template for this kind, on any channel, that takes these values."""
        for channel in CHANNELS:
            template = self.find(kind, channel)
            try:
                if template is not None and template.filled(fields):
                    return True
            except BadValue:
                continue
        return False

    def missing(self) -> list[str]:
        """The kinds of messages to liaisons without a template message, in words."""
        to_liaisons = {kind: words for kind, words in KIND_WORDS.items() if kind not in TO_RESIDENTS}
        return [words for kind, words in to_liaisons.items() if self.find(kind, Channel.TEMPLATE) is None]


NONE = Templates({})


def read_templates(path: Path | None) -> Templates:
    """The templates of a file, none for None; BadInput with every fault."""
    if path is None:
        return NONE
    try:
        content = path.read_bytes()
        if len(content) > MAX_FILE_BYTES:
            raise BadInput([Fault(path.name, "文件太大，不像是模板设置")])
        given = yaml.safe_load(content)
    except OSError as error:
        raise BadInput(
            [Fault(str(path), f"读不了：{error.strerror}。请检查 MINYI_WECHAT_TEMPLATES")]
        ) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadInput([Fault(path.name, "不是合格的 YAML，请检查缩进和冒号")]) from error
    reading = _Reading(path.name)
    templates = reading.templates(given)
    if reading.faults:
        raise BadInput(reading.faults)
    return templates


class _Reading:
    """Reads the file's contents, noting every fault."""

    def __init__(self, filename: str) -> None:
        self._filename = filename
        self.faults: list[Fault] = []

    def templates(self, given: Any) -> Templates:
        """All of them, as far as they can be used."""
        if not isinstance(given, dict) or given.get("format") != FORMAT:
            self._fault("", f"第一行要是 format: {FORMAT}")
            return NONE
        messages = given.get("messages")
        if not isinstance(messages, dict):
            self._fault("messages", "要写每种消息用哪个模板")
            return NONE
        found: dict[tuple[str, str], Template] = {}
        for kind, channels in messages.items():
            if kind != DEFAULT and kind not in KIND_WORDS:
                self._fault(str(kind), f"没有这种消息，只有 default、{'、'.join(KIND_WORDS)}")
            elif not isinstance(channels, dict):
                self._fault(str(kind), "下面要写 template 或 notice")
            else:
                found |= dict(self._channels(kind, channels))
        return Templates(found)

    def _channels(self, kind: str, channels: dict[Any, Any]) -> Iterator[tuple[tuple[str, str], Template]]:
        for name, given in channels.items():
            if name not in CHANNELS:
                self._fault(f"{kind}.{name}", "只能写 template（模板消息）或 notice（订阅通知）")
            elif (template := self._template(kind, f"{kind}.{name}", given)) is not None:
                yield (kind, name), template

    def _template(self, kind: str, place: str, given: Any) -> Template | None:
        if not isinstance(given, dict):
            self._fault(place, "要写 id 和 keywords")
            return None
        unknown = set(given) - {"id", "keywords", "allowed"}
        if unknown:
            self._fault(place, f"不认识{'、'.join(sorted(map(str, unknown)))}")
        id_, keywords, allowed = given.get("id"), given.get("keywords"), given.get("allowed") or {}
        if not isinstance(id_, str) or not _ID.fullmatch(id_):
            self._fault(f"{place}.id", "要是公众平台后台里的模板ID")
            id_ = ""
        if not isinstance(keywords, dict) or not keywords or not isinstance(allowed, dict):
            self._fault(f"{place}.keywords", '要写每个关键词放什么，如 thing1: "{summary}"')
            return None
        words = {str(key): str(value) for key, value in keywords.items()}
        values = {
            str(key): tuple(map(str, value if isinstance(value, list) else [value]))
            for key, value in allowed.items()
        }
        template = Template(id_, words, values)
        return template if self._is_usable(kind, place, template) else None

    def _is_usable(self, kind: str, place: str, template: Template) -> bool:
        """Whether every keyword could be filled, with values like the real ones."""
        before, known = len(self.faults), fields_of(kind)
        for keyword, words in template.keywords.items():
            unknown = [name for name in _FIELD.findall(words) if name not in known]
            if type_of(keyword) is None:
                self._fault(f"{place}.{keyword}", "不是公众平台的关键词，要像 thing1、time4")
            elif unknown:
                there = "、".join(f"{{{name}}}" for name in known)
                self._fault(f"{place}.{keyword}", f"没有{'、'.join(unknown)}这一项，只有{there}")
            else:
                self._try(place, template, keyword)
        for keyword in template.allowed:
            if keyword not in template.keywords:
                self._fault(f"{place}.allowed.{keyword}", "keywords 里没有这个关键词")
        return len(self.faults) == before

    def _try(self, place: str, template: Template, keyword: str) -> None:
        try:
            Template(template.id, {keyword: template.keywords[keyword]}, template.allowed).filled(SAMPLE)
        except BadValue as error:
            self._fault(f"{place}.{keyword}", str(error))

    def _fault(self, place: str, message: str) -> None:
        self.faults.append(Fault(f"{self._filename} {place}".strip(), message))
