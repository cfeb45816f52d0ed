"""Functions of JavaScript and its packages that do something, or that work on lists and objects the program made."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from latest_guard.catalog import index
from latest_guard.catalog.answers import unknown as unknown_answer
from latest_guard.replay.alternatives import Alternative, one
from latest_guard.replay.programs import asking, commands, elements, items, lists, moving, packages, python_library, surroundings
from latest_guard.replay.programs.items import Closure, Datum, Expression, Item, Items, Native, Reference, origins, unknown
from latest_guard.replay.programs.process import Given, Listed, Object, Process
from latest_guard.replay.programs.worlds import lift, true
from latest_guard.values import Order, Symbol, plain, text

Function = Callable[[Process, Given], Items]

nothing, same = python_library.nothing, python_library.same


# The workflow's own -------------------------------------------------------------------------------------------------------


def _set_output(process: Process, given: Given) -> Items:
    surroundings.channel(process, "GITHUB_OUTPUT", given.get(0), _json(process, given.get(1), given))
    return one(None)


def _export(process: Process, given: Given) -> Items:
    value = _json(process, given.get(1), given)
    surroundings.channel(process, "GITHUB_ENV", given.get(0), value)
    for a in process.strings(given.get(0)):
        if name := plain(a.held):
            surroundings.export(process, name, value)
    return one(None)


def _json(process: Process, value: Items, given: Given) -> Items:
    """A value as the workflow's files take it: text as it is, the rest as JSON."""

    def shape(item: Item) -> Items:
        if isinstance(item, Reference):
            return python_library.dumps(process, Given([one(item)], {}, given.node))
        return one(() if item is None else item)

    return process.split(value, shape)


def _set_failed(process: Process, given: Given) -> Items:
    process.effect()
    process.failed = process.scene.conditions.either(process.failed, process.path)
    return one(None)


def _input(process: Process, given: Given) -> Items:
    def look(name: Item) -> Items:
        said = plain(name) if isinstance(name, tuple) else None
        if said is None:
            return one(unknown(origins(name), "an input"))
        found = surroundings.variable(process, "INPUT_" + said.replace(" ", "_").upper())
        return process.each(found, lambda item: () if item is None else item)

    return process.split(given.get(0), look)


def _boolean_input(process: Process, given: Given) -> Items:
    value = _input(process, given)
    conditions = process.scene.conditions
    return process.truths(conditions.any(conditions.both(a.when, process.scene.truthy(a.held, None)) for a in process.strings(value)))


def _group(process: Process, given: Given) -> Items:
    return process.split(given.get(1), lambda f: process.invoke(process, f, Given([], {}, given.node)))


# Commands -----------------------------------------------------------------------------------------------------------------


def _exec_sync(process: Process, given: Given) -> Items:
    ran = commands.run(process, given, shell=True, listed=1)
    commands.demanded(process, ran)
    inherits = any(plain(a.held) == "inherit" for a in commands.option(process, given, "stdio") if isinstance(a.held, tuple))
    if inherits:
        commands.shown(process, ran)
        return one(None)
    return commands.printed(ran, process)


def _spawn(process: Process, given: Given) -> Items:
    return commands.completed(process, commands.run(process, given, shell=True, listed=1))


def _exec(process: Process, given: Given) -> Items:
    """`exec(command, callback)` and its kin: an object, and the callback gets what was printed."""
    ran = commands.run(process, given, shell=True, listed=1)
    out = commands.printed(ran, process)
    for row in given.items[1:]:
        if len(row) == 1 and isinstance(row[0].held, Closure):
            error = process.tidy([Alternative(ran.well, None), Alternative(process.scene.conditions.no(ran.well), unknown((), "an error"))])
            process.invoke(process, row[0].held, Given([error, out, one(())], {}, given.node))
            return one(None)
    commands.demanded(process, ran)
    return commands.completed(process, ran)


