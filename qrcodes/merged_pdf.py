"""
Many small PDFs become one, written straight through: only the places of objects are kept in memory.

pypdf takes the small ones apart; its own writer would hold the whole result. What belongs to a document and
not to its pages (structure for screen readers, metadata) is left behind; bookmarks and jumps are made anew.
"""

import copy
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from pypdf import PdfReader
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    NumberObject,
    PdfObject,
    TextStringObject,
)

from core.clock import local

_HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
_CATALOG, _PAGES = 1, 2
_PAGE_SCHEME = "page:"
# What ties a page to its old document.
_LEFT_BEHIND = frozenset({"/StructParents", "/StructParent", "/Parent"})


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A line in the outline: its page is counted from 0."""

    title: str
    page: int
    below: tuple["Bookmark", ...] = ()


def page_address(page: int) -> str:
    """The link that becomes a jump to a page of the merged file, counted from 0."""
    return f"{_PAGE_SCHEME}{page:06d}"


class MergedPdf:
    """Writes to `file` from its beginning. Call `append` for each part, then `finish` once."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        # Where each object stands; the first entry is the free one that the format wants.
        self._offsets = [0, 0, 0]
        self._page_numbers: list[int] = []
        file.write(_HEADER)

    @property
    def pages(self) -> int:
        """How many pages were appended."""
        return len(self._page_numbers)

    def append(self, content: bytes) -> None:
        """All pages of a PDF."""
        reader = PdfReader(io.BytesIO(content))
        part = _Part(self)
        for page in reader.pages:
            number = part.number_of(page.indirect_reference)
            self._page_numbers.append(number)
            part.write_pending()

    def finish(self, title: str, made_at: datetime, bookmarks: Sequence[Bookmark]) -> None:
        """The list of pages, the outline, and the end of the file."""
        pages = ArrayObject([_reference(number) for number in self._page_numbers])
        self.write(_PAGES, _dict(Type="/Pages", Kids=pages, Count=NumberObject(len(pages))))
        outline = self.new_number()
        self._write_bookmarks(outline, bookmarks, {"/Type": NameObject("/Outlines")})
        catalog = _dict(Type="/Catalog", PageMode="/UseOutlines", Pages=_reference(_PAGES))
        catalog[NameObject("/Outlines")] = _reference(outline)
        catalog[NameObject("/Names")] = _dict(Dests=self._jumps())
        catalog[NameObject("/Lang")] = TextStringObject("zh-CN")
        self.write(_CATALOG, catalog)
        info = self.new_number()
        stamp = TextStringObject(local(made_at).strftime("D:%Y%m%d%H%M%S+08'00'"))
        self.write(info, _dict(Title=TextStringObject(title), CreationDate=stamp))
        self._write_end(info)

    def new_number(self) -> int:
        """The number of an object that will be written later."""
        self._offsets.append(0)
        return len(self._offsets) - 1

    def write(self, number: int, value: PdfObject) -> None:
        """One object, under its number."""
        self._offsets[number] = self._file.tell()
        self._file.write(b"%d 0 obj\n" % number)
        out = io.BytesIO()
        value.write_to_stream(out)
        self._file.write(out.getvalue())
        self._file.write(b"\nendobj\n")

    def _write_bookmarks(self, number: int, below: Sequence[Bookmark], own: dict[str, PdfObject]) -> None:
        """An entry of the outline, and those below it; each names its neighbours."""
        entry = DictionaryObject({NameObject(key): value for key, value in own.items()})
        numbers = [self.new_number() for _ in below]
        if numbers:
            entry[NameObject("/First")] = _reference(numbers[0])
            entry[NameObject("/Last")] = _reference(numbers[-1])
            # Below the top, a negative count shows the entry folded.
            is_top = "/Parent" not in own
            entry[NameObject("/Count")] = NumberObject(len(numbers) if is_top else -len(numbers))
        self.write(number, entry)
        for at, (its_number, bookmark) in enumerate(zip(numbers, below, strict=True)):
            described: dict[str, PdfObject] = {
                "/Title": TextStringObject(bookmark.title),
                "/Parent": _reference(number),
                "/Dest": self._whole_page(bookmark.page),
            }
            if at > 0:
                described["/Prev"] = _reference(numbers[at - 1])
            if at + 1 < len(numbers):
                described["/Next"] = _reference(numbers[at + 1])
            self._write_bookmarks(its_number, bookmark.below, described)

    def _jumps(self) -> DictionaryObject:
        """Every page under the name that links use; sorted, as the format wants."""
        names = ArrayObject()
        for page in range(self.pages):
            names.append(TextStringObject(page_address(page)))
            names.append(self._whole_page(page))
        return DictionaryObject({NameObject("/Names"): names})

    def _whole_page(self, page: int) -> ArrayObject:
        return ArrayObject([_reference(self._page_numbers[page]), NameObject("/Fit")])

    def _write_end(self, info: int) -> None:
        start = self._file.tell()
        lines = [b"%010d 00000 n \n" % offset for offset in self._offsets[1:]]
        self._file.write(b"xref\n0 %d\n0000000000 65535 f \n" % len(self._offsets))
        self._file.writelines(lines)
        trailer = _dict(
            Size=NumberObject(len(self._offsets)), Root=_reference(_CATALOG), Info=_reference(info)
        )
        out = io.BytesIO()
        trailer.write_to_stream(out)
        self._file.write(b"trailer\n" + out.getvalue() + b"\nstartxref\n%d\n%%%%EOF\n" % start)


