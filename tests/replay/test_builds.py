"""Tools whose own files say what they publish: semantic-release, release-it, Gradle, Maven, sbt, Earthly, compose."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from judged import moves

Found = list[tuple[str, int, str, str]]


def workflow(line: str, on: str = "{push: {tags: ['v*']}}") -> str:
    return f"on: {on}\njobs:\n  release:\n    runs-on: ubuntu-latest\n    steps:\n      - run: {line}\n"


def found(folder: Path, line: str, files: dict[str, str], on: str = "{push: {tags: ['v*']}}") -> Found:
    """Path, line, kind of pointer and verdict of each move of a pipeline that runs one command."""
    made = moves(folder, {".github/workflows/release.yml": workflow(line, on), **files})
    return [(m.span.path, m.span.line, m.pointer.kind, m.verdict.value) for m in made if m.scenarios != ("called",)]


# semantic-release -----------------------------------------------------------------------------------------------------------

BRANCHES = "{push: {branches: [main, '*.x', 'release-*', next]}}"
NPM = '"@semantic-release/npm"'


def config(branches: str, plugins: str = NPM) -> str:
    return f'{{"branches": {branches},\n "plugins": [{plugins}]}}\n'


@pytest.mark.parametrize(
    ("branches", "verdicts"),
    [
        ('["main"]', ["gated"]),
        ('["main", "next"]', ["gated"]),
        ('["main", "1.x"]', ["gated"]),
        ('["main", {"name": "1.x", "channel": "latest"}]', ["ungated"]),
        ('["main", {"name": "1.x", "channel": false}]', ["ungated"]),
        ('["main", {"name": "release-1.27", "range": "1.27.x"}]', ["gated"]),
        ('["release-1.27", "main"]', ["ungated"]),
        ('["1.27.x", {"name": "beta", "prerelease": true}]', []),
        ('[{"name": "release-1.27", "channel": "old"}, "main"]', []),
    ],
)
def test_the_branches_of_semantic_release(branches: str, verdicts: list[str], tmp_path: Path) -> None:
    made = found(tmp_path, "npx semantic-release", {".releaserc.json": config(branches)}, BRANCHES)
    assert sorted({verdict for *_, verdict in made}) == verdicts


@pytest.mark.parametrize("name", ["package.json", ".releaserc", "release.config.js", "release.config.mjs", ".releaserc.yaml"])
def test_where_semantic_release_is_configured(name: str, tmp_path: Path) -> None:
    said = config('["release-1.27", "main"]')
    text = {
        "package.json": f'{{"name": "a", "version": "1.0.0", "release": {said}}}',
        "release.config.js": f"// settings\nmodule.exports = {said.strip()};\n",
        "release.config.mjs": f"export default {said}",
    }.get(name, said)
    made = found(tmp_path, "npx semantic-release", {name: text}, BRANCHES)
    assert [(path, kind, verdict) for path, _, kind, verdict in made] == [(name, "npm", "ungated")]


def test_a_maintenance_branch_takes_the_badge(tmp_path: Path) -> None:
    files = {".releaserc": config('["main", "1.x"]', '"@semantic-release/github"')}
    assert {verdict for *_, verdict in found(tmp_path, "npx semantic-release", files, BRANCHES)} == {"ungated"}
    files = {".releaserc": config('["main", "1.x"]', '["@semantic-release/github", {"draftRelease": true}]')}
    assert found(tmp_path, "npx semantic-release", files, BRANCHES) == []


def test_commands_and_images_of_plugins(tmp_path: Path) -> None:
    command = "docker push o/r:${nextRelease.version} && docker push o/r:latest"
    plugins = (
        f'["@semantic-release/exec", {{"publishCmd": {json.dumps(command)}}}],\n ["@scope/semantic-release-docker", {{"name": "o/r"}}]'
    )
    made = found(tmp_path, "npx semantic-release", {".releaserc": config('"1.27-maintenance"', plugins)}, BRANCHES)
    assert made == [(".releaserc", 2, "docker", "ungated"), (".releaserc", 3, "docker", "ungated")]
    made = found(tmp_path, "npx semantic-release", {".releaserc": config('"main"', plugins)}, BRANCHES)
    assert [verdict for *_, verdict in made] == ["gated", "gated"]


@pytest.mark.parametrize(
    ("line", "on"),
    [
        ("npx semantic-release --dry-run", BRANCHES),
        ("npx semantic-release", "pull_request"),
        ("npx semantic-release", "{push: {tags: ['v*']}}"),
    ],
)
def test_semantic_release_that_releases_nothing(line: str, on: str, tmp_path: Path) -> None:
    assert found(tmp_path, line, {".releaserc": config('["release-1.27", "main"]')}, on) == []


# release-it -----------------------------------------------------------------------------------------------------------------

PACKAGE = '{"name": "a", "version": "1.0.0"}\n'


@pytest.mark.parametrize(
    ("line", "settings", "kinds"),
    [
        ("npx release-it --ci", "{}", ["npm"]),
        ("npx release-it --ci", '{"npm": {"tag": "next"}}', []),
        ("npx release-it --ci", '{"npm": false, "github": {"release": true}}', ["github-release"]),
        ("npx release-it --ci", '{"npm": {"publish": false}, "github": {"release": true, "makeLatest": false}}', []),
        ("npx release-it --ci --no-npm.publish --github.release", "{}", ["github-release"]),
        ("npx release-it --npm.tag=old", "{}", []),
        ("npx release-it --preRelease=beta", "{}", []),
        ("npx release-it --dry-run", "{}", []),
        ("npx release-it", '{"npm": false, "hooks": {"after:release": ["docker push o/r:latest"]}}', ["docker"]),
    ],
)
def test_release_it(line: str, settings: str, kinds: list[str], tmp_path: Path) -> None:
    made = found(tmp_path, line, {"package.json": PACKAGE, ".release-it.json": settings})
    assert [(kind, verdict) for _, _, kind, verdict in made] == [(kind, "ungated") for kind in kinds]


# Gradle ---------------------------------------------------------------------------------------------------------------------

GROOVY = """\
def image = "ghcr.io/o/r"
ext { base = 'ghcr.io/o' }
task publishImage {
  dependsOn assemble, tagImage
  doLast {
    exec { commandLine 'sh', '-c', "docker push ${image}:${project.version}" }
    if (System.getenv('MOVE') == 'true') {
      exec { executable 'sh'; args '-c', "docker push ${image}:latest" }
    }
  }
}
tasks.register("tagImage") {
  doLast { exec { commandLine "docker", "push", "$base/tool:latest" } }
}
task localImage { doLast { exec { commandLine 'docker', 'tag', 'a', 'o/r:latest' } } }
"""


def test_commands_in_the_tasks_of_gradle(tmp_path: Path) -> None:
    assert found(tmp_path, "./gradlew publishImage", {"build.gradle": GROOVY}) == [
        ("build.gradle", 13, "docker", "ungated"),
        ("build.gradle", 8, "docker", "opaque"),
    ]
    assert found(tmp_path, "./gradlew localImage", {"build.gradle": GROOVY}) == []
    assert found(tmp_path, "./gradlew publishImage --dry-run", {"build.gradle": GROOVY}) == []


@pytest.mark.parametrize(
    ("script", "task", "lines"),
    [
        ("jib {\n  to {\n    image = 'ghcr.io/o/r'\n    tags = ['latest', project.version]\n  }\n}\n", "jib", [3, 4]),
        ("jib {\n  to {\n    image = 'ghcr.io/o/r:1.0'\n    tags = [project.version]\n  }\n}\n", "jib", []),
        (
            'jib {\n  to {\n    image = "ghcr.io/o/r:$version"\n    tags = setOf(\n      "$version",\n      "latest")\n  }\n}\n',
            ":app:jib",
            [6],
        ),
        ("jib { to { image = 'o/r:latest' } }\n", "jibDockerBuild", []),
        ("bootBuildImage {\n  imageName = 'o/r:latest'\n  publish = true\n}\n", "bootBuildImage", [2]),
        ("bootBuildImage {\n  imageName = 'o/r:latest'\n}\n", "bootBuildImage", []),
        ("bootBuildImage {\n  imageName = 'o/r:latest'\n}\n", "bootBuildImage --publishImage", [2]),
        ('docker {\n  name "o/r:$version"\n  tags "latest"\n}\n', "dockerPush", [3]),
        ("task push(type: DockerPushImage) {\n  images.add('o/r:latest')\n}\n", "push", [2]),
        ("task b(type: DockerBuildImage) {\n  images.add('o/r:latest')\n}\n", "b", []),
    ],
)
def test_image_plugins_of_gradle(script: str, task: str, lines: list[int], tmp_path: Path) -> None:
    name = "app/build.gradle" if ":" in task else "build.gradle"
    made = found(tmp_path, f"./gradlew {task}", {name: script})
    assert [(path, line, verdict) for path, line, _, verdict in made] == [(name, line, "ungated") for line in lines]


def test_a_release_by_gradle(tmp_path: Path) -> None:
    made = found(tmp_path, "./gradlew githubRelease", {"build.gradle.kts": 'githubRelease {\n  tagName("v1")\n}\n'})
    assert [kind for _, _, kind, _ in made] == ["github-release"]
    assert found(tmp_path, "./gradlew githubRelease", {"build.gradle.kts": "githubRelease {\n  draft(true)\n}\n"}) == []


# compose --------------------------------------------------------------------------------------------------------------------

COMPOSE = "services:\n  app:\n    image: o/app:${TAG:-latest}\n    build: .\n  db:\n    image: o/db:latest\n"


@pytest.mark.parametrize(
    ("line", "lines"),
    [
        ("docker compose build --push app", [3]),
        ("docker compose build", []),
        ("docker compose push", [3]),
        ("docker-compose -f compose.yaml push", [3]),
        ("TAG=$GITHUB_REF_NAME docker compose push", []),
        ("docker compose push db", []),
        ("docker compose up -d", []),
    ],
)
def test_compose(line: str, lines: list[int], tmp_path: Path) -> None:
    made = found(tmp_path, line, {"compose.yaml": COMPOSE})
    assert made == [("compose.yaml", at, "docker", "ungated") for at in lines]


# Maven ----------------------------------------------------------------------------------------------------------------------


def pom(plugin: str, head: str = "") -> str:
    return f"<project>\n<version>1.0</version>{head}\n<build><plugins>\n<plugin>\n{plugin}\n</plugin>\n</plugins></build>\n</project>\n"


JIB = "<artifactId>jib-maven-plugin</artifactId>\n<configuration><to>\n<image>ghcr.io/o/r</image>\n<tags>\n<tag>latest</tag>\n</tags></to></configuration>"
FABRIC = (
    "<artifactId>docker-maven-plugin</artifactId>\n<configuration><images><image>\n<name>o/r:${project.version}</name>\n"
    "<build><tags>\n<tag>latest</tag>\n</tags></build></image></images></configuration>"
)
BOUND = "<executions><execution>\n<goals><goal>push</goal></goals></execution></executions>"
SPRING = "<artifactId>spring-boot-maven-plugin</artifactId>\n<configuration><image>\n<name>o/r:latest</name>\n{}</image></configuration>"


@pytest.mark.parametrize(
    ("plugin", "line", "lines"),
    [
        (JIB, "mvn compile jib:build", [7, 9]),
        (JIB, "./mvnw -B com.google.cloud.tools:jib-maven-plugin:3.4.0:build", [7, 9]),
        (JIB, "mvn jib:dockerBuild", []),
        (JIB, "mvn deploy", []),
        (FABRIC, "mvn docker:build docker:push", [9]),
        (FABRIC, "mvn deploy", []),
        (FABRIC + BOUND, "mvn deploy", [9]),
        (FABRIC + BOUND, "mvn package", []),
        (SPRING.format("<publish>true</publish>"), "mvn spring-boot:build-image", [7]),
        (SPRING.format(""), "mvn spring-boot:build-image", []),
        (SPRING.format(""), "mvn spring-boot:build-image -Dspring-boot.build-image.publish=true", [7]),
    ],
)
def test_image_plugins_of_maven(plugin: str, line: str, lines: list[int], tmp_path: Path) -> None:
    made = found(tmp_path, line, {"pom.xml": pom(plugin)})
    assert made == [("pom.xml", at, "docker", "ungated") for at in lines]


def test_properties_and_modules_of_maven(tmp_path: Path) -> None:
    plugin = JIB.replace("<tag>latest</tag>", "<tag>${moving}</tag>").replace("ghcr.io/o/r<", "ghcr.io/o/r:${project.version}<")
    files = {"pom.xml": "<project/>", "app/pom.xml": pom(plugin, "<properties><moving>latest</moving></properties>")}
    assert [(path, line) for path, line, *_ in found(tmp_path, "mvn jib:build", files)] == [("app/pom.xml", 9)]
    assert found(tmp_path, "mvn jib:build -Dmoving=edge", files) == []


def test_a_document_that_declares_entities_is_not_read(tmp_path: Path) -> None:
    text = '<!DOCTYPE a [<!ENTITY x "latest">]>\n' + pom(JIB.replace("latest", "&x;"))
    assert found(tmp_path, "mvn jib:build", {"pom.xml": text}) == []


# sbt ------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "line", "lines"),
    [
        ("dockerUpdateLatest := true\n", "sbt Docker/publish", [1]),
        ("dockerUpdateLatest := true\n", "sbt 'clean; docker:publish'", [1]),
        ("dockerUpdateLatest := false\n", "sbt Docker/publish", []),
        ("dockerUpdateLatest := true\n", "sbt Docker/publishLocal", []),
        ('dockerAliases ++= Seq(\n  dockerAlias.value.withTag(Option("latest")))\n', "sbt docker:publish", [2]),
    ],
)
def test_images_of_sbt(settings: str, line: str, lines: list[int], tmp_path: Path) -> None:
    made = found(tmp_path, line, {"build.sbt": settings + "enablePlugins(DockerPlugin)\n"})
    assert made == [("build.sbt", at, "docker", "ungated") for at in lines]


# Earthly --------------------------------------------------------------------------------------------------------------------

EARTHFILE = """\
VERSION 0.8
FROM alpine:3

