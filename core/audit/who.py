"""Whoever did it: a staff account, a command typed on the server, a liaison in the chat, or the program."""

from dataclasses import dataclass
from typing import Literal

WhoKind = Literal["staff", "command", "program", "liaison", "nobody"]

WHO_TITLES: dict[WhoKind, str] = {
    "staff": "账号",
    "command": "命令行",
    "program": "程序",
    "liaison": "联络员（微信里）",
    "nobody": "没登录的人",
}


@dataclass(frozen=True, slots=True)
class Who:
    """
    `id` is the account's or liaison's number, None where there is none.

    `name` is an account's name, the system user who typed a command, or '': never a liaison's or a
    respondent's name.
    """

    kind: WhoKind
    id: int | None = None
    name: str = ""

    @classmethod
    def staff(cls, staff_id: int, name: str) -> "Who":
        """Somebody with an account, in the browser or by their password on the command line."""
        return cls("staff", staff_id, name)

    @classmethod
    def liaison(cls, liaison_id: int) -> "Who":
        """A liaison in the chat."""
        return cls("liaison", liaison_id)


PROGRAM = Who("program")
NOBODY = Who("nobody")
