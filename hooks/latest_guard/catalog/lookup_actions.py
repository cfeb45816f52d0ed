"""GitHub actions that look versions up, compare them, or read the version being released."""

from __future__ import annotations

from typing import TYPE_CHECKING

from latest_guard.catalog.answers import newest, released
from latest_guard.catalog.entries import ActionCheck, ActionOutputs
from latest_guard.catalog.entries import Order as Question
from latest_guard.catalog.strings import truth, veiled
from latest_guard.values import Colour, Lookup, Order, Symbol, derived, plain, samples, symbols

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from latest_guard.values import Str, Worlds


def _tag(name: str, order: Order, *outputs: str, local: bool = False) -> Callable[[Mapping[str, Str]], Mapping[str, Symbol | Question]]:
    """An action that yields one known tag in each of `outputs`."""

    def answer(inputs: Mapping[str, Str]) -> Mapping[str, Symbol | Question]:
        prefix = plain(inputs.get("prefix", ())) or "v"
        return {output: newest(name, order, prefix=prefix, local=local) for output in outputs}

    return answer


def _ecosystem(inputs: Mapping[str, Str]) -> Mapping[str, Symbol | Question]:
    """`git describe` by default; with `semver_only` the newest tag by date that is a version."""
    if truth(inputs.get("semver_only")):
        return {"tag": newest("the newest version tag by date", Order.DATE, local=True)}
    own = released("git describe", "v")
    return {"tag": Symbol(own.name, own.colours, own.samples, lookup=Lookup(own.name, None, True, False, Order.GRAPH, True))}


def _oprypin(inputs: Mapping[str, Str]) -> Mapping[str, Symbol | Question]:
    sort = inputs.get("sort-tags")
    by_version = truth(sort) if sort else not truth(inputs.get("releases-only"))
    order = Order.VERSION if by_version else Order.DATE
    return {"tag": newest("the repository's newest tag", order, prefix=plain(inputs.get("prefix", ())) or "v")}


def _by_tag(name: str, outputs: tuple[str, ...]) -> Callable[[Mapping[str, Str]], Mapping[str, Symbol | Question]]:
    """A release asked for: the badge unless a tag is named."""

    def answer(inputs: Mapping[str, Str]) -> Mapping[str, Symbol | Question]:
        tag = veiled(inputs.get("tag", inputs.get("version", ())))
        if tag and tag not in ("latest", "${{ github.event.release.tag_name }}"):
            return {}
        return {output: newest(name, Order.BADGE) for output in outputs}

    return answer


def _previous(*pairs: tuple[str, str]) -> Callable[[Mapping[str, Str]], Mapping[str, Symbol | Question]]:
    """Outputs with the present version (`own`) and the one before it (`known`)."""
    table = {
        "own": lambda: released("the version of this release", "v"),
        "bare": lambda: released("the version of this release"),
        "known": lambda: newest("the tag before this one", Order.GRAPH, local=True),
        "major": lambda: _part("major", ("1", "1", "1")),
        "minor": lambda: _part("minor", ("27", "29", "29")),
        "patch": lambda: _part("patch", ("4", "0", "0")),
        "prerelease": lambda: _part("prerelease", ("", "", "rc.1"), Colour.PRERELEASE),
    }
    return lambda inputs: {output: table[kind]() for output, kind in pairs}


def _part(name: str, worlds: Worlds, more: Colour = Colour.NONE) -> Symbol:
    return Symbol(f"the {name} of the version being released", Colour.RELEASED | more, worlds)


def _compared(left: str, right: str, **outputs: str) -> Callable[[Mapping[str, Str]], Mapping[str, Symbol | Question]]:
    """Outputs that read `true` or `false` by an operator, or the outcome of `compare`."""

    def answer(inputs: Mapping[str, Str]) -> Mapping[str, Symbol | Question]:
        first, second = inputs.get(left), inputs.get(right)
        if not first or not second:
            return {}
        return {name.replace("__", "-"): Question(first, operator, second, prints=True) for name, operator in outputs.items()}

    return answer


OPERATORS = {
    "=": "==",
    "=<": "<=",
    "=>": ">=",
    "eq": "==",
    "ne": "!=",
    "gt": ">",
    "gte": ">=",
    "ge": ">=",
    "lt": "<",
    "lte": "<=",
    "le": "<=",
}


def _asked(left: str, operator: str, right: str, inputs: Mapping[str, Str]) -> Question | None:
    first, second = inputs.get(left), inputs.get(right)
    asked = (plain(inputs.get(operator, ())) or ">").strip()
    sign = OPERATORS.get(asked, asked)
    if not first or not second or sign not in ("<", "<=", "==", "!=", ">=", ">"):
        return None
    return Question(first, sign, second, prints=True)


