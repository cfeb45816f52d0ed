"""The scenarios that a workflow's `on:` makes: for each way to start, what the `github` context says.

Sources: https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows for events, activity
types and what GITHUB_REF is in each; https://docs.github.com/en/webhooks/webhook-events-and-payloads for `github.event`.

Where a filter lets several branches or tags through, one of each kind that matters stands for all: the tag that is being
released, the default branch, other branches.  A push to a branch is no release, except where the branch is a release line
(`release/1.27`) and no tag starts the workflow: then that push is how versions are published.  A merged pull request is none
either, except where the workflow takes the version from the name of the merged branch (`release/1.27.4`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING

from latest_guard import accident
from latest_guard.pipeline import Scenario, Start
from latest_guard.systems.github import runs
from latest_guard.systems.github.filters import Filter, Pattern, pattern
from latest_guard.systems.github.inputs import called_inputs, chosen_inputs, read_inputs
from latest_guard.systems.github.runs import Facts, on_branch, on_pull_request, on_tag, scenario
from latest_guard.values import Colour, Data, Either, Kind, Literal, Str, Symbol, text
from latest_guard.yamltree import Mapping, Node, Scalar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from latest_guard.source import Span
    from latest_guard.systems.shapes import Shapes

#: Patterns past this many are not read: nobody writes them.
MAX_PATTERNS = 100
#: Branches that a filter names one by one, each of which is a scenario.
MAX_BRANCHES = 4

#: What a default branch is called, the commonest first.
DEFAULT_BRANCHES = ("main", "master", "trunk", "develop", "devel", "dev")


@dataclass(frozen=True, slots=True)
class Event:
    """An entry of `on:` with its settings. `crons` are the times of a schedule."""

    name: str
    span: Span
    settings: Mapping | None
    shapes: Shapes
    crons: tuple[str, ...] = ()

    def types(self) -> tuple[str, ...]:
        """The activity types that are asked for; none for all."""
        return self.listed("types")

    def listed(self, key: str) -> tuple[str, ...]:
        """The strings that stand under a key, one or several."""
        node = self.settings.get(key) if self.settings else None
        return tuple(item.value for item in self.shapes.several(node, f"`on.{self.name}.{key}`"))

    def filter(self, key: str) -> Filter:
        """The filter that `key` and `key-ignore` make."""
        return Filter(self._patterns(key), self._patterns(f"{key}-ignore"))

    def _patterns(self, key: str) -> tuple[Pattern, ...] | None:
        if not self.settings or self.settings.get(key) is None:
            return None
        return tuple(pattern(one) for one in self.listed(key)[:MAX_PATTERNS])


def events(on: Node, shapes: Shapes) -> tuple[Event, ...]:
    """The events of an `on:` in any of its three forms; one that GitHub does not know is a problem."""
    found: list[tuple[Scalar, Node | None]] = []
    if isinstance(on, Mapping):
        found.extend((entry.key, entry.value) for entry in on.entries)
    else:
        found.extend((item, None) for item in shapes.several(on, "`on`"))
    return tuple(_event(name, settings, shapes) for name, settings in found if _known(name, shapes))


def _event(name: Scalar, settings: Node | None, shapes: Shapes) -> Event:
    if name.value != "schedule":
        return Event(name.value, name.span, shapes.mapping(settings, f"`on.{name.value}`"), shapes)
    times = [shapes.mapping(item, "a time of `on.schedule`") for item in shapes.items(settings, "`on.schedule`")]
    crons = tuple(shapes.string(time.get("cron"), "`cron`") for time in times if time)
    return Event(name.value, name.span, None, shapes, crons)


def _known(name: Scalar, shapes: Shapes) -> bool:
    if name.value in EVENTS:
        return True
    near = get_close_matches(name.value[:100], EVENTS, 1)
    shapes.problem(name, f"there is no event `{name.value[:100]}`" + (f"; did you mean `{near[0]}`?" if near else ""))
    return False


def scenarios(found: tuple[Event, ...], facts: Facts) -> tuple[Scenario, ...]:
    """The scenarios of a workflow's events, in their order."""
    facts = replace(facts, tagged=any(_tagged(event) for event in found))
    return tuple(one for event in found for one in EVENTS[event.name](event, facts))


