"""
The side desk of liaisons: binding a phone, and then everything a liaison says and taps.

Asked of everybody whether it wants a delivery; it does when the phone is known to act for somebody, or when
the delivery can be nothing else: a binding code, a command about an item, a link of ours. Whatever is not a
liaison's business goes on to the questionnaires.
"""

from sqlalchemy import Connection

from core.conversation.incoming import Followed, Happening, Left, Nothing, Scanned, SideTapped
from core.conversation.inputs import Located, Other, Photo, Said, Voice
from core.conversation.person import Person
from core.conversation.side_desk import SideOutcome, Visitor
from core.conversation.understanding import commands
from core.conversation.words import is_wish_to_answer
from core.liaison_desk import acting, files, publicity, showing
from core.liaison_desk.binding_talk import try_code
from core.liaison_desk.call import NAME, Call
from core.liaison_desk.grammar import Typed, command_in, day_in, is_undo, number_alone, publicity_words
from core.liaison_desk.note import Held, Note
from core.liaison_desk.prompts import (
    BindingOver,
    LiaisonHelp,
    NotACommand,
    NotBound,
    NotYourDays,
    WhichMeant,
)
from core.liaison_desk.rows import ACT_OF
from core.liaison_desk.taps import DESK, Verb, decode
from core.liaisons.binding import bound_to, note_following, why_ended
from core.liaisons.codes import typed_code
from core.people.keys import KeyRing
from core.rectification.words import Act


class LiaisonDesk:
    """See `core.conversation.side_desk.SideDesk`."""

    name = NAME

    def __init__(self, keys: KeyRing) -> None:
        self._keys = keys

    def wants(self, person: Person, what: Happening) -> bool:
        """Known phones always; of others only what can be nothing else."""
        match what:
            case Nothing():
                return False
            case SideTapped(desk):
                return desk == DESK
            case Scanned(scene) | Followed(scene) if scene is not None and scene.kind == "bind":
                return True
            case Said(text) if typed_code(text) or command_in(text):
                return True
            case _:
                return bool(person.notes.get(NAME, {}).get("ids"))

    def take(self, connection: Connection, visitor: Visitor, what: Happening) -> SideOutcome | None:
        """Deal with it; None leaves it to the questionnaires as if nobody had asked."""
        note = Note.load(visitor.note(NAME))
        bound = bound_to(connection, visitor.key, visitor.around.now)
        call = Call(connection, visitor, self._keys, note, bound)
        _tell_of_endings(call)
        if isinstance(what, Left | Followed):
            note_following(connection, visitor.key, follows=isinstance(what, Followed), now=call.now)
        if isinstance(what, Scanned | Followed) and what.scene is not None and what.scene.kind == "bind":
            try_code(call, what.scene.code)
        elif not bound:
            _stranger(call, what)
        elif not call.acting:
            _out_of_days(call, what)
        else:
            _liaison(call, what)
        has_changed = call.note != note or bool(call.prompts)
        return call.outcome() if has_changed or call.then is not what else None

    def seal(self, reply: str) -> str:
        """No reply of this desk is sealed."""
        return reply

    def unseal(self, stored: str) -> str:
        """See `seal`."""
        return stored


def _tell_of_endings(call: Call) -> None:
    """A phone that was replaced or revoked hears of it once."""
    here = tuple(bound.liaison_id for bound in call.bound)
    gone = [liaison_id for liaison_id in call.note.ids if liaison_id not in here]
    if gone:
        call.say(BindingOver(why_ended(call.connection, call.visitor.key, gone)))
        call.change(pending=None, last=None, held=None, ad=None)
    call.change(ids=here)


def _stranger(call: Call, what: Happening) -> None:
    """No liaison's phone. Inside an open question their words are their answer, whatever they look like."""
    code = typed_code(what.text) if isinstance(what, Said) else None
    is_answering = call.visitor.open_question is not None
    if code is not None and not is_answering:
        try_code(call, code)
    elif isinstance(what, SideTapped) or (
        isinstance(what, Said) and command_in(what.text) and not is_answering
    ):
        call.say(NotBound())
    else:
        call.then = what


def _out_of_days(call: Call, what: Happening) -> None:
    """A stand-in before or after the days."""
    is_command = isinstance(what, SideTapped) or (
        isinstance(what, Said) and command_in(what.text) is not None
    )
    if isinstance(what, Said) and (code := typed_code(what.text)):
        try_code(call, code)
    elif is_command:
        call.say(NotYourDays())
    else:
        call.then = what


def _liaison(call: Call, what: Happening) -> None:
    match what:
        case SideTapped(_, code):
            tapped = decode(code)
            if tapped is None:
                call.say(NotACommand(what.text))
            else:
                _tapped(call, *tapped)
        case Said(text):
            _said(call, text)
        case Photo(media_id) if publicity.is_pending(call) and call.visitor.open_question is None:
            publicity.photo_came(call, media_id)
        case Photo() | Voice():
            files.arrived(call, what)
        case Other() | Located() if call.visitor.person.run is None and not call.visitor.person.asking:
            files.not_taken(call, what.kind if isinstance(what, Other) else "location")
        case _:
            call.then = what