def _result(left: str, operator: str, right: str) -> Callable[[Mapping[str, Str]], Mapping[str, Symbol | Question]]:
    def answer(inputs: Mapping[str, Str]) -> Mapping[str, Symbol | Question]:
        found = _asked(left, operator, right, inputs)
        return {"result": found} if found else {}

    return answer


def _utils(inputs: Mapping[str, Str]) -> Mapping[str, Symbol | Question]:
    """https://github.com/madhead/semver-utils: `comparison-result` is `<`, `=` or `>`; the parts of `version`."""
    version = inputs.get("version")
    if not version:
        return {}
    found: dict[str, Symbol | Question] = dict(parsed(version))
    if inputs.get("compare-to"):
        found["comparison-result"] = Question(version, "compare", inputs["compare-to"], prints=True, outcomes=("<", "=", ">"))
    return found


def parsed(version: Str) -> Mapping[str, Symbol]:
    """The parts of a version as parsing actions name them; they keep the version's colours."""
    found, texts = symbols(version), samples(version)
    if not found:
        return {}
    shapes: Mapping[str, Callable[[str], str]] = {
        "release": lambda v: _plain(v).partition("-")[0],
        "major": lambda v: _plain(v).split(".")[0],
        "minor": lambda v: _at(v, 1),
        "patch": lambda v: _at(v, 2),
        "prerelease": lambda v: _plain(v).partition("-")[2],
        "fullversion": _plain,
    }
    return {
        name: derived(found, f"{name} of the version", None if texts is None else (shape(texts[0]), shape(texts[1]), shape(texts[2])))
        for name, shape in shapes.items()
    }


def _plain(version: str) -> str:
    return version.removeprefix("refs/tags/").lstrip("v").partition("+")[0]


def _at(version: str, index: int) -> str:
    parts = _plain(version).partition("-")[0].split(".")
    return parts[index] if index < len(parts) else "0"


def _parse(name: str) -> Callable[[Mapping[str, Str]], Mapping[str, Symbol | Question]]:
    return lambda inputs: dict(parsed(inputs.get(name, ())))


def _file(*outputs: str) -> Callable[[Mapping[str, Str]], Mapping[str, Symbol | Question]]:
    """Reads the version out of the project's own file."""

    def answer(inputs: Mapping[str, Str]) -> Mapping[str, Symbol | Question]:
        wanted = veiled(inputs.get("field", inputs.get("prop_path", inputs.get("property", ())))) or "version"
        return {output: released("the version in the project's own file") for output in outputs} if "version" in wanted.lower() else {}

    return answer


def _selected(inputs: Mapping[str, Str]) -> Mapping[str, Symbol | Question]:
    found = symbols(inputs.get("list", ()))
    if not any(symbol.colours & Colour.KNOWN for symbol in found):
        return {}
    return {"latest": newest("the highest version of the list", Order.VERSION)}


