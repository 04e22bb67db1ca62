"""Which words mean an option, and which must be asked back: two tables."""

import pytest

from core.conversation.understanding.options import (
    Lexicon,
    Picked,
    is_label,
    understand_option,
    understand_options,
    understand_with_words,
)

LISTS = {
    "satisfied": ("满意", "比较满意", "一般", "不太满意", "不满意", "不了解"),
    "grade": ("好", "较好", "一般", "较差", "差", "不了解"),
    "ages": ("18到29岁", "30到44岁", "45到59岁", "60到69岁", "70岁及以上"),
    "sex": ("男", "女"),
    "homes": ("城区、县城", "乡镇街上", "村屯"),
    "cadre_why": ("态度不好、不耐烦", "办事不公道、看关系", "很少下来、找不到人", "要好处、吃拿卡要", "其他"),
    "traffic_why": (
        "路烂、坑多没人修",
        "路窄，或者没修到家门口",
        "班车、公交少",
        "乱停车、堵车",
        "没有路灯、护栏，不安全",
        "其他",
    ),
    "culture_why": ("附近没有", "太远、不方便去", "坏了没人修", "老是关着门", "活动太少", "其他"),
    "eleven": tuple("甲乙丙丁戊己庚辛壬癸子"),
}
LEXICONS = {
    name: Lexicon.of(labels, other=labels.index("其他") if "其他" in labels else None)
    for name, labels in LISTS.items()
}

# list, what they write, the option's label
COUNTS = [
    # numbers, however they are written
    ("satisfied", "1", "满意"),
    ("satisfied", "6", "不了解"),
    ("satisfied", "１", "满意"),
    ("satisfied", " 2 ", "比较满意"),
    ("satisfied", "2。", "比较满意"),
    ("satisfied", "2、", "比较满意"),
    ("satisfied", "（3）", "一般"),
    ("satisfied", "【3】", "一般"),
    ("satisfied", "#3", "一般"),
    ("satisfied", "3!!", "一般"),
    ("satisfied", "一", "满意"),
    ("satisfied", "五", "不满意"),
    ("satisfied", "两", "比较满意"),
    ("satisfied", "壹", "满意"),
    ("satisfied", "貳", "比较满意"),
    ("satisfied", "參", "一般"),
    ("satisfied", "叁", "一般"),
    ("satisfied", "伍", "不满意"),
    ("satisfied", "①", "满意"),
    ("satisfied", "⑤", "不满意"),
    ("satisfied", "⑴", "满意"),
    ("satisfied", "❹", "不太满意"),
    ("satisfied", "➂", "一般"),
    ("satisfied", "➌", "一般"),
    ("satisfied", "⓷", "一般"),
    ("satisfied", "⒉", "比较满意"),
    ("satisfied", "㈢", "一般"),
    ("satisfied", "㊀", "满意"),
    ("satisfied", "1️⃣", "满意"),
    ("satisfied", "5⃣", "不满意"),
    ("satisfied", "第一个", "满意"),
    ("satisfied", "第1个", "满意"),
    ("satisfied", "第二项", "比较满意"),
    ("satisfied", "第三", "一般"),
    ("satisfied", "选一", "满意"),
    ("satisfied", "选2", "比较满意"),
    ("satisfied", "我选3", "一般"),
    ("satisfied", "我选择 3", "一般"),
    ("satisfied", "答4", "不太满意"),
    ("satisfied", "选项5", "不满意"),
    ("satisfied", "5号", "不满意"),
    ("eleven", "11", "子"),
    ("eleven", "十一", "子"),
    ("eleven", "十", "癸"),
    ("eleven", "拾", "癸"),
    ("eleven", "⑪", "子"),
    ("eleven", "🔟", "癸"),
    ("eleven", "❿", "癸"),
    # letters
    ("satisfied", "A", "满意"),
    ("satisfied", "a", "满意"),
    ("satisfied", "Ａ", "满意"),
    ("satisfied", "e.", "不满意"),
    ("satisfied", "Ⓑ", "比较满意"),
    ("satisfied", "🅰️", "满意"),
    # the whole label
    ("satisfied", "满意", "满意"),
    ("satisfied", "满意。", "满意"),
    ("satisfied", "满意！！", "满意"),
    ("satisfied", "“满意”", "满意"),
    ("satisfied", "  满 意 ", "满意"),
    ("satisfied", "满意\n", "满意"),
    ("satisfied", "滿意", "满意"),
    ("satisfied", "比較滿意", "比较满意"),
    ("satisfied", "不瞭解", "不了解"),
    ("satisfied", "选满意", "满意"),
    ("satisfied", "我选不太满意", "不太满意"),
    ("grade", "好", "好"),
    ("grade", "差", "差"),
    ("grade", "較差", "较差"),
    ("sex", "男", "男"),
    ("sex", "女。", "女"),
    ("sex", "女的", "女"),
    ("homes", "城区、县城", "城区、县城"),
    ("homes", "城区，县城", "城区、县城"),
    ("homes", "城区县城", "城区、县城"),
    ("homes", "城區 縣城", "城区、县城"),
    ("cadre_why", "其它", "其他"),
    ("ages", "18到29岁", "18到29岁"),
    # the label with its own number
    ("satisfied", "1 满意", "满意"),
    ("satisfied", "1.满意", "满意"),
    ("satisfied", "1、满意", "满意"),
    ("satisfied", "1）满意", "满意"),
    ("satisfied", "（1）满意", "满意"),
    ("satisfied", "①满意", "满意"),
    ("satisfied", "A.满意", "满意"),
    ("satisfied", "五、不满意", "不满意"),
    ("ages", "1 18到29岁", "18到29岁"),
    # "一" is a number, "一般" a label
    ("satisfied", "一般", "一般"),
    ("satisfied", "3一般", "一般"),
    # a part that belongs to one label only
    ("satisfied", "比较", "比较满意"),
    ("satisfied", "不满", "不满意"),
    ("satisfied", "不太", "不太满意"),
    ("ages", "18", "18到29岁"),
    ("ages", "29", "18到29岁"),
    ("ages", "70", "70岁及以上"),
    ("ages", "70岁", "70岁及以上"),
    ("ages", "45到59", "45到59岁"),
    ("ages", "及以上", "70岁及以上"),
    ("homes", "县城", "城区、县城"),
    ("homes", "乡镇", "乡镇街上"),
    ("cadre_why", "态度不好", "态度不好、不耐烦"),
    ("cadre_why", "看关系", "办事不公道、看关系"),
    ("traffic_why", "路烂", "路烂、坑多没人修"),
    ("traffic_why", "没有路灯", "没有路灯、护栏，不安全"),
    ("culture_why", "附近没有", "附近没有"),
]

