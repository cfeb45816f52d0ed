"""Variables: those that a configuration sets, and GitLab's predefined ones in each way to start.

Sources: https://docs.gitlab.com/ci/variables/predefined_variables/, https://docs.gitlab.com/ci/variables/where_variables_can_be_used/
(what GitLab expands before any shell sees it) and https://docs.gitlab.com/ci/variables/#cicd-variable-precedence.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from latest_guard import accident
from latest_guard.accident import circumstance
from latest_guard.expressions.tree import Expression, Name, Template
from latest_guard.pipeline import Binding
from latest_guard.systems.shapes import words
from latest_guard.values import Colour, Data, Either, Literal, Str, Symbol, text, transform
from latest_guard.yamltree import Mapping, Node, Scalar, Sequence

if TYPE_CHECKING:
    from latest_guard.source import Text
    from latest_guard.systems.shapes import Shapes

REFERENCE = re.compile(r"\$(?:\$|(\w+)|\{(\w+)\})", re.ASCII)


def expanded(value: Text) -> Template:
    """A text in which GitLab itself puts in the values of variables; `$$` is a dollar sign."""
    parts: list[Text | Expression] = []
    at = 0
    for found in REFERENCE.finditer(value.value):
        name = found[1] or found[2]
        start = found.start() if name else found.start() + 1
        if start > at:
            parts.append(value.cut(at, start))
        if name:
            parts.append(Name(name, value.span(found.start(), found.end())))
        at = found.end()
    if at < len(value.value):
        parts.append(value.cut(at, len(value.value)))
    return Template(tuple(parts), value.span())


def plain(value: Text) -> Template:
    """A text that is left as it is."""
    return Template((value,) if value.value else (), value.span())


def read_variables(node: Node | None, shapes: Shapes) -> tuple[Binding, ...]:
    """A `variables:` mapping; an entry may be a mapping with `value`, `description`, `expand`."""
    made = []
    for entry in shapes.entries(node, "`variables`"):
        value, expands = entry.value, True
        if isinstance(value, Mapping):
            flag = value.get("expand")
            expands = not (isinstance(flag, Scalar) and flag.data() is False)
            value = value.get("value") or Scalar(entry.key.source, entry.key.end, entry.key.end, "")
        scalar = shapes.scalar(value, f"`{entry.key.value}`")
        if scalar is not None:
            made.append(Binding(entry.key.value, expanded(words(scalar)) if expands else plain(words(scalar)), entry.key.span))
    return tuple(made)


def read_form(node: Node | None) -> dict[str, Data]:
    """The variables that a `variables:` mapping shows to who starts a pipeline by hand: those with a description."""
    found: dict[str, Data] = {}
    for entry in node.entries if isinstance(node, Mapping) else ():
        if isinstance(entry.value, Mapping) and entry.value.get("description"):
            found[entry.key.value] = _filled_in(entry.key, entry.value)
    return found


def _filled_in(key: Scalar, node: Mapping) -> Data:
    """What somebody makes of a field: one of its options, or what stands there already, or something else."""
    shown, options, value = f"${key.value}", node.get("options"), node.get("value")
    if isinstance(options, Sequence):
        chosen = tuple(text(one.value, one.span) for one in options.items if isinstance(one, Scalar))
        return Either(shown, chosen, Colour.PERSON, key.span)
    if accident.names_version(key.value):
        typed = accident.typed(key.value, shown, key.span)
    else:
        typed = (Symbol(shown, Colour.PERSON, span=key.span),)
    default = text(value.value, value.span) if isinstance(value, Scalar) else ()
    return Either(shown, (default, typed), Colour.PERSON, key.span) if default else typed


# Predefined -------------------------------------------------------------------------------------------------------------

GROUP: Str = circumstance("the project's group")
PROJECT: Str = circumstance("the project's name")
PATH: Str = (*GROUP, Literal("/"), *PROJECT)
SERVER = "gitlab.example.com"

FIXED = {
    "CI": "true",
    "GITLAB_CI": "true",
    "CI_API_V4_URL": f"https://{SERVER}/api/v4",
    "CI_API_GRAPHQL_URL": f"https://{SERVER}/api/graphql",
    "CI_SERVER": "yes",
    "CI_SERVER_HOST": SERVER,
    "CI_SERVER_FQDN": SERVER,
    "CI_SERVER_NAME": "GitLab",
    "CI_SERVER_PORT": "443",
    "CI_SERVER_PROTOCOL": "https",
    "CI_SERVER_URL": f"https://{SERVER}",
    "CI_REGISTRY": f"registry.{SERVER}",
    "CI_REGISTRY_USER": "gitlab-ci-token",
    "CI_PROJECT_VISIBILITY": "public",
    "CI_BUILDS_DIR": "/builds",
    "CI_CONFIG_PATH": ".gitlab-ci.yml",
    "CI_COMMIT_BEFORE_SHA": "0000000000000000000000000000000000000000",
}
CIRCUMSTANCES = {
    "CI_COMMIT_AUTHOR": "the commit's author",
    "CI_COMMIT_DESCRIPTION": "the commit's description",
    "CI_COMMIT_MESSAGE": "the commit's message",
    "CI_COMMIT_REF_PROTECTED": "the ref is protected",
    "CI_COMMIT_SHA": "the commit",
    "CI_COMMIT_SHORT_SHA": "the commit, short",
    "CI_COMMIT_TIMESTAMP": "the commit's time",
    "CI_COMMIT_TITLE": "the commit's title",
    "CI_CONCURRENT_ID": "the number of the runner's process",
    "CI_JOB_ID": "the job's number",
    "CI_JOB_STARTED_AT": "the time",
    "CI_PIPELINE_CREATED_AT": "the time",
    "CI_PIPELINE_ID": "the pipeline's number",
    "CI_PIPELINE_IID": "the pipeline's number in the project",
    "CI_PROJECT_DIR": "the workspace",
    "CI_PROJECT_ID": "the project's number",
    "CI_RUNNER_ID": "the runner's number",
    "CI_RUNNER_TAGS": "the runner's tags",
    "GITLAB_USER_EMAIL": "the address of who started the pipeline",
    "GITLAB_USER_ID": "the number of who started the pipeline",
    "GITLAB_USER_LOGIN": "who started the pipeline",
    "GITLAB_USER_NAME": "the name of who started the pipeline",
}
SETTINGS = ("CI_JOB_TOKEN", "CI_REGISTRY_PASSWORD", "CI_DEPLOY_USER", "CI_DEPLOY_PASSWORD", "CI_DEPENDENCY_PROXY_PASSWORD")

_OUTSIDE = re.compile(r"[^a-z0-9]")


def slug(name: str) -> str:
    """A name as GitLab puts it into host names: CI_COMMIT_REF_SLUG."""
    return _OUTSIDE.sub("-", name.lower())[:63].strip("-")


def predefined(source: str, default_branch: str, *, tag: Str = (), on: Str = ()) -> dict[str, Data]:
    """The variables of a pipeline that `source` started on a tag or on the branch `on`; the ones it has not are not there."""
    ref = tag or on
    found: dict[str, Data] = {name: text(value) for name, value in FIXED.items()}
    found.update((name, circumstance(value)) for name, value in CIRCUMSTANCES.items())
    found.update((name, (Symbol(name, Colour.SETTING),)) for name in SETTINGS)
    found.update(
        {
            "CI_PIPELINE_SOURCE": text(source),
            "CI_DEFAULT_BRANCH": text(default_branch),
            "CI_COMMIT_REF_NAME": ref,
            "CI_BUILD_REF_NAME": ref,
            "CI_COMMIT_REF_SLUG": transform(ref, slug, "slug"),
            "CI_PROJECT_NAME": PROJECT,
            "CI_PROJECT_TITLE": PROJECT,
            "CI_PROJECT_NAMESPACE": GROUP,
            "CI_PROJECT_ROOT_NAMESPACE": GROUP,
            "CI_PROJECT_PATH": PATH,
            "CI_PROJECT_PATH_SLUG": (*GROUP, Literal("-"), *PROJECT),
            "CI_PROJECT_URL": (Literal(f"https://{SERVER}/"), *PATH),
            "CI_REPOSITORY_URL": (Literal(f"https://{SERVER}/"), *PATH, Literal(".git")),
            "CI_REGISTRY_IMAGE": (Literal(f"registry.{SERVER}/"), *PATH),
        }
    )
    if tag:
        message: dict[str, Data] = {"CI_COMMIT_TAG": tag, "CI_BUILD_TAG": tag, "CI_COMMIT_TAG_MESSAGE": circumstance("the tag's message")}
        found.update(message)
    elif source == "merge_request_event":
        found.update(_merge_request(on, default_branch))
    else:
        found["CI_COMMIT_BRANCH"] = on
    return found


def _merge_request(head: Str, base: str) -> dict[str, Data]:
    return {
        "CI_MERGE_REQUEST_ID": circumstance("the merge request's number"),
        "CI_MERGE_REQUEST_IID": circumstance("the merge request's number in the project"),
        "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME": head,
        "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": text(base),
        "CI_MERGE_REQUEST_TITLE": circumstance("the merge request's title"),
        "CI_MERGE_REQUEST_LABELS": circumstance("the merge request's labels"),
        "CI_MERGE_REQUEST_EVENT_TYPE": circumstance("the merge request's type"),
        "CI_MERGE_REQUEST_PROJECT_PATH": PATH,
        "CI_OPEN_MERGE_REQUESTS": circumstance("the open merge requests"),
    }


# Not set ----------------------------------------------------------------------------------------------------------------

#: GitLab's own variables that only some pipelines have: where one of these has no value in a scenario, it is not there.
SOMETIMES = re.compile(
    r"CI_(COMMIT_TAG|COMMIT_TAG_MESSAGE|COMMIT_BRANCH|BUILD_TAG|MERGE_REQUEST_\w+|OPEN_MERGE_REQUESTS|EXTERNAL_PULL_REQUEST_\w+"
    r"|DEPLOY_FREEZE|DEBUG_\w+|KUBERNETES_ACTIVE|PIPELINE_TRIGGERED|TRIGGER_SHORT_TOKEN|DISPOSABLE_ENVIRONMENT)\Z"
)


def is_predefined(name: str) -> bool:
    """Whether a variable is GitLab's own, by its name."""
    return name in ("CI", "GITLAB_CI") or name.startswith(("CI_", "GITLAB_USER_", "GITLAB_FEATURES"))


def unset(name: str) -> Data:
    """What one of GitLab's own variables holds that a scenario does not set: nothing, or what any ordinary run has."""
    return None if SOMETIMES.match(name) else circumstance(name)