def _tapped(call: Call, verb: Verb, argument: int) -> None:
    if verb in ACT_OF:
        acting.begin(call, argument, ACT_OF[verb])
        return
    match verb:
        case Verb.LIST if files.is_held(call) and call.note.held is not None:
            files.ask_which(call, "photo" if call.note.held.kind == "photo" else "voice", argument)
        case Verb.LIST:
            showing.show_list(call, argument)
        case Verb.SHOW:
            showing.show_item(call, argument)
        case Verb.UNDO:
            acting.undo(call, argument)
        case Verb.WHY:
            acting.choose_why(call, argument)
        case Verb.UNTIL:
            day = day_in(f"{argument // 10000}-{argument // 100 % 100}-{argument % 100}", call.today)
            if day is not None:
                acting.choose_until(call, day)
        case Verb.SAME_WORDS:
            acting.same_words(call, argument)
        case Verb.FOR_ITEM:
            _for_item(call, argument)
        case Verb.IS_ANSWER:
            files.is_answer(call)
        case Verb.PUBLICITY:
            publicity.begin(call, "")
        case Verb.AD_PHOTO:
            publicity.held_photo(call)
        case Verb.MY_ANSWERS:
            call.then = Said(commands.MINE)
        case _:
            acting.cancel(call)


def _said(call: Call, text: str) -> None:
    """Typed words, from the surest meaning to the least sure."""
    is_answering = call.visitor.open_question is not None
    is_free = call.visitor.person.run is None and not call.visitor.person.asking
    word = commands.command(text)
    if code := typed_code(text):
        try_code(call, code)
    elif typed := command_in(text):
        _command(call, typed, text, is_answering=is_answering)
    elif is_undo(text) and not is_answering:
        acting.undo(call)
    elif word == commands.MINE and is_answering:
        _ask_which_is_meant(call, 0, text)
    elif word == commands.MINE:
        showing.show_list(call)
    elif (words := publicity_words(text)) is not None and not is_answering:
        publicity.begin(call, words)
    elif word in commands.DESK_WORDS:
        call.change(pending=None, ad=None)
        if word == commands.HELP:
            call.say(LiaisonHelp())
        call.then = Said(text)
    elif files.is_held(call) and _held_meant(call, text):
        pass
    elif (acting.is_pending(call) or publicity.is_pending(call)) and text.strip() in ("算了", "取消"):
        acting.cancel(call)
    elif publicity.waits_for_words(call) and not is_answering:
        publicity.words_came(call, text)
    elif acting.is_pending(call) and call.note.pending is not None:
        if is_answering and not call.note.pending.amid:
            _ask_which_is_meant(call, call.note.pending.number, text)
        else:
            acting.go_on(call, text)
    elif is_free and word == commands.MORE and call.note.page >= 0:
        showing.show_list(call, call.note.page + 1)
    elif is_free and (number := number_alone(text)) is not None:
        showing.show_item(call, number)
    elif is_free and not is_wish_to_answer(Said(text)):
        call.say(NotACommand(text))
    else:
        call.then = Said(text)


def _command(call: Call, typed: Typed, text: str, *, is_answering: bool) -> None:
    if is_answering:
        # It may as well be an answer that looks like a command; nothing is done before they say.
        _ask_which_is_meant(call, typed.number, text)
    elif typed.act is None:
        showing.show_item(call, typed.number)
    else:
        acting.begin(call, typed.number, typed.act, typed.words)


def _ask_which_is_meant(call: Call, number: int, text: str) -> None:
    """`number` 0: their list of items."""
    call.change(held=Held("words", call.at(), text, number=number))
    call.say(WhichMeant(number, "words", files.meant_steps(number)))


def _for_item(call: Call, number: int) -> None:
    """What was held is a liaison's business."""
    held = call.note.held
    if held is None or not files.is_held(call) or held.kind != "words":
        files.for_item(call, number)
        return
    call.change(held=None)
    if typed := command_in(held.text):
        _command(call, typed, held.text, is_answering=False)
    elif held.number == 0:
        showing.show_list(call)
    elif acting.is_pending(call):
        acting.go_on(call, held.text)
    else:
        acting.begin(call, held.number, Act.PROGRESS, held.text)


def _held_meant(call: Call, text: str) -> bool:
    """Whether the words say what the held thing is; then it is dealt with."""
    said = text.strip()
    held = call.note.held
    assert held is not None, "asked before"
    steps = files.meant_steps(held.number)
    if said in ("1", steps[0].echo) and (held.number or held.kind == "words"):
        _for_item(call, held.number)
    elif said in ("2", steps[1].echo) and call.visitor.open_question is not None:
        files.is_answer(call)
    elif (number := number_alone(said)) is not None and held.kind != "words" and not held.number:
        files.for_item(call, number)
    else:
        return False
    return True
