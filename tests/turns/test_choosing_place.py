"""Without a code the person says where they live: county, then township."""

import pytest

from core.conversation import choosing_place
from core.conversation.incoming import Followed
from core.conversation.inputs import Act, Tapped
from core.conversation.prompts import (
    AskPrompt,
    ChoosePlace,
    ConsentPrompt,
    HelpText,
    HumanOffered,
    NotUnderstood,
    Problem,
)
from core.places.gazetteer import Gazetteer
from tests.turns.town import QINGYUAN, Reply, Town


def test_whoever_comes_without_a_code_is_greeted_and_asked_for_the_county(sqlite_town: Town) -> None:
    (asked,) = sqlite_town.follows("villager")

    assert isinstance(asked, ChoosePlace)
    assert (asked.within, asked.greet, len(asked.choices)) == ("", True, 11)
    assert sqlite_town.says("another", "你好") == (asked,)


def test_by_taps_a_county_leads_to_its_townships_and_a_township_to_the_questionnaire(
    sqlite_town: Town,
) -> None:
    counties = sqlite_town.follows("villager")
    townships = sqlite_town.taps("villager", counties, "宜州区")
    consent = sqlite_town.taps("villager", townships, "庆远镇")

    assert isinstance(townships[0], ChoosePlace)
    assert (townships[0].within, len(townships[0].choices)) == ("宜州区", 16)
    assert consent.kinds == [ConsentPrompt]


@pytest.mark.parametrize(
    "words",
    [
        ("2", "1"),
        ("２", "一"),
        ("宜州区", "庆远镇"),
        ("宜州", "庆远"),
        ("我住在宜州", "庆远"),
        ("庆远镇",),
        ("宜州区庆远镇",),
        ("宜州庆远",),
    ],
)
def test_a_place_may_be_typed_as_number_or_name_or_the_township_at_once(
    sqlite_town: Town, words: tuple[str, ...]
) -> None:
    sqlite_town.follows("villager")

    assert sqlite_town.says("villager", *words).kinds == [ConsentPrompt]


def test_the_chosen_place_is_not_asked_for_again_and_is_kept_as_home(town: Town) -> None:
    town.follows("villager")
    consent = town.says("villager", "庆远镇")
    first = town.taps("villager", consent, "我愿意参加")
    town.goes_on("villager", first)

    (response,) = town.responses()
    assert isinstance(first[-1], AskPrompt)
    assert first[-1].key == "gov"
    assert (response.code, response.place_code) == ("", QINGYUAN.code)
    assert town.answers(response)["home"].codes == QINGYUAN.code


def test_the_list_may_be_paged_by_link_and_by_word(sqlite_town: Town) -> None:
    sqlite_town.follows("villager")

    pages = [
        sqlite_town.says("villager", "继续"),
        sqlite_town.hears("villager", Tapped(0, 0, 0, Act.MORE, "继续")),
        sqlite_town.says("villager", "下一页"),
    ]

    assert [page[0].page for page in pages] == [1, 2, 3]
    assert sqlite_town.says("villager", "都安")[0].page == 0


def test_words_that_name_no_place_are_asked_back(sqlite_town: Town) -> None:
    sqlite_town.follows("villager")

    assert sqlite_town.says("villager", "地球").kinds == [NotUnderstood, ChoosePlace]
    assert sqlite_town.says("villager", "99").kinds == [NotUnderstood, ChoosePlace]
    assert sqlite_town.speaks("villager").kinds == [NotUnderstood, ChoosePlace]


def test_a_recognised_voice_names_a_place_as_well(sqlite_town: Town) -> None:
    sqlite_town.follows("villager")

    assert sqlite_town.speaks("villager", recognised="庆远镇。").kinds == [ConsentPrompt]


def test_a_name_that_several_places_bear_is_asked_back_as_such(sqlite_town: Town) -> None:
    sqlite_town.follows("villager")

    assert sqlite_town.says("villager", "街道") == (
        Problem("place_ambiguous", "街道"),
        _counties(sqlite_town),
    )