# list, what they write
MUST_NOT_COUNT = [
    # a label is in it, but it says something else
    ("satisfied", "不是很满意"),
    ("satisfied", "不算不满意"),
    ("satisfied", "满意个鬼"),
    ("satisfied", "还不够满意"),
    ("satisfied", "没有不满意"),
    ("satisfied", "谈不上满意"),
    ("satisfied", "非常满意"),
    ("satisfied", "很满意"),
    ("satisfied", "满意的话就不说了"),
    ("satisfied", "满意，才怪"),
    ("satisfied", "不，满意"),
    ("satisfied", "满意吗"),
    ("satisfied", "满意？"),
    ("satisfied", "满意?"),
    ("satisfied", "1?"),
    ("satisfied", "满意👎"),
    ("satisfied", "满意，谢谢"),
    ("satisfied", "都满意"),
    ("satisfied", "有的满意有的不满意"),
    ("satisfied", "满意 不满意"),
    ("satisfied", "满意/不满意"),
    # the contrary of the label it is a part of
    ("satisfied", "了解"),
    ("satisfied", "太满意"),
    ("cadre_why", "公道"),
    ("culture_why", "方便去"),
    ("traffic_why", "安全"),
    ("cadre_why", "下来"),
    # a part of several, or hardly a part
    ("satisfied", "意"),
    ("satisfied", "满"),
    ("satisfied", "般"),
    ("grade", "较"),
    ("ages", "岁"),
    ("ages", "9岁"),
    ("ages", "8到29"),
    ("culture_why", "没有"),
    ("satisfied", "不了"),
    # contradictions
    ("satisfied", "1 不满意"),
    ("satisfied", "1不满意"),
    ("satisfied", "A 不满意"),
    ("satisfied", "五、满意"),
    ("satisfied", "1 2"),
    ("satisfied", "12"),
    ("satisfied", "1到3"),
    # not in the list
    ("satisfied", "0"),
    ("satisfied", "7"),
    ("satisfied", "⑦"),
    ("satisfied", "十"),
    ("satisfied", "G"),
    ("satisfied", "11"),
    ("satisfied", "1.5"),
    ("satisfied", "-1"),
    ("satisfied", "100%"),
    ("ages", "25"),
    ("ages", "2029"),
    ("grade", "好的"),
    ("grade", "好好好"),
    ("grade", "不好"),
    ("grade", "好吧"),
    # no answer at all
    ("satisfied", ""),
    ("satisfied", "   "),
    ("satisfied", "。。。"),
    ("satisfied", "👍"),
    ("satisfied", "你好"),
    ("satisfied", "还行吧"),
    ("satisfied", "一半"),
    ("satisfied", "我想想"),
    ("satisfied", "]]>"),
    ("satisfied", "<a href='1'>1</a>"),
    ("sex", "男女"),
    ("sex", "不男不女"),
    ("sex", "我是女的"),
]


def test_the_tables_are_as_long_as_they_must_be() -> None:
    assert len(set(COUNTS)) >= 60
    assert len(set(MUST_NOT_COUNT)) >= 30


@pytest.mark.parametrize(("name", "words", "label"), COUNTS)
def test_counts(name: str, words: str, label: str) -> None:
    position = understand_option(words, LEXICONS[name])

    assert position is not None
    assert LISTS[name][position] == label


@pytest.mark.parametrize(("name", "words"), MUST_NOT_COUNT)
def test_must_not_count(name: str, words: str) -> None:
    assert understand_option(words, LEXICONS[name]) is None


