"""
The main pages at the top of every page: which there are, and which of them somebody may open.

Who may open a page is said by its route alone; a page that a role may not open is not offered to it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import current_app, g

from admin.routes import EVERYBODY, ROLES, Allowed
from core.people.roles import Role


@dataclass(frozen=True, slots=True)
class Entry:
    """
    A page with its title. `below` are endpoints that belong to it: there, too, it is marked as current.

    `hint` says on a first page what it is for.
    """

    endpoint: str
    title: str
    hint: str
    below: tuple[str, ...] = ()


ITEM_PAGES = (
    "items",
    "item",
    "item_units",
    "item_calendar",
    "item_new",
    "item_split",
    "item_same",
    "item_load",
    "item_load_preview",
    "items_bulk",
)
PARTS_OF_ROUND = (
    "answers", "counties", "townships", "units", "opinions", "responses", "response", "set_aside", "feedback",
    "export", "round_new", "round_open", "round_close", "ballots", "ballot_paper", "ballot_roster",
)  # fmt: skip
BELOW_OFFICE = (
    "audit_log", "exports", "accounts", "account", "account_new", "privacy", "tasks", "task", "missing_media",
    "questionnaires", "questionnaire_load", "liaisons", "liaison", "liaison_new", "liaison_load",
)  # fmt: skip
# In the order they are shown.
ENTRIES = (
    Entry("home", "今天", "今天要做什么"),
    Entry("rounds", "调查", "每次调查的进度和结果", below=PARTS_OF_ROUND),
    Entry("results_index", "结果", "得分、满意率：全市、各县、各乡镇、各单位、各题", below=("results",)),
    Entry("inbox", "意见", "大家说了什么，哪些要办", below=("opinion", "opinions_alike")),
    Entry("item_board", "整改", "整改事项办到哪一步了，现在要办什么", below=ITEM_PAGES),
    Entry(
        "reminders",
        "提醒",
        "什么时候提醒谁，发出去了没有，要给谁打电话",
        below=("reminders_preview", "outbox", "outbox_message"),
    ),
    Entry(
        "codes",
        "二维码",
        "生成二维码，做海报",
        below=("codes_new", "codes_load", "codes_retire", "posters", "posters_new"),
    ),
    Entry(
        "funnel_rounds",
        "传播",
        "哪些码带来了答完的人：扫码、关注、开始、完成",
        below=(
            "funnel",
            "funnel_days",
            "funnel_hours",
            "funnel_questions",
            "funnel_ranking",
            "funnel_map",
            "population",
        ),
    ),
    Entry("publicity", "宣传", "宣传材料挂到哪些乡镇了", below=("publicity_new",)),
    Entry("office", "管理", "账号、操作记录、个人信息", below=BELOW_OFFICE),
)


def entries_for(role: Role) -> Sequence[Entry]:
    """The entries whose route allows this role."""
    roles: Mapping[str, Allowed] = current_app.extensions[ROLES]
    return [each for each in ENTRIES if _may(role, roles.get(each.endpoint))]


def may_open(endpoint: str) -> bool:
    """Whether whoever is signed in may open this page; for templates, so that they offer no closed door."""
    roles: Mapping[str, Allowed] = current_app.extensions[ROLES]
    return g.staff is not None and _may(g.staff.role, roles.get(endpoint))


def _may(role: Role, allowed: Allowed | None) -> bool:
    return allowed is not None and (allowed == EVERYBODY or role in allowed)