def _tagged(event: Event) -> bool:
    """Whether an event starts the workflow for the tag of a version."""
    if event.name != "push":
        return event.name in ("release", "create")
    return event.filter("tags").given or not event.filter("branches").given


def default_branch(found: tuple[Event, ...], content: str) -> str:
    """What the repository's default branch is probably called: the name that the triggers, else the file itself, speak of."""
    named = {one for event in found for key in ("branches", "branches-ignore") for one in event.listed(key)}
    named.update(re.findall(r"refs/heads/(\w+)", content))
    named.update(re.findall(r"[\"'](\w+)[\"']", content))
    return next((name for name in DEFAULT_BRANCHES if name in named), DEFAULT_BRANCHES[0])


# Pushes -----------------------------------------------------------------------------------------------------------------


def _push(event: Event, facts: Facts) -> Iterator[Scenario]:
    """A filter on tags alone leaves out branches, and the other way round; without any, both start the workflow."""
    tags, branches = event.filter("tags"), event.filter("branches")
    if tags.given or not branches.given:
        yield from _pushed_tag(event, facts, tags)
    if branches.given or not tags.given:
        for name, branch in _branches(branches, facts):
            ref = on_branch(branch)
            start = Start.RELEASE if not facts.tagged and accident.is_release_line(branch) else Start.BRANCH
            yield scenario(facts, f"push:{name}", start, event.span, ref, _push_payload(ref.full, ()))


def _pushed_tag(event: Event, facts: Facts, tags: Filter) -> Iterator[Scenario]:
    """A tag of a version; where the filter takes no version, the tags that it names."""
    tag = accident.released_tag(tags.accepts, tags.prefixes())
    if tag is not None:
        ref = on_tag(tag)
        yield scenario(facts, "push:tag", Start.RELEASE, event.span, ref, _push_payload(ref.full, _branch_of_the_tag()))
        return
    for one in (tags.only or ())[:MAX_BRANCHES]:
        name = (*text(one.prefix), *(() if one.literal else accident.circumstance("the rest of the tag")))
        if not one.negative and name:
            ref = on_tag(name)
            yield scenario(facts, "push:tag", Start.BRANCH, event.span, ref, _push_payload(ref.full, ()))


def _branch_of_the_tag() -> Str:
    return (Literal("refs/heads/"), *accident.branch("the branch of the tagged commit"))


def _push_payload(ref: Str, base: Str) -> dict[str, Data]:
    commit: dict[str, Data] = {"message": accident.circumstance("the commit's message"), "*": accident.circumstance("the commit's *")}
    return {
        "ref": ref,
        "base_ref": base or None,
        "before": accident.circumstance("the commit before"),
        "after": accident.circumstance("the commit"),
        "compare": accident.circumstance("the link to the changes"),
        "created": bool(base),
        "deleted": False,
        "forced": False,
        "head_commit": commit,
        "commits": [commit],
        "pusher": accident.anything("who pushed"),
    }


def _branches(branches: Filter, facts: Facts) -> list[tuple[str, Str]]:
    """The branches that stand for all that the filter lets through, each with what its scenario is called."""
    found: list[tuple[str, Str]] = []
    if branches.accepts(facts.default_branch):
        found.append(("branch", text(facts.default_branch)))
    if branches.only is None:
        return [*found, ("branch:other", accident.branch("the branch"))]
    chosen = [one for one in branches.only if not one.negative]
    literals = [one.literal for one in chosen if one.literal and branches.accepts(one.literal) and one.literal != facts.default_branch]
    found.extend((f"branch:{name}", text(name)) for name in literals[:MAX_BRANCHES])
    prefixes = dict.fromkeys(one.prefix for one in chosen if one.literal is None)
    for prefix in list(prefixes)[:MAX_BRANCHES]:
        found.append((f"branch:{prefix or 'other'}", accident.branch_behind(prefix)))
    return found


