"""Slips and the box: who may have them, what the database keeps of them, and what guessing brings."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.ballots.box import find_box, make_box, seed_from
from core.ballots.codes import ALPHABET, new_slip
from core.ballots.errors import BadBox, BadSlips, NotOpenable, SlipRefused, TooManyTries
from core.ballots.models import BallotBox, Slip
from core.ballots.slips import find_slip, make_slips, qr_seconds, refuse_early_printing, use_slip
from core.questionnaires.reader import load_text
from core.rounds.models import Round
from core.signin.models import SignInFailure
from tests.ballots.hall import LEADERS, WITNESSES, Hall, shipped_text


def finds(hall: Hall, words: str, guesser: str = "somebody") -> str:
    """Look a slip up, as a turn does; the refusal's words when it is refused."""
    connection = hall.engine.connect()
    with connection, connection.begin():
        try:
            return find_slip(connection, hall.hasher, words, [hall.entry_now], hall.clock(), guesser)[0]
        except (SlipRefused, TooManyTries) as error:
            return str(error)


def test_the_database_keeps_a_keyed_hash_and_used_and_nothing_else(hall: Hall) -> None:
    slips = hall.slips(10)

    with hall.engine.connect() as connection:
        rows = connection.execute(select(Slip.__table__)).all()
    assert {tuple(row._fields) for row in rows} == {("hash", "round_id", "used")}
    assert not any(slip in str(row) for row in rows for slip in slips)


def test_the_order_on_paper_is_not_the_order_of_the_hashes(hall: Hall) -> None:
    slips = hall.slips(40)

    hashes = [hall.hasher.slip(slip) for slip in slips]
    assert hashes != sorted(hashes)
    assert slips != sorted(slips)


@pytest.mark.parametrize("count", [0, 1, 9])
def test_fewer_than_ten_are_refused(hall: Hall, count: int) -> None:
    with pytest.raises(BadSlips, match="10"):
        hall.slips(count)


def test_without_witnesses_there_are_no_slips(hall: Hall) -> None:
    with Session(hall.engine) as session, session.begin():
        session.delete(session.get_one(BallotBox, hall.round_id))

    with pytest.raises(BadSlips, match="见证人"):
        hall.slips(10)


def test_printing_longer_ahead_than_the_code_lives_needs_to_be_meant(hall: Hall) -> None:
    with Session(hall.engine) as session:
        entry = session.get_one(Round, hall.round_id)
        now = entry.closes_at - timedelta(days=31)

        with pytest.raises(BadSlips, match="30天"):
            refuse_early_printing(entry, now, early=False)
        refuse_early_printing(entry, now, early=True)
        refuse_early_printing(entry, entry.closes_at - timedelta(days=29), early=False)
        assert qr_seconds(entry.closes_at, now) == 30 * 86400
        assert qr_seconds(entry.closes_at, entry.closes_at - timedelta(hours=1)) == 3600


def test_wrong_used_and_late_slips_get_one_and_the_same_sentence(hall: Hall) -> None:
    good, used = hall.slips(10)[:2]
    with hall.engine.begin() as connection:
        use_slip(connection, hall.hasher.slip(used))

    said = {finds(hall, words, words) for words in (new_slip(), used, "乱写", good[:-1])}

    assert said == {SlipRefused.say}
    assert finds(hall, good) == hall.hasher.slip(good)
    hall.clock.advance(days=21)
    assert finds(hall, good) == SlipRefused.say
    with hall.engine.connect() as connection:
        assert connection.scalar(select(BallotBox.refused)) == 4


def test_a_thousand_guesses_find_nothing_and_are_slowed_down(sqlite_hall: Hall) -> None:
    hall = sqlite_hall
    hall.slips(300)

    said = [finds(hall, new_slip(), "guesser") for _ in range(1000)]

    looked_at = said.count(SlipRefused.say)
    assert looked_at == 5
    assert all("请过" in words for words in said[5:])
    hall.clock.advance(seconds=31)
    assert finds(hall, new_slip(), "guesser") == SlipRefused.say


def test_a_good_slip_leaves_no_trace_among_the_guesses(hall: Hall) -> None:
    good = hall.slips(10)[0]
    finds(hall, new_slip())

    finds(hall, good)

    with hall.engine.connect() as connection:
        assert connection.execute(select(SignInFailure.key)).all() == []


def test_a_box_opens_with_two_of_three_shares_and_says_what_is_wrong_with_others(hall: Hall) -> None:
    one, two, three = (share.share for share in hall.shares)
    with Session(hall.engine) as session:
        box = find_box(session, hall.round_id)

        for chosen in ([one, two], [three, one], [two, three, ""]):
            assert seed_from(box, chosen).public_key == box.public_key
        with pytest.raises(NotOpenable, match="2位"):
            seed_from(box, [one])
        with pytest.raises(NotOpenable, match="2位"):
            seed_from(box, [one, one])
        wrong = ("A" if two[3] != "A" else "C").join((two[:3], two[4:]))
        with pytest.raises(NotOpenable, match="第2份"):
            seed_from(box, [one, wrong])


def test_the_shares_are_nowhere_in_the_database(hall: Hall) -> None:
    with hall.engine.connect() as connection:
        row = connection.execute(select(BallotBox.__table__)).one()

    for share in hall.shares:
        assert share.share not in str(row)
        assert all(sign in ALPHABET + "-" for sign in share.share)


def test_once_slips_exist_the_box_stays(hall: Hall) -> None:
    hall.seal_box()
    hall.slips(10)

    with pytest.raises(BadBox, match="已经在用"):
        hall.seal_box()


@pytest.mark.parametrize(
    ("names", "needed", "says"),
    [
        (("韦一",), 2, "2到15位"),
        (("韦一", "韦一"), 2, "两次"),
        (WITNESSES, 1, "一个人"),
        (WITNESSES, 4, "2到3"),
        (("韦一", ""), 2, "姓名"),
    ],
)
def test_a_box_that_one_person_could_open_is_refused(
    hall: Hall, names: tuple[str, ...], needed: int, says: str
) -> None:
    with Session(hall.engine) as session, session.begin():
        entry = session.get_one(Round, hall.round_id)
        questionnaire = load_text(shipped_text(), f"{LEADERS}.yaml")
        with pytest.raises(BadBox, match=says):
            make_box(session, entry, questionnaire, names, needed, hall.clock())


def test_a_questionnaire_without_dont_know_is_no_ballot(hall: Hall) -> None:
    text = shipped_text().replace("score: null", "score: -1").replace(", score: -1}", "}")
    text = text.replace("      - {code: dk, label: 不了解}\n", "")
    with Session(hall.engine) as session, session.begin():
        entry = session.get_one(Round, hall.round_id)
        with pytest.raises(BadBox, match="不了解"):
            make_box(session, entry, load_text(text, f"{LEADERS}.yaml"), WITNESSES, 2, hall.clock())


def test_slips_cannot_be_made_twice_with_the_same_characters(hall: Hall) -> None:
    with Session(hall.engine) as session, session.begin():
        first = set(make_slips(session, hall.hasher, hall.round_id, 200))
        second = set(make_slips(session, hall.hasher, hall.round_id, 200))

    assert len(first | second) == 400
