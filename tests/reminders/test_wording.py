"""A summary never exceeds what a template takes, and the words hold nothing of a person."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.wechat.values import fault_of, fitted
from core.outbox.kinds import FIELDS, MAX_SUMMARY_CHARS, TO_RESIDENTS, Kind
from core.reminders.occasions import ACT_WORDS
from core.reminders.wording import OPENINGS, SORTS, Line, body, fields, in_order, summary

WORDS = st.one_of(
    st.sampled_from(sorted(ACT_WORDS.values())),
    st.integers(min_value=1, max_value=99_999).map(lambda days: f"已逾期{days}天"),
    st.integers(min_value=1, max_value=999).map(lambda days: f"{days}个工作日没报措施"),
    st.just("本月没报进展"),
)
LINES = st.lists(
    st.builds(
        Line,
        number=st.integers(min_value=1, max_value=9_999_999),
        category=st.sampled_from(["交通", "食品药品安全"]),
        deadline=st.integers(min_value=0, max_value=900).map(lambda days: date(2026, 1, 1) + timedelta(days)),
        words=WORDS,
        urgency=st.tuples(st.integers(0, 5), st.integers(-99, 99)),
    ),
    min_size=1,
    max_size=60,
)


@given(lines=LINES, kind=st.sampled_from(sorted(SORTS)))
def test_every_reminder_fits_a_template(lines: list[Line], kind: Kind) -> None:
    lines = in_order(lines)
    filled = fields(kind, lines)

    assert set(filled) == set(FIELDS)
    assert len(filled["summary"]) <= MAX_SUMMARY_CHARS
    for keyword, name in (("thing1", "summary"), ("phrase2", "sort"), ("number3", "count"), ("time4", "due")):
        assert fault_of(keyword, fitted(keyword, filled[name])) is None
    assert body(kind, lines)


def test_every_kind_that_liaisons_get_has_words() -> None:
    assert set(SORTS) == set(OPENINGS) == set(Kind) - TO_RESIDENTS


def test_the_worst_case_comes_first_and_each_item_once() -> None:
    day = date(2026, 12, 1)
    lines = in_order(
        [
            Line(7, "交通", day, "还没领取", (3, 0)),
            Line(12, "交通", day, "已逾期5天", (0, -5)),
            Line(9, "交通", day, "已逾期30天", (0, -30)),
            Line(7, "交通", day, "还有3天到期", (1, 3)),
        ]
    )

    assert [line.number for line in lines] == [9, 12, 7]
    assert summary(lines) == "共3件，9号已逾期30天"
    assert summary(lines[:1]) == "9号已逾期30天"
    assert body(Kind.DIGEST, lines).split("\n")[1] == "9号（交通）12月1日到期，已逾期30天"