def _create(event: Event, facts: Facts) -> Iterator[Scenario]:
    tag = accident.released_tag()
    assert tag is not None
    payload: dict[str, Data] = {"master_branch": text(facts.default_branch), "description": (), "pusher_type": text("user")}
    yield scenario(facts, "create:tag", Start.RELEASE, event.span, on_tag(tag), {**payload, "ref": tag, "ref_type": text("tag")})
    branch = accident.branch("the new branch")
    of_branch: dict[str, Data] = {**payload, "ref": branch, "ref_type": text("branch")}
    yield scenario(facts, "create:branch", Start.BRANCH, event.span, on_branch(branch), of_branch)


# Releases ---------------------------------------------------------------------------------------------------------------

RELEASE_TYPES = ("published", "released", "created", "edited", "prereleased", "unpublished", "deleted")


def _release(event: Event, facts: Facts) -> Iterator[Scenario]:
    """Without types all of them start the workflow; they differ only where it asks for the type."""
    wanted = event.types()
    if not wanted:
        wanted = RELEASE_TYPES if re.search(r"event\.action|\.action\b", facts.text) else RELEASE_TYPES[:1]
    for kind in dict.fromkeys(wanted):
        if kind in RELEASE_TYPES:
            yield _released(event, facts, kind)


def _released(event: Event, facts: Facts, kind: str) -> Scenario:
    """`released` is never a prerelease, `prereleased` always; what is deleted is not being released."""
    tag = accident.released_tag()
    assert tag is not None
    flag: Data = accident.prerelease_flag()
    if kind == "released":
        tag, flag = accident.final(tag), False
    elif kind == "prereleased":
        tag, flag = accident.prerelease(tag), True
    start = Start.BRANCH if kind in ("deleted", "unpublished") else Start.RELEASE
    payload: dict[str, Data] = {"action": text(kind), "release": release(tag, flag), "changes": accident.anything("what was edited")}
    return scenario(facts, f"release:{kind}", start, event.span, on_tag(tag), payload)


def release(tag: Str, prerelease: Data) -> dict[str, Data]:
    """A release as the API describes it."""
    return {
        "tag_name": tag,
        "name": (Symbol("the release's name", Colour.RELEASED),),
        "prerelease": prerelease,
        "draft": False,
        "immutable": False,
        "target_commitish": accident.branch("the branch of the release"),
        "body": (Symbol("the release's text", Colour.CIRCUMSTANCE),),
        "author": accident.anything("the release's author"),
        "assets": [],
        "*": accident.circumstance("the release's *"),
    }


# By hand, by others -----------------------------------------------------------------------------------------------------

#: A workflow that asks what it was started on may be started on a tag as well.
ASKS_REF = re.compile(r"github[._]ref|metadata-action|git describe|ref_(?:name|type)", re.IGNORECASE)


def _dispatch(event: Event, facts: Facts) -> Iterator[Scenario]:
    declared = read_inputs(event.settings.get("inputs") if event.settings else None, "`on.workflow_dispatch.inputs`", event.shapes)
    typed, strings = chosen_inputs(declared)
    refs = [("workflow_dispatch", on_branch(text(facts.default_branch)))]
    tag = accident.released_tag()
    if tag and ASKS_REF.search(facts.text):
        refs.append(("workflow_dispatch:tag", on_tag(tag)))
    for name, ref in refs:
        payload: dict[str, Data] = {"inputs": strings, "ref": ref.full, "workflow": text(facts.path)}
        yield scenario(facts, name, Start.MANUAL, event.span, ref, payload, inputs=typed)


def _call(event: Event, facts: Facts) -> Iterator[Scenario]:
    """A call from another repository: on a tag, with inputs of which nothing is known."""
    declared = read_inputs(event.settings.get("inputs") if event.settings else None, "`on.workflow_call.inputs`", event.shapes)
    tag = accident.released_tag()
    assert tag is not None
    of_caller: dict[str, Data] = {"event_name": accident.circumstance("the caller's event")}
    _, typed = chosen_inputs(declared)
    payload: dict[str, Data] = {
        "release": release(tag, accident.prerelease_flag()),
        "inputs": {**typed, "*": accident.anything("what somebody gave as github.event.inputs.*", Colour.PERSON)},
        "*": accident.circumstance("the caller's *"),
    }
    inputs = called_inputs(declared)
    yield scenario(facts, "workflow_call", Start.CALLED, event.span, on_tag(tag), payload, inputs=inputs, github=of_caller)


