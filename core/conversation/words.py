"""
The words understood anywhere, and what follows when one of the desk's own questions is answered.

重来 帮助 退出 人工 我的 删除我的数据; 上一题 belongs to the engine. A word acts at once where nothing can be
lost by it, else it asks first.
"""

from dataclasses import replace

from core.conversation import engine, leads
from core.conversation.inputs import Act, Input, Said, Voice
from core.conversation.person import Erase, HelpAsked, Lead, Person, PhoneGiven, Run
from core.conversation.prompts import (
    DataDeleted,
    HelpText,
    HumanOffered,
    Kept,
    MyProgress,
    NeverAgain,
    Paused,
)
from core.conversation.understanding.commands import DESK_WORDS, command
from core.conversation.understanding.options import Lexicon, understand_option
from core.conversation.visit import OFFERS, Visit


def command_in(said: Input) -> str:
    """The command word for the desk that was said, alone; '' when it is something else."""
    word = command(_words_of(said))
    return word if word in DESK_WORDS else ""


def choice_in(visit: Visit, said: Input) -> int:
    """Which act of the desk's open question was meant; 0 when none."""
    acts = OFFERS[visit.person.asking]
    position = understand_option(_words_of(said), Lexicon.of([label for _, label in acts]))
    return acts[position][0] if position is not None else 0


def answer_choice(visit: Visit, act: int) -> bool:
    """Act on an answer to the desk's open question; False when that question does not offer it."""
    asking = visit.person.asking
    if act not in (offered for offered, _ in OFFERS.get(asking, ())):
        return False
    if act == Act.START_OVER:
        _start_over(visit)
    elif act in (Act.GO_TO_OTHER, Act.ANSWER_ANEW):
        _follow_asked_lead(visit)
    elif act == Act.PAUSE:
        _pause(visit)
    elif act == Act.NEVER_AGAIN:
        _never_again(visit)
    elif act == Act.DELETE:
        erase_person(visit)
        visit.say(DataDeleted())
    else:
        _leave_as_it_was(visit)
    return True


def act_on(visit: Visit, word: str) -> None:
    """Do what a command word asks for."""
    match word:
        case "帮助":
            visit.say(HelpText())
            visit.show_current()
        case "人工":
            _human(visit)
        case "我的":
            _mine(visit)
        case "重来":
            _ask_start_over(visit)
        case "退出":
            _ask_quit(visit)
        case "删除我的数据":
            visit.ask("delete_sure", "")
        case _:
            leads.without_code(visit)


def erase_person(visit: Visit) -> None:
    """
    Forget the person. Their responses are cut loose; what is under way is dropped.

    That this account has answered stays known until the round is over (see `Done`).
    """
    ids = tuple(done.response_id for done in visit.person.done if done.response_id is not None)
    if ids:
        visit.records.append(Erase(ids))
    visit.person = Person(
        runs=visit.person.runs,
        done=tuple(replace(done, response_id=None) for done in visit.person.done),
        is_paused=visit.person.is_paused,
    )


def note_phone(visit: Visit, phone: str) -> None:
    """Keep the number they want to be called back on."""
    visit.records.append(PhoneGiven(phone))


def _words_of(said: Input) -> str:
    if isinstance(said, Said):
        return said.text
    return said.recognised if isinstance(said, Voice) else ""


def _human(visit: Visit) -> None:
    run = visit.run
    visit.records.append(
        HelpAsked(
            place_code=run.origin.owner.code if run and run.origin.owner.kind == "place" else "",
            question=run.state.at if run else "",
        )
    )
    visit.change(owes_phone=True)
    visit.say(HumanOffered())
    visit.show_current()


def _mine(visit: Visit) -> None:
    run = visit.run
    form = visit.form_of(run) if run else None
    progress = engine.progress(visit.world.script(form.questionnaire), run.state) if run and form else None
    titles = []
    for done in visit.person.done:
        done_form = visit.form_at(done.goal)
        if done.status == "complete" and done_form is not None:
            titles.append(visit.title_of(done_form, done.goal))
    title = visit.title_of(form, run.goal) if run and form else ""
    visit.say(MyProgress(title, progress, tuple(titles)))
    visit.show_current()


def _ask_start_over(visit: Visit) -> None:
    run = visit.run
    form = visit.form_of(run) if run else None
    if run and form and run.state.stage == "asking":
        visit.ask("restart_sure", visit.title_of(form, run.goal))
    elif run:
        visit.show_current()
    else:
        leads.offer_last(visit)


def _ask_quit(visit: Visit) -> None:
    run = visit.run
    form = visit.form_of(run) if run else None
    visit.ask("quit", visit.title_of(form, run.goal) if run and form else "")


def _start_over(visit: Visit) -> None:
    """From the first question again. What was answered in this run is dropped; nothing was handed in yet."""
    run = _run_asked_about(visit)
    form = visit.form_of(run) if run else None
    visit.stop_asking()
    if run is None or form is None:
        leads.without_code(visit)
        return
    visit.change(run=None, shelf=tuple(other for other in visit.person.shelf if other is not run))
    visit.start(form, Lead(run.goal, run.origin), run.replaces)


def _run_asked_about(visit: Visit) -> Run | None:
    """The run "接着答还是从头再来" was about: a shelved one by its number, else the current one."""
    if visit.person.asking == "go_on_or_restart" and visit.person.payload:
        number = int(visit.person.payload)
        return next((run for run in visit.person.shelf if run.number == number), None)
    return visit.run


def _follow_asked_lead(visit: Visit) -> None:
    """To the other code's questionnaire, or once more through one that was answered."""
    found = leads.open_lead(visit)
    was_asking = visit.person.asking
    visit.stop_asking()
    if found is None:
        leads.without_code(visit)
        return
    form, lead = found
    if was_asking == "finish_first":
        visit.shelve_run()
        leads.enter(visit, form, lead)
    else:
        leads.begin_at(visit, form, lead)


def _pause(visit: Visit) -> None:
    run = visit.run
    form = visit.form_of(run) if run else None
    visit.stop_asking()
    visit.change(is_paused=True)
    visit.say(Paused(form.round.closes_at if form else None))


def _never_again(visit: Visit) -> None:
    visit.stop_asking()
    for run in (visit.run, *visit.person.shelf):
        if run is not None:
            visit.break_off(run, "break_off" if _any_answer(run) else "refused")
    visit.change(run=None, shelf=(), is_paused=True, wants_no_more=True)
    visit.say(NeverAgain())


def _any_answer(run: Run) -> bool:
    """Whether anything at all was answered in this run."""
    return any(not answer.is_empty for answer in run.state.answers.values())


def _leave_as_it_was(visit: Visit) -> None:
    """接着答, 先答完这份, 不改了, 不删: go on where they were."""
    asked_about = _run_asked_about(visit)
    shelved = asked_about is not None and asked_about is not visit.run
    visit.stop_asking()
    if asked_about is not None and shelved:
        visit.take_from_shelf(asked_about)
    elif visit.run is not None:
        visit.change(is_paused=False)
        visit.show_current()
    else:
        visit.say(Kept())
