"""GitHub releases on the command line: gh, hub, gh api. https://cli.github.com/manual/gh_release_create"""

from __future__ import annotations

from typing import TYPE_CHECKING

from latest_guard.catalog.answers import unknown
from latest_guard.catalog.arguments import Arguments, options
from latest_guard.catalog.entries import Form, Mover, Question, Target
from latest_guard.catalog.releases import api_answer, badge, bears_badge, edited, latest_release, release_list, release_table
from latest_guard.catalog.strings import partition, veiled
from latest_guard.values import Order, Str, Symbol, plain, text

if TYPE_CHECKING:
    from collections.abc import Sequence

RELEASING = options(
    "-t --title -n --notes -F --notes-file --notes-start-tag --target --discussion-category -R --repo --tag -m --message "
    "--file -a --attach --hostname --commitish"
)
CALLING = options("-X --method -f --raw-field -F --field -H --header --input -q --jq -t --template --hostname -p --preview --cache")
VIEWING = options("-R --repo --json -q --jq -t --template -L --limit -O --order")
#: Letters of gh's flags without a value that may be written together.
SWITCHES = "dp"


def _repository(arguments: Arguments) -> str:
    return plain(arguments.value("-R", "--repo") or ()) or ""


def _created(arguments: Arguments) -> Sequence[Target]:
    flag = arguments.flag
    return badge(flag("--latest"), flag("-d", "--draft"), flag("-p", "--prerelease"), _repository(arguments))


def _changed(arguments: Arguments) -> Sequence[Target]:
    flag = arguments.flag
    return edited(flag("--latest"), flag("--draft"), flag("--prerelease"), _repository(arguments))


def _hub_edited(arguments: Arguments) -> Sequence[Target]:
    flag = arguments.flag
    return edited(None, flag("-d", "--draft"), flag("-p", "--prerelease"))


def fields_of(arguments: Arguments) -> dict[str, Str]:
    """The fields that a `gh api` call sends."""
    found = {}
    for value in arguments.values("-f", "--raw-field", "-F", "--field"):
        parts = partition(value, "=")
        if parts and (name := plain(parts[0])):
            found[name] = parts[1]
    return found


def _api(arguments: Arguments) -> Sequence[Target]:
    path = arguments.positional(0)
    method = (plain(arguments.value("-X", "--method") or ()) or "").upper()
    fields = fields_of(arguments)
    if path is None or not (fields or method):
        return ()
    return written(veiled(path), method or "POST", fields)


def written(path: str, method: str, fields: dict[str, Str]) -> Sequence[Target]:
    """The targets of a write to GitHub's REST API: releases, and refs that are set."""
    parts = path.partition("?")[0].strip("/").split("/")
    if "releases" in parts and "assets" not in parts and "generate-notes" not in parts:
        settings = fields.get("make_latest"), fields.get("draft"), fields.get("prerelease")
        if method == "POST" and parts[-1] == "releases":
            return badge(*settings)
        return edited(*settings) if method in ("PATCH", "PUT") else ()
    if method == "POST" and parts[-2:] == ["git", "refs"] and "ref" in fields:
        return (Target(fields["ref"], Form.REF),)
    if method in ("PATCH", "PUT") and "refs" in parts and "tags" in parts:
        return (Target(text("/".join(parts[parts.index("tags") :]).removeprefix("tags/")), Form.REF),)
    return ()


