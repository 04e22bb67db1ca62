"""What people said in their own words: by question or dimension, place and unit, and by words."""

from flask import g, render_template, request

from admin.filters import PAGE_SIZE, read_choice, read_page, read_view
from admin.highlighting import highlighted
from admin.paging import MOST_COUNTED, Paging
from admin.parts import parts
from admin.routes import LOOKERS, RESULT_READERS, Route
from core.opinions.grams import MAX_SEARCH_CHARS, words_of
from core.opinions.said import WantedOpinions, count_opinions, list_opinions
from core.opinions.striking import masked
from core.reports.opinions import OpenQuestion, open_questions

MEDIA = ("media",)


def index(round_id: int) -> str:
    """The list, newest first."""
    search = _search(request.args.get("q", ""))
    page = read_page(request.args)
    with parts().reading() as connection:
        view = read_view(parts().catalog(connection), round_id, request.args, one_questionnaire=True)
        assert view.questionnaire is not None, "one was asked for"
        questions = open_questions(view.questionnaire)
        dimension = read_choice(request.args, "dimension", view.questionnaire.dimensions, "方面")
        question = read_choice(request.args, "question", [each.id for each in questions], "题目")
        with_media = read_choice(request.args, "with", MEDIA, "筛选")
        wanted = WantedOpinions(
            scope=view.scope,
            who=view.questionnaire.audience.who,
            questions=_asked(questions, dimension, question),
            search=search,
            has_media=bool(with_media),
        )
        paging = Paging.of_counted(page, count_opinions(connection, wanted, MOST_COUNTED), PAGE_SIZE)
        lines = list_opinions(connection, wanted, paging.offset, paging.size, is_long=paging.is_more)
        # Others than the office neither hear nor see the people.
        sees_media = g.staff.role in LOOKERS
        media_ids = [media.media_id for line in lines for media in line.media]
        kept = parts().find_media(connection, media_ids) if media_ids and sees_media else {}
    return render_template(
        "opinions.html",
        view=view,
        lines=lines,
        paging=paging,
        titles={each.id: each.title for each in questions},
        questions=questions,
        dimensions={
            code: name for code, name in view.questionnaire.dimensions.items() if _has(questions, code)
        },
        dimension=dimension,
        question=question,
        with_media=with_media,
        search=search,
        kept=kept,
        sees_media=sees_media,
        # In lists numbers are masked, whoever looks; as it was said it stands in the response alone.
        says=lambda said: highlighted(masked(said), words_of(search)),
    )


def _search(given: str) -> str:
    """The words as typed, without what no text can hold."""
    return "".join(c if c.isprintable() else " " for c in given[:MAX_SEARCH_CHARS]).strip()


def _asked(questions: tuple[OpenQuestion, ...], dimension: str, question: str) -> tuple[str, ...]:
    return tuple(
        each.id
        for each in questions
        if question in ("", each.id) and (not dimension or dimension in each.dimensions)
    )


def _has(questions: tuple[OpenQuestion, ...], dimension: str) -> bool:
    return any(dimension in each.dimensions for each in questions)


ROUTES = (Route("/rounds/<int:round_id>/opinions", "opinions", index, RESULT_READERS),)
