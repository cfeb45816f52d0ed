"""Functions of Python and its packages that do something, or that work on lists the program made."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from latest_guard.catalog.answers import unknown as unknown_answer
from latest_guard.replay.alternatives import Alternative, one
from latest_guard.replay.programs import (
    argument_parser,
    asking,
    commands,
    elements,
    known,
    lists,
    methods,
    moving,
    packages,
    surroundings,
    text_methods,
    tree,
)
from latest_guard.replay.programs.items import Datum, Expression, Item, Items, Native, Reference, origins, unknown, written
from latest_guard.replay.programs.process import Given, Listed, Object, Process
from latest_guard.replay.programs.worlds import lift, true
from latest_guard.values import Order, Symbol, plain, text

Function = Callable[[Process, Given], Items]


def nothing(process: Process, given: Given) -> Items:
    """Decides nothing and gives nothing."""
    return one(None)


def same(process: Process, given: Given) -> Items:
    """Gives what it is given."""
    return given.get(0)


# Built in -----------------------------------------------------------------------------------------------------------------


def _print(process: Process, given: Given) -> Items:
    process.effect()
    separator = given.named.get("sep") or one(text(" "))
    parts = process.listing(given.items)
    line = process.split(separator, lambda sep: lists.joined(process, text(" ") if sep is None else sep, parts))
    end = given.named.get("end") or one(text("\n"))
    whole = process.split(line, lambda body: process.each(end, lambda tail: (*process.written(body), *process.written(tail))))
    target = given.named.get("file")
    if target is None:
        process.machine.write(process.strings(whole))
        return one(None)
    return process.split(target, lambda file: write_to(process, file, whole))


def write_to(process: Process, file: Item, value: Items) -> Items:
    """Write to an open file."""
    if isinstance(file, Reference) and isinstance(cell := process.heap[file.number], Object) and "(file)" in cell.fields:
        mode = cell.fields["(mode)"][0].held
        surroundings.write(process, cell.fields["(file)"], value, append=mode is True)
        cell.fields["(mode)"] = one(True)  # what is written next stands behind
    elif isinstance(file, Native) and file.name == "sys.stdout":
        process.machine.write(process.strings(value))
    return one(None)


def in_lines(process: Process, whole: Items, node: tree.Call) -> Items:
    """The lines of a text."""
    return process.split(whole, lambda held: methods.method(process, held, "splitlines", Given([], {}, node))[1])


def gone_through(process: Process, iterable: Items, node: tree.Expression) -> Items:
    """What a loop goes through: of an open file and of standard input, the lines."""
    call = tree.Call(node, (), False, node.at, node.end)

    def parts(item: Item) -> Items:
        if isinstance(item, Native) and item.name == "sys.stdin":
            return in_lines(process, surroundings.standard_input(process), call)
        cell = process.heap[item.number] if isinstance(item, Reference) else None
        if isinstance(cell, Object) and "(file)" in cell.fields:
            return in_lines(process, surroundings.contents(process, cell.fields["(file)"], node), call)
        return one(item)

    return process.split(iterable, parts) if any(isinstance(a.held, (Native, Reference)) for a in iterable) else iterable


def opened(process: Process, name: Items, mode: Items) -> Items:
    """An open file."""
    said = "".join(plain(a.held) or "" for a in mode if isinstance(a.held, tuple))
    return one(process.table({"(file)": name, "(mode)": one("a" in said or "+" in said)}))


def _open(process: Process, given: Given) -> Items:
    return opened(process, given.get(0, "file"), given.get(1, "mode"))


def _str(process: Process, given: Given) -> Items:
    if process.world is not None:
        return lift(
            process,
            [given.get(0)],
            lambda v: (
                v.text.lstrip("v") if hasattr(v, "text") else ("None" if v is None else str(v) if isinstance(v, bool) else written(v))
            ),
            "str",
        )
    return tuple(Alternative(a.when, a.held) for a in process.strings(given.get(0))) if given.items else one(())


def _bool(process: Process, given: Given) -> Items:
    return process.truths(true(process, given.get(0), given.node))


def _len(process: Process, given: Given) -> Items:
    def measure(item: Item) -> Items:
        return elements.size(process, item, given.node) or one(unknown(origins(item), "a length"))

    return process.split(given.get(0), measure)


def _list(process: Process, given: Given) -> Items:
    if not given.items:
        return one(process.new(Listed())) if process.world is None else lift(process, [], lambda: (), "list")
    held = process.under(given.get(0))
    if process.world is not None or (len(held) == 1 and isinstance(held[0].held, Datum)):
        return lift(process, [held], lambda v: text_methods.sequence(v), "list") if process.world is not None else held
    return one(process.new(Listed(list(elements.elements(process, held)))))


def _dict(process: Process, given: Given) -> Items:
    fields = elements.fields(process, given.get(0)) if given.items else {}
    return one(process.table({**fields, **given.named}))


def _any(process: Process, given: Given) -> Items:
    return _over(process, given, "any")


def _all(process: Process, given: Given) -> Items:
    return _over(process, given, "all")


def _over(process: Process, given: Given, name: str) -> Items:
    held = process.under(given.get(0))
    if process.world is None and all(isinstance(a.held, Reference) for a in held):
        conditions = process.scene.conditions
        found = [conditions.both(when, true(process, one(item), given.node)) for when, item in elements.elements(process, held)]
        if name == "any":
            return process.truths(conditions.any(found))
        missing = [
            conditions.both(when, conditions.no(true(process, one(item), given.node))) for when, item in elements.elements(process, held)
        ]
        return process.truths(conditions.no(conditions.any(missing)))
    if len(held) == 1 and isinstance(held[0].held, Datum) and process.world is None:
        return known.lifted(process, held[0].held, packages.PYTHON[name], "some", Given([], {}, given.node))
    return lift(process, [held], packages.PYTHON[name], name, given.node)


def _enumerate(process: Process, given: Given) -> Items:
    held = process.under(given.get(0))
    if process.world is not None or any(isinstance(a.held, Datum) for a in held):
        return lift(process, [held], packages.PYTHON["enumerate"], "enumerate")
    rows = Listed()
    for at, (when, item) in enumerate(elements.elements(process, held)):
        rows.entries.append((when, process.listing([one(at), one(item)])))
    return one(process.new(rows))


def _zip(process: Process, given: Given) -> Items:
    if process.world is not None:
        return lift(process, given.items, packages.PYTHON["zip"], "zip")
    columns = [elements.elements(process, row) for row in given.items]
    rows = Listed()
    for parts in zip(*columns, strict=False):
        when = process.scene.conditions.all(w for w, _ in parts)
        rows.entries.append((when, process.listing([one(item) for _, item in parts])))
    return one(process.new(rows))


def _exit(process: Process, given: Given) -> Items:
    conditions = process.scene.conditions
    code = process.under(given.get(0))
    well = conditions.any(a.when for a in code if a.held is None or a.held == 0)
    unsure = [a for a in code if isinstance(a.held, Datum)]
    for a in unsure:
        well = conditions.either(well, conditions.both(a.when, conditions.no(true(process, one(a.held), given.node))))
    process.exit(well)
    return one(None)


def _getattr(process: Process, given: Given) -> Items:
    return process.split(given.get(0), lambda item: elements.attribute(process, item, plain(given.get(1)[0].held) or "", given.node))  # type: ignore[arg-type]


# Environment and commands -------------------------------------------------------------------------------------------------


def _getenv(process: Process, given: Given) -> Items:
    other = given.get(1, "default")
    both = process.scene.conditions.both

    def look(name: Item) -> Items:
        said = plain(name) if isinstance(name, tuple) else None
        if said is None:
            return one(unknown(origins(name), "an environment variable"))
        found = surroundings.variable(process, said)
        return process.tidy(
            [b for a in found for b in ([Alternative(both(a.when, o.when), o.held) for o in other] if a.held is None else [a])]
        )

    return process.split(given.get(0), look)


def _run(process: Process, given: Given) -> Items:
    ran = commands.run(process, given, shell=True)
    check = given.named.get("check")
    if check is not None:
        wanted = true(process, check, given.node)
        process.throw(process.scene.conditions.both(wanted, process.scene.conditions.no(ran.well)))
    captured = any(name in given.named for name in ("capture_output", "stdout"))
    if not captured:
        commands.shown(process, ran)
    return commands.completed(process, ran)


def _check_call(process: Process, given: Given) -> Items:
    ran = commands.run(process, given, shell=True)
    commands.shown(process, ran)
    commands.demanded(process, ran)
    return one(0)


def _check_output(process: Process, given: Given) -> Items:
    ran = commands.run(process, given, shell=True)
    commands.demanded(process, ran)
    return commands.printed(ran, process)


def _call(process: Process, given: Given) -> Items:
    ran = commands.run(process, given, shell=True)
    commands.shown(process, ran)
    return process.tidy([Alternative(ran.well, 0), Alternative(process.scene.conditions.no(ran.well), 1)])


def _getoutput(process: Process, given: Given) -> Items:
    return commands.printed(commands.run(process, given, shell=True), process, stripped=True)


def _popen(process: Process, given: Given) -> Items:
    out = _getoutput(process, given)
    return one(process.table({"stdout": out, "(text)": out}))


# Files and data -----------------------------------------------------------------------------------------------------------


def _join(process: Process, given: Given) -> Items:
    return lift(process, given.items, packages.joined_path, "a path", marks=True)


def _exists(process: Process, given: Given) -> Items:
    return surroundings.exists(process, given.node)


def _loads(process: Process, given: Given) -> Items:
    if process.world is not None:
        return lift(process, given.items[:1], packages.from_json, "json")
    return process.split(given.get(0), lambda item: _load_one(process, item, given))


def _load_one(process: Process, item: Item, given: Given) -> Items:
    if isinstance(item, Reference) and isinstance(cell := process.heap[item.number], Object):
        if "(file)" in cell.fields:
            return process.each(
                surroundings.contents(process, cell.fields["(file)"], given.node), lambda held: asking.parsed(process, held)
            )
        if "(body)" in cell.fields:
            return process.under(cell.fields["(body)"])
    return one(asking.parsed(process, item))


def dumps(process: Process, given: Given) -> Items:
    """`json.dumps`, `JSON.stringify`."""

    def dump(item: Item) -> Items:
        if isinstance(item, Reference) and isinstance(cell := process.heap[item.number], Listed) and process.world is None:
            quoted = Listed(
                [
                    (when, (*text('"'), *process.written(part), *text('"')) if isinstance(part, tuple) else part)
                    for when, part in cell.entries
                ]
            )
            body = lists.joined(process, text(", " if process.language == "python" else ","), process.new(quoted))
            return process.each(body, lambda held: (*text("["), *process.written(held), *text("]")))
        return lift(process, [one(item)], packages.json_of, "json", given.node)

    return process.split(given.get(0), dump)


def _path(process: Process, given: Given) -> Items:
    return _join(process, given) if len(given.items) > 1 else process.each(given.get(0), lambda item: () if item is None else item)


def _get(process: Process, given: Given) -> Items:
    return asking.web(process, given.get(0, "url"), given.node)


def _urlopen(process: Process, given: Given) -> Items:
    response = asking.web(process, given.get(0, "url"), given.node)
    for a in process.under(response):
        if isinstance(a.held, Reference) and isinstance(cell := process.heap[a.held.number], Object):
            process.throw(process.scene.conditions.both(a.when, true(process, cell.fields["(failed)"], given.node)))
    return response


def _request(process: Process, given: Given) -> Items:
    """`urllib.request.Request(url, …)`: the address, as far as reading goes."""
    return given.get(0, "url")


def _send(method: str) -> Function:
    def send(process: Process, given: Given) -> Items:
        body = elements.fields(process, given.named["json"]) if "json" in given.named else {}
        process.effect()
        moving.request(process, method, given.get(0, "url"), body, given)
        return one(Datum(Symbol("an answer")))

    return send


def _git_repo(process: Process, given: Given) -> Items:
    return one(Native("git.Repo()"))


def _import_module(process: Process, given: Given) -> Items:
    return one(Native("module"))


def _deco(process: Process, given: Given) -> Items:
    return given.get(0)


def _object(process: Process, given: Given) -> Items:
    return one(process.table({}))


def _itertools_chain(process: Process, given: Given) -> Items:
    rows = Listed()
    for row in given.items:
        rows.entries += elements.elements(process, row)
    return one(process.new(rows))


def _accumulate(process: Process, given: Given) -> Items:
    return one(unknown([s for row in given.items for _, item in elements.elements(process, row) for s in origins(item)], "accumulated"))


def _pypi(process: Process, given: Given) -> Items:
    return asking.known(process, unknown_answer("PyPI's versions of the package", Order.NONE), given.node)


def _compiled(process: Process, given: Given) -> Items:
    def compiled(item: Item) -> Item:
        if isinstance(item, Expression):
            return item
        whole = plain(item) if isinstance(item, tuple) else None
        return Expression(whole) if whole is not None else unknown(origins(item), "a pattern")

    return process.each(given.get(0), compiled)


def _regular(name: str) -> Function:
    """`re.match(pattern, text)` and its kin."""

    def ask(process: Process, given: Given) -> Items:
        pattern = _compiled(process, given)[0].held
        if isinstance(pattern, Expression) and len(given.items) > 1 and process.world is None:
            return methods.pattern_method(process, pattern, name, Given(given.items[1:2], {}, given.node))
        return lift(process, given.items, packages.PYTHON[f"re.{name}"], name, given.node)

    return ask


FUNCTIONS: Mapping[str, Function] = {
    "print": _print,
    "open": _open,
    "io.open": _open,
    "codecs.open": _open,
    "str": _str,
    "repr": _str,
    "format": _str,
    "bool": _bool,
    "len": _len,
    "list": _list,
    "tuple": _list,
    "set": _list,
    "frozenset": _list,
    "iter": _list,
    "dict": _dict,
    "collections.OrderedDict": _dict,
    "collections.defaultdict": _object,
    "any": _any,
    "all": _all,
    "enumerate": _enumerate,
    "zip": _zip,
    "sys.exit": _exit,
    "exit": _exit,
    "quit": _exit,
    "os._exit": _exit,
    "getattr": _getattr,
    "input": lambda p, g: one((Symbol("what is typed"),)),
    "super": nothing,
    "type": nothing,
    "os.getenv": _getenv,
    "os.environ.get": _getenv,
    "os.environ.copy": lambda p, g: one(p.table({})),
    "os.putenv": nothing,
    "os.environ.setdefault": _getenv,
    "os.system": _call,
    "os.popen": _popen,
    "subprocess.run": _run,
    "subprocess.call": _call,
    "subprocess.check_call": _check_call,
    "subprocess.check_output": _check_output,
    "subprocess.getoutput": _getoutput,
    "sh.docker": nothing,
    "os.path.join": _join,
    "os.path.exists": _exists,
    "os.path.isfile": _exists,
    "os.path.isdir": _exists,
    "os.path.abspath": same,
    "os.path.realpath": same,
    "os.path.normpath": same,
    "os.path.expanduser": same,
    "os.chdir": nothing,
    "os.makedirs": nothing,
    "os.mkdir": nothing,
    "os.remove": nothing,
    "os.getcwd": lambda p, g: one(text(".")),
    "pathlib.Path": _path,
    "pathlib.Path.cwd": lambda p, g: one(text(".")),
    "json.loads": _loads,
    "json.load": _loads,
    "json.dumps": dumps,
    "yaml.safe_load": _loads,
    "yaml.load": _loads,
    "tomllib.loads": _loads,
    "tomllib.load": _loads,
    "tomli.loads": _loads,
    "toml.load": _loads,
    "toml.loads": _loads,
    "tomli.load": _loads,
    "requests.get": _get,
    "requests.Session.get": _get,
    "httpx.get": _get,
    "requests.post": _send("POST"),
    "requests.patch": _send("PATCH"),
    "httpx.post": _send("POST"),
    "httpx.patch": _send("PATCH"),
    "urllib.request.urlopen": _urlopen,
    "urllib.request.Request": _request,
    "urllib3.request": _get,
    "git.Repo": _git_repo,
    "importlib.import_module": _import_module,
    "argparse.ArgumentParser": argument_parser.new,
    "time.sleep": nothing,
    "re.compile": lambda p, g: _compiled(p, g),
    "itertools.chain": _itertools_chain,
    "itertools.accumulate": _accumulate,
    "itertools.chain.from_iterable": _accumulate,
    "sys.stdout.write": lambda p, g: write_to(p, Native("sys.stdout"), g.get(0)),
    "sys.stderr.write": nothing,
    "shlex.quote": same,
    "urllib.parse.quote": same,
    "urllib.parse.quote_plus": same,
    "textwrap.dedent": same,
    "shlex.join": lambda p, g: lists.joined(p, text(" "), g.get(0)[0].held),
    "functools.lru_cache": nothing,
    "copy.copy": same,
    "copy.deepcopy": same,
    "cast": lambda p, g: g.get(1),
    "typing.cast": lambda p, g: g.get(1),
    "re.match": _regular("match"),
    "re.search": _regular("search"),
    "re.fullmatch": _regular("fullmatch"),
    "sys.stdin.read": lambda p, g: surroundings.standard_input(p),
    "sys.stdout.flush": nothing,
    "sys.stdin.readlines": lambda p, g: in_lines(p, surroundings.standard_input(p), g.node),
}