def _actions_exec(process: Process, given: Given) -> Items:
    """@actions/exec's `exec(command, args, options)`: its exit status; listeners get what was printed."""
    ran = commands.run(process, given, shell=False, listed=1)
    listeners = commands.option(process, given, "listeners")
    out = commands.printed(ran, process)
    for name in ("stdout", "stdline"):
        for function in elements.fields(process, listeners).get(name, ()) if listeners else ():
            process.invoke(process, function.held, Given([out], {}, given.node))
    _demanded_unless(process, given, ran)
    return process.tidy([Alternative(ran.well, 0), Alternative(process.scene.conditions.no(ran.well), 1)])


def _demanded_unless(process: Process, given: Given, ran: commands.Ran) -> None:
    ignored = commands.option(process, given, "ignoreReturnCode") or commands.option(process, given, "reject")
    if not ignored:
        commands.demanded(process, ran)


def _exec_output(process: Process, given: Given) -> Items:
    ran = commands.run(process, given, shell=False, listed=1)
    _demanded_unless(process, given, ran)
    return commands.completed(process, ran)


def _tagged(process: Process, given: Given) -> Items:
    """zx's and Bun's $`command`."""
    ran = commands.run_text(process, given.get(0), process.span_of(given.node))
    commands.demanded(process, ran)
    return process.each(commands.completed(process, ran), lambda item: item)


def _promisify(process: Process, given: Given) -> Items:
    return given.get(0)


# Files --------------------------------------------------------------------------------------------------------------------


def _read_file(process: Process, given: Given) -> Items:
    return surroundings.contents(process, given.get(0), given.node)


def _append_file(process: Process, given: Given) -> Items:
    surroundings.write(process, given.get(0), given.get(1), append=True)
    return one(None)


def _write_file(process: Process, given: Given) -> Items:
    appends = any(plain(a.held) == "a" for a in commands.option(process, given, "flag") if isinstance(a.held, tuple))
    surroundings.write(process, given.get(0), given.get(1), append=appends)
    return one(None)


def _exists(process: Process, given: Given) -> Items:
    return surroundings.exists(process, given.node)


def _log(process: Process, given: Given) -> Items:
    if process.world is not None:
        return one(None)
    parts = process.listing(given.items)
    line = lists.joined(process, text(" "), parts)
    process.machine.write(process.strings(process.each(line, lambda item: (*process.written(item), *text("\n")))))
    return one(None)


def _stdout(process: Process, given: Given) -> Items:
    process.effect()
    process.machine.write(process.strings(given.get(0)))
    return one(None)


def _require(process: Process, given: Given) -> Items:
    """A package; a JSON file of the repository; a module of it is the interpreter's business."""
    held = given.get(0)
    name = plain(held[0].held) if len(held) == 1 and isinstance(held[0].held, tuple) else None
    if name is None:
        return one(unknown([s for a in held for s in origins(a.held)], "a module"))
    loader = process.effects.get("require")
    if name.startswith(".") and callable(loader):
        found = loader(process, name)
        if found is not None:
            return found  # type: ignore[no-any-return]
    if name.endswith(".json"):
        return process.each(
            surroundings.contents(process, one(text(_beside(process, name))), given.node), lambda item: asking.parsed(process, item)
        )
    from latest_guard.replay.programs import modules

    return one(Native(modules.canonical(name)))


def _beside(process: Process, name: str) -> str:
    import posixpath

    folder = posixpath.dirname(process.path_name)
    return posixpath.normpath(posixpath.join(folder, name))


# Values -------------------------------------------------------------------------------------------------------------------


def _string(process: Process, given: Given) -> Items:
    if process.world is not None:
        return lift(process, [given.get(0)], lambda v: items.written(v), "String")
    return tuple(Alternative(a.when, a.held) for a in process.strings(given.get(0)))


def _boolean(process: Process, given: Given) -> Items:
    return process.truths(true(process, given.get(0), given.node))


def _parse(process: Process, given: Given) -> Items:
    if process.world is not None:
        return lift(process, given.items[:1], packages.from_json, "JSON.parse")
    return process.each(given.get(0), lambda item: asking.parsed(process, item))


