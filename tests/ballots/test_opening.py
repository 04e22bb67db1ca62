"""Opening: who may, when, what is shown and what stays hidden, and whether it adds up."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.ballots.box import find_box
from core.ballots.errors import BadPaper, NotOpenable
from core.ballots.models import BallotDraft, BallotResult
from core.ballots.opening import open_box, result_of
from core.ballots.paper import key_in, mark_slip
from core.ballots.report import export_columns, export_rows, protocol_data, sum_in_words
from core.ballots.status import Status, status_of
from core.ballots.suppression import LEAST, Line, hidden
from core.ballots.tally import OVERALL
from core.conversation.state import Answer
from tests.ballots.hall import Hall

JINCHENGJIANG = "451202"


def opens(hall: Hall, *which: int) -> dict[str, Any]:
    """Open with these witnesses' shares (all of them when none are named)."""
    with Session(hall.engine) as session, session.begin():
        shares = [hall.shares[i].share for i in which or range(3)]
        open_box(session, hall.script, hall.round_id, shares, hall.clock())
        return result_of(session, hall.round_id)


def status(hall: Hall) -> Status:
    with hall.engine.connect() as connection:
        found = status_of(connection, hall.round_id, hall.clock())
    assert found
    return found


def casts(hall: Hall, count: int, grade: str, **changed: str) -> None:
    """So many ballots with one grade everywhere, but for what is named (`economy@451202`)."""
    slips = hall.slips(max(10, count))
    for number in range(count):
        ballot = hall.filled(number)
        for key, answer in ballot.run.answers.items():
            if answer.codes:
                wanted = changed.get(key.replace("@", "_at_"), grade)
                ballot.run.answers[key] = Answer(codes=(wanted,)) if wanted else Answer()
        hall.casts(f"{grade} {number} {len(changed)}", slips[number], ballot)


def test_results_stay_closed_until_the_round_is_over_and_two_witnesses_came(hall: Hall) -> None:
    hall.casts_many(20)
    hall.mix()

    with pytest.raises(NotOpenable, match="还没有结束"):
        opens(hall)
    hall.close()
    with pytest.raises(NotOpenable, match="2位"):
        opens(hall, 1)
    with Session(hall.engine) as session, pytest.raises(NotOpenable, match="还没有开票"):
        result_of(session, hall.round_id)

    assert opens(hall, 0, 2)["ballots"] == 20


def test_means_distributions_and_ranks_are_those_of_the_ballots(sqlite_hall: Hall) -> None:
    hall = sqlite_hall
    casts(hall, 12, "g4", economy_at_451202="g2")
    casts(hall, 12, "g3", economy_at_451202="g2", rural_at_451203="dk")
    hall.mix()
    hall.close()

    table = opens(hall)["tables"][0]["cells"]

    assert table[JINCHENGJIANG]["economy"] == {
        "n": 24, "mean": "60.00", "counts": {"g2": 24}, "recused": 0, "rank": 11, "tied": False,
    }  # fmt: skip
    assert table["451203"]["economy"]["mean"] == "90.00"
    assert (table["451203"]["economy"]["rank"], table["451203"]["economy"]["tied"]) == (1, True)
    assert table["451203"]["rural"]["n"] == 12
    assert table["451203"]["rural"]["counts"] == {"g4": 12, "dk": 12}
    assert table["451203"]["rural"]["mean"] == "100.00"
    assert table[JINCHENGJIANG][OVERALL] == {"n": 24, "mean": "84.00", "rank": 11, "tied": False}


def test_figures_of_fewer_than_ten_ballots_are_hidden_with_a_neighbour(sqlite_hall: Hall) -> None:
    hall = sqlite_hall
    casts(hall, 12, "g4", economy_at_451202="dk")
    casts(hall, 9, "g1")
    hall.mix()
    hall.close()

    table = opens(hall)["tables"][0]["cells"]

    row = table[JINCHENGJIANG]
    assert row["economy"] == {"hidden": True}
    # Else the overall mean would give the nine away.
    assert sum(row[each] == {"hidden": True} for each in ("rural", "order", "ecology", "style")) == 1
    assert "hidden" not in table["451203"]["economy"]
    assert "g1" not in json.dumps(row["economy"])


def test_recused_and_unknown_counts_into_no_mean(sqlite_hall: Hall) -> None:
    hall = sqlite_hall
    casts(hall, 20, "dk")
    hall.mix()
    hall.close()

    cell = opens(hall)["tables"][0]["cells"][JINCHENGJIANG]["economy"]

    assert cell == {"n": 0, "mean": None, "counts": {"dk": 20}, "recused": 0}


def test_comments_are_cut_loose_and_shuffled(sqlite_hall: Hall) -> None:
    hall = sqlite_hall
    slips = hall.slips(20)
    for number, slip in enumerate(slips):
        hall.casts(f"p{number}", slip, hall.filled(number, comment=f"第{number:02}条"))
    hall.mix()
    hall.close()

    result = opens(hall)

    orders = [each["words"] for each in result["comments"] if each["question"] == "comment"]
    assert len(orders) == 11
    assert all(sorted(words) == [f"第{n:02}条" for n in range(20)] for words in orders)
    assert len({tuple(words) for words in orders}) > 5
    assert "对金城江区的意见建议（可不填）" in [each["title"] for each in result["comments"]]


