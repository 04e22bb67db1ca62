"""Words that were searched for, marked where they stand."""

from collections.abc import Sequence

from markupsafe import Markup, escape

from core.opinions.grams import marked


def highlighted(text: str, words: Sequence[str]) -> Markup:
    """The text, escaped, with each of the words (`grams.words_of`) in a `<mark>`."""
    pieces = marked(text, words)
    return Markup("").join(
        Markup("<mark>{}</mark>").format(piece) if is_hit else escape(piece) for piece, is_hit in pieces
    )
