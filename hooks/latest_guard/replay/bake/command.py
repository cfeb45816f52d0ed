"""`docker buildx bake` as a command: its files, its targets, what it overrides, and where the images go."""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from latest_guard.catalog.arguments import Arguments, options, parse
from latest_guard.catalog.entries import Effect, Form, Target
from latest_guard.catalog.images import outputs_push
from latest_guard.catalog.strings import partition, split, strip, veiled
from latest_guard.replay.alternatives import Alternative, literal, one
from latest_guard.replay.bake.evaluation import Evaluator, as_words
from latest_guard.replay.bake.files import COMPOSE, NAMES, Definition, read
from latest_guard.replay.bake.tree import Block, Constant, Expression, Listing, Table
from latest_guard.replay.bake.values import Data, Fields, Found, Items
from latest_guard.replay.conditions import FALSE, TRUE, Condition
from latest_guard.replay.files import resolve, spelled
from latest_guard.replay.machine import Machine, scalar
from latest_guard.source import Problem, Source, Span
from latest_guard.values import Literal, Str, plain, show, text, unread

VALUED = options(
    "-f --file --set --builder --progress --metadata-file --allow --call --sbom --provenance --list --check-load -D --debug --var"
)
#: The target that docker/metadata-action's bake file declares.
METADATA = "docker-metadata-action"
#: Targets inside groups, parents of parents.
DEPTH = 20
MATRIX = 200


def follow(machine: Machine, words: tuple[Str, ...], span: Span) -> bool:
    """`docker buildx bake …`, `docker bake …`, `depot bake …`: build and push what the files say; False where it is another command."""
    rest = list(words[1:])
    while rest and plain(rest[0]) in ("buildx", "--builder", "-D"):
        rest = rest[2:] if plain(rest[0]) == "--builder" else rest[1:]
    if not rest or plain(rest[0]) != "bake":
        return False
    arguments = parse(rest[1:], VALUED)
    machine.finish(literal("0"))
    if arguments.has("--print", "--list", "--list-targets", "--list-variables", "-h", "--help", "--check"):
        return True
    sources = _sources(machine, arguments)
    scene = machine.scene
    scene.enter(span, "bakes " + (sources[0].path if sources else "what it is told"), "call")
    bake = Bake(machine, arguments, definition(machine, sources), span)
    for name in bake.goals():
        bake.build(name, machine.path, 0)
    scene.leave()
    return True


def _sources(machine: Machine, arguments: Arguments) -> list[Source]:
    said = [spelled(value) for value in arguments.values("-f", "--file")]
    names = [name.removeprefix("cwd://") for name in said if name is not None] if said else NAMES
    found: list[Source] = []
    for name in names:
        source = machine.scene.tree.read(resolve(machine, name))
        if source is not None and not (name in COMPOSE and any(s.path.endswith((".yml", ".yaml")) for s in found) and not said):
            found.append(source)
    return found


def definition(machine: Machine, sources: list[Source]) -> Definition:
    """What the files say together; one that cannot be read says nothing."""
    made = Definition()
    for source in sources:
        machine.scene.followed.add(source.path)
        file = read(machine.scene, source)
        if not isinstance(file, Problem):
            made.add(file)
    return made


