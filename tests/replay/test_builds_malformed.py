"""Files of build tools that are broken, cut off, or made to be slow: they are read as far as it goes, in time that grows with their length."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING

import pytest
from judged import moves

from latest_guard.replay.builds import earthly, groovy, xmltree
from latest_guard.source import Source

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PIECES = (
    "{", "}", "(", ")", "[", "]", '"', "'", '"""', "'''", "${", "$x", "//", "/*", "*/", "\\", "\n", " ", "\t", "=", ",", ":", "task a", "name",
    "docker push o/r:latest", "<a>", "</a>", "<!DOCTYPE a>", "&amp;", "<", ">", "image:", "SAVE IMAGE --push", "IF ", "ELSE", "END", "FOR x IN ",
    "ARG A=", "BUILD +image", "RUN ", "\0", "é", "tasks.register(\"a\")", "dependsOn a",
)  # fmt: skip
READERS: dict[str, Callable[[Source], object]] = {"gradle": groovy.read, "xml": xmltree.read, "earthly": earthly.targets}


@pytest.mark.parametrize("name", READERS)
def test_nothing_that_is_written_stops_the_reader(name: str) -> None:
    made = random.Random(1)
    for _ in range(2_000):
        text = "".join(made.choice(PIECES) for _ in range(made.randint(0, 40)))
        READERS[name](Source("file", text))


@pytest.mark.parametrize("piece", PIECES)
@pytest.mark.parametrize("name", READERS)
def test_time_grows_with_the_length(name: str, piece: str) -> None:
    started = time.process_time()
    READERS[name](Source("file", piece * 20_000))
    assert time.process_time() - started < 5


BROKEN = {
    "build.gradle": ("./gradlew push", 'task push {\n  dependsOn push, other\n  exec { commandLine "sh", "-c", "docker push o/r:${'),
    "pom.xml": ("mvn jib:build deploy", "<project><build><plugins><plugin><artifactId>jib-maven-plugin"),
    "Earthfile": ("earthly --push +a", 'a:\n  BUILD +a\n  IF [\n  FOR x\n  SAVE IMAGE --push "${\n  ARG =\n'),
    "build.sbt": ("sbt Docker/publish", 'dockerAliases ++= Seq(dockerAlias.value.withTag(Option("'),
    ".releaserc": ("npx semantic-release", '{"branches": [{"name": [1]}, 5, null], "plugins": [[], [[]], {"path": 1}]}'),
    "release.config.js": ("npx semantic-release", "module.exports = { branches: ['main', `x`], plugins: [ () => 1"),
    ".release-it.json": ("npx release-it", '{"npm": [], "github": {"release": {}}, "hooks": {"a": [{}]}}'),
    "compose.yaml": ("docker compose push", "services: [a]\n"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_files_are_no_bug(name: str, tmp_path: Path) -> None:
    command, text = BROKEN[name]
    head = "on: {push: {branches: [main], tags: ['v*']}}\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n"
    moves(tmp_path, {".github/workflows/release.yml": f"{head}      - run: {command}\n", "package.json": '{"name": "a"}', name: text})
