"""
Whether finished files hold the codes they should: every code on every page read, and looked up.

Of a file named after one scene (as ours are) the code must be that scene's. Files are made by us or by a
printer's shop; nothing about them is taken on trust.
"""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import pypdfium2  # type: ignore[import-untyped]  # ships no types
import typst
from PIL import Image, UnidentifiedImageError

from qrcodes.errors import CannotDraw
from qrcodes.reading import read_codes

# Enough for a code of 35 mm on a sheet of many; a roll-up's page is rasterised more coarsely.
DPI = 200.0
MAX_PAGE_PX = 30_000_000
PT_PER_INCH = 72.0
MAX_FILE_BYTES = 500_000_000
_SCENE_AT_END = re.compile(r"(?:^|\s)([pu]_[A-Za-z0-9_]+)$")
KINDS = (".pdf", ".png", ".svg")


@dataclass(frozen=True, slots=True)
class FileReport:
    """How many codes one file holds, on how many pages, and a sentence for everything that is wrong."""

    name: str
    pages: int
    codes: int
    faults: tuple[str, ...]

    @property
    def is_good(self) -> bool:
        """Every page has codes, and every code is one of ours."""
        return not self.faults

    def __str__(self) -> str:
        if self.is_good:
            return f"{self.name}：{self.pages}页，{self.codes}个二维码都读得出来，都对。"
        return "\n".join(f"{self.name}：{fault}" for fault in self.faults)


def check_file(path: Path, known: Mapping[str, str]) -> FileReport:
    """
    Read every code in a ZIP, PDF, PNG or SVG. `known` gives the scene of each address.

    CannotDraw when the file cannot be opened.
    """
    pages = codes = 0
    faults: list[str] = []
    for name, content in _contents(path):
        scene = _scene_of(name)
        for number, page in enumerate(_pages(name, content), 1):
            pages += 1
            found = [each.text for each in read_codes(page)]
            codes += len(found)
            # Contents pages of a merged file have none; a single poster must have one.
            if not found and (scene or not name.lower().endswith(".pdf")):
                faults.append(f"{name} 第{number}页读不出二维码")
            for text in found:
                if text not in known:
                    faults.append(f"{name} 第{number}页的二维码不是在用的：{text[:80]}")
                elif scene and known[text] != scene and not _is_sheet(found):
                    faults.append(f"{name} 里是 {known[text]} 的二维码")
    if not codes and not faults:
        faults.append("里面没有二维码")
    return FileReport(path.name, pages, codes, tuple(faults))


def _is_sheet(found: list[str]) -> bool:
    return len(set(found)) > 1


def _scene_of(name: str) -> str:
    match = _SCENE_AT_END.search(PurePosixPath(name).stem)
    return match[1] if match else ""


def _contents(path: Path) -> Iterator[tuple[str, bytes]]:
    """The file itself, or what is in the ZIP; one at a time."""
    try:
        if path.suffix.lower() != ".zip":
            yield path.name, path.read_bytes()
            return
        with zipfile.ZipFile(path) as archive:
            for entry in archive.infolist():
                if entry.is_dir():
                    continue
                if entry.file_size > MAX_FILE_BYTES:
                    raise CannotDraw(f"{path.name} 里的 {entry.filename} 太大了。")
                yield entry.filename, archive.read(entry)
    except OSError as error:
        raise CannotDraw(f"文件 {path} 读不了：{error.strerror}。") from error
    except zipfile.BadZipFile as error:
        raise CannotDraw(f"{path.name} 不是完整的 ZIP 文件。") from error


def _pages(name: str, content: bytes) -> Iterator[Image.Image]:
    suffix = PurePosixPath(name).suffix.lower()
    try:
        if suffix == ".pdf":
            yield from _pdf_pages(content)
        elif suffix == ".png":
            with Image.open(io.BytesIO(content)) as page:
                yield page.convert("L")
        elif suffix == ".svg":
            with Image.open(io.BytesIO(_as_png(content))) as page:
                yield page.convert("L")
        else:
            raise CannotDraw(f"{name} 不是 {'、'.join(KINDS)} 文件，查不了。")
    except (pypdfium2.PdfiumError, UnidentifiedImageError, typst.TypstError) as error:
        raise CannotDraw(f"{name} 打不开，可能坏了。") from error


def _pdf_pages(content: bytes) -> Iterator[Image.Image]:
    document = pypdfium2.PdfDocument(content)
    try:
        for page in document:
            width_pt, height_pt = page.get_size()
            finest = (MAX_PAGE_PX / (width_pt * height_pt)) ** 0.5
            bitmap = page.render(scale=min(DPI / PT_PER_INCH, finest))
            yield bitmap.to_pil().convert("L")
            bitmap.close()
            page.close()
    finally:
        document.close()


def _as_png(content: bytes) -> bytes:
    """An SVG as a picture; drawn by the typesetter, read by the decoder."""
    source = b"#set page(width: 600pt, height: auto, margin: 0pt)\n#image(bytes(sys.inputs.svg), width: 100%)"
    made = typst.compile(source, format="png", ppi=72.0, sys_inputs={"svg": content.decode("utf-8")})
    return made if isinstance(made, bytes) else b""
