"""`latest-guard check-version`: the version declared in the project's files against the newest tag of its release line."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from latest_guard import config
from latest_guard.git.repository import Repository
from latest_guard.guard import told
from latest_guard.guard.policy import from_config

if TYPE_CHECKING:
    import argparse

    from latest_guard.guard.standing import Standing


def configure(parser: argparse.ArgumentParser) -> None:
    """The subcommand's options."""
    parser.add_argument("--repo", type=Path, default=Path(), metavar="DIR", help="the repository (default: around the current folder)")
    parser.add_argument("--commit", metavar="REV", help="read the files of this commit (default: those about to be committed)")
    parser.add_argument("--branch", metavar="NAME", help="the branch that counts (default: the one that is checked out)")
    parser.add_argument("--component", default="", metavar="NAME", help="the component whose files and tags are compared")
    parser.add_argument("--release-branches-only", action="store_true", help="judge nothing on other branches")
    parser.add_argument("--format", choices=["text", "json", "github"], default="text", help="how the answer is told (default: text)")
    config.declare(parser, "tag")


def run(options: argparse.Namespace) -> int:
    """Judge every declared version; 0 fine, 1 at least one would be refused, 2 cannot be known."""
    from latest_guard.guard.standing import Question, standings

    repository = Repository.open(options.repo, inherit=options.repo == Path())
    settings = config.load(repository.root, config.said(options, "tag"))
    policy = from_config(settings)
    branch = options.branch or repository.branch() or ""
    if options.release_branches_only and policy.release_line(branch) is None:
        print(told.clean(f"{branch or 'this commit'} is no release branch: nothing to check"))
        return 0
    remote = settings.text("remote") or None
    tags = repository.tags(remote, offline=settings.switch("offline"), limit=settings.seconds("remote-timeout"))
    found = standings(repository, tags, policy, Question(options.commit, branch, options.component))
    tell(found, options.format)
    unknown = any(gap.kind != "offline" for gap in tags.gaps)
    for gap in tags.gaps:
        print(told.clean(f"note: {gap.reason}"))
    return 1 if any(not standing.is_fine for standing in found) else 2 if unknown else 0


def tell(found: list[Standing], form: str) -> None:
    """Print where each declared version stands."""
    if form == "json":
        import json
        from dataclasses import asdict

        print(
            json.dumps(
                {"schema": told.SCHEMA, "declared": [{**asdict(standing), "fine": standing.is_fine} for standing in found]}, indent=2
            )
        )
        return
    if not found:
        print("no file here declares a version: nothing to check")
    for standing in found:
        print(told.clean(standing.message))
        if not standing.is_fine and (form == "github" or os.environ.get("GITHUB_ACTIONS") == "true"):
            print(told.as_annotation(f"latest-guard: {standing.rule}", standing.message, standing.path, standing.line))
