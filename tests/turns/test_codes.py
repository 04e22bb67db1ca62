"""Where a code leads, and what happens when it leads nowhere."""

from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from core.codes.models import QrCode
from core.codes.retiring import restore_codes, retire_codes
from core.conversation.incoming import Scene
from core.conversation.prompts import (
    AlreadyClosed,
    AskPrompt,
    Choose,
    ChoosePlace,
    ConsentPrompt,
    NothingOpen,
    NotYetOpen,
    Resumed,
    UnknownCode,
    Welcome,
)
from core.db.catalog_version import bump_catalog
from core.places.models import Place, Unit
from tests.turns.town import (
    DONGJIANG_BUS,
    PROSECUTORS,
    QINGYUAN,
    QINGYUAN_NAME,
    RESIDENTS,
    UNITS,
    YEAR,
    Town,
    shipped,
)

OLD_VILLAGE = Scene("place", "451223100003", "", "p_451223100003")
NEW_VILLAGE_CODE = "451223001002"


def test_a_places_code_leads_to_the_residents_questionnaire_and_offers_the_place_as_home(town: Town) -> None:
    consent = town.scans("villager", QINGYUAN)
    home = town.says("villager", "我愿意参加")

    assert consent.kinds == [ConsentPrompt]
    assert "城乡居民" in consent[0].title
    assert home[-1].key == "home"
    assert QINGYUAN_NAME in home[-1].title


def test_a_units_code_leads_to_the_service_users_questionnaire_about_the_unit(town: Town) -> None:
    consent = town.follows("visitor", PROSECUTORS)
    town.goes_on("visitor", consent)

    (response,) = town.responses()
    assert consent.kinds == [ConsentPrompt]
    assert "检察院" in consent[0].title
    assert (response.questionnaire_id, response.code) == (UNITS, "u_U017_bus")
    assert (response.subject_kind, response.subject_code) == ("unit", "U017")
    assert (response.source_kind, response.source_code, response.place_code) == ("unit", "U017", "")


def test_the_material_a_code_hangs_on_is_kept_with_the_answers(sqlite_town: Town) -> None:
    sqlite_town.answers_all("villager", DONGJIANG_BUS)

    (response,) = sqlite_town.responses()
    assert (response.code, response.source_code) == ("p_451202101_bus", "451202101")


def test_following_through_a_code_and_scanning_it_are_the_same(sqlite_town: Town) -> None:
    assert sqlite_town.follows("one", QINGYUAN) == sqlite_town.scans("another", QINGYUAN)


def test_an_old_village_code_is_followed_to_the_new_one(town: Town) -> None:
    town.answers_all("villager", OLD_VILLAGE)

    (response,) = town.responses()
    assert (response.code, response.source_code) == ("p_451223100003", NEW_VILLAGE_CODE)
    # The questionnaire asks for the township, so the village's is offered and kept.
    assert response.place_code == "451223001"


def test_a_village_that_is_gone_without_a_successor_stands_for_its_township(sqlite_town: Town) -> None:
    _retire(sqlite_town, Place, "451203100001")

    sqlite_town.answers_all("villager", Scene("place", "451203100001", "", "p_451203100001"))

    (response,) = sqlite_town.responses()
    assert (response.code, response.source_code) == ("p_451203100001", QINGYUAN.code)


@pytest.mark.parametrize(
    "scene",
    [
        Scene("place", "999999", "", "p_999999"),
        Scene("unit", "U999", "", "u_U999"),
        Scene("bind", "abc", "", "b_abc"),
        Scene("slip", "abc", "", "s_abc"),
        None,
    ],
)
def test_a_code_that_means_nothing_here_is_said_so_and_a_place_may_be_chosen(
    sqlite_town: Town, scene: Scene | None
) -> None:
    assert sqlite_town.scans("villager", scene).kinds == [UnknownCode, ChoosePlace]


def test_a_unit_that_is_no_longer_judged_has_an_unknown_code(sqlite_town: Town) -> None:
    _retire(sqlite_town, Unit, "U017")

    assert sqlite_town.scans("visitor", PROSECUTORS).kinds == [UnknownCode, ChoosePlace]


def test_an_unknown_code_in_the_middle_of_a_questionnaire_leaves_it_as_it_is(sqlite_town: Town) -> None:
    sqlite_town.begins("villager")

    assert sqlite_town.scans("villager", None).kinds == [UnknownCode, Resumed, AskPrompt]


def test_before_the_round_opens_the_day_is_told(bare_town: Town) -> None:
    bare_town.load(RESIDENTS, shipped(RESIDENTS))
    bare_town.open("明年", RESIDENTS, opens_in=timedelta(days=3))
    opens_at = bare_town.clock() + timedelta(days=3)

    (told,) = bare_town.scans("villager")

    assert isinstance(told, NotYetOpen)
    assert told.opens_at == opens_at
    assert bare_town.follows("another").kinds == [Welcome, NotYetOpen]
    assert bare_town.says("another", "你好").kinds == [Welcome, NotYetOpen]


