"""The codebook tells what stands in each column, in order, and gives no small group away."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args
from xml.etree import ElementTree

import pytest

import core
from core.conversation.state import Answer
from core.db.reading import reading
from core.errors import SurveyError
from core.exports.codebook import NAMESPACE, codebook_of, write_codebook
from core.exports.wishes import DaysReversed, UnknownPart, Wish, order
from core.sheets.out_columns import ColumnKind
from core.sheets.writing import ExportFailed
from tests.exports.ddi import faults
from tests.responses.exported import store
from tests.turns.town import RESIDENTS, Town

CORE = Path(core.__file__).parent
WISH = Wish(round_id=1, file_format="csv", questionnaire_id=RESIDENTS)


def keys_of(found: Any) -> Any:
    """The names in an object and in those inside it; of a list, all its elements' together."""
    if isinstance(found, dict):
        return {name: keys_of(value) for name, value in found.items()}
    if isinstance(found, list):
        together: dict[str, Any] = {}
        for each in found:
            together |= keys_of(each)
        return [together]
    return None


def written(town: Town, folder: Path, file_format: str) -> Path:
    path = folder / f"codebook.{file_format}"
    with reading(town.engine) as connection:
        ordered = order(connection, WISH)
        columns = write_codebook(codebook_of(connection, ordered, town.clock()), path, file_format)
    assert columns == len(ordered.sheet.columns)
    return path


def crowd(town: Town) -> None:
    """Twelve people of sixty and more, and four younger ones."""
    for age in ["a60"] * 12 + ["a18"] * 4:
        store(town, {"gov": Answer(codes=("s5",)), "age": Answer(codes=(age,))})


def test_a_json_codebook_tells_codes_and_how_often_each_came(sqlite_town: Town, tmp_path: Path) -> None:
    crowd(sqlite_town)
    book = json.loads(written(sqlite_town, tmp_path, "json").read_text("utf-8"))

    variables: dict[str, Any] = {each["name"]: each for each in book["variables"]}
    gov = {each["code"]: each for each in variables["gov"]["codes"]}
    assert variables["gov"]["label"].startswith("您对")
    assert (gov["s5"]["label"], gov["s5"]["count"], gov["dk"]["is_missing"]) == ("满意", 16, True)
    # Four people are too few to be told of, and so is whoever they could be reckoned from.
    age = {each["code"]: each["count"] for each in variables["age"]["codes"]}
    assert (age["a18"], age["a60"]) == (None, None)
    [asked] = book["study"]["questionnaires"]
    assert (asked["n"], len(asked["hash"]), len(asked["scoring_hash"])) == (16, 64, 12)


def test_a_ddi_codebook_is_as_the_standard_has_it(sqlite_town: Town, tmp_path: Path) -> None:
    crowd(sqlite_town)
    path = written(sqlite_town, tmp_path, "xml")
    root = ElementTree.parse(path).getroot()

    assert path.read_bytes().startswith(b"<?xml version='1.0' encoding='utf-8'?>")
    assert faults(root) == []
    variables = {each.get("name"): each for each in root.iter(f"{{{NAMESPACE}}}var")}
    with reading(sqlite_town.engine) as connection:
        columns = order(connection, WISH).sheet.columns
    assert list(variables) == [column.name for column in columns]
    good, unknown = (variables["gov"].findall(f"{{{NAMESPACE}}}catgry")[place] for place in (0, -1))
    assert [part.text for part in good] == ["s5", "满意", "16"]
    assert (unknown.get("missing"), [part.text for part in unknown][:2]) == ("Y", ["dk", "不了解"])
    [abstract] = root.iter(f"{{{NAMESPACE}}}abstract")
    assert re.search(r"指纹 [0-9a-f]{64}），计分指纹 [0-9a-f]{12}，完整答卷 n=16份", abstract.text or "")


def test_a_codebook_that_is_not_as_the_standard_has_it_is_found_out(
    sqlite_town: Town, tmp_path: Path
) -> None:
    """Or the test above would prove nothing."""
    root = ElementTree.parse(written(sqlite_town, tmp_path, "xml")).getroot()
    first, second = list(root.iter(f"{{{NAMESPACE}}}var"))[:2]
    gov = next(each for each in root.iter(f"{{{NAMESPACE}}}var") if each.get("name") == "gov")
    first.set("ID", "V2")
    second.set("files", "nothing")
    del first.attrib["name"]
    gov.set("nature", "numeric")
    gov.insert(0, gov[-1])
    ElementTree.SubElement(root[0], f"{{{NAMESPACE}}}titl")

    parts = ["varFormat", "labl", "qstn", *["catgry"] * 6, "varFormat"]
    assert faults(root) == [
        "the ID V2 comes twice",
        "no element has the ID nothing",
        "titl does not belong into stdyDscr",
        "var lacks name",
        f"the parts of var are in another order: {parts}",
        "var has 2 varFormat",
        "var nature may not be numeric",
    ]


def test_a_json_codebook_has_the_shape_its_page_tells(sqlite_town: Town, tmp_path: Path) -> None:
    book = json.loads(written(sqlite_town, tmp_path, "json").read_text("utf-8"))

    told = (CORE / "exports" / "README.md").read_text("utf-8").partition("```json")[2].partition("```")[0]
    shape = json.loads(told)
    assert keys_of(book) == keys_of(shape)
    kinds = {kind for each in book["variables"] for kind in [each["holds"]]}
    assert kinds <= set(get_args(ColumnKind))


def test_a_codebook_that_cannot_be_written_is_one_sentence(sqlite_town: Town, tmp_path: Path) -> None:
    with pytest.raises(ExportFailed, match="没有这个文件夹"):
        written(sqlite_town, tmp_path / "nowhere", "json")


@pytest.mark.parametrize(
    ("wish", "error"),
    [
        (replace(WISH, questionnaire_id="nobody-1999"), UnknownPart),
        (replace(WISH, place_code="%"), UnknownPart),
        (replace(WISH, unit_code="U999"), UnknownPart),
        (replace(WISH, file_format="exe"), UnknownPart),
        (Wish.of(WISH.params | {"since": "2026-12-05", "until": "2026-12-01"}), DaysReversed),
    ],
)
def test_what_a_wish_names_and_nobody_knows_is_refused(
    sqlite_town: Town, wish: Wish, error: type[SurveyError]
) -> None:
    with reading(sqlite_town.engine) as connection, pytest.raises(error):
        order(connection, wish)
