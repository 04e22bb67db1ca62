"""The QR codes there are: a list with filters, and taking codes out of use and back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from flask import g, redirect, render_template, request, url_for

from admin.error_pages import BadFilter
from admin.filters import PAGE_SIZE, read_choice, read_page
from admin.paging import Paging
from admin.parts import parts
from admin.routes import LOOKERS, OFFICE, Route
from admin.screens.tasks import viewer
from core.audit.acts import Act, about
from core.audit.chain import Details
from core.audit.service import record
from core.codes.listing import LEVELS, STATES, CodeFilter, count_codes, list_codes, tally_codes
from core.codes.materials import MATERIALS, material_name
from core.codes.planning import MAX_PERMANENT_CODES, TASK_KIND, count_left_over, plan_left_over
from core.codes.retiring import restore_codes, retire_codes
from core.places.gazetteer import Gazetteer, PlaceNode
from core.tasks.service import list_tasks

LEVEL_WORDS = {"county": "县（区）", "township": "乡镇（街道）", "village": "村（社区）", "unit": "单位"}
STATE_WORDS = {
    "planned": "等待生成",
    "creating": "正在生成",
    "created": "已生成",
    "failed": "没有生成",
    "retired": "已停用",
}
# The plain material in an address, where an empty word would mean any.
PLAIN_WORD = "plain"
SHOWN_TASKS = 3


@dataclass(frozen=True, slots=True)
class Shown:
    """Which codes the page shows."""

    filter: CodeFilter
    county: PlaceNode | None
    args: Mapping[str, str]

    def address(self, **other: str) -> str:
        """The list with these codes, some of it otherwise."""
        return url_for("codes", **cast(dict[str, Any], dict(self.args) | other))

    @property
    def sentence(self) -> str:
        """`宜州区 · 乡镇（街道） · 公交车 · 已生成`."""
        words = [self.county.short_name if self.county else "全市"]
        words += [LEVEL_WORDS[level] for level in self.filter.levels]
        words.append("全部载体" if self.filter.material is None else material_name(self.filter.material))
        if self.filter.state:
            words.append(STATE_WORDS[self.filter.state])
        return " · ".join(words)


def read_shown(gazetteer: Gazetteer, args: Mapping[str, str]) -> Shown:
    """What the address asks for; BadFilter where it names what is not there."""
    given = args.get("county", "")
    county = gazetteer.place(given) if given else None
    if given and (county is None or county.level != "county"):
        raise BadFilter(f"没有代码是“{given[:20]}”的县（区）。请从列表里选。")
    level = read_choice(args, "level", LEVELS, "种类")
    state = read_choice(args, "state", STATES, "状态")
    material = args.get("material", "")[:50]
    found = CodeFilter(
        county.code if county else "",
        (level,) if level else (),
        None if not material else "" if material == PLAIN_WORD else material,
        state,
    )
    pairs = (("county", found.county_code), ("level", level), ("material", material), ("state", state))
    return Shown(found, county, {name: value for name, value in pairs if value})


def index() -> str:
    """The list."""
    page = read_page(request.args)
    with parts().reading() as connection:
        gazetteer = parts().catalog(connection).gazetteer
        shown = read_shown(gazetteer, request.args)
        reach = g.staff.reach
        paging = Paging(page, count_codes(connection, shown.filter, reach, gazetteer), PAGE_SIZE)
        lines = list_codes(connection, shown.filter, reach, gazetteer, paging.offset, paging.size)
        counts = tally_codes(connection, CodeFilter(), reach, gazetteer)
        left_over = count_left_over(connection)
        tasks = [
            task
            for task in list_tasks(connection, viewer(), (TASK_KIND,), limit=SHOWN_TASKS)
            if not task.is_over or task.state == "failed"
        ]
    return render_template(
        "codes.html",
        shown=shown,
        lines=lines,
        paging=paging,
        counties=gazetteer.counties,
        materials=_materials({each.material for each in counts}),
        levels=LEVEL_WORDS,
        states=STATE_WORDS,
        in_all=sum(each.count for each in counts),
        made=sum(each.count for each in counts if each.state == "created"),
        left_over=left_over,
        tasks=tasks,
        name_of=gazetteer.full_name,
    )


def go_on() -> Any:
    """Make what was planned and is not made."""
    with parts().writing() as session:
        task = plan_left_over(session, "接着生成二维码", g.staff.staff_id, parts().clock())
        record(session, Act.CODES_ASKED, g.staff.who, about("job", task.id), {"要生成": task.total})
        task_id = task.id
    parts().wake_worker()
    return redirect(url_for("task", task_id=task_id), code=303)


def retire(code_id: int) -> Any:
    """Take one out of use; it can be taken back on the same page."""
    with parts().writing() as session:
        retire_codes(session, [code_id], g.staff.staff_id, parts().clock())
        record(session, Act.CODES_RETIRED, g.staff.who, about("code", code_id), {"个数": 1})
    return _back()


def restore(code_id: int) -> Any:
    """Take one back into use."""
    with parts().writing() as session:
        restore_codes(session, [code_id], g.staff.staff_id)
        record(session, Act.CODES_RESTORED, g.staff.who, about("code", code_id), {"个数": 1})
    return _back()


def retire_many() -> Any:
    """Take everything that is shown out of use (or back): once asked, with how many."""
    with parts().reading() as connection:
        gazetteer = parts().catalog(connection).gazetteer
        shown = read_shown(gazetteer, request.values)
        is_back = shown.filter.state == "retired"
        wanted = CodeFilter(
            shown.filter.county_code,
            shown.filter.levels,
            shown.filter.material,
            "retired" if is_back else "created",
        )
        lines = list_codes(connection, wanted, g.staff.reach, gazetteer, limit=MAX_PERMANENT_CODES)
    if request.method == "GET":
        return render_template("codes_retire.html", shown=shown, count=len(lines), is_back=is_back)
    ids = [line.id for line in lines]
    with parts().writing() as session:
        if is_back:
            count = restore_codes(session, ids, g.staff.staff_id)
        else:
            count = retire_codes(session, ids, g.staff.staff_id, parts().clock())
        act = Act.CODES_RESTORED if is_back else Act.CODES_RETIRED
        details: Details = {"个数": count, "范围": shown.sentence}
        record(session, act, g.staff.who, about("code", "一批"), details)
    return redirect(shown.address(state="created" if is_back else "retired"), code=303)


def _back() -> Any:
    """To the page of the list where the button was."""
    with parts().reading() as connection:
        shown = read_shown(parts().catalog(connection).gazetteer, request.form)
    return redirect(shown.address(page=str(read_page(request.form))), code=303)


def _materials(used: set[str]) -> dict[str, str]:
    """Word in the address → name, of everything known or used."""
    words = [*MATERIALS, *sorted(used - set(MATERIALS))]
    return {word or PLAIN_WORD: material_name(word) for word in words}


ROUTES = (
    Route("/codes/", "codes", index, LOOKERS),
    Route("/codes/go-on", "codes_go_on", go_on, OFFICE, methods=("POST",)),
    Route("/codes/retire", "codes_retire", retire_many, OFFICE, methods=("GET", "POST")),
    Route("/codes/<int:code_id>/retire", "code_retire", retire, OFFICE, methods=("POST",)),
    Route("/codes/<int:code_id>/restore", "code_restore", restore, OFFICE, methods=("POST",)),
)
