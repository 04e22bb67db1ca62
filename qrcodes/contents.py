"""The contents pages at the front of a merged PDF."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pypdf import PdfReader

from qrcodes.merged_pdf import page_address
from qrcodes.press import Press


@dataclass(frozen=True, slots=True)
class Entry:
    """One name and its page, counted from 0 after the contents."""

    name: str
    page: int


@dataclass(frozen=True, slots=True)
class Chapter:
    """One group, its first page, and what is in it."""

    name: str
    page: int
    entries: tuple[Entry, ...]


def contents_pages(press: Press, title: str, chapters: Sequence[Chapter]) -> tuple[bytes, int]:
    """
    The contents as a PDF, and how many pages they take.

    Set twice: page numbers can be right only when it is known how many pages the contents themselves take.
    The numbers stand in columns of fixed width, so the second time takes as many as the first.
    """
    pages_before = len(PdfReader(io.BytesIO(press.contents(_as_data(title, chapters, 0)))).pages)
    return press.contents(_as_data(title, chapters, pages_before)), pages_before


def _as_data(title: str, chapters: Sequence[Chapter], pages_before: int) -> dict[str, Any]:
    def line(name: str, page: int) -> dict[str, Any]:
        number = pages_before + page
        return {"name": name, "page": number + 1, "address": page_address(number)}

    return {
        "title": title,
        "width": 595.276,
        "height": 841.89,
        "chapters": [
            line(chapter.name, chapter.page) | {"entries": [line(e.name, e.page) for e in chapter.entries]}
            for chapter in chapters
        ],
    }
