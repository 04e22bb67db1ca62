"""Numbers, places, commands and consent, as people write them."""

import pytest

from core.conversation.understanding.commands import DESK_WORDS, command
from core.conversation.understanding.consent import understand_consent
from core.conversation.understanding.numerals import amount
from core.conversation.understanding.options import Lexicon
from core.conversation.understanding.places import PlaceNames
from core.conversation.understanding.plain import canon, plain, squeezed
from core.places.gazetteer import Gazetteer
from core.places.shipped import shipped_gazetteer


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("35", 35),
        ("３５", 35),
        ("35岁", 35),
        ("35 岁", 35),
        ("35岁。", 35),
        ("三十五", 35),
        ("三十五岁", 35),
        ("叁拾伍", 35),
        ("一百二", 120),
        ("两千", 2000),
        ("1万2千", 12000),
        ("1,200", 1200),
        ("１，２００", 1200),
        ("3.5", 3.5),
        ("三点五", 3.5),
        ("0", 0),
        ("零", 0),
        ("-5", -5),
        ("负五", -5),
        ("5口人", None),
        ("5个人", 5),
        ("5 公里", 5),
        ("三十左右", None),
        ("二十几", None),
        ("三四十", None),
        ("不到5", None),
        ("5到6", None),
        ("5？", None),
        ("很多", None),
        ("岁", None),
        ("", None),
        ("1e5", None),
        ("nan", None),
        ("1" * 40, None),
    ],
)
def test_amounts(words: str, number: float | None) -> None:
    assert amount(plain(words), "岁") == number


def test_whole_amounts_are_whole() -> None:
    assert repr(amount("35.0", "")) == "35"


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return shipped_gazetteer()


@pytest.fixture(scope="module")
def townships(gazetteer: Gazetteer) -> PlaceNames:
    return PlaceNames(gazetteer, "township")


@pytest.mark.parametrize(
    ("words", "full_name"),
    [
        ("宜州区", "宜州区"),
        ("宜州", "宜州区"),
        (" 宜州。", "宜州区"),
        ("都安", "都安瑶族自治县"),
        ("都安县", "都安瑶族自治县"),
        ("都安瑶族自治县", "都安瑶族自治县"),
        ("罗城", "罗城仫佬族自治县"),
        ("羅城", "罗城仫佬族自治县"),
        ("環江", "环江毛南族自治县"),
        ("庆远镇", "宜州区庆远镇"),
        ("庆远", "宜州区庆远镇"),
        ("慶遠鎮", "宜州区庆远镇"),
        ("宜州庆远", "宜州区庆远镇"),
        ("宜州区庆远镇", "宜州区庆远镇"),
        ("河池市宜州区庆远镇", "宜州区庆远镇"),
        ("广西河池市宜州区", "宜州区"),
        ("我住在德胜", "宜州区德胜镇"),
        ("家在巴马", "巴马瑶族自治县"),
        ("福龙乡", "宜州区福龙瑶族乡"),
        ("刘三姐", "宜州区刘三姐镇"),
        ("东兰", "东兰县"),
        ("东兰镇", "东兰县东兰镇"),
        ("河池镇", "金城江区河池镇"),
    ],
)
def test_a_place_by_any_of_its_names(
    words: str, full_name: str, townships: PlaceNames, gazetteer: Gazetteer
) -> None:
    found = townships.find(words)

    assert [gazetteer.full_name(place.code) for place in found] == [full_name]


@pytest.mark.parametrize(
    "words",
    [
        "",
        "河池",
        "河池市",
        "广西",
        "庆远镇？",
        "江",
        "南宁",
        "不知道",
        "1",
        "宜州的庆远镇",
        "东江宜州",
        "一" * 300,
    ],
)
def test_what_names_no_place_of_ours(words: str, townships: PlaceNames) -> None:
    assert townships.find(words) == ()


def test_what_may_be_several_is_several(townships: PlaceNames) -> None:
    assert len(townships.find("瑶族")) > 1


def test_the_place_one_is_in_goes_first(gazetteer: Gazetteer) -> None:
    villages = PlaceNames(gazetteer, "village")

    anywhere = villages.find("福龙")
    in_sien = villages.find("福龙", within="451226100")
    in_donglan = PlaceNames(gazetteer, "township").find("东兰", within="451224")

    assert [gazetteer.full_name(place.code) for place in anywhere] != [
        gazetteer.full_name(place.code) for place in in_sien
    ]
    assert [gazetteer.full_name(place.code) for place in in_sien] == ["环江毛南族自治县思恩镇福龙村"]
    assert [place.name for place in in_donglan] == ["东兰镇"]


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("上一题", "上一题"),
        ("上一步", "上一题"),
        ("返回", "上一题"),
        ("前一题。", "上一题"),
        ("下一步", "下一步"),
        ("没有了", "下一步"),
        ("跳过", "跳过"),
        ("不想说", "跳过"),
        ("选好了！", "选好了"),
        ("继续", "继续"),
        ("下一頁", "继续"),
        ("重选", "重选"),
        ("同上", "同上"),
        ("重来", "重来"),
        ("重新开始", "重来"),
        ("重來", "重来"),
        ("帮助", "帮助"),
        ("幫助", "帮助"),
        ("HELP", "帮助"),
        ("？", "帮助"),
        ("退出", "退出"),
        ("“退出”", "退出"),
        ("人工", "人工"),
        ("转人工", "人工"),
        ("我的", "我的"),
        ("删除我的数据", "删除我的数据"),
        ("刪除我的資料", "删除我的数据"),
        ("删除我的数据。", "删除我的数据"),
    ],
)
def test_commands(words: str, meant: str) -> None:
    assert command(words) == meant


@pytest.mark.parametrize(
    "words",
    ["", "没有", "我的意见是修路", "不要退出", "帮助老人", "上一题是什么", "人工智能", "退出？", "满意", "1"],
)
def test_words_that_are_no_command(words: str) -> None:
    assert command(words) is None


def test_the_desks_words_mean_themselves() -> None:
    assert all(command(word) == word for word in DESK_WORDS)


@pytest.mark.parametrize(
    ("words", "agrees"),
    [
        ("我愿意参加", True),
        ("1", True),
        ("A", True),
        ("①", True),
        ("同意", True),
        ("愿意", True),
        ("願意", True),
        ("好的", True),
        ("不参加", False),
        ("2", False),
        ("b", False),
        ("不同意", False),
        ("不愿意", False),
        ("拒绝", False),
        ("不太愿意", None),
        ("愿意吗", None),
        ("好？", None),
        ("3", None),
        ("满意", None),
        ("", None),
    ],
)
def test_consent_is_plain_agreement(words: str, agrees: bool | None) -> None:
    assert understand_consent(words, Lexicon.of(("我愿意参加", "不参加"))) is agrees


def test_plain_words_keep_what_changes_the_meaning() -> None:
    assert plain("　满意。\n") == "满意"
    assert plain("满意？") == "满意?"
    assert plain("-1") == "-1"
    assert canon("办事慢，  跑好几趟！") == "办事慢、跑好几趟"
    assert canon("不，满意") != canon("不满意")
    assert squeezed("【 1 】") == "1"
