"""What the languages and their packages bring along, by dotted name: values, pure functions, and functions that do something."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from latest_guard.replay.alternatives import one
from latest_guard.replay.programs import (
    asking,
    commands,
    elements,
    javascript_library,
    known,
    modules,
    moving,
    packages,
    python_library,
    surroundings,
    tree,
)
from latest_guard.replay.programs.items import Closure, Datum, Item, Items, Native, blend, origins, unknown
from latest_guard.replay.programs.process import Given, Process, UndecidedError
from latest_guard.replay.programs.worlds import Work, lift
from latest_guard.values import Colour, Symbol, plain, text


def imported(process: Process, name: str, part: str) -> Items:
    """`part` of a package ("" or `*`: the package itself, `default` its default)."""
    whole = modules.canonical(name)
    if part in ("", "*", "default"):
        return value(process, Native(whole))
    return value(process, Native(f"{whole}.{part}"))


# Values -------------------------------------------------------------------------------------------------------------------

Made = Callable[[Process], Items]


def _arguments(process: Process) -> Items:
    program = one(text(process.program.text.source.path))
    head = [program] if process.language == "python" else [one(text("node")), program]
    return one(process.listing([*head, *surroundings.arguments(process)]))


VALUES: Mapping[str, Mapping[str, Made]] = {
    "python": {
        "sys.argv": _arguments,
        "True": lambda p: one(True),
        "False": lambda p: one(False),
        "__name__": lambda p: one(text("__main__")),
        "__file__": lambda p: one(text(p.program.text.source.path)),
        "os.linesep": lambda p: one(text("\n")),
        "os.sep": lambda p: one(text("/")),
        "None": lambda p: one(None),
    },
    "javascript": {
        "process.argv": _arguments,
        "undefined": lambda p: one(None),
        "NaN": lambda p: one(float("nan")),
        "process.platform": lambda p: one(text("linux")),
        "Bun.argv": _arguments,
        "Deno.args": lambda p: one(p.listing(surroundings.arguments(p))),
        "os.EOL": lambda p: one(text("\n")),
        "require.main": lambda p: one(Native("module")),
        "import.meta.url": lambda p: one(text("file:///" + p.program.text.source.path)),
        "__dirname": lambda p: one(text(p.program.text.source.path.rpartition("/")[0] or ".")),
        "path.sep": lambda p: one(text("/")),
        "Infinity": lambda p: one(float("inf")),
        "__filename": lambda p: one(text(p.program.text.source.path)),
    },
}
ENVIRONMENT = ("process.env", "Bun.env", "os.environ")


def value(process: Process, native: Native) -> Items:
    """What a dotted name stands for; itself where it is a function or a module."""
    name = ALIASES.get(native.name, native.name)
    made = VALUES[process.language].get(name)
    if made is not None:
        if process.world is not None:
            raise UndecidedError
        return made(process)
    holder, _, last = name.rpartition(".")
    if holder in ENVIRONMENT and (last.isupper() or process.language == "javascript"):
        return surroundings.variable(process, last)
    if name.startswith("actions-github.context"):
        name = name.removeprefix("actions-github.")
    if name.startswith("context.") and process.language == "javascript":
        return surroundings.event(process, name)
    return one(Native(name))


#: Parts of packages that are the same as others.
ALIASES = {
    "packaging.version": "packaging.version",
    "semver.default": "semver",
    "subprocess.Popen": "subprocess.run",
    "execa.execaSync": "execa.execa",
    "semver.VersionInfo.parse": "semver.VersionInfo.parse",
    "fs.promises": "fs",
    "natsort.realsorted": "natsort.natsorted",
    "environ": "os.environ",
}


def index(process: Process, item: Native, key: Item, node: tree.Index) -> Items:
    """`native[key]`."""
    name = plain(key) if isinstance(key, tuple) else None
    if item.name in ENVIRONMENT:
        if name is None:
            return one(unknown(origins(key), "an environment variable"))
        found = surroundings.variable(process, name)
        return _demanded(process, name, found) if process.language == "python" else found
    if name is not None:
        return value(process, Native(f"{item.name}.{name}"))
    return one(unknown(origins(key), f"{item.name}[…]"))


def _demanded(process: Process, name: str, found: Items) -> Items:
    """A variable that must be set.  Where nothing sets it that is known here, something else will have: a run without it ends at once."""
    if all(a.held is None for a in found):
        return one((Symbol("$" + name),))
    process.throw(process.scene.conditions.any(a.when for a in found if a.held is None))
    return process.tidy([a for a in found if a.held is not None])


def store(process: Process, item: Native, name: str | None, held: Items) -> None:
    """`native.name = value`: an environment variable, or what a module hands out."""
    if item.name in ENVIRONMENT and name is not None:
        surroundings.export(process, name, held)
    elif item.name in ("module.exports", "exports") and name is not None:
        process.scope.held[name] = held
    elif item.name == "module" and name == "exports":
        for one_of, part in elements.fields(process, held).items():
            process.scope.held[one_of] = part
        process.scope.held.setdefault("default", held)


def code_value(item: Item) -> Item:
    """Text that the CI system writes into the code itself: `true`, a number, or something only the run knows."""
    whole = plain(item) if isinstance(item, tuple) else None
    if whole is None:
        if isinstance(item, tuple) and len(item) == 1 and isinstance(item[0], Symbol):
            return surroundings.of_symbol(item[0])
        return item
    lowered = whole.strip().lower()
    if lowered in ("true", "false"):
        return lowered == "true"
    if lowered in ("none", "null", "undefined", ""):
        return None
    if lowered.isdigit() and len(lowered) < 16:
        return int(lowered)
    return text(whole.strip("'\""))


# Calls --------------------------------------------------------------------------------------------------------------------

EFFECTS: Mapping[str, Mapping[str, Callable[[Process, Given], Items]]] = {
    "python": python_library.FUNCTIONS,
    "javascript": javascript_library.FUNCTIONS,
}
PURE: Mapping[str, Mapping[str, Work]] = {
    "python": {**packages.PYTHON, **packages.VERSIONS},
    "javascript": {**packages.JAVASCRIPT, **packages.VERSIONS},
}
#: Names by which functions that compare versions go, whoever wrote them.
COMPARES = re.compile(
    r"^(?:gte?|lte?|cmp|rcompare|is_?(?:newer|newest|latest|highest|greater|higher|older|outdated).{0,20}|.{0,20}compare.{0,20}|.{0,20}semver.{0,20})$",
    re.I,
)


def call(process: Process, native: Native, given: Given) -> Items:
    """Call a function of the language or of a package."""
    name = native.name
    effect = EFFECTS[process.language].get(name)
    if effect is not None:
        return effect(process, given)
    ordering = packages.ORDERING.get(name)
    if ordering is not None:
        return _ordered(process, name, ordering, given)
    work = PURE[process.language].get(name)
    if work is not None:
        return _pure(process, name, work, given)
    return _by_last(process, name, given)


def _ordered(process: Process, name: str, work: Work, given: Given) -> Items:
    """A comparison or a sort of versions."""

    def done(*arguments: object, **more: object) -> object:
        process.taint.ordered = process.taint.versions = True
        return work(*arguments, **more)

    made = _pure(process, name, done, given)  # type: ignore[arg-type]
    return process.each(made, _orders)


def _orders(item: Item) -> Item:
    if isinstance(item, Datum) and item.worlds is None:
        return Datum(item.symbol, None, True)
    return item


def _pure(process: Process, name: str, work: Work, given: Given) -> Items:
    done = known.by_name(work, given) if given.items else work
    last = name.rpartition(".")[2]
    behind = Given(given.items[1:], given.named, given.node)

    def of_list(item: Item) -> Items:
        if isinstance(item, Datum):
            return known.lifted(process, item, work, LISTED[last], behind)
        return lift(process, [one(item), *known.rows(behind)], done, name, given.node)

    if process.world is None and given.items and last in LISTED:
        return process.split(process.under(given.items[0]), of_list)
    return lift(process, known.rows(given), done, name, given.node)


#: Functions of a list, and the method that does the same to the lookup behind it.
LISTED = {
    "sorted": "sort",
    "max": "max",
    "min": "min",
    "reversed": "slice",
    "natsorted": "sort",
    "sort": "sort",
    "rsort": "sort",
    "maxSatisfying": "max",
    "list": "slice",
    "set": "slice",
    "from": "slice",
    "any": "some",
    "all": "every",
    "sum": "reduce",
    "next": "find",
}


def _by_last(process: Process, name: str, given: Given) -> Items:
    """A method known by its last part, whatever it is a method of; else something that nobody here knows."""
    if process.world is not None:
        raise UndecidedError
    served = service(process, name, given)
    if served is not None:
        return served
    ran = commands.as_command(process, given)
    if ran is not None:
        return ran
    sighted = asking_words(process, given)
    if sighted is not None:
        return sighted
    return foreign(process, name, given)


def service(process: Process, name: str, given: Given) -> Items | None:
    """A method of a client, known by the last parts of its name; None where it is none that moves or looks something up."""
    parts = name.split(".")
    maker = moving.LONGER.get(".".join(parts[-2:])) or moving.METHODS.get(parts[-1])
    answer = maker(process, given) if maker is not None else asking.of_api(process, parts[-1], given)
    return None if answer is None else javascript_library.wrapped(process, name, answer)


def asking_words(process: Process, given: Given) -> Items | None:
    """A call whose words say that it asks for known versions."""
    from latest_guard.catalog import vocabulary
    from latest_guard.catalog.answers import unknown as unknown_answer

    code = process.program.text.value[given.node.at : min(given.node.end, given.node.at + 300)]
    seen = next((s for s in vocabulary.sightings(code) if s.phrase.sense is vocabulary.Sense.LOOKUP), None)
    if seen is None:
        return None
    return asking.known(process, unknown_answer(seen.phrase.name, seen.phrase.order), given.node)


def foreign(process: Process, name: str, given: Given) -> Items:
    """A function of another package: functions given to it are run once; what it gives is unread."""
    results: list[Items] = []
    for row in given.items:
        if len(row) == 1 and isinstance(row[0].held, Closure):
            count = len(row[0].held.function.parameters)
            filled: list[Items] = [one(unknown((), f"what {name} gives its function")) for _ in range(count)]
            results.append(process.invoke(process, row[0].held, Given(filled, {}, given.node)))
    if len(results) == 1 and len(results[0]) and any(a.held is not None for a in results[0]):
        return results[0]
    found = [symbol for row in (*given.items, *given.named.values()) for a in row for symbol in deep_origins(process, a.held)]
    label = blend(found, f"{name}({process.said(given.node)})")
    both = Colour.RELEASED in label.colours and Colour.KNOWN in label.colours
    if both and COMPARES.match(name.rpartition(".")[2][:60]):
        return one(Datum(label, None, True))
    if name.split(".")[0] in QUIET or name.rpartition(".")[2] in QUIET:
        return one(Datum(label))
    reason = label.reason or f"`{name}` is not known here"
    return one(
        Datum(Symbol(label.name, label.colours | Colour.UNREAD, None, label.kind, process.span_of(given.node), label.lookup, reason))
    )


#: Packages and functions that decide nothing.
QUIET = frozenset(
    [
        "logging",
        "logger",
        "log",
        "console",
        "time",
        "datetime",
        "Date",
        "random",
        "uuid",
        "tempfile",
        "shutil",
        "pathlib",
        "glob",
        "io",
        "os",
        "path",
        "util",
        "crypto",
        "yaml",
        "toml",
        "tomllib",
        "tomli",
        "chalk",
        "colors",
        "click",
        "typing",
        "collections",
        "itertools",
        "string",
        "textwrap",
        "html",
        "hashlib",
        "base64",
        "struct",
        "warnings",
        "traceback",
        "dotenv",
        "setTimeout",
        "performance",
        "Promise",
        "Symbol",
        "Error",
        "Exception",
        "ValueError",
        "RuntimeError",
        "KeyError",
        "SystemExit",
        "Intl",
        "URL",
        "URLSearchParams",
        "Buffer",
        "TextDecoder",
        "AbortController",
        "type",
        "id",
        "dataclass",
        "field",
        "Path",
        "namedtuple",
        "defaultdict",
        "OrderedDict",
        "Counter",
        "super",
        "object",
        "Client",
        "client",
        "session",
        "Session",
        "Repo",
    ]
)


def deep_origins(process: Process, item: Item) -> tuple[Symbol, ...]:
    """The symbols that a value rests on, those inside lists and objects too."""
    from latest_guard.replay.programs.items import Reference
    from latest_guard.replay.programs.process import Listed

    if not isinstance(item, Reference):
        return origins(item)
    cell = process.heap[item.number]
    if isinstance(cell, Listed):
        return tuple(symbol for _, part in cell.entries for symbol in origins(part))
    return tuple(symbol for held in cell.fields.values() for a in held for symbol in origins(a.held))