@dataclass
class Bake:
    """One run of bake, or of what builds in the same way; `via` is how it is called."""

    machine: Machine
    arguments: Arguments
    definition: Definition
    span: Span
    via: str = "docker buildx bake"
    data: Data = field(init=False)
    evaluator: Evaluator = field(init=False)
    known: dict[str, Found] = field(default_factory=dict)
    done: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.data = Data(self.machine.scene)
        self.evaluator = Evaluator(self.data, self.variable, self.definition.functions)

    # Variables ------------------------------------------------------------------------------------------------------------

    def variable(self, name: str, span: Span) -> Found:
        """A variable: from the command line, the environment, or its default; an attribute at the top; `target.name.field`."""
        if name not in self.known:
            self.known[name] = one(unread(f"the variable {name} that leads to itself", span))
            self.known[name] = self._variable(name, span)
        return self.known[name]

    def _variable(self, name: str, span: Span) -> Found:
        if name == "target":
            return one(self._blocks())
        if name == "BAKE_LOCAL_PLATFORM":
            return one(text("linux/amd64"))
        block, attribute = self.definition.variables.get(name), self.definition.attributes.get(name)
        default = block.attributes.get("default") if block is not None else attribute
        said = self._said(name)
        found = self.evaluator.value(default) if default is not None and any(a.held is None for a in said) else one(())
        made = [Alternative(a.when, self._typed(a.held, default)) for a in said if a.held is not None]
        missing = self.data.scene.conditions.any(a.when for a in said if a.held is None)
        both = self.data.scene.conditions.both
        return self.data.tidy([*self._flags(made), *(Alternative(both(missing, a.when), a.held) for a in found)])

    def _said(self, name: str) -> Found:
        """What the command line (`--var NAME=value`) or the environment says; None where they do not."""
        for value in self.arguments.values("--var"):
            parts = partition(value, "=")
            if parts is not None and plain(parts[0]) == name:
                return one(parts[1])
        return tuple(Alternative(a.when, None if a.held is None else scalar(a.held)) for a in self.machine.get(name))

    def _typed(self, held: object, default: Expression | None) -> object:
        """A text from outside in the type of the variable's default."""
        if isinstance(default, Constant) and isinstance(default.value, bool) and isinstance(held, tuple):
            known = plain(held)
            return known.lower() in ("true", "1") if known is not None else _Flag(held)
        if isinstance(default, Listing) and isinstance(held, tuple):
            return Items(tuple((TRUE, part) for part in split(held, ",")))
        return held

    def _flags(self, made: list[Alternative[object]]) -> list[Alternative[object]]:
        """Booleans of which only the run knows which they are."""
        conditions = self.data.scene.conditions
        out: list[Alternative[object]] = []
        for a in made:
            if isinstance(a.held, _Flag):
                holds = self.data.scene.judge.equal(a.held.text, text("true"), a.held.text[0].span if a.held.text else None)
                out += [
                    Alternative(conditions.both(a.when, holds), True),
                    Alternative(conditions.both(a.when, conditions.no(holds)), False),
                ]
            else:
                out.append(a)
        return out

    def _blocks(self) -> Fields:
        """`target.name.field`: the attributes of the files' targets."""
        made: list[tuple[str, object]] = []
        for name, block in self.definition.targets.items():
            fields = []
            for key, expression in block.attributes.items():
                if key in ("tags", "platforms", "dockerfile", "target"):
                    found = self.evaluator.value(expression)
                    fields.append((key, found[0].held if len(found) == 1 else None))
            made.append((name, Fields(tuple(fields))))
        return Fields(tuple(made))

    # Targets --------------------------------------------------------------------------------------------------------------

    def goals(self) -> list[str]:
        """What the command line names, else `default`; an address in front of them says where the files are."""
        names = [plain(word) or show(word) for word in self.arguments.positionals]
        return [name for name in names if "://" not in name and not name.startswith(("{", "git@"))] or ["default"]

    def build(self, name: str, path: Condition, depth: int) -> None:
        """Build a target, or the members of a group."""
        if depth > DEPTH or path == FALSE or name in self.done:
            return
        self.done.add(name)
        group = self.definition.groups.get(name)
        if group is not None and "targets" in group.attributes:
            self._members(group.attributes["targets"], path, depth)
        for label, block in self.definition.targets.items():
            if label == name or "matrix" in block.attributes:
                self._matrix(label, block, name, path)
        if name == "default" and group is None and name not in self.definition.targets:
            self._set_only(path)

    def _members(self, targets: Expression, path: Condition, depth: int) -> None:
        for when, held in as_words(self.data, self.evaluator.value(targets)):
            self.build(plain(held) or show(held), self.machine.scene.conditions.both(path, when), depth + 1)

    def _set_only(self, path: Condition) -> None:
        """Files that cannot be read: what `--set *.tags=` says is known all the same."""
        if not self.definition.targets:
            self._push("", {}, path)

    def _matrix(self, label: str, block: Block, wanted: str, path: Condition) -> None:
        """A target once for each combination of its matrix, under its own name each time."""
        table = block.attributes.get("matrix")
        if not isinstance(table, Table):
            if label == wanted:
                self._push(label, self._attributes(block, 0), path)
            return
        before = dict(self.evaluator.names)
        for when, names in self._combinations(table):
            self.evaluator.names = {**before, **names}
            said = block.attributes.get("name")
            own = self.data.strings(self.evaluator.value(said))[0].held if said is not None else text(label)
            if label == wanted or plain(own) == wanted:
                self._push(plain(own) or show(own), self._attributes(block, 0), self.machine.scene.conditions.both(path, when))
        self.evaluator.names = before

    def _combinations(self, table: Table) -> list[tuple[Condition, dict[str, Found]]]:
        rows: list[tuple[Condition, dict[str, Found]]] = [(TRUE, {})]
        both = self.machine.scene.conditions.both
        for key, expression in table.items:
            name = plain(self.data.strings(self.evaluator.value(key))[0].held) or ""
            entries = self.data.entries(self.evaluator.value(expression))
            rows = [(both(when, there), {**names, name: one(held)}) for when, names in rows for there, held in entries][:MATRIX]
        return rows

    def _attributes(self, block: Block, depth: int) -> dict[str, Found]:
        """The attributes that decide, with those of the targets that it inherits from: later ones beat earlier ones, its own beat all."""
        made: dict[str, Found] = {}
        parents = block.attributes.get("inherits")
        for _, held in as_words(self.data, self.evaluator.value(parents)) if parents is not None and depth < DEPTH else ():
            parent = self.definition.targets.get(plain(held) or "")
            if parent is not None:
                made.update(self._attributes(parent, depth + 1))
            if plain(held) == METADATA:
                made.update(self._from_metadata())
        made.update({key: self.evaluator.value(block.attributes[key]) for key in ("tags", "output", "outputs") if key in block.attributes})
        if block.label == METADATA:
            made.update(self._from_metadata())
        return made

    def _from_metadata(self) -> dict[str, Found]:
        """The tags of docker/metadata-action's own bake file, where the command line names that: what the action has put out."""
        if not any("metadata-action" in show(value) for value in self.arguments.values("-f", "--file")):
            return {}
        value = self.machine.get("DOCKER_METADATA_OUTPUT_TAGS")
        entries = [(a.when, part) for a in value if a.held is not None for part in split(scalar(a.held), "\n,")]
        return {"tags": one(Items(tuple(entries)))} if entries else {}

    # Where it goes ----------------------------------------------------------------------------------------------------------

    def _push(self, name: str, attributes: dict[str, Found], path: Condition) -> None:
        tags = self.data.entries(attributes.get("tags", one(None)))
        outputs = [self._output(held) for _, held in self.data.entries(attributes.get("output", attributes.get("outputs", one(None))))]
        for value in self.arguments.values("--set"):
            tags, outputs = self._override(name, value, tags, outputs)
        effect, only_if = self._effect(outputs)
        scene = self.machine.scene
        for when, held in tags:
            image = strip(held) if isinstance(held, tuple) else ()
            here = scene.conditions.both(path, when)
            if image and here != FALSE and "@" not in veiled(image):
                scene.reach("docker", self.via, Target(image, Form.IMAGE, effect, only_if), self._place(image), here)

    def _place(self, image: Str) -> Span:
        """The most specific place: where the pointer's name stands, else where anything of the tag does, else the call."""
        spans = [
            (piece.span, piece.text) for piece in image if isinstance(piece, Literal) and piece.span is not None and piece.text.strip()
        ]
        named = [span for span, said in spans if "latest" in said]
        return named[-1] if named else spans[0][0] if spans else self.span

    def _output(self, held: object) -> Str:
        if isinstance(held, Fields):
            parts = [show(value) if isinstance(value, tuple) else str(value).lower() for _, value in held.entries]
            return text(",".join(f"{key}={value}" for (key, _), value in zip(held.entries, parts, strict=True)))
        return held if isinstance(held, tuple) else ()

    def _override(
        self, name: str, value: Str, tags: list[tuple[Condition, object]], outputs: list[Str]
    ) -> tuple[list[tuple[Condition, object]], list[Str]]:
        """`--set pattern.key=value`, `--set pattern.key+=value`."""
        parts = partition(value, "=")
        key = (veiled(parts[0]) if parts else "").strip()
        target, _, field_of = key.rstrip("+").rpartition(".")
        if parts is None or not fnmatchcase(name, target) and target != "*":
            return tags, outputs
        adds = key.endswith("+")
        if field_of in ("tags", "tag"):
            new: list[tuple[Condition, object]] = [(TRUE, part) for part in split(parts[1], ",")]
            seen = any(partition(v, "=") and veiled(v).partition("=")[0].strip() == key for v in self._before(value))
            return ([*tags, *new] if adds or seen else new), outputs
        if field_of in ("output", "outputs"):
            return tags, [*outputs, parts[1]] if adds else [parts[1]]
        return tags, outputs

    def _before(self, value: Str) -> list[Str]:
        found = self.arguments.values("--set")
        return found[: next((at for at, other in enumerate(found) if other is value), 0)]

    def _effect(self, outputs: list[Str]) -> tuple[Effect, tuple[Str, ...]]:
        """Does it push, and under which switches; else it only names images on this machine."""
        said = self.arguments.flag("--push")
        if said is not None:
            known = plain(said)
            return (Effect.MOVE, ()) if known in ("true", "1") else (Effect.NAME, ()) if known is not None else (Effect.MOVE, (said,))
        pushes, _ = outputs_push(outputs)
        return (Effect.NAME, ()) if pushes is None else (Effect.MOVE, pushes)


@dataclass(frozen=True, slots=True)
class _Flag:
    """A boolean variable's text that only the run knows."""

    text: Str