def _repository_dispatch(event: Event, facts: Facts) -> Iterator[Scenario]:
    """Another program starts it, and the version to be released may be in what it sends."""
    payload: dict[str, Data] = {
        "action": _one_of("the type of the dispatch", event.types()),
        "client_payload": accident.anything("client_payload", Colour.RELEASED),
        "branch": text(facts.default_branch),
    }
    yield scenario(facts, event.name, Start.RELEASE, event.span, on_branch(text(facts.default_branch)), payload)


def _one_of(name: str, values: tuple[str, ...]) -> Data:
    """Each of the values happens."""
    if not values:
        return accident.circumstance(name)
    return text(values[0]) if len(values) == 1 else Either(name, tuple(text(value) for value in values))


def _schedule(event: Event, facts: Facts) -> Iterator[Scenario]:
    payload: dict[str, Data] = {"schedule": _one_of("the time of the schedule", tuple(dict.fromkeys(event.crons)))}
    yield scenario(facts, "schedule", Start.BRANCH, event.span, on_branch(text(facts.default_branch)), payload)


def _workflow_run(event: Event, facts: Facts) -> Iterator[Scenario]:
    """What ran before may have run on a tag: `head_branch` is its name then. The run itself stands on the default branch."""
    follows = event.listed("workflows")
    branches = event.filter("branches")
    tag = accident.released_tag(branches.accepts, branches.prefixes()) if branches.given else accident.released_tag()
    heads = [("workflow_run:tag", Start.RELEASE, tag, "push")] if tag else []
    heads += [(f"workflow_run:{name}", Start.BRANCH, branch, "push") for name, branch in _branches(branches, facts)]
    for name, start, head, kind in heads:
        run: dict[str, Data] = {
            "head_branch": head,
            "event": text(kind) if start is Start.BRANCH else Either("the event of the run before", (text("push"), text("release"))),
            "conclusion": text("success"),
            "status": text("completed"),
            "name": _one_of("the workflow that ran before", follows),
            "head_repository": {"full_name": runs.REPOSITORY, "fork": False, "*": accident.circumstance("the head repository's *")},
            "*": accident.circumstance("the * of the run before"),
        }
        payload: dict[str, Data] = {
            "action": _one_of("the type", event.types()),
            "workflow_run": run,
            "workflow": accident.anything("the workflow before"),
        }
        ref = on_branch(text(facts.default_branch))
        yield scenario(facts, name, start, event.span, ref, payload, follows=follows)


# Pull requests ----------------------------------------------------------------------------------------------------------

PULL_REQUEST_TYPES = ("opened", "synchronize", "reopened")
#: A workflow that takes a version from the name of the branch that was merged.
RELEASE_BRANCH = re.compile(r"(?:head[._]ref|head\.label)[^\n]{0,80}(?:\n[^\n]{0,80}/\^?)?(?:release|hotfix|version)([-/])?", re.IGNORECASE)


def _pull_request(event: Event, facts: Facts) -> Iterator[Scenario]:
    kinds = event.types() or PULL_REQUEST_TYPES
    open_kinds = tuple(kind for kind in kinds if kind != "closed")
    if open_kinds:
        yield _pulled(event, facts, event.name, _one_of("the type", open_kinds), False)
    if "closed" in kinds:
        merged: Data = accident.circumstance("the pull request was merged", Kind.BOOLEAN)
        yield _pulled(event, facts, f"{event.name}:closed", text("closed"), merged)


def _pulled(event: Event, facts: Facts, name: str, action: Data, merged: Data) -> Scenario:
    base = _branches(event.filter("branches"), facts)
    target = base[0][1] if base else text(facts.default_branch)
    found = RELEASE_BRANCH.search(facts.text)
    releases = merged is not False and found is not None
    beginning = "release-" if found and found.group(1) == "-" else "release/"
    tag = accident.released_tag(name="the merged branch", accepts=lambda one: one.startswith(beginning))
    head = tag if releases and tag else accident.branch("the pull request's branch")
    ref = on_branch(target) if event.name == "pull_request_target" else on_pull_request()
    payload: dict[str, Data] = {
        "action": action,
        "number": accident.circumstance("the pull request's number"),
        "pull_request": _pull(head, target, merged),
    }
    github: dict[str, Data] = {"head_ref": head, "base_ref": target}
    return scenario(facts, name, Start.RELEASE if releases else Start.BRANCH, event.span, ref, payload, github=github)


