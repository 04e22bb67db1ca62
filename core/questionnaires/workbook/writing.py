"""A questionnaire as a workbook: the sheets of `layout`, with words to choose from, and nothing lost."""

import io
from collections.abc import Container, Iterable, Iterator, Mapping
from typing import Any

import xlsxwriter

from core.questionnaires.model import Questionnaire
from core.questionnaires.workbook.layout import (
    BEGINS,
    CHOICES,
    DIMENSION_ITEMS,
    DIMENSIONS,
    ENDS,
    NO,
    OPTION_ITEMS,
    QUESTION_ITEMS,
    SETTING_ITEMS,
    SETTING_NAME,
    SETTING_VALUE,
    SETTINGS,
    SURVEY,
    YES,
    Item,
)
from core.questionnaires.writer import Plain, plain

# So far down a column offers the words it may have.
OFFERED_ROWS = 500


def write_workbook(questionnaire: Questionnaire) -> bytes:
    """The whole .xlsx. Read again it gives an equal questionnaire, with the same content hash."""
    told = plain(questionnaire)
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False}) as book:
        bold = book.add_format({"bold": True, "bg_color": "#E6F0F0", "text_wrap": True, "valign": "top"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})

        def add(title: str, items: tuple[Item, ...], rows: Iterable[Mapping[str, Any]]) -> None:
            sheet = book.add_worksheet(title)
            sheet.freeze_panes(1, 0)
            for column, item in enumerate(items):
                sheet.set_column(column, column, item.width, wrapped)
                sheet.write_string(0, column, item.title, bold)
                offered = [YES, NO] if item.kind == "flag" else list(item.words.values())
                if offered and item.kind != "list":
                    choice = {"validate": "list", "source": offered, "error_type": "warning"}
                    sheet.data_validation(1, column, OFFERED_ROWS, column, choice)
            for number, row in enumerate(rows, 1):
                for column, item in enumerate(items):
                    value = row.get(item.key)
                    if isinstance(value, str):
                        sheet.write_string(number, column, value, wrapped)
                    elif value is not None:
                        sheet.write_number(number, column, value, wrapped)

        add(SURVEY, QUESTION_ITEMS, _questions(told["questions"], set(told["scales"])))
        add(CHOICES, OPTION_ITEMS, _options(told))
        dimensions = told["dimensions"].items()
        add(DIMENSIONS, DIMENSION_ITEMS, ({"code": code, "name": name} for code, name in dimensions))
        add(SETTINGS, (SETTING_NAME, SETTING_VALUE), _settings(told))
    return file.getvalue()


def _questions(questions: Iterable[Plain], scales: Container[str]) -> Iterator[dict[str, Any]]:
    """A row each; a container's questions stand between its beginning and its end."""
    for question in questions:
        row = {item.key: _cell(item, _value(question, item.key)) for item in QUESTION_ITEMS}
        if question["type"] == "scale":
            row["list"] = question["scale"]
        elif "options" in question:
            row["list"] = _list_name(question, scales)
        yield row
        if question["type"] in BEGINS:
            yield from _questions(question["questions"], scales)
            yield {"type": ENDS[question["type"]], "id": question["id"]}


def _options(told: Plain) -> Iterator[dict[str, Any]]:
    """The scales' options, then those of each question that has its own."""
    lists = [(name, scale["options"]) for name, scale in told["scales"].items()]
    lists += [
        (_list_name(question, told["scales"]), question["options"])
        for question in _with_options(told["questions"])
    ]
    for name, options in lists:
        for option in options:
            yield {item.key: _cell(item, option.get(item.key)) for item in OPTION_ITEMS} | {"list": name}


def _list_name(question: Plain, scales: Container[str]) -> str:
    """A question's own list goes by its id; with a capital in front where a scale has that name already."""
    return f"Q_{question['id']}" if question["id"] in scales else str(question["id"])


def _with_options(questions: Iterable[Plain]) -> Iterator[Plain]:
    for question in questions:
        if "options" in question:
            yield question
        yield from _with_options(question.get("questions", ()))


def _settings(told: Plain) -> Iterator[dict[str, Any]]:
    for item in SETTING_ITEMS:
        yield {"name": item.title, "value": _cell(item, _value(told, item.key))}


def _value(told: Plain, key: str) -> Any:
    outer, _, inner = key.partition(".")
    found = told.get(outer)
    return found.get(inner) if inner and isinstance(found, dict) else None if inner else found


def _cell(item: Item, value: Any) -> str | int | float | None:
    if value is None or item.key == "list":
        return None
    if isinstance(value, list):
        return "、".join(item.words.get(each, each) for each in value)
    if isinstance(value, bool):
        return YES if value else NO
    return item.words.get(value, value) if isinstance(value, str) else value