def test_after_the_round_closed_the_questionnaires_own_words_and_the_day_are_told(town: Town) -> None:
    town.close()
    closed_at = town.clock()

    (told,) = town.scans("villager")

    assert told == AlreadyClosed(
        "河池市2021年城乡居民满意度调查", closed_at, "这次调查已经结束，谢谢您关心。"
    )
    assert town.says("another", "你好").kinds == [Welcome, AlreadyClosed]


def test_the_words_for_those_who_come_too_late_are_filled_in(bare_town: Town) -> None:
    closed = (
        "closed: 这次评价已经结束，谢谢您关心。",
        'closed: "{subject.name}的评价已经结束，请问{office.phone}"',
    )
    bare_town.load(UNITS, shipped(UNITS, closed))
    bare_town.open("去年", UNITS)
    bare_town.close("去年")

    (told,) = bare_town.scans("visitor", PROSECUTORS)

    assert told.words.startswith("市检察院的评价已经结束")
    assert "{" not in told.words + told.title


def test_nothing_is_open_where_no_round_was_ever_opened(bare_town: Town) -> None:
    assert bare_town.scans("villager").kinds == [NothingOpen]
    assert bare_town.scans("visitor", PROSECUTORS).kinds == [NothingOpen]
    assert bare_town.follows("follower").kinds == [Welcome, NothingOpen]
    assert bare_town.scans("scanner", None).kinds == [UnknownCode, Welcome, NothingOpen]


def test_a_round_of_units_only_has_nothing_for_residents(bare_town: Town) -> None:
    bare_town.load(UNITS, shipped(UNITS))
    bare_town.open("单位", UNITS)

    assert bare_town.scans("villager").kinds == [NothingOpen]
    assert bare_town.follows("follower").kinds == [Welcome, NothingOpen]
    assert bare_town.scans("visitor", PROSECUTORS).kinds == [ConsentPrompt]


def test_a_code_for_what_is_not_open_does_not_disturb_what_is_under_way(bare_town: Town) -> None:
    bare_town.load(UNITS, shipped(UNITS))
    bare_town.open("单位", UNITS)
    bare_town.begins("visitor", PROSECUTORS)

    assert bare_town.scans("visitor", QINGYUAN).kinds == [NothingOpen, Resumed, AskPrompt]


def test_where_a_questionnaire_judges_places_the_code_names_the_place(bare_town: Town) -> None:
    about_places = shipped(
        RESIDENTS, ("subject: none", "subject: place"), ("per: [account]", "per: [account, subject]")
    )
    bare_town.load(RESIDENTS, about_places)
    bare_town.open("地方", RESIDENTS)

    bare_town.answers_all("villager", QINGYUAN)
    other_place = bare_town.scans("villager", DONGJIANG_BUS)
    same_place = bare_town.scans("villager", QINGYUAN)

    (response,) = bare_town.responses()
    assert (response.subject_kind, response.subject_code) == ("place", QINGYUAN.code)
    assert other_place.kinds == [ConsentPrompt]
    assert isinstance(same_place[0], Choose)
    assert same_place[0].kind == "answer_anew"


def test_of_two_rounds_the_open_one_counts_then_the_next(bare_town: Town) -> None:
    bare_town.load(RESIDENTS, shipped(RESIDENTS))
    bare_town.open("今年", RESIDENTS, lasts=timedelta(days=10))
    bare_town.open("明年", RESIDENTS, opens_in=timedelta(days=20), lasts=YEAR)

    assert bare_town.scans("one").kinds == [ConsentPrompt]
    bare_town.clock.advance(days=12)
    assert bare_town.scans("two").kinds == [NotYetOpen]
    bare_town.clock.advance(days=12)
    assert bare_town.scans("three").kinds == [ConsentPrompt]


def _retire(town: Town, table: type[Place] | type[Unit], code: str) -> None:
    with Session(town.engine) as session, session.begin():
        bump_catalog(session, places=True)
        session.execute(update(table).where(table.code == code).values(retired=True))


def test_a_retired_code_gets_a_polite_way_on_until_it_is_taken_back_into_use(sqlite_town: Town) -> None:
    town = sqlite_town
    with Session(town.engine) as session, session.begin():
        code = QrCode(
            scene=QINGYUAN.raw, kind="place", subject_code=QINGYUAN.code, material="", state="created",
            source="loaded", url="http://weixin.qq.com/q/1", planned_at=town.clock(),
        )  # fmt: skip
        session.add(code)
        session.flush()
        retire_codes(session, [code.id], None, town.clock())
        code_id = code.id

    assert town.scans("villager", QINGYUAN).kinds == [UnknownCode, ChoosePlace]
    assert town.scans("another", DONGJIANG_BUS).kinds == [ConsentPrompt]

    with Session(town.engine) as session, session.begin():
        restore_codes(session, [code_id], None)
    assert town.scans("villager", QINGYUAN).kinds == [ConsentPrompt]
