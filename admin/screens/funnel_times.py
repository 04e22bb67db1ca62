"""When people scan and finish: day by day, and by hours of the week; and at which question they stop."""

from flask import render_template, request

from admin.filters import read_choice
from admin.funnel_view import READERS, funnel_view
from admin.routes import Route
from core.charts.heat import HOURS, week_heat
from core.charts.lines import Series, daily_curves
from core.funnel.events import Kind
from core.funnel.reading import by_question, every_day

CURVES = ((Kind.SCAN, "扫码"), (Kind.START, "开始"), (Kind.COMPLETE, "完成"))
HEAT_KINDS = {Kind.SCAN.value: "扫码", Kind.START.value: "开始作答", Kind.COMPLETE.value: "完成"}
DESK, PHONE = (1080, 320), (358, 260)
DAYS_A_WEEK = 7


def days(round_id: int) -> str:
    """The curve and, below it, its figures."""
    with funnel_view(round_id, by_material=True) as view:
        found = view.funnel.along("day", view.where)
        lines = every_day(found, found[0].day, max(found[-1].day, view.last_day)) if found else []
        series = [Series(name, [line[kind].people for line in lines]) for kind, name in CURVES]
        told = f"{view.sentence}：每天扫码、开始作答、完成的人数"
        charts = [
            daily_curves([line.day for line in lines], series, told, width=width, height=height)
            for width, height in (DESK, PHONE)
            if lines
        ]
        return render_template(
            "funnel_days.html",
            view=view,
            lines=lines[::-1],
            charts=charts,
            total=view.funnel.total(view.where),
            Kind=Kind,
        )


def hours(round_id: int) -> str:
    """The week by hours."""
    kind = read_choice(request.args, "kind", HEAT_KINDS, "数") or Kind.SCAN.value
    with funnel_view(round_id, by_material=True) as view:
        counts = [[0] * HOURS for _ in range(DAYS_A_WEEK)]
        for line in view.funnel.along("hour", view.where):
            day, hour = divmod(line.step, HOURS)
            counts[day][hour] = line[Kind(kind)].visits
        most, day, hour = max(
            (count, -day, -hour) for day, row in enumerate(counts) for hour, count in enumerate(row)
        )
        told = f"{view.sentence}：一周里每个钟点{HEAT_KINDS[kind]}的次数"
        return render_template(
            "funnel_hours.html",
            view=view,
            kind=kind,
            kinds=HEAT_KINDS,
            chart=week_heat(counts, told),
            busiest=(most, -day, -hour),
        )


def questions(round_id: int) -> str:
    """Where people stop."""
    with funnel_view(round_id, by_material=True) as view:
        found = by_question(view.funnel.along("question", view.where))
        visits = sum(figure.visits for _questionnaire, _slot, figure in found)
        titles = {each.id: each.title for each in view.round.questionnaires.values()}
        rows = [
            (titles.get(questionnaire, questionnaire), view.names.question(questionnaire, slot), figure)
            for questionnaire, slot, figure in found
        ]
        return render_template(
            "funnel_questions.html",
            view=view,
            rows=rows,
            visits=visits,
            total=view.funnel.total(view.where),
            Kind=Kind,
        )


ROUTES = (
    Route("/rounds/<int:round_id>/funnel/days", "funnel_days", days, READERS),
    Route("/rounds/<int:round_id>/funnel/hours", "funnel_hours", hours, READERS),
    Route("/rounds/<int:round_id>/funnel/questions", "funnel_questions", questions, READERS),
)
