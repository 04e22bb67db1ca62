"""How each question of a questionnaire was answered, in a round or any part of it."""

from flask import render_template, request

from admin.filters import View, read_view
from admin.parts import parts
from admin.routes import RESULT_READERS, Route
from core.reports.addresses import answers_address
from core.reports.figures import question_figures
from core.reports.imprint import Imprint, imprint_of
from core.reports.tally import Ended, channels
from core.responses.channels import CHANNEL_WORDS
from core.results.questions import questions_table
from core.results.source import Live
from core.results.tables import Table
from core.results.views import Part, endings


def show(round_id: int) -> str:
    """Counts, shares and scores, question by question."""
    with parts().reading() as connection:
        view = read_view(parts().catalog(connection), round_id, request.args, one_questionnaire=True)
        assert view.questionnaire is not None, "one was asked for"
        source = Live(connection, parts().clock())
        counted = source.counts_by(view.scope, "all").get("", {})
        ended, set_aside = endings(source, view.scope)
        came_through = channels(connection, view.scope)
    part = Part(scope=view.scope, questionnaire=view.questionnaire, gazetteer=view.gazetteer)
    table = questions_table(part, counted)
    return render_template(
        "answers.html",
        view=view,
        figures=question_figures(view.questionnaire, view.gazetteer, counted),
        table=table,
        ended=ended,
        imprint=_imprint(view, table, ended, set_aside, came_through, source),
    )


def _imprint(
    view: View, table: Table, ended: Ended, set_aside: int, came_through: list[str], source: Live
) -> Imprint:
    assert view.questionnaire is not None
    through = "、".join(CHANNEL_WORDS.get(each, each) for each in came_through)
    words = [view.where, through + ("合在一起" if len(came_through) > 1 else ""), view.aside_words]
    return imprint_of(
        table.printed(),
        view.questionnaire,
        title=view.title,
        round_name=view.round.name,
        filter_words=" · ".join(word for word in words if word),
        link=answers_address(view.round.id, view.args),
        n=ended.complete,
        set_aside=set_aside,
        with_set_aside=view.with_set_aside,
        at=source.at,
        channels=came_through,
    )


ROUTES = (Route("/rounds/<int:round_id>/answers", "answers", show, RESULT_READERS),)
