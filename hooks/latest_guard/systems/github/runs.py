"""What the `github` context and the environment say in any run.

Source: https://docs.github.com/en/actions/reference/workflows-and-actions/contexts#github-context and
https://docs.github.com/en/actions/reference/workflows-and-actions/variables.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from latest_guard.accident import anything, circumstance
from latest_guard.pipeline import Scenario, Start
from latest_guard.values import Colour, Data, Kind, Literal, Str, Symbol, text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from latest_guard.source import Span

OWNER: Str = circumstance("the repository's owner")
REPOSITORY: Str = (*OWNER, Literal("/"), *circumstance("the repository's name"))


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a workflow whatever starts it.

    `system` decides under which further names its context goes; `tagged` says that the tag of a version starts it, too.
    """

    path: str
    name: str
    text: str
    system: str
    default_branch: str
    tagged: bool = False


@dataclass(frozen=True, slots=True)
class Ref:
    """What a run stands on: `kind` is branch or tag, empty for a pull request's merge commit."""

    full: Str
    name: Str
    kind: str


def on_tag(tag: Str) -> Ref:
    """A run on a tag."""
    return Ref((Literal("refs/tags/"), *tag), tag, "tag")


def on_branch(name: Str) -> Ref:
    """A run on a branch."""
    return Ref((Literal("refs/heads/"), *name), name, "branch")


def on_pull_request() -> Ref:
    """A run on the merge commit of a pull request."""
    number = (*circumstance("the pull request's number"), Literal("/merge"))
    return Ref((Literal("refs/pull/"), *number), number, "")


def scenario(
    facts: Facts,
    name: str,
    start: Start,
    span: Span,
    ref: Ref,
    event: Mapping[str, Data],
    *,
    inputs: Mapping[str, Data] | None = None,
    follows: tuple[str, ...] = (),
    github: Mapping[str, Data] | None = None,
) -> Scenario:
    """A scenario of the event that `name` begins with: `event` is its payload, `github` what it changes in the context."""
    context = {**_github(facts, text(name.partition(":")[0]), ref), **(github or {}), "event": {**_payload(facts, ref), **event}}
    contexts: dict[str, Data] = {"github": context, "inputs": inputs or {}, "runner": RUNNER}
    if facts.system != "github-actions":
        contexts.update({"gitea": context, "forge": context, "forgejo": context})
    return Scenario(name, start, span, contexts, _variables(facts, context), follows)


def _github(facts: Facts, event: Str, ref: Ref) -> dict[str, Data]:
    """The `github` context without its event."""
    return {
        "event_name": event,
        "ref": ref.full,
        "ref_name": ref.name,
        "ref_type": text(ref.kind),
        "ref_protected": circumstance("the ref is protected", Kind.BOOLEAN),
        "base_ref": (),
        "head_ref": (),
        "workflow": text(facts.name),
        "workflow_ref": (*REPOSITORY, Literal(f"/{facts.path}@"), *ref.full),
        "repository": REPOSITORY,
        "repository_owner": OWNER,
        "repositoryUrl": (Literal("git://github.com/"), *REPOSITORY, Literal(".git")),
        "token": (Symbol("the job's token", Colour.SETTING),),
        **{key: text(value) for key, value in FIXED.items()},
        **{key: circumstance(value) for key, value in CIRCUMSTANCES.items()},
    }


FIXED = {
    "action": "__run",
    "api_url": "https://api.github.com",
    "event_path": "/home/runner/work/_temp/_github_workflow/event.json",
    "graphql_url": "https://api.github.com/graphql",
    "repository_visibility": "public",
    "retention_days": "90",
    "run_attempt": "1",
    "secret_source": "Actions",
    "server_url": "https://github.com",
}
CIRCUMSTANCES = {
    "actor": "who started the run",
    "actor_id": "the number of who started the run",
    "action_path": "the action's folder",
    "action_ref": "the action's ref",
    "action_repository": "the action's repository",
    "job": "the job",
    "repository_id": "the repository's number",
    "repository_owner_id": "the number of the repository's owner",
    "run_id": "the run's id",
    "run_number": "the run's number",
    "sha": "the commit",
    "triggering_actor": "who started the run again",
    "workflow_sha": "the workflow's commit",
    "workspace": "the workspace",
}
RUNNER: dict[str, Data] = {
    "os": text("Linux"),
    "arch": text("X64"),
    "name": circumstance("the runner's name"),
    "temp": text("/home/runner/work/_temp"),
    "tool_cache": text("/opt/hostedtoolcache"),
    "workspace": text("/home/runner/work/repository"),
    "environment": text("github-hosted"),
    "debug": (),
}


def _payload(facts: Facts, ref: Ref) -> dict[str, Data]:
    """What every event brings along. On a tag nothing says what the default branch is called: it may be the newest line."""
    default = (Symbol("the default branch", Colour.BRANCH),) if ref.kind == "tag" else text(facts.default_branch)
    repository: dict[str, Data] = {
        "full_name": REPOSITORY,
        "name": (REPOSITORY[-1],),
        "owner": {"login": OWNER, "name": OWNER, "*": circumstance("the repository owner's *")},
        "default_branch": default,
        "fork": False,
        "private": False,
        "visibility": text("public"),
        "html_url": (Literal("https://github.com/"), *REPOSITORY),
        "clone_url": (Literal("https://github.com/"), *REPOSITORY, Literal(".git")),
        "*": circumstance("the repository's *"),
    }
    return {
        "repository": repository,
        "sender": anything("who started the run"),
        "organization": anything("the organization"),
        "enterprise": anything("the enterprise"),
    }


#: The variables that repeat a value of the context.
REPEATED = (
    *("actor", "actor_id", "api_url", "base_ref", "event_name", "event_path", "graphql_url", "head_ref", "job", "ref", "ref_name"),
    *("ref_protected", "ref_type", "repository", "repository_id", "repository_owner", "repository_owner_id", "retention_days"),
    *(
        "run_attempt",
        "run_id",
        "run_number",
        "server_url",
        "sha",
        "triggering_actor",
        "workflow",
        "workflow_ref",
        "workflow_sha",
        "workspace",
    ),
)


def _variables(facts: Facts, context: Mapping[str, Data]) -> dict[str, Data]:
    """What every shell of the run finds in its environment."""
    prefixes = ("GITHUB_",) if facts.system == "github-actions" else ("GITHUB_", "GITEA_", "FORGEJO_")
    found = {prefix + name.upper(): context[name] for prefix in prefixes for name in REPEATED}
    constant = {"CI": "true", "GITHUB_ACTIONS": "true", "HOME": "/home/runner", "USER": "runner", "ImageOS": "ubuntu24"}
    found.update((name, text(value)) for name, value in constant.items())
    found.update((f"RUNNER_{name.upper()}", RUNNER[name]) for name in ("os", "arch", "name", "temp", "tool_cache", "environment"))
    return found
