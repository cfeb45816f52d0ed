"""`latest-guard reconcile`: set every pointer to the highest published final version of its line."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from latest_guard.cli import asking, recording
from latest_guard.cli.recording import Unrecorded
from latest_guard.errors import UserError
from latest_guard.ledger import drafts
from latest_guard.pointers.image_place import ImagePlace
from latest_guard.pointers.levels import Ruler
from latest_guard.pointers.reconciling import reconcile
from latest_guard.sources.reading import Reading

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator

    from latest_guard.cli.asking import Setting
    from latest_guard.cli.recording import Book
    from latest_guard.ledger.records import State
    from latest_guard.pointers.levels import Level


def configure(parser: argparse.ArgumentParser) -> None:
    """The subcommand's options."""
    asking.declare(parser, "log")


def run(options: argparse.Namespace) -> int:
    """Set the pointers of each image in turn and come to rest; 0, or UserError."""
    setting = asking.setting_of(options, "log")
    recorder = recording.recorder(setting.config, recording.root_of(options.repo), options.repo)
    names = tuple(dict.fromkeys(setting.config.texts("image")))
    if not names:
        raise UserError("nothing to set pointers in; name it with --image")
    ruler = Ruler(setting.templates, Reading(setting.plain), setting.is_version)
    for name in names:
        levels = Rounds(recorder.book("reconcile")).run(lambda name=name: place_of(name, setting), ruler)  # type: ignore[misc]
        print(f"{levels[0].place}: {', '.join(f'{level.pointer} is {level.version.text}' for level in levels)}")
    return 0


def place_of(name: str, setting: Setting) -> ImagePlace:
    """The image, asked anew, with all the time there is for lookups."""
    return ImagePlace(setting.inquiry(setting.deadline()).image(name, "pull,push"))


@dataclass(slots=True)
class Rounds:
    """Rounds of writes, each recorded in `book` before and after: what is about to be set, and what was."""

    book: Book
    #: what the round that goes on has found, and what of it is set; the ids of its plan
    levels: list[Level] = field(default_factory=list)
    done: list[Level] = field(default_factory=list)
    plans: tuple[str, ...] = ()
    number: int = 0

    def run(self, make: Callable[[], ImagePlace], ruler: Ruler) -> list[Level]:
        """Reconcile; raises UserError, which is recorded as well."""
        try:
            levels = reconcile(make, ruler, self.told, self.around)
        except Unrecorded:
            raise
        except UserError as error:
            self.book.after(self.plans).failed(error, "failed" if self.levels else "unknown", drafts.of_levels(self.levels, self.state))
            raise
        if not self.number:
            self.book.note("unchanged", drafts.of_levels(levels, self.state))
        return levels

    @contextmanager
    def around(self, levels: list[Level]) -> Iterator[None]:
        """One round."""
        plans = self.book.note("planned", drafts.of_levels(levels, lambda level: "there" if level.right else "moves"))
        self.levels, self.done, self.plans, self.number = levels, [], plans, self.number + 1
        yield
        self.book.after(plans).note("moved", drafts.of_levels(levels, self.state), otherwise="the pointers are set, but ")
        self.levels, self.plans = [], ()

    def told(self, level: Level) -> None:
        """Say that a pointer was set."""
        self.done.append(level)
        print(f"set: {level.place} {level.pointer} to {level.version.text} ({level.goal[:19]})")

    def state(self, level: Level) -> State:
        """What has become of a pointer in the round that goes on: set in their order, all of them or up to the one that failed."""
        if level.right:
            return "there"
        if level in self.done:
            return "moved"
        return "failed" if level is next(other for other in self.levels if not other.right and other not in self.done) else "left"
