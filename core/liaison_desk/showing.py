"""What a liaison looks at in the chat: the list of what is in hand, and one item in full."""

from core.liaison_desk.call import Call
from core.liaison_desk.prompts import ItemList, ItemShown, Step
from core.liaison_desk.rows import counts, row_of, rows_in_hand, steps_for
from core.liaison_desk.taps import Verb, encode
from core.rectification.details import load
from core.rectification.service import possible_acts
from core.rectification.store import log_of
from core.rectification.words import Act


def show_list(call: Call, page: int = 0) -> None:
    """What is to be done, one link away from doing it."""
    rows = rows_in_hand(call)
    overdue, soon = counts(rows)
    person = call.visitor.person
    foot = []
    if person.run is not None or person.done:
        foot.append(Step("我答的问卷", encode(Verb.MY_ANSWERS), "我答的问卷"))
    more = Step("下一页", encode(Verb.LIST, page + 1), "下一页")
    call.change(page=page)
    call.say(ItemList(tuple(rows), overdue, soon, page, more, tuple(foot)))


def show_item(call: Call, number: int) -> None:
    """One item in full."""
    with call.politely(), call.session() as session:
        author, item, standing = call.find(session, number)
        steps = steps_for(number, standing, possible_acts(standing, author))
        returned = [row for row in log_of(session, number) if row.act == Act.RETURN.value]
        words = load(returned[-1].details).text if returned and standing.returned_at else ""
        call.say(
            ItemShown(
                row_of(call, item, standing, steps), item.text, standing.measures, standing.percent, words
            )
        )
