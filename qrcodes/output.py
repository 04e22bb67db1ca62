"""
Getting drawings out: one file, a ZIP with a folder a county, or one merged PDF with contents.

Each is made in constant memory, however many signs there are, and appears whole or not at all. `progress` is
told how many more signs are done.
"""

import zipfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from core.clock import local
from qrcodes.contents import Chapter, Entry, contents_pages
from qrcodes.drawings import Drawing, in_groups
from qrcodes.errors import CannotDraw
from qrcodes.merged_pdf import Bookmark, MergedPdf
from qrcodes.press import Press
from qrcodes.progress import Progress, nobody
from qrcodes.sign import Sign
from qrcodes.templates.base import Template
from qrcodes.writing import file_name, whole_file

# Signs set at once for a merged file: enough that pages share one font, few enough to keep memory small.
_SIGNS_AT_ONCE = 24


def write_one(path: Path, drawing: Drawing, sign: Sign) -> None:
    """One sign's file. NotWritten when the disk does not take it."""
    drawn = next(iter(drawing.files([sign])))
    with whole_file(path) as file:
        file.write(drawn.content)


def write_zip(
    path: Path, drawing: Drawing, signs: Sequence[Sign], made_at: datetime, progress: Progress = nobody
) -> int:
    """Every sign, in a folder for each group; how many files. Each goes into the ZIP as it is drawn."""
    _refuse_nothing(signs)
    stamp = local(made_at).timetuple()[:6]
    taken: set[str] = set()
    with whole_file(path) as file, zipfile.ZipFile(file, "w") as archive:
        for group, its_signs in in_groups(signs).items():
            for drawn in drawing.files(its_signs):
                name = f"{file_name(group)}/{drawn.name}"
                if name in taken:
                    raise CannotDraw(f"{name} 有两个：同一个二维码在清单里出现了两次。")
                taken.add(name)
                # PDF and PNG are packed already; packing them again only takes time.
                packing = zipfile.ZIP_DEFLATED if name.endswith(".svg") else zipfile.ZIP_STORED
                archive.writestr(zipfile.ZipInfo(name, stamp), drawn.content, packing)
                progress(drawn.signs)
    return len(taken)


def write_merged(
    path: Path,
    press: Press,
    template: Template,
    signs: Sequence[Sign],
    title: str,
    made_at: datetime,
    progress: Progress = nobody,
) -> int:
    """Every sign in one PDF: contents first, bookmarks by group; how many pages there are."""
    _refuse_nothing(signs)
    chapters = _chapters(template, signs)
    contents, pages_before = contents_pages(press, title, chapters)
    with whole_file(path) as file:
        merged = MergedPdf(file)
        merged.append(contents)
        for some in _batches(template, signs):
            merged.append(press.pdf(template, some))
            progress(len(some))
        merged.finish(title, made_at, [_bookmark(chapter, pages_before) for chapter in chapters])
    return merged.pages


def _chapters(template: Template, signs: Sequence[Sign]) -> list[Chapter]:
    """Each group and what is in it, with pages counted from 0 after the contents; a group begins a page."""
    chapters = []
    first_page = 0
    for group, its_signs in in_groups(signs).items():
        entries = [
            Entry(sign.name, first_page + at // template.per_page) for at, sign in enumerate(its_signs)
        ]
        chapters.append(Chapter(group, first_page, tuple(entries)))
        first_page += template.pages_for(len(its_signs))
    return chapters


def _batches(template: Template, signs: Sequence[Sign]) -> Iterator[list[Sign]]:
    at_once = max(1, _SIGNS_AT_ONCE // template.per_page) * template.per_page
    for its_signs in in_groups(signs).values():
        for start in range(0, len(its_signs), at_once):
            yield its_signs[start : start + at_once]


def _bookmark(chapter: Chapter, pages_before: int) -> Bookmark:
    below = tuple(Bookmark(entry.name, pages_before + entry.page) for entry in chapter.entries)
    return Bookmark(chapter.name, pages_before + chapter.page, below)


def _refuse_nothing(signs: Sequence[Sign]) -> None:
    if not signs:
        raise CannotDraw("没有要画的二维码。")
