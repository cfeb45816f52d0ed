"""`latest-guard gate VERSION`: which pointers this release may move."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from latest_guard import config
from latest_guard.errors import UserError
from latest_guard.gate import outputs
from latest_guard.gate.decision import Terms, decide
from latest_guard.gate.inquiry import Inquiry
from latest_guard.gate.naming import pointers_for, templates
from latest_guard.gate.outcome import Outcome, image_tag
from latest_guard.guard.policy import from_config
from latest_guard.sources.contract import Released
from latest_guard.sources.reading import rest_of_final, shown
from latest_guard.sources.together import ask_all
from latest_guard.sources.web import Deadline
from latest_guard.versions.patterns import TagPattern
from latest_guard.versions.version import BadVersion

if TYPE_CHECKING:
    import argparse

    from latest_guard.config import Config
    from latest_guard.guard.policy import Policy

#: The settings of the tag guard that say how tags are read.
READING = ("scheme", "calver-format", "tag-pattern", "pointer-tags", "ignore-tags", "epochs", "remote", "offline")


def configure(parser: argparse.ArgumentParser) -> None:
    """The subcommand's options."""
    parser.add_argument("version", metavar="VERSION", help="the version that is being released, or its tag")
    parser.add_argument("--repo", type=Path, default=Path(), metavar="DIR", help="the repository (default: the present folder)")
    parser.add_argument("--first-release", action="store_true", help="there is no version yet; without this, none is an error")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="what is printed (default: text)")
    parser.add_argument("--shell", action="store_true", help="print assignments for eval instead")
    parser.add_argument("--dotenv", type=Path, metavar="FILE", help="write a dotenv report for GitLab")
    parser.add_argument("--exit-code", action="store_true", help="exit with 1 when the first pointer, latest, does not move")
    config.declare(parser, "gate", *READING)


def run(options: argparse.Namespace) -> int:
    """Decide and write; 0, or with --exit-code 1 for "latest stays"; raises UserError when it cannot be known."""
    if options.dotenv:
        outputs.dotenv(options.dotenv, None)
    outcome = outcome_of(options)
    if options.dotenv:
        outputs.dotenv(options.dotenv, outcome)
    outputs.github(outcome, os.environ)
    sys.stdout.write(
        outputs.shell(outcome) if options.shell else outputs.as_json(outcome) if options.format == "json" else outputs.text(outcome)
    )
    if os.environ.get("GITHUB_ACTIONS") == "true":
        sys.stderr.write(outputs.github_warnings(outcome))
    return int(options.exit_code and not outcome.latest)


def outcome_of(options: argparse.Namespace) -> Outcome:
    """Ask every source and decide."""
    settings = config.load(root_of(options.repo), config.said(options, "gate", *READING))
    policy = from_config(settings)
    version, component = released(options.version, policy)
    images = image_patterns(settings)
    asked = pointers_for(version, templates(settings.texts("pointer"), settings.texts("channel")))
    deadline = Deadline(settings.seconds("timeout"))
    inquiry = Inquiry(settings, str(options.repo), os.environ, deadline, policy, replace(policy, patterns=images), component)
    answers = ask_all(inquiry.questions(tuple(pointer for _, pointer in asked)), deadline)
    terms = Terms(options.first_release, settings.text("on-disagreement") == "stay")
    decisions = decide(version, asked, answers, terms)
    names = settings.texts("image")
    return Outcome(version, decisions, answers, names, image_tag(version, images[0], needed=bool(names)))


def root_of(folder: Path) -> Path:
    """Where the settings stand: the top of the work tree that `folder` lies in, or `folder` itself where it lies in none."""
    if not folder.is_dir():
        raise UserError("there is no such folder", str(folder))
    start = folder.resolve()
    return next((place for place in (start, *start.parents) if (place / ".git").exists()), folder)


def released(text: str, policy: Policy) -> tuple[Released, str]:
    """The version named by `text`, a version or its tag, as strictly as its scheme is; and its component."""
    tag = text.removeprefix("refs/tags/")
    name = policy.split(tag)
    written, component = (name.version, name.component) if name else (tag, "")
    scheme = policy.scheme_of(tag)
    try:
        version = scheme.parse(written)
    except BadVersion as error:
        nearest = f"; write {error.nearest}" if error.nearest else ""
        raise UserError(f"this is no {scheme.name} version: {error.reason}{nearest}", repr(shown(text[:200]))) from error
    return Released(tag, version.text, version.key, version.key[3] >= rest_of_final(scheme) and not version.is_prerelease), component


def image_patterns(settings: Config) -> tuple[TagPattern, ...]:
    """How an image's tags hold versions; raises UserError, at the setting's place, for what is no pattern."""
    try:
        found = tuple(TagPattern(text) for text in settings.texts("image-tag"))
    except ValueError as error:
        raise settings.error("image-tag", str(error)) from error
    if not found or any(pattern.has_component for pattern in found):
        raise settings.error("image-tag", "must be patterns with a {version} and no {component}")
    return found
