"""Judging: each proposed tag against the versions that exist, by the policy.

The versions are judged here; what only history can tell is asked of the evidence, and only when a rule needs it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from latest_guard.guard.sequence import Existing, Sequence, sequences
from latest_guard.guard.verdict import NoEvidence, Proposal, Refusal, Verdict
from latest_guard.versions.schemes import named, readers
from latest_guard.versions.version import BadVersion

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from latest_guard.guard.policy import Policy
    from latest_guard.guard.verdict import Evidence
    from latest_guard.versions.patterns import TagName
    from latest_guard.versions.version import Version


@dataclass(frozen=True, slots=True)
class Case:
    """One proposed version tag, with all that the rules look at."""

    proposal: Proposal
    name: TagName
    version: Version
    before: Sequence
    policy: Policy
    evidence: Evidence

    @property
    def line(self) -> str:
        """The name of the version's release line."""
        return self.policy.line.name(self.version.key)

    @property
    def newest(self) -> str:
        """The highest tag before this one, or ""."""
        top = self.before.top()
        return top[1] if top else ""

    @property
    def is_back_port(self) -> bool:
        """Whether a higher version is there already."""
        top = self.before.top()
        return top is not None and self.version.key < top[0]


def judge(
    proposals: Iterable[Proposal],
    existing: Iterable[str] | Existing,
    policy: Policy,
    evidence: Evidence | None = None,
    unseen: str = "",
) -> list[Verdict]:
    """Judge `proposals` as one batch, lowest version first, against the names of the `existing` tags.

    Names that were read beforehand come as Existing, without those under judgement. The proposed tags themselves do not count as existing;
    an accepted one counts for those above it. `unseen` says why some existing tags may be missing: then nothing is accepted. The verdicts
    are in the order of the proposals. Raises nothing: what cannot be known is a refusal marked `unknown`.
    """
    batch = list(proposals)
    before = existing.sequences() if isinstance(existing, Existing) else sequences(existing, policy, under_judgement(batch, policy))
    asked = evidence or NoEvidence()
    cases: list[tuple[int, Case]] = []
    verdicts: dict[int, Verdict] = {}
    for place, proposal in enumerate(batch):
        found = _read(proposal, before, policy, asked)
        if isinstance(found, Verdict):
            verdicts[place] = found
        else:
            cases.append((place, found))
    for place, case in sorted(cases, key=lambda item: item[1].version.key):
        verdicts[place] = verdict = _verdict(case)
        if verdict.outcome == "accepted":
            case.before.add(case.version.key, case.proposal.tag)
            verdicts[place] = _blinded(verdict, unseen) if unseen else verdict
    return [verdicts[place] for place in range(len(batch))]


def under_judgement(proposals: Iterable[Proposal], policy: Policy) -> set[str]:
    """The tags that do not count as existing while `proposals` are judged: all of them, but for those that may not be deleted."""
    return {proposal.tag for proposal in proposals if proposal.new is not None or policy.may_delete}


def _blinded(verdict: Verdict, unseen: str) -> Verdict:
    """An accepted tag, where not all existing ones were seen: not a yes."""
    message = f"whether {verdict.tag} moves its line forwards cannot be known: {unseen}"
    advice = "make the remote reachable, name another (--remote), or accept what is known here (--offline)"
    return replace(verdict, refusals=(Refusal("unseen-tags", message, advice, unknown=True),))


def _read(proposal: Proposal, before: dict[str, Sequence], policy: Policy, evidence: Evidence) -> Verdict | Case:
    """The case to judge, or the verdict where the name alone, or a deletion, decides."""
    tag = proposal.tag
    name = policy.split(tag)
    ignored = policy.ignores(tag)
    if ignored is not None:
        return Verdict(tag, notes=(f"{tag} is not judged: ignore-tags lists it ({ignored.reason})",))
    if name is None:
        return _no_version_tag(tag, policy)
    if proposal.new is None:
        return _deletion(proposal, policy)
    try:
        version = policy.scheme_of(tag).parse(name.version)
    except BadVersion as error:
        return Verdict(tag, (_bad_spelling(name, policy, error),), component=name.component)
    return Case(proposal, name, version, before.setdefault(name.component, Sequence()), policy, evidence)


def _no_version_tag(tag: str, policy: Policy) -> Verdict:
    """A tag that no pattern claims: let pass, unless it only misses a pattern by the case of its letters."""
    if policy.is_pointer(tag):
        return Verdict(tag, notes=(f"{tag} is a pointer (pointer-tags), and not judged",), is_version_tag=False)
    lower = policy.split(tag.lower())
    if lower is not None:
        message = f"{tag} looks like a version tag, but {lower.pattern.text} is written in other letters"
        return Verdict(tag, (Refusal("bad-spelling", message, f"tag {tag.lower()}"),))
    patterns = " or ".join(pattern.text for pattern in policy.patterns)
    return Verdict(tag, notes=(f"{tag} is no version tag ({patterns}), and not judged",), is_version_tag=False)


