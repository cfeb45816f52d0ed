"""Judging, over versions alone: every rule of the policy, in the words of the accident."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latest_guard import config
from latest_guard.guard.judge import judge
from latest_guard.guard.policy import Policy, from_config
from latest_guard.guard.verdict import Branches, Declaration, Proposal, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass
class Told:
    """Evidence that is told beforehand."""

    on: tuple[str, ...] = ()
    unseen: str = ""
    ancestors: bool | None = True
    files: tuple[Declaration, ...] = ()
    commits: dict[str, str] = field(default_factory=dict)

    def commit(self, proposal: Proposal) -> str | None:
        return self.commits.get(proposal.new or "", proposal.new)

    def descends(self, commit: str, tag: str) -> bool | None:
        return self.ancestors

    def branches(self, commit: str) -> Branches:
        return Branches(self.on, self.unseen)

    def declared(self, commit: str, component: str) -> Sequence[Declaration]:
        return self.files


def policy(**settings: Any) -> Policy:
    return from_config(config.read({}, {name.replace("_", "-"): value for name, value in settings.items()}))


def verdict(tag: str, existing: str, evidence: Told | None = None, **settings: Any) -> Verdict:
    return judge([Proposal(tag, "c0ffee")], existing.split(), policy(**settings), evidence or Told())[0]


def rules(tag: str, existing: str, evidence: Told | None = None, **settings: Any) -> list[str]:
    return [refusal.rule for refusal in verdict(tag, existing, evidence, **settings).refusals]


# the accident


def test_the_accident() -> None:
    said = verdict("v1.27.3", "v1.27.2 v1.28.0")
    assert said.outcome == "refused"
    assert said.refusals[0].rule == "back-port"
    assert said.refusals[0].message.startswith("releasing 1.27.3 after v1.28.0 would move `latest` back")
    assert 'maintenance-lines = ["1.27"]' in said.refusals[0].help
    assert (said.line, said.newest, said.is_back_port) == ("1.27", "v1.28.0", True)


# spelling


@pytest.mark.parametrize(
    ("tag", "nearest"),
    [
        ("v1.2.x", "v1.2.0"),
        ("v1.02.3", "v1.2.3"),
        ("v١.2", "v1.2.0"),
        ("V1.2.3", "v1.2.3"),
        ("api/v1.2", "api/v1.2.0"),
        ("pkg@1.2.3rc1", "pkg@1.2.3-rc.1"),
    ],
)
def test_bad_spelling_is_told_with_the_nearest(tag: str, nearest: str) -> None:
    said = verdict(tag, "v1.0.0")
    assert [refusal.rule for refusal in said.refusals] == ["bad-spelling"]
    assert f"tag {nearest}" in said.refusals[0].help


def test_a_pointer_is_told_how_to_be_one() -> None:
    assert 'pointer-tags = ["v1"]' in verdict("v1", "v1.0.0").refusals[0].help
    assert verdict("v1", "v1.0.0", pointer_tags=["v[0-9]"]).outcome == "other"


@pytest.mark.parametrize("tag", ["nightly", "latest", "docs/2", "experiment-1.2"])
def test_other_tags_are_not_judged(tag: str) -> None:
    said = verdict(tag, "v1.0.0")
    assert said.outcome == "other"
    assert "not judged" in said.notes[0]


# duplicates, moves, deletions


@pytest.mark.parametrize(
    ("tag", "existing", "same"),
    [
        ("1.0.0", "v1.0.0", "v1.0.0"),
        ("v1.0.0", "v1.0", "v1.0"),
        ("v1.0.0+2", "v1.0.0+1", "v1.0.0+1"),
        ("v1.0.0", "v0.9.0 v1.0.0+1", "v1.0.0+1"),
    ],
)
def test_the_same_version_under_another_spelling(tag: str, existing: str, same: str) -> None:
    said = verdict(tag, existing)
    assert [refusal.rule for refusal in said.refusals] == ["duplicate-version"]
    assert same in said.refusals[0].message


def test_python_spellings_are_one_version() -> None:
    assert rules("v1.0-RC.1", "v1.0rc1", scheme="pep440") == ["duplicate-version"]


def moved(old: str, new: str, evidence: Told | None = None, **settings: Any) -> Verdict:
    return judge([Proposal("v1.0.0", new, old)], ["v1.0.0"], policy(**settings), evidence or Told())[0]


def test_the_same_tag_on_the_same_commit_is_fine_and_says_so() -> None:
    assert moved("aaa", "aaa").outcome == "accepted"
    assert "already, on the same commit" in moved("aaa", "aaa").notes[0]
    assert moved("tag object", "aaa", Told(commits={"tag object": "aaa"})).outcome == "accepted"


def test_on_another_commit_it_is_a_moved_tag() -> None:
    assert [refusal.rule for refusal in moved("aaa", "bbb").refusals] == ["moved-tag"]
    assert moved("aaa", "bbb", moved_tags="allow").outcome == "accepted"


def test_the_same_tag_is_still_judged_against_the_others() -> None:
    said = judge([Proposal("v1.27.3", "aaa", "aaa")], ["v1.27.3", "v1.28.0"], policy(), Told())[0]
    assert [refusal.rule for refusal in said.refusals] == ["back-port"]


def test_deletions() -> None:
    gone = Proposal("v1.0.0", None, "aaa")
    assert [refusal.rule for refusal in judge([gone], ["v1.0.0"], policy())[0].refusals] == ["deleted-tag"]
    assert judge([gone], ["v1.0.0"], policy(deleted_tags="allow"))[0].outcome == "accepted"
    assert judge([Proposal("nightly", None, "aaa")], ["nightly"], policy())[0].outcome == "other"


def test_a_version_that_is_deleted_with_leave_may_come_again_in_the_same_batch() -> None:
    batch = [Proposal("1.0.0", None, "aaa"), Proposal("v1.0.0", "bbb")]
    assert [said.outcome for said in judge(batch, ["1.0.0"], policy(deleted_tags="allow"), Told())] == ["accepted", "accepted"]
    assert [said.outcome for said in judge(batch, ["1.0.0"], policy(), Told())] == ["refused", "refused"]


# order and back-ports


@pytest.mark.parametrize(
    ("tag", "existing", "expected"),
    [
        ("v1.28.1", "v1.27.9 v1.28.0", []),
        ("v1.27.1", "v1.27.2 v1.28.0", ["not-above-line"]),
        ("v1.28.0-rc.1", "v1.28.0", ["not-above-line"]),
        ("v1.28.0", "v1.28.0-rc.1", []),
        ("v1.27.3", "v1.27.2 v1.28.0-rc.1", ["back-port"]),
        ("v1.10.0", "v1.9.0", []),
        ("v1.9.0", "v1.10.0", ["back-port"]),
        ("v0.1.0", "", []),
    ],
)
def test_order(tag: str, existing: str, expected: list[str]) -> None:
    assert rules(tag, existing) == expected


@pytest.mark.parametrize(
    ("branch", "accepted"),
    [
        ("release/1.27", True),
        ("1.27.x", True),
        ("stable-1.27", True),
        ("1.x", True),
        ("release/1.28", False),
        ("main", False),
        ("release/1.2", False),
    ],
)
def test_auto_accepts_a_back_port_from_a_release_branch_of_its_line(branch: str, accepted: bool) -> None:
    said = verdict("v1.27.3", "v1.27.2 v1.28.0", Told(on=("main", branch)))
    assert (said.outcome == "accepted") is accepted
    if accepted:
        assert said.is_back_port
        assert f"its commit is on {branch}" in said.notes[0]


def test_where_the_branches_cannot_be_known_it_is_no_yes() -> None:
    said = verdict("v1.27.3", "v1.27.2 v1.28.0", Told(on=("main",), unseen="this clone is shallow"))
    assert said.outcome == "unknown"
    assert "this clone is shallow" in said.refusals[0].message


def test_configured_branches_replace_the_usual_ones() -> None:
    settings = {"release_branches": ["lts/{line}"]}
    assert rules("v1.27.3", "v1.28.0", Told(on=("lts/1.27",)), **settings) == []
    assert rules("v1.27.3", "v1.28.0", Told(on=("release/1.27",)), **settings) == ["back-port"]


def test_listed_lines() -> None:
    assert rules("v1.27.3", "v1.28.0", maintenance_lines=["1.27"]) == []
    assert rules("v1.27.3", "v1.28.0", maintenance_lines=["1.x"]) == []
    assert rules("v1.27.3", "v1.28.0", maintenance_lines=["1.26"]) == ["back-port"]


def test_strict_and_line() -> None:
    on_branch = Told(on=("release/1.27",))
    assert rules("v1.27.3", "v1.28.0", on_branch, policy="strict") == ["back-port"]
    assert rules("v1.27.3", "v1.28.0", policy="line") == []
    assert rules("v1.27.3", "v1.27.4 v1.28.0", on_branch, policy="line") == ["not-above-line"]


@pytest.mark.parametrize(
    ("line", "tag", "existing", "expected"),
    [
        ("major", "v1.27.3", "v1.28.0", ["not-above-line"]),
        ("major", "v1.28.1", "v1.28.0 v2.0.0", []),
        ("{major}", "v1.27.3", "v1.28.0", ["not-above-line"]),
        ("major.minor.patch", "v1.27.3", "v1.27.3-rc.1 v1.27.4", []),
    ],
)
def test_lines_of_other_depths(line: str, tag: str, existing: str, expected: list[str]) -> None:
    assert rules(tag, existing, line=line, policy="line") == expected


def test_every_component_has_its_own_sequence() -> None:
    existing = "v2.0.0 api/v1.4.0 pkg@3.0.0"
    assert rules("api/v1.5.0", existing) == []
    assert rules("pkg@1.0.0", existing) == ["back-port"]
    assert "`latest` of pkg" in verdict("pkg@1.0.0", existing).refusals[0].message
    assert rules("new/v0.1.0", existing) == []


# a change of scheme


def test_epochs_to_dates_and_back() -> None:
    from_dates = {"epochs": [{"tags": "20*", "scheme": "calver"}]}
    assert rules("v1.0.0", "2023.4 2024.1") == ["back-port"]
    assert rules("v1.0.0", "2023.4 2024.1", **from_dates) == []
    assert rules("2024.2", "2023.4 2024.1 v1.0.0", **from_dates) == ["back-port"]
    to_dates = {"scheme": "calver", "epochs": [{"tags": "v[0-9][0-9].*", "scheme": "semver"}]}
    assert rules("v2024.1", "v98.0.0 v99.0.0", **to_dates) == []
    assert rules("v100.0.0", "v98.0.0 v99.0.0", **to_dates) == ["bad-spelling"]


# gaps


@pytest.mark.parametrize(
    ("tag", "existing", "expected"),
    [
        ("v1.2.4", "v1.2.3", []),
        ("v1.3.0", "v1.2.3", []),
        ("v2.0.0", "v1.2.3", []),
        ("v1.2.5", "v1.2.3", ["version-gap"]),
        ("v1.4.0", "v1.2.3", ["version-gap"]),
        ("v1.3.0", "v1.2.3 v1.3.0-rc.1", []),
        ("v1.4.0", "v1.2.3 v1.3.0-rc.1", ["version-gap"]),
        ("v7.0.0", "", []),
    ],
)
def test_no_gaps(tag: str, existing: str, expected: list[str]) -> None:
    assert rules(tag, existing, no_gaps=True) == expected
    assert rules(tag, existing) == []


# ancestry


def test_ancestry() -> None:
    lost, unknown = Told(ancestors=False), Told(ancestors=None)
    assert rules("v1.2.4", "v1.2.3", lost) == ["not-descended"]
    assert rules("v1.3.0", "v1.2.3", lost) == []
    assert rules("v1.2.4", "v1.2.3", lost, ancestry="off") == []
    assert "cannot be known in this clone" in verdict("v1.2.4", "v1.2.3", unknown).notes[0]
    assert verdict("v1.2.4", "v1.2.3", unknown, ancestry="required").outcome == "unknown"


# declared versions


@pytest.mark.parametrize(
    ("declared", "tag", "scheme", "expected"),
    [
        ("1.2.3", "v1.2.3", "semver", []),
        ("1.2.2", "v1.2.3", "semver", ["declared-differs"]),
        ("1.2", "v1.2.0", "pep440", []),
        ("1.2.3rc1", "v1.2.3-rc.1", "semver", []),
        ("1.2.3-SNAPSHOT", "v1.2.3", "semver", ["declared-differs"]),
        ("", "v1.2.3", "semver", []),
    ],
)
def test_declared(declared: str, tag: str, scheme: str, expected: list[str]) -> None:
    files = Told(files=(Declaration("package.json", declared, 3),))
    assert rules(tag, "", files, scheme=scheme) == expected
    assert rules(tag, "", files, scheme=scheme, declared_version="off") == []
    if expected:
        assert "package.json:3 declares" in verdict(tag, "", files, scheme=scheme).refusals[0].message


# ignored tags


def test_ignored_tags_do_not_count_until_their_day() -> None:
    entry = {"tag": "v99.*", "reason": "pushed by mistake", "until": "2026-06-30"}
    held = policy(ignore_tags=[entry])
    for today, outcome in ((date(2026, 6, 30), "accepted"), (date(2026, 7, 1), "refused")):
        now = Policy(ignored=held.ignored, today=today)
        said = judge([Proposal("v1.0.1", "c0ffee")], ["v1.0.0", "v99.0.0"], now, Told())[0]
        assert said.outcome == outcome
    assert "counts again: ignore-tags left it out until 2026-06-30" in said.notes[-1]
    assert (
        "pushed by mistake" in judge([Proposal("v99.0.1", "c0ffee")], [], Policy(ignored=held.ignored, today=date(2026, 6, 1)))[0].notes[0]
    )


# what was not seen


def test_unseen_tags_are_never_a_yes() -> None:
    said = judge(
        [Proposal("v1.0.1", "aa"), Proposal("v0.1.0", "aa"), Proposal("nightly", "aa")], ["v1.0.0"], policy(), Told(), unseen="no network"
    )
    assert [one.outcome for one in said] == ["unknown", "refused", "other"]
    assert "no network" in said[0].refusals[0].message


# batches


def test_a_batch_is_judged_in_order_of_versions() -> None:
    batch = [Proposal(tag, "aa") for tag in ("v1.2.0", "v1.0.0", "1.0.0", "v1.1.0", "nightly", "v1.x")]
    said = judge(batch, [], policy(), Told())
    assert [(one.tag, one.outcome) for one in said] == [
        ("v1.2.0", "accepted"),
        ("v1.0.0", "accepted"),
        ("1.0.0", "refused"),
        ("v1.1.0", "accepted"),
        ("nightly", "other"),
        ("v1.x", "refused"),
    ]


TAGS = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 3), st.sampled_from(["", "", "-rc.1", "-rc.2"])), max_size=14
)


@given(TAGS)
def test_what_strict_accepts_one_by_one_only_rises(numbers: list[tuple[int, int, int, str]]) -> None:
    accepted: list[tuple[int, int, int, int, str]] = []
    names: list[str] = []
    for major, minor, patch, pre in numbers:
        tag = f"v{major}.{minor}.{patch}{pre}"
        rank = (major, minor, patch, 0 if pre else 1, pre)
        outcome = judge([Proposal(tag, "aa")], names, policy(policy="strict"), Told())[0].outcome
        assert (outcome == "accepted") is all(rank > other for other in accepted if other != rank)
        if outcome == "accepted" and tag not in names:
            accepted.append(rank)
            names.append(tag)


@given(TAGS)
def test_what_line_accepts_one_by_one_rises_on_every_line(numbers: list[tuple[int, int, int, str]]) -> None:
    names: dict[str, tuple[int, int, int, int, str]] = {}
    for major, minor, patch, pre in numbers:
        tag = f"v{major}.{minor}.{patch}{pre}"
        rank = (major, minor, patch, 0 if pre else 1, pre)
        line = [other for name, other in names.items() if other[:2] == rank[:2] and name != tag]
        outcome = judge([Proposal(tag, "aa")], names, policy(policy="line"), Told())[0].outcome
        assert (outcome == "accepted") is all(rank > other for other in line)
        if outcome == "accepted":
            names[tag] = rank


@given(st.permutations(["v1.0.0", "v1.0.1", "v1.1.0-rc.1", "v1.1.0", "v2.0.0", "v2.0.0+x", "1.0.1"]))
def test_a_batch_does_not_depend_on_the_order_of_its_lines(tags: list[str]) -> None:
    said = judge([Proposal(tag, "aa") for tag in tags], ["v0.9.0"], policy(), Told())
    versions = [one.version for one in said if one.outcome == "accepted"]
    assert len(versions) == len(set(versions)) == 5
