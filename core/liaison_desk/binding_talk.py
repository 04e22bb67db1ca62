"""
Binding a phone in the chat: a code that was scanned or typed, throttled by person.

Wrong codes are counted in the person's own row, which the turn has locked: a hundred at once are no better
than a hundred in a row. Scanning counts like typing.
"""

import math
from datetime import timedelta

from core.audit.acts import Act as Audited
from core.audit.acts import about
from core.liaison_desk.call import Call
from core.liaison_desk.prompts import BoundNow, CodeMustWait, CodeWrong
from core.liaisons.binding import bind, bound_to, code_key
from core.liaisons.models import Liaison
from core.people.keys import person_hash

FREE_WRONG_CODES = 5
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)


def try_code(call: Call, code: str) -> None:
    """Bind with this code, or say why not."""
    waits = call.note.wait_until - call.at()
    if waits > 0:
        call.say(CodeMustWait(math.ceil(waits / 60)))
        return
    with call.session() as session:
        key = code_key(session, call.keys, call.now)
    digest = person_hash(key, code.upper())
    found = bind(call.connection, call.keys, digest, call.visitor.key, call.visitor.openid, call.now)
    if found is None:
        _count_wrong(call)
        return
    liaison_id, replaced = found
    call.note_done(Audited.LIAISON_BOUND, liaison_id, about("liaison", liaison_id))
    call.bound = bound_to(call.connection, call.visitor.key, call.now)
    call.change(ids=tuple(each.liaison_id for each in call.bound), wrong=0, wait_until=0)
    # Who follows the account is asked where they live; a liaison came for something else, and the numbers
    # they send from now on are items.
    call.is_visit_over = True
    with call.session() as session:
        liaison = session.get_one(Liaison, liaison_id)
        bound = next(each for each in call.bound if each.liaison_id == liaison_id)
        days = (liaison.from_day, liaison.until_day)
    call.say(BoundNow(call.subject_name(bound.subject_code), bound.kind, replaced, *days))


def _count_wrong(call: Call) -> None:
    wrong = call.note.wrong + 1
    wait = timedelta()
    if wrong >= FREE_WRONG_CODES:
        wait = min(FIRST_WAIT * (1 << min(wrong - FREE_WRONG_CODES, 10)), LONGEST_WAIT)
    call.change(wrong=wrong, wait_until=call.at() + int(wait.total_seconds()) if wait else 0)
    call.say(CodeWrong())
