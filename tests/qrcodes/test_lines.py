"""Where names and sentences are broken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qrcodes.lines import ways
from tests.qrcodes.signs import LONGEST_COUNTY, LONGEST_UNIT

WRITTEN = st.text(
    st.sampled_from("罗城仫佬族自治县委员会办公室的、，。；（）“”0778-abc "), min_size=1, max_size=40
)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (LONGEST_COUNTY, ("罗城仫佬族", "自治县")),
        (LONGEST_UNIT, ("中共河池市委员会网络安全和", "信息化委员会办公室")),
        ("中共河池市纪律检查委员会、河池市监察委员会", ("中共河池市纪律检查委员会、", "河池市监察委员会")),
        ("住在这里，您觉得怎么样？", ("住在这里，", "您觉得怎么样？")),
    ],
)
def test_a_break_stands_where_a_person_would_put_it(text: str, lines: tuple[str, ...]) -> None:
    assert ways(text, 2)[1] == lines


def test_a_telephone_number_stays_together() -> None:
    for way in ways("市绩效办电话0778-2561234", 4):
        assert [line for line in way if "0778-2561234" in line]


@given(text=WRITTEN.filter(str.strip), most=st.integers(1, 4))
def test_every_way_keeps_every_character_and_no_line_begins_with_a_comma(text: str, most: int) -> None:
    for way in ways(text, most):
        assert "".join("".join(way).split()) == "".join(text.split())
        assert len(way) <= most
        assert not [line for line in way[1:] if line[0] in "，。；、）”"]
        assert not [line for line in way[:-1] if line[-1] in "（“"]
