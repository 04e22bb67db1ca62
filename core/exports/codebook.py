"""
The codebook of an export: every column with the question as it was asked, its codes, and how often each came.

As JSON, as DDI-Codebook 2.5 (the standard that archives and statistics programs read;
https://ddialliance.org/Specification/DDI-Codebook/2.5/, read 2026-11), and as a sheet of a workbook. Personal
questions show no group of fewer than ten people, nor the neighbour it could be reckoned from.
"""

import json
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, get_args
from xml.etree import ElementTree

from sqlalchemy import Connection

from core.clock import local_day
from core.exports.wishes import Ordered
from core.people.reach import EVERYTHING
from core.reports.figures import question_figures
from core.reports.imprint import moment_in_print, scoring_hash
from core.reports.scope import Scope
from core.reports.tally import Ended, counts, ended_by
from core.sheets.out_columns import OutColumn
from core.sheets.writing import FrontSheet, failed_sentence

CodebookFormat = Literal["json", "xml"]
CODEBOOK_FORMATS: tuple[str, ...] = get_args(CodebookFormat)
NAMESPACE = "ddi:codebook:2_5"
LANGUAGE = "zh-CN"
HEAD_LABELS = {
    "response_id": "答卷编号",
    "started": "开始时间（北京时间）",
    "finished": "结束时间（北京时间）",
    "channel": "渠道",
    "code": "扫的码",
    "place": "住处（代码）",
    "unit": "被评单位（代码）",
    "questionnaire": "问卷",
    "version": "问卷版本",
    "status": "怎样结束的",
    "flags": "质量提示",
}
HEADER = ("列名", "题目或含义", "内容", "代码", "代码的意思", "不计分")
WIDTHS = (24, 44, 10, 12, 32, 8)
KIND_WORDS = {
    "text": "文字",
    "number": "数字",
    "time": "时间",
    "code": "一个代码",
    "codes": "几个代码，用;隔开",
    "label": "代码的意思",
}


@dataclass(frozen=True, slots=True)
class Codebook:
    """
    What it is of; for each column and code how often it came, None where that is not shown; and how many
    complete responses each questionnaire has.
    """

    ordered: Ordered
    made_at: datetime
    complete: Mapping[str, int]
    frequencies: Mapping[tuple[str, str], int | None]


def codebook_of(connection: Connection, ordered: Ordered, now: datetime) -> Codebook:
    """The codebook with the frequencies of complete responses; the part's, but not of chosen days."""
    found: dict[tuple[str, str], int | None] = {}
    complete: dict[str, int] = {}
    for questionnaire in ordered.questionnaires:
        scope = Scope(
            round_id=ordered.wish.round_id,
            reach=EVERYTHING,
            questionnaire_id=questionnaire.id,
            place_code=ordered.wish.place_code,
            unit_code=ordered.wish.unit_code,
        )
        ended = ended_by(connection, scope, "all").get("", Ended())
        complete[questionnaire.id] = ended.complete
        figures = question_figures(questionnaire, ordered.gazetteer, counts(connection, scope))
        for figure in figures:
            for option in figure.options:
                key = (figure.question.id, option.code)
                # A question of the same id stands in two questionnaires: hidden in one, hidden in both.
                known = found.get(key, 0)
                found[key] = None if known is None or option.count is None else known + option.count
    return Codebook(ordered, now, complete, found)


def write_codebook(codebook: Codebook, path: Path, file_format: str) -> int:
    """Write it as `json` or `xml` (DDI), whole or not at all; how many variables. ExportFailed."""
    text = as_json(codebook) if file_format == "json" else as_ddi(codebook)
    beside = f".{path.stem}-"
    with failed_sentence(path), tempfile.TemporaryDirectory(prefix=beside, dir=path.parent) as folder:
        whole = Path(folder) / path.name
        whole.write_text(text, "utf-8")
        whole.replace(path)
    return len(codebook.ordered.sheet.columns)


def as_json(codebook: Codebook) -> str:
    """One object: the study, and `variables` in the order of the columns."""
    ordered = codebook.ordered
    study = {
        "round": ordered.round_name,
        "part": ordered.part,
        "made_at": moment_in_print(codebook.made_at),
        "questionnaires": [
            {
                "id": each.id,
                "version": each.version,
                "title": each.title,
                "hash": each.content_hash,
                "scoring_hash": scoring_hash(each),
                "n": codebook.complete[each.id],
            }
            for each in ordered.questionnaires
        ],
    }
    variables = [_variable(codebook, column) for column in ordered.sheet.columns]
    return json.dumps({"study": study, "variables": variables}, ensure_ascii=False, indent=2) + "\n"


