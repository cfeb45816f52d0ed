"""Which shims make a door, where each of them has to stand in a repository, and putting them there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from latest_guard.doors.configured import ConfiguredHook
from latest_guard.doors.hook_file import HookFile
from latest_guard.doors.husky import HuskyScript, husky_owns
from latest_guard.doors.lefthook import LefthookScript, is_lefthooks, lefthook_owns
from latest_guard.doors.premises import CONFIGURED_HOOKS, REFERENCE_TRANSACTION, Premises
from latest_guard.doors.shims import BACKSTOP, PRE_PUSH, PRE_RECEIVE, PRE_TAG, Shim
from latest_guard.errors import UserError
from latest_guard.git.command import Git

if TYPE_CHECKING:
    from pathlib import Path

    from latest_guard.doors.place import Place

#: The doors that a user names, and the shims that each is made of.
DOORS: dict[str, tuple[Shim, ...]] = {"pre-tag": (PRE_TAG,), "pre-push": (PRE_PUSH,), "server": (PRE_RECEIVE, BACKSTOP)}
#: The doors of somebody's clone.
LOCAL_DOORS = ("pre-tag", "pre-push")


@dataclass(frozen=True, slots=True)
class Choice:
    """What the user said about where shims may stand.

    `files` keeps to hook files where git could be configured; `shared` allows a folder of hooks outside the repository; `folder`
    names a folder whose files a server runs for pre-receive.
    """

    files: bool = False
    shared: bool = False
    folder: Path | None = None


def places(premises: Premises, door: str, choice: Choice) -> list[Place]:
    """Where the shims of `door` belong in a repository; a UserError where the door cannot stand there."""
    if door == "server":
        return server_places(premises, choice)
    if premises.git < REFERENCE_TRANSACTION and door == "pre-tag":
        raise UserError(f"git {written(premises.git)} has no hook that sees a tag being made: take git 2.28 or newer", door)
    return [place for shim in DOORS[door] for place in local_places(premises, shim, choice)]


def local_places(premises: Premises, shim: Shim, choice: Choice) -> list[Place]:
    """Where a shim belongs in somebody's clone.

    Where lefthook has no hook for pre-push, ours is a hook file; but lefthook will push it aside on the day when the project gets
    one, so the script in its configuration is there as well. Only one of the two can be run at a time.
    """
    if premises.git >= CONFIGURED_HOOKS and not choice.files:
        return [ConfiguredHook(premises, shim)]
    if not premises.hooks_are_its_own and not choice.shared:
        raise UserError(
            "git's hooks come from this folder, which is not the repository's own: `--shared` installs there for all who use it",
            str(premises.hooks),
        )
    if shim is PRE_PUSH and husky_owns(premises.hooks):
        return [HuskyScript(premises, shim)]
    if shim is not PRE_PUSH or not lefthook_owns(premises.hooks):
        return [HookFile(premises.hooks, shim)]
    script = LefthookScript(premises, shim)
    return [script] if is_lefthooks(premises.hooks / shim.event) else [script, HookFile(premises.hooks, shim)]


def server_places(premises: Premises, choice: Choice) -> list[Place]:
    """Where the shims of a server's repository belong: beside what Gitea and GitLab put there, in the folders they leave for it."""
    if not premises.bare:
        raise UserError("the server door stands in a bare repository, the one that is pushed to", str(premises.top))
    return [receiving_place(premises, choice), HookFile(premises.hooks, BACKSTOP)]


def receiving_place(premises: Premises, choice: Choice) -> Place:
    """Where pre-receive's shim belongs: a folder that the user names, Gitea's or GitLab's folder, or git's own hook file."""
    if choice.folder:
        return HookFile(choice.folder.absolute(), PRE_RECEIVE, chained=False)
    if Git(premises.top).ask("config", "--local", "gitlab.fullpath"):
        return HookFile(premises.common / "custom_hooks" / "pre-receive.d", PRE_RECEIVE, chained=False)
    gitea = premises.hooks / "pre-receive.d"
    return HookFile(gitea, PRE_RECEIVE, chained=False) if gitea.is_dir() else HookFile(premises.hooks, PRE_RECEIVE)


def every_place(premises: Premises, door: str, choice: Choice) -> list[Place]:
    """Everywhere that an earlier `install` can have put the shims of `door`, whatever is chosen now."""
    found: list[Place] = []
    for shim in DOORS[door]:
        found.append(HookFile(premises.hooks, shim))
        if door != "server":
            found += [ConfiguredHook(premises, shim), HookFile(premises.common / "hooks", shim)]
        if shim is PRE_PUSH:
            found += [LefthookScript(premises, shim), HuskyScript(premises, shim)]
        if shim is PRE_RECEIVE:
            folders = (premises.hooks / "pre-receive.d", premises.common / "custom_hooks" / "pre-receive.d", choice.folder)
            found += [HookFile(folder.absolute(), shim, chained=False) for folder in folders if folder]
    return found


def install(premises: Premises, door: str, choice: Choice) -> list[Place]:
    """Put the shims of `door` where they belong, and take away those that an earlier install put elsewhere."""
    wanted = places(premises, door, choice)
    uninstall(premises, door, choice)
    for place in wanted:
        place.install()
    return wanted


def uninstall(premises: Premises, door: str, choice: Choice) -> list[Place]:
    """Bring back what was there before `install`; the places from which something of ours was taken away."""
    removed = [place for place in every_place(premises, door, choice) if place.remove()]
    for left in premises.common.glob("latest-guard.absent-*"):
        left.unlink(missing_ok=True)
    return removed


def written(version: tuple[int, int]) -> str:
    """A version of git for people."""
    return f"{version[0]}.{version[1]}"
