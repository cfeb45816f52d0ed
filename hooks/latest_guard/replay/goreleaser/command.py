"""`goreleaser` as a command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from latest_guard import yamltree
from latest_guard.catalog.arguments import options, parse
from latest_guard.replay.alternatives import literal
from latest_guard.replay.composed import shell
from latest_guard.replay.files import resolve, spelled
from latest_guard.replay.goreleaser.facts import Facts
from latest_guard.replay.goreleaser.publishing import Publishing
from latest_guard.values import Str, plain
from latest_guard.yamltree import Mapping, Scalar

if TYPE_CHECKING:
    from latest_guard.replay.machine import Machine
    from latest_guard.source import Source, Span

#: Where the configuration is looked for (https://goreleaser.com/customization/): the first that is there.
NAMES = (
    ".config/goreleaser.yml", ".config/goreleaser.yaml", ".goreleaser.yml", ".goreleaser.yaml", "goreleaser.yml", "goreleaser.yaml",
)  # fmt: skip
VALUED = options(
    "-f --config -p --parallelism --timeout --release-notes --release-notes-tmpl --release-header --release-header-tmpl --release-footer "
    "--release-footer-tmpl --skip --id -k --key --soft-memory-limit"
)
#: Subcommands that publish; the command alone is `release`.
PUBLISHING = ("release", "publish", "continue", "r")
#: Flags with which nothing leaves the machine.
KEPT = ("--snapshot", "--skip-publish", "--prepare", "--split", "-h", "--help", "-v", "--version")


def follow(machine: Machine, words: tuple[Str, ...], span: Span) -> bool:
    """Publish what the configuration says; False where that cannot be read."""
    arguments = parse(words[1:], VALUED)
    said = [plain(word) for word in arguments.positionals]
    if said and said[0] not in PUBLISHING:
        return False
    skipped = frozenset(part.strip() for value in arguments.values("--skip") for part in (plain(value) or "").split(","))
    machine.finish(literal("0"))
    if arguments.has(*KEPT) or "publish" in skipped:
        return True
    skipped |= {name.removeprefix("--skip-") for name, _ in arguments.options if name.startswith("--skip-")}
    found = _configuration(machine, arguments.value("-f", "--config"))
    if found is None:
        return False
    source, root = found
    process = shell(machine)
    flags = {"IsNightly": arguments.has("--nightly"), "IsRelease": True, "IsDraft": arguments.has("--draft")}
    facts = Facts(process, flags, _project(root))
    machine.scene.followed.add(source.path)
    machine.scene.enter(span, f"runs goreleaser with {source.path}", "call")
    facts.take(root.get("env"))
    left_out = skipped | ({"github"} if arguments.has("--draft", "--nightly") else set())
    Publishing(process, facts, root, left_out, span).everything()
    machine.scene.leave()
    return True


def _configuration(machine: Machine, said: Str | None) -> tuple[Source, Mapping] | None:
    """The configuration that the command line chooses; None where it is not there or no mapping."""
    name = spelled(said) if said is not None else None
    if said is not None and name is None:
        return None
    for path in (name,) if name else NAMES:
        source = machine.scene.tree.read(resolve(machine, path or ""))
        if source is not None:
            root = machine.scene.once("goreleaser", source, yamltree.read)
            return (source, root) if isinstance(root, Mapping) else None
    return None


def _project(root: Mapping) -> Str:
    node = root.get("project_name")
    if not isinstance(node, Scalar) or "{{" in node.value:
        return ()
    from latest_guard.replay.placed import string

    return string(node.text)
