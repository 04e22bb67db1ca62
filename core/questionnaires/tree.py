"""
YAML text to a tree of nodes (`nodes`) that know their line. Plain YAML only.

Refuses what a questionnaire has no use for and what makes YAML dangerous or ambiguous: anchors, aliases,
tags, merge keys, directives, several documents, duplicate keys, great size and depth. What keys and values
mean is for `lint` and `build`.

A byte order mark at the beginning is accepted and dropped, because Windows' Notepad writes one. YAML 1.1
reads `no` as false and `12:30` as 750; such words are of kind "odd" here, so nobody takes them for text.

The tree is built from the parser's events, not by its composer: an alias is refused before anything is
expanded, and depth is counted by us.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from core.questionnaires.nodes import Entry, ListNode, MapNode, Node, Scalar, shown

# The longest questionnaires we could think of stay under half of this.
MAX_FILE_BYTES = 1_000_000
# Room for groups in groups, eighteen deep; real files use two.
MAX_DEPTH = 40


@dataclass(frozen=True, slots=True)
class TreeFault:
    """Something that is not plain YAML. `rule` is one of READING_RULES."""

    line: int
    rule: str
    message: str


@dataclass(frozen=True, slots=True)
class Tree:
    """What could be read: the outermost map, or None, and the faults found on the way."""

    root: MapNode | None
    faults: tuple[TreeFault, ...]


# In the order in which a file meets them.
READING_RULES = (
    "p01_too_large",
    "p01_not_utf8",
    "p15_raw_control_character",
    "p01_not_yaml",
    "p01_directive",
    "p01_several_documents",
    "p01_anchor_or_alias",
    "p01_tag",
    "p01_merge_key",
    "p01_duplicate_key",
    "p01_too_deep",
    "p01_empty_file",
    "p01_not_a_map",
)


def read_tree(source: bytes | str) -> Tree:
    """Read a file's bytes, or text already decoded, into a tree; never raises for what is in it."""
    size = len(source) if isinstance(source, bytes) else len(source.encode("utf-8", "replace"))
    if size > MAX_FILE_BYTES:
        message = f"文件太大（{size // 1000}KB），最多{MAX_FILE_BYTES // 1000}KB，请确认是不是问卷文件"
        return Tree(None, (TreeFault(1, "p01_too_large", message),))
    if isinstance(source, bytes):
        source = source.removeprefix(codecs.BOM_UTF8)
        try:
            source = source.decode("utf-8")
        except UnicodeDecodeError as error:
            line = error.object.count(b"\n", 0, error.start) + 1
            message = "这一行不是UTF-8编码，请用记事本“另存为”，编码选UTF-8"
            return Tree(None, (TreeFault(line, "p01_not_utf8", message),))
    source = source.removeprefix("\ufeff")
    faults = list(_raw_control_characters(source))
    builder = _Builder(faults)
    root = builder.build(_RAW_CONTROL.sub(" ", source))
    return Tree(root, tuple(faults))


# C0 and C1 controls, the line separators YAML would silently take for line breaks, a BOM inside the text,
# half surrogate pairs and non-characters. Tab, line feed and carriage return are YAML's own.
_RAW_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")


def _raw_control_characters(text: str) -> Iterator[TreeFault]:
    for line, words in enumerate(text.split("\n"), start=1):
        found = _RAW_CONTROL.search(words)
        if found is None:
            continue
        message = f"这一行有看不见的控制字符（U+{ord(found[0]):04X}），请删掉重新输入"
        yield TreeFault(line, "p15_raw_control_character", message)


@dataclass(slots=True)
class _Open:
    """A list or map whose end has not come yet. `key` waits for its value."""

    is_map: bool
    line: int
    items: list[Node] = field(default_factory=list)
    entries: dict[str, Entry] = field(default_factory=dict)
    key: Scalar | None = None
    # A key we refused: its value is read and dropped.
    skip_value: bool = False
    # It had a tag, so nobody knows what it was meant to be.
    is_tagged: bool = False


class _StopError(Exception):
    """Reading on makes no sense; the reason is already among the faults."""


