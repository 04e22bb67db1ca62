"""
`feedback`: the feedback reports of counties and units, one as a PDF or all of them in a ZIP.

Also carried out by the worker for whoever asks in the browser.
"""

import zipfile
from pathlib import Path

import click
from sqlalchemy import Engine

from cli.groups import Group
from cli.parts import open_parts
from cli.progress import counting
from cli.who import typed_by
from core.audit.acts import Act, about
from core.audit.service import record
from core.clock import Clock, local
from core.config import Settings
from core.db.reading import reading
from core.errors import NotFound
from core.feedback.report import Subject, feedback, find_subject, subjects
from core.people.keys import KeyRing
from core.people.reach import EVERYTHING
from core.results.ranking import LEAST_N
from core.rounds.catalog import Catalog, RoundEntry, load_catalog
from core.tasks.running import Made, TaskHold
from qrcodes.feedback_paper import feedback_pdf
from qrcodes.progress import Progress, nobody
from qrcodes.writing import file_name, whole_file

OUT = click.Path(dir_okay=False, path_type=Path)
FOLDERS = {"county": "县（区）", "unit": "单位"}


class NoSuchRound(NotFound):
    """No round of this name was ever opened."""

    say = "没有叫这个名称的调查，或者它还没有开放过。看有哪些：python -m cli round list"


@click.group(cls=Group, name="feedback")
def feedback_() -> None:
    """
    反馈报告：每个县（区）、每个单位一份 PDF，交给他们自己。

    例：python -m cli feedback make --round 2026年度 --out 反馈报告.zip
    """


@feedback_.command()
@click.option("--round", "round_name", metavar="调查", required=True, help="哪次调查。")
@click.option(
    "--for", "code", metavar="代码", default="", help="只要这个县（区）或单位的；不写就是全部，装进 ZIP。"
)
@click.option(
    "--least",
    "least_n",
    metavar="份数",
    type=click.IntRange(1),
    default=LEAST_N,
    show_default=True,
    help="答卷不到这么多份的不排名次。",
)
@click.option("--out", type=OUT, metavar="文件", required=True, help="存到哪里：一份是 .pdf，全部是 .zip。")
def make(round_name: str, code: str, least_n: int, out: Path) -> None:
    """
    做反馈报告：得分、满意率、和全市比、各题怎么答、各乡镇、大家写了什么（涂掉电话姓名）、怎么算的。

    \b
    例：python -m cli feedback make --round 2026年度 --for 451228 --out 都安.pdf
        python -m cli feedback make --round 2026年度 --out 反馈报告.zip
    """
    with open_parts() as parts:
        now = parts.clock()
        with reading(parts.engine) as connection:
            catalog = load_catalog(connection, parts.keys, parts.settings.office)
            entry = next((each for each in catalog.rounds if each.name == round_name), None)
            if entry is None:
                raise NoSuchRound
            if code:
                subject = find_subject(catalog.gazetteer, code, EVERYTHING)
                report = feedback(connection, catalog.gazetteer, entry, subject, now, least_n)
                with whole_file(out) as file:
                    file.write(feedback_pdf(report, catalog.office, now))
                told = f"{subject.name}的反馈报告"
            else:
                chosen = subjects(catalog.gazetteer, EVERYTHING, entry)
                with counting("做报告", len(chosen), "份") as step:
                    _write_zip(parts.engine, catalog, entry, out, parts.clock, step, least_n)
                told = f"{len(chosen)}份反馈报告"
        details = {"表": "反馈报告", "范围": code or "全部"}
        with parts.transaction() as session:
            record(session, Act.LIST_EXPORTED, typed_by(), about("round", entry.id), details)
    click.echo(f"{told}：{out}")


def reports_for_task(hold: TaskHold, engine: Engine, settings: Settings, clock: Clock) -> Made:
    """All reports of the round a task names, as a ZIP."""
    with reading(engine) as connection:
        catalog = load_catalog(connection, KeyRing(settings.require_data_key()), settings.office)
    entry = catalog.round(int(hold.params["round_id"]))
    if entry is None:
        raise NoSuchRound
    total = len(subjects(catalog.gazetteer, EVERYTHING, entry))
    hold.expect(total)
    path = hold.path_for("zip")
    _write_zip(engine, catalog, entry, path, clock, hold.step, int(hold.params["least_n"]))
    name = file_name(f"{entry.name}-反馈报告-{local(clock()):%Y%m%d-%H%M}")
    return Made(f"{total}份反馈报告做好了。", path, f"{name}.zip", total)


def _write_zip(
    engine: Engine,
    catalog: Catalog,
    entry: RoundEntry,
    path: Path,
    clock: Clock,
    progress: Progress = nobody,
    least_n: int = LEAST_N,
) -> None:
    """A folder for counties, one for units; the file appears whole or not at all."""
    now = clock()
    with whole_file(path) as file, zipfile.ZipFile(file, "w") as archive:
        for subject in subjects(catalog.gazetteer, EVERYTHING, entry):
            # Each in a look of its own: nobody waits for ninety reports.
            with reading(engine) as connection:
                report = feedback(connection, catalog.gazetteer, entry, subject, now, least_n)
            name = zipfile.ZipInfo(_path_of(subject), local(now).timetuple()[:6])
            archive.writestr(name, feedback_pdf(report, catalog.office, now), zipfile.ZIP_STORED)
            progress(1)


def _path_of(subject: Subject) -> str:
    return f"{FOLDERS[subject.kind]}/{file_name(f'{subject.code}-{subject.name}')}.pdf"
