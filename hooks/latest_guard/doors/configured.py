"""A shim named in git's configuration, which git >= 2.54 runs besides the hook files."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from latest_guard.doors.own_script import OwnScript
from latest_guard.doors.premises import ask
from latest_guard.git.command import Git

if TYPE_CHECKING:
    from latest_guard.doors.premises import Premises
    from latest_guard.doors.shims import Shim


@dataclass(frozen=True, slots=True)
class ConfiguredHook:
    """`hook.latest-guard-DOOR.command` and `.event` in the repository's configuration.

    No hook file is touched, so no manager of hooks can get in the way.
    """

    premises: Premises
    shim: Shim

    @property
    def name(self) -> str:
        """The hook's section."""
        return f"hook.latest-guard-{self.shim.door}"

    @property
    def words(self) -> str:
        """The place, for people."""
        return f"{self.name} in the repository's git configuration"

    @property
    def script(self) -> OwnScript:
        """What the configuration calls."""
        return OwnScript(self.premises.common, self.shim)

    @property
    def command(self) -> str:
        """The command: git appends `"$@"`. It passes when the script is gone, and `exec` keeps git our parent."""
        path = shlex.quote(str(self.script.path))
        return f"test ! -x {path} || exec {path}"

    def install(self) -> None:
        """Write the script, then name it."""
        self.remove()
        self.script.install()
        ask(self.premises.top, "config", "--local", f"{self.name}.event", self.shim.event)
        ask(self.premises.top, "config", "--local", f"{self.name}.command", self.command)

    def remove(self) -> bool:
        """Take the section away, then the script."""
        named = Git(self.premises.top).run("config", "--local", "--remove-section", self.name).status == 0
        self.script.remove()
        return named

    def trouble(self) -> str:
        """Why git does not run it; empty when it does."""
        if self.configured("command") != self.command or self.configured("event") != self.shim.event:
            return f"{self.name} is not in the configuration"
        if self.configured("enabled").lower() in {"false", "no", "off", "0"}:
            return f"{self.name}.enabled is false"
        return self.script.trouble()

    def configured(self, key: str) -> str:
        """The value of one of the hook's settings, empty without one."""
        return Git(self.premises.top).ask("config", f"{self.name}.{key}") or ""
