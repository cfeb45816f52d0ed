"""git: tags that are moved, and tags that are asked for. https://git-scm.com/docs"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from latest_guard.catalog.answers import KNOWN_LINES, listing, newest, released, unknown
from latest_guard.catalog.arguments import Arguments, options
from latest_guard.catalog.entries import Effect, Form, Mover, Question, Target
from latest_guard.catalog.signs import pushes
from latest_guard.catalog.strings import HOLE, cut, partition, starts, veiled, without
from latest_guard.values import OLDER, RELEASED_VERSIONS, Colour, Lookup, Order, Str, Symbol, Worlds, colours, plain, samples, text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

GLOBAL = options("-C -c --git-dir --work-tree --namespace --exec-path=")
TAGGING = GLOBAL | options(
    "-m --message -F --file -u --local-user --cleanup --trailer --sort --format --points-at --contains --no-contains --merged= -n="
)
PUSHING = GLOBAL | options("-o --push-option --repo --receive-pack --exec --recurse-submodules=")
LISTING = options("--sort --format --count --points-at --contains --merged --no-merged --exclude") | GLOBAL


def _tagged(arguments: Arguments) -> Sequence[Target]:
    """`git tag -f NAME [COMMIT]`: the local name, which moves when it is pushed."""
    name = arguments.positional(0)
    if name is None or arguments.has("-l", "--list", "-d", "--delete", "-v", "--verify", "--contains", "--points-at", "--sort", "--merged"):
        return ()
    return (Target(name, Form.REF, Effect.NAME),)


def _pushed(arguments: Arguments) -> Sequence[Target]:
    if arguments.has("-d", "--delete", "-n", "--dry-run"):
        return ()
    found = [Target(ref, Form.REF) for spec in arguments.positionals[1:] if (ref := _destination(spec)) is not None]
    if arguments.has("--tags", "--follow-tags", "--mirror"):
        found.append(Target(text("refs/tags/*"), Form.REF, Effect.PUSH_ALL))
    return found


def _destination(spec: Str) -> Str | None:
    """The ref that `[+]source:destination` sets; None for a branch or a deletion."""
    spec = without(spec, "+")
    parts = partition(spec, ":")
    if parts is not None and not parts[0]:
        return None
    ref = parts[1] if parts else spec
    if not ref or starts(ref, "refs/heads/") or (parts is None and plain(ref) in ("HEAD", "main", "master", "tag")):
        return None
    return ref


MOVERS = (
    Mover(
        "git tag",
        "git-tag",
        ("git",),
        ("tag",),
        _tagged,
        TAGGING,
        "afs",
        examples=("git tag -f latest", "git tag -fa latest -m x", "git -C d tag --force latest v1.27.4"),
        counters=("git tag", "git tag -l 'v*'", "git tag -d latest", "git tag --list latest"),
        sign=pushes,
    ),
    Mover(
        "git push",
        "git-tag",
        ("git",),
        ("push",),
        _pushed,
        PUSHING,
        "fqu",
        examples=(
            "git push -f origin latest",
            "git push origin +refs/tags/latest",
            "git push origin HEAD:refs/tags/latest --force",
            "git push origin --tags --force",
            "git push --force origin tag latest",
        ),
        counters=(
            "git push",
            "git push origin",
            "git push origin :latest",
            "git push --delete origin latest",
            "git push origin HEAD:refs/heads/x",
            "git push origin main",
        ),
        sign=pushes,
    ),
    Mover(
        "git update-ref",
        "git-tag",
        ("git",),
        ("update-ref",),
        lambda a: (Target(a.positionals[0], Form.REF, Effect.NAME),) if a.positionals and starts(a.positionals[0], "refs/tags/") else (),
        GLOBAL | {"-m"},
        examples=("git update-ref refs/tags/latest HEAD",),
        counters=("git update-ref refs/heads/x HEAD",),
        sign=pushes,
    ),
)


def sorting(arguments: Arguments) -> tuple[Order, bool]:
    """What `--sort` says: the order and whether it descends. Tags come in text order without it."""
    keys = [plain(value) for value in arguments.values("--sort")]
    key = keys[-1] if keys else ""
    if key is None:
        return Order.NONE, False
    bare = key.lstrip("-")
    if bare.startswith(("v:", "version:")):
        return Order.VERSION, key.startswith("-")
    if bare.endswith("date"):
        return Order.DATE, key.startswith("-")
    return Order.TEXT, key.startswith("-")


def _listed(arguments: Arguments) -> Symbol | None:
    """`git tag`, `git tag --list [PATTERN…]`."""
    if arguments.has("--points-at"):
        return released("the tag on this commit", "v")
    asks = arguments.has("-l", "--list", "--sort", "--merged", "--contains", "--format", "--no-contains", "--no-merged", "--column", "-n")
    if not asks and arguments.positionals or arguments.has("-d", "--delete", "-v", "--verify", "-a", "-f", "--force", "-s", "-m"):
        return None
    patterns = [word for word in arguments.positionals if plain(word) not in ("HEAD", "origin/main", "origin/master")]
    return _tags("git's tags", arguments, patterns, _shape(arguments))


def _shape(arguments: Arguments) -> Callable[[str], str]:
    """How `--format` writes a tag, None where that cannot be told."""
    shape = plain(arguments.value("--format") or ())
    if not shape:
        return lambda tag: tag
    known = {
        "%(refname:short)": "{}",
        "%(refname:strip=2)": "{}",
        "%(refname:lstrip=2)": "{}",
        "%(tag)": "{}",
        "%(refname)": "refs/tags/{}",
    }
    for field, form in known.items():
        if field in shape and shape.replace(field, "").count("%(") == 0:
            return lambda tag: shape.replace(field, form.replace("{}", tag))
    return lambda tag: ""


def _tags(name: str, arguments: Arguments, patterns: list[Str], shape: Callable[[str], str]) -> Symbol:
    order, descending = sorting(arguments)
    wanted = _wanted(patterns)
    prefix = _prefix((wanted[OLDER] if wanted else "") or "v*")
    return _filtered(listing(name, order, prefix=prefix, local=True, own=True, descending=descending), wanted, shape)


def _wanted(patterns: list[Str]) -> Worlds | None:
    """The pattern that tags must fit, in each world; None where all do."""
    if not patterns:
        return None
    return (samples(patterns[0]) if len(patterns) == 1 else None) or NO_PATTERN


def _bare(symbol: Symbol) -> Symbol:
    return Symbol(symbol.name, symbol.colours, None, lookup=symbol.lookup)


def _prefix(pattern: str) -> str:
    """What stands before the numbers in the tags that a pattern such as `app/v1.*` selects."""
    head = pattern
    for mark in "*?[":
        head = head.partition(mark)[0]
    return head.rstrip("0123456789.")


#: A pattern that cannot be told.
NO_PATTERN: Worlds = ("", "", "")


def _filtered(symbol: Symbol, patterns: Worlds | None, shape: Callable[[str], str]) -> Symbol:
    """The listing with only the tags that fit the pattern, which may be another in each world, as the line of the released version is.

    The samples are given up where shape or pattern cannot be told.
    """
    wild = any(not pattern or len(pattern) > 100 or pattern.count("*") > 6 for pattern in patterns or ())
    if symbol.samples is None or wild or not shape("v"):
        return _bare(symbol)
    first, second, third = (
        "\n".join(shape(tag) for tag in whole.split("\n") if patterns is None or _fits(tag, patterns[world]))
        for world, whole in enumerate(symbol.samples)
    )
    return Symbol(symbol.name, symbol.colours, (first, second, third), lookup=symbol.lookup)


def _fits(tag: str, pattern: str) -> bool:
    return fnmatchcase(tag, pattern) or (not set(pattern) & set("*?[") and tag == pattern)


def _refs(arguments: Arguments) -> Symbol | None:
    """`git for-each-ref refs/tags…`."""
    where = [word for word in arguments.positionals if starts(word, "refs/tags")]
    if not where:
        return None
    if arguments.has("--points-at"):
        return released("the tag on this commit", "v")
    patterns = [cut(word, len("refs/tags/"), len(veiled(word))) for word in where if len(veiled(word)) > len("refs/tags/")]
    shape = _shape(arguments) if arguments.has("--format") else (lambda tag: f"{'0' * 40} commit\trefs/tags/{tag}")
    found = _tags("git's tags", arguments, patterns, shape)
    return _first(found, plain(arguments.value("--count") or ()))


def _first(symbol: Symbol, count: str | None) -> Symbol:
    if not count or not count.isdigit() or symbol.lookup is None:
        return symbol
    lookup = Lookup(symbol.lookup.name, None, symbol.lookup.local, count != "1", symbol.lookup.order, True)
    samples = None
    if symbol.samples is not None:
        first, second, third = ("\n".join(text.split("\n")[: int(count)]) for text in symbol.samples)
        samples = (first, second, third)
    return Symbol(symbol.name, symbol.colours, samples, lookup=lookup)


def _remote(arguments: Arguments) -> Symbol | None:
    """`git ls-remote --tags REMOTE [PATTERN…]`."""
    patterns = list(arguments.positionals[1:])
    tags = arguments.has("-t", "--tags") or any(starts(word, "refs/tags") for word in patterns)
    if not tags or arguments.has("--heads", "-h"):
        return None
    wanted = [cut(word, len("refs/tags/"), len(veiled(word))) if starts(word, "refs/tags/") else word for word in patterns]
    if wanted and not any(set(veiled(word)) & set("*?[") for word in wanted):
        return None
    order, descending = sorting(arguments)
    everything = listing("the remote's tags", order, own=True, descending=descending)
    return _filtered(everything, _wanted(wanted), lambda tag: f"{'0' * 40}\trefs/tags/{tag}")


def _described(arguments: Arguments) -> Symbol | None:
    """`git describe`: the tag on this commit or the nearest one behind it; of another commit, a known one.

    https://git-scm.com/docs/git-describe: it walks the graph, and knows no order of versions.
    """
    if (
        not arguments.has("--tags", "--abbrev", "--exact-match", "--match", "--contains", "--always", "--all", "--dirty")
        and not arguments.positionals
    ):
        return released("the tag on this commit", "v")
    commit = arguments.positional(0)
    wanted = plain(arguments.value("--match") or text("v*")) or "v*"
    prefix = _prefix(wanted)
    if not any(_fits(prefix + version, wanted) for version in RELEASED_VERSIONS):
        return None
    if arguments.has("--exact-match"):
        return released("the tag on this commit", prefix)
    if commit is not None and colours(commit) & Colour.KNOWN:
        return newest("git describe of the newest tagged commit", Order.DATE, prefix=prefix, local=True)
    if any(HOLE in veiled(value) for value in arguments.values("--exclude")) or (
        commit is not None and any(mark in veiled(commit) for mark in "^~")
    ):
        return newest("git describe", Order.GRAPH, prefix=prefix, local=True)
    if commit is not None and plain(commit) not in ("HEAD", "@") and not colours(commit) & Colour.RELEASED and plain(commit) is not None:
        return newest(f"git describe {plain(commit)}", Order.GRAPH, prefix=prefix, local=True)
    own = released("git describe", prefix)
    return Symbol(own.name, own.colours, own.samples, lookup=Lookup("git describe", None, True, False, Order.GRAPH, True))


def _revisions(arguments: Arguments) -> Symbol | None:
    """`git rev-list --tags --max-count=1`: the commit of the tag that was made last."""
    if not any(name == "--tags" or name.startswith("--tags=") for name, _ in arguments.options):
        return None
    return unknown("the newest tagged commit", Order.DATE, local=True, many=False)


def _log(arguments: Arguments) -> Symbol | None:
    if not arguments.has("--tags"):
        return None
    return unknown("the newest tagged commits", Order.DATE, local=True)


def _branches(arguments: Arguments) -> Symbol | None:
    """`git branch -r --list 'origin/release-*'`: the release branches, each the name of a line of versions that exists."""
    lists = arguments.has("-r", "-a", "-l", "--list", "--remotes", "--all", "-rl", "-al", "-ra", "--sort", "--format")
    patterns = [plain(word) or "" for word in arguments.positionals]
    heads = [_prefix(pattern) for pattern in patterns if "*" in pattern]
    if (
        not lists
        or len(patterns) > 1
        or not any(word.strip("/-_").endswith(("release", "releases", "stable", "v", "maint")) for word in heads)
    ):
        return None
    order, descending = sorting(arguments)
    lines = [f"  {heads[0]}{line}" for line in KNOWN_LINES]
    text = "\n".join(reversed(lines) if descending else lines)
    return Symbol(
        "git's release branches", Colour.KNOWN, (text, text, text), lookup=Lookup("git's release branches", None, True, True, order, False)
    )


QUESTIONS = (
    Question(
        "git branch",
        ("git",),
        ("branch",),
        _branches,
        LISTING,
        "arl",
        examples=("git branch -r --list 'origin/release-*'", "git branch -rl origin/release/v* --sort=-v:refname"),
        counters=("git branch release-1.27", "git branch -d x", "git branch -r --contains HEAD"),
    ),
    Question(
        "git tag",
        ("git",),
        ("tag",),
        _listed,
        TAGGING,
        "afs",
        examples=(
            "git tag",
            "git tag -l",
            "git tag --list 'v1.27.*' --sort=-v:refname",
            "git tag --sort -version:refname",
            "git tag --merged HEAD",
            "git -C d tag -l v*",
            "git tag --points-at HEAD",
        ),
        counters=("git tag v1.27.4", "git tag -a v1 -m x", "git tag -d v1", "git tag -f latest"),
    ),
    Question(
        "git for-each-ref",
        ("git",),
        ("for-each-ref",),
        _refs,
        LISTING,
        examples=("git for-each-ref --sort=-creatordate --count=1 --format='%(refname:short)' refs/tags", "git for-each-ref refs/tags/v*"),
        counters=("git for-each-ref refs/heads",),
    ),
    Question(
        "git ls-remote",
        ("git",),
        ("ls-remote",),
        _remote,
        LISTING - {"--exclude"} | {"--upload-pack", "-o"},
        "tqh",
        examples=(
            "git ls-remote --tags --refs origin",
            "git ls-remote --sort=-v:refname -t origin 'v*'",
            "git ls-remote origin refs/tags/v*",
        ),
        counters=("git ls-remote origin HEAD", "git ls-remote --tags origin v1.27.4", "git ls-remote --heads origin"),
    ),
    Question(
        "git describe",
        ("git",),
        ("describe",),
        _described,
        GLOBAL | options("--match --exclude --candidates"),
        examples=(
            "git describe --tags --abbrev=0 --exclude $TAG",
            "git describe --tags --abbrev=0",
            "git describe --exact-match --tags HEAD",
            "git describe",
        ),
        counters=("git status", "git describe --always --match ^$"),
    ),
    Question(
        "git rev-list --tags",
        ("git",),
        ("rev-list",),
        _revisions,
        GLOBAL | options("--max-count -n"),
        examples=("git rev-list --tags --max-count=1",),
        counters=("git rev-list --count HEAD", "git rev-list -n 1 v1.27.4"),
    ),
    Question(
        "git log --tags",
        ("git",),
        ("log",),
        _log,
        GLOBAL | options("--max-count -n --format --pretty"),
        examples=("git log --tags --simplify-by-decoration --pretty=%d",),
        counters=("git log -1",),
    ),
)
