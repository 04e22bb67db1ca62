"""What the worker does for people who asked for long work, by the kind of task. Tied together here."""

from collections.abc import Mapping

from core.tasks.running import Work


def task_works() -> Mapping[str, Work]:
    """Kind of task → what does it."""
    return {}
