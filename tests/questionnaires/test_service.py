"""Questionnaires in the database: versions come in, and are found again as they were."""

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from core.errors import BadInput
from core.questionnaires.reader import load_text
from core.questionnaires.service import (
    NoSuchQuestionnaire,
    get_questionnaire,
    list_questionnaires,
    load_questionnaire,
)
from tests.hand_clock import START
from tests.rounds.drafts import load, text_of

EDIT = ("title: ", "title: 新")


def test_what_comes_out_is_what_went_in(engine: Engine) -> None:
    for name in ("residents-2021", "units-2021", "leaders-2021", "phone-2021"):
        assert load(engine, name) == "added"

    with Session(engine) as session:
        for name in ("residents-2021", "units-2021", "leaders-2021", "phone-2021"):
            read = load_text(text_of(name), f"{name}.yaml")
            assert get_questionnaire(session, name) == read
            assert get_questionnaire(session, name).content_hash == read.content_hash


def test_the_newest_version_is_the_one_asked_for_by_id(sqlite_engine: Engine) -> None:
    load(sqlite_engine, version=10, edit=EDIT)
    load(sqlite_engine, version=9)

    with Session(sqlite_engine) as session:
        assert get_questionnaire(session, "residents-2021").version == 10
        assert get_questionnaire(session, "residents-2021", 9).version == 9
        assert [row.version for row in list_questionnaires(session)] == [10, 9]


def test_an_unfrozen_version_may_be_edited(sqlite_engine: Engine) -> None:
    assert load(sqlite_engine) == "added"
    assert load(sqlite_engine) == "unchanged"
    assert load(sqlite_engine, edit=EDIT) == "replaced"

    with Session(sqlite_engine) as session:
        assert get_questionnaire(session, "residents-2021").title.startswith("新")


def test_bytes_with_a_bom_are_taken_too(sqlite_engine: Engine) -> None:
    with Session(sqlite_engine) as session:
        content = text_of("units-2021").encode()
        assert load_questionnaire(session, content, "units-2021.yaml", START).outcome == "added"


def test_a_faulty_file_is_refused_with_its_line(sqlite_engine: Engine) -> None:
    with Session(sqlite_engine) as session, pytest.raises(BadInput, match=r"units-2021\.yaml:\d+"):
        load_questionnaire(session, "format: 1\nid: units-2021\n", "units-2021.yaml", START)


def test_an_unknown_id_or_version_is_told(sqlite_engine: Engine) -> None:
    load(sqlite_engine)
    with Session(sqlite_engine) as session:
        with pytest.raises(NoSuchQuestionnaire, match="没有问卷“x-1”"):
            get_questionnaire(session, "x-1")
        with pytest.raises(NoSuchQuestionnaire, match="的第7版"):
            get_questionnaire(session, "residents-2021", 7)
