"""What somebody is to their county or unit."""

from enum import StrEnum


class Kind(StrEnum):
    """
    liaison: the one who is written to. deputy: written to as well. head: hears when it becomes serious.
    standin: stands in during a holiday, from a day to a day.
    """

    LIAISON = "liaison"
    DEPUTY = "deputy"
    HEAD = "head"
    STANDIN = "standin"


KIND_TITLES = {
    Kind.LIAISON: "联络员",
    Kind.DEPUTY: "副联络员",
    Kind.HEAD: "负责人",
    Kind.STANDIN: "假期代班",
}
# Each day's work goes to these; the head hears when it becomes serious.
DAILY = frozenset({Kind.LIAISON, Kind.DEPUTY, Kind.STANDIN})
