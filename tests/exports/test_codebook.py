"""The codebook tells what stands in each column, in order, and gives no small group away."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from core.conversation.state import Answer
from core.db.reading import reading
from core.errors import SurveyError
from core.exports.codebook import NAMESPACE, codebook_of, write_codebook
from core.exports.wishes import DaysReversed, UnknownPart, Wish, order
from core.sheets.writing import ExportFailed
from tests.responses.exported import store
from tests.turns.town import RESIDENTS, Town

WISH = Wish(round_id=1, file_format="csv", questionnaire_id=RESIDENTS)
# The order that the schema of DDI-Codebook 2.5 gives the parts of a variable.
PARTS_OF_VAR = ["labl", "qstn", "catgry", "varFormat"]
PARTS_OF_CATEGORY = ["catValu", "labl", "catStat"]


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


def test_a_ddi_codebook_has_the_parts_of_the_standard_in_its_order(sqlite_town: Town, tmp_path: Path) -> None:
    crowd(sqlite_town)
    root = ElementTree.parse(written(sqlite_town, tmp_path, "xml")).getroot()

    def name(element: ElementTree.Element) -> str:
        return element.tag.removeprefix(f"{{{NAMESPACE}}}")

    assert (name(root), root.get("version")) == ("codeBook", "2.5")
    assert [name(part) for part in root] == ["stdyDscr", "fileDscr", "dataDscr"]
    variables = {each.get("name"): each for each in root[2]}
    assert len({each.get("ID") for each in root[2]}) == len(variables)
    for variable in variables.values():
        places = [PARTS_OF_VAR.index(name(part)) for part in variable]
        assert places == sorted(places)
        for category in variable.findall(f"{{{NAMESPACE}}}catgry"):
            order_of_parts = [PARTS_OF_CATEGORY.index(name(part)) for part in category]
            assert order_of_parts == sorted(order_of_parts)
    unknown = variables["gov"].findall(f"{{{NAMESPACE}}}catgry")[-1]
    assert (unknown.get("missing"), [part.text for part in unknown][:2]) == ("Y", ["dk", "不了解"])


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
