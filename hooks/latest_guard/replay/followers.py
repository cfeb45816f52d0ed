"""The tools that run what a file of the repository says, each with the function that follows them there.

A follower is given the machine, the command's words and its place; it runs what the command runs and says True, or False where it
cannot tell. Its module is imported when its tool is first met.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib import import_module

#: Tools by the module below `latest_guard.replay` whose function `follow` follows them.
MODULES = {
    "make.command": ("make", "gmake", "remake"),
    "goreleaser.command": ("goreleaser",),
    "bake.docker": ("docker", "depot", "docker-compose", "podman-compose"),
    "tasks.packages": ("npm", "yarn", "pnpm", "bun", "npm-run-all", "npm-run-all2", "run-s", "run-p", "turbo", "nx"),
    "tasks.just": ("just",),
    "tasks.taskfile": ("task", "go-task"),
    "builds.semantic_release": ("semantic-release",),
    "builds.release_it": ("release-it",),
    "builds.maven": ("mvn", "mvnw", "mvnd"),
    "builds.sbt": ("sbt",),
    "builds.earthly": ("earthly",),
    "builds.gradle": ("gradle", "gradlew"),
    "own": ("latest-guard", "latest-guard@container"),
}  # fmt: skip

_BY_TOOL = {tool: module for module, tools in MODULES.items() for tool in tools}


@cache
def _follower(module: str) -> Callable[..., bool]:
    found: Callable[..., bool] = import_module(f"latest_guard.replay.{module}").follow
    return found


class Followers(Mapping[str, Callable[..., bool]]):
    """The followers by tool."""

    def __getitem__(self, tool: str) -> Callable[..., bool]:
        return _follower(_BY_TOOL[tool])

    def __iter__(self) -> Iterator[str]:
        return iter(_BY_TOOL)

    def __len__(self) -> int:
        return len(_BY_TOOL)

    def __contains__(self, tool: object) -> bool:
        return tool in _BY_TOOL


FOLLOWERS = Followers()