class _Builder:
    """Turns parser events into nodes, with its own stack instead of recursion."""

    def __init__(self, faults: list[TreeFault]) -> None:
        self.faults = faults
        self.open: list[_Open] = []
        self.root: Node | None = None

    def build(self, text: str) -> MapNode | None:
        try:
            for event in yaml.parse(text, Loader=_LOADER):
                self.take(event)
        except yaml.MarkedYAMLError as error:
            line = _line(error.problem_mark or error.context_mark)
            self.fault(line, "p01_not_yaml", _in_chinese(error.problem or ""))
            return None
        except _StopError:
            return None
        if self.root is None or (isinstance(self.root, Scalar) and self.root.kind == "null"):
            self.fault(1, "p01_empty_file", "文件是空的，请照格式写好问卷")
            return None
        if not isinstance(self.root, MapNode):
            if not (isinstance(self.root, Scalar) and self.root.kind == "broken"):
                self.fault(self.root.line, "p01_not_a_map", "问卷最外层要写成“键: 值”，例如 format: 1")
            return None
        return self.root

    def fault(self, line: int, rule: str, message: str) -> None:
        self.faults.append(TreeFault(line, rule, message))

    def take(self, event: yaml.Event) -> None:
        line = _line(event.start_mark)
        match event:
            case yaml.DocumentStartEvent():
                self.start_document(event, line)
            case yaml.AliasEvent():
                self.fault(
                    line,
                    "p01_anchor_or_alias",
                    f"不能用YAML别名“*{shown(event.anchor or '')}”，请把内容写出来",
                )
                self.add(_broken(line))
            case yaml.ScalarEvent():
                refused = self.refuse_anchor_and_tag(event, line)
                self.add(_broken(line) if refused else _scalar(event, line))
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                refused = self.refuse_anchor_and_tag(event, line)
                if len(self.open) == MAX_DEPTH:
                    self.fault(line, "p01_too_deep", f"套得太深（超过{MAX_DEPTH}层），请减少分组的层数")
                    raise _StopError
                is_map = isinstance(event, yaml.MappingStartEvent)
                self.open.append(_Open(is_map, line, is_tagged=refused))
            case yaml.MappingEndEvent():
                closed = self.open.pop()
                self.add(_broken(closed.line) if closed.is_tagged else MapNode(closed.entries, closed.line))
            case yaml.SequenceEndEvent():
                closed = self.open.pop()
                items = tuple(closed.items)
                self.add(_broken(closed.line) if closed.is_tagged else ListNode(items, closed.line))

    def start_document(self, event: yaml.DocumentStartEvent, line: int) -> None:
        if self.root is not None:
            message = "一个文件只放一份问卷，请删掉这里的“---”和后面的内容"
            self.fault(line, "p01_several_documents", message)
            raise _StopError
        if event.version or event.tags:
            self.fault(line, "p01_directive", "不要写以“%”开头的YAML指令，请删掉这一行")

    def refuse_anchor_and_tag(self, event: yaml.NodeEvent, line: int) -> bool:
        """Whether a tag was refused; an anchored value is still read, for the sake of other faults."""
        if event.anchor is not None:
            self.fault(line, "p01_anchor_or_alias", f"不能用YAML锚点“&{shown(event.anchor)}”，请删掉")
        tag: str | None = getattr(event, "tag", None)
        if tag is not None:
            self.fault(line, "p01_tag", "不能用以“!”开头的YAML标签，请删掉；文字里有“!”请加引号")
        return tag is not None

    def add(self, node: Node) -> None:
        if not self.open:
            self.root = node
            return
        holder = self.open[-1]
        if not holder.is_map:
            holder.items.append(node)
        elif holder.key is None and not holder.skip_value:
            self.add_key(holder, node)
        else:
            if holder.key is not None:
                holder.entries[holder.key.raw] = Entry(holder.key, node, holder.key.line)
            holder.key = None
            holder.skip_value = False

    def add_key(self, holder: _Open, node: Node) -> None:
        if not isinstance(node, Scalar):
            self.fault(node.line, "p01_not_yaml", "冒号左边只能写一个词，不能写列表或另一层内容")
        elif node.kind == "broken":
            pass
        elif node.raw == "<<":
            self.fault(node.line, "p01_merge_key", "不能用“<<”合并，请把内容写出来")
        elif node.raw in holder.entries:
            first = holder.entries[node.raw].line
            self.fault(
                node.line, "p01_duplicate_key", f"“{shown(node.raw)}”在第{first}行已经写过，请删掉一个"
            )
        else:
            holder.key = node
            return
        holder.skip_value = True


# libyaml reads a long file in milliseconds where the Python parser takes seconds; both know the same YAML.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_RESOLVER: Any = yaml.resolver.Resolver()
_STRING_TAG = "tag:yaml.org,2002:str"
_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]{0,14})")
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]{0,14})\.[0-9]{1,10}")
_FLAGS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}


def _line(mark: Any) -> int:
    """The parser's mark (its own, or libyaml's) as a line counted from 1."""
    return int(mark.line) + 1 if mark else 1


def _broken(line: int) -> Scalar:
    return Scalar("broken", "", None, line)


def _scalar(event: yaml.ScalarEvent, line: int) -> Scalar:
    raw: str = event.value
    if event.style in ('"', "'", "|", ">"):
        return Scalar("text", raw, raw, line)
    if raw in _FLAGS:
        return Scalar("flag", raw, _FLAGS[raw], line)
    if raw in ("", "~", "null", "Null", "NULL"):
        return Scalar("null", raw, None, line)
    if _WHOLE.fullmatch(raw):
        return Scalar("whole", raw, int(raw), line)
    if _DECIMAL.fullmatch(raw):
        return Scalar("decimal", raw, float(raw), line)
    if _RESOLVER.resolve(yaml.ScalarNode, raw, (True, False)) == _STRING_TAG:
        return Scalar("text", raw, raw, line)
    return Scalar("odd", raw, None, line)


# What libyaml says, and what to do about it.
_HINTS = {
    "mapping values are not allowed": "一行里有两个冒号，或者缩进不对；文字里有“: ”请给整段文字加引号",
    "cannot start any token": "这里有不能开头的符号；缩进请用空格不用Tab，文字以特殊符号开头请加引号",
    "tab character": "缩进请用空格，不要用Tab",
    "sequence entries are not allowed": "列表的“-”要另起一行写",
    "could not find expected ':'": "“键”后面少了冒号和空格，或者缩进不对",
    "did not find expected key": "缩进没有对齐，或者引号后面多了字",
    "did not find expected '-' indicator": "列表的“-”没有对齐",
    "did not find expected ',' or": "括号里少了逗号，或者括号没有关上",
    "found unexpected end of stream": "引号没有关上",
    "found unknown escape character": "双引号里有多余的“\\”，请改用单引号",
}


def _in_chinese(problem: str) -> str:
    for words, hint in _HINTS.items():
        if words in problem:
            return f"这里不是合法的YAML：{hint}"
    return "这里不是合法的YAML，请检查缩进、冒号后的空格、引号和括号"
