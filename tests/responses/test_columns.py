"""Each kind of question declares its columns, and what stands in them."""

from datetime import timedelta
from pathlib import Path

import pytest

from core.conversation.state import Answer
from core.places.gazetteer import Gazetteer
from core.questionnaires.reader import load_text
from core.responses.columns import answer_columns
from core.responses.sheet import HEAD
from tests.responses.exported import exported, sheet_of, store
from tests.turns.town import PROSECUTORS, QINGYUAN, RESIDENTS, UNITS, Town, shipped

CONTRACT = [
    "response_id",
    "started",
    "finished",
    "channel",
    "code",
    "place",
    "unit",
    "questionnaire",
    "version",
    "status",
    "flags",
]
LEADERS = "leaders-2021"


def names(questionnaire_id: str, gazetteer: Gazetteer) -> dict[str, tuple[str, ...]]:
    """The columns of a shipped questionnaire by slot key."""
    questionnaire = load_text(shipped(questionnaire_id), f"{questionnaire_id}.yaml")
    return {each.key: each.names for each in answer_columns(questionnaire, gazetteer)}


def test_the_head_is_the_contracts() -> None:
    assert list(HEAD) == CONTRACT


@pytest.mark.parametrize("questionnaire_id", [RESIDENTS, UNITS, LEADERS, "phone-2021"])
def test_every_question_has_its_code_and_its_label_first(questionnaire_id: str, gazetteer: Gazetteer) -> None:
    for key, columns in names(questionnaire_id, gazetteer).items():
        assert columns[:2] == (key, f"{key}_label")


def test_what_else_a_kind_declares(gazetteer: Gazetteer) -> None:
    columns = names(RESIDENTS, gazetteer)

    assert columns["home"] == ("home", "home_label")
    assert columns["gov_why"] == ("gov_why", "gov_why_label", "gov_why_text")
    assert columns["suggest"] == ("suggest", "suggest_label", "suggest_voice", "suggest_photo")


def test_in_a_repeat_each_item_has_its_own(gazetteer: Gazetteer) -> None:
    columns = names(LEADERS, gazetteer)

    assert columns["economy@451202"] == ("economy@451202", "economy@451202_label")
    assert len([key for key in columns if key.startswith("economy@")]) == len(gazetteer.counties)


def test_columns_stand_in_the_files_order_whether_or_not_anybody_answered(sqlite_town: Town) -> None:
    header = [column.name for column in sheet_of(sqlite_town, RESIDENTS).columns]

    assert list(header[: len(CONTRACT)]) == CONTRACT
    keys = ["home", "gov", "gov_why", "cadre", "suggest", "age", "area"]
    assert sorted(keys, key=header.index) == keys


def test_questions_of_one_id_share_their_columns_among_questionnaires(sqlite_town: Town) -> None:
    header = [column.name for column in sheet_of(sqlite_town).columns]

    assert len(set(header)) == len(header)
    assert {"gov", "easy"} <= set(header)
    assert header.count("suggest") == 1


def test_codes_and_labels_are_joined_and_others_words_stand_apart(sqlite_town: Town, tmp_path: Path) -> None:
    store(
        sqlite_town,
        {
            "home": Answer(codes=("451203100",)),
            "gov": Answer(codes=("s1",)),
            "gov_why": Answer(codes=("slow", "other"), text="没有人管"),
            "suggest": Answer(text="路灯\n坏了", voices=("v1", "v2"), photos=("p1",)),
            "age": Answer(codes=("a60",)),
        },
    )

    (row,) = exported(sqlite_town, tmp_path, RESIDENTS)

    assert (row["home"], row["home_label"]) == ("451203100", "宜州区庆远镇")
    assert (row["gov"], row["gov_label"]) == ("s1", "不满意")
    assert (row["gov_why"], row["gov_why_label"]) == ("slow;other", "办事慢、跑好几趟;其他")
    assert row["gov_why_text"] == "没有人管"
    assert (row["suggest"], row["suggest_label"]) == ("路灯\n坏了", "2段语音、1张照片")
    assert (row["suggest_voice"], row["suggest_photo"]) == ("v1;v2", "p1")
    assert (row["age"], row["age_label"]) == ("a60", "60到69岁")
    assert (row["cadre"], row["cadre_label"]) == ("", "")


def test_numbers_stay_numbers_and_whole_ones_whole(bare_town: Town, tmp_path: Path) -> None:
    numbers = (
        "  - id: gov\n    type: scale",
        "  - {id: people, type: number, title: 您家里几口人？, unit: 人}\n"
        "  - {id: mu, type: number, title: 您家里几亩地？, integer: false, min: -10}\n"
        "  - id: gov\n    type: scale",
    )
    bare_town.load(RESIDENTS, shipped(RESIDENTS, numbers))
    bare_town.open("数字", RESIDENTS)
    store(bare_town, {"people": Answer(number=5.0), "mu": Answer(number=-1.5)})

    (row,) = exported(bare_town, tmp_path, file_format="xlsx")

    assert (row["people"], row["people_label"]) == (5, "5人")
    assert (row["mu"], row["mu_label"]) == (-1.5, "-1.5")


def test_a_repeat_shows_each_items_answer(bare_town: Town, tmp_path: Path) -> None:
    bare_town.load(LEADERS, shipped(LEADERS))
    bare_town.open("领导", LEADERS)
    store(
        bare_town,
        {"economy@451202": Answer(codes=("g4",)), "economy@451203": Answer(codes=("g0",))},
        LEADERS,
    )

    (row,) = exported(bare_town, tmp_path)

    assert (row["economy@451202"], row["economy@451203"], row["economy@451221"]) == ("g4", "g0", "")


def test_the_head_of_a_row_says_whence_when_and_what(town: Town, tmp_path: Path) -> None:
    town.answers_all("villager", QINGYUAN)
    town.answers_all("visitor", PROSECUTORS)
    place, unit = town.responses()

    first, second = exported(town, tmp_path)

    assert first["response_id"] == f"R{place.id:016x}"
    assert (first["channel"], first["code"], first["place"], first["unit"]) == (
        "wechat",
        "p_451203100",
        "451203100",
        "",
    )
    assert (first["questionnaire"], first["version"], first["status"]) == (RESIDENTS, "1", "complete")
    assert (second["code"], second["place"], second["unit"]) == ("u_U017_bus", "", "U017")
    # The clock of tests starts at nine in the morning in Shanghai.
    assert first["started"].startswith("2026-12-01 09:00:")
    assert first["started"] < first["finished"] < second["finished"]
    assert unit.finished_at - place.started_at < timedelta(minutes=10)


def test_superseded_responses_are_there_and_marked_so(sqlite_town: Town, tmp_path: Path) -> None:
    sqlite_town.answers_all("villager", choice=1)
    sqlite_town.goes_on("villager", sqlite_town.says("villager", "重来", "重新回答"), choice=2)
    sqlite_town.taps("another", sqlite_town.scans("another"), "不参加")

    rows = exported(sqlite_town, tmp_path, RESIDENTS)

    assert [(row["status"], row["gov"]) for row in rows] == [
        ("superseded", "s5"),
        ("complete", "s4"),
        ("refused", ""),
    ]
