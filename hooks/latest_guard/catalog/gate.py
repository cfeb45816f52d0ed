"""latest-guard itself: what a command line of `gate` or `check-tag` asks, what one of `promote` or `reconcile` moves, and the action.

What they answer is worked out where they are met in a replay; here stands how they are called. docs/gate.md says the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from latest_guard.catalog.arguments import options, parse
from latest_guard.catalog.entries import ActionCommand, Runner
from latest_guard.catalog.strings import split
from latest_guard.values import Colour, Literal, Str, colours, plain, text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from latest_guard.catalog.arguments import Arguments

#: Options of `gate` that take a value.
GATE = options(
    "--image --npm --pypi --github --pointer --channel --image-tag --on-disagreement --timeout --format --dotenv --repo "
    "--scheme --calver-format --tag-pattern --pointer-tags --ignore-tags --epochs --remote --log"
)
#: Options of `check-tag` that take a value.
CHECK_TAG = options(
    "--repo --commit --branch --format --scheme --calver-format --tag-pattern --policy --line --release-branches --maintenance-lines "
    "--ancestry --moved-tags --deleted-tags --declared-version --version-files --pointer-tags --ignore-tags --epochs --remote "
    "--remote-timeout --log"
)
#: Options of `promote` that take a value; those of `reconcile` are among them.
PROMOTE = (GATE - {"--dotenv"}) | {"--rollback"}
#: Options that say where `gate` asks: two questions that differ in them may be answered differently.
SOURCES = ("--image", "--npm", "--pypi", "--github", "--image-tag", "--repo", "--remote")


@dataclass(frozen=True, slots=True)
class Gate:
    """A command line of `gate`: the version it asks about, whom it asks, and where the answer goes.

    `pointers` and `channels` are empty and `image_tag` is None where the command line leaves them to the configuration.
    """

    version: Str
    images: tuple[Str, ...]
    sources: tuple[Str, ...]
    pointers: tuple[Str, ...]
    channels: tuple[Str, ...]
    image_tag: Str | None
    form: str  # what is printed: text, json or shell
    dotenv: Str | None
    exit_code: bool
    offline: bool


@dataclass(frozen=True, slots=True)
class CheckTag:
    """A command line of `check-tag`: its tag, and the policy where it says one (None: the configured one)."""

    tag: Str
    policy: Str | None
    offline: bool


def gate(words: Sequence[Str]) -> Gate | None:
    """What the words behind `latest-guard gate` ask; None where they ask nothing: no version, or `--help`."""
    arguments = parse(words, GATE)
    version = _version(arguments)
    if version is None or arguments.has("-h", "--help"):
        return None
    return Gate(
        version,
        tuple(arguments.values("--image")),
        tuple(arguments.values(*SOURCES)),
        tuple(arguments.values("--pointer")),
        tuple(arguments.values("--channel")),
        arguments.value("--image-tag"),
        "shell" if arguments.has("--shell") else plain(arguments.value("--format") or ()) or "text",
        arguments.value("--dotenv"),
        arguments.has("--exit-code"),
        arguments.has("--offline"),
    )


def check_tag(words: Sequence[Str]) -> CheckTag | None:
    """What the words behind `latest-guard check-tag` ask; None where they ask nothing."""
    arguments = parse(words, CHECK_TAG)
    tag = _version(arguments)
    if tag is None or arguments.has("-h", "--help"):
        return None
    return CheckTag(tag, arguments.value("--policy"), arguments.has("--offline"))


@dataclass(frozen=True, slots=True)
class Act:
    """A command line that moves pointers on purpose. What is empty is left to the configuration.

    `version` is None where each pointer gets the highest version of its own line; `rollback` is the reason for which pointers may go back,
    None where they may not.
    """

    command: str
    version: Str | None
    images: tuple[Str, ...]
    packages: tuple[Str, ...]
    repositories: tuple[Str, ...]
    pointers: tuple[Str, ...]
    channels: tuple[Str, ...]
    rollback: Str | None = None


def promote(words: Sequence[Str]) -> Act | None:
    """What the words behind `latest-guard promote` move; None where they move nothing: no version, `--dry-run`, `--help`."""
    arguments = parse(words, PROMOTE)
    version = _version(arguments)
    if version is None or arguments.has("-h", "--help", "--dry-run"):
        return None
    packages, repositories = tuple(arguments.values("--npm")), tuple(arguments.values("--github"))
    return Act(
        "promote", version, tuple(arguments.values("--image")), packages, repositories, *_names(arguments), arguments.value("--rollback")
    )


def reconcile(words: Sequence[Str]) -> Act | None:
    """What the words behind `latest-guard reconcile` move; None where they only ask for help."""
    arguments = parse(words, PROMOTE)
    return None if arguments.has("-h", "--help") else Act("reconcile", None, tuple(arguments.values("--image")), (), (), *_names(arguments))


def _names(arguments: Arguments) -> tuple[tuple[Str, ...], tuple[Str, ...]]:
    return tuple(arguments.values("--pointer")), tuple(arguments.values("--channel"))


def _version(arguments: Arguments) -> Str | None:
    """The version among the positionals: options that stand in a variable are none, so the released one goes before."""
    released = [word for word in arguments.positionals if Colour.RELEASED in colours(word)]
    return next(iter(released or arguments.positionals), None)


# The action -------------------------------------------------------------------------------------------------------------

#: Inputs with one item a line, and the option that each item becomes.
LISTS = {
    "images": "--image",
    "npm": "--npm",
    "pypi": "--pypi",
    "github": "--github",
    "pointers": "--pointer",
    "channels": "--channel",
}


def _line(inputs: Mapping[str, Str]) -> Sequence[Str] | None:
    """The command line that the action runs for its inputs; None where only the run knows which command."""
    command = plain(inputs["command"])
    if command is None:
        return None
    words = [text("latest-guard"), text(command)]
    if command == "gate":
        words += [(Literal(f"{option}="), *item) for name, option in LISTS.items() for item in split(inputs.get(name, ()), "\n")]
    return [*words, *([text("--"), inputs["version"]] if command in ("gate", "check-tag") else [])]


ACTIONS = (
    ActionCommand(
        "latest-guard/latest-guard",
        ("latest-guard/latest-guard",),
        ("command", "version", *LISTS),
        _line,
        defaults={"command": "gate"},
        variables={"version": "GITHUB_REF_NAME"},
        examples=(
            {"version": "$V", "images": "ghcr.io/o/r"},
            {"command": "check-tag", "version": "$V"},
            {"command": "lint", "version": "$V"},
        ),
        counters=({"command": "$WHICH", "version": "$V"},),
    ),
)


# Ways to call it --------------------------------------------------------------------------------------------------------


def _module(arguments: Arguments) -> Sequence[Str] | None:
    """`python -m latest_guard …`."""
    seen = [plain(word) for word in arguments.words]
    if "-m" not in seen[:4] or seen[seen.index("-m") + 1 :][:1] != ["latest_guard"]:
        return None
    return [text("latest-guard"), *arguments.words[seen.index("-m") + 2 :]]


RUNNERS = (
    Runner(
        "python -m latest_guard",
        ("python", "python3", "py", *(f"python3.{minor}" for minor in range(10, 16))),
        (),
        _module,
        examples=("python -m latest_guard gate $V", "python3 -I -m latest_guard check-tag $V"),
        counters=("python -m pip install latest-guard", "python latest_guard.py", "python3 -c pass"),
    ),
)
