"""
`type: text`: an open question, in words and, where allowed, voice and photos.

    - {id: suggest, type: text, title: 您还有什么话？, allow: [text, voice, photo], max_length: 500,
       max_voice_seconds: 60, max_photos: 3}

Words alone go on at once. Where voice or photos are allowed the pieces gather in the draft until 下一步.
Lengths are characters of the whole text, the breaks between pieces included.
"""

import regex

from core.conversation.inputs import Act
from core.conversation.kinds.base import (
    STRAY,
    Asked,
    Column,
    Gathered,
    Here,
    Kind,
    Outcome,
    Taken,
    Trouble,
    act,
    text_cell,
)
from core.conversation.prompts import Choice, MoreWelcome, Problem
from core.conversation.state import Answer
from core.conversation.understanding import commands
from core.places.gazetteer import Gazetteer
from core.questionnaires.model import Text
from core.sheets.out_columns import Cell

# The format bounds photos (9), not voice messages.
MAX_VOICES = 9
MAX_PHOTOS = 9
MAX_LABEL_CHARS = 30
# An office's pattern may be one that never ends on some words; nobody's turn may wait for it.
PATTERN_SECONDS = 0.05


class TextKind(Kind[Text]):
    """An open question."""

    type = "text"

    def __init__(self, question: Text, gazetteer: Gazetteer) -> None:
        super().__init__(question, gazetteer)
        self.gathers = question.allow != ("text",)
        self.max_photos = MAX_PHOTOS if question.max_photos is None else question.max_photos
        self.pattern = regex.compile(question.pattern) if question.pattern is not None else None

    def columns(self) -> tuple[Column, ...]:
        """The words, how many media there are, and their ids where they are allowed."""
        media = (("voice", _voices_cell), ("photo", _photos_cell))
        allowed = [Column(f"_{kind}", cell) for kind, cell in media if kind in self.question.allow]
        return (Column("", text_cell), Column("_label", lambda answer: _media(answer) or None), *allowed)

    def ask(self, here: Here) -> Asked:
        """Nothing to tap but 下一步 and, once pieces were gathered, 重写."""
        acts: tuple[Choice, ...] = ()
        if here.draft is not None or here.stored is not None or not self.question.required:
            acts = (act(Act.NEXT, commands.NEXT),)
        if here.draft is not None:
            acts = (*acts, act(Act.CLEAR, "重写"))
        return Asked("media" if self.gathers else "text", acts=acts)

    def tap(self, here: Here, choice: int, text: str) -> Outcome:
        """重写: what was gathered is let go."""
        return Gathered(None) if choice == Act.CLEAR and here.draft is not None else STRAY

    def takes_words(self, here: Here) -> bool:
        """Words are the answer, unless only voice or photos are allowed."""
        return "text" in self.question.allow

    def takes_voice(self, here: Here) -> bool:
        """Where the question allows voice."""
        return "voice" in self.question.allow

    def hear(self, here: Here, words: str) -> Outcome:
        """Words: the whole answer, or one more piece of it."""
        if "text" not in self.question.allow:
            return Trouble(Problem("kind_not_here", words="text"))
        before = self._gathered(here)
        text = f"{before.text}\n{words}" if before.text else words
        if len(text) > self.question.max_length:
            return Trouble(Problem("too_long", limit=self.question.max_length, got=len(text)))
        answer = Answer(text=text, voices=before.voices, photos=before.photos)
        return self._more(answer) if self.gathers else self._complete(answer)

    def voice(self, here: Here, media_id: str) -> Outcome:
        """One more voice message."""
        if "voice" not in self.question.allow:
            return super().voice(here, media_id)
        before = self._gathered(here)
        if len(before.voices) >= MAX_VOICES:
            return super().voice(here, media_id)
        return self._more(Answer(text=before.text, voices=(*before.voices, media_id), photos=before.photos))

    def photo(self, here: Here, media_id: str) -> Outcome:
        """One more picture."""
        if "photo" not in self.question.allow:
            return super().photo(here, media_id)
        before = self._gathered(here)
        if len(before.photos) >= self.max_photos:
            return Trouble(Problem("too_many_photos", limit=self.max_photos))
        return self._more(Answer(text=before.text, voices=before.voices, photos=(*before.photos, media_id)))

    def finish(self, here: Here) -> Outcome:
        """下一步: what was gathered is the answer."""
        return super().finish(here) if here.draft is None else self._complete(here.draft)

    def keeps(self, here: Here) -> Answer | None:
        """What a person said is not lost when they turn back, as far as the rules allow it."""
        outcome = self._complete(here.draft) if here.draft is not None else None
        return outcome.answer if isinstance(outcome, Taken) else None

    def label(self, answer: Answer) -> str:
        """The first words, or how many media there are."""
        if answer.text:
            text = answer.text.replace("\n", " ")
            return text if len(text) <= MAX_LABEL_CHARS else text[: MAX_LABEL_CHARS - 1] + "…"
        return _media(answer)

    def in_words(self, answer: Answer) -> str:
        """All the words."""
        return answer.text

    def _gathered(self, here: Here) -> Answer:
        if here.draft is not None:
            return here.draft
        # A text-only answer is replaced by the next words; gathered ones are added to.
        return here.stored if here.stored is not None and self.gathers else Answer()

    def _more(self, draft: Answer) -> Gathered:
        allow = self.question.allow
        return Gathered(
            draft,
            say=MoreWelcome(
                photos_left=self.max_photos - len(draft.photos) if "photo" in allow else 0,
                voice="voice" in allow and len(draft.voices) < MAX_VOICES,
                text="text" in allow and len(draft.text) < self.question.max_length,
            ),
        )

    def _complete(self, answer: Answer) -> Outcome:
        has_media = bool(answer.voices or answer.photos)
        if answer.text or not has_media:
            if len(answer.text) < self.question.min_length:
                return Trouble(Problem("too_short", limit=self.question.min_length, got=len(answer.text)))
            if not self._fits_pattern(answer.text):
                return Trouble(Problem("pattern"))
        return Taken(answer)

    def _fits_pattern(self, text: str) -> bool:
        """Whether the text is what the pattern asks for; what cannot be told in time is not."""
        if self.pattern is None:
            return True
        try:
            return self.pattern.fullmatch(text, timeout=PATTERN_SECONDS) is not None
        except TimeoutError:
            return False


def _media(answer: Answer) -> str:
    counted = ((len(answer.voices), "段语音"), (len(answer.photos), "张照片"))
    return "、".join(f"{count}{name}" for count, name in counted if count)


def _voices_cell(answer: Answer) -> Cell:
    return ";".join(answer.voices) or None


def _photos_cell(answer: Answer) -> Cell:
    return ";".join(answer.photos) or None
