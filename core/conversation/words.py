"""
The words understood anywhere, and what follows when one of the desk's own questions is answered.

重来 帮助 退出 人工 我的 删除我的数据; 上一题 belongs to the engine. A word acts at once where nothing can be
lost by it, else it asks first.
"""

from collections.abc import Callable

from core.conversation import asks, engine, leads, wishes
from core.conversation.inputs import Act, Input, Said, Voice
from core.conversation.offers import OFFERS
from core.conversation.person import Lead, Run
from core.conversation.prompts import (
    DataDeleted,
    HelpText,
    HumanOffered,
    Kept,
    MyProgress,
    NeverAgain,
    Paused,
    PhoneNoted,
)
from core.conversation.records import Erase, HelpAsked, PhoneGiven
from core.conversation.understanding import commands
from core.conversation.understanding.plain import plain, squeezed
from core.conversation.visit import Visit

# What people are told to write when they want to take part, and what comes close to it.
_WISHES = frozenset(
    ("我要评价", "我要参加", "我要答题", "评价", "参加", "答题", "问卷", "开始", "开始答题", "开始评价")
)


def words_of(said: Input) -> str:
    """What was typed or recognised; '' for anything without words."""
    if isinstance(said, Said):
        return said.text
    return said.recognised if isinstance(said, Voice) else ""


def command_in(said: Input) -> str:
    """The command word for the desk that was said, alone; '' when it is something else."""
    word = commands.command(words_of(said))
    return word if word is not None and word in commands.DESK_WORDS else ""


def is_wish_to_answer(said: Input) -> bool:
    """Whether the words say that they want to take part."""
    return squeezed(plain(words_of(said))) in _WISHES


def act_on(visit: Visit, word: str) -> None:
    """Do what a command word asks for."""
    _ACTS[word](visit)


def note_phone(visit: Visit, phone: str) -> None:
    """Keep the number they want to be called back on."""
    visit.records.append(PhoneGiven(phone))
    visit.say(PhoneNoted())
    visit.ask_current()


def erase_person(visit: Visit) -> None:
    """
    Forget the person. What they handed in is cut loose; what is under way is dropped.

    That this account has answered stays known until the round is over (see `Done`), and so does their wish
    to be left alone. What side desks keep is theirs to forget.
    """
    person = visit.person
    rounds = visit.world.catalog.rounds
    accounts = tuple(visit.around.account_of(entry.id) for entry in rounds)
    not_handed_in = tuple(media_id for run in person.open_runs for media_id in run.state.media_ids)
    visit.records.append(Erase(accounts, not_handed_in))
    visit.person = person.forgotten()


# Words -------------------------------------------------------------------------------------------------


def _help(visit: Visit) -> None:
    visit.say(HelpText())
    visit.ask_current()


def _human(visit: Visit) -> None:
    run = visit.run
    owner = run.origin.owner if run else None
    visit.records.append(
        HelpAsked(
            place_code=owner.code if owner is not None and owner.kind == "place" else "",
            question=run.state.at if run else "",
        )
    )
    visit.change(owes_phone=True)
    visit.say(HumanOffered())
    visit.ask_current()


def _mine(visit: Visit) -> None:
    run = visit.run
    title, progress = "", None
    if run is not None:
        form = visit.form_of(run)
        title = visit.title_of(form, run.goal)
        progress = engine.progress(visit.script_of(form), run.state)
    handed_in = []
    for done in visit.person.done:
        form_then = visit.form_at(done.goal)
        if done.status == "complete" and form_then is not None:
            handed_in.append(visit.title_of(form_then, done.goal))
    opinions = tuple(wishes.news_of(wish) for wish in visit.person.wishes)
    visit.say(MyProgress(title, progress, tuple(handed_in), opinions))
    visit.ask_current()


def _ask_start_over(visit: Visit) -> None:
    run = visit.run
    if run is None:
        leads.offer_last(visit)
    elif run.state.stage == "asking":
        visit.ask("restart_sure", visit.title_of(visit.form_of(run), run.goal))
    else:
        visit.stop_asking()
        visit.ask_current()


