"""Figures, tables, responses and opinions in the browser: what they show, and what they must not."""

import html
import re
from datetime import timedelta

import pytest

from admin.parts import Parts
from admin.printed_tables import recomputed
from core.conversation.state import Answer
from core.opinions import arriving
from core.reports.imprint import CHECK_LINE, LINK_LINE, check_code, moment_in_print
from core.responses.ids import public_id
from core.results.source import AsOf
from tests.admin.conftest import Browser
from tests.hand_clock import START
from tests.reports.factories import (
    CHENGGUAN,
    DULEI,
    FINANCE,
    NANDAN,
    POLICE,
    QINGYUAN,
    YIZHOU,
    make_response,
    satisfied_with_everything,
)

IMPRINT_LINE = re.compile(r"<div><dt>([^<]+)</dt><dd>(.*?)</dd></div>")
UNKNOWN = (
    ("county=999999", "没有代码是“999999”的县（区）"),
    (f"county={QINGYUAN}", "的县（区）"),
    ("township=1", "没有代码是“1”的乡镇（街道）"),
    ("unit=U999", "没有代码是“U999”的单位"),
    ("questionnaire=leaders-2021", "里没有问卷“leaders-2021”"),
    ("county=%27%20OR%201=1", "请从列表里选"),
)


def text_of(page: str) -> str:
    """What a person reads."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


@pytest.mark.parametrize("name", ["answers", "counties", "townships", "units", "responses", "opinions"])
def test_an_empty_round_says_how_it_fills(name: str, office: Browser, round_id: int) -> None:
    page = office.get(f"/rounds/{round_id}/{name}")

    assert page.status_code == 200
    assert 'class="empty"' in page.text


@pytest.mark.parametrize("name", ["answers", "counties", "townships", "units", "responses", "opinions"])
@pytest.mark.parametrize(("query", "sentence"), UNKNOWN)
def test_unknown_codes_are_refused_with_a_sentence(
    name: str, query: str, sentence: str, office: Browser, round_id: int
) -> None:
    answer = office.get(f"/rounds/{round_id}/{name}?{query}")

    assert answer.status_code == 400
    assert sentence in answer.text
    assert "去掉筛选再看" in answer.text


@pytest.mark.parametrize(
    "query",
    ["page=0", "page=-1", "page=x", "page=9999999", "page=１", "sort=age", "order=up", "page=1.5"],
)
def test_pages_and_orders_that_do_not_exist_are_refused(query: str, office: Browser, round_id: int) -> None:
    assert office.get(f"/rounds/{round_id}/counties?{query}").status_code == 400


def test_figures_name_score_and_satisfaction_apart_with_their_n(
    office: Browser, parts: Parts, round_id: int
) -> None:
    with parts.writing() as session:
        make_response(session, round_id, satisfied_with_everything("s5"))
        make_response(session, round_id, satisfied_with_everything("s3"))
        make_response(session, round_id, satisfied_with_everything("dk"))
        make_response(session, round_id, satisfied_with_everything("s1"), status="break_off")

    page = text_of(office.get(f"/rounds/{round_id}/answers").text)

    assert "得分（n=2） 80.00" in page
    assert "满意率（n=2） 50.0%" in page
    assert "其中不了解 33.3%" in page
    assert "满意 1 33.3%" in page
    assert "总得分（满分100） 80.00" in page


def test_the_page_prints_where_its_figures_come_from_and_they_are_found_again(
    office: Browser, parts: Parts, round_id: int
) -> None:
    with parts.writing() as session:
        make_response(session, round_id, satisfied_with_everything("s5"), place=QINGYUAN)
        make_response(session, round_id, satisfied_with_everything("s3"), place=QINGYUAN, channel="phone")
        make_response(session, round_id, satisfied_with_everything("s1"), place=CHENGGUAN)

    page = office.get(f"/rounds/{round_id}/answers?county={YIZHOU}").text
    told = {what: html.unescape(re.sub("<[^>]+>", "", words)) for what, words in IMPRINT_LINE.findall(page)}
    with parts.reading() as connection:
        source = AsOf(connection, parts.clock())
        anew = recomputed(parts.catalog(connection), told[LINK_LINE], source)

    assert told["调查"] == "2026年年终评议"
    assert re.search(r"residents-2021 第1版，指纹 [0-9a-f]{12}", told["问卷"])
    assert re.fullmatch(r"指纹 [0-9a-f]{12}", told["计分"])
    assert told["范围"] in (
        "宜州区 · 微信、电话合在一起 · 搁置的不算",
        "宜州区 · 电话、微信合在一起 · 搁置的不算",
    )
    assert told["答卷"].startswith("n=2份")
    assert told["时间"] == moment_in_print(parts.clock())
    assert "不给误差范围" in told["说明"]
    assert check_code(anew.table.printed(), anew.questionnaire) == told[CHECK_LINE]
    assert office.get(told[LINK_LINE].removeprefix("/admin")).status_code == 200
    assert "总的 80.00 50.0% 24 0.0%" in text_of(page)


def test_a_superseded_response_is_counted_nowhere(office: Browser, parts: Parts, round_id: int) -> None:
    with parts.writing() as session:
        later = make_response(session, round_id, satisfied_with_everything("s1"))
        make_response(session, round_id, satisfied_with_everything("s5"), superseded_by=later)

    page = text_of(office.get(f"/rounds/{round_id}/answers").text)
    assert "1人回答" in page
    assert "得分（n=1） 0.00" in page
    assert "庆远镇 1 0 0 1" in text_of(office.get(f"/rounds/{round_id}/townships?county={YIZHOU}").text)


def test_personal_answers_of_fewer_than_ten_people_are_not_shown(
    office: Browser, parts: Parts, round_id: int
) -> None:
    with parts.writing() as session:
        for number in range(30):
            sex = "male" if number < 4 else "female"
            make_response(session, round_id, satisfied_with_everything(age="a70", sex=sex))
            if number < 9:
                make_response(session, round_id, satisfied_with_everything(area="city"))

    page = text_of(office.get(f"/rounds/{round_id}/answers").text)

    assert "70岁及以上 30 100.0%" in page
    assert "男 人少，不显示" in page
    assert "女 人少，不显示" in page, "or the men could be found by subtracting"
    assert "回答的人不到10个，不显示" in page


def test_filters_go_from_county_to_township_and_a_link_reproduces_them(
    office: Browser, parts: Parts, round_id: int
) -> None:
    with parts.writing() as session:
        for place in (QINGYUAN, QINGYUAN, DULEI, CHENGGUAN):
            make_response(session, round_id, satisfied_with_everything("s5"), place=place)

    def complete(query: str) -> str:
        page = text_of(office.get(f"/rounds/{round_id}/answers?{query}").text)
        found = re.search(r"完整交上 (\d+)", page)
        assert found
        return found.group(1)

    assert complete("") == "4"
    assert complete(f"county={YIZHOU}") == "3"
    assert complete(f"county={YIZHOU}&township={QINGYUAN}") == "2"
    assert complete(f"township={QINGYUAN}") == "2"
    assert complete(f"county={NANDAN}&township={QINGYUAN}") == "1", "the county was changed"
    page = office.get(f"/rounds/{round_id}/answers?county={YIZHOU}").text
    assert f'value="{YIZHOU}" selected' in page
    assert f"/rounds/{round_id}/responses?questionnaire=residents-2021&amp;county={YIZHOU}" in page


def test_places_and_units_are_listed_with_nothing_too_and_sorted_by_links(
    office: Browser, parts: Parts, round_id: int
) -> None:
    with parts.writing() as session:
        make_response(session, round_id, place=CHENGGUAN)
        make_response(session, round_id, place=CHENGGUAN, status="refused")
        make_response(session, round_id, place="")
        make_response(session, round_id, questionnaire="units-2021", unit=FINANCE, place="")

    page = text_of(office.get(f"/rounds/{round_id}/counties?sort=complete&order=desc").text)
    assert re.search(r"南丹县 1 0 1 2 50.0% 宜州区 0 0 0 0 — 没说是哪里 2 ", page)
    assert page.index("宜州区 0 0") > page.index("南丹县 1 0")
    ascending = text_of(office.get(f"/rounds/{round_id}/counties?sort=complete&order=asc").text)
    assert ascending.index("宜州区 0 0") < ascending.index("南丹县 1 0") < ascending.index("没说是哪里 2")
    assert "市财政局 1 0 0 1 100.0%" in text_of(office.get(f"/rounds/{round_id}/units").text)


def test_figures_of_a_unit(office: Browser, parts: Parts, round_id: int) -> None:
    with parts.writing() as session:
        for unit, code in ((FINANCE, "s5"), (FINANCE, "s4"), (POLICE, "s1")):
            make_response(session, round_id, {"easy": code}, questionnaire="units-2021", unit=unit, place="")

    page = text_of(office.get(f"/rounds/{round_id}/answers?questionnaire=units-2021&unit={FINANCE}").text)

    assert "请您给市财政局打分" in page
    assert "得分（n=2） 90.00" in page


def test_a_response_is_shown_without_whoever_gave_it(office: Browser, parts: Parts, round_id: int) -> None:
    with parts.writing() as session:
        given = satisfied_with_everything(
            "s4", traffic="s1", traffic_why=Answer(codes=("bus", "other"), text="没<有>灯"), age="a70"
        )
        response_id = make_response(session, round_id, given)

    page = office.get(f"/responses/{public_id(response_id)}").text

    read = text_of(page)
    assert "班车、公交少、其他：没&lt;有&gt;灯" in read
    assert "宜州区庆远镇" in read
    assert "70岁" not in read
    assert "关于个人，单份不显示" in read
    assert f"{response_id:032x}" not in page
    assert "用了3分" in read


def test_a_superseded_response_points_to_the_one_that_counts(
    office: Browser, parts: Parts, round_id: int
) -> None:
    with parts.writing() as session:
        later = make_response(session, round_id)
        earlier = make_response(session, round_id, superseded_by=later)

    page = office.get(f"/responses/{public_id(earlier)}").text

    assert f"/responses/{public_id(later)}" in page


@pytest.mark.parametrize("name", ["R1", "x", "R0000000000000001", "Rffffffffffffffff", "R000000000000000g"])
def test_a_response_nobody_has_is_not_found(name: str, office: Browser) -> None:
    assert office.get(f"/responses/{name}").status_code == 404


def test_responses_are_filtered_by_status_place_unit_and_day(
    office: Browser, parts: Parts, round_id: int
) -> None:
    midnight = START - timedelta(hours=9)
    with parts.writing() as session:
        make_response(session, round_id, finished_at=midnight)
        make_response(session, round_id, finished_at=midnight - timedelta(seconds=1), place=CHENGGUAN)
        make_response(session, round_id, status="break_off")
        later = make_response(session, round_id, questionnaire="units-2021", unit=FINANCE, place="")
        make_response(session, round_id, superseded_by=later)

    def count(query: str) -> int:
        return office.get(f"/rounds/{round_id}/responses?{query}").text.count('class="code"')

    assert count("") == 5
    assert count("status=break_off") == 1
    assert count("status=superseded") == 1
    assert count("status=complete") == 3
    assert count(f"county={NANDAN}") == 1
    assert count(f"unit={FINANCE}") == 1
    assert count("since=2026-12-01") == 4
    assert count("until=2026-11-30") == 1
    assert count("since=2026-12-01&until=2026-12-01&status=break_off") == 1


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("since=2026-12-02&until=2026-12-01", "请把两个日期对调"),
        ("since=昨天", "看不懂日期“昨天”"),
        ("until=2026-02-30", "看不懂日期"),
        ("since=0001-01-01", "年份不对"),
        ("status=lost", "没有叫“lost”的状态"),
    ],
)
def test_days_that_make_no_sense_are_said(query: str, sentence: str, office: Browser, round_id: int) -> None:
    answer = office.get(f"/rounds/{round_id}/responses?{query}")

    assert answer.status_code == 400
    assert sentence in answer.text


def test_long_lists_come_in_pages(office: Browser, parts: Parts, round_id: int) -> None:
    with parts.writing() as session:
        for _ in range(51):
            make_response(session, round_id)

    first = office.get(f"/rounds/{round_id}/responses").text
    last = office.get(f"/rounds/{round_id}/responses?page=2").text

    assert "第1到50份，共51份" in first
    assert 'rel="next"' in first
    assert "第51到51份，共51份" in last
    assert "一共只有2页" in office.get(f"/rounds/{round_id}/responses?page=3").text


def test_opinions_are_found_by_the_very_words_wildcards_and_quotes_included(
    office: Browser, parts: Parts, round_id: int
) -> None:
    sayings = ("路烂100%了", "路烂", "它说'不'", "a_b", "axb", "\\斜", "<script>alert(1)</script>")
    with parts.writing() as session:
        for saying in sayings:
            make_response(session, round_id, {"suggest": Answer(text=saying)})
    arriving.advance(parts.engine, parts.catalog, START + timedelta(hours=1))

    def found(words: str) -> set[str]:
        page = office.get(f"/rounds/{round_id}/opinions", query_string={"q": words}).text
        assert not words.strip("\x00") or "<mark>" in page or "没有这样的意见" in page
        return {re.sub("</?mark>", "", each) for each in re.findall(r'<p class="said">(.*?)</p>', page)}

    assert found("路") == {"路烂100%了", "路烂"}
    assert found("%") == {"路烂100%了"}
    assert found("_") == {"a_b"}
    assert found("'") == {"它说&#39;不&#39;"}
    assert found("\\") == {"\\斜"}
    assert found("A_B") == {"a_b"}
    assert found("路 100") == {"路烂100%了"}
    assert found("<script>") == {"&lt;script&gt;alert(1)&lt;/script&gt;"}
    assert found("\x00") == found("")
    assert found("没有人这么说") == set()


def test_opinions_are_narrowed_by_question_dimension_place_and_media(
    office: Browser, parts: Parts, round_id: int
) -> None:
    with parts.writing() as session:
        make_response(session, round_id, {"suggest": Answer(text="话", voices=("v",), photos=("p", "q"))})
        make_response(session, round_id, {"suggest": Answer(voices=("w",))}, place=CHENGGUAN)
        make_response(session, round_id, {"traffic_why": Answer(codes=("other",), text="没灯")})
        make_response(session, round_id, {"traffic_why": Answer(codes=("bus",))})
        make_response(session, round_id, {"env_why": Answer(codes=("other",), text="臭")}, status="break_off")
        make_response(session, round_id, {"suggest": Answer(text="旧话")}, superseded_by=1)
    arriving.advance(parts.engine, parts.catalog, START + timedelta(hours=1))

    def page(query: str) -> str:
        return text_of(office.get(f"/rounds/{round_id}/opinions?{query}").text)

    assert "共4条" in page("")
    assert "语音1条、照片2张" in page("")
    assert "共1条" in page("dimension=traffic")
    assert "没灯" in page("dimension=traffic")
    assert "共2条" in page("question=suggest")
    assert "共2条" in page("with=media")
    assert "共1条" in page(f"county={NANDAN}")
    assert office.get(f"/rounds/{round_id}/opinions?dimension=nothing").status_code == 400
    assert office.get(f"/rounds/{round_id}/opinions?question=gov").status_code == 400


def test_media_that_are_kept_are_linked(office: Browser, parts: Parts, round_id: int) -> None:
    parts.find_media = lambda _connection, ids: {"v": "abc123"} if "v" in ids else {}
    with parts.writing() as session:
        given = {"suggest": Answer(voices=("v",), photos=("p",))}
        response_id = make_response(session, round_id, given)
    arriving.advance(parts.engine, parts.catalog, START + timedelta(hours=1))

    for path in (f"/rounds/{round_id}/opinions", f"/responses/{public_id(response_id)}"):
        page = office.get(path).text
        assert '<audio controls preload="none" src="/admin/media/abc123">' in page
        assert "照片1张" in page


def test_a_list_longer_than_anybody_reads_says_so_and_asks_to_be_narrowed(
    office: Browser, parts: Parts, round_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A year's list would else be counted through for every page."""
    monkeypatch.setattr("admin.paging.MOST_LISTED", 3)
    monkeypatch.setattr("admin.screens.opinions.PAGE_SIZE", 2)
    with parts.writing() as session:
        for number in range(5):
            make_response(session, round_id, {"suggest": Answer(text=f"话{number}")})
    arriving.advance(parts.engine, parts.catalog, START + timedelta(hours=1))

    first, last, beyond = (
        text_of(office.get(f"/rounds/{round_id}/opinions?page={page}").text) for page in (1, 2, 3)
    )

    assert "第1到2条，共超过3条，新的在前" in first
    assert "这里只列前" not in first
    assert "第3到3条，共超过3条" in last
    assert "这里只列前3行。要看别的，请点上面的“换个范围”缩小范围" in last
    assert "这里只列前2页。请用筛选缩小范围" in beyond
