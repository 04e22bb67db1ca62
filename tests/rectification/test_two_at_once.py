"""Two liaisons of one unit act at the same moment, in two transactions: one does it, the other is told."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from core.errors import Refused
from core.rectification.authors import Author
from core.rectification.models import Item, ItemAct
from core.rectification.service import do
from core.rectification.words import Act, State
from tests.hand_clock import START
from tests.rectification.cast import UNIT, make_city, make_item

WAIT_SECONDS = 30


def outcome_of(engine: Engine, together: Barrier, act: Callable[[Session], object]) -> str:
    """What one of them is told; '' when it was done."""
    together.wait(WAIT_SECONDS)
    try:
        with Session(engine) as session, session.begin():
            act(session)
    except Refused as error:
        return str(error)
    return ""


def claim(liaison: Author, session: Session) -> None:
    do(session, 1, Act.CLAIM, liaison, START)


def test_one_claims_and_the_other_hears_what_is_possible_now(engine: Engine) -> None:
    with Session(engine) as session, session.begin():
        make_city(session)
        make_item(session)
    together = Barrier(2)

    with ThreadPoolExecutor(2) as threads:
        told = [
            threads.submit(
                outcome_of,
                engine,
                together,
                lambda session, liaison=liaison: do(
                    session, 1, Act.CLAIM, Author.liaison(liaison, UNIT), START
                ),
            )
            for liaison in (21, 22)
        ]
        words = sorted(each.result(WAIT_SECONDS) for each in told)

    assert words[0] == ""
    assert words[1].startswith("1号现在是“整改中”，不能领取。现在可以：报措施")
    with Session(engine) as session:
        acts = session.scalars(select(ItemAct.act).order_by(ItemAct.id)).all()
        assert acts == ["assign", "claim"]
        assert session.get_one(Item, 1).state == State.WORKING


def test_two_who_hand_out_items_at_once_get_two_numbers(engine: Engine) -> None:
    with Session(engine) as session, session.begin():
        make_city(session)
    together = Barrier(2)

    with ThreadPoolExecutor(2) as threads:
        told = [threads.submit(outcome_of, engine, together, make_item) for _ in range(2)]
        assert [each.result(WAIT_SECONDS) for each in told] == ["", ""]

    with Session(engine) as session:
        assert sorted(session.scalars(select(Item.number))) == [1, 2]
