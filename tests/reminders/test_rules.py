"""Each rule fires on its day and once; digests, urgent messages, escalation, the preview."""

import threading
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from core.db.engine import open_engine
from core.errors import BadInput
from core.liaisons.kinds import Kind
from core.rectification.service import withdraw
from core.rectification.words import Act, Why
from core.reminders.planning import effective_time
from core.reminders.rules import read_rules
from core.reminders.service import run
from core.workdays.calendar import Workdays
from tests.rectification.cast import COUNTY, COUNTYS_LIAISON, OTHER_UNIT, UNIT, UNITS_LIAISON
from tests.reminders.conftest import City
from tests.workdays.test_calendar import at

FAR = date(2027, 6, 30)
THAT_DAY = date(2026, 12, 1)


def days_on(city: City, days: int) -> list[tuple[int, list[str]]]:
    """The rules, applied every day at half past nine: on which day which rules fired for the unit's level."""
    fired = []
    seen = len(city.reminders())
    for further in range(days):
        city.goes_to(THAT_DAY + timedelta(days=further))
        city.reminds()
        new = city.reminders()[seen:]
        seen += len(new)
        fired += [(further, rule, level) for rule, _number, _occasion, level in new]
    return fired  # type: ignore[return-value]


def test_a_new_item_is_told_at_once_and_only_once(city: City) -> None:
    to = city.liaison()
    number = city.item(first_deadline=FAR)

    assert city.reminds() == {"new_item": 1}
    assert city.reminds() == {}
    city.clock.advance(minutes=8)
    assert city.reminds() == {}

    assert city.messages() == [("urgent", to, f"{number}号是新交办的")]


def test_several_new_items_make_one_message_a_person(city: City) -> None:
    first, second = city.liaison(), city.liaison(kind=Kind.DEPUTY)
    other = city.liaison(OTHER_UNIT)
    one, _two = city.item(first_deadline=FAR), city.item(first_deadline=FAR)
    city.item(OTHER_UNIT, first_deadline=FAR)

    city.reminds()

    assert sorted(city.messages(), key=lambda each: each[1]) == [
        ("urgent", first, f"共2件，{one}号是新交办的"),
        ("urgent", second, f"共2件，{one}号是新交办的"),
        ("urgent", other, f"{one + 2}号是新交办的"),
    ]


def test_who_assists_is_told_too(city: City) -> None:
    lead, assisting = city.liaison(), city.liaison(OTHER_UNIT)
    city.item(first_deadline=FAR, assist=(OTHER_UNIT,))

    city.reminds()

    assert {to for _kind, to, _words in city.messages()} == {lead, assisting}


def test_unclaimed_after_two_working_days_then_the_head_then_the_office(city: City) -> None:
    city.liaison()
    city.liaison(kind=Kind.HEAD)
    city.item(first_deadline=FAR)

    # 1 December 2026 is a Tuesday; the fifth and sixth are off.
    assert days_on(city, 12) == [
        (0, "new_item", "unit"),
        (2, "unclaimed", "unit"),
        (6, "unclaimed", "head"),
        (8, "unclaimed", "office"),
    ]
    assert [kind for kind, _to, _words in city.messages()] == ["urgent", "digest", "escalate"]


def test_no_measures_after_five_working_days(city: City) -> None:
    city.liaison()
    number = city.item(first_deadline=FAR)
    city.does(number, Act.CLAIM, UNITS_LIAISON)

    assert days_on(city, 9) == [(0, "new_item", "unit"), (7, "no_measures", "unit")]
    city.does(number, Act.MEASURES, UNITS_LIAISON, text="先补坑")
    city.clock.advance(days=20)
    assert "no_measures" not in city.reminds()


def test_progress_that_is_missing_from_the_25th_once_a_month(city: City) -> None:
    city.liaison()
    number = city.item(first_deadline=FAR)
    city.does(number, Act.CLAIM, UNITS_LIAISON)
    city.does(number, Act.MEASURES, UNITS_LIAISON, text="先补坑")

    fired = [each for each in days_on(city, 58) if each[1] == "no_progress"]

    # Not in December, when it was new; 25 January is a Monday, and so is... the calendar of 2027 is not
    # known.
    days = [THAT_DAY + timedelta(days=day) for day, _rule, _level in fired]  # type: ignore[misc]
    assert days == [date(2027, 1, 25)]


