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

#: Leaves unless a tag changes; the script gets the line that was read for it as arguments.
FIRST_STEP = (
    'latest_guard() {{ [ "$1" = prepared ] || exit 0; while read -r old new ref; do case $ref in refs/tags/*)'
    ' case $new in *[!0]*) [ -x {path} ] || exit 0; exec {path} prepared "$old" "$new" "$ref";; esac;; esac; done; }}; latest_guard'
)


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
        """The command, to which git appends `"$@"`. It passes when the script is gone, and `exec` keeps git our parent.

        For the pre-tag door it does the first step of the script itself, as a second shell would double the price of every commit.
        """
        path = shlex.quote(str(self.script.path))
        return FIRST_STEP.format(path=path) if self.shim.event == "reference-transaction" else f"test ! -x {path} || exec {path}"

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
