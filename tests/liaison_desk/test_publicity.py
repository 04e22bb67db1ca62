"""Material that was hung up: words first or photo first; only townships of one's own county."""

from datetime import date

from core.liaison_desk.prompts import AdAsksPhoto, AdAsksPlace, AdDone, Cancelled, WhichItem
from core.people.reach import EVERYTHING, Reach
from core.publicity.service import by_township, list_posts
from tests.liaison_desk.office import DUAN, PROSECUTORS, Office


def posts(office: Office, reach: Reach = EVERYTHING) -> list[tuple[str, str, str, date]]:
    with office.town.engine.connect() as connection:
        return [
            (each.subject_code, each.place_code, each.words, each.hung_on)
            for each in list_posts(connection, reach)
        ]


def test_words_first_and_then_photos(office: Office) -> None:
    office.bind("liaison")

    assert office.town.says("liaison", "宣传 安阳镇 镇政府门口").kinds == [AdAsksPhoto]
    assert office.sends_photo("liaison", "photo-1")[0].count == 1
    assert office.sends_photo("liaison", "photo-2")[0].count == 2

    assert posts(office) == [(DUAN, "451228100", "镇政府门口", date(2026, 12, 1))]
    with office.town.engine.connect() as connection:
        assert by_township(connection, EVERYTHING)["451228100"].count == 1


def test_the_photo_first_and_then_the_place_and_a_day(office: Office) -> None:
    office.bind("liaison")

    asked = office.sends_photo("liaison")
    assert asked.kinds == [WhichItem]
    place = office.taps("liaison", asked, "是宣传材料")
    assert place.kinds == [AdAsksPlace]
    assert place[0].has_photo
    assert office.town.says("liaison", "11月20日 安阳镇 大桥头").kinds == [AdDone]

    assert posts(office) == [(DUAN, "451228100", "大桥头", date(2026, 11, 20))]


def test_another_countys_township_is_not_taken(office: Office) -> None:
    office.bind("liaison")

    asked = office.town.says("liaison", "宣传 宜州区庆远镇 街上")
    assert asked.kinds == [AdAsksPlace]
    assert asked[0].unknown
    assert office.town.says("liaison", "算了").kinds == [Cancelled]
    assert posts(office) == []


def test_a_unit_may_hang_up_at_its_own_place(office: Office) -> None:
    office.bind("liaison", PROSECUTORS)

    assert office.town.says("liaison", "宣传").kinds == [AdAsksPlace]
    assert office.town.says("liaison", "办事大厅门口").kinds == [AdAsksPhoto]
    assert office.sends_photo("liaison").kinds == [AdDone]

    assert posts(office) == [(PROSECUTORS, "", "办事大厅门口", date(2026, 12, 1))]
    assert posts(office, Reach("county", DUAN)) == []
    assert posts(office, Reach("unit", "U018")) == []
