"""What somebody who wants to print means: the codes that may be, and a sentence for each that must not."""

from dataclasses import dataclass

from sqlalchemy import Connection

from core.codes.listing import CodeFilter, CodeLine, printable_codes, why_not_printed
from core.errors import Refused
from core.people.reach import Reach
from core.places.gazetteer import Gazetteer

# More names in one sentence nobody reads.
NAMED_IN_A_SENTENCE = 5


class NothingToPrint(Refused):
    """No such code was made, or none of them may be printed."""

    say = "选中的范围里还没有已生成的二维码。请先生成二维码，再做海报。"


@dataclass(frozen=True, slots=True)
class Printing:
    """The codes that are printed, and a sentence for each that is not."""

    lines: tuple[CodeLine, ...]
    refused: tuple[str, ...]

    @property
    def left_out(self) -> str:
        """What was left out, in a sentence and a short list; '' when nothing was."""
        if not self.refused:
            return ""
        named = "\n".join(f"· {each}" for each in self.refused[:NAMED_IN_A_SENTENCE])
        more = len(self.refused) - NAMED_IN_A_SENTENCE
        return f"有{len(self.refused)}个没有印：\n{named}" + (f"\n· 还有{more}个" if more > 0 else "")


def find_printing(connection: Connection, wanted: CodeFilter, reach: Reach, gazetteer: Gazetteer) -> Printing:
    """What is wanted at this moment; NothingToPrint when nothing can be."""
    lines, refused = [], []
    for line in printable_codes(connection, wanted, reach, gazetteer):
        why = why_not_printed(line, gazetteer)
        if why:
            refused.append(why)
        else:
            lines.append(line)
    found = Printing(tuple(lines), tuple(refused))
    if not lines:
        raise NothingToPrint(found.left_out or None)
    return found
