"""A reply: the words and links of every prompt, as look-and-words draws them."""

from dataclasses import replace

import pytest

from bot.render import RENDERERS, Frame, render
from bot.tap_ids import TapId
from core.conversation import prompts as say
from core.conversation.inputs import Act
from core.conversation.prompts import AskPrompt, Choice, Prompt
from tests.bot.chat import links_in, seen
from tests.bot.prompt_samples import (
    AGREE,
    DECLINE,
    NEXT,
    PREVIOUS,
    PROMPT_KINDS,
    SAMPLES,
    ask,
    choices,
    places,
)

FRAME = Frame(12, 3, "河池市绩效办", "0778-2100000", "工作日8:30–18:00")
TERMINAL = replace(FRAME, links=False)


def test_every_prompt_has_a_renderer_and_a_sample() -> None:
    assert set(RENDERERS) == set(PROMPT_KINDS) == set(SAMPLES)


@pytest.mark.parametrize("kind", PROMPT_KINDS, ids=lambda kind: kind.__name__)
def test_every_prompt_says_something_with_and_without_links(kind: type[Prompt]) -> None:
    assert seen(render([SAMPLES[kind]], FRAME)).strip()
    assert links_in(render([SAMPLES[kind]], TERMINAL)) == []
    assert render([SAMPLES[kind]], TERMINAL).strip()


def test_no_prompts_are_silence() -> None:
    assert render([], FRAME) == ""


def test_a_question_looks_as_drawn() -> None:
    assert seen(render([ask(show_manner=True)], FRAME)) == (
        "【3/12】您对住的地方的治安满意吗？\n"
        "晚上出门放心不放心，有没有偷东西、打架、骗钱的。\n"
        "\n"
        "1 满意\n"
        "2 比较满意\n"
        "3 一般\n"
        "4 不太满意\n"
        "5 不满意\n"
        "6 不了解\n"
        "\n"
        "点一下，或回复数字"
    )


def test_every_option_is_a_link_that_says_its_label_and_carries_its_question() -> None:
    links = links_in(render([ask()], FRAME))

    assert [(link.label, link.echo) for link in links][:2] == [("1 满意", "满意"), ("2 比较满意", "比较满意")]
    assert [link.tap for link in links] == [TapId(12, 3, 7, choice) for choice in range(1, 7)]


def test_the_how_to_answer_line_is_left_out_when_not_wanted() -> None:
    assert "点一下" not in render([ask(show_manner=False)], FRAME)


def test_acts_stand_side_by_side_below_the_options() -> None:
    reply = render([ask(acts=(PREVIOUS, NEXT))], FRAME)

    assert seen(reply).endswith("6 不了解\n\n上一题｜下一步")
    assert links_in(reply)[-1].tap.choice == Act.NEXT


def test_what_is_picked_already_is_marked() -> None:
    picked = (replace(choices("路烂")[0], picked=True), *choices("路烂", "路窄")[1:])

    assert "1 路烂（已选）\n2 路窄" in seen(render([ask(manner="several", choices=picked)], FRAME))


def test_a_misunderstanding_quotes_the_words_and_says_how_once() -> None:
    reply = seen(render([say.NotUnderstood("还行吧"), ask(show_manner=True)], FRAME))

    assert reply.startswith("没看明白“还行吧”。请点一项，或回复 1 到 6，")
    assert "点一下，或回复数字" not in reply


def test_the_third_misunderstanding_offers_a_human() -> None:
    reply = render([say.NotUnderstood("哈哈", offer_human=True), ask()], FRAME)

    assert links_in(reply)[0].tap == TapId(12, 3, 0, Act.HUMAN)
    assert "回复“人工”" in render([say.NotUnderstood("哈哈", offer_human=True), ask()], TERMINAL)


def test_the_example_after_a_misunderstanding_leans_to_no_option() -> None:
    sentence = seen(render([say.NotUnderstood("哈哈"), ask()], FRAME)).split("\n")[0]

    assert not any(label in sentence for label in ("满意", "一般"))


def test_a_changed_answer_is_named() -> None:
    assert render([say.AnswerChanged(3, "治安", "一般")], FRAME) == "第3题改为“一般”。"
    assert render([say.AnswerChanged(None, "治安", "一般", 2)], FRAME) == (
        "“治安”改为“一般”。跟着它的2道题不用答了。"
    )


def test_a_number_question_names_its_bounds_and_unit() -> None:
    reply = render(
        [ask(manner="number", choices=(), low=18.0, high=120.0, unit="岁", show_manner=True)], FRAME
    )

    assert reply.endswith("请回复18 到 120 之间的数字，单位是岁")


@pytest.mark.parametrize("kind", ["voice_not_here", "photo_not_here", "kind_not_here"])
def test_a_message_of_the_wrong_kind_is_told_how_this_question_is_answered(kind: say.ProblemKind) -> None:
    assert "请点一项" in render([say.Problem(kind), ask()], FRAME)
    assert "请打字" in render([say.Problem(kind), ask(manner="text", choices=())], FRAME)


