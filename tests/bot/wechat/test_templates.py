"""The office's file of templates is checked when it is read, and every value before it is sent."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import bot.wechat.templates as ours
from bot.wechat.sender import fitting
from bot.wechat.templates import BadValue, Template, read_templates
from bot.wechat.values import RULES, fault_of, fitted, type_of
from core.errors import BadInput
from core.outbox.states import Channel
from simulator import values as theirs
from simulator.config import Template as TheirTemplate

ID = "A" * 43
DEMO = Path(ours.__file__).parent / "demo-templates.yaml"


def written(tmp_path: Path, text: str) -> Path:
    """A file of this text."""
    path = tmp_path / "templates.yaml"
    path.write_text(text, "utf-8")
    return path


def test_the_demos_templates_serve_every_kind_of_message() -> None:
    templates = read_templates(DEMO)

    assert templates.missing() == []
    found = templates.find("escalate", Channel.TEMPLATE)
    assert found is not None
    assert found.filled(ours.SAMPLE)["thing1"] == {"value": "共3件，12号逾期5天"}
    assert templates.find("digest", Channel.NOTICE) is None


def test_what_residents_get_has_a_template_of_its_own_or_none(tmp_path: Path) -> None:
    own = read_templates(DEMO).find("outcome", Channel.TEMPLATE)
    assert own is not None
    assert own.filled(ours.SAMPLE)["thing3"] == {"value": "市交通局"}

    only_default = f"format: 1\nmessages: {{default: {{template: {{id: {ID}, keywords: {{thing1: x}}}}}}}}"
    templates = read_templates(written(tmp_path, only_default))
    assert templates.find("outcome", Channel.TEMPLATE) is None
    assert templates.missing() == []
    fields = entry('thing1: "{count}"').replace("digest", "outcome")
    with pytest.raises(BadInput, match=r"没有count这一项，只有\{summary\}、\{result\}、\{by\}、\{said\}"):
        read_templates(written(tmp_path, fields))


def test_without_a_file_there_are_no_templates_and_every_kind_is_missing() -> None:
    assert read_templates(None).missing() == ["每日提醒", "单件通知", "督办提醒", "升级提醒"]


def entry(keywords: str, allowed: str = "") -> str:
    """A file with one template."""
    inner = f"id: {ID}, keywords: {{{keywords}}}, allowed: {{{allowed}}}"
    return f"format: 1\nmessages: {{digest: {{template: {{{inner}}}}}}}"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("format: 2\nmessages: {}", "format: 1"),
        ("format: 1", "messages"),
        ("format: 1\nmessages: {x: {}}", "没有这种消息"),
        ("format: 1\nmessages: {digest: {sms: {}}}", "只能写 template"),
        ("format: 1\nmessages: {digest: {template: {id: x, keywords: {thing1: a}}}}", "模板ID"),
        (entry(""), "keywords"),
        (entry("x1: a"), "不是公众平台的关键词"),
        (entry('thing1: "{who}"'), "没有who这一项"),
        (entry('number1: "{summary}"'), "number1要数字"),
        (entry("const1: 甲", "const1: [乙]"), "不在const1允许的值里"),
        ("format: 1\n\tmessages", "YAML"),
    ],
)
def test_a_faulty_file_is_refused_with_a_sentence(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        read_templates(written(tmp_path, text))


def test_a_file_that_is_not_there_says_which_setting_to_look_at(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="MINYI_WECHAT_TEMPLATES"):
        read_templates(tmp_path / "nothing.yaml")


@pytest.mark.parametrize(
    ("keyword", "value", "sent"),
    [
        ("thing1", "共3件，12号逾期5天", "共3件，12号逾期5天"),
        ("thing1", "一" * 21, "一" * 17 + "..."),
        ("thing1", "道路\n破损 😀👍🏽", "道路 破损"),
        ("number2", "12", "12"),
        ("time4", "2026年12月1日 15:01", "2026年12月1日 15:01"),
    ],
)
def test_values_are_made_fit(keyword: str, value: str, sent: str) -> None:
    assert fitted(keyword, value) == sent
    assert fault_of(keyword, sent) is None


@pytest.mark.parametrize(
    ("keyword", "value"),
    [
        ("thing1", ""), ("thing1", "一" * 21), ("phrase1", "整改提醒了吧"), ("phrase1", "abc"),
        ("character_string1", "编号12"), ("number1", "12件"), ("time1", "明天"), ("name1", "韦" * 11),
        ("thing", "x"), ("first", "x"), ("const1", "一" * 21),
    ],
)  # fmt: skip
def test_a_value_that_would_be_refused_is_known_before_it_is_sent(keyword: str, value: str) -> None:
    assert fault_of(keyword, value)


@given(kind=st.sampled_from(sorted(RULES)), value=st.text(max_size=60))
def test_what_we_let_through_the_platform_takes(kind: str, value: str) -> None:
    keyword = f"{kind}1"
    sent = fitted(keyword, value)
    assert type_of(keyword) == kind
    if fault_of(keyword, sent) is None:
        template = TheirTemplate("t", {keyword: "k"})
        assert theirs.check_data({keyword: {"value": sent}}, template) == {keyword: sent}


def test_a_value_that_is_not_among_the_approved_is_not_sent() -> None:
    template = Template(ID, {"const3": "{sort}"}, {"const3": ("整改到期",)})

    with pytest.raises(BadValue, match="不在const3允许的值里"):
        template.filled(ours.SAMPLE)


@given(lines=st.lists(st.text(alphabet="整改12号，。 ", max_size=200), max_size=60))
def test_a_customer_service_message_never_exceeds_the_limit(lines: list[str]) -> None:
    assert len(fitting("\n".join(lines), "https://x.example/admin/mine").encode()) <= 2048
