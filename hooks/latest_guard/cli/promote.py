"""`latest-guard promote VERSION`: move pointers to a version that is published already, by digest, planned and confirmed."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from latest_guard.cli import asking, recording
from latest_guard.cli.recording import Recorder
from latest_guard.errors import UserError
from latest_guard.gate.naming import pointers_for
from latest_guard.ledger import drafts
from latest_guard.pointers.carrying import Halt, carry_out
from latest_guard.pointers.plan import Plan, step_for
from latest_guard.report.screen import clean, harmless
from latest_guard.sources.contract import Question
from latest_guard.sources.reading import Reading
from latest_guard.sources.together import ask_all

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from latest_guard.cli.asking import Setting
    from latest_guard.cli.recording import Book
    from latest_guard.ledger.records import Confirmation
    from latest_guard.pointers.place import Place
    from latest_guard.pointers.plan import Step
    from latest_guard.sources.contract import Answer, Released
    from latest_guard.sources.web import Deadline

SCHEMA = "latest-guard/promote-1"


def configure(parser: argparse.ArgumentParser) -> None:
    """The subcommand's options."""
    parser.add_argument("version", metavar="VERSION", help="the version to promote, or its tag")
    parser.add_argument("--yes", action="store_true", help="do not ask; for CI, where nobody can answer")
    parser.add_argument("--dry-run", action="store_true", help="show the plan and do nothing")
    parser.add_argument("--rollback", metavar="REASON", help="let pointers go back, and say why")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="what is printed (default: text)")
    asking.declare(parser, "log")


def run(options: argparse.Namespace) -> int:
    """Plan, ask, move, look; 0 when every pointer is where it should be, 1 when going back was refused. Raises UserError."""
    if options.rollback is not None and not options.rollback.strip():
        raise UserError("a rollback wants its reason", "--rollback")
    setting = asking.setting_of(options, "log")
    version, _ = setting.released(options.version)
    book = book_of(version, setting, options)
    deadline = setting.deadline()
    with book.noting_failure():
        places = {place.name: place for place in places_of(setting, deadline)}
        full = plan_for(version, setting, list(places.values()), deadline)
    plan = full if options.rollback else full.without_going_back()
    if refused(options, setting, full, plan):
        book.note("refused", drafts.of_plan(full, drafts.left_alone), why="it would go back, and no --rollback was said")
        return 1
    if not options.dry_run:
        act(plan, places, deadline, book, options)
    if options.format == "json":
        print(json.dumps(document(plan, options), indent=2))
    elif options.dry_run or not plan.moves:
        show(plan, options)
    return 0


def book_of(version: Released, setting: Setting, options: argparse.Namespace) -> Book:
    """What this run is recorded in, if anywhere; a dry run is not."""
    recorder = Recorder() if options.dry_run else recording.recorder(setting.config, recording.root_of(options.repo), options.repo)
    about = recording.about(version, setting.policy, options.repo) if recorder else {}
    return recorder.book("rollback" if options.rollback else "promote", why=options.rollback or "", **about)


def places_of(setting: Setting, deadline: Deadline) -> Iterator[Place]:
    """Every place that the settings name."""
    inquiry = setting.inquiry(deadline)
    for name in dict.fromkeys(setting.config.texts("image")):
        from latest_guard.pointers.image_place import ImagePlace

        yield ImagePlace(inquiry.image(name, "pull,push"))
    for name in setting.config.texts("npm"):
        from latest_guard.pointers.npm_place import NpmPlace
        from latest_guard.sources.npm import NpmPackage

        yield NpmPlace(NpmPackage(name, deadline, bool(setting.config.texts("channel"))))
    for name in setting.config.texts("github"):
        from latest_guard.pointers.badge_place import BadgePlace

        yield BadgePlace(inquiry.releases(name), deadline)


def plan_for(version: Released, setting: Setting, places: Sequence[Place], deadline: Deadline) -> Plan:
    """What is to be done in each of `places`; everything is asked before anything is decided."""
    if not places:
        raise UserError("nothing to move pointers in; name it with --image, --npm or --github")
    asked = pointers_for(version, setting.templates)
    pointers = tuple(pointer for _, pointer in asked)
    questions = [(place, Question(reading_for(place, setting), tuple(p for p in pointers if place.holds(p.name)))) for place in places]
    answers = ask_all(questions, deadline)
    steps: list[Step] = []
    for place, answer in zip(places, answers, strict=True):
        published = published_in(answer, version)
        goal = place.goal(published)
        steps += [step_for(template, pointer, published, goal, answer) for template, pointer in asked if place.holds(pointer.name)]
    return Plan(tuple(steps))


def reading_for(place: Place, setting: Setting) -> Reading:
    """How the names of a place are read: GitHub's are git tags, all others hold plain versions."""
    return Reading(setting.policy if place.name.startswith("GitHub") else setting.plain)


