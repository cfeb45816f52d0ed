"""`just` as a command (https://just.systems/man/en/)."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from latest_guard.expressions import regular
from latest_guard.replay.alternatives import Alternative, Array, Value, literal, one
from latest_guard.replay.composed import Segment, printed, run, script, shell
from latest_guard.replay.conditions import FALSE
from latest_guard.replay.files import resolve, spelled
from latest_guard.replay.machine import Machine, compact, scalar
from latest_guard.replay.placed import string
from latest_guard.replay.tasks import justfile
from latest_guard.replay.tasks.justfile import Backtick, Call, Chars, Choice, Expression, Joined, Justfile, Name, Recipe
from latest_guard.replay.texts import rewrite
from latest_guard.source import Text
from latest_guard.values import Colour, Literal, Str, Symbol, join, plain, show, text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from latest_guard.source import Source, Span

NAMES = ("justfile", "Justfile", ".justfile", "JUSTFILE")
VALUED = frozenset(
    ("-f", "--justfile", "-d", "--working-directory", "--shell", "--color", "-E", "--dotenv-path", "--dotenv-filename", "--shell-arg")
)
IDLE = frozenset(
    ("-l", "--list", "-n", "--dry-run", "--summary", "--evaluate", "--dump", "-h", "--help", "--version", "-V", "--show", "-s", "--fmt")
)
#: Recipes inside recipes.
DEPTH = 20
IMPORTS = 20


@dataclass
class Line:
    """What a command line asks for."""

    file: str = ""
    folder: str = ""
    settings: dict[str, Str] = field(default_factory=dict)
    words: list[Str] = field(default_factory=list)
    idle: bool = False


def follow(machine: Machine, words: tuple[Str, ...], span: Span) -> bool:
    """Run the recipes that the command line names; False where there is no justfile, or not these recipes."""
    line = _asked(list(words[1:]))
    if line.idle:
        machine.finish(literal("0"))
        return True
    process = shell(machine)
    source = _file(process, line)
    if source is None or sum(frame.note.startswith("runs just") for frame in machine.scene.frames) > DEPTH:
        return False
    process.directory = resolve(process, line.folder) if line.folder else posixpath.dirname(source.path)
    machine.scene.enter(span, f"runs just with {source.path}", "call")
    running = _Running(process, _read(process, source), line.settings)
    done = running.line(line.words)
    machine.scene.leave()
    if done:
        machine.follow(process, "1")
    return done


def _asked(rest: list[Str]) -> Line:
    line = Line()
    while rest:
        word = rest.pop(0)
        head = word[0].text if word and isinstance(word[0], Literal) else ""
        if head.startswith("-") and not line.words:
            name, equals, value = (plain(word) or head).partition("=")
            line.idle = line.idle or name in IDLE
            if name == "--set" and len(rest) > 1:
                variable = plain(rest.pop(0)) or ""
                line.settings[variable] = rest.pop(0)
            elif name in VALUED:
                value = value if equals else (spelled(rest.pop(0)) or "") if rest else ""
                line.file = value if name in ("-f", "--justfile") else line.file
                line.folder = value if name in ("-d", "--working-directory") else line.folder
        elif "=" in head and not line.words and head.partition("=")[0].replace("_", "a").isalnum():
            name, _, value = head.partition("=")
            line.settings[name] = (*text(value, word[0].span), *word[1:])
        else:
            line.words.append(word)
    return line


def _file(process: Machine, line: Line) -> Source | None:
    """The justfile: the one that is said, else the nearest one upwards."""
    if line.file:
        return process.scene.tree.read(resolve(process, line.file))
    folder = process.directory if process.directory != "." else ""
    while True:
        for name in NAMES:
            source = process.scene.tree.read(posixpath.join(folder, name))
            if source is not None:
                return source
        if not folder:
            return None
        folder = posixpath.dirname(folder)


def _read(process: Machine, source: Source, depth: int = 0) -> Justfile:
    cache, key = process.scene.cache, ("justfile", source.path)
    process.scene.followed.add(source.path)
    if key not in cache:
        whole = source.whole()
        found = justfile.read(whole)
        cache[key] = ((source, whole), found)
        for name in found.imports if depth < IMPORTS else ():
            other = process.scene.tree.read(posixpath.normpath(posixpath.join(posixpath.dirname(source.path), name)))
            if other is not None:
                found.merge(_read(process, other, depth + 1))
    made = cache[key][1]
    assert isinstance(made, Justfile)
    return made


@dataclass
class _Running:
    """One run of just."""

    machine: Machine
    file: Justfile
    settings: Mapping[str, Str]
    known: dict[str, Value] = field(default_factory=dict)
    done: set[tuple[str, tuple[Str, ...]]] = field(default_factory=set)
    parameters: dict[str, Value] = field(default_factory=dict)
    depth: int = 0

    def line(self, words: list[Str]) -> bool:
        """The recipes of a command line, each with as many of the words as it takes."""
        rest = list(words) or [text(self.file.first)]
        while rest:
            name = plain(rest.pop(0)) or ""
            recipe = self.recipe(name)
            if recipe is None:
                return self._module(name, rest)
            taken = self._takes(recipe, len(rest))
            self.run(recipe, [one(word) for word in rest[:taken]])
            rest = rest[taken:]
        return True

    def recipe(self, name: str) -> Recipe | None:
        """A recipe by its name or an alias."""
        return self.file.recipes.get(self.file.aliases.get(name, name))

    def _takes(self, recipe: Recipe, most: int) -> int:
        return most if any(parameter.many for parameter in recipe.parameters) else min(most, len(recipe.parameters))

    def _module(self, name: str, rest: list[Str]) -> bool:
        """`just module recipe`, `just module::recipe`."""
        head, colons, tail = name.partition("::")
        if head not in self.file.modules:
            return False
        said = self.file.modules[head]
        for path in (said, f"{head}.just", f"{head}/mod.just", f"{head}/justfile"):
            source = self.machine.scene.tree.read(resolve(self.machine, path)) if path else None
            if source is not None:
                child = shell(self.machine)
                child.directory = posixpath.dirname(source.path)
                inner = _Running(child, _read(child, source), self.settings)
                made = inner.line([text(tail), *rest] if colons else rest)
                self.machine.out.extend(child.out)
                return made
        return False

    def run(self, recipe: Recipe, arguments: list[Value]) -> None:
        """A recipe with what it waits for, once for the same arguments."""
        key = (recipe.name, tuple(self.machine.scene.algebra.fold(a) if len(a) > 1 else a[0].held for a in arguments))
        if key in self.done or self.depth > DEPTH or self.machine.path == FALSE:
            return
        self.done.add(key)
        self.depth += 1
        before, self.parameters = self.parameters, self._bound(recipe, arguments)
        mine = self.parameters
        self._others(recipe, after=False)
        self.parameters = mine
        self.machine.scene.enter(recipe.span, f"runs the recipe {recipe.name}", "call")
        self._body(recipe)
        self.machine.scene.leave()
        self._others(recipe, after=True)
        self.parameters = before
        self.depth -= 1

    def _bound(self, recipe: Recipe, arguments: list[Value]) -> dict[str, Value]:
        made: dict[str, Value] = {}
        rest = list(arguments)
        for parameter in recipe.parameters:
            if parameter.many:
                product = self.machine.scene.algebra.product(rest)
                joined = self.machine.scene.algebra.each(product, lambda row: join(list(row), " "))
                made[parameter.name] = joined if rest else self.value(parameter.default) if parameter.default else one(())
                rest = []
            elif rest:
                made[parameter.name] = rest.pop(0)
            else:
                self.parameters = made
                made[parameter.name] = self.value(parameter.default) if parameter.default else one(())
        return made

    def _others(self, recipe: Recipe, after: bool) -> None:
        for dependency in recipe.dependencies:
            found = self.recipe(dependency.name)
            if found is not None and dependency.after is after:
                self.run(found, [self.value(argument) for argument in dependency.arguments])

    # Bodies ---------------------------------------------------------------------------------------------------------------

    def _body(self, recipe: Recipe) -> None:
        first = recipe.lines[0].value if recipe.lines else ""
        if first.startswith("#!") or "script" in recipe.attributes:
            self._shell(recipe, list(recipe.lines), {"errexit"} if " -e" in first else set())
            return
        for line in recipe.lines:
            if line.value.strip() and self.machine.path != FALSE:
                self._shell(recipe, [line], set())

    def _shell(self, recipe: Recipe, lines: list[Text], options: set[str]) -> None:
        """Lines in a shell of their own, in every way that they can be said."""
        ignored = len(lines) == 1 and lines[0].value.lstrip("@").startswith("-")
        conditions = self.machine.scene.conditions
        start, ended = self.machine.path, FALSE
        for when, segments in self._said(lines):
            child = shell(self.machine)
            child.path = conditions.both(start, when)
            if child.path == FALSE:
                continue
            self._environment(child, recipe)
            child.options = options | self._options()
            run(child, script(self.machine.scene, segments, lines[0].span()))
            self.machine.out.extend(child.out)
            ended = conditions.either(ended, child.path if ignored else conditions.both(child.path, child.succeeded()))
        self.machine.path = ended

    def _options(self) -> set[str]:
        said = self.file.settings.get("shell", "")
        return {name for name, mark in (("errexit", "-e"), ("pipefail", "pipefail")) if mark in said}

    def _said(self, lines: list[Text]) -> list[tuple[int, list[Segment]]]:
        places: list[Span | None] = []
        values: list[Value] = []
        for number, line in enumerate(lines):
            if number:
                places.append(None)
                values.append(one(text("\n")))
            marks = len(line.value) - len(line.value.lstrip("@-")) if len(lines) == 1 else 0
            for part in justfile.interpolations(line.cut(marks, len(line.value))):
                places.append(None if isinstance(part, Text) else line.span())
                values.append(one(string(part)) if isinstance(part, Text) else self.value(part))
        product = self.machine.scene.algebra.product(values, self.machine.path)
        return [(row.when, list(zip(row.held, places, strict=True))) for row in product]

    def _environment(self, child: Machine, recipe: Recipe) -> None:
        """What recipes find in their environment: exported variables and parameters."""
        every = self.file.settings.get("export") == "true"
        names = {name for name in self.file.variables if every or name in self.file.exported}
        for name in names:
            child.variables[name] = tuple(Alternative(a.when, a.held) for a in self.variable(name))
        for parameter in recipe.parameters:
            if parameter.exported or every:
                child.variables[parameter.name] = tuple(Alternative(a.when, a.held) for a in self.parameters[parameter.name])
                names.add(parameter.name)
        child.exported |= names
        if self.file.settings.get("positional-arguments") == "true" or "positional-arguments" in recipe.attributes:
            held = [self.parameters[p.name][0].held for p in recipe.parameters]
            child.variables["@"] = one(Array(tuple((str(at), word) for at, word in enumerate(held))))

    # Expressions ------------------------------------------------------------------------------------------------------------

    def variable(self, name: str) -> Value:
        """A variable of the file, or what the command line says instead."""
        if name in self.settings:
            return one(self.settings[name])
        if name not in self.known:
            self.known[name] = one(())
            before, self.parameters = self.parameters, {}
            self.known[name] = self.value(self.file.variables[name])
            self.parameters = before
        return self.known[name]

    def value(self, expression: Expression) -> Value:
        """What an expression yields."""
        algebra = self.machine.scene.algebra
        if isinstance(expression, Chars):
            return one(expression.literals)
        if isinstance(expression, Name):
            if expression.name in self.parameters:
                return self.parameters[expression.name]
            return self.variable(expression.name) if expression.name in self.file.variables else one(())
        if isinstance(expression, Joined):
            product = algebra.product([self.value(expression.left), self.value(expression.right)])
            return algebra.each(product, lambda row: compact((*row[0], *text(expression.separator), *row[1])))
        if isinstance(expression, Backtick):
            return printed(self.machine, one(string(expression.text)), expression.text.span())
        return self._choice(expression) if isinstance(expression, Choice) else self._call(expression)

    def _choice(self, choice: Choice) -> Value:
        conditions, algebra = self.machine.scene.conditions, self.machine.scene.algebra
        product = algebra.product([self.value(choice.left), self.value(choice.right)])
        holds = conditions.any(conditions.both(row.when, self._holds(choice, row.held[0], row.held[1])) for row in product)
        made: list[Alternative[Str]] = []
        for when, branch in ((holds, choice.then), (conditions.no(holds), choice.otherwise)):
            if when != FALSE:
                made += [Alternative(conditions.both(when, a.when), a.held) for a in self.value(branch)]
        return algebra.tidy(made)

    def _holds(self, choice: Choice, left: Str, right: Str) -> int:
        judge, conditions = self.machine.scene.judge, self.machine.scene.conditions
        if choice.operator in ("==", "!="):
            holds = judge.equal(left, right, choice.span)
        else:
            try:
                pattern = regular.read(plain(right) or "")
            except regular.UnsupportedError:
                return judge.unread("a pattern that cannot be read", choice.span)
            note = f"{show(left)} matches {show(right)}"
            holds = judge.matches(left, lambda whole: pattern.search(whole) is not None, note, note, choice.span)
        return conditions.no(holds) if choice.operator.startswith("!") else holds

    def _call(self, call: Call) -> Value:
        arguments = [self.value(argument) for argument in call.arguments]
        if call.function in ("env", "env_var", "env_var_or_default") and arguments:
            name = plain(arguments[0][0].held) or ""
            made: list[Alternative[Str]] = []
            both = self.machine.scene.conditions.both
            for a in self.machine.get(name):
                if a.held is not None:
                    made.append(Alternative(a.when, scalar(a.held)))
                else:
                    made += [Alternative(both(a.when, d.when), d.held) for d in (arguments[1] if len(arguments) > 1 else one(()))]
            return self.machine.scene.algebra.tidy(made)
        if call.function == "shell" and arguments:
            return printed(self.machine, arguments[0], call.span)
        return self._function(call, arguments)

    def _function(self, call: Call, arguments: list[Value]) -> Value:
        algebra = self.machine.scene.algebra
        if call.function in ("justfile_directory", "invocation_directory", "source_directory"):
            return one((Symbol("GITHUB_WORKSPACE", Colour.CIRCUMSTANCE),))
        if call.function in ("quote", "os", "arch", "os_family"):
            return arguments[0] if arguments else literal({"os": "linux", "arch": "x86_64"}.get(call.function, "unix"))
        change = TEXTS.get(call.function)
        if change is None:
            return one(self.machine.unread(f"`{call.function}` is no function of just that is known here", call.span))

        def each(row: tuple[Str, ...]) -> Str:
            others = [plain(held) or "" for held in row[1:]]
            return rewrite(row[0], lambda whole: change(whole, *others), call.function) or ()

        return algebra.each(algebra.product(arguments), each)


TEXTS: Mapping[str, Callable[..., str]] = {
    "trim": str.strip, "lowercase": str.lower, "uppercase": str.upper, "replace": str.replace, "trim_start_match": str.removeprefix,
    "trim_end_match": str.removesuffix, "trim_start_matches": str.removeprefix, "trim_end_matches": str.removesuffix,
    "file_name": posixpath.basename, "parent_directory": posixpath.dirname, "kebabcase": lambda whole: whole.replace("_", "-").lower(),
    "append": lambda suffix, whole: " ".join(word + suffix for word in whole.split()),
    "prepend": lambda prefix, whole: " ".join(prefix + word for word in whole.split()),
}  # fmt: skip
