"""`latest-guard check-tag TAG`: whether a version tag moves its release line forwards."""

from __future__ import annotations

import os
from argparse import SUPPRESS
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from latest_guard import config
from latest_guard.errors import UserError
from latest_guard.git.repository import Repository
from latest_guard.guard import told
from latest_guard.guard.evidence import RepositoryEvidence
from latest_guard.guard.judge import judge
from latest_guard.guard.policy import from_config
from latest_guard.guard.verdict import Proposal

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence

    from latest_guard.config import Config
    from latest_guard.git.tags import TagSet
    from latest_guard.guard.verdict import Verdict


def configure(parser: argparse.ArgumentParser) -> None:
    """The subcommand's options."""
    parser.add_argument("tags", nargs="*", metavar="TAG", help="the tag, whether it is there already or not; several are one batch")
    parser.add_argument("-v", dest="hyphenated", help=SUPPRESS)  # so that `-v1` is told as a tag's name
    parser.add_argument("--repo", type=Path, default=Path(), metavar="DIR", help="the repository (default: around the current folder)")
    parser.add_argument("--commit", metavar="REV", help="the commit that the tag is, or will be, on (default: HEAD)")
    parser.add_argument("--branch", default="", metavar="NAME", help="a branch that the commit is on, where this clone cannot know it")
    parser.add_argument("--format", choices=["text", "json", "github"], default="text", help="how the verdict is told (default: text)")
    config.declare(parser, "tag")


def run(options: argparse.Namespace) -> int:
    """Judge the tags; 0 accepted, 1 refused, 2 cannot be known."""
    if options.hyphenated is not None:
        raise UserError("git takes no tag that begins with a hyphen", f"-v{told.clean(options.hyphenated)}")
    if not options.tags:
        raise UserError("which tag? Say latest-guard check-tag TAG")
    repository = Repository.open(options.repo)
    settings = config.load(repository.root, config.said(options, "tag"))
    tags = tags_of(repository, settings)
    proposals = [proposed(repository, tag.removeprefix("refs/tags/"), tags, options.commit) for tag in dict.fromkeys(options.tags)]
    policy = from_config(settings)
    known = replace(tags, refs={**tags.refs, **{proposal.tag: proposal.new or "" for proposal in proposals}})
    evidence = RepositoryEvidence(repository, known, options.branch or ci_branch(os.environ), policy.version_files)
    verdicts = judge(proposals, tags.refs, policy, evidence, unseen="; ".join(gap.reason for gap in tags.gaps if gap.kind != "offline"))
    tell(verdicts, tags, options.format)
    return told.exit_code(verdicts)


def tags_of(repository: Repository, settings: Config) -> TagSet:
    """The tags, local and remote, as the settings ask."""
    remote = settings.text("remote") or None
    return repository.tags(remote, offline=settings.switch("offline"), limit=settings.seconds("remote-timeout"))


def proposed(repository: Repository, tag: str, tags: TagSet, revision: str | None) -> Proposal:
    """What is asked about `tag`: to stand on `revision`, or on HEAD. Raises UserError for a name or a revision that git does not take."""
    if repository.git.run("check-ref-format", f"refs/tags/{tag}").status != 0 or tag.startswith("-"):
        raise UserError("git takes no tag of this name", told.clean(tag))
    commit = repository.commit_of(revision or "HEAD")
    if commit is None and revision:
        raise UserError("there is no such commit in this clone", told.clean(revision))
    if commit is None and tag not in tags.refs:
        raise UserError("there is no commit yet that could be tagged", str(repository.root))
    return Proposal(tag, commit or tags.refs[tag], tags.refs.get(tag))


def ci_branch(environment: Mapping[str, str]) -> str:
    """The branch that a CI system says it builds, whose tip is checked out; "" for a tag's pipeline, and outside CI."""
    ref = environment.get("GITHUB_REF", "") if environment.get("GITHUB_ACTIONS") == "true" else ""
    return ref.removeprefix("refs/heads/") if ref.startswith("refs/heads/") else environment.get("CI_COMMIT_BRANCH", "")


def tell(verdicts: Sequence[Verdict], tags: TagSet, form: str) -> None:
    """Print the verdicts."""
    if form == "json":
        import json

        print(json.dumps(told.document(verdicts, tags.sources, [gap.reason for gap in tags.gaps]), indent=2))
        return
    for verdict in verdicts:
        print(*told.lines(verdict), sep="\n")
        if form == "github" or os.environ.get("GITHUB_ACTIONS") == "true":
            for line in told.as_annotations(verdict):
                print(line)
