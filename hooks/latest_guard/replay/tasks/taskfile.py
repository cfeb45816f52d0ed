"""`task` as a command (https://taskfile.dev/docs/reference/schema)."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from latest_guard import yamltree
from latest_guard.replay.alternatives import Alternative, Value, literal, one
from latest_guard.replay.composed import printed, run, script, shell
from latest_guard.replay.conditions import FALSE, TRUE, Condition
from latest_guard.replay.files import resolve, spelled
from latest_guard.replay.gotemplates import Found, Listed, Names, Renderer
from latest_guard.replay.machine import Machine, scalar
from latest_guard.replay.tasks.sprig import FUNCTIONS
from latest_guard.values import Colour, Literal, Str, Symbol, join, plain, text
from latest_guard.yamltree import Mapping, Node, Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from latest_guard.source import Source, Span

NAMES = ("Taskfile.yml", "taskfile.yml", "Taskfile.yaml", "taskfile.yaml", "Taskfile.dist.yml", "taskfile.dist.yml", "Taskfile.dist.yaml")
VALUED = frozenset(("-t", "--taskfile", "-d", "--dir", "-C", "--concurrency", "-o", "--output", "-I", "--interval"))
IDLE = frozenset(("-n", "--dry", "-l", "--list", "-a", "--list-all", "--summary", "--status", "--version", "-h", "--help", "-i", "--init"))
#: Tasks inside tasks.
DEPTH = 25


@dataclass
class Line:
    """What a command line asks for."""

    file: str = ""
    folder: str = ""
    settings: dict[str, Str] = field(default_factory=dict)
    tasks: list[str] = field(default_factory=list)
    rest: list[Str] = field(default_factory=list)
    idle: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """A task where it is declared: its settings, its file's variables, and the folder in which it runs."""

    name: str
    node: Node
    span: Span
    root: Mapping
    folder: str
    space: str = ""


def follow(machine: Machine, words: tuple[Str, ...], span: Span) -> bool:
    """Run the tasks that the command line names; False where there is no Taskfile, or not these tasks."""
    line = _asked(list(words[1:]))
    if line.idle:
        machine.finish(literal("0"))
        return True
    process = shell(machine)
    if line.folder:
        process.directory = resolve(process, line.folder)
    source = _file(process, line)
    if source is None or sum(frame.note.startswith("runs task") for frame in machine.scene.frames) > DEPTH:
        return False
    running = _Running(process, {}, line)
    running.take(source, posixpath.dirname(source.path), "", 0)
    if not all(running.find(name) for name in line.tasks or ["default"]):
        return False
    machine.scene.enter(span, f"runs task with {source.path}", "call")
    for name in line.tasks or ["default"]:
        running.run(name, {}, 0)
    machine.scene.leave()
    machine.follow(process, "1")
    return True


def _asked(rest: list[Str]) -> Line:
    line = Line()
    while rest:
        word = rest.pop(0)
        head = word[0].text if word and isinstance(word[0], Literal) else ""
        if head == "--":
            line.rest = rest
            break
        if head.startswith("-"):
            name, equals, value = head.partition("=")
            line.idle = line.idle or name in IDLE
            if name in VALUED:
                value = value if equals else (spelled(rest.pop(0)) or "") if rest else ""
                line.file = value if name in ("-t", "--taskfile") else line.file
                line.folder = value if name in ("-d", "--dir") else line.folder
        elif "=" in head:
            name, _, value = head.partition("=")
            line.settings[name] = (*text(value, word[0].span), *word[1:])
        else:
            line.tasks.append(plain(word) or "")
    return line


def _file(process: Machine, line: Line) -> Source | None:
    """The Taskfile: the one that is said, else the nearest one upwards."""
    folder = process.directory if process.directory != "." else ""
    if line.file:
        return process.scene.tree.read(resolve(process, line.file))
    while True:
        for name in NAMES:
            source = process.scene.tree.read(posixpath.join(folder, name))
            if source is not None:
                return source
        if not folder:
            return None
        folder = posixpath.dirname(folder)


