"""Scores, shares and hidden groups against figures worked out by hand."""

import pytest

from core.places.gazetteer import Gazetteer
from core.questionnaires.model import Questionnaire, Rating
from core.questionnaires.reader import load_text
from core.reports.figures import QuestionFigures, question_figures, rating_figure, total_score
from core.reports.small_groups import hidden_codes
from core.reports.tally import AnswerKey, Counted, Counts
from tests.reports.factories import QUESTIONNAIRES


@pytest.fixture(scope="module")
def residents() -> Questionnaire:
    return load_text((QUESTIONNAIRES / "residents-2021.yaml").read_bytes(), "residents-2021.yaml")


@pytest.fixture(scope="module")
def leaders() -> Questionnaire:
    return load_text((QUESTIONNAIRES / "leaders-2021.yaml").read_bytes(), "leaders-2021.yaml")


def counted(**answers: dict[str, int]) -> Counted:
    """`gov={"s5": 3}`: three people chose s5; `economy_451202` is the question about that county."""
    found: Counted = {}
    for name, by_codes in answers.items():
        question, _, item = name.partition("__")
        for codes, count in by_codes.items():
            found[AnswerKey(question, item, codes)] = Counts(count=count)
    return found


def of(figures: tuple[QuestionFigures, ...], question: str) -> QuestionFigures:
    return next(each for each in figures if each.question.id == question)


def test_a_score_is_the_mean_of_the_scores_that_are_not_null(
    residents: Questionnaire, gazetteer: Gazetteer
) -> None:
    gov = {"s5": 5, "s4": 3, "s3": 1, "s1": 1, "dk": 4}

    figures = of(question_figures(residents, gazetteer, counted(gov=gov)), "gov")

    assert figures.rating is not None
    assert (figures.rating.n, figures.rating.scored) == (14, 10)
    assert figures.rating.score == pytest.approx((5 * 100 + 3 * 80 + 60 + 0) / 10)  # 80
    assert figures.rating.satisfied == pytest.approx(0.8)
    assert figures.rating.unscored_share == pytest.approx(4 / 14)
    assert [option.count for option in figures.options] == [5, 3, 1, 0, 1, 4]
    assert figures.options[0].share == pytest.approx(5 / 14)
    assert [option.code for option in figures.options if option.is_unscored] == ["dk"]


def test_without_a_valid_answer_there_is_no_score_not_zero(residents: Questionnaire) -> None:
    scale = next(each for each in residents.walk() if isinstance(each, Rating)).scale

    nobody = rating_figure(scale.options, {})
    unknowing = rating_figure(scale.options, {"dk": 3})

    assert (nobody.score, nobody.satisfied, nobody.unscored_share) == (None, None, None)
    assert (unknowing.score, unknowing.satisfied, unknowing.unscored_share) == (None, None, 1.0)


def test_the_total_is_the_mean_of_the_questions_not_of_the_answers(
    residents: Questionnaire, gazetteer: Gazetteer
) -> None:
    answers = counted(gov={"s5": 9}, cadre={"s1": 1}, security={"dk": 5})

    assert total_score(question_figures(residents, gazetteer, answers)) == pytest.approx(50.0)
    assert total_score(question_figures(residents, gazetteer, {})) is None


def test_several_choices_count_each_and_the_person_once(
    residents: Questionnaire, gazetteer: Gazetteer
) -> None:
    answers = counted(traffic_why={"bus": 2, "bus;other": 1, "broken;bus": 1})

    figures = of(question_figures(residents, gazetteer, answers), "traffic_why")

    chosen = {option.code: option.count for option in figures.options}
    assert figures.n == 4
    assert (chosen["bus"], chosen["other"], chosen["broken"], chosen["narrow"]) == (4, 1, 1, 0)
    assert next(o.share for o in figures.options if o.code == "bus") == 1.0


def test_places_are_summed_up_by_county(residents: Questionnaire, gazetteer: Gazetteer) -> None:
    answers = counted(home={"451203100": 2, "451203": 1, "451221100": 4, "999999": 1})

    figures = of(question_figures(residents, gazetteer, answers), "home")

    assert {option.label: option.count for option in figures.options} == {"宜州区": 3, "南丹县": 4, "其他": 1}


def test_words_and_media_are_counted_not_shown(residents: Questionnaire, gazetteer: Gazetteer) -> None:
    answers = {AnswerKey("suggest", "", ""): Counts(count=9, words=5, media=2)}

    figures = of(question_figures(residents, gazetteer, answers), "suggest")

    assert (figures.n, figures.media) == (5, 2)


def test_each_county_of_a_repeat_has_its_own_score(leaders: Questionnaire, gazetteer: Gazetteer) -> None:
    answers = counted(economy__451202={"g4": 1, "g3": 1}, economy__451203={"dk": 2})

    figures = of(question_figures(leaders, gazetteer, answers), "economy")

    by_code = {item.code: item.rating for item in figures.items}
    assert len(by_code) == 11
    assert by_code["451202"].score == 90.0
    assert by_code["451203"].score is None
    assert by_code["451221"].n == 0
    assert figures.rating is not None
    assert figures.rating.score == 90.0


def test_a_personal_question_hides_small_groups_and_enough_beside_them(
    residents: Questionnaire, gazetteer: Gazetteer
) -> None:
    answers = counted(sex={"male": 9, "female": 40}, age={"a18": 5, "a30": 4}, area={"city": 10, "town": 12})

    figures = question_figures(residents, gazetteer, answers)

    assert [option.count for option in of(figures, "sex").options] == [None, None]
    assert of(figures, "age").n is None
    assert of(figures, "age").options == ()
    assert [option.count for option in of(figures, "area").options] == [10, 12, 0]


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        ({"a": 10, "b": 20}, set()),
        ({"a": 0, "b": 20}, set()),
        ({"a": 1, "b": 20, "c": 30}, {"a", "b"}),
        ({"a": 5, "b": 5, "c": 30}, {"a", "b"}),
        ({"a": 5, "b": 4, "c": 30, "d": 31}, {"a", "b", "c"}),
        ({"a": 9}, {"a"}),
        ({}, set()),
    ],
)
def test_who_hides(counts: dict[str, int], hidden: set[str]) -> None:
    assert hidden_codes(counts) == hidden
