"""
The ballots' side desk: what leaders do in the chat, inside the turn's transaction.

A slip (scanned or typed) takes up a ballot, which is then asked about before anything else until it is handed
in, set aside (退出) or let go. The person's row holds, for as long, that a ballot of some round is being
filled in on this phone, and nothing of what; handing in takes that out again. Other codes that are scanned
meanwhile are the other desks'; the ballot waits and is taken up again by its slip or by one of its links.
"""

import secrets
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import Connection

from core.ballots import ballot as ballots
from core.ballots.ballot import BallotStep
from core.ballots.codes import SLIP_CHARS, looks_like_slip, read_slip
from core.ballots.contents import Sizes, cast_of
from core.ballots.draft_keys import DraftKeys
from core.ballots.drafts import (
    KEEP_DAYS,
    Held,
    find_draft,
    give_other_slip,
    hand_in,
    keep,
    let_go,
    new_draft,
)
from core.ballots.errors import AlreadyUsed, SlipRefused, TooManyTries
from core.ballots.prompts import (
    BallotDeclined,
    BallotDeleted,
    BallotFrame,
    BallotLost,
    BallotPaused,
    BallotResumed,
    HandedIn,
    HowSecret,
    OldLink,
    Refusal,
    RoundClosed,
)
from core.ballots.replies import ReplySeal
from core.ballots.slips import AUDIENCE, Hasher, find_slip
from core.conversation.incoming import Followed, Happening, Left, Nothing, Scanned, SideTapped
from core.conversation.inputs import Input, Said, Tapped
from core.conversation.person import Person
from core.conversation.prompts import LateWords, Prompt
from core.conversation.script import Script
from core.conversation.side_desk import SideOutcome, Visitor
from core.conversation.understanding import commands
from core.conversation.understanding.greetings import is_greeting, phone_number
from core.conversation.visit import RESUME_AFTER
from core.conversation.world import Form

NAME = "ballot"
# In links; see `bot/tap_ids.py`.
DESK_NUMBER = 3
_RUNS = 1000
# Nobody types a slip with more between its characters than this.
_MOST_TYPED = 3 * SLIP_CHARS


@dataclass(frozen=True, slots=True)
class Note:
    """What the person's row holds: round and number of the ballot, and whether it is what they are in."""

    round_id: int
    run: int
    is_on: bool

    @classmethod
    def of(cls, person: Person) -> "Note | None":
        """None when no ballot is being filled in on this phone."""
        stored = person.notes.get(NAME)
        return None if stored is None else cls(*stored)

    def on(self, person: Person, *, is_on: bool = True) -> Person:
        """The person with this note."""
        return person.with_note(NAME, [self.round_id, self.run, is_on])


class BallotDesk:
    """See `core.conversation.side_desk.SideDesk`."""

    name = NAME

    def __init__(self, hasher: Hasher, keys: DraftKeys, explained_at: str = "") -> None:
        """`explained_at`: the address of the page that says how nobody can tell."""
        self._hasher = hasher
        self._keys = keys
        self._explained_at = explained_at
        self._seal = ReplySeal(keys)

    def wants(self, person: Person, what: Happening) -> bool:
        """Slips, links of ballots, and whatever comes while a ballot is being filled in."""
        note = person.notes.get(NAME)
        if isinstance(what, Scanned | Followed):
            return note is not None or (what.scene is not None and what.scene.kind == "slip")
        if isinstance(what, SideTapped):
            return what.desk == DESK_NUMBER
        if isinstance(what, Said) and _may_be_slip(person, what.text):
            return True
        return note is not None

    def take(self, connection: Connection, visitor: Visitor, what: Happening) -> SideOutcome | None:
        """See `SideDesk.take`."""
        return _Call(self._hasher, self._keys, connection, visitor, self._explained_at).take(what)

    def seal(self, reply: str) -> str:
        """Replies repeat what was chosen."""
        return self._seal.seal(reply)

    def unseal(self, stored: str) -> str:
        """'' once the key is gone."""
        return self._seal.unseal(stored)


def code_of(tap: Tapped) -> int:
    """What one of the ballot's links carries besides the desk's number."""
    return ((tap.round_id * _RUNS + tap.run % _RUNS) * 10_000 + tap.slot) * 1000 + tap.choice