def _all(process: Process, given: Given) -> Items:
    return given.get(0)


def _entries(name: str) -> Function:
    def entries(process: Process, given: Given) -> Items:
        def of(item: Item) -> Items:
            if isinstance(item, Reference) and isinstance(cell := process.heap[item.number], Object) and process.world is None:
                return lists.entries(process, cell, name)
            return lift(process, [one(item)], packages.JAVASCRIPT[f"Object.{name}"], f"Object.{name}", given.node)

        return process.split(given.get(0), of)

    return entries


def _assign(process: Process, given: Given) -> Items:
    target = process.under(given.get(0))
    if len(target) == 1 and isinstance(target[0].held, Reference) and isinstance(cell := process.heap[target[0].held.number], Object):
        for row in given.items[1:]:
            cell.fields.update(elements.fields(process, row))
    return target


def _array(process: Process, given: Given) -> Items:
    held = process.under(given.get(0))
    if process.world is None and len(given.items) == 1 and all(isinstance(a.held, Reference) for a in held):
        return one(process.new(Listed(elements.elements(process, held))))
    if process.world is None and len(given.items) == 1:
        return held
    return lift(process, given.items, packages.JAVASCRIPT["Array.from"], "Array.from", given.node)


def _set(process: Process, given: Given) -> Items:
    if not given.items:
        return one(process.new(Listed()))
    return _array(process, given)


def _map(process: Process, given: Given) -> Items:
    return one(process.table({}))


def _expression(process: Process, given: Given) -> Items:
    pattern = given.get(0)[0].held
    flags = given.get(1)[0].held
    whole = plain(pattern) if isinstance(pattern, tuple) else None
    if isinstance(pattern, Expression):
        return one(pattern)
    if whole is None:
        return one(unknown(origins(pattern), "a pattern"))
    return one(Expression(whole, (plain(flags) or "") if isinstance(flags, tuple) else ""))


def _join(process: Process, given: Given) -> Items:
    return lift(process, given.items, packages.joined_path, "a path", marks=True)


def _exit(process: Process, given: Given) -> Items:
    return python_library.FUNCTIONS["sys.exit"](process, given)


def _promise(process: Process, given: Given) -> Items:
    """`new Promise((resolve, reject) => …)`: what is handed to `resolve`."""
    function = given.get(0)[0].held
    if not isinstance(function, Closure):
        return one(None)
    box = Listed()
    item = process.new(box)
    process.invoke(process, function, Given([one(Native("Promise.(resolve)", item)), one(Native("Promise.(reject)"))], {}, given.node))
    return elements.nth(process, box.entries, 0) if box.entries else one(None)


# GitHub's API and the web -------------------------------------------------------------------------------------------------


def wrapped(process: Process, name: str, answer: Items) -> Items:
    """What a method of Octokit gives: an object whose `data` is the answer. Other clients give the answer itself."""
    if process.language != "javascript":
        return answer
    return one(process.table({"data": answer, "status": one(200), "headers": one(Datum(Symbol("an answer's headers")))}))


def _paginate(process: Process, given: Given) -> Items:
    """Octokit's `paginate(method, parameters, map)`: all that the pages hold."""
    first = given.get(0)[0].held
    answer: Items | None = None
    if isinstance(first, Native):
        answer = asking.of_api(process, first.name.rpartition(".")[2], given)
    elif isinstance(first, tuple):
        response = _asked(process, first, given)
        answer = process.split(
            response,
            lambda item: elements.attribute(process, item, "data", given.node) if not isinstance(item, Reference) else _data(process, item),
        )
    if answer is None:
        answer = one(Datum(Symbol(f"what {process.said(given.node)} says")))
    mapper = given.get(2)[0].held if given.has(2) else None
    if isinstance(mapper, Closure):
        page = process.table({"data": answer})
        return process.invoke(process, mapper, Given([one(page), one(Native("done"))], {}, given.node))
    return answer


