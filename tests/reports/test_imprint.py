"""Under every table stands where its figures come from, and a code that changes with any of them."""

from dataclasses import replace
from datetime import UTC, datetime

from core.questionnaires.model import Questionnaire, Rating
from core.questionnaires.reader import load_text
from core.reports.imprint import CHECK_LINE, Imprint, check_code, questionnaire_hash, scoring_hash
from tests.reports.factories import QUESTIONNAIRES

ROWS = (("宜州区", "12", "94.23"), ("南丹县", "9", "80.00"))


def residents(**changed: str) -> Questionnaire:
    """The shipped questionnaire, with some words exchanged."""
    text = (QUESTIONNAIRES / "residents-2021.yaml").read_text()
    for old, new in changed.items():
        text = text.replace(old, new)
    return load_text(text, "residents-2021.yaml")


def imprint(**changed: object) -> Imprint:
    made = Imprint(
        round_name="2026年年终评议",
        questionnaire_title="居民",
        questionnaire_id="residents-2021",
        questionnaire_version=1,
        questionnaire_hash="abc",
        scoring_hash="def",
        filter_words="全市",
        link="/admin/results/1/counties",
        n=90,
        set_aside=10,
        with_set_aside=False,
        at=datetime(2026, 12, 1, 1, 0, 5, 123_456, UTC),
        check_code="K7QM-2XPA-93HD",
    )
    return replace(made, **changed)  # type: ignore[arg-type]


def test_it_says_n_what_is_set_aside_and_when() -> None:
    told = dict(imprint().lines)

    assert told["答卷"] == "n=90份；另有搁置的10份（10.0%），没有算进去"
    assert told["时间"] == "2026-12-01 09:00:05.123"
    assert told["问卷"] == "居民（residents-2021 第1版，指纹 abc）"
    assert told["网址"] == "/admin/results/1/counties"
    assert told[CHECK_LINE] == "K7QM-2XPA-93HD"
    assert (
        dict(imprint(n=100, with_set_aside=True).lines)["答卷"]
        == "n=100份；其中搁置的10份（10.0%），也算在内"
    )
    assert imprint(n=0, set_aside=0).set_aside_share is None


def test_whoever_chose_to_answer_gets_no_margin_of_error_and_that_is_said() -> None:
    assert "不给误差范围" in dict(imprint(is_self_selected=True).lines)["说明"]
    assert "说明" not in dict(imprint().lines)


def test_the_check_code_changes_with_any_figure_and_not_with_the_order() -> None:
    questionnaire = residents()
    code = check_code(ROWS, questionnaire)

    assert code == check_code(ROWS[::-1], questionnaire)
    assert code != check_code((("宜州区", "12", "94.24"), ROWS[1]), questionnaire)
    assert len(code) == 14


def test_the_scoring_hash_follows_scores_and_not_words() -> None:
    other_words = residents(您对身边的干部满意吗="您对干部满意吗")
    other_scores = residents(**{"score: 40": "score: 30"})

    assert scoring_hash(other_words) == scoring_hash(residents())
    assert questionnaire_hash(other_words) != questionnaire_hash(residents())
    assert scoring_hash(other_scores) != scoring_hash(residents())
    assert any(isinstance(each, Rating) for each in residents().walk())
