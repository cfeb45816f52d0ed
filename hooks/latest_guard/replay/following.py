"""What a command line leads to: other shells, scripts of the repository, make, npm scripts, programs in other languages."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from latest_guard.replay import composed, parsed
from latest_guard.replay.alternatives import Array, literal, one
from latest_guard.replay.assigning import source_written
from latest_guard.replay.files import content, resolve, spelled
from latest_guard.replay.machine import Frame, Machine, merge_exits
from latest_guard.replay.programs.program import Program, of_source, of_string
from latest_guard.shell import parse
from latest_guard.source import Source, Span, Text
from latest_guard.values import Literal, Str, plain, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from latest_guard.shell.tree import Body

Words = tuple[Str, ...]

#: Commands in the arguments of commands are run this deep.
NESTED = 60
SHELLS = frozenset(("bash", "sh", "dash", "zsh", "ash", "ksh"))
PROGRAMS = {
    "python": ".py",
    "python3": ".py",
    "node": ".js",
    "bun": ".ts",
    "deno": ".ts",
    "tsx": ".ts",
    "ts-node": ".ts",
    "ruby": ".rb",
    "perl": ".pl",
    "pwsh": ".ps1",
}


def dispatch(machine: Machine, words: Words, span: Span) -> None:
    """Run a command that stands in another's arguments."""
    if machine.depth > NESTED:
        machine.finish(one(machine.unread("commands in commands, too deep", span)))
        return
    machine.depth += 1
    machine.dispatch(machine, words, span)
    machine.depth -= 1


def command(machine: Machine, name: str, tool: str, words: Words, span: Span) -> bool:
    """Follow what the command runs; False where it runs nothing of the repository."""
    if tool in SHELLS:
        return _shell(machine, words, span)
    followers = machine.scene.followers
    if tool in followers and followers[tool](machine, words, span):
        return True
    if tool in PROGRAMS:
        return _program(machine, tool, words, span)
    if "/" in name or posixpath.splitext(name)[1] in (".sh", ".bash", ".py", ".js", ".mjs"):
        return file(machine, words[0], words[1:], span)
    return False


def _shell(machine: Machine, words: Words, span: Span) -> bool:
    """`bash -c text`, `bash file`, `bash < text`."""
    rest = list(words[1:])
    options: set[str] = set()
    while rest and (word := plain(rest[0])) is not None and word[:1] in ("-", "+") and len(word) > 1:
        rest.pop(0)
        if word.startswith("--"):
            continue
        if "e" in word:
            options.add("errexit")
        if "o" in word and rest:
            options.add(plain(rest.pop(0)) or "")
        if "c" in word:
            return _inline(machine, rest, options, span)
        if "s" in word:
            rest = []
    if rest:
        return file(machine, rest[0], tuple(rest[1:]), span, options)
    if machine.stdin is not None:
        return _inline(machine, [machine.stdin[0].held], options, span)
    return False


def _inline(machine: Machine, rest: Sequence[Str], options: set[str], span: Span) -> bool:
    """A script in an argument."""
    if not rest:
        return False
    child = machine.fork()
    child.options = options
    child.variables["@"] = one(Array(tuple((str(i), word) for i, word in enumerate(rest[2:]))))
    whole = plain(rest[0])
    if whole is None:
        return _composed(machine, child, rest[0], span)
    place = next((piece.span for piece in rest[0] if piece.span), span)
    source = machine.scene.tree.source(place.path)
    code = _place(source, place, whole) if source is not None else Source(span.path, whole).whole()
    _finish(machine, child, parsed.body(child, code))
    return True


def _composed(machine: Machine, child: Machine, held: Str, span: Span) -> bool:
    """A script in an argument of which only the run knows parts: they stand in it as words. One that nobody wrote here is not read."""
    if not any(isinstance(piece, Literal) and piece.text.strip() for piece in held):
        machine.finish(one(machine.unread("a script in an argument that only the run knows", span)))
        return False
    made = composed.script(machine.scene, [(held, None)], span)
    with composed.answering(machine.scene, made.holes):
        _finish(machine, child, parsed.body(child, made.template))
    return True