def tap_of(code: int, text: str) -> Tapped:
    """The link again."""
    rest, choice = divmod(code, 1000)
    rest, slot = divmod(rest, 10_000)
    round_id, run = divmod(rest, _RUNS)
    return Tapped(round_id, run, slot, choice, text)


@lru_cache(maxsize=16)
def sizes_of(script: Script) -> Sizes:
    """Computed once for each script that is in memory."""
    return Sizes.of(script)


def _may_be_slip(person: Person, words: str) -> bool:
    """A slip's characters; while something else is being answered only with the right check character."""
    if not SLIP_CHARS <= len(words) <= _MOST_TYPED:
        return False
    is_free = person.run is None and not person.asking and NAME not in person.notes
    return looks_like_slip(words) if is_free else read_slip(words) is not None


class _Call:
    """One delivery."""

    def __init__(
        self, hasher: Hasher, keys: DraftKeys, connection: Connection, visitor: Visitor, explained_at: str
    ) -> None:
        self.explained_at = explained_at
        self.hasher, self.keys, self.connection, self.visitor = hasher, keys, connection, visitor
        self.now = visitor.around.now
        self.holder = hasher.holder("chat", visitor.key)

    def take(self, what: Happening) -> SideOutcome | None:
        note = Note.of(self.visitor.person)
        if isinstance(what, Scanned | Followed):
            if what.scene is not None and what.scene.kind == "slip":
                return self._arrived(what.scene.code)
            # Another code: the ballot waits.
            return SideOutcome(note.on(self.visitor.person, is_on=False), then=what) if note else None
        if isinstance(what, Said) and _may_be_slip(self.visitor.person, what.text):
            return self._arrived(what.text)
        if isinstance(what, Left):
            return self._left(note, what)
        if isinstance(what, SideTapped):
            tap = tap_of(what.code, what.text)
            if note is None or (tap.round_id, tap.run) != (note.round_id, note.run):
                return SideOutcome(self.visitor.person, (OldLink(),))
            return self._filled_in(note, tap)
        if note is None or isinstance(what, Nothing) or not self._is_ours(note, what):
            return None
        return self._filled_in(note, what)

    def _is_ours(self, note: Note, what: Happening) -> bool:
        """Whether it is said to the ballot and not to another desk."""
        words = what.text if isinstance(what, Said) else ""
        if self.visitor.person.owes_phone and words and phone_number(words):
            return False
        # Not to be asked for one's data to be deleted and then keep the ballot.
        return note.is_on or commands.command(words) == commands.DELETE

    # A slip ----------------------------------------------------------------------------------------------

    def _arrived(self, words: str) -> SideOutcome:
        person, world = self.visitor.person, self.visitor.world
        held = find_draft(self.connection, self.keys, self.holder)
        note = Note.of(person)
        code = read_slip(words)
        if held is not None and note is not None and code and held.slip == self.hasher.slip(code):
            return self._resumed(note, held)
        try:
            hashed, entry = find_slip(
                self.connection, self.hasher, words, world.catalog.rounds, self.now, self.visitor.key
            )
        except (SlipRefused, TooManyTries) as error:
            return SideOutcome(person, (Refusal(str(error)),))
        if held is not None and note is not None and held.round_id == entry.id:
            # Another slip for the same ballot: what is filled in stays.
            return self._resumed(note, give_other_slip(self.connection, held, hashed))
        if held is not None:
            let_go(self.connection, [(held.id, held.key_name)])
        script = world.script(_form(self.visitor, entry.id).questionnaire)
        begun = ballots.begin(script, channel="wechat", seed=self.visitor.around.seed)
        new_draft(
            self.connection, self.keys, sizes_of(script), holder=self.holder, slip=hashed,
            round_id=entry.id, ballot=begun.ballot, now=self.now,
        )  # fmt: skip
        note = Note(entry.id, secrets.randbelow(_RUNS), is_on=True)
        return self._say(note.on(person), note, (*begun.prompts, HowSecret(self.explained_at)))

    def _resumed(self, note: Note, held: Held) -> SideOutcome:
        form, script = self._questionnaire(note)
        if held.ballot is None:
            return self._lost(held)
        if not form.is_open(self.now):
            return SideOutcome(note.on(self.visitor.person, is_on=False), (self._closed(form),))
        title = script.title(held.ballot.run.subject, held.ballot.run.source)
        asked = (BallotResumed(title), *ballots.current(script, held.ballot))
        return self._say(note.on(self.visitor.person), note, asked)

    # The ballot ------------------------------------------------------------------------------------------

    def _filled_in(self, note: Note, given: Input) -> SideOutcome | None:
        person = self.visitor.person
        held = find_draft(self.connection, self.keys, self.holder)
        if held is None:
            # A week went by, or it was handed in from elsewhere.
            gone = person.with_note(NAME, None)
            return (
                SideOutcome(gone, (OldLink(),))
                if isinstance(given, Tapped)
                else SideOutcome(gone, then=given)
            )
        if held.ballot is None:
            return self._lost(held)
        form, script = self._questionnaire(note)
        if not form.is_open(self.now):
            return SideOutcome(note.on(person, is_on=False), (self._closed(form),))
        around = self.visitor.around
        if isinstance(given, Said) and around.is_late:
            asked = ballots.current(script, held.ballot)
            return self._say(note.on(person), note, (LateWords(given.text), *asked))
        if isinstance(given, Said) and around.silent_for >= RESUME_AFTER and is_greeting(given.text):
            return self._resumed(note, held)
        return self._after(note, held, form, script, ballots.step(script, held.ballot, given))

    def _after(self, note: Note, held: Held, form: Form, script: Script, step: BallotStep) -> SideOutcome:
        person = self.visitor.person
        gone = person.with_note(NAME, None)
        if step.outcome == "handed_in":
            return self._handed_in(held, script, step)
        if step.outcome in ("declined", "deleted"):
            let_go(self.connection, [(held.id, held.key_name)])
            told = BallotDeclined() if step.outcome == "declined" else BallotDeleted()
            return SideOutcome(gone, (told,))
        if step.outcome == "restarted":
            step = ballots.begin(script, channel="wechat", seed=self.visitor.around.seed)
        keep(self.connection, self.keys, sizes_of(script), held, step.ballot, self.now)
        if step.outcome == "paused":
            return SideOutcome(note.on(person, is_on=False), (BallotPaused(KEEP_DAYS, form.round.closes_at),))
        if step.outcome == "word":
            return SideOutcome(note.on(person), then=Said(step.word))
        return self._say(note.on(person), note, step.prompts)

    def _handed_in(self, held: Held, script: Script, step: BallotStep) -> SideOutcome:
        gone = self.visitor.person.with_note(NAME, None)
        run = step.ballot.run
        try:
            hand_in(self.connection, self.keys, sizes_of(script), held, cast_of(step.ballot))
        except AlreadyUsed as error:
            let_go(self.connection, [(held.id, held.key_name)])
            return SideOutcome(gone, (Refusal(str(error)),))
        return SideOutcome(gone, (HandedIn(script.thanks(run.subject, run.source)),))

    def _lost(self, held: Held) -> SideOutcome:
        let_go(self.connection, [(held.id, held.key_name)])
        return SideOutcome(self.visitor.person.with_note(NAME, None), (BallotLost(),))

    def _left(self, note: Note | None, what: Happening) -> SideOutcome | None:
        """They unfollowed; where the office has data deleted then, the ballot goes with it."""
        if note is None or not self.visitor.around.erase_on_leaving:
            return None
        held = find_draft(self.connection, self.keys, self.holder)
        if held is not None:
            let_go(self.connection, [(held.id, held.key_name)])
        return SideOutcome(self.visitor.person.with_note(NAME, None), then=what)

    # Helpers ---------------------------------------------------------------------------------------------

    def _say(self, person: Person, note: Note, prompts: tuple[Prompt, ...]) -> SideOutcome:
        return SideOutcome(person, (BallotFrame(note.round_id, note.run), *prompts), is_sealed=True)

    def _questionnaire(self, note: Note) -> tuple[Form, Script]:
        form = _form(self.visitor, note.round_id)
        return form, self.visitor.world.script(form.questionnaire)

    def _closed(self, form: Form) -> Prompt:
        return RoundClosed(form.round.closes_at, KEEP_DAYS)


def _form(visitor: Visitor, round_id: int) -> Form:
    """The leaders' questionnaire of a round that has a ballot box; it was looked at when the box was made."""
    entry = visitor.world.catalog.round(round_id)
    if entry is None or AUDIENCE not in entry.questionnaires:
        raise LookupError(f"round {round_id} has no ballot")
    return Form(entry, entry.questionnaires[AUDIENCE])
