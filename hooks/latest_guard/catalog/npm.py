"""npm and what publishes to its registry: pnpm, yarn (classic and berry), bun, lerna, changesets. https://docs.npmjs.com/cli/commands/npm-publish"""

from __future__ import annotations

from typing import TYPE_CHECKING

from latest_guard.catalog.answers import newest, released, unknown, worlds
from latest_guard.catalog.arguments import Arguments, options
from latest_guard.catalog.entries import Form, Mover, Question, Target
from latest_guard.catalog.images import is_private_registry
from latest_guard.catalog.strings import HOLE, truth, veiled
from latest_guard.values import Colour, Lookup, Order, Str, Symbol, plain, text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PUBLISHING = options(
    "--tag --registry --access --otp --userconfig --cache --prefix -C --cwd -w --workspace --filter -F --publish-branch "
    "--report-summary-file --loglevel --dir --new-version --message --provenance-file --auth-type -m --include --exclude "
    "--from --since --tolerate-republish= --dist-tag --preid --pre-dist-tag --legacy-auth --temp-tag= --git-head "
    "--tag-version-prefix --contents"
)
ASKING = options("--registry --userconfig --prefix -C --cwd --fields -f --cache --loglevel --workspace -w --filter -F")


def _published(arguments: Arguments) -> Sequence[Target]:
    """The dist-tag that a publish sets: `latest` unless it says another one."""
    if truth(arguments.flag("--dry-run", "-n")) or any(plain(word) in ("-h", "--help") for word in arguments.words):
        return ()
    if _local(arguments):
        return ()
    return (Target(arguments.value("--tag", "--dist-tag") or text("latest"), Form.TAG),)


def _local(arguments: Arguments) -> bool:
    """Is it a registry of this machine?"""
    host = veiled(arguments.value("--registry") or ()).partition("://")[2]
    return is_private_registry(text(host if "/" in host else host + "/"))


def _nx_release(arguments: Arguments) -> Sequence[Target]:
    """`nx release` versions, writes the change log and publishes; without `--yes` it asks first, which no pipeline can answer."""
    parts = {"version", "changelog", "plan", "plan:check", "publish"}
    if arguments.has("--skip-publish", "--skipPublish") or not arguments.has("-y", "--yes") or parts & set(arguments.texts()):
        return ()
    return _published(arguments)


def _lerna(arguments: Arguments) -> Sequence[Target]:
    if arguments.has("--canary", "-c", "--skip-npm"):
        return ()
    return (Target(arguments.value("--dist-tag", "--npm-tag") or text("latest"), Form.TAG),)


def _dist_tag(arguments: Arguments) -> Sequence[Target]:
    """`dist-tag add package@version [tag]`."""
    package = arguments.positional(0)
    if package is None or _local(arguments):
        return ()
    return (Target(arguments.positional(1) or text("latest"), Form.TAG, repository=_package(package), points=True),)


def _package(word: Str) -> str:
    seen = veiled(word)
    at = seen.find("@", 1)
    name = seen if at < 0 else seen[:at]
    return "" if HOLE in name else name


def _publish(name: str, tool: str, words: tuple[str, ...], examples: tuple[str, ...], counters: tuple[str, ...]) -> Mover:
    return Mover(name, "npm", (tool,), words, _published, PUBLISHING, examples=examples, counters=counters)


def _add(name: str, tool: str, words: tuple[str, ...]) -> Mover:
    line = " ".join((tool, *words))
    return Mover(
        name,
        "npm",
        (tool,),
        words,
        _dist_tag,
        PUBLISHING,
        examples=(f"{line} pkg@1.27.4 latest", f"{line} @o/p@$V"),
        counters=(line, f"{tool} install pkg@latest"),
    )