def _place(source: Source, span: Span, whole: str) -> Text:
    """The text of an argument at its place, where it stands there letter by letter."""
    starts = source.starts()
    at = starts[span.line - 1] + span.column - 1
    found = source.text.find(whole, at, at + len(whole) + 8)
    return Text(whole, source, ((0, found if found >= 0 else at, len(whole) if found >= 0 else 0),))


def _finish(machine: Machine, child: Machine, tree: Body) -> None:
    child.body(tree)
    trap = child.aliases.pop("trap EXIT", "")
    merge_exits(child)
    if trap:
        for statement in parse.parse(Source("trap", trap).whole()).commands:
            child.run(child, statement)
    machine.out.extend(child.out)
    machine.status = child.status


def spoken(machine: Machine, words: Words, span: Span) -> None:
    """A command line that another tool has put into the script as text: it is read again, in this shell."""
    if machine.depth > NESTED:
        machine.finish(one(machine.unread("commands in commands, too deep", span)))
        return
    segments: list[composed.Segment] = [(words[0], None)]
    for word in words[1:]:
        segments += [(text(" "), None), (word, span)]
    made = composed.script(machine.scene, segments, span)
    machine.depth += 1
    with composed.answering(machine.scene, made.holes):
        machine.body(parsed.body(machine, made.template))
    machine.depth -= 1


def file(machine: Machine, name: Str, arguments: Words, span: Span, options: set[str] | None = None) -> bool:
    """Run a file of the repository."""
    whole = spelled(name)
    path = resolve(machine, whole) if whole else ""
    source = machine.scene.tree.read(path) if path else None
    if source is None and whole and machine.directory:
        path = posixpath.normpath(whole)
        source = machine.scene.tree.read(path) if not path.startswith(("..", "/")) else None
    if source is None:
        return whole is not None and whole in machine.scene.files and _made(machine, name, arguments, span, options or set())
    first = source.line(1)
    ending = posixpath.splitext(path)[1]
    if options is None and (language := _language(first, ending)):
        read_program(machine, of_source(source), language, arguments, span)
        return True
    if options is None and first.startswith("#!") and not any(shell in first for shell in SHELLS):
        return False
    script(machine, source, arguments, span, set(options or ()) | ({"errexit"} if first.startswith("#!") and " -e" in first else set()))
    return True


def _made(machine: Machine, name: Str, arguments: Words, span: Span, options: set[str]) -> bool:
    """Run a shell script that the run itself has written; False where only the run knows what stands in it."""
    value = content(machine, name, span)
    whole = plain(value[0].held) if len(value) == 1 else None
    first = (whole or "").partition("\n")[0]
    if not whole or (first.startswith("#!") and not any(shell in first for shell in SHELLS)):
        return False
    child = _process(machine, arguments, options)
    place = next((piece.span for piece in value[0].held if piece.span), span)
    source = machine.scene.tree.source(place.path)
    code = _place(source, place, whole) if source is not None else Source(span.path, whole).whole()
    _finish(machine, child, parsed.body(child, code))
    return True


def _process(machine: Machine, arguments: Words, options: set[str]) -> Machine:
    """A process of its own for a script: it sees what is exported."""
    child = machine.fork()
    child.variables = {name: machine.variables[name] for name in machine.exported if name in machine.variables}
    child.exported = set(child.variables)
    child.functions, child.options, child.testing, child.aliases = {}, options, 0, {}
    child.variables["@"] = one(Array(tuple((str(i), word) for i, word in enumerate(arguments))))
    return child


def _language(first: str, ending: str) -> str:
    if first.startswith("#!"):
        return next((tool for tool in PROGRAMS if tool in first), "")
    return next((tool for tool, suffix in PROGRAMS.items() if suffix == ending), "js" if ending in (".mjs", ".cjs", ".js") else "")