@pytest.mark.parametrize(
    ("name", "words", "numbers"),
    [
        ("cadre_why", "1 3", (1, 3)),
        ("cadre_why", "13", (1, 3)),
        ("cadre_why", "31", (1, 3)),
        ("cadre_why", "1、3", (1, 3)),
        ("cadre_why", "1，3", (1, 3)),
        ("cadre_why", "1,3", (1, 3)),
        ("cadre_why", "1+3", (1, 3)),
        ("cadre_why", "1.3", (1, 3)),
        ("cadre_why", "1/3", (1, 3)),
        ("cadre_why", "1和3", (1, 3)),
        ("cadre_why", "一和三", (1, 3)),
        ("cadre_why", "一三", (1, 3)),
        ("cadre_why", "一、三。", (1, 3)),
        ("cadre_why", "①③", (1, 3)),
        ("cadre_why", "⑴⑶", (1, 3)),
        ("cadre_why", "1️⃣3️⃣", (1, 3)),
        ("cadre_why", "１　３", (1, 3)),
        ("cadre_why", "AC", (1, 3)),
        ("cadre_why", "a c", (1, 3)),
        ("cadre_why", "第一个和第三个", (1, 3)),
        ("cadre_why", "1 1", (1,)),
        ("cadre_why", "4", (4,)),
        ("cadre_why", "1\n3\n4", (1, 3, 4)),
        ("cadre_why", "态度不好、不耐烦", (1,)),
        ("cadre_why", "态度不好、不耐烦、很少下来、找不到人", (1, 3)),
        ("cadre_why", "态度不好，看关系", (1, 2)),
        ("cadre_why", "1 看关系", (1, 2)),
        ("cadre_why", "态度不好 还有 3", (1, 3)),
        ("traffic_why", "没有路灯、护栏，不安全 和 路烂、坑多没人修", (1, 5)),
        ("eleven", "11", (11,)),
        ("eleven", "12", (1, 2)),
        ("eleven", "10 11", (10, 11)),
    ],
)
def test_several_in_one_message(name: str, words: str, numbers: tuple[int, ...]) -> None:
    assert understand_options(words, LEXICONS[name]) == Picked(tuple(number - 1 for number in numbers))


@pytest.mark.parametrize(
    "words",
    [
        "1-3",
        "1到3",
        "1 9",
        "19",
        "11",
        "103",
        "1 不是",
        "1 2 3 我觉得都有",
        "都有",
        "",
        "1 3?",
        "和",
        "、",
        "态度很好",
    ],
)
def test_a_list_with_anything_unclear_in_it_does_not_count(words: str) -> None:
    lexicon = Lexicon.of(LISTS["cadre_why"][:4])

    assert understand_options(words, lexicon) is None


@pytest.mark.parametrize(
    ("words", "numbers", "text"),
    [
        ("6 井水没了", (6,), "井水没了"),
        ("6、井水没了", (6,), "井水没了"),
        ("6：井水没了！", (6,), "井水没了！"),
        ("其他：井水没了", (6,), "井水没了"),
        ("其它，井水没了，1户", (6,), "井水没了，1户"),
        ("其他 為什麼不修路？", (6,), "為什麼不修路？"),
        ("1 6 井水没了", (1, 6), "井水没了"),
        ("路烂、其他：井水没了", (1, 6), "井水没了"),
    ],
)
def test_the_words_of_other_in_one_go(words: str, numbers: tuple[int, ...], text: str) -> None:
    found = understand_options(words, LEXICONS["traffic_why"])

    assert found == Picked(tuple(number - 1 for number in numbers), text)


@pytest.mark.parametrize(
    "words", ["6 路烂", "5 井水没了", "6井水没了", "井水没了", "其他人都说好", "1 6井水"]
)
def test_words_behind_something_else_are_not_the_words_of_other(words: str) -> None:
    lexicon = LEXICONS["traffic_why"]

    found = understand_options(words, lexicon)

    assert found is None or not found.text


def test_one_option_takes_the_words_of_other_too() -> None:
    lexicon = LEXICONS["traffic_why"]

    assert understand_with_words("6 井水没了", lexicon) == Picked((5,), "井水没了")
    assert understand_with_words("1 6 井水没了", lexicon) is None
    assert understand_with_words("2", lexicon) == Picked((1,))


def test_an_interviewers_keys_are_the_numbers() -> None:
    lexicon = Lexicon.of(LISTS["satisfied"], numbers=(1, 2, 3, 4, 5, 9))

    assert understand_option("9", lexicon) == 5
    assert understand_option("6", lexicon) is None


def test_only_a_whole_label_is_a_label() -> None:
    lexicon = Lexicon.of(("不愿说", "帮助"))

    assert is_label("不愿说。", lexicon)
    assert not is_label("不愿", lexicon)
    assert not is_label("1", lexicon)
    assert not is_label("", lexicon)


def test_labels_that_read_the_same_mean_neither() -> None:
    lexicon = Lexicon.of(("满意", "满意！", "一般"))

    assert understand_option("满意", lexicon) is None
    assert understand_option("1", lexicon) == 0
    assert understand_option("一般", lexicon) == 2