def published_in(answer: Answer, version: Released) -> Released:
    """`version` as the place has it; raises UserError where it is not published there. The spelling that was asked for goes first."""
    found = [other for other in answer.released if other.key == version.key]
    if not found:
        raise UserError(f"{version.text} is not published here; publish it first, promoting builds nothing", answer.source)
    return max(found, key=lambda other: (other.name == version.name, other.text == version.text, len(other.name)))


def refused(options: argparse.Namespace, setting: Setting, full: Plan, plan: Plan) -> bool:
    """Whether going back is all that was asked for, or was asked for by the pointer's name; then that is told."""
    named = "pointer" in setting.config.places and setting.config.places["pointer"] == "--pointer"
    if options.rollback or not full.back or (plan.moves and not named):
        return False
    for step in full.back:
        print(
            f"latest-guard: {step.place}: {step.pointer} would go back: {step.why}; to do it say --rollback 'the reason'", file=sys.stderr
        )
    return True


def show(plan: Plan, options: argparse.Namespace) -> None:
    """Print the plan, a line for each step; on stderr where stdout is for JSON."""
    out = sys.stderr if options.format == "json" else sys.stdout
    place = ""
    for step in plan.steps:
        if step.place != place:
            place = step.place
            print(place, file=out)
        print(f"  {line(step)}", file=out)
    if options.rollback:
        print(harmless(f"rollback: {clean(options.rollback)}"), file=out)


def line(step: Step) -> str:
    """A step in a line: the pointer, from what to what, why."""
    change = f"{step.now or ('unknown' if step.mark else 'none')} -> {step.version.text}" if step.moves else f"stays {step.now}".rstrip()
    word = {"back": "BACK: ", "stays": "", "there": "", "new": "", "forward": ""}[step.way]
    return f"{step.pointer:<12} {change:<24} {word}{step.why}"


def act(plan: Plan, places: dict[str, Place], deadline: Deadline, book: Book, options: argparse.Namespace) -> None:
    """Ask, and move. What is about to be done is recorded before anything is, and what became of it afterwards. Raises UserError."""
    if not plan.moves:
        book.note("unchanged", drafts.of_plan(plan, drafts.left_alone))
        return
    show(plan, options)
    with book.noting_failure("refused", drafts.of_plan(plan, drafts.left_alone)):
        how = confirm(plan, options)
    book = book.after(book.note("planned", drafts.of_plan(plan, drafts.intended), confirmed=how), how)
    deadline.restart()
    try:
        move(plan.moves, places, quiet=options.format == "json")
    except Halt as halt:
        with book.noting_failure("failed", drafts.of_plan(plan, drafts.after(halt))):
            raise stopped(halt, len(plan.moves)) from halt
    book.note("moved", drafts.of_plan(plan, drafts.done), otherwise="the pointers are moved, but ")


def confirm(plan: Plan, options: argparse.Namespace) -> Confirmation:
    """Ask on the terminal, and say how it was confirmed; raises UserError where nobody is there to answer, or the answer is no."""
    if options.yes:
        return "yes"
    if not sys.stdin.isatty():
        raise UserError("nobody is here to confirm this; say --yes, or --dry-run to look at it")
    if plan.grave:
        version = plan.moves[0].version.text
        wanted, question = version, f"This is a new major version, or goes back in more than one place. Type {version} to go on: "
    else:
        wanted, question = "y", f"Move {len(plan.moves)} pointer{'s' if len(plan.moves) != 1 else ''}? [y/N] "
    print(question, end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().lower() != wanted.lower():
        raise UserError("not confirmed, nothing was moved")
    return "typed" if plan.grave else "question"


def move(steps: Sequence[Step], places: dict[str, Place], *, quiet: bool) -> None:
    """Carry the steps out, and say each that is done; raises Halt when one fails."""
    out = sys.stderr if quiet else sys.stdout
    carry_out(steps, places, lambda step: print(f"moved: {step.place} {step.pointer} is {step.version.text} ({step.goal[:19]})", file=out))


def stopped(halt: Halt, count: int) -> UserError:
    """Say what stands where after one of `count` moves failed, and give the error to raise."""
    for step in (halt.failed, *halt.left):
        state = "FAILED" if step is halt.failed else "not moved"
        print(f"{state}: {step.place} {step.pointer} was {step.now or 'unknown' if step.mark else 'not there'}", file=sys.stderr)
    told = f"{len(halt.done)} of {count} pointers are moved, the same command finishes the work"
    return UserError(f"{halt.cause.message}; {told}", halt.cause.where)


def document(plan: Plan, options: argparse.Namespace) -> dict[str, Any]:
    """The plan and what became of it, for programs."""
    steps = [
        {
            "place": step.place,
            "pointer": step.pointer,
            "way": step.way,
            "why": step.why,
            "from": {"version": step.now, "mark": step.mark},
            "to": {"version": step.version.text, "mark": step.goal},
            "moved": step.moves and not options.dry_run,
        }
        for step in plan.steps
    ]
    return {"schema": SCHEMA, "version": plan.steps[0].version.text if plan.steps else "", "rollback": options.rollback, "steps": steps}
