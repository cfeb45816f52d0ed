"""`latest-guard gate VERSION`: which pointers this release may move."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from latest_guard.cli import asking, recording
from latest_guard.gate import outputs
from latest_guard.gate.decision import Terms, decide
from latest_guard.gate.naming import pointers_for
from latest_guard.gate.outcome import Outcome, image_tag
from latest_guard.sources.together import ask_all

if TYPE_CHECKING:
    import argparse

    from latest_guard.cli.asking import Setting
    from latest_guard.sources.contract import Released


def configure(parser: argparse.ArgumentParser) -> None:
    """The subcommand's options."""
    parser.add_argument("version", metavar="VERSION", help="the version that is being released, or its tag")
    parser.add_argument("--first-release", action="store_true", help="there is no version yet; without this, none is an error")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="what is printed (default: text)")
    parser.add_argument("--shell", action="store_true", help="print assignments for eval instead")
    parser.add_argument("--dotenv", type=Path, metavar="FILE", help="write a dotenv report for GitLab")
    parser.add_argument("--exit-code", action="store_true", help="exit with 1 when the first pointer, latest, does not move")
    asking.declare(parser, "log")


def run(options: argparse.Namespace) -> int:
    """Decide and write; 0, or with --exit-code 1 for "latest stays"; raises UserError when it cannot be known."""
    if options.dotenv:
        outputs.dotenv(options.dotenv, None)
    outcome = recorded(options)
    if options.dotenv:
        outputs.dotenv(options.dotenv, outcome)
    outputs.github(outcome, os.environ)
    sys.stdout.write(
        outputs.shell(outcome) if options.shell else outputs.as_json(outcome) if options.format == "json" else outputs.text(outcome)
    )
    if os.environ.get("GITHUB_ACTIONS") == "true":
        sys.stderr.write(outputs.github_warnings(outcome))
    return int(options.exit_code and not outcome.latest)


def recorded(options: argparse.Namespace) -> Outcome:
    """The outcome, which is in the log, if there is one, before anybody hears of it; so is that there is none."""
    setting = asking.setting_of(options, "log")
    version, component = setting.released(options.version)
    recorder = recording.recorder(setting.config, recording.root_of(options.repo), options.repo)
    if not recorder:
        return outcome_of(version, component, setting, options)
    from latest_guard.ledger.drafts import of_outcome

    book = recorder.book("gate", **recording.about(version, setting.policy, options.repo))
    with book.noting_failure():
        outcome = outcome_of(version, component, setting, options)
    book.note("unknown", of_outcome(outcome))
    return outcome


def outcome_of(version: Released, component: str, setting: Setting, options: argparse.Namespace) -> Outcome:
    """Ask every source and decide."""
    asked = pointers_for(version, setting.templates)
    deadline = setting.deadline()
    answers = ask_all(setting.inquiry(deadline, component).questions(tuple(pointer for _, pointer in asked)), deadline)
    terms = Terms(options.first_release, setting.config.text("on-disagreement") == "stay")
    decisions = decide(version, asked, answers, terms)
    images = setting.config.texts("image")
    return Outcome(version, decisions, answers, images, image_tag(version, setting.image_tags[0], needed=bool(images)))