def _data(process: Process, item: Reference) -> Items:
    cell = process.heap[item.number]
    return cell.fields.get("data", one(None)) if isinstance(cell, Object) else one(None)


def _pages(process: Process, given: Given) -> Items:
    """`paginate.iterator(…)`: one page stands for all."""
    return one(process.listing([one(process.table({"data": _paginate(process, given)}))]))


def _asked(process: Process, route: Item, given: Given) -> Items:
    """`octokit.request("GET /repos/{owner}/{repo}/releases")`."""
    whole = "".join(getattr(piece, "text", "_") for piece in route) if isinstance(route, tuple) else ""
    verb, _, path = whole.partition(" ")
    if verb in ("POST", "PATCH", "PUT"):
        body = moving.options(process, given)
        moving.request(process, verb, one(text(path.replace("{owner}", "o").replace("{repo}", "r"))), body, given)
        return wrapped(process, "request", one(Datum(Symbol("an answer"))))
    address = path.replace("{owner}", "o").replace("{repo}", "r") if verb == "GET" else whole
    symbol = index.address_answer(text("https://api.github.com" + address))
    if symbol is None:
        return wrapped(process, "request", one(Datum(Symbol(f"what {whole[:60]} says"))))
    return wrapped(process, "request", asking.known(process, symbol, given.node))


def _request(process: Process, given: Given) -> Items:
    return process.split(given.get(0), lambda route: _asked(process, route, given))


def _graphql(process: Process, given: Given) -> Items:
    query = process.strings(given.get(0))
    whole = "".join(getattr(piece, "text", "") for a in query for piece in a.held)
    if "latestRelease" in whole:
        return asking.known(process, unknown_answer("GitHub's latest release", Order.BADGE, many=False), given.node)
    if "releases" in whole or "refs/tags" in whole:
        return asking.known(process, unknown_answer("GitHub's releases", Order.DATE), given.node)
    return one(Datum(Symbol("what a GraphQL query says")))


def _fetch(process: Process, given: Given) -> Items:
    method = "".join(plain(a.held) or "" for a in commands.option(process, given, "method") if isinstance(a.held, tuple)).upper()
    if method in ("POST", "PATCH", "PUT"):
        body = commands.option(process, given, "body") or commands.option(process, given, "json")
        fields = elements.fields(process, _unpacked(process, body)) if body else {}
        process.effect()
        moving.request(process, method, given.get(0), fields, given)
        return one(Datum(Symbol("an answer")))
    return asking.web(process, given.get(0), given.node)


def _unpacked(process: Process, body: Items) -> Items:
    """The object behind a body that is JSON text: `JSON.stringify` keeps it in mind."""
    held = process.effects.get("stringified")
    return held if held is not None and all(isinstance(a.held, tuple) for a in body) else body  # type: ignore[return-value]


def _stringify(process: Process, given: Given) -> Items:
    process.effects["stringified"] = given.get(0)
    return python_library.dumps(process, given)


def _octokit(process: Process, given: Given) -> Items:
    return one(Native("github"))


