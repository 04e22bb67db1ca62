"""
A reply before it is words: pieces with text and links, and how one piece looks.

Renderers make one piece of each prompt; `fit` decides how much of each piece there is room for.
"""

from dataclasses import dataclass
from urllib.parse import quote as percent_encode

from bot import phrases
from bot.rendering.plain_text import clean, clip, echo_of
from bot.tap_ids import QUESTIONNAIRES, SideTapId, TapId

# Bounds that no legal questionnaire reaches (its labels end at 30); they keep one line from filling a bubble.
LABEL_CHARS = 60
ECHO_CHARS = 60


@dataclass(frozen=True, slots=True)
class Frame:
    """
    What a reply stands in: the run its links are for, and the office's name, telephone and hours.

    `links` is False where nothing can be tapped (the terminal): then numbers and words are typed. `desk` says
    whose the links are: the questionnaires', or a side desk's that lays its links out in the same way.
    """

    round_id: int
    run: int
    office_name: str
    office_phone: str
    office_hours: str
    links: bool = True
    desk: int = QUESTIONNAIRES


@dataclass(frozen=True, slots=True)
class Link:
    """One thing to tap: the words shown and the link around them."""

    label: str
    echo: str
    tap: TapId | SideTapId

    def show(self, linked: bool) -> str:
        """The line, as a link or as plain words."""
        if not linked or not self.echo or not self.tap.fits:
            return self.label
        return (
            f'<a href="weixin://bizmsgmenu?msgmenucontent={_percent(self.echo)}&msgmenuid={self.tap.encode()}">'
            f"{self.label}</a>"
        )


@dataclass(frozen=True, slots=True)
class Row:
    """One thing on a list, its links side by side below it. `label` is for where nothing can be tapped."""

    label: str
    acts: tuple[Link, ...]

    def show(self, linked: bool) -> str:
        """The row, with links or as plain words."""
        line = phrases.BETWEEN_ACTS.join(act.show(True) for act in self.acts) if linked else ""
        return f"{self.label}\n{line}" if line else self.label


@dataclass(frozen=True, slots=True)
class Look:
    """How much of the pieces is shown: links on options, links on acts, help texts."""

    option_links: bool = True
    act_links: bool = True
    help: bool = True


@dataclass(frozen=True, slots=True)
class Piece:
    """
    One prompt, ready to be shown.

    `options` stand one a line, `acts` side by side below them, `how` (how to answer) last. `…_typed` are the
    words to use where the options cannot be tapped; '' means the same words. `is_place_list`: the list is
    paged rather than stripped of its links. `page` is None for what has no parts; `more` is the link that
    shows the next part, and `title` is repeated on it. `passing` marks a short notice about what just
    happened: it goes on top of whichever part is shown, and its act ends its last line.
    """

    text: str
    text_typed: str = ""
    help: str = ""
    options: tuple[Link | Row, ...] = ()
    acts: tuple[Link, ...] = ()
    how: str = ""
    how_typed: str = ""
    title: str = ""
    page: int | None = None
    more: Link | None = None
    is_place_list: bool = False
    passing: bool = False

    def words(self, look: Look) -> str:
        """The text for this look, without help."""
        return self.text_typed if self.text_typed and not look.option_links else self.text

    def option_lines(self, look: Look) -> list[str]:
        """A line an option."""
        return [option.show(look.option_links) for option in self.options]

    def act_line(self, look: Look) -> str:
        """All acts in one line."""
        return phrases.BETWEEN_ACTS.join(act.show(look.act_links) for act in self.acts)

    def how_line(self, look: Look) -> str:
        """How to answer; where options lost their links it is always said."""
        return self.how_typed if self.options and not look.option_links else self.how

    def show(self, look: Look) -> str:
        """The whole piece."""
        if self.passing:
            tappable = look.option_links and look.act_links
            return self.words(look) + (self.act_line(look) if tappable else "")
        head = [self.words(look), self.help if look.help else ""]
        foot = [self.act_line(look), self.how_line(look)]
        blocks = (head, self.option_lines(look), foot)
        return "\n\n".join(lines for block in blocks if (lines := "\n".join(filter(None, block))))


def _percent(words: str) -> str:
    """Percent-encoded UTF-8. Chinese words in one go: the standard function is ten times slower on them."""
    if words.isascii():
        return percent_encode(words, safe="")
    rest = words.lstrip("0123456789")
    return f"{words[: len(words) - len(rest)]}%{rest.encode().hex('%').upper()}"


def link(label: str, echo: str, tap: TapId | SideTapId, number: int = 0) -> Link:
    """A link with its number in front; label and echo are made harmless here."""
    shown = clip(clean(label) or echo_of(echo), LABEL_CHARS)
    sent = echo_of(echo)[:ECHO_CHARS] or echo_of(label)[:ECHO_CHARS] or (str(number) if number else "")
    return Link(f"{number} {shown}" if number else shown, sent, tap)
