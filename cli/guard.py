"""
What a failure looks like from the outside: an exit code and one clear Chinese sentence, never a traceback.

A mistake is told; a bug is told in one line too, and its traceback kept in a file (or shown with
`--debug`).
"""

import os
import tempfile
import traceback
from pathlib import Path

import click
from sqlalchemy.exc import DBAPIError

from cli.parts import load_settings
from core.clock import local, system_clock
from core.errors import ConfigError, SurveyError

DONE, FAILED, WRONG_USAGE = 0, 1, 2


def explained(error: BaseException, *, debug: bool) -> tuple[int, str]:
    """The exit code for an error, and what to say ('' for nothing)."""
    if isinstance(error, click.exceptions.Exit):
        return error.exit_code, ""
    if isinstance(error, click.UsageError):
        return WRONG_USAGE, _usage(error)
    if isinstance(error, click.ClickException):
        return FAILED, error.format_message()
    if isinstance(error, click.Abort | KeyboardInterrupt):
        return FAILED, "已中断。"
    if isinstance(error, SurveyError):
        return FAILED, str(error)
    if isinstance(error, BrokenPipeError):
        # Whoever read our output has left (`| head`); Python must not try to write to it once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return FAILED, ""
    if isinstance(error, SystemExit):
        return int(error.code or DONE), ""
    if debug:
        return FAILED, "".join(traceback.format_exception(error)).rstrip()
    if isinstance(error, DBAPIError):
        return FAILED, f"数据库出错：{_first_line(error.orig)}。请运行 python -m cli doctor 看看哪里不对。"
    if isinstance(error, OSError) and error.filename:
        return FAILED, f"文件 {error.filename} 读写不了：{error.strerror}。"
    return FAILED, f"程序出错了，没有完成。详细记录在 {_kept(error)}；请把它交给维护人员。"


def _usage(error: click.UsageError) -> str:
    path = error.ctx.command_path if error.ctx else "python -m cli"
    return f"{_in_chinese(error)} 看用法：{path} --help"


def _in_chinese(error: click.UsageError) -> str:
    """What click found wrong. Sentences of our own commands are Chinese already."""
    if isinstance(error, click.MissingParameter):
        return f"缺少 {_name(error)}。"
    if isinstance(error, click.NoSuchCommand):
        return f"没有命令 {error.command_name}。"
    if isinstance(error, click.NoSuchOption):
        return f"没有选项 {error.option_name}。"
    if isinstance(error, click.BadOptionUsage):
        return f"选项 {error.option_name} 用得不对。"
    if isinstance(error, click.BadParameter) and error.param and isinstance(error.param.type, click.Choice):
        return f"{_name(error)} 只能是 {'、'.join(error.param.type.choices)}。"
    if isinstance(error, click.BadParameter):
        return f"{_name(error)} 不对：{error.message}"
    return error.format_message()


def _name(error: click.BadParameter) -> str:
    hint = error.param.get_error_hint(error.ctx) if error.param is not None else error.param_hint
    return (hint if isinstance(hint, str) else " ".join(hint or ())).replace("'", "")


def _first_line(error: BaseException | None) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__


def _kept(error: BaseException) -> Path:
    """Write the traceback where it can be found again; the file's path."""
    now = local(system_clock())
    words = f"{now.isoformat(timespec='seconds')}\n{''.join(traceback.format_exception(error))}\n"
    try:
        folder = load_settings().var / "logs"
        folder.mkdir(parents=True, exist_ok=True)
        return _appended(folder / "errors.log", words)
    except (ConfigError, OSError):
        return _appended(Path(tempfile.gettempdir()) / f"minyi-errors-{now:%Y%m%d}.log", words)


def _appended(path: Path, words: str) -> Path:
    with path.open("a", encoding="utf-8") as out:
        out.write(words)
    return path