def _root(process: Machine, source: Source) -> Mapping | None:
    root = process.scene.once("taskfile", source, yamltree.read)
    return root if isinstance(root, Mapping) else None


@dataclass
class _Running:
    """One run of task."""

    machine: Machine
    tasks: dict[str, Task]
    line: Line
    once: set[str] = field(default_factory=set)

    def take(self, source: Source, folder: str, space: str, depth: int) -> None:
        """The tasks of a file, and of those that it includes."""
        root = _root(self.machine, source)
        if root is None or depth > 8:
            return
        self.machine.scene.followed.add(source.path)
        tasks = root.get("tasks")
        for entry in tasks.entries if isinstance(tasks, Mapping) else ():
            made = Task(entry.key.value, entry.value, entry.key.span, root, folder, space)
            self.tasks.setdefault(space + entry.key.value, made)
            for alias in scalars(entry.value.get("aliases") if isinstance(entry.value, Mapping) else None):
                self.tasks.setdefault(space + alias.value, made)
        includes = root.get("includes")
        for entry in includes.entries if isinstance(includes, Mapping) else ():
            self._include(entry.value, posixpath.dirname(source.path), folder, f"{space}{entry.key.value}:", depth)

    def _include(self, node: Node, beside: str, folder: str, space: str, depth: int) -> None:
        said = node if isinstance(node, Scalar) else node.get("taskfile") if isinstance(node, Mapping) else None
        if not isinstance(said, Scalar):
            return
        path = posixpath.normpath(posixpath.join(beside, said.value))
        inner = node.get("dir") if isinstance(node, Mapping) else None
        where = posixpath.normpath(posixpath.join(beside, inner.value)) if isinstance(inner, Scalar) else folder
        flat = isinstance(node, Mapping) and isinstance(node.get("flatten"), Scalar)
        for name in ("", *NAMES):
            source = self.machine.scene.tree.read(posixpath.join(path, name) if name else path)
            if source is not None:
                self.take(source, where, space.rpartition(":")[0].rpartition(":")[0] if flat else space, depth + 1)
                return

    def find(self, name: str, space: str = "") -> Task | None:
        """A task by its name, seen from a namespace."""
        if name.startswith(":"):
            return self.tasks.get(name[1:])
        return self.tasks.get(space + name) or self.tasks.get(name) or self.tasks.get(f"{name}:default")

    # Tasks ----------------------------------------------------------------------------------------------------------------

    def run(self, name: str, given: dict[str, Found], depth: int, space: str = "") -> None:
        """A task with what it waits for."""
        task = self.find(name, space)
        if task is None or depth > DEPTH or self.machine.path == FALSE:
            return
        view = _View(self, task, given)
        settings = task.node if isinstance(task.node, Mapping) else None
        for dependency in items(settings.get("deps")) if settings is not None else ():
            self._call(view, dependency, depth, once=True)
        self.machine.scene.enter(task.span, f"runs the task {task.name}", "call")
        before = self.machine.path
        if settings is not None:
            self._guards(view, settings)
        commands = settings.get("cmds") or settings.get("cmd") if settings is not None else task.node
        for command in items(commands):
            if self.machine.path != FALSE:
                self._command(view, command, depth)
        self._after(view, before)
        self.machine.scene.leave()

    def _guards(self, view: _View, settings: Mapping) -> None:
        """`preconditions` end the run where they fail; where `if` does not hold, or every `status` does, the task is passed over."""
        conditions = self.machine.scene.conditions
        for guard in items(settings.get("preconditions")):
            node = guard.get("sh") if isinstance(guard, Mapping) else guard
            self.machine.path = conditions.both(self.machine.path, view.succeeds(node))
        test = settings.get("if")
        if test is not None:
            view.skipped = conditions.both(self.machine.path, conditions.no(view.succeeds(test)))
            self.machine.path = conditions.both(self.machine.path, conditions.no(view.skipped))
        status = list(items(settings.get("status")))
        if status:
            ready = conditions.both(self.machine.path, conditions.all(view.succeeds(node) for node in status))
            view.skipped = conditions.either(view.skipped, ready)
            self.machine.path = conditions.both(self.machine.path, conditions.no(ready))

    def _after(self, view: _View, before: Condition) -> None:
        """Behind a task that was passed over the run goes on."""
        self.machine.path = self.machine.scene.conditions.either(
            self.machine.path, self.machine.scene.conditions.both(before, view.skipped)
        )

    def _command(self, view: _View, node: Node, depth: int) -> None:
        if isinstance(node, Scalar):
            self._shell(view, node, False)
            return
        if not isinstance(node, Mapping):
            return
        for names in view.rounds(node.get("for")):
            inner = view.with_names(names)
            command = node.get("cmd") or node.get("defer")
            if node.get("task") is not None:
                self._call(inner, node, depth)
            elif isinstance(command, Mapping):
                self._call(inner, command, depth)
            elif isinstance(command, Scalar):
                ignored = node.get("ignore_error")
                self._shell(inner, command, isinstance(ignored, Scalar) and ignored.data() is True)

    def _call(self, view: _View, node: Node, depth: int, once: bool = False) -> None:
        """Another task, with variables of its own."""
        named = node.get("task") if isinstance(node, Mapping) else node
        if not isinstance(named, Scalar):
            return
        given: dict[str, Found] = {}
        variables = node.get("vars") if isinstance(node, Mapping) else None
        for entry in variables.entries if isinstance(variables, Mapping) else ():
            given[entry.key.value] = view.setting(entry.value)
        for a in view.render(named):
            name = plain(a.held)
            if name is None or (once and not given and name in self.once):
                continue
            self.once |= {name} if once and not given else set()
            start = self.machine.path
            conditions = self.machine.scene.conditions
            self.machine.path = conditions.both(start, a.when)
            self.run(name, given, depth + 1, view.task.space)
            self.machine.path = conditions.either(self.machine.path, conditions.both(start, conditions.no(a.when)))

    def _shell(self, view: _View, node: Scalar, ignored: bool) -> None:
        """A command in a shell of its own, in every way that it can be said."""
        conditions = self.machine.scene.conditions
        start, ended = self.machine.path, FALSE
        for a in view.render(node):
            child = view.shell()
            child.path = conditions.both(start, a.when)
            if child.path == FALSE:
                continue
            run(child, script(self.machine.scene, [(a.held, None)], node.span))
            self.machine.out.extend(child.out)
            ended = conditions.either(ended, child.path if ignored else conditions.both(child.path, child.succeeded()))
        self.machine.path = ended