def _deletion(proposal: Proposal, policy: Policy) -> Verdict:
    if policy.may_delete or proposal.old is None:
        return Verdict(proposal.tag, notes=(f"{proposal.tag} is being deleted",))
    message = f"deleting {proposal.tag} would let its version be released a second time, with other contents"
    return Verdict(proposal.tag, (Refusal("deleted-tag", message, 'keep it, and release the next version; or set deleted-tags = "allow"'),))


def _bad_spelling(name: TagName, policy: Policy, error: BadVersion) -> Refusal:
    scheme = policy.scheme_of(name.tag).name
    message = f"{name.tag} is no {scheme} version: {error.reason}"
    others = readers(name.version, but=scheme)
    if others:
        message += f"; as {' or '.join(others)} it can be read, but the scheme here is {scheme}"
    nearest = name.pattern.write(error.nearest, name.component) if error.nearest else ""
    advice = f"tag {nearest}" if nearest and nearest != name.tag else "write the version as the scheme asks"
    if others:
        advice += f', or set scheme = "{others[0]}"'
    if name.version.isascii() and name.version.isdigit():
        advice += f'; if {name.tag} is a pointer that moves, set pointer-tags = ["{name.tag}"]'
    return Refusal("bad-spelling", message, advice)


def _verdict(case: Case) -> Verdict:
    """All that the rules say about one version tag."""
    notes: list[str] = []
    refusals: list[Refusal] = []
    for rule in RULES:
        found = rule(case)
        if isinstance(found, Refusal):
            refusals.append(found)
        elif found:
            notes.append(found)
    return Verdict(
        case.proposal.tag,
        tuple(refusals),
        tuple(notes),
        case.version,
        case.name.component,
        case.line,
        case.newest,
        case.is_back_port,
    )


def _moved(case: Case) -> Refusal | str | None:
    tag, old, new = case.proposal.tag, case.proposal.old, case.proposal.new
    if old is None or new is None:
        return None
    before = old if old == new else case.evidence.commit(Proposal(tag, old))
    after = new if old == new else case.evidence.commit(case.proposal)
    if before is not None and before == after:
        return f"{tag} is there already, on the same commit"
    if case.policy.may_move:
        return f"{tag} is being moved (moved-tags)"
    message = f"{tag} is there already, on another commit ({(before or old)[:12]}): moving it would give two contents one version"
    return Refusal("moved-tag", message, "release the next version instead")


def _duplicate(case: Case) -> Refusal | None:
    same = case.before.same(case.version.key)
    if not same:
        return None
    message = f"{case.proposal.tag} is the same version as {same[0]}, which is there already: {_why_same(case)}"
    return Refusal("duplicate-version", message, "release the next version")


def _why_same(case: Case) -> str:
    return "build metadata (+…) does not count" if case.version.build else "another spelling does not make another version"


def _order(case: Case) -> Refusal | str | None:
    """Above its own line, and above everything unless it is a back-port that the policy accepts."""
    key, policy = case.version.key, case.policy
    if not case.is_back_port or case.before.same(key):
        return None
    line_top = case.before.line_top(key, policy.line.depth)
    if line_top is not None and key < line_top[0]:
        message = (
            f"releasing {case.version} after {line_top[1]} would move {_pointers(case)} back: line {case.line} is at {line_top[1]} already"
        )
        return Refusal("not-above-line", message, f"release a version above {line_top[1]}")
    return _back_port(case)


def _pointers(case: Case) -> str:
    return f"`latest` of {case.name.component}" if case.name.component else "`latest`"


def _back_port(case: Case) -> Refusal | str:
    policy = case.policy
    if policy.back_ports == "line" or policy.lists_line(case.version.key):
        return _accepted_back_port(
            case, "every line may get them (policy)" if policy.back_ports == "line" else "maintenance-lines lists it"
        )
    message = f"releasing {case.version} after {case.newest} would move {_pointers(case)} back"
    if policy.back_ports == "strict":
        return Refusal("back-port", f"{message}: the policy is strict, so no back-ports", f"release a version above {case.newest}")
    commit = case.evidence.commit(case.proposal)
    branches = case.evidence.branches(commit) if commit else None
    names = branches.names if branches else ()
    branch = next((name for name in names if _is_branch_of(policy.release_line(name), case)), None)
    if branch is not None:
        return _accepted_back_port(case, f"its commit is on {branch}")
    advice = (
        f"release a version above {case.newest}, or tag this back-port on a release branch of line {case.line} (release/{case.line}), "
        f'or list it: maintenance-lines = ["{case.line}"]'
    )
    unseen = branches.unseen if branches else "the commit is not in this clone"
    if unseen:
        return Refusal(
            "back-port", f"{message}, unless its commit is on a release branch, which cannot be known here: {unseen}", advice, unknown=True
        )
    return Refusal("back-port", f"{message}: its commit is on no release branch of line {case.line}", advice)