MOVERS = (
    _publish(
        "npm publish",
        "npm",
        ("publish",),
        ("npm publish", "npm publish --tag latest ./x.tgz", "npm publish --access public"),
        ("npm publish --dry-run", "npm pack", "npm run publish", "npm publish --registry http://localhost:4873"),
    ),
    _publish("npm stage publish", "npm", ("stage", "publish"), ("npm stage publish",), ("npm stage list",)),
    _publish(
        "pnpm publish",
        "pnpm",
        ("publish",),
        ("pnpm publish -r --no-git-checks", "pnpm -r publish --tag=latest", "pnpm --filter a publish"),
        ("pnpm publish --dry-run", "pnpm run publish"),
    ),
    _publish("pnpm recursive publish", "pnpm", ("recursive", "publish"), ("pnpm recursive publish",), ("pnpm recursive run build",)),
    _publish("yarn publish", "yarn", ("publish",), ("yarn publish --new-version 1.27.4",), ("yarn run publish", "yarn pack")),
    _publish("yarn npm publish", "yarn", ("npm", "publish"), ("yarn npm publish --access public",), ("yarn npm audit",)),
    Mover(
        "yarn workspace npm publish",
        "npm",
        ("yarn",),
        ("workspace",),
        lambda a: _inside(a, 1),
        PUBLISHING,
        examples=("yarn workspace a npm publish",),
        counters=("yarn workspace a build",),
    ),
    Mover(
        "yarn workspaces foreach npm publish",
        "npm",
        ("yarn",),
        ("workspaces", "foreach"),
        lambda a: _inside(a, 0),
        PUBLISHING,
        examples=("yarn workspaces foreach -A --no-private npm publish --tolerate-republish",),
        counters=("yarn workspaces foreach run build",),
    ),
    _publish("bun publish", "bun", ("publish",), ("bun publish --access public",), ("bun publish --dry-run", "bun run publish")),
    Mover(
        "nx release publish",
        "npm",
        ("nx",),
        ("release", "publish"),
        _published,
        PUBLISHING,
        examples=("nx release publish", "nx release publish --tag latest --projects=a"),
        counters=("nx release publish --dry-run", "nx release version", "nx run-many -t publish"),
    ),
    Mover(
        "nx release",
        "npm",
        ("nx",),
        ("release",),
        _nx_release,
        PUBLISHING,
        examples=("nx release --yes", "nx release 1.27.4 -y --tag latest"),
        counters=(
            "nx release --skip-publish",
            "nx release --dry-run",
            "nx release",
            "nx release changelog 1.27.4",
            "nx release plan --yes",
        ),
    ),
    Mover(
        "lerna publish",
        "npm",
        ("lerna",),
        ("publish",),
        _lerna,
        PUBLISHING,
        examples=("lerna publish from-package --yes", "lerna publish --dist-tag latest"),
        counters=("lerna publish --canary", "lerna version"),
    ),
    *(
        Mover(
            "changeset publish",
            "npm",
            (tool,),
            ("publish",),
            _published,
            PUBLISHING,
            examples=(f"{tool} publish", f"{tool} publish --tag latest"),
            counters=(f"{tool} version", f"{tool} status"),
        )
        for tool in ("changeset", "cli")
    ),
    _add("npm dist-tag add", "npm", ("dist-tag", "add")),
    _add("npm dist-tag set", "npm", ("dist-tag", "set")),
    _add("npm dist-tags add", "npm", ("dist-tags", "add")),
    _add("pnpm dist-tag add", "pnpm", ("dist-tag", "add")),
    _add("yarn tag add", "yarn", ("tag", "add")),
    _add("yarn npm tag add", "yarn", ("npm", "tag", "add")),
)


def _inside(arguments: Arguments, skip: int) -> Sequence[Target]:
    if arguments.texts()[skip : skip + 2] != ["npm", "publish"]:
        return ()
    return _published(arguments)


def _viewed(arguments: Arguments) -> Symbol | None:
    """`npm view PACKAGE[@TAG] FIELD…`."""
    package = arguments.positional(0)
    fields = [plain(field) or "" for field in arguments.positionals[1:]]
    return None if package is None or not _asks_all(package) else _fields(fields, json=arguments.has("--json"))


def _asks_all(package: Str) -> bool:
    """Does it ask for the package or for a dist-tag of it, and not for one version (which is membership)?"""
    seen = veiled(package)
    at = seen.find("@", 1)
    return at < 0 or (seen[at + 1 :].replace("-", "").isalpha())


