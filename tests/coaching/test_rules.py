"""Each rule catches its own example and lets its counterpart pass; findings say where and why."""

from typing import Any

import pytest

from core.coaching.check import check_text
from core.coaching.findings import KINDS, Rule, TextCheck
from core.coaching.rules import RULES
from core.coaching.scale_rules import OPTION_RULES, PATH_RULES


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_catches_its_example(rule: Rule[TextCheck]) -> None:
    assert rule.id in {finding.rule for finding in check_text(rule.caught, "海报")}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_no_rule_minds_the_neutral_example(rule: Rule[TextCheck]) -> None:
    assert check_text(rule.passes, "海报") == ()


def test_every_rule_has_a_name_of_its_own_a_kind_and_a_reason() -> None:
    rules: list[Rule[Any]] = [*RULES, *OPTION_RULES, *PATH_RULES]

    assert len({rule.id for rule in rules}) == len(rules)
    assert len({rule.reason for rule in rules}) == len(rules)
    assert all(rule.kind in KINDS and rule.reason.endswith("。") for rule in rules)


def test_a_finding_quotes_what_was_written_and_names_its_line() -> None:
    text = "请您扫码。\n一、如实回答。\n二、請選「滿 意」，谢谢！"

    [finding] = check_text(text, "海报")

    assert (finding.rule, finding.place, finding.line) == ("tells_the_answer", "海报", 3)
    assert finding.words == "請選「滿 意"
    assert str(finding).startswith("海报“請選「滿 意”：告诉人家该怎么答")


def test_one_rule_speaks_once_a_line() -> None:
    found = check_text("请选满意，请答满意，请说满意。\n请打满意。", "推送")

    assert [(each.rule, each.line) for each in found] == [("tells_the_answer", 1), ("tells_the_answer", 2)]


@pytest.mark.parametrize(
    "text",
    [
        "请选滿意",
        "请 选 满 意",
        "请选满·意",
        "请选满\u200b意",
        "请选满\n意",
        "请选ｍ意",
        "请选man意",
        "请选满yi",
        "请打５星",
        "请打⭐⭐⭐⭐⭐",
        "请给hao评",
        "送hong包🧧，抽🧧",
    ],
)
def test_a_dodge_is_no_way_round(text: str) -> None:
    assert check_text(text, "推送") != ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n \u200b",
        "满",
        "星级酒店",
        "他傲慢意味着什么",
        "这蛮意外的",
        "五星级卫生院在哪里？",
        "奖学金发放及时吗？",
    ],
)
def test_words_that_only_look_alike_are_left_alone(text: str) -> None:
    assert check_text(text, "推送") == ()


@pytest.mark.parametrize(
    ("text", "is_steering"),
    [
        ("不要劝对方说“满意”。", False),
        ("请不要忘了选满意。", True),
        ("没办过事的也请选满意。", True),
        ("严禁以任何方式引导、要求群众，让群众选满意。", False),
        ("严禁喧哗，请选满意。", True),
        ("满意就选“满意”，不满意就选“不满意”。", False),
        ("请选满意，不要选不满意。", True),
        ("对方说满意的，就记“满意”。", False),
        ("对方没说话的，就记“满意”。", True),
        ("有人叫您选“满意”的，请拨打12388举报。", False),
        ("举报电话12388。请选“满意”。", True),
        ("不送礼品，不抽奖。", False),
        ("送礼品，抽大奖。", True),
    ],
)
def test_the_words_around_decide(text: str, is_steering: bool) -> None:
    assert bool(check_text(text, "推送")) is is_steering


def test_a_long_text_takes_no_long_time() -> None:
    # Patterns are bounded, so time grows with the length only.
    assert check_text("请您给我们村里的工作说一说，" * 3000, "推送") == ()
