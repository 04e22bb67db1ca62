"""A row that is spoken to year after year does not join the years."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.conversation.models import Conversation
from core.conversation.old_rounds import LINKS_LAST, WISHES_LAST, without_old_rounds
from core.conversation.person import Person, Wish
from tests.turns.town import PROSECUTORS, RESIDENTS, Town


def state(town: Town) -> str:
    with Session(town.engine) as session:
        return session.scalars(select(Conversation.state)).one()


def test_half_a_year_after_a_round_nothing_ties_anybody_to_what_they_answered(town: Town) -> None:
    town.answers_all("villager")
    town.begins("villager", PROSECUTORS)
    town.says("villager", "1")
    town.clock.advance(days=31)
    town.says("villager", "你好")
    then = {row.status: row.id for row in town.responses()}
    assert set(then) == {"complete", "break_off"}
    town.close()

    town.says("villager", "我的")
    assert all(str(each) in state(town) for each in then.values())
    town.clock.advance(days=LINKS_LAST.days + 1)
    town.open("第二年", RESIDENTS)
    town.answers_all("villager")

    assert not [each for each in then.values() if str(each) in state(town)]
    later = max(row.id for row in town.responses())
    assert str(later) in state(town)


def test_a_wish_is_let_go_with_the_year_its_openid_may_be_kept(sqlite_town: Town) -> None:
    now, catalog = sqlite_town.clock(), sqlite_town.world().catalog
    recent = Wish(1, int((now - WISHES_LAST).timestamp()))
    old = Wish(2, recent.said_at - 1)

    assert without_old_rounds(Person(wishes=(old, recent)), catalog, now) == Person(wishes=(recent,))
