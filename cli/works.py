"""What the worker does for people who asked for long work, by the kind of task. Tied together here."""

from collections.abc import Mapping

from sqlalchemy import Engine

from bot.wechat.codes import PlatformCodes
from cli.ballot_rounds import SLIPS_TASK, slips_for_task
from cli.feedback import reports_for_task
from cli.platform import open_client
from cli.posters import print_for_task
from core.clock import Clock
from core.codes.creating import create_codes
from core.codes.planning import TASK_KIND as CREATE_CODES
from core.config import Settings
from core.exports.answers import export_for_task
from core.exports.wishes import TASK_KIND as EXPORT_ANSWERS
from core.feedback.report import TASK_KIND as FEEDBACK_REPORTS
from core.rectification.large_loads import LOAD_KIND, LOOK_KIND, load_for_task, look_for_task
from core.tasks.running import Made, TaskHold, Work
from qrcodes.orders import TASK_KIND as PRINT_ORDER


def task_works(settings: Settings, engine: Engine, clock: Clock) -> Mapping[str, Work]:
    """Kind of task → what does it."""

    def make_codes(hold: TaskHold) -> Made:
        with open_client(settings, engine, clock) as client:
            return create_codes(engine, PlatformCodes(client), hold, clock)

    def make_posters(hold: TaskHold) -> Made:
        return print_for_task(hold, engine, settings, clock)

    def make_slips(hold: TaskHold) -> Made:
        return slips_for_task(hold, engine, settings, clock)

    def look_at_items(hold: TaskHold) -> Made:
        return look_for_task(hold, engine, settings.var, clock)

    def load_items(hold: TaskHold) -> Made:
        return load_for_task(hold, engine, settings.var, clock)

    def make_answers(hold: TaskHold) -> Made:
        return export_for_task(hold, engine, clock)

    def make_reports(hold: TaskHold) -> Made:
        return reports_for_task(hold, engine, settings, clock)

    return {
        LOOK_KIND: look_at_items,
        LOAD_KIND: load_items,
        EXPORT_ANSWERS: make_answers,
        FEEDBACK_REPORTS: make_reports,
        SLIPS_TASK: make_slips,
        CREATE_CODES: make_codes,
        PRINT_ORDER: make_posters,
    }