@dataclass
class _View:
    """What one task sees: variables of the command line and of the call, its own, its file's, and the environment."""

    running: _Running
    task: Task
    given: dict[str, Found]
    names: dict[str, Found] = field(default_factory=dict)
    known: dict[str, Found] = field(default_factory=dict)
    skipped: Condition = FALSE

    def with_names(self, names: dict[str, Found]) -> _View:
        """The same inside a loop."""
        return _View(self.running, self.task, self.given, {**self.names, **names}, self.known)

    def render(self, node: Scalar) -> Value:
        """A template."""
        return Renderer(self.running.machine.scene, Names(self.variable), FUNCTIONS).render(node.text)

    def variable(self, name: str, span: Span) -> Found:
        """What `.name` is."""
        if name in self.names:
            return self.names[name]
        if name == "CLI_ARGS":
            return one(join(self.running.line.rest, " "))
        if name in ("TASK", "TASK_VERSION", "ROOT_DIR", "TASKFILE_DIR", "USER_WORKING_DIR", "TASK_DIR", "ROOT_TASKFILE", "TASKFILE"):
            return one(text(self.task.name) if name == "TASK" else (Symbol("GITHUB_WORKSPACE", Colour.CIRCUMSTANCE),))
        if name not in self.known:
            self.known[name] = one(())
            self.known[name] = self._variable(name)
        return self.known[name]

    def _variable(self, name: str) -> Found:
        settings = self.task.node if isinstance(self.task.node, Mapping) else None
        if settings is not None and (node := _declared(settings, name)) is not None:
            self.known[name] = self.given.get(name) or self._outside(name, one(()))
            return self.setting(node)
        if name in self.given:
            return self.given[name]
        node = _declared(self.task.root, name)
        if name in self.running.line.settings:
            return one(self.running.line.settings[name])
        self.known[name] = self._outside(name, one(()))
        return self.setting(node) if node is not None else self.known[name]

    def _outside(self, name: str, default: Found) -> Found:
        """What the command line or the environment says."""
        if name in self.running.line.settings:
            return one(self.running.line.settings[name])
        found: list[Alternative[object]] = []
        for a in self.running.machine.get(name):
            found += [Alternative(a.when, scalar(a.held))] if a.held is not None else [Alternative(a.when, d.held) for d in default]
        return tuple(found)

    def setting(self, node: Node) -> Found:
        """A variable's value: a text, a list, or what `sh` prints."""
        if isinstance(node, Scalar):
            return self.render(node)
        if isinstance(node, Sequence):
            return one(Listed(tuple(self.render(item)[0].held for item in node.items if isinstance(item, Scalar))))
        command = node.get("sh")
        if isinstance(command, Scalar):
            return printed(self.shell(bare=True), self.render(command), command.span)
        inner = node.get("map") or node.get("ref")
        return self.setting(inner) if inner is not None else one(())

    def shell(self, bare: bool = False) -> Machine:
        """A shell with the environment that the task's commands find."""
        child = shell(self.running.machine)
        child.directory = self._folder()
        for node in (self.task.root, self.task.node):
            settings = node.get("env") if isinstance(node, Mapping) and not bare else None
            for entry in settings.entries if isinstance(settings, Mapping) else ():
                found = self.setting(entry.value)
                child.variables[entry.key.value] = tuple(Alternative(a.when, a.held) for a in found if isinstance(a.held, tuple))
                child.exported.add(entry.key.value)
        options = {
            item.value for node in (self.task.root, self.task.node) if isinstance(node, Mapping) for item in scalars(node.get("set"))
        }
        child.options = {name for name in ("errexit", "pipefail") if name in options}
        return child

    def _folder(self) -> str:
        said = self.task.node.get("dir") if isinstance(self.task.node, Mapping) else None
        if not isinstance(said, Scalar):
            return self.task.folder
        value = self.render(said)
        return posixpath.normpath(posixpath.join(self.task.folder, plain(value[0].held) or ""))

    def succeeds(self, node: Node | None) -> Condition:
        """The condition that a command succeeds."""
        if not isinstance(node, Scalar):
            return TRUE
        conditions = self.running.machine.scene.conditions
        found: list[Condition] = []
        for a in self.render(node):
            child = self.shell()
            child.testing, child.path = 1, conditions.both(self.running.machine.path, a.when)
            if child.path != FALSE:
                run(child, script(self.running.machine.scene, [(a.held, None)], node.span))
                found.append(conditions.both(a.when, child.succeeded()))
        return conditions.any(found)

    def rounds(self, node: Node | None) -> Iterator[dict[str, Found]]:
        """What `for` goes through, as the variables of each round."""
        if node is None:
            yield {}
        elif isinstance(node, Sequence):
            for item in node.items:
                if isinstance(item, Scalar):
                    yield {"ITEM": self.render(item)}
        elif isinstance(node, Mapping) and isinstance(said := node.get("var"), Scalar):
            label = node.get("as")
            for a in self.variable(said.value, said.span):
                words = a.held.items if isinstance(a.held, Listed) else _words(a.held)
                for word in words:
                    yield {label.value if isinstance(label, Scalar) else "ITEM": one(word)}


def _words(held: object) -> list[Str]:
    from latest_guard.replay.texts import split

    return split(held, " \t\n") if isinstance(held, tuple) else []


def _declared(settings: Mapping, name: str) -> Node | None:
    variables = settings.get("vars")
    return variables.get(name) if isinstance(variables, Mapping) else None


def items(node: Node | None) -> list[Node]:
    """The items of a list, or the one thing that stands in its place."""
    return [] if node is None else list(node.items) if isinstance(node, Sequence) else [node]


def scalars(node: Node | None) -> list[Scalar]:
    """Those that are scalars."""
    return [item for item in items(node) if isinstance(item, Scalar)]
