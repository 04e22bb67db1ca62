"""Files: one, a ZIP by county, one merged PDF. Whole or not there."""

import errno
import io
import time
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image
from pypdf import PdfReader

from qrcodes.check import rasterised
from qrcodes.drawings import BareCodes, Drawn, Pages
from qrcodes.errors import CannotDraw, NotWritten
from qrcodes.output import write_merged, write_one, write_zip
from qrcodes.press import Press
from qrcodes.reading import read_codes
from qrcodes.sign import Sign
from qrcodes.templates.registry import template_named
from qrcodes.writing import file_name
from tests.qrcodes.signs import LONGEST_COUNTY, NOW, make_sign

A4 = template_named("a4")
SHEET_8 = template_named("sheet_8")

SIGNS = [
    make_sign("p_451203"),
    make_sign("p_451203100", name="庆远镇", within="宜州区"),
    make_sign("p_451225", name=LONGEST_COUNTY, group=LONGEST_COUNTY),
    make_sign("p_451203101", name="三岔镇", within="宜州区"),
    make_sign("u_U017", name="市交通运输局", group="市直单位"),
]


class FullDisk:
    """A drawing whose second file does not go onto the disk any more."""

    def files(self, signs: Sequence[Sign]) -> Iterator[Drawn]:
        yield Drawn("first.pdf", b"%PDF", 1)
        raise OSError(errno.ENOSPC, "No space left on device")


def read_from(page: bytes) -> list[str]:
    return [found.text for found in read_codes(next(iter(rasterised(page, 150))))]


def test_one_poster_is_one_file_of_one_page(press: Press, tmp_path: Path) -> None:
    path = tmp_path / "宜州区.pdf"

    write_one(path, Pages(press, A4, "pdf"), SIGNS[0])

    assert len(PdfReader(path).pages) == 1
    assert read_from(path.read_bytes()) == [SIGNS[0].url]


def test_a_zip_has_a_folder_for_each_county_and_every_code_is_read(press: Press, tmp_path: Path) -> None:
    path, done = tmp_path / "海报.zip", []

    count = write_zip(path, Pages(press, A4, "pdf"), SIGNS, NOW, done.append)

    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        assert [read_from(archive.read(name)) for name in names] == [
            [SIGNS[at].url] for at in (0, 1, 3, 2, 4)
        ]
        # Shanghai's time; a ZIP knows even seconds only.
        assert archive.infolist()[0].date_time == (2026, 11, 21, 15, 4, 8)
    assert names == [
        "宜州区/宜州区 p_451203.pdf",
        "宜州区/宜州区庆远镇 p_451203100.pdf",
        "宜州区/宜州区三岔镇 p_451203101.pdf",
        f"{LONGEST_COUNTY}/{LONGEST_COUNTY} p_451225.pdf",
        "市直单位/市交通运输局 u_U017.pdf",
    ]
    assert (count, sum(done)) == (5, 5)


