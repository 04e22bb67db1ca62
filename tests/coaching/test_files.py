"""Files: questionnaires and plain texts, the line of each finding, and what cannot be read."""

import pytest

from core.coaching.files import MAX_FILE_BYTES, check_file
from core.coaching.overrides import text_hash
from core.errors import BadInput
from core.questionnaires.reader import load_text
from tests.rounds.drafts import text_of

NAME = "residents-2021.yaml"


def lines_of(text: str, filename: str = NAME) -> list[int]:
    return [finding.line for finding in check_file(text.encode(), filename).findings]


def line_with(text: str, words: str) -> int:
    return next(number for number, line in enumerate(text.split("\n"), start=1) if words in line)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("您对看病满意吗？", "看病这么方便，您应该满意吧？"),
        ("没有对错，照您自己的想法选。", "请您都选满意。"),
        ("label: 排队久、挂号难", "label: 没有，请选满意"),
    ],
)
def test_a_finding_has_the_line_it_stands_on(old: str, new: str) -> None:
    text = text_of("residents-2021", edit=(old, new))

    assert lines_of(text) == [line_with(text, new)]


def test_a_scales_finding_has_the_scales_line() -> None:
    text = text_of("residents-2021", edit=("label: 不太满意", "label: 还算满意"))

    assert lines_of(text) == [line_with(text, "  satisfied:")]


def test_words_written_otherwise_have_their_questions_line() -> None:
    text = text_of("residents-2021", edit=("title: 您对看病满意吗？", 'title: "看病您应该满\\u610f吧？"'))

    assert lines_of(text) == [line_with(text, "- id: medical")]


def test_the_hash_is_the_one_an_override_is_for() -> None:
    text = text_of("residents-2021")

    assert check_file(text.encode(), NAME).content_hash == load_text(text, NAME).content_hash
    assert check_file("请选满意".encode("utf-8-sig"), "海报.txt").content_hash == text_hash("请选满意")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_plain_text_is_read_in_the_offices_encodings(encoding: str) -> None:
    [finding] = check_file("请扫码。\r\n请选满意。".encode(encoding), "folder/海报.txt").findings

    assert (finding.line, finding.place) == (2, "海报")


@pytest.mark.parametrize(
    ("content", "filename", "message"),
    [
        (b"\xff\xff\xff", "a.txt", "认不出文件的编码"),
        (b" " * (MAX_FILE_BYTES + 1), "a.txt", "文件太大"),
        (b"format: 1", NAME, "residents-2021.yaml:1"),
    ],
)
def test_what_cannot_be_read_is_said(content: bytes, filename: str, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        check_file(content, filename)