def script(machine: Machine, source: Source, arguments: Words, span: Span, options: set[str]) -> None:
    """Run a shell script of the repository in a process of its own: it sees what is exported."""
    scene = machine.scene
    if sum(f.note.startswith("runs ") for f in scene.frames) > 12:
        machine.finish(one(machine.unread(f"{source.path} is called too deep", span)))
        return
    scene.followed.add(source.path)
    if not machine.testing and not machine.captured and not scene.relevance.matters(source.path):
        machine.finish(literal("0"))
        return
    child = _process(machine, arguments, options)
    child.script = source.path
    scene.enter(span, f"runs {source.path}", "call")
    _finish(machine, child, parsed.body(child, parsed.whole(machine, source)))
    scene.leave()


def source(machine: Machine, name: Str, arguments: Words, span: Span) -> None:
    """`. file`: the file's statements run in this shell."""
    whole = spelled(name)
    path = resolve(machine, whole) if whole else ""
    found = machine.scene.tree.read(path) if path else None
    if found is None and whole is None:
        found = _beside(machine, name)
    if found is None and source_written(machine, name, span):
        return
    if found is None or any(f.function == found.path for f in machine.frames):
        machine.finish(literal("0"))
        return
    machine.scene.followed.add(found.path)
    machine.scene.enter(span, f"sources {found.path}", "call")
    machine.frames.append(Frame(function=found.path))
    machine.body(parsed.body(machine, parsed.whole(machine, found)))
    frame = machine.frames.pop()
    machine.path = machine.scene.conditions.either(machine.path, frame.left)
    machine.scene.leave()


def _beside(machine: Machine, name: Str) -> Source | None:
    """`$DIR/lib.sh` with a folder that only the run knows: beside the script, or the one file of the repository with that path."""
    tail = plain(name[-1:])
    if tail is None or not tail.startswith("/"):
        return None
    beside = posixpath.normpath(posixpath.join(posixpath.dirname(machine.script), tail.lstrip("/")))
    found = machine.scene.tree.read(beside) if not beside.startswith("..") else None
    if found is not None:
        return found
    matching = [path for path in machine.scene.tree.listing() if ("/" + path).endswith(tail)]
    return machine.scene.tree.read(matching[0]) if len(matching) == 1 else None


def _program(machine: Machine, tool: str, words: Words, span: Span) -> bool:
    """`python file`, `node file`, `python -c text`, `python - <<EOF`."""
    rest = list(words[1:])
    while rest and (word := plain(rest[0])) is not None and word.startswith("-") and len(word) > 1:
        rest.pop(0)
        if word in ("-c", "-e", "--eval", "-p", "-pe", "--print", "-Command"):
            return bool(rest) and _inline_program(machine, tool, word, rest[0], tuple(rest[1:]), span)
        if word == "-m":
            return False
    if rest and plain(rest[0]) != "-":
        whole = spelled(rest[0])
        path = resolve(machine, whole) if whole else ""
        found = machine.scene.tree.read(path) if path else None
        if found is None:
            return False
        read_program(machine, of_source(found), tool, tuple(rest[1:]), span)
        return True
    if machine.stdin is None:
        return False
    read_program(machine, _written(machine, machine.stdin[0].held, span), tool, tuple(rest[1:]), span)
    return True


def _inline_program(machine: Machine, tool: str, option: str, code: Str, arguments: Words, span: Span) -> bool:
    read_program(machine, _written(machine, code, span), f"{tool} {option}", arguments, span)
    return True


def _written(machine: Machine, code: Str, span: Span) -> Program:
    """A program in an argument or a here-document."""
    place = next((piece.span for piece in code if piece.span), span)
    return of_string(code, span, machine.scene.tree.source(place.path))


def read_program(machine: Machine, program: Program, tool: str, arguments: Words, span: Span) -> None:
    """Read a program in another language. `tool` is what runs it, with the option by which it gets it, such as `node -p`."""
    path = program.text.source.path
    machine.scene.followed.add(path)
    if path != span.path and not machine.testing and not machine.captured and not machine.scene.relevance.matters(path):
        machine.finish(literal("0"))
        return
    machine.scene.enter(span, f"runs {path}" if path != span.path else f"runs {tool.partition(' ')[0]} code", "call")
    if machine.scene.reader is not None:
        machine.scene.reader(machine, program, tool, arguments, span)
    machine.scene.leave()


__all__ = ["command", "dispatch", "file", "script", "source"]