def _fields(fields: Sequence[str], *, json: bool) -> Symbol | None:
    pointer = newest("npm's dist-tag latest", Order.POINTER, prefix="")
    if fields in (["version"], ["dist-tags.latest"]):
        return _quoted(pointer) if json else pointer
    if fields == ["versions"]:
        return every_version()
    if fields in (["dist-tags"], ["dist-tags", "latest"]):
        return _worded(pointer, '{"latest": "{}"}')
    if not fields or any(field.startswith(("version", "dist-tags", "time")) for field in fields):
        return unknown("what npm says of the package", Order.TEXT)
    return None


def _quoted(symbol: Symbol) -> Symbol:
    return _worded(symbol, '"{}"')


def _worded(symbol: Symbol, shape: str) -> Symbol:
    """The symbol with each sample written into `shape` at `{}`."""
    first, second, third = symbol.samples or ("", "", "")
    put: Callable[[str], str] = lambda sample: shape.replace("{}", sample)  # noqa: E731
    return Symbol(symbol.name, symbol.colours, (put(first), put(second), put(third)), lookup=symbol.lookup)


def every_version() -> Symbol:
    """The JSON array of a package's versions, in version order as npm keeps it."""
    first, second, third = worlds("", own=False, order=Order.VERSION, descending=False, separator='","')
    name = "npm's versions of the package"
    samples = (f'["{first}"]', f'["{second}"]', f'["{third}"]')
    return Symbol(name, Colour.KNOWN, samples, lookup=Lookup(name, None, False, True, Order.VERSION, True))


def _tags(arguments: Arguments) -> Symbol | None:
    return _worded(newest("npm's dist-tags", Order.POINTER, prefix=""), "latest: {}")


def _packages_own(arguments: Arguments) -> Symbol | None:
    return _quoted(released("the version in package.json")) if arguments.texts()[:1] == ["version"] else None


def _view(tool: str, words: tuple[str, ...]) -> Question:
    line = " ".join((tool, *words))
    return Question(
        line,
        (tool,),
        words,
        _viewed,
        ASKING,
        examples=(f"{line} pkg version", f"{line} @o/p versions --json", f"{line} pkg@latest version", f"{line} pkg dist-tags.latest"),
        counters=(f"{line} pkg@1.27.4 version", f"{line} pkg@$V version", f"{line} pkg license"),
    )


def _yarn_info(arguments: Arguments) -> Symbol | None:
    wanted = arguments.value("--fields", "-f")
    if wanted is None:
        return None
    return unknown("what yarn says of the package", Order.TEXT) if "version" in veiled(wanted) else None


QUESTIONS = (
    *(_view("npm", (word,)) for word in ("view", "show", "info", "v")),
    *(_view("pnpm", (word,)) for word in ("view", "show", "info")),
    _view("yarn", ("info",)),
    _view("bun", ("info",)),
    _view("bun", ("pm", "view")),
    Question(
        "yarn npm info",
        ("yarn",),
        ("npm", "info"),
        _yarn_info,
        ASKING,
        examples=("yarn npm info pkg --fields version --json",),
        counters=("yarn npm info pkg --fields license",),
    ),
    *(
        Question(
            f"{tool} dist-tag {word}",
            (tool,),
            ("dist-tag", word),
            _tags,
            ASKING,
            examples=(f"{tool} dist-tag {word} pkg",),
            counters=(f"{tool} dist-tag add pkg@1 latest",),
        )
        for tool in ("npm", "pnpm")
        for word in ("ls", "list")
    ),
    Question(
        "yarn npm tag list",
        ("yarn",),
        ("npm", "tag", "list"),
        _tags,
        ASKING,
        examples=("yarn npm tag list pkg",),
        counters=("yarn npm tag add pkg@1 latest",),
    ),
    *(
        Question(
            f"{tool} pkg get",
            (tool,),
            ("pkg", "get"),
            _packages_own,
            ASKING,
            examples=(f"{tool} pkg get version",),
            counters=(f"{tool} pkg get name",),
        )
        for tool in ("npm", "pnpm")
    ),
)