MOVERS = (
    Mover(
        "gh release create",
        "github-release",
        ("gh",),
        ("release", "create"),
        _created,
        RELEASING,
        SWITCHES,
        examples=(
            "gh release create v1.27.4 --generate-notes",
            "gh release create v1 -t x --latest",
            "gh release create v1 --latest=$L -R o/r",
            "gh release create v1 --draft=false --verify-tag",
        ),
        counters=(
            "gh release create v1 --draft",
            "gh release create v1 -dp",
            "gh release create v1 --latest=false",
            "gh release create v1 --prerelease",
            "gh release upload v1 x",
        ),
    ),
    Mover(
        "gh release new",
        "github-release",
        ("gh",),
        ("release", "new"),
        _created,
        RELEASING,
        SWITCHES,
        examples=("gh release new v1.27.4",),
        counters=("gh release new v1 --draft",),
    ),
    Mover(
        "gh release edit",
        "github-release",
        ("gh",),
        ("release", "edit"),
        _changed,
        RELEASING,
        examples=("gh release edit v1 --latest", "gh release edit v1 --draft=false", "gh release edit v1 --draft=false --prerelease=$P"),
        counters=(
            "gh release edit v1 --notes x",
            "gh release edit v1 --draft",
            "gh release edit v1 --latest=false --draft=false",
            "gh release edit v1 --prerelease",
            "gh release edit v1 --draft=false --prerelease",
        ),
    ),
    Mover(
        "hub release create",
        "github-release",
        ("hub",),
        ("release", "create"),
        _created,
        RELEASING,
        SWITCHES,
        examples=("hub release create -m x v1",),
        counters=("hub release create -d v1", "hub release create --prerelease v1"),
    ),
    Mover(
        "hub release edit",
        "github-release",
        ("hub",),
        ("release", "edit"),
        _hub_edited,
        RELEASING,
        SWITCHES,
        examples=("hub release edit --draft=false v1",),
        counters=("hub release edit -m x v1",),
    ),
    Mover(
        "gh api",
        "github-release",
        ("gh",),
        ("api",),
        _api,
        CALLING,
        examples=(
            "gh api repos/o/r/releases -f tag_name=v1",
            "gh api -X PATCH repos/o/r/releases/7 -F draft=false",
            "gh api --method PATCH /repos/o/r/releases/7 -f make_latest=true",
            "gh api repos/o/r/git/refs -f ref=refs/tags/latest -f sha=$S",
            "gh api -X PATCH repos/o/r/git/refs/tags/latest -f sha=$S",
        ),
        counters=(
            "gh api repos/o/r/releases",
            "gh api repos/o/r/releases -f tag_name=v1 -F draft=true",
            "gh api -X PATCH repos/o/r/releases/7 -f body=x",
            "gh api -X DELETE repos/o/r/releases/7",
            "gh api repos/o/r/releases -f tag_name=v1 -f make_latest=false",
            "gh api repos/o/r/releases/generate-notes -f tag_name=v1",
        ),
    ),
)


def _viewed(arguments: Arguments) -> Symbol | None:
    """`gh release view` without a tag: the badge. With one it is membership, but for the question whether it is the latest."""
    if arguments.positionals:
        return bears_badge() if veiled(arguments.value("--json") or ()) == "isLatest" else None
    if arguments.has("--json"):
        return latest_release()
    return unknown("GitHub's latest release", Order.BADGE, many=False)


def _listed(arguments: Arguments) -> Symbol | None:
    answer = release_list if arguments.has("--json") else release_table
    return answer(prereleases=not arguments.has("--exclude-pre-releases"), alone=plain(arguments.value("-L", "--limit") or ()) == "1")


def _called(arguments: Arguments) -> Symbol | None:
    path = arguments.positional(0)
    method = (plain(arguments.value("-X", "--method") or ()) or "").upper()
    if path is None or method not in ("", "GET") or (not method and fields_of(arguments)):
        return _graph(arguments) if path is not None and plain(path) == "graphql" else None
    return api_answer(veiled(path))


def _graph(arguments: Arguments) -> Symbol | None:
    query = veiled(fields_of(arguments).get("query", ()))
    if "latestRelease" in query:
        return unknown("GitHub's latest release", Order.BADGE, many=False)
    if "releases(" in query or "refs/tags" in query:
        return unknown("GitHub's releases", Order.DATE)
    return None


QUESTIONS = (
    Question(
        "gh release view",
        ("gh",),
        ("release", "view"),
        _viewed,
        VIEWING,
        filters=("-q", "--jq"),
        examples=("gh release view --json tagName -q .tagName", "gh release view -R o/r"),
        counters=("gh release view v1.27.4", "gh release view $TAG --json url"),
    ),
    *(
        Question(
            f"gh release {word}",
            ("gh",),
            ("release", word),
            _listed,
            VIEWING,
            filters=("-q", "--jq"),
            examples=(f"gh release {word} --limit 1", f"gh release {word} --json tagName,isLatest --jq .[0].tagName"),
            counters=("gh release download", "gh issue list"),
        )
        for word in ("list", "ls")
    ),
    Question(
        "gh api",
        ("gh",),
        ("api",),
        _called,
        CALLING,
        filters=("-q", "--jq"),
        examples=(
            "gh api repos/o/r/releases/latest --jq .tag_name",
            "gh api /repos/o/r/tags --paginate",
            "gh api repos/{owner}/{repo}/git/refs/tags",
            "gh api graphql -f query='{repository{latestRelease{tagName}}}'",
        ),
        counters=(
            "gh api repos/o/r/releases/tags/v1",
            "gh api repos/o/r/releases -f tag_name=v1",
            "gh api user",
            "gh api -X POST repos/o/r/releases",
        ),
    ),
    Question(
        "hub release",
        ("hub",),
        ("release",),
        lambda a: None if a.positionals else unknown("GitHub's releases", Order.DATE),
        VIEWING,
        examples=("hub release -L 1",),
        counters=("hub release show v1",),
    ),
)
