"""
`questionnaire play FILE`: chat through a questionnaire in the terminal. Nothing is stored.

The author of a questionnaire needs no phone and no database: places and units come from the shipped lists.
"""

import secrets
import sys
from pathlib import Path

import click

from bot.render import render
from bot.rendering.pieces import Frame
from cli.groups import Command
from core.conversation import engine
from core.conversation.inputs import Input, Photo, Said, Voice
from core.conversation.state import NOBODY, Owner, RunState
from core.errors import NotFound
from core.places.gazetteer import Gazetteer
from core.places.shipped import shipped_gazetteer
from core.questionnaires.reader import load_text

FRAME = Frame(
    round_id=0,
    run=1,
    office_name="（本单位名称）",
    office_phone="（本单位电话）",
    office_hours="（办公时间）",
    links=False,
)
# What a media id looks like does not matter: nothing is fetched here.
VOICE, PHOTO = Voice("voice-of-the-terminal"), Photo("photo-of-the-terminal")
HELP = """命令：/语音 发一条语音　/照片 发一张照片　/状态 看记下了什么　/退出 结束；其他都当作打的字。"""


@click.command(cls=Command)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--place", default="", help="从哪个地方的码扫进来（代码，如 451203100）。")
@click.option("--unit", default="", help="从哪个单位的码扫进来（代码，如 U017）。")
@click.option("--seed", type=int, default=None, help="打乱顺序用的数；给同一个数，顺序就一样。")
def play(file: Path, place: str, unit: str, seed: int | None) -> None:
    """
    在终端里试答一份问卷，不保存。

    例：python -m cli questionnaire play bot/questionnaires/residents-2021.yaml --place 451203100
    """
    questionnaire = load_text(file.read_bytes(), str(file))
    gazetteer = shipped_gazetteer()
    source = _owner(gazetteer, place, unit)
    needs = questionnaire.subject
    if needs != "none" and source.kind == "none":
        raise click.UsageError("这份问卷要评价一个地方或单位，请加 --place 或 --unit。")
    script = engine.Script(
        questionnaire, gazetteer, office_name=FRAME.office_name, office_phone=FRAME.office_phone
    )
    step = engine.begin(
        script,
        subject=source if needs != "none" else NOBODY,
        source=source,
        source_is_chosen=False,
        channel="wechat",
        seed=secrets.randbits(32) if seed is None else seed,
    )
    click.secho(HELP, dim=True)
    while True:
        if step.prompts:
            click.echo(f"\n{render(step.prompts, FRAME)}\n")
        if step.state.stage == "finished":
            _show(step.state)
            return
        words = _next_line()
        if words is None or words == "/退出":
            return
        if words == "/状态":
            _show(step.state)
            continue
        step = engine.step(script, step.state, _input(words))


def _owner(gazetteer: Gazetteer, place: str, unit: str) -> Owner:
    """Whose code was scanned, as far as given."""
    if place:
        node = gazetteer.place(place)
        if node is None:
            raise NotFound(f"没有代码是 {place} 的地方。")
        return Owner("place", node.code, gazetteer.full_name(node.code))
    if unit:
        found = gazetteer.unit(unit)
        if found is None:
            raise NotFound(f"没有代码是 {unit} 的单位。")
        return Owner("unit", found.code, found.short_name)
    return NOBODY


def _next_line() -> str | None:
    """What is typed next; None at the end."""
    click.echo("> ", nl=False)
    line = sys.stdin.readline()
    if not sys.stdin.isatty():
        click.echo(line.rstrip("\n"))
    return line.strip() if line else None


def _input(words: str) -> Input:
    if words == "/语音":
        return VOICE
    return PHOTO if words == "/照片" else Said(words)


def _show(state: RunState) -> None:
    """What is noted so far, a line an answer."""
    for key, answer in state.answers.items():
        parts = [*answer.codes, answer.text]
        if answer.number is not None:
            parts.append(f"{answer.number:g}")
        parts += ["（语音）"] * len(answer.voices) + ["（照片）"] * len(answer.photos)
        click.echo(f"{key}: {' '.join(part for part in parts if part) or '（没答）'}")
    if state.outcome:
        click.echo(f"结果：{state.outcome}")