def _pull(head: Str, base: Str, merged: Data) -> dict[str, Data]:
    repository: dict[str, Data] = {"full_name": runs.REPOSITORY, "fork": False, "*": accident.circumstance("the head repository's *")}
    return {
        "head": {"ref": head, "repo": repository, "sha": accident.circumstance("the commit"), "*": accident.circumstance("the head's *")},
        "base": {"ref": base, "repo": accident.anything("the base repository"), "*": accident.circumstance("the base's *")},
        "merged": merged,
        "draft": False,
        "state": text("closed" if merged is not False else "open"),
        "labels": [{"name": accident.circumstance("a label"), "*": accident.circumstance("the label's *")}],
        "*": accident.circumstance("the pull request's *"),
    }


# Everything else --------------------------------------------------------------------------------------------------------


def _comment(event: Event, facts: Facts) -> Iterator[Scenario]:
    """A person's words start it, and may name the version."""
    said = (Symbol("the comment", Colour.PERSON | Colour.RELEASED),)
    comment: dict[str, Data] = {"body": said, "*": accident.circumstance("the comment's *")}
    payload: dict[str, Data] = {"action": _one_of("the type", event.types()), "comment": comment, "issue": accident.anything("the issue")}
    yield scenario(facts, event.name, Start.MANUAL, event.span, on_branch(text(facts.default_branch)), payload)


def _milestone(event: Event, facts: Facts) -> Iterator[Scenario]:
    """A milestone that is closed may be a release that bears its name."""
    release = "closed" in event.types() and "milestone.title" in facts.text
    title = accident.released_tag(name="the milestone") if release else accident.circumstance("the milestone")
    milestone: dict[str, Data] = {"title": title, "*": accident.circumstance("the milestone's *")}
    payload: dict[str, Data] = {"action": _one_of("the type", event.types()), "milestone": milestone}
    start = Start.RELEASE if release else Start.BRANCH
    yield scenario(facts, event.name, start, event.span, on_branch(text(facts.default_branch)), payload)


def _package(event: Event, facts: Facts) -> Iterator[Scenario]:
    payload: dict[str, Data] = {
        "action": _one_of("the type", event.types()),
        "registry_package": accident.anything("the published package", Colour.RELEASED),
    }
    yield scenario(facts, event.name, Start.RELEASE, event.span, on_branch(text(facts.default_branch)), payload)


def _other(event: Event, facts: Facts) -> Iterator[Scenario]:
    """An event that has nothing to do with releases: the default branch, and a payload that is not looked into."""
    payload: dict[str, Data] = {"action": _one_of("the type", event.types()), "*": accident.circumstance("the event's *")}
    yield scenario(facts, event.name, Start.BRANCH, event.span, on_branch(text(facts.default_branch)), payload)


OTHERS = (
    *("branch_protection_rule", "check_run", "check_suite", "delete", "deployment", "deployment_status", "discussion", "fork", "gollum"),
    *("image_version", "issues", "label", "member", "merge_group", "page_build", "project", "project_card", "project_column", "public"),
    *("pull_request_review", "pull_request_review_comment", "repository_vulnerability_alert", "status", "watch"),
)

#: Every event that GitHub knows, with what makes its scenarios.
EVENTS: dict[str, Callable[[Event, Facts], Iterator[Scenario]]] = {
    **dict.fromkeys(OTHERS, _other),
    "create": _create,
    "discussion_comment": _comment,
    "issue_comment": _comment,
    "milestone": _milestone,
    "pull_request": _pull_request,
    "pull_request_comment": _comment,
    "pull_request_target": _pull_request,
    "push": _push,
    "registry_package": _package,
    "release": _release,
    "repository_dispatch": _repository_dispatch,
    "schedule": _schedule,
    "workflow_call": _call,
    "workflow_dispatch": _dispatch,
    "workflow_run": _workflow_run,
}