def test_a_greeting_at_the_list_is_no_misunderstanding(sqlite_town: Town) -> None:
    sqlite_town.follows("villager")

    assert sqlite_town.says("villager", "你好").kinds == [ChoosePlace]
    assert sqlite_town.says("villager", "我要评价").kinds == [ChoosePlace]


def test_any_word_after_a_day_shows_the_list_again(sqlite_town: Town) -> None:
    sqlite_town.follows("villager")
    townships = sqlite_town.says("villager", "宜州")
    sqlite_town.clock.advance(days=1)

    assert sqlite_town.says("villager", "还可以答吗") == townships
    assert sqlite_town.says("villager", "1").kinds == [ConsentPrompt]


def test_another_county_may_be_named_or_the_counties_asked_for_again(sqlite_town: Town) -> None:
    sqlite_town.follows("villager")
    sqlite_town.says("villager", "宜州")

    assert sqlite_town.says("villager", "南丹县")[0].within == "南丹县"
    assert sqlite_town.says("villager", "上一题")[0].within == ""
    sqlite_town.says("villager", "宜州")
    assert sqlite_town.says("villager", "重来")[0].within == ""


def test_help_and_human_keep_the_list_open(sqlite_town: Town) -> None:
    sqlite_town.follows("villager")

    assert sqlite_town.says("villager", "帮助").kinds == [HelpText, ChoosePlace]
    assert sqlite_town.says("villager", "人工").kinds == [HumanOffered, ChoosePlace]
    assert sqlite_town.says("villager", "庆远镇").kinds == [ConsentPrompt]


def test_a_second_tap_on_the_township_only_repeats_the_first_bubble(sqlite_town: Town) -> None:
    counties = sqlite_town.follows("villager")
    townships = sqlite_town.taps("villager", counties, "宜州区")
    consent = sqlite_town.taps("villager", townships, "庆远镇")

    assert sqlite_town.taps("villager", townships, "庆远镇") == consent


def test_a_county_of_an_old_list_may_be_tapped_as_long_as_the_place_is_asked_for(sqlite_town: Town) -> None:
    counties = sqlite_town.follows("villager")
    sqlite_town.taps("villager", counties, "宜州区")

    assert sqlite_town.taps("villager", counties, "都安瑶族自治县")[0].within == "都安瑶族自治县"


def test_a_place_is_not_asked_for_once_more_by_who_follows_again(sqlite_town: Town) -> None:
    sqlite_town.follows("villager")
    sqlite_town.says("villager", "庆远镇", "我愿意参加")
    sqlite_town.leaves("villager")

    assert ChoosePlace not in sqlite_town.hears("villager", Followed()).kinds


def test_when_the_round_closes_while_a_place_is_chosen_that_is_said(sqlite_town: Town) -> None:
    counties = sqlite_town.follows("villager")
    townships = sqlite_town.taps("villager", counties, "宜州区")
    sqlite_town.close()

    told = sqlite_town.taps("villager", townships, "庆远镇")

    assert [type(prompt).__name__ for prompt in told] == ["Welcome", "AlreadyClosed"]


def test_every_link_of_every_list_names_its_place(sqlite_town: Town, gazetteer: Gazetteer) -> None:
    world = sqlite_town.world()
    asked = [""] + [county.code for county in gazetteer.counties]

    for within in asked:
        for choice in choosing_place.question(gazetteer, within).choices:
            found = choosing_place.understand(world, choice.echo, within)
            assert [gazetteer.full_name(place.code) for place in found] == [choice.echo]


def test_a_place_is_remembered_for_who_declined_and_thinks_better_of_it(sqlite_town: Town) -> None:
    sqlite_town.follows("villager")
    consent = sqlite_town.says("villager", "庆远镇")
    sqlite_town.taps("villager", consent, "不参加")

    again: Reply = sqlite_town.says("villager", "我要评价")

    assert again.kinds == [ConsentPrompt]


def _counties(town: Town) -> ChoosePlace:
    return choosing_place.question(town.world().gazetteer)