def test_it_adds_up_and_the_protocol_says_so(hall: Hall) -> None:
    hall.casts_many(23)
    hall.mix()
    hall.close()
    hall.mix()
    assert status(hall).adds_up

    result = opens(hall)

    assert (result["slips_used"], result["ballots"], result["held_back"]) == (23, 23, 0)
    assert "数目相符" in sum_in_words(result)
    data = protocol_data(result)
    assert data["checksum"] == result["checksum"]
    assert len(data["tables"]) == 6
    assert data["signers"][0] == "见证人　韦一"
    assert len(list(export_rows(result, "figures"))) == 6 * 11
    widths = {len(row) for row in export_rows(result, "figures")}
    assert widths == {len(export_columns(result, "figures"))}


def test_held_back_ballots_are_told_and_never_opened(hall: Hall) -> None:
    hall.casts_many(20)
    hall.mix()
    hall.casts_many(7, first=50)
    hall.close()
    hall.mix()
    assert status(hall).held_back == 7

    result = opens(hall)
    hall.mix()

    assert (result["ballots"], result["held_back"], result["slips_used"]) == (20, 7, 27)
    assert "数目相符" in sum_in_words(result)
    assert hall.count(BallotDraft) == 0
    assert hall.key_files() == set()


def test_counting_again_gives_the_same_figures(sqlite_hall: Hall) -> None:
    hall = sqlite_hall
    hall.casts_many(20)
    hall.mix()
    hall.casts_many(3, first=30)
    hall.close()
    first = opens(hall, 0, 1)

    again = opens(hall, 1, 2)

    assert again["tables"] == first["tables"]
    assert again["held_back"] == first["held_back"] == 3


def test_single_ballots_are_stored_nowhere(hall: Hall) -> None:
    hall.casts_many(20)
    hall.mix()
    hall.close()
    opens(hall)

    with hall.engine.connect() as connection:
        stored = connection.scalars(select(BallotResult.result)).one()
    assert set(json.loads(stored)["tables"][0]) == {"group", "label", "ballots", "cells"}


def test_fewer_than_ten_in_all_are_not_opened(hall: Hall) -> None:
    hall.casts_many(9)
    hall.close()
    hall.mix()

    with pytest.raises(NotOpenable, match="少于10"):
        opens(hall)


def test_paper_slips_are_marked_and_sheets_keyed_without_a_number(hall: Hall) -> None:
    slips = hall.slips(30)
    rows = {f"counties@{code}": ("12112", "") for code in _codes(hall)} | {
        "counties@451202": ("回避", "路好")
    }
    with Session(hall.engine) as session, session.begin():
        for slip in slips[:20]:
            mark_slip(session, hall.hasher, hall.round_id, slip)
        with pytest.raises(BadPaper, match="已经用过"):
            mark_slip(session, hall.hasher, hall.round_id, slips[0])
    hall.close()
    hall.mix()
    with pytest.raises(NotOpenable, match="20份"):
        opens(hall)
    with Session(hall.engine) as session, session.begin():
        for _ in range(20):
            key_in(session, hall.keys, hall.script, hall.round_id, rows)
    with Session(hall.engine) as session, pytest.raises(BadPaper, match="都已经录完"):
        key_in(session, hall.keys, hall.script, hall.round_id, rows)
    hall.mix()

    result = opens(hall)

    assert (result["ballots"], result["paper"], result["slips_used"]) == (20, 20, 20)
    assert result["tables"][0]["cells"][JINCHENGJIANG]["economy"]["recused"] == 20
    assert result["comments"][0]["words"] == ["路好"] * 20


@pytest.mark.parametrize("digits", ["", "1211", "121121", "12117", "1211x"])
def test_a_sheet_with_faults_is_refused_whole(sqlite_hall: Hall, digits: str) -> None:
    hall = sqlite_hall
    slip = hall.slips(10)[0]
    rows = {f"counties@{code}": ("12112", "") for code in _codes(hall)} | {"counties@451202": (digits, "")}
    with Session(hall.engine) as session, session.begin():
        mark_slip(session, hall.hasher, hall.round_id, slip)
        with pytest.raises(BadPaper, match="金城江区：要5个"):
            key_in(session, hall.keys, hall.script, hall.round_id, rows)

    assert hall.count(BallotDraft) == 0
    assert status(hall).paper_open == 1


def test_a_changed_urn_is_noticed(hall: Hall) -> None:
    hall.casts_many(20)
    hall.mix()
    hall.close()
    with Session(hall.engine) as session, session.begin():
        find_box(session, hall.round_id)
        from core.ballots.models import UrnBallot

        ballot = session.scalars(select(UrnBallot)).first()
        assert ballot
        ballot.sealed = ballot.sealed[:-1] + bytes([ballot.sealed[-1] ^ 1])

    with pytest.raises(NotOpenable, match="打不开"):
        opens(hall)


def _codes(hall: Hall) -> list[str]:
    return sorted({slot.item for slot in hall.script.slots if slot.item})


@settings(max_examples=200)
@given(st.lists(st.lists(st.integers(0, 30), min_size=5, max_size=5), min_size=2, max_size=4))
def test_nothing_hidden_can_be_found_by_subtracting(figures: list[list[int]]) -> None:
    counts = {(i, j): count for i, row in enumerate(figures) for j, count in enumerate(row)}
    rows = [Line([(i, j) for j in range(5)], apart=False) for i in range(len(figures))]
    columns = [Line([(i, j) for i in range(len(figures))], apart=True) for j in range(5)]

    hiding = hidden(counts, rows + columns)

    assert all(key in hiding for key, count in counts.items() if 0 < count < LEAST)
    for line in rows + columns:
        inside = [counts[key] for key in line.keys if key in hiding]
        shown = [key for key in line.keys if key not in hiding and counts[key]]
        if inside and shown:
            assert (sum(inside) if line.apart else max(inside)) >= LEAST