ACTIONS = (
    ActionOutputs(
        "WyriHaximus/github-action-get-previous-tag",
        ("WyriHaximus/github-action-get-previous-tag", "step-security/github-action-get-previous-tag"),
        ("prefix",),
        _tag("the newest tag by date", Order.DATE, "tag", local=True),
        examples=({}, {"prefix": "app/v"}),
    ),
    ActionOutputs(
        "latest release",
        (
            "pozetroninc/github-action-get-latest-release",
            "step-security/github-action-get-latest-release",
            "jmir1/github-action-get-latest-release",
        ),
        ("repository", "excludes"),
        _tag("GitHub's newest release", Order.DATE, "release"),
        examples=({}, {"excludes": "prerelease, draft"}),
    ),
    ActionOutputs(
        "rez0n/actions-github-release",
        ("rez0n/actions-github-release",),
        ("repository", "type"),
        _tag("GitHub's newest release", Order.DATE, "version", "release"),
        examples=({"type": "stable"},),
    ),
    ActionOutputs(
        "actions-ecosystem/action-get-latest-tag",
        ("actions-ecosystem/action-get-latest-tag", "step-security/action-get-latest-tag"),
        ("semver_only", "with_initial_version"),
        _ecosystem,
        examples=({}, {"semver_only": "true"}),
    ),
    ActionOutputs(
        "oprypin/find-latest-tag",
        ("oprypin/find-latest-tag", "kula-app/find-latest-tag", "tdemin/find-latest-tag"),
        ("repository", "prefix", "releases-only", "sort-tags", "regex"),
        _oprypin,
        examples=({"repository": "o/r"}, {"repository": "o/r", "releases-only": "true"}),
    ),
    ActionOutputs(
        "GitHub's latest release",
        (
            "jossef/action-latest-release-info",
            "InsonusK/get-latest-release",
            "thebritican/fetch-latest-release",
            "gregziegan/fetch-latest-release",
            "orderlycode/fetch-latest-release",
            "KageKirin/github-get-latest-release-action",
            "fangqiuming/latest-release-version",
            "ophiosdev/github-action-latest-release",
        ),
        (),
        _tag("GitHub's latest release", Order.BADGE, "tag_name", "tag", "name", "latest"),
        examples=({},),
    ),
    ActionOutputs(
        "a release of GitHub's",
        ("cardinalby/git-get-release-action", "robinraju/release-downloader", "dsaltares/fetch-gh-release-asset", "joutvhu/get-release"),
        ("tag", "version"),
        _by_tag("GitHub's latest release", ("tag_name", "version", "name")),
        examples=({}, {"version": "latest"}),
        counters=({"tag": "v1.27.4"},),
    ),
    ActionOutputs(
        "GitHub's latest release as version",
        ("k15g/action-github-latest-release", "razonyang/github-action-github-latest-release", "reloc8/action-latest-release-version"),
        (),
        _tag("GitHub's latest release", Order.BADGE, "version", "latest-release", "tag"),
        examples=({},),
    ),
    ActionOutputs(
        "pcs-security/select-latest-semver",
        ("pcs-security/select-latest-semver",),
        ("list",),
        _selected,
        examples=({"list": "$KNOWN"},),
        counters=({"list": "[]"}, {"list": "$OTHER"}),
    ),
    ActionOutputs(
        "madhead/semver-utils",
        ("madhead/semver-utils", "step-security/semver-utils"),
        ("version", "compare-to", "satisfies"),
        _utils,
        examples=({"version": "$V", "compare-to": "$OLD"}, {"version": "1.2.3", "compare-to": "$OLD"}),
        counters=({"version": "1.2.3"},),
    ),
    ActionOutputs(
        "fabriziocacicia/semver-compare-action",
        ("fabriziocacicia/semver-compare-action",),
        ("first", "second", "operator"),
        _result("first", "operator", "second"),
        examples=({"first": "$V", "second": "$OLD"}, {"first": "$V", "second": "$OLD", "operator": "=>"}),
        counters=({"first": "$V"},),
    ),
    ActionOutputs(
        "pbrisbin/semver-compare-action",
        ("pbrisbin/semver-compare-action",),
        ("left-semver", "right-semver"),
        _compared("left-semver", "right-semver", compare__value="compare"),
        examples=({"left-semver": "$V", "right-semver": "$OLD"},),
        counters=({"left-semver": "$V"},),
    ),
    ActionOutputs(
        "autsys/semver",
        ("autsys/semver",),
        ("a", "b"),
        _compared("a", "b", gt=">"),
        examples=({"a": "$V", "b": "$OLD"},),
        counters=({"a": "$V"},),
    ),
    ActionOutputs(
        "aleoyakas/check-semver-increased-action",
        ("aleoyakas/check-semver-increased-action",),
        ("current-version", "previous-version"),
        _compared("current-version", "previous-version", is__version__increased=">"),
        examples=({"current-version": "$V", "previous-version": "$OLD"},),
        counters=({"current-version": "$V"},),
    ),
    ActionOutputs(
        "semver-compare of Magento's actions",
        ("graycoreio/github-actions-magento2/semver-compare", "mage-os/github-actions/semver-compare"),
        ("version", "compare_against"),
        _compared("version", "compare_against", result="compare"),
        examples=({"version": "$V", "compare_against": "$OLD"},),
        counters=({"version": "$V"},),
    ),
    ActionOutputs(
        "YunaBraska/semver-info-action",
        ("YunaBraska/semver-info-action",),
        ("semver-a", "semver-b"),
        _compared("semver-a", "semver-b", is_greater_a=">", is_smaller_a="<", is_greater_b="<", is_smaller_b=">"),
        examples=({"semver-a": "$V", "semver-b": "$OLD"},),
        counters=({"semver-a": "$V"},),
    ),
    ActionCheck(
        "jackbilestech/semver-compare",
        ("jackbilestech/semver-compare",),
        ("head", "base", "operator"),
        lambda inputs: _asked("head", "operator", "base", inputs),
        examples=({"head": "$V", "base": "$OLD"}, {"head": "$V", "base": "$OLD", "operator": ">="}),
        counters=({"head": "$V"}, {"head": "$V", "base": "$OLD", "operator": "~"}),
    ),
    ActionOutputs(
        "the pushed tag",
        (
            "dawidd6/action-get-tag",
            "olegtarasov/get-tag",
            "devops-actions/action-get-tag",
            "little-core-labs/get-git-tag",
            "jimschubert/query-tag-action",
            "zingimmick/github-action-get-current-tag",
        ),
        (),
        _previous(("tag", "own")),
        examples=({},),
    ),
    ActionOutputs(
        "battila7/get-version-action",
        ("battila7/get-version-action",),
        (),
        _previous(("version", "own"), ("version-without-v", "bare"), ("major", "major"), ("minor", "minor"), ("patch", "patch")),
        examples=({},),
    ),
    ActionOutputs(
        "a version made from the history",
        ("paulhatch/semantic-version", "ietf-tools/semver-action", "flohansen/semver-action"),
        (),
        _previous(("version", "bare"), ("version_tag", "own"), ("previous_version", "known"), ("current", "known"), ("next", "own")),
        examples=({},),
    ),
    ActionOutputs(
        "GitVersion",
        ("gittools/actions/gitversion/execute", "gittools/actions/gitversion"),
        (),
        _previous(("semVer", "bare"), ("fullSemVer", "bare"), ("majorMinorPatch", "bare"), ("nuGetVersionV2", "bare"), ("major", "major")),
        examples=({},),
    ),
    ActionOutputs(
        "mathieudutour/github-tag-action",
        ("mathieudutour/github-tag-action",),
        (),
        _previous(("new_tag", "own"), ("new_version", "bare"), ("previous_tag", "known"), ("previous_version", "known")),
        examples=({},),
    ),
    ActionOutputs(
        "anothrNick/github-tag-action",
        ("anothrNick/github-tag-action",),
        (),
        _previous(("new_tag", "own"), ("tag", "own"), ("old_tag", "known")),
        examples=({},),
    ),
    ActionOutputs(
        "release-please",
        ("googleapis/release-please-action", "google-github-actions/release-please-action"),
        (),
        _previous(("tag_name", "own"), ("version", "bare"), ("major", "major"), ("minor", "minor"), ("patch", "patch")),
        examples=({},),
    ),
    ActionOutputs(
        "semantic-release",
        ("cycjimmy/semantic-release-action", "codfish/semantic-release-action"),
        (),
        _previous(
            ("new_release_version", "bare"),
            ("new_release_git_tag", "own"),
            ("last_release_version", "known"),
            ("release-version", "bare"),
            ("new_release_major_version", "major"),
        ),
        examples=({},),
    ),
    ActionOutputs(
        "salsify/action-detect-and-tag-new-version",
        ("salsify/action-detect-and-tag-new-version",),
        (),
        _previous(("current-version", "bare"), ("previous-version", "known"), ("tag", "own")),
        examples=({},),
    ),
    ActionOutputs(
        "release-drafter/release-drafter",
        ("release-drafter/release-drafter",),
        (),
        _previous(("tag_name", "own"), ("resolved_version", "bare"), ("major_version", "major")),
        examples=({},),
    ),
    ActionOutputs(
        "WyriHaximus/github-action-next-semvers",
        ("WyriHaximus/github-action-next-semvers",),
        ("version",),
        _parse("version"),
        examples=({"version": "$V"},),
        counters=({"version": "1.2.3"},),
    ),
    ActionOutputs(
        "parsing a version",
        ("booxmedialtd/ws-action-parse-semver", "release-kit/semver", "apexskier/github-semver-parse"),
        ("input_string", "string", "version"),
        lambda inputs: dict(parsed(inputs.get("input_string") or inputs.get("string") or inputs.get("version") or ())),
        examples=({"input_string": "$V"}, {"version": "$V"}),
        counters=({"input_string": "1.2.3"},),
    ),
    ActionOutputs(
        "the version in package.json",
        (
            "martinbeentjes/npm-get-version-action",
            "nyaa8/package-version",
            "tyankatsu0105/read-package-version-action",
            "EndBug/version-check",
        ),
        (),
        _file("current-version", "version"),
        examples=({},),
    ),
    ActionOutputs(
        "a field of a file",
        (
            "SebRollen/toml-action",
            "notiz-dev/github-action-json-property",
            "zoexx/github-action-json-file-properties",
            "christian-draeger/read-properties",
            "ActionsTools/read-json-action",
        ),
        ("field", "prop_path", "property"),
        _file("value", "prop", "version"),
        examples=({"field": "package.version"}, {"prop_path": "version"}),
        counters=({"field": "package.name"},),
    ),
)
