"""
Every filter of every page, asked for nonsense: a sentence, never an error of ours.

Which words of an address a page reads is seen while it is read, so a new filter is tried without anybody
thinking of it.
"""

import io
import re
from itertools import cycle
from typing import Any

import pytest
from flask import Flask, Request
from sqlalchemy import Engine
from werkzeug.datastructures import ImmutableMultiDict

from admin.parts import Parts
from admin.routes import EVERYBODY
from tests.admin.conftest import Browser
from tests.admin.test_reach import ROUTES, Planted, planted, survey

__all__ = ["planted"]

NONSENSE = (
    "%",
    "'\"--",
    "99999999999999999999",
    "²",
    "\x00",
    "\\",
    "2026-13-45",
    "-1",
    "x" * 3000,
    "9999-12-31",
)
# Drawn on paper or as a picture, which takes long; their words are read as those of the pages they stand on.
LEFT_OUT = {"results_png", "feedback_pdf", "item_unit_pdf"}
READ = set[str]()


class Noting(ImmutableMultiDict[str, str]):
    """The arguments of an address; notes which are asked for."""

    def get(self, key: Any, *others: Any, **named: Any) -> Any:
        """As ever."""
        READ.add(key)
        return super().get(key, *others, **named)

    def getlist(self, key: Any, *others: Any) -> Any:
        """As ever."""
        READ.add(key)
        return super().getlist(key, *others)


class NotingRequest(Request):
    """A request whose arguments tell which of them are read."""

    parameter_storage_class = Noting


@pytest.fixture
def engine(sqlite_engine: Engine) -> Engine:
    """What is refused is refused before the database; searches are tried on both elsewhere."""
    return sqlite_engine


@pytest.fixture
def filters(app: Flask, office: Browser, planted: Planted) -> list[tuple[str, set[str]]]:
    """Every page the office can open, with the words its address may hold."""
    app.request_class = NotingRequest
    found = []
    for route in ROUTES:
        if "GET" not in route.methods or route.name in LEFT_OUT:
            continue
        path = next(planted.addresses(route))
        READ.clear()
        with office.get(path) as answer:
            assert answer.status_code < 500, path
        if answer.status_code == 200:
            found.append((path, set(READ)))
    return found


def test_nonsense_and_reversed_days_in_any_filter_are_a_sentence(
    office: Browser, filters: list[tuple[str, set[str]]], caplog: pytest.LogCaptureFixture
) -> None:
    nonsense, tried = cycle(NONSENSE), 0
    for path, names in filters:
        for name in sorted(names):
            for _ in range(2):
                given = {name: next(nonsense)}
                with office.get(path, query_string=given) as answer:
                    assert answer.status_code in (200, 303, 400, 404, 409), (path, given)
                    if answer.status_code >= 400:
                        assert re.search(r"[\u4e00-\u9fff].*。", answer.text), (path, given)
                tried += 1

    assert tried > 200
    _reversed_days_are_told(office, filters)
    assert "request_failed" not in caplog.messages


def _reversed_days_are_told(office: Browser, filters: list[tuple[str, set[str]]]) -> None:
    with_days = [
        (path, pair)
        for path, names in filters
        for pair in (("since", "until"), ("from", "to"))
        if names >= {*pair}
    ]
    seen = 0
    for path, (first, last) in with_days:
        if path.endswith("/export") or "/results/" in path:
            continue  # a form of its own (`test_export`); only one view of results has days (below)
        answer = office.get(path, query_string={first: "2026-12-02", last: "2026-12-01"})
        assert answer.status_code == 400, path
        assert "对调" in answer.text or "早" in answer.text, path
        seen += 1

    assert seen >= 3
    days = office.get("/results/1/days?since=2026-12-02&until=2026-12-01")
    assert days.status_code == 400
    assert "对调" in days.text


def test_what_no_database_can_keep_is_refused_whatever_form_it_came_in(
    office: Browser, planted: Planted, caplog: pytest.LogCaptureFixture
) -> None:
    token = office.token("/")
    for route in ROUTES:
        if "POST" in route.methods and route.roles != EVERYBODY:
            form = {"csrf_token": token, "words": "a\0b"}
            answer = office.client.post(f"/admin{next(planted.addresses(route))}", data=form)
            assert answer.status_code == 409, route
            assert "存不下的字符" in answer.text

    assert office.get("/").status_code == 200
    assert "request_failed" not in caplog.messages


@pytest.mark.parametrize(
    ("path", "header", "row"),
    [
        ("/items/load", "意见建议,类别,来源,牵头单位,整改时限", "修路,交通,去年,没有这个单位,明年"),
        ("/codes/load", "场景值,地址", "x y,ftp://x"),
        ("/liaisons/load", "单位,姓名,手机号", "没有这个单位,覃大山,12"),
        ("/population/load", "乡镇,人口,年份,来源", "没有这个乡镇,很多,去年,公报"),
    ],
    ids=["items", "codes", "liaisons", "population"],
)
def test_a_table_with_a_thousand_faults_tells_the_first_and_how_many_and_writes_nothing(
    office: Browser, parts: Parts, round_id: int, path: str, header: str, row: str
) -> None:
    before = survey(parts)
    table = "\n".join([header, *[row] * 1000]).encode()

    answer = office.post(
        path, {"file": (io.BytesIO(table), "表.csv")}, page="/population", follow_redirects=True
    )

    assert answer.status_code == 400
    assert len(answer.text) < 200_000
    assert re.search(r"有[\d\s]+处", answer.text)
    assert "第2行" in answer.text
    assert survey(parts) == before