FUNCTIONS: Mapping[str, Function] = {
    "core.setOutput": _set_output,
    "core.exportVariable": _export,
    "core.setFailed": _set_failed,
    "core.getInput": _input,
    "core.getBooleanInput": _boolean_input,
    "core.group": _group,
    "core.setSecret": nothing,
    "core.saveState": nothing,
    "core.addPath": nothing,
    "core.info": nothing,
    "core.warning": nothing,
    "core.error": nothing,
    "core.debug": nothing,
    "core.notice": nothing,
    "core.startGroup": nothing,
    "core.endGroup": nothing,
    "core.getMultilineInput": _input,
    "exec.exec": _actions_exec,
    "exec.getExecOutput": _exec_output,
    "child_process.execSync": _exec_sync,
    "child_process.execFileSync": _exec_sync,
    "child_process.spawnSync": _spawn,
    "child_process.spawn": _spawn,
    "child_process.exec": _exec,
    "child_process.execFile": _exec,
    "util.promisify": _promisify,
    "execa.execa": _exec_output,
    "execa.execaCommand": _exec_output,
    "execa.execaSync": _exec_output,
    "execa.execaCommandSync": _exec_output,
    "execa": _exec_output,
    "execa.command": _exec_output,
    "tinyexec.x": _exec_output,
    "shelljs.exec": _spawn,
    "zx.$.(tagged)": _tagged,
    "$.(tagged)": _tagged,
    "Bun.$.(tagged)": _tagged,
    "execa.$.(tagged)": _tagged,
    "fs.readFileSync": _read_file,
    "fs.readFile": _read_file,
    "fs.appendFileSync": _append_file,
    "fs.appendFile": _append_file,
    "fs.writeFileSync": _write_file,
    "fs.writeFile": _write_file,
    "fs.existsSync": _exists,
    "fs.promises.readFile": _read_file,
    "fs.promises.writeFile": _write_file,
    "fs.promises.appendFile": _append_file,
    "fs.readJsonSync": lambda p, g: _parse(p, Given([_read_file(p, g)], {}, g.node)),
    "fs.readJson": lambda p, g: _parse(p, Given([_read_file(p, g)], {}, g.node)),
    "fs.mkdirSync": nothing,
    "fs.copyFileSync": nothing,
    "fs.rmSync": nothing,
    "fs.cpSync": nothing,
    "fs.statSync": lambda p, g: one(Native("fs.(stat)")),
    "fs.mkdir": nothing,
    "fs.readdirSync": lambda p, g: one(Datum(Symbol(f"what {p.said(g.node)} lists"))),
    "fs.readdir": lambda p, g: one(Datum(Symbol(f"what {p.said(g.node)} lists"))),
    "console.log": _log,
    "console.error": nothing,
    "console.warn": nothing,
    "console.info": nothing,
    "console.debug": nothing,
    "process.stdout.write": _stdout,
    "console.table": nothing,
    "console.dir": nothing,
    "console.group": nothing,
    "console.groupEnd": nothing,
    "process.stderr.write": nothing,
    "process.exit": _exit,
    "Deno.exit": _exit,
    "require": _require,
    "String": _string,
    "Boolean": _boolean,
    "JSON.parse": _parse,
    "JSON.stringify": _stringify,
    "Promise.all": _all,
    "Promise.resolve": same,
    "Promise.allSettled": _all,
    "Promise": _promise,
    "Object.keys": _entries("keys"),
    "Object.values": _entries("values"),
    "Object.entries": _entries("entries"),
    "Object.assign": _assign,
    "Array.from": _array,
    "Set": _set,
    "Map": _map,
    "RegExp": _expression,
    "path.join": _join,
    "path.resolve": _join,
    "url.fileURLToPath": lambda p, g: lift(p, g.items[:1], lambda v: str(v).removeprefix("file:///"), "a path", marks=True),
    "path.normalize": same,
    "setTimeout": nothing,
    "github.paginate": _paginate,
    "github.paginate.iterator": _pages,
    "github.request": _request,
    "github.graphql": _graphql,
    "github.rest.paginate": _paginate,
    "fetch": _fetch,
    "axios.get": lambda p, g: asking.web(p, g.get(0), g.node),
    "axios": _fetch,
    "got": _fetch,
    "node-fetch": _fetch,
    "got.get": _fetch,
    "undici.fetch": _fetch,
    "undici.request": _fetch,
    "octokit.paginate": _paginate,
    "octokit.request": _request,
    "octokit.graphql": _graphql,
    "actions-github.getOctokit": _octokit,
    "getOctokit": _octokit,
    "@octokit/rest.Octokit": _octokit,
    "@octokit/core.Octokit": _octokit,
    "@octokit/action.Octokit": _octokit,
    "octokit.Octokit": _octokit,
    "@octokit/graphql.graphql": _graphql,
    "@octokit/request.request": _request,
}
