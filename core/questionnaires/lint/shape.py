"""Paragraph 1: the keys of every map, and the kind and range of every value, against the tables in `keys`."""

import re
from collections.abc import Iterator

from core.questionnaires.lint import keys
from core.questionnaires.lint.draft import Draft
from core.questionnaires.lint.keys import KeyKind
from core.questionnaires.nodes import Kind, ListNode, MapNode, Node, Scalar, shown

Finding = tuple[int, str]
Findings = Iterator[Finding]


def unknown_key(draft: Draft) -> Findings:
    """A key the format does not know at this place."""
    for visit in draft.visits:
        if visit.loose:
            continue
        for name, entry in visit.node.entries.items():
            if name not in visit.table and name not in visit.misplaced:
                yield (
                    entry.line,
                    f"没有“{shown(name)}”这个键，请改正或删掉；这里可以写：{'、'.join(visit.table)}",
                )


def missing_key(draft: Draft) -> Findings:
    """A key that must be there and is not."""
    for visit in draft.visits:
        for name, key in visit.table.items():
            if key.required and name not in visit.node:
                yield visit.node.line, f"缺少“{name}”，请补上"


_FITTING: dict[KeyKind, tuple[Kind, ...]] = {
    "text": ("text",),
    "whole": ("whole",),
    "number": ("whole", "decimal"),
    "flag": ("flag",),
    "score": ("whole", "decimal", "null"),
}
_WANTED: dict[KeyKind, str] = {
    "text": "文字",
    "whole": "整数",
    "number": "数字",
    "flag": "true 或 false",
    "score": "0到100的数字或null",
    "map": "下一层“键: 值”",
    "list": "列表，每项一行，以“- ”开头",
}


def wrong_type(draft: Draft) -> Findings:
    """A value of the wrong kind: a number for a text, a word for a list, nothing at all."""
    for visit in draft.visits:
        for name, key in visit.table.items():
            node = visit.node.get(name)
            # A code of the wrong kind is paragraph 4's.
            if node is None or key.kind == "code":
                continue
            if not _fits(node, key.kind):
                yield visit.node.line_of(name), _wrong(name, node, key.kind)
            elif isinstance(node, ListNode):
                yield from _wrong_items(name, node, "text" if key.choices else "map")


def _wrong_items(name: str, node: ListNode, kind: KeyKind) -> Findings:
    for item in node.items:
        if not _fits(item, kind):
            yield item.line, _wrong(f"{name}的一项", item, kind)


def _fits(node: Node, kind: KeyKind) -> bool:
    if isinstance(node, Scalar):
        return node.kind == "broken" or node.kind in _FITTING.get(kind, ())
    return kind == ("map" if isinstance(node, MapNode) else "list")


def _wrong(name: str, node: Node, kind: KeyKind) -> str:
    if isinstance(node, Scalar) and node.kind == "null" and kind != "text":
        return f"“{name}”没有内容，请写成{_WANTED[kind]}，不用就删掉这一行"
    if isinstance(node, Scalar) and node.kind == "null":
        return f"“{name}”没有内容，请填写，不用就删掉这一行"
    if isinstance(node, Scalar) and kind == "text":
        return f'“{name}”要写成文字，请加上引号："{shown(node.raw)}"'
    return f"“{name}”要写成{_WANTED[kind]}"


def not_among_choices(draft: Draft) -> Findings:
    """A word that is not one of the few allowed here."""
    for visit in draft.visits:
        for name, key in visit.table.items():
            if not key.choices:
                continue
            listed = "、".join(key.choices)
            node = visit.node.get(name)
            for item in node.items if isinstance(node, ListNode) else [node]:
                if isinstance(item, Scalar) and item.kind == "text" and item.raw not in key.choices:
                    yield item.line, f"“{name}”不能是“{shown(item.raw)}”，只能是：{listed}"


def repeated_item(draft: Draft) -> Findings:
    """The same word twice in a list of words."""
    for visit in draft.visits:
        for name, key in visit.table.items():
            if key.kind != "list" or not key.choices:
                continue
            texts = visit.node.texts(name)
            for text in sorted({text for text in texts if texts.count(text) > 1}):
                yield visit.node.line_of(name), f"“{name}”里“{text}”写了两次，请删掉一个"


def empty_list(draft: Draft) -> Findings:
    """A list with nothing in it."""
    for visit in draft.visits:
        for name, key in visit.table.items():
            node = visit.node.get(name)
            if isinstance(node, ListNode) and not node.items and not key.may_be_empty:
                yield visit.node.line_of(name), f"“{name}”是空的，请至少写一项"


_FORMS = {
    keys.QUESTIONNAIRE_ID: "小写字母开头，2到40个小写字母、数字或“-”",
    keys.QUESTION_ID: "小写字母开头，最多32个小写字母、数字或“_”",
    keys.OPTION_CODE: "小写字母开头，最多16个小写字母、数字或“_”",
    keys.DIGIT: '一个数字，如 "1"',
    keys.PERIOD: "survey，或 days:天数，如 days:30",
}


def bad_form(draft: Draft) -> Findings:
    """An id, code, key or period that is not written as its kind is."""
    for visit in draft.visits:
        for name, key in visit.table.items():
            text = visit.node.text(name)
            if text is None or key.pattern is None or key.pattern.fullmatch(text):
                continue
            # A code such as "No" is paragraph 4's.
            if key.kind != "code" or text.lower() not in keys.YES_NO_WORDS:
                message = f"“{name}”不能是“{shown(text)}”，要写成：{_FORMS[key.pattern]}"
                yield visit.node.line_of(name), message


def bad_name(draft: Draft) -> Findings:
    """The code of a dimension or the name of a scale that cannot be one."""
    for name in ("dimensions", "scales"):
        node = draft.root.map(name)
        for entry in node.entries.values() if node else ():
            if entry.key.kind != "text" or not keys.QUESTION_ID.fullmatch(entry.key.raw):
                form = _FORMS[keys.QUESTION_ID]
                yield (
                    entry.line,
                    f"“{name}”里的“{shown(entry.key.raw)}”不能作名字，要写成：{form}，且不能是 yes、no 之类",
                )


def out_of_range(draft: Draft) -> Findings:
    """A number that is too small or too large."""
    for visit in draft.visits:
        for name, key in visit.table.items():
            number = visit.node.number(name)
            if number is None or key.low is None or key.high is None or key.low <= number <= key.high:
                continue
            wanted = f"只能是{key.low:g}" if key.low == key.high else f"要在{key.low:g}到{key.high:g}之间"
            yield visit.node.line_of(name), f"“{name}”{wanted}，请改正"


def weight_not_positive(draft: Draft) -> Findings:
    """A weight of nothing or less."""
    for question in draft.questions:
        weight = question.node.number("weight")
        if question.type == "scale" and weight is not None and weight <= 0:
            yield question.node.line_of("weight"), "“weight”要大于0，请改正；不写就是1"


_PATH_SIGNS = re.compile(r"[\\/]")


def id_is_not_file_name(draft: Draft) -> Findings:
    """A file is called after its questionnaire."""
    id_ = draft.root.text("id")
    name = _PATH_SIGNS.split(draft.filename)[-1]
    if id_ is not None and name and name != f"{id_}.yaml":
        yield (
            draft.root.line_of("id"),
            f"文件名是“{shown(name)}”，应当是“{shown(id_)}.yaml”，请改文件名或改 id",
        )
