"""`latest-guard check-tag TAG`: whether a version tag moves its release line forwards."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from latest_guard import config
from latest_guard.errors import UserError
from latest_guard.git.repository import Repository, without
from latest_guard.guard.evidence import RepositoryEvidence
from latest_guard.guard.judge import judge
from latest_guard.guard.policy import from_config
from latest_guard.guard.verdict import Proposal

if TYPE_CHECKING:
    import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    """The subcommand's options."""
    parser.add_argument("tag", nargs="+", metavar="TAG", help="the tag to judge, whether it is there already or not")
    parser.add_argument("--repo", type=Path, default=Path(), metavar="DIR", help="the repository (default: the present folder)")
    config.declare(parser, "tag")


def run(options: argparse.Namespace) -> int:
    """Judge the tags; 0 accepted, 1 refused; raises UserError where it cannot be known."""
    repository = Repository.open(options.repo)
    settings = config.load(repository.root, config.said(options, "tag"))
    policy = from_config(settings)
    tags = repository.tags(settings.text("remote") or None, offline=settings.switch("offline"), limit=settings.seconds("remote-timeout"))
    head = repository.commit_of("HEAD")
    proposals = [Proposal(tag, repository.commit_of(f"refs/tags/{tag}") or head or "") for tag in options.tag]
    verdicts = judge(proposals, without(tags, options.tag).refs, policy, RepositoryEvidence(repository, tags, "", policy.version_files))
    for verdict in verdicts:
        print(verdict)
    if tags.gaps and not settings.switch("offline"):
        raise UserError(tags.gaps[0].reason)
    return int(any(verdict.outcome != "accepted" for verdict in verdicts))