def _ask_quit(visit: Visit) -> None:
    run = visit.run
    visit.ask("quit", visit.title_of(visit.form_of(run), run.goal) if run else "")


def _ask_delete(visit: Visit) -> None:
    visit.ask("delete_sure")


_ACTS: dict[str, Callable[[Visit], None]] = {
    commands.HELP: _help,
    commands.HUMAN: _human,
    commands.MINE: _mine,
    commands.RESTART: _ask_start_over,
    commands.QUIT: _ask_quit,
    commands.DELETE: _ask_delete,
}


# Answers to the desk's own questions -------------------------------------------------------------------


def is_offered(visit: Visit, act: int) -> bool:
    """Whether the desk's open question offers this act."""
    offer = OFFERS.get(visit.person.asking)
    return offer is not None and act in offer.acts


def answer_desk(visit: Visit, act: int) -> None:
    """Do what the desk's open question was answered with."""
    match act:
        case Act.START_OVER:
            _start_over(visit)
        case Act.GO_TO_OTHER | Act.ANSWER_ANEW:
            _follow_lead(visit)
        case Act.PAUSE:
            pause(visit)
        case Act.NEVER_AGAIN:
            _never_again(visit)
        case Act.FIXED | Act.NOT_FIXED:
            asks.answer(visit, act)
        case Act.TELL:
            visit.stop_asking()
            wishes.accept(visit)
        case Act.DONT_TELL:
            visit.stop_asking()
            wishes.decline(visit)
        case Act.DELETE:
            erase_person(visit)
            visit.say(DataDeleted())
        case _:
            _leave_as_it_was(visit, says_so=act == Act.KEEP)


def pause(visit: Visit) -> None:
    """Stop for now; everything stays as it is."""
    run = visit.run
    visit.stop_asking()
    visit.change(is_paused=True)
    visit.say(Paused(visit.form_of(run).round.closes_at if run else None))


def _start_over(visit: Visit) -> None:
    """From the first question again. What was answered in this run is dropped; nothing was handed in yet."""
    run = _run_asked_about(visit)
    visit.stop_asking()
    if run is None:
        leads.without_code(visit)
        return
    visit.person = visit.person.without(run)
    visit.start(visit.form_of(run), Lead(run.goal, run.origin), run.replaces)


def _follow_lead(visit: Visit) -> None:
    """To the other code's questionnaire, or once more through one that was answered."""
    lead = Lead.unpack(visit.person.payload)
    is_other = visit.person.asking == "finish_first"
    form = visit.form_at(lead.goal)
    visit.stop_asking()
    if form is None or not form.is_open(visit.now):
        leads.without_code(visit)
    elif is_other:
        leads.go_to(visit, form, lead)
    else:
        leads.begin_at(visit, form, lead)


def _never_again(visit: Visit) -> None:
    """Who has answered nothing yet has refused; else what they answered is kept as broken off."""
    visit.stop_asking()
    for run in visit.person.open_runs:
        if any(not answer.is_empty for answer in run.state.answers.values()):
            visit.break_off(run)
        else:
            visit.finish(run, "refused")
    visit.change(is_paused=True, wants_no_more=True)
    visit.say(NeverAgain())


def _leave_as_it_was(visit: Visit, *, says_so: bool) -> None:
    """接着答, 先答完这份, 不改了, 不删: go on where they were."""
    asked_about = _run_asked_about(visit)
    visit.stop_asking()
    if says_so or visit.run is None:
        visit.say(Kept())
    if asked_about is not None and asked_about is not visit.run:
        visit.take_from_shelf(asked_about)
    elif visit.run is not None:
        visit.change(is_paused=False)
        visit.ask_current()


def _run_asked_about(visit: Visit) -> Run | None:
    """The run "接着答，还是从头来" was about: a shelved one by its number, else the current one."""
    if visit.person.asking != "go_on_or_restart" or not visit.person.payload:
        return visit.run
    number = int(visit.person.payload)
    return next((run for run in visit.person.open_runs if run.number == number), None)