image:
    ARG TAG=latest
    COPY +build/app .
    SAVE IMAGE --push ghcr.io/o/r:$TAG

build:
    RUN make
    SAVE ARTIFACT app

all:
    BUILD +image --TAG=1.0
    BUILD ./tool+image

local:
    SAVE IMAGE o/r:latest

picked:
    ARG MOVE
    IF [ "$MOVE" = "true" ]
        SAVE IMAGE --push o/picked:latest
    END
"""
TOOL = "VERSION 0.8\nimage:\n    FROM alpine\n    SAVE IMAGE --push o/tool:1 o/tool:latest\n"


@pytest.mark.parametrize(
    ("line", "places"),
    [
        ("earthly --push +image", [("Earthfile", 7)]),
        ("earthly +image", []),
        ("earthly --push +image --TAG=$GITHUB_REF_NAME", []),
        ("earthly --ci --push +all", [("tool/Earthfile", 4)]),
        ("earthly --push ./tool+image", [("tool/Earthfile", 4)]),
        ("earthly --push +local", []),
        ("earthly --push +picked --MOVE=true", [("Earthfile", 23)]),
        ("earthly --push +picked --MOVE=false", []),
        ("EARTHLY_PUSH=true earthly +image", [("Earthfile", 7)]),
    ],
)
def test_targets_of_an_earthfile(line: str, places: list[tuple[str, int]], tmp_path: Path) -> None:
    made = found(tmp_path, line, {"Earthfile": EARTHFILE, "tool/Earthfile": TOOL})
    assert made == [(path, at, "docker", "ungated") for path, at in places]


# Workspaces -----------------------------------------------------------------------------------------------------------------

WORKSPACE = {
    "package.json": '{"name": "root", "workspaces": ["packages/*"]}\n',
    "packages/a/package.json": '{"name": "a",\n "scripts": {"ship": "npm publish", "build": "tsc"}}\n',
    "packages/b/package.json": '{"name": "b",\n "scripts": {"ship": "npm publish --tag next"}}\n',
}


@pytest.mark.parametrize(
    ("line", "moved"),
    [
        ("npx turbo run build ship", True),
        ("npx turbo ship --filter=a", True),
        ("npx turbo ship --filter=b", False),
        ("npx turbo run build", False),
        ("npx nx run-many -t ship", True),
        ("npx nx run-many --target=build", False),
        ("npx nx affected --targets=build,ship", True),
        ("npx nx run a:ship", True),
        ("npx nx run b:ship", False),
        ("npx nx ship a", True),
        ("npx nx show a", False),
        ("npx nx release publish", True),
    ],
)
def test_scripts_across_a_workspace(line: str, moved: bool, tmp_path: Path) -> None:
    made = found(tmp_path, line, WORKSPACE)
    assert [kind for _, _, kind, _ in made] == (["npm"] if moved else [])
