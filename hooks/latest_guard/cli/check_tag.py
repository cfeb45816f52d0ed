"""`latest-guard check-tag TAG`: whether a version tag moves its release line forwards."""

from __future__ import annotations

import os
import re
from argparse import SUPPRESS
from pathlib import Path
from typing import TYPE_CHECKING

from latest_guard import config
from latest_guard.cli import recording
from latest_guard.errors import UserError
from latest_guard.git.repository import Repository
from latest_guard.guard import told
from latest_guard.guard.told import clean

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence

    from latest_guard.cli.recording import Recorder
    from latest_guard.git.pending import PendingTags
    from latest_guard.git.tags import TagSet
    from latest_guard.guard.policy import Policy
    from latest_guard.guard.verdict import Proposal, Verdict


def configure(parser: argparse.ArgumentParser) -> None:
    """The subcommand's options."""
    parser.add_argument("tags", nargs="*", metavar="TAG", help="the tag, whether it is there already or not; several are one batch")
    parser.add_argument("-v", dest="hyphenated", help=SUPPRESS)  # so that `-v1` is told as a tag's name
    parser.add_argument("--repo", type=Path, default=Path(), metavar="DIR", help="the repository (default: around the current folder)")
    parser.add_argument("--commit", metavar="REV", help="the commit that the tag is, or will be, on (default: HEAD)")
    parser.add_argument("--branch", default="", metavar="NAME", help="a branch that the commit is on, where this clone cannot know it")
    parser.add_argument("--format", choices=["text", "json", "github"], default="text", help="how the verdict is told (default: text)")
    config.declare(parser, "tag", "log")


def run(options: argparse.Namespace) -> int:
    """Judge the tags; 0 accepted, 1 refused, 2 cannot be known."""
    names = named(options)
    repository = Repository.open(options.repo)
    settings = config.load(repository.root, config.said(options, "tag", "log"))
    recorder = recording.recorder(settings, repository.root, options.repo)
    remote = settings.text("remote") or None
    pending = repository.asked_tags(remote, offline=settings.switch("offline"), limit=settings.seconds("remote-timeout"))
    from latest_guard.guard.policy import from_config  # while git works
    from latest_guard.guard.sequence import collecting_paused

    commit = commit_of(repository, options.commit)
    with collecting_paused():
        verdicts, tags = judged(repository, pending, from_config(settings), names, commit, options.branch or ci_branch(os.environ))
        record(recorder, verdicts, tags, commit)
        tell(verdicts, tags, options.format)
        return told.exit_code(verdicts)


def named(options: argparse.Namespace) -> list[str]:
    """The tags that are asked about, without refs/tags/. Raises UserError for none, and for one that begins with a hyphen."""
    if options.hyphenated is not None:
        raise UserError("git takes no tag that begins with a hyphen", clean(f"-v{options.hyphenated}"))
    if not options.tags:
        raise UserError("which tag? Say latest-guard check-tag TAG")
    return list(dict.fromkeys(tag.removeprefix("refs/tags/") for tag in options.tags))


def commit_of(repository: Repository, revision: str | None) -> str | None:
    """The commit that `revision` (None: HEAD) names; None before the first one. Raises UserError for a revision that is not there."""
    commit = repository.commit_of(revision or "HEAD")
    if commit is None and revision:
        raise UserError("there is no such commit in this clone", clean(revision))
    return commit


def judged(
    repository: Repository, pending: PendingTags, policy: Policy, names: Sequence[str], commit: str | None, branch: str
) -> tuple[list[Verdict], TagSet]:
    """The verdicts on `names`, and the tags that they were judged against. The local tags are read while the remote still answers."""
    from latest_guard.guard.evidence import RepositoryEvidence
    from latest_guard.guard.judge import judge
    from latest_guard.guard.sequence import Existing

    existing = Existing(policy, but=names)
    existing.add(pending.local())
    tags = pending.result()
    existing.add(tags.only_remote)
    proposals = [proposed(repository, tag, tags, commit) for tag in names]
    known = tags.having({proposal.tag: proposal.new or "" for proposal in proposals})
    evidence = RepositoryEvidence(repository, known, branch, policy.version_files)
    unseen = "; ".join(gap.reason for gap in tags.gaps if gap.kind != "offline")
    return judge(proposals, existing, policy, evidence, unseen=unseen), tags


#: Names that need no asking whether git takes them.
_PLAIN = re.compile(r"[0-9A-Za-z][0-9A-Za-z+_-]*(?:[./][0-9A-Za-z+_-]+)*", re.ASCII)


def proposed(repository: Repository, tag: str, tags: TagSet, commit: str | None) -> Proposal:
    """What is asked about `tag`: to stand on `commit`. Raises UserError for a name that git does not take, and without any commit."""
    from latest_guard.guard.verdict import Proposal

    plain = _PLAIN.fullmatch(tag) and ".lock" not in tag
    if tag.startswith("-") or not (plain or repository.git.run("check-ref-format", f"refs/tags/{tag}").status == 0):
        raise UserError("git takes no tag of this name", clean(tag))
    if commit is None and tag not in tags.refs:
        raise UserError("there is no commit yet that could be tagged", str(repository.root))
    return Proposal(tag, commit or tags.refs[tag], tags.refs.get(tag))


def ci_branch(environment: Mapping[str, str]) -> str:
    """The branch that a CI system says it builds, whose tip is checked out; "" for a tag's pipeline, and outside CI."""
    ref = environment.get("GITHUB_REF", "") if environment.get("GITHUB_ACTIONS") == "true" else ""
    return ref.removeprefix("refs/heads/") if ref.startswith("refs/heads/") else environment.get("CI_COMMIT_BRANCH", "")


def record(recorder: Recorder, verdicts: Sequence[Verdict], tags: TagSet, commit: str | None) -> None:
    """Write the verdicts down, before anybody hears of them. Raises UserError."""
    if not recorder:
        return
    from latest_guard.ledger.drafts import of_verdict

    sources = (*(f"{source} tags" for source in tags.sources), *(gap.reason for gap in tags.gaps))
    recorder.book("check-tag").note("unknown", *(of_verdict(verdict, commit or "", sources) for verdict in verdicts))


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
