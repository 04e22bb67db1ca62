"""Opinions are found by their words, two Chinese characters included, for as long as the words are there."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import func, select

from core.conversation.records import Erase
from core.conversation.world import World
from core.opinions import leaving, words
from core.opinions.book import OpinionBook
from core.opinions.grams import MAX_SEARCH_CHARS, MAX_SEARCH_WORDS, marked, pairs_of, terms, words_of
from core.opinions.models import Opinion, OpinionWords
from core.opinions.service import merge, strike, type_up, unstrike
from core.opinions.striking import Piece
from core.people.reach import NOTHING, Reach
from core.responses.models import Response
from core.responses.recording import Recorder
from tests.hand_clock import START
from tests.opinions.conftest import Office
from tests.reports.factories import CHENGGUAN, NANDAN

LINES = (
    "村里交通不方便，路灯坏了",
    "交警通宵执勤",
    "希望多几班车",
    "路烂100%了，说'不'",
    "WiFi ＷＩＦＩ信号差",
)


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("交通", [0]),
        ("通", [0, 1]),
        ("路", [0, 3]),
        ("路灯坏了", [0]),
        ("路灯 交通", [0]),
        ("坏路灯", []),
        ("了", [0, 3]),
        ("车", [2]),
        ("%", [3]),
        ("100%", [3]),
        ("１００％", [3]),
        ("'", [3]),
        ("'不'", [3]),
        ('"', []),
        ("*", []),
        ("交*", []),
        ("wifi", [4]),
        ("WIF", [4]),
        ("了，路", []),
        ("AND", []),
        ("\\", []),
        ("\x00", [0, 1, 2, 3, 4]),
        ("  ", [0, 1, 2, 3, 4]),
        ("交" * 300, []),
        ("一 二 三 四 五 六 七 八 九 十", []),
    ],
)
def test_a_word_of_any_length_is_found_where_it_occurs(office: Office, search: str, found: list[int]) -> None:
    office.says(*LINES)

    assert sorted(office.lists(search=search)) == sorted(LINES[each] for each in found)


def test_a_search_is_narrowed_by_place_state_and_reach(office: Office) -> None:
    office.says("交通不好")
    office.says("交通还行", place=CHENGGUAN)

    assert office.lists(search="交通", place_code=NANDAN) == ["交通还行"]
    assert office.lists(search="交通", state="todo") == []
    assert office.lists(search="交通", reach=Reach("county", NANDAN)) == ["交通还行"]
    assert office.lists(search="交通", reach=NOTHING) == []


def test_what_is_struck_out_is_found_no_more_until_it_is_put_back(office: Office) -> None:
    [said] = office.says("张三家门口的交通")
    office.does(lambda session, *who: strike(session, office.keys, said, [Piece("name", "张三")], *who))

    assert office.lists(search="张三") == []
    assert office.lists(search="〔姓名〕 交通") == ["〔姓名〕家门口的交通"]
    assert "张" not in stored(office, said)

    office.does(lambda session, *who: unstrike(session, office.keys, said, *who))
    assert office.lists(search="张三") == ["张三家门口的交通"]


def test_numbers_are_in_no_index_so_that_a_search_does_not_tell_them(office: Office) -> None:
    [said] = office.says("打15400012345找我")

    assert office.lists(search="15400012345") == []
    assert office.lists(search="〔电话〕") == ["打15400012345找我"]
    assert stored(office, said)


def test_what_was_typed_up_or_merged_is_found(office: Office) -> None:
    first, second = office.says("路灯不亮", "黑灯瞎火")
    office.does(merge, [first, second])
    assert office.lists(search="瞎火") == ["路灯不亮"]

    [voice] = office.says("", voices=("v",))
    office.does(type_up, voice, "水管漏水")
    assert office.lists(search="水管") == ["水管漏水"]


def test_what_people_deleted_leaves_the_index_in_the_same_transaction(office: Office) -> None:
    kept, gone = office.says("交通好", "交通差")
    office.makes_items(gone)
    with office.engine.begin() as connection:
        accounts = connection.scalars(
            select(Response.account_hash).join(Opinion, Opinion.response_id == Response.id)
        ).all()
        world = World(office.catalog(connection))
        book = OpinionBook(Recorder(office.keys.wrap), office.keys)
        book.record(connection, world, [Erase(tuple(filter(None, accounts)), ())], "p", START)

        assert connection.scalar(select(func.count()).select_from(OpinionWords)) == 0
    assert office.lists(search="交通") == []
    assert kept != gone


def test_an_index_that_is_empty_or_wrong_is_built_anew(office: Office) -> None:
    office.says(*LINES)
    steps: list[int] = []

    assert words.rebuild(office.engine, steps.append) == len(LINES)
    assert steps == [len(LINES)]
    assert words.catch_up(office.engine) == 0
    assert office.lists(search="交通") == [LINES[0]]
    with office.engine.begin() as connection:
        assert words.count_missing(connection) == 0
        words.forget(connection, connection.scalars(select(Opinion.id)).all()[:1])
        assert words.count_missing(connection) == 1
    assert words.catch_up(office.engine) == 1


def test_when_texts_are_over_their_time_the_opinion_goes_with_them(office: Office) -> None:
    [said] = office.says("交通")
    with office.engine.begin() as connection:
        response = connection.scalar(select(Opinion.response_id).where(Opinion.id == said))
        connection.exec_driver_sql("UPDATE answer SET text = NULL")
        leaving.drop_wordless(connection, [response or 0])

    assert office.rows() == []


@given(st.text(max_size=40), st.text(min_size=2, max_size=4))
@example("İstanbul ﬁne ㎡", "ine")
def test_a_words_pairs_follow_one_another_exactly_where_it_occurs(text: str, typed: str) -> None:
    wanted = words_of(typed)
    at = dict(terms(text))

    for word in wanted:
        pairs = pairs_of(word) or None
        occurs = any(is_hit for _piece, is_hit in marked(text, [word]))
        if pairs:
            found = any(
                all(at.get(start + place) == pair for place, pair in enumerate(pairs)) for start in at
            )
            assert found == occurs


def test_hits_are_marked_in_the_text_as_it_was_written() -> None:
    assert marked("ＷｉＦｉ不好", words_of("wifi")) == (("ＷｉＦｉ", True), ("不好", False))
    assert marked("哈哈哈", words_of("哈哈")) == (("哈哈哈", True),)
    assert marked("", words_of("哈")) == ()
    assert len(words_of(" ".join("一二三四五六七八九十"))) == MAX_SEARCH_WORDS
    assert len(words_of("交" * 300)[0]) == MAX_SEARCH_CHARS


def stored(office: Office, opinion_id: int) -> str:
    """The index's row, with its letters turned back into characters."""
    with office.engine.connect() as connection:
        row = select(OpinionWords.grams).where(OpinionWords.opinion_id == opinion_id)
        spelt = re.findall(r"[0-9a-z]{4}", str(connection.scalar(row)))
    return "".join(chr(int(each, 36)) for each in spelt)
