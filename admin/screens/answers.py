"""How each question of a questionnaire was answered, in a round or any part of it."""

from flask import render_template, request

from admin.filters import read_view
from admin.parts import parts
from admin.routes import RESULT_READERS, Route
from core.reports.figures import question_figures, total_score
from core.reports.progress import in_all
from core.reports.tally import counts


def show(round_id: int) -> str:
    """Counts, shares and scores, question by question."""
    with parts().reading() as connection:
        view = read_view(parts().catalog(connection), round_id, request.args, one_questionnaire=True)
        assert view.questionnaire is not None, "one was asked for"
        figures = question_figures(view.questionnaire, view.gazetteer, counts(connection, view.scope))
        ended = in_all(connection, view.scope)
    return render_template(
        "answers.html",
        view=view,
        figures=figures,
        total=total_score(each for each in figures if not each.items),
        ended=ended,
    )


ROUTES = (Route("/rounds/<int:round_id>/answers", "answers", show, RESULT_READERS),)
