"""Items as rows of a list, with the links that make sense for each."""

from collections.abc import Sequence

from core.liaison_desk.call import Call
from core.liaison_desk.prompts import ItemRow, Step
from core.liaison_desk.taps import Verb, encode
from core.rectification.authors import who_is
from core.rectification.lists import SOON_DAYS, assists_of, due_items
from core.rectification.models import Item
from core.rectification.standing import Standing
from core.rectification.store import as_standing
from core.rectification.words import Act
from core.rectification.workflow import possible

# More than anybody works through on a phone; the page in the browser has all.
MOST_ROWS = 60
ACTS_A_ROW = 3

# What a link says, does, and shows as the person's own words, in the order it is offered.
_STEPS: tuple[tuple[Act, str, Verb, str], ...] = (
    (Act.CLAIM, "领取", Verb.CLAIM, "领取"),
    (Act.MEASURES, "报措施", Verb.MEASURES, "措施"),
    (Act.PROGRESS, "办进展", Verb.PROGRESS, "进展"),
    (Act.APPLY, "申请销号", Verb.APPLY, "申请销号"),
    (Act.ASK_EXTENSION, "延期", Verb.EXTEND, "延期"),
    (Act.RECALL, "收回申请", Verb.RECALL, "收回申请"),
)
VERB_OF = {act: verb for act, _label, verb, _words in _STEPS}
ACT_OF = {verb: act for act, verb in VERB_OF.items()}


def steps_for(number: int, standing: Standing, acts: Sequence[Act]) -> tuple[Step, ...]:
    """
    The links for what can be done now, as many as one line holds.

    Measures are offered until there are some, closing once something was reported.
    """
    has_begun = bool(standing.measures) or standing.progress_at is not None
    not_now = {Act.MEASURES: bool(standing.measures), Act.APPLY: not has_begun}
    offered = [
        Step(label, encode(verb, number), f"{number}{words}")
        for act, label, verb, words in _STEPS
        if act in acts and not not_now.get(act)
    ]
    return tuple(offered[:ACTS_A_ROW])


def row_of(call: Call, item: Item, standing: Standing, steps: tuple[Step, ...]) -> ItemRow:
    """An item as a row."""
    several = len(call.acting) > 1
    return ItemRow(
        number=item.number,
        subject=call.subject_name(item.lead_code) if several else "",
        category=item.category,
        text=item.text,
        deadline=item.deadline,
        days_left=(item.deadline - call.today).days,
        state=standing.state,
        waits_for_extension=item.asked_until is not None,
        acts=steps,
    )


def rows_in_hand(call: Call) -> list[ItemRow]:
    """Everything in hand of whomever they act for, the most pressing first."""
    rows: list[ItemRow] = []
    with call.session() as session:
        for author in call.authors():
            items = due_items(session, author.subject_code, limit=MOST_ROWS)
            assists = assists_of(session, [item.number for item in items])
            for item in items:
                standing = as_standing(item, assists.get(item.number, ()))
                who = who_is(author, standing)
                acts = possible(standing, who) if who else ()
                rows.append(row_of(call, item, standing, steps_for(item.number, standing, acts)))
    return sorted(rows, key=lambda row: (row.deadline, row.number))[:MOST_ROWS]


def counts(rows: Sequence[ItemRow]) -> tuple[int, int]:
    """How many are overdue, and how many fall due within days."""
    overdue = sum(row.days_left < 0 for row in rows)
    return overdue, sum(0 <= row.days_left <= SOON_DAYS for row in rows)
