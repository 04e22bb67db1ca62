"""What is taken away of a view of results: the table as xlsx, its chart as SVG or PNG, with their imprint."""

import io
from pathlib import Path
from typing import Any

from flask import request, send_file

from admin.audit import note_view
from admin.downloads import checksum_of, dated_name, make_download
from admin.parts import parts
from admin.results_charts import DESK_PX, chart_of
from admin.routes import RESULT_READERS, Route
from admin.screens.results import Shown, shown_of
from core.audit.acts import Act, about
from core.audit.chain import Details
from core.audit.exported import CHECKSUM
from core.charts.captions import with_caption
from core.errors import NotFound
from core.results.tables import file_rows
from core.sheets.out_columns import OutColumn
from core.sheets.writing import table_file

SHEET = "结果"
# Twice as many pixels as on screen: sharp on paper.
PNG_SCALE = 2.0


class NoChart(NotFound):
    """The view is drawn as a table alone, or nothing came yet."""

    say = "这一页没有图。请用表格，或者换个范围。"


def xlsx(round_id: int, view: str) -> Any:
    """The table and, below it, where its figures come from."""
    with parts().reading() as connection:
        shown = shown_of(connection, round_id, view)
    download = make_download(_name(shown), "xlsx", lambda path: _write(shown, path))
    note_view(Act.LIST_EXPORTED, about("round", round_id), {**download.details, **_noted(shown)})
    return download.send()


def svg(round_id: int, view: str) -> Any:
    """The chart as a file for other programs."""
    return _send(round_id, view, "svg")


def png(round_id: int, view: str) -> Any:
    """The chart as a picture."""
    return _send(round_id, view, "png")


def _send(round_id: int, view: str, kind: str) -> Any:
    with parts().reading() as connection:
        shown = shown_of(connection, round_id, view)
    chart = chart_of(shown.view, shown.table, DESK_PX)
    if chart is None:
        raise NoChart
    drawn = with_caption(chart, f"{shown.view.round.name}：{shown.table.title}", shown.imprint.lines)
    content = drawn.encode()
    if kind == "png":
        # Typst is large; only who wants a picture loads it.
        from qrcodes.typesetting import svg_as_png

        content = svg_as_png(drawn, PNG_SCALE)
    note_view(
        Act.LIST_EXPORTED,
        about("round", round_id),
        {"格式": kind, CHECKSUM: checksum_of(content), **_noted(shown)},
    )
    sent = send_file(
        io.BytesIO(content),
        mimetype="image/svg+xml" if kind == "svg" else "image/png",
        as_attachment=request.args.get("show") != "1",
        download_name=dated_name(_name(shown), kind),
    )
    sent.headers["Cache-Control"] = "no-store"
    return sent


def _noted(shown: Shown) -> Details:
    return {"表": _name(shown), "范围": shown.view.filter_words}


def _name(shown: Shown) -> str:
    return f"{shown.view.round.name}-{shown.view.where}-{shown.table.title}"


def _write(shown: Shown, path: Path) -> int:
    heads, *rows = file_rows(shown.table)
    with table_file(path, "xlsx", [OutColumn(name=str(head)) for head in heads], SHEET) as write:
        for row in rows:
            write(row)
        write([])
        for what, words in (*shown.imprint.lines, *(("说明", note) for note in shown.table.notes)):
            write([what, words])
    return len(rows)


ROUTES = (
    Route("/results/<int:round_id>/<view>/table.xlsx", "results_xlsx", xlsx, RESULT_READERS),
    Route("/results/<int:round_id>/<view>/chart.svg", "results_svg", svg, RESULT_READERS),
    Route("/results/<int:round_id>/<view>/chart.png", "results_png", png, RESULT_READERS),
)