def test_due_in_7_3_and_1_days_and_weekly_when_overdue(city: City) -> None:
    city.liaison()
    city.liaison(kind=Kind.HEAD)
    number = city.item(first_deadline=date(2026, 12, 15))
    city.does(number, Act.CLAIM, UNITS_LIAISON)
    city.does(number, Act.MEASURES, UNITS_LIAISON, text="先补坑")

    fired = [(day, rule, level) for day, rule, level in days_on(city, 32)]  # type: ignore[misc]

    assert fired == [
        (0, "new_item", "unit"),
        (7, "due", "unit"),  # Tuesday the 8th
        (13, "due", "unit"),  # the 12th is a Saturday: on Monday the 14th one day is left, so that is said
        (15, "overdue", "unit"),
        (21, "overdue", "head"),  # the 22nd
        (22, "overdue", "unit"),
        (28, "overdue", "office"),
        (29, "overdue", "unit"),
    ]


def test_an_extension_moves_what_is_due_and_its_answer_is_told(city: City) -> None:
    to = city.liaison()
    number = city.item(first_deadline=date(2026, 12, 3))
    city.does(number, Act.ASK_EXTENSION, UNITS_LIAISON, until=FAR, why=Why.FUNDS, text="资金未到")
    city.reminds()
    city.clock.advance(minutes=5)
    city.does(number, Act.GRANT_EXTENSION)
    city.clock.advance(minutes=5)

    assert city.reminds() == {"extension": 1}
    assert city.messages()[-1] == ("urgent", to, f"{number}号延期已同意")
    assert not [each for each in days_on(city, 20) if each[1] in ("due", "overdue")]


def test_what_was_returned_is_told_at_once(city: City) -> None:
    to = city.liaison()
    number = city.item(first_deadline=FAR)
    city.does(number, Act.CLAIM, UNITS_LIAISON)
    city.does(number, Act.APPLY, UNITS_LIAISON, text="做完了")
    city.clock.advance(minutes=2)
    city.does(number, Act.RETURN, text="缺照片")

    city.reminds()

    assert city.messages()[-1][:2] == ("urgent", to)
    assert ("returned", number) in [(rule, item) for rule, item, _o, _l in city.reminders()]


def test_a_liaisons_act_waits_its_minute_and_one_that_was_taken_back_is_never_told(city: City) -> None:
    county, mine = city.liaison(COUNTY), city.liaison()
    number = city.item(first_deadline=FAR, assist=(COUNTY,), county_first=True)
    city.does(number, Act.CLAIM, UNITS_LIAISON)
    city.does(number, Act.APPLY, UNITS_LIAISON, text="做完了")
    city.reminds()
    before = city.messages()
    city.clock.advance(seconds=30)
    city.reminds()
    assert city.messages() == before
    number = city.item(COUNTY, first_deadline=FAR, county_first=True)
    city.does(number, Act.CLAIM, COUNTYS_LIAISON)
    act = city.does(number, Act.APPLY, COUNTYS_LIAISON, text="做完了")
    with Session(city.engine) as session, session.begin():
        withdraw(session, act, COUNTYS_LIAISON, city.clock())
    city.clock.advance(minutes=5)

    city.reminds()

    told = [rule for rule, item, _occasion, _level in city.reminders() if item == number]
    assert told == ["new_item"]
    assert {to for _kind, to, _words in before} == {county, mine}


def test_one_digest_a_day_however_many_rules_fire_and_it_counts_all_that_holds(city: City) -> None:
    to = city.liaison()
    late = city.item(first_deadline=date(2026, 12, 10))
    city.item(first_deadline=date(2026, 12, 12))
    city.goes_to(date(2026, 12, 14))
    city.reminds()
    city.goes_to(date(2026, 12, 14), 15)
    city.item(first_deadline=date(2026, 12, 15))
    city.reminds()

    digests = [words for kind, _to, words in city.messages() if kind == "digest"]
    assert digests == [f"共2件，{late}号已逾期4天"]
    city.goes_to(date(2026, 12, 15))
    city.reminds()
    digests = [(who, words) for kind, who, words in city.messages() if kind == "digest"]
    assert digests[1:] == [(to, f"共3件，{late}号已逾期5天")]


@pytest.mark.parametrize(("hour", "minute"), [(8, 20), (8, 45), (18, 0), (22, 0)])
def test_no_digest_is_made_before_its_hour_or_after_hours(city: City, hour: int, minute: int) -> None:
    city.liaison()
    city.item(first_deadline=date(2026, 12, 10))
    city.reminds()
    city.goes_to(date(2026, 12, 14), hour, minute)

    assert city.reminds() == {}


