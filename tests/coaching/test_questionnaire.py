"""Questionnaires: every text of them, the scales, and what it costs to be dissatisfied."""

import pytest

from core.coaching.findings import Finding, OptionsCheck, Rule
from core.coaching.labels import read_label
from core.coaching.questionnaire import check_questionnaire
from core.coaching.scale_rules import OPTION_RULES
from core.questionnaires.model import Option
from core.questionnaires.reader import load_text
from tests.rounds.drafts import text_of

GOOD_LABELS = "满意 比较满意 基本满意 非常好 优秀 很方便 安全"
MIDDLE_LABELS = "一般 还行 中等 尚可"
BAD_LABELS = "不满意 不太满意 很不满意 较差 差 不方便 不安全 有待改进 需要努力"
NO_OPINIONS = "不了解 不清楚 说不清 没去过"
OTHER_LABELS = "男 18到29岁 满了 办事慢、跑好几趟"


def findings_after(old: str, new: str, questionnaire_id: str = "residents-2021") -> list[Finding]:
    """What is found in a shipped questionnaire in which some words were exchanged."""
    text = text_of(questionnaire_id, edit=(old, new))
    assert text != text_of(questionnaire_id)
    return list(check_questionnaire(load_text(text, f"{questionnaire_id}.yaml")))


def options(labels: str) -> tuple[Option, ...]:
    """`满意=100｜不满意=0` as options; without `=` there is no score."""
    parts = [label.partition("=") for label in labels.split("｜")]
    return tuple(
        Option(f"o{number}", label, score=float(score) if score else None)
        for number, (label, _, score) in enumerate(parts)
    )


def rules_broken(labels: str) -> set[str]:
    return {rule.id for rule in OPTION_RULES if list(rule.check(options(labels)))}


@pytest.mark.parametrize("rule", OPTION_RULES, ids=lambda rule: rule.id)
def test_a_rule_about_options_catches_its_example_and_lets_the_other_pass(rule: Rule[OptionsCheck]) -> None:
    assert rule.id in rules_broken(rule.caught)
    assert rules_broken(rule.passes) == set()


@pytest.mark.parametrize(
    ("words", "side"),
    [
        *[(word, "good") for word in GOOD_LABELS.split()],
        *[(word, "middle") for word in MIDDLE_LABELS.split()],
        *[(word, "bad") for word in BAD_LABELS.split()],
        *[(word, "none") for word in NO_OPINIONS.split()],
        *[(word, None) for word in OTHER_LABELS.split()],
        ("A. 满意", "good"),
        ("5分 滿意", "good"),
        ("不满意（需说明原因）", "bad"),
    ],
)
def test_labels_are_read(words: str, side: str | None) -> None:
    assert read_label(words).side == side


@pytest.mark.parametrize(
    "labels",
    [
        "满意｜比较满意｜一般｜不太满意｜不满意｜不了解",
        "满意｜比较满意｜不太满意｜不满意",
        "好=100｜较好=80｜一般=60｜较差=40｜差=0｜不了解",
        "男｜女",
        "到窗口办事｜打电话问事｜其他",
        "5星=100｜4星=80｜3星=60｜2星=40｜1星=0",
    ],
)
def test_fair_lists_pass(labels: str) -> None:
    assert rules_broken(labels) == set()


@pytest.mark.parametrize(
    ("labels", "rule"),
    [
        ("很满意｜满意｜较满意｜不满意", "unbalanced_scale"),
        ("满意｜不太满意｜不满意", "unbalanced_scale"),
        ("优秀｜良好｜合格", "no_negative_option"),
        ("满意，谢谢您｜一般｜不满意", "unequal_labels"),
        ("满意👍｜一般｜不满意", "unequal_labels"),
    ],
)
def test_unfair_lists_are_found(labels: str, rule: str) -> None:
    assert rule in rules_broken(labels)