def _variable(codebook: Codebook, column: OutColumn) -> dict[str, Any]:
    made: dict[str, Any] = {"name": column.name, "label": _label(column), "holds": column.kind}
    if column.options:
        made["codes"] = [
            {
                "code": option.code,
                "label": option.label,
                "is_missing": option.is_missing,
                "count": codebook.frequencies.get((column.name, option.code)),
            }
            for option in column.options
        ]
    return made


def as_ddi(codebook: Codebook) -> str:
    """DDI-Codebook 2.5: the study, the file, and one `var` a column."""
    ordered = codebook.ordered
    ElementTree.register_namespace("", NAMESPACE)
    book = _element(None, "codeBook", version="2.5")
    book.set("{http://www.w3.org/XML/1998/namespace}lang", LANGUAGE)
    study = _element(book, "stdyDscr")
    citation = _element(study, "citation")
    titles = _element(citation, "titlStmt")
    _element(titles, "titl", ordered.round_name)
    _element(titles, "subTitl", ordered.part)
    production = _element(citation, "prodStmt")
    moment = moment_in_print(codebook.made_at)
    _element(production, "prodDate", moment, date=f"{local_day(codebook.made_at)}")
    info = _element(study, "stdyInfo")
    for each in ordered.questionnaires:
        words = (
            f"{each.title}（{each.id} 第{each.version}版，指纹 {each.content_hash}），"
            f"计分指纹 {scoring_hash(each)}，完整答卷 n={codebook.complete[each.id]}份"
        )
        _element(info, "abstract", words)
    file = _element(book, "fileDscr", ID="answers")
    _element(_element(file, "fileTxt"), "fileName", f"{ordered.title}")
    data = _element(book, "dataDscr")
    for number, column in enumerate(ordered.sheet.columns, 1):
        _ddi_variable(codebook, data, number, column)
    ElementTree.indent(book)
    return ElementTree.tostring(book, "unicode", xml_declaration=True).replace("us-ascii", "utf-8") + "\n"


def _ddi_variable(codebook: Codebook, data: ElementTree.Element, number: int, column: OutColumn) -> None:
    measures = {"code": "nominal", "number": "ratio", "time": "interval"}
    attributes = {"intrvl": "contin" if column.kind in ("number", "time") else "discrete"}
    if column.kind in measures:
        attributes["nature"] = measures[column.kind]
    variable = _element(data, "var", ID=f"V{number}", name=column.name, files="answers", **attributes)
    _element(variable, "labl", _label(column))
    if column.title:
        _element(_element(variable, "qstn"), "qstnLit", column.title)
    for option in column.options:
        category = _element(variable, "catgry", missing="Y" if option.is_missing else "N")
        _element(category, "catValu", option.code)
        _element(category, "labl", option.label)
        count = codebook.frequencies.get((column.name, option.code))
        if count is not None:
            _element(category, "catStat", str(count), type="freq")
    kind = "numeric" if column.kind == "number" else "character"
    _element(variable, "varFormat", type=kind)


def _element(
    parent: ElementTree.Element | None, tag: str, words: str = "", **attributes: str
) -> ElementTree.Element:
    made = ElementTree.Element(f"{{{NAMESPACE}}}{tag}", attributes)
    if parent is not None:
        parent.append(made)
    made.text = words or None
    return made


def codebook_sheet(ordered: Ordered, now: datetime) -> FrontSheet:
    """The codebook as a table: one line a column, and one for each of its codes."""
    return FrontSheet("编码表", ordered.provenance(now), HEADER, list(_lines(ordered)), WIDTHS)


def _lines(ordered: Ordered) -> Iterator[tuple[str, ...]]:
    for column in ordered.sheet.columns:
        head = (column.name, _label(column), KIND_WORDS[column.kind])
        if not column.options:
            yield (*head, "", "", "")
        for option in column.options:
            yield (*head, option.code, option.label, "是" if option.is_missing else "")


def _label(column: OutColumn) -> str:
    return column.title or HEAD_LABELS.get(column.name, column.name)