def _accepted_back_port(case: Case, why: str) -> str:
    return f"{case.proposal.tag} is a back-port on line {case.line}: {why}; {_pointers(case)} stays at {case.newest}"


def _is_branch_of(line: tuple[int, ...] | None, case: Case) -> bool:
    return line is not None and case.version.line(len(line)) == line


def _gap(case: Case) -> Refusal | None:
    if not case.policy.no_gaps:
        return None
    scheme = case.policy.scheme_of(case.proposal.tag)
    finals = (tag for key, tag in case.before.lower(case.version.key) if key[0] == case.version.key[0])
    for tag in finals:
        lower = _final(tag, case)
        if lower is not None:
            return None if scheme.follows(lower, case.version) else _gap_refusal(case, tag)
    return None


def _final(tag: str, case: Case) -> Version | None:
    name = case.policy.split(tag)
    try:
        version = case.policy.scheme_of(tag).parse(name.version) if name else None
    except BadVersion:
        return None
    return None if version is None or version.is_prerelease else version


def _gap_refusal(case: Case, tag: str) -> Refusal:
    return Refusal(
        "version-gap", f"{case.proposal.tag} leaves versions out: the one before it is {tag}", f"release the version that follows {tag}"
    )


def _descent(case: Case) -> Refusal | str | None:
    """On a commit that descends from the next lower version of its line."""
    policy = case.policy
    lower = next(case.before.lower(case.version.key), None)
    if policy.ancestry == "off" or lower is None or case.policy.line.numbers(lower[0]) != policy.line.numbers(case.version.key):
        return None
    commit = case.evidence.commit(case.proposal)
    descends = case.evidence.descends(commit, lower[1]) if commit else None
    if descends:
        return None
    if descends is None:
        message = f"whether {case.proposal.tag} descends from {lower[1]} cannot be known in this clone"
        if policy.ancestry == "known":
            return message
        return Refusal(
            "not-descended", message, "fetch the whole history (fetch-depth: 0, GIT_DEPTH: 0, git fetch --unshallow)", unknown=True
        )
    message = f"{case.proposal.tag} does not descend from {lower[1]}: what was fixed there would be lost on line {case.line}"
    return Refusal("not-descended", message, f'tag a commit that has {lower[1]} in its history; or set ancestry = "off"')


def _declared(case: Case) -> Refusal | str | None:
    """Equal to the version that the project's own files declare at that commit."""
    commit = case.evidence.commit(case.proposal) if case.policy.check_declared else None
    declarations = case.evidence.declared(commit, case.name.component) if commit else ()
    wrong = next((found for found in declarations if found.version and not _equal(case, found.version)), None)
    if wrong is None:
        return None
    where = f"{wrong.path}:{wrong.line}" if wrong.line else wrong.path
    message = f"{where} declares {wrong.version}, and {case.proposal.tag} would release it as {case.version}"
    fitting = case.name.pattern.write(wrong.version, case.name.component)
    advice = f"set the version in {wrong.path} and commit it first, or tag {fitting}"
    return Refusal("declared-differs", message, f"{advice}; if that file does not count, list those that do: version-files")


def _equal(case: Case, text: str) -> bool:
    """Whether a declared version is the tag's, by the scheme or, where that cannot read it, by another that can read both."""
    for scheme in (case.policy.scheme_of(case.proposal.tag), *map(named, ("pep440", "loose"))):
        try:
            return scheme.parse(text) == scheme.parse(case.version.text)
        except BadVersion:
            continue
    return text == case.version.text


def _lapsed(case: Case) -> str | None:
    """A reminder where the newest tag was once ignored."""
    entry = case.policy.lapsed(case.newest) if case.newest else None
    return f"{case.newest} counts again: ignore-tags left it out until {entry.until}" if entry else None


#: In the order in which they are told.
RULES: tuple[Callable[[Case], Refusal | str | None], ...] = (_moved, _duplicate, _order, _gap, _descent, _declared, _lapsed)