@pytest.mark.parametrize("words", ["<a href='x'>点我</a>", "]]>", "{0}{}", "\x00\x1b[31m", "\u202e倒过来"])
def test_a_persons_own_words_come_out_harmless(words: str) -> None:
    reply = render([say.NotUnderstood(words)], FRAME)

    assert not set(reply) & set("<>\x00\x1b\u202e")
    assert links_in(reply) == []


def test_long_words_are_quoted_in_part() -> None:
    assert f"“{'好' * 19}…”" in render([say.LateWords("好" * 500)], FRAME)


def test_an_echo_leaves_out_what_the_client_would_decode_twice() -> None:
    odd = (Choice(1, 'A&B 100% + #1 "x"', 1, 'A&B 100% + #1 "x"'), Choice(2, "乙", 2, "<%>"))

    links = links_in(render([ask(choices=odd)], FRAME))

    assert [link.echo for link in links] == ["AB 100  1 x", "乙"]


def test_a_part_too_large_for_a_tap_id_leaves_plain_words() -> None:
    reply = render([ask(slot=10_000)], FRAME)

    assert links_in(reply) == []
    assert "1 满意" in reply


# Making it fit -------------------------------------------------------------------------------------------

LONG_LABELS = tuple(f"第{n}项" + "很长的说法" * 5 for n in range(1, 11))


def test_too_many_long_options_lose_their_links_and_gain_a_word_on_typing() -> None:
    reply = render([ask(choices=choices(*LONG_LABELS), acts=(PREVIOUS,))], FRAME)

    assert [link.label for link in links_in(reply)] == ["上一题"]
    assert all(label in reply for label in LONG_LABELS)
    assert reply.endswith("请回复前面的数字")
    assert "偷东西" in reply


def test_help_goes_before_the_options_are_split() -> None:
    labels = tuple(f"{n}" + "长" * 29 for n in range(1, 20))

    reply = render([ask(choices=choices(*labels), help="帮" * 100)], FRAME)

    assert "帮" not in reply
    assert all(label in reply for label in labels)


def test_a_very_long_list_is_split_and_every_option_stands_on_some_part() -> None:
    question = ask(choices=choices(*(f"{n}" + "长" * 28 for n in range(1, 80))))

    parts = [render([replace(question, page=page)], FRAME) for page in range(6)]

    assert all("【3/12】" in part for part in parts)
    for choice in question.choices:
        assert any(f"\n{choice.number} {choice.label}" in part for part in parts)
    assert links_in(parts[0])[-1].tap.choice == Act.MORE


def townships(count: int) -> say.ChoosePlace:
    return say.ChoosePlace("宜州区", places(*(f"石别镇第{n}片" for n in range(1, count + 1))))


def test_a_list_of_places_keeps_its_links_and_pages() -> None:
    pages = [render([replace(townships(40), page=page)], FRAME) for page in range(5)]

    shown = [link.echo for page in pages for link in links_in(page) if link.tap.choice == Act.PLACE]
    assert shown[:40] == [f"石别镇第{n}片" for n in range(1, 41)]
    assert links_in(pages[0])[-1].label.startswith("下一页（1/")
    assert all("您住在宜州区的哪里？" in page for page in pages)


def test_paging_past_the_end_begins_again() -> None:
    pages = [render([replace(townships(40), page=page)], FRAME) for page in range(9)]
    count = pages.index(pages[0], 1)

    assert pages[count + 1] == pages[1]
    assert links_in(pages[count - 1])[-1].label == "回到第一页"


def test_notes_that_leave_no_room_go_on_a_part_of_their_own() -> None:
    note = say.NotePrompt("说明" * 80)

    first = render([note, note, note, note, ask()], FRAME)
    second = render([note, note, note, note, ask(page=1)], FRAME)

    assert "说明" in first
    assert links_in(first)[-1].echo == "继续"
    assert "【3/12】" not in first
    assert second.startswith("【3/12】")
    assert links_in(second)[-1].label == "6 不了解"


def test_a_long_consent_ends_with_its_two_links() -> None:
    prompt = say.ConsentPrompt("题" * 40, "引" * 300, "文" * 340, AGREE, DECLINE, 18)

    parts = [render([replace(prompt, page=page)], FRAME) for page in range(2)]

    assert [link.echo for link in links_in(parts[0])] == ["继续"]
    assert [link.label for link in links_in(parts[1])] == ["1 我愿意参加", "2 不参加"]
    assert "".join(parts).count("文") == 340


def test_the_largest_ordinary_combination_fits_in_one_bubble() -> None:
    reply = render(
        [say.WasShed(), say.AnswerChanged(3, "治安", "一般", 2), ask(acts=(PREVIOUS, NEXT))], FRAME
    )

    assert len(links_in(reply)) == 8


def test_the_terminal_is_told_the_word_for_more() -> None:
    question: AskPrompt = ask(choices=choices(*(f"{n}" + "长" * 28 for n in range(1, 80))))

    assert "回复“继续”" in render([question], TERMINAL)