def test_no_digest_is_made_on_a_day_off(city: City) -> None:
    city.liaison()
    city.item(first_deadline=date(2026, 12, 10))
    city.reminds()
    city.goes_to(date(2026, 12, 13))

    assert city.reminds() == {}
    assert city.reminds(any_time=True) != {}


def test_two_workers_at_once_remind_once(city: City) -> None:
    to = city.liaison()
    for _ in range(5):
        city.item(first_deadline=date(2026, 12, 2))
    rules, now = read_rules(), city.clock()
    engines = [open_engine(city.engine.url) for _ in range(3)]
    threads = [
        threading.Thread(target=run, args=(engine, rules, now)) for engine in engines for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(kind for kind, _to, _words in city.messages()) == ["digest", "urgent"]
    assert {who for _kind, who, _words in city.messages()} == {to}
    assert len(city.reminders()) == len(set(city.reminders())) == 10
    for engine in engines:
        engine.dispose()


def test_the_preview_is_what_a_run_then_does_and_writes_nothing(city: City) -> None:
    city.liaison()
    city.liaison(OTHER_UNIT, bound=False)
    city.item(first_deadline=date(2026, 12, 10))
    city.item(OTHER_UNIT, first_deadline=date(2026, 12, 8))
    at = city.clock() + timedelta(days=8)

    plan = city.preview(at)
    assert (city.messages(), city.reminders()) == ([], [])
    city.clock.now = at
    counts = city.reminds()

    assert sum(counts.values()) == len(plan.fired)
    assert [each.message.fields["summary"] for each in plan.messages] == [
        words for _kind, _to, words in city.messages()
    ]
    assert [each.can_be_pushed for each in plan.messages] == [True, False]


def test_a_unit_without_a_liaison_is_named_and_told_of_later(city: City) -> None:
    city.item(first_deadline=date(2026, 12, 10))
    city.reminds()
    city.goes_to(date(2026, 12, 14))
    assert city.preview(city.clock()).without_liaison == (UNIT,)
    assert city.reminds() == {"unclaimed": 1}  # the office's own level
    to = city.liaison()
    assert city.preview(city.clock()).without_liaison == ()  # that it has no head is another matter

    city.reminds()

    assert city.messages()[-1][:2] == ("digest", to)


def test_preview_of_a_night_is_the_next_morning() -> None:
    rules = read_rules()
    assert effective_time(rules, Workdays(), at("2026-12-05 12:00")) == at("2026-12-07 09:00")
    assert effective_time(rules, Workdays(), at("2026-12-04 10:00")) == at("2026-12-04 10:00")
    assert effective_time(rules, Workdays(), at("2026-12-04 07:00")) == at("2026-12-04 09:00")


# By hand -------------------------------------------------------------------------------------------------


# The file ------------------------------------------------------------------------------------------------


def test_the_shipped_rules_can_be_read_and_cover_the_issues_list() -> None:
    rules = read_rules()

    assert [rule.id for rule in rules.rules] == [
        "new_item", "returned", "extension", "supervised", "to_verify", "closed", "unclaimed", "no_measures",
        "no_progress", "due", "overdue",
    ]  # fmt: skip
    due = rules.called("due")
    assert due is not None
    assert due.days == (1, 3, 7)
    assert rules.for_act(Act.RETURN) == rules.called("returned")
    assert rules.for_act(Act.CLAIM) is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("format: 2\nrules: []", "format: 1"),
        ("format: 1\ndigest_at: 9点\nrules: []", "几点几分"),
        ('format: 1\ndigest_at: "09:00"\nrules: [{id: a, says: b, when: rain}]', "when 只能是"),
        ('format: 1\ndigest_at: "09:00"\nrules: [{id: a, says: b, when: due}]', "缺少days"),
        ('format: 1\ndigest_at: "09:00"\nrules: [{id: a, says: b, when: due, days: [0]}]', "days 要是"),
        ('format: 1\ndigest_at: "09:00"\nrules: [{id: a, says: b, when: due, days: [1], x: 1}]', "不认识x"),
        (
            'format: 1\ndigest_at: "09:00"\nrules: [{id: a, says: b, when: acts, acts: [fly], urgent: true}]',
            "acts",
        ),
        ("format: 1\n\trules", "YAML"),
    ],
)
def test_a_faulty_file_is_refused_with_a_sentence(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text(text, "utf-8")

    with pytest.raises(BadInput, match=words):
        read_rules(path)