class _Part:
    """One PDF being copied: which of its objects got which number."""

    def __init__(self, merged: MergedPdf) -> None:
        self._merged = merged
        self._numbers: dict[int, int] = {}
        self._pending: list[IndirectObject] = []

    def number_of(self, reference: IndirectObject | None) -> int:
        """The new number of an object, which will be written when it has none yet."""
        if reference is None:
            raise ValueError("a page that is no object of its own")
        if reference.idnum not in self._numbers:
            self._numbers[reference.idnum] = self._merged.new_number()
            self._pending.append(reference)
        return self._numbers[reference.idnum]

    def write_pending(self) -> None:
        """Everything that is referred to and not yet written."""
        while self._pending:
            reference = self._pending.pop()
            value = reference.get_object()
            if value is None:
                raise ValueError(f"object {reference.idnum} is missing")
            self._merged.write(self._numbers[reference.idnum], self._renumbered(value))

    def _renumbered(self, value: PdfObject) -> PdfObject:
        if isinstance(value, IndirectObject):
            return _reference(self.number_of(value))
        if isinstance(value, ArrayObject):
            return ArrayObject([self._renumbered(each) for each in value])
        if isinstance(value, DictionaryObject):
            return self._renumbered_dict(value)
        return value

    def _renumbered_dict(self, value: DictionaryObject) -> DictionaryObject:
        """The same with new numbers; a stream keeps its bytes as they are packed."""
        made = copy.copy(value)
        made.clear()
        for key in value:
            if key not in _LEFT_BEHIND:
                made[NameObject(key)] = self._renumbered(value.raw_get(key))
        if value.get("/Type") == "/Page":
            made[NameObject("/Parent")] = _reference(_PAGES)
        address = value.get("/URI")
        if isinstance(address, str) and address.startswith(_PAGE_SCHEME):
            return _dict(S="/GoTo", D=TextStringObject(address))
        return made


def _reference(number: int) -> IndirectObject:
    return IndirectObject(number, 0, None)


def _dict(**entries: PdfObject | str) -> DictionaryObject:
    """A dictionary; a plain string is a name."""
    return DictionaryObject(
        {
            NameObject(f"/{key}"): value if isinstance(value, PdfObject) else NameObject(value)
            for key, value in entries.items()
        }
    )
