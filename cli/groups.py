"""
Commands and groups as ours look: help in Chinese, and modules imported only when a command is called.

click's own words in `--help` come from its message catalogue, of which it ships none; so the few that
people see are written here.
"""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click


class ChineseHelp(click.Command):
    """What commands and groups have in common."""

    def __init__(self, *arguments: Any, **rest: Any) -> None:
        rest.setdefault("options_metavar", "[选项]")
        super().__init__(*arguments, **rest)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The first line of `--help`."""
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix="用法：")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options in `--help`."""
        options = [each for each in self.get_params(ctx) if isinstance(each, click.Option)]
        records = [record for each in options if (record := each.get_help_record(ctx))]
        with formatter.section("选项"):
            formatter.write_dl([(name, told.replace("[required]", "必填。")) for name, told in records])

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """`--help` itself."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "显示用法。"
        return option


class Command(ChineseHelp):
    """One command."""


class Group(ChineseHelp, click.Group):
    """A command with commands below it."""

    command_class = Command

    def __init__(self, *arguments: Any, **rest: Any) -> None:
        rest.setdefault("subcommand_metavar", "命令 …")
        super().__init__(*arguments, **rest)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options, then the commands."""
        super().format_options(ctx, formatter)
        self.format_commands(ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands in `--help`, each with the first sentence of its own help."""
        found = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        with formatter.section("命令"):
            formatter.write_dl([(name, each.get_short_help_str(60)) for name, each in found if each])


class LazyGroup(Group):
    """`commands_at`: name → (`module:attribute`, one line of help)."""

    def __init__(
        self, *arguments: Any, commands_at: Mapping[str, tuple[str, str]] | None = None, **rest: Any
    ) -> None:
        super().__init__(*arguments, **rest)
        self._commands_at = commands_at or {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, in the order they were given."""
        return list(self._commands_at)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, None when there is none."""
        if cmd_name not in self._commands_at:
            return None
        module, _, attribute = self._commands_at[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands in `--help`, without importing anything."""
        with formatter.section("命令"):
            formatter.write_dl([(name, line) for name, (_, line) in self._commands_at.items()])