def test_a_steering_title_is_found_with_its_line() -> None:
    [finding] = findings_after("您对看病满意吗？", "看病这么方便，您应该满意吧？")

    line = text_of("residents-2021").splitlines().index("    title: 您对看病满意吗？") + 1
    assert (finding.rule, finding.place) == ("leading_question", "medical 的题目")
    # The line is where the question begins, a few above its title.
    assert line - 5 <= finding.line <= line


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("没有对错，照您自己的想法选。", "请您都选满意。", "开头的话"),
        ("交好了，谢谢您！", "您的满意是我们最大的动力！", "结束的话"),
        ("agree: 我愿意参加", "agree: 我很满意，参加", "同意的按钮"),
        ("label: 电话、网上骗钱的多", "label: 没有，请选满意", "security_why 的选项"),
    ],
)
def test_every_text_is_looked_at(old: str, new: str, place: str) -> None:
    assert [finding.place for finding in findings_after(old, new)] == [place]


def test_what_the_interviewer_reads_and_is_told_is_looked_at() -> None:
    found = findings_after("您对看病满意吗？", "您对看病是满意还是比较满意？", "phone-2021")
    told = findings_after("家里没有孩子上学就记“不了解”。", "家里没有孩子上学就记“满意”。", "phone-2021")

    assert [(each.rule, each.place) for each in found] == [
        ("only_good_answers_offered", "medical 的读出的话")
    ]
    assert [each.place for each in told] == ["school 的话务员提示"]


def test_a_scale_is_named_once_however_many_questions_use_it() -> None:
    found = findings_after(
        "      - {code: s1, label: 不满意, score: 0}\n", "      - {code: s1, label: 还算满意, score: 0}\n"
    )

    assert [(each.rule, each.place) for each in found] == [("unbalanced_scale", "量表 satisfied 的选项")]


WHY = "    show_if: gov in ['s1', 's2']\n"


@pytest.mark.parametrize(
    "condition",
    [
        "gov in ['s1', 's2']",
        "gov == 's1'",
        "gov not in ['s5', 's4', 's3', 'dk']",
        "home == '451202' and gov == 's1'",
        "not (gov in ['s5', 's4', 's3']) and answered(gov)",
    ],
)
def test_a_required_question_behind_a_negative_answer_is_a_hurdle(condition: str) -> None:
    found = findings_after(WHY, f'    show_if: "{condition}"\n    required: true\n')

    assert [(each.rule, each.place) for each in found] == [("hurdle_behind_negative", "gov_why")]


@pytest.mark.parametrize("condition", ["gov in ['s1', 's5']", "gov != 'dk'", "answered(gov)"])
def test_a_required_question_for_both_sides_is_none(condition: str) -> None:
    assert findings_after(WHY, f'    show_if: "{condition}"\n    required: true\n') == []


def test_asking_only_the_dissatisfied_who_they_are_is_found() -> None:
    found = findings_after("您觉得哪里没做好？可以选几个。", "请留下您的姓名，您觉得哪里没做好？")

    assert [(each.rule, each.place) for each in found] == [("asks_who_is_dissatisfied", "gov_why")]


SINGLE = """\
  - id: gov
    type: single
    title: 您对县里、乡镇政府的工作满意吗？
    options:
      - {code: s5, label: 满意}
      - {code: s1, label: 不满意%s}
      - {code: s2, label: 不太满意}
      - {code: s4, label: 比较满意}
"""


@pytest.mark.parametrize(
    ("more", "rules"),
    [("", []), (", ends: refused", ["negative_ends"]), (", other: true", ["negative_ends"])],
)
def test_a_negative_option_that_ends_or_wants_words_is_found(more: str, rules: list[str]) -> None:
    text = text_of("residents-2021")
    before, _, rest = text.partition("  - id: gov\n")
    after = rest.partition("  - id: gov_why\n")[2]
    # A single question has no dimension, and one without questions is refused.
    before = before.replace("  gov: 本地政府履职\n", "")
    text = f"{before}{SINGLE % more}  - id: gov_why\n{after}"

    found = check_questionnaire(load_text(text, "residents-2021.yaml"))

    assert [each.rule for each in found] == rules