@pytest.mark.parametrize("suffix", ["svg", "png"])
def test_bare_codes_go_into_a_zip_too(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / "二维码.zip"

    write_zip(path, BareCodes(suffix, width_mm=40), SIGNS, NOW)

    with zipfile.ZipFile(path) as archive:
        assert len(archive.namelist()) == 5
        content = archive.read(f"宜州区/宜州区 p_451203.{suffix}")
    if suffix == "png":
        image = Image.open(io.BytesIO(content))
        assert [found.text for found in read_codes(image)] == [SIGNS[0].url]
    else:
        assert content.startswith(b"<svg")


def test_a_sheet_in_a_zip_holds_a_whole_county(press: Press, tmp_path: Path) -> None:
    path = tmp_path / "卡片.zip"

    write_zip(path, Pages(press, SHEET_8, "png", dpi=200), SIGNS, NOW)

    with zipfile.ZipFile(path) as archive:
        files = [name.split("/")[1] for name in archive.namelist()]
        assert files == ["宜州区.png", f"{LONGEST_COUNTY}.png", "市直单位.png"]
        image = Image.open(io.BytesIO(archive.read("宜州区/宜州区.png")))
        assert {found.text for found in read_codes(image)} == {SIGNS[at].url for at in (0, 1, 3)}


def test_a_merged_pdf_has_contents_bookmarks_and_every_page(press: Press, tmp_path: Path) -> None:
    path, done = tmp_path / "全部.pdf", []

    count = write_merged(path, press, A4, SIGNS, "宜州区海报", NOW, done.append)

    reader = PdfReader(path, strict=True)
    assert (count, len(reader.pages), sum(done)) == (6, 6, 5)
    assert reader.metadata is not None
    assert reader.metadata.title == "宜州区海报"
    pages = list(rasterised(path.read_bytes(), 150))
    assert [[found.text for found in read_codes(page)] for page in pages[1:]] == [
        [SIGNS[at].url] for at in (0, 1, 3, 2, 4)
    ]
    document = pypdfium2.PdfDocument(path)
    bookmarks = [(line.level, line.get_title(), line.get_dest().get_index()) for line in document.get_toc()]
    document.close()
    assert bookmarks == [
        (0, "宜州区", 1),
        (1, "宜州区", 1),
        (1, "庆远镇", 2),
        (1, "三岔镇", 3),
        (0, LONGEST_COUNTY, 4),
        (1, LONGEST_COUNTY, 4),
        (0, "市直单位", 5),
        (1, "市交通运输局", 5),
    ]


def test_the_contents_name_the_page_and_jump_to_it(press: Press, tmp_path: Path) -> None:
    path = tmp_path / "全部.pdf"
    write_merged(path, press, A4, SIGNS, "宜州区海报", NOW)

    reader = PdfReader(path)

    lines = reader.pages[0].extract_text().split()
    assert lines[lines.index("三岔镇") + 1] == "4"
    jumps = [note.get_object()["/A"]["/D"] for note in reader.pages[0]["/Annots"]]
    there = [reader.named_destinations[jump].page for jump in jumps]
    assert [reader.get_page_number(page.get_object()) for page in there] == [1, 1, 2, 3, 4, 4, 5, 5]


def test_a_merged_pdf_of_sheets_begins_a_page_for_each_county(press: Press, tmp_path: Path) -> None:
    path = tmp_path / "卡片.pdf"

    assert (
        write_merged(path, press, SHEET_8, SIGNS + [make_sign("p_1", group="另一组")] * 9, "卡片", NOW) == 6
    )


def test_a_full_disk_is_told_in_a_sentence_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(NotWritten, match=r"文件 海报\.zip 没有写成：磁盘满了.*没有留下半个文件"):
        write_zip(tmp_path / "海报.zip", FullDisk(), SIGNS, NOW)

    assert list(tmp_path.iterdir()) == []


def test_a_broken_run_leaves_the_old_file_as_it_was(press: Press, tmp_path: Path) -> None:
    path = tmp_path / "全部.pdf"
    path.write_bytes(b"old")

    def stopped(_count: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_merged(path, press, A4, SIGNS, "海报", NOW, stopped)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("where", ["没有/海报.zip", "文件/海报.zip", "夹"])
def test_a_place_that_takes_no_file_is_told_in_a_sentence(tmp_path: Path, where: str) -> None:
    (tmp_path / "文件").touch()
    (tmp_path / "夹").mkdir()

    with pytest.raises(NotWritten, match=r"没有写成：.*文件夹"):
        write_zip(tmp_path / where, BareCodes("svg", 40), SIGNS[:1], NOW)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["夹", "文件"]


def test_a_code_that_stands_in_the_list_twice_is_refused(press: Press, tmp_path: Path) -> None:
    with pytest.raises(CannotDraw, match="出现了两次"):
        write_zip(tmp_path / "海报.zip", BareCodes("svg", 40), [SIGNS[0], SIGNS[0]], NOW)


def test_an_empty_list_and_an_unknown_format_are_refused(press: Press, tmp_path: Path) -> None:
    with pytest.raises(CannotDraw, match="没有要画的二维码"):
        write_zip(tmp_path / "海报.zip", BareCodes("svg", 40), [], NOW)
    with pytest.raises(CannotDraw, match="不能存成 bmp"):
        Pages(press, A4, "bmp")


def test_names_are_fit_for_any_system() -> None:
    assert file_name('a/b\\c:d*e?"<>|\n ') == "a b c d e"
    assert file_name("...") == "未命名"
    assert len(file_name("长" * 200)) == 60


def test_twelve_posters_take_less_than_six_seconds(press: Press, tmp_path: Path) -> None:
    signs = [make_sign(f"p_{451203100 + at}", name=f"第{at}镇") for at in range(12)]
    begun = time.process_time()

    write_zip(tmp_path / "海报.zip", Pages(press, A4, "pdf"), signs, NOW)

    # Processor time: a shared machine's other work does not count.
    assert time.process_time() - begun < 6
