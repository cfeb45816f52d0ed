"""Replays a repository's tags, in the order in which they were made, against the tag guard.

    python bench/replay_tags.py REPOSITORY
    python bench/replay_tags.py REPOSITORY --policy line --ancestry off

Every tag is judged against those that were made before it, by the default policy or by the settings that are given as flags. Branches are
those of today: whether a commit was on a release branch when it was tagged cannot be known any more. Says how many tags the guard would
have refused, and which; which it takes for back-ports; and how long that took.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from latest_guard import config
from latest_guard.errors import UserError
from latest_guard.git.history import made_tags
from latest_guard.git.repository import Repository
from latest_guard.git.tags import TagSet
from latest_guard.guard.evidence import RepositoryEvidence
from latest_guard.guard.judge import judge
from latest_guard.guard.policy import from_config
from latest_guard.guard.sequence import Existing
from latest_guard.guard.verdict import Proposal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from latest_guard.guard.policy import Policy
    from latest_guard.guard.verdict import Verdict


def main() -> int:
    """Replay and print; 2 when the repository cannot be read."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("repository", type=Path, help="a clone with all tags and branches")
    config.declare(parser, "tag")
    options = parser.parse_args()
    try:
        started = time.perf_counter()
        verdicts = replayed(options.repository, from_config(config.read({}, config.said(options, "tag"))))
    except UserError as error:
        print(error, file=sys.stderr)
        return 2
    report(verdicts, time.perf_counter() - started)
    return 0


def replayed(folder: Path, policy: Policy) -> list[Verdict]:
    """The verdict on every tag, in the order in which they were made."""
    repository = Repository.open(folder)
    tags = made_tags(folder)
    evidence = RepositoryEvidence(repository, TagSet({tag.name: tag.target for tag in tags}), "", policy.version_files)
    existing = Existing(policy)
    verdicts = []
    for tag in tags:
        verdicts += judge([Proposal(tag.name, tag.target)], existing, policy, evidence)
        existing.add([tag.name])
    return verdicts


def report(verdicts: Sequence[Verdict], seconds: float) -> None:
    """Print what was accepted, what is a back-port, and what would have been refused, with every reason."""
    outcomes = Counter(verdict.outcome for verdict in verdicts)
    judged = len(verdicts) - outcomes["other"]
    print(f"{len(verdicts)} tags in {seconds:.1f} s: {judged} version tags, {outcomes['other']} others")
    print(f"accepted {outcomes['accepted']}, refused {outcomes['refused']}, cannot be known {outcomes['unknown']}")
    ports = [verdict for verdict in verdicts if verdict.is_back_port]
    print(f"\nback-ports: {len(ports)}")
    for verdict in ports:
        print(f"  {verdict.tag} on line {verdict.line}, after {verdict.newest}: {verdict.outcome}")
    refused = [verdict for verdict in verdicts if verdict.refusals]
    print(f"\nwould have been refused: {len(refused)}")
    for verdict in refused:
        for refusal in verdict.refusals:
            print(f"  {verdict.tag} [{refusal.rule}] {refusal.message}")
    rules = Counter(refusal.rule for verdict in refused for refusal in verdict.refusals)
    print("\nby rule: " + (", ".join(f"{rule} {count}" for rule, count in rules.most_common()) or "none"))


if __name__ == "__main__":
    sys.exit(main())
