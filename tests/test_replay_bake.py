"""docker buildx bake: which images its files push, and what stands before them.

What is known whole is held against buildx itself in test_bake_judge.py; here is what only the run knows.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from latest_guard.linter import lint

GATED = """\
      - run: |
          HIGHEST=$(git tag --list 'v*' --sort=-v:refname | head -n1)
          if [ "$HIGHEST" = "$GITHUB_REF_NAME" ]; then
            echo "LATEST=true" >> "$GITHUB_ENV"
          else
            echo "LATEST=false" >> "$GITHUB_ENV"
          fi
"""
PUSH = "      - run: docker buildx bake --push\n"
IMAGE = "ghcr.io/o/r:latest"


def moves(folder: Path, steps: str = PUSH, **files: str) -> dict[str, tuple[str, str, int]]:
    """The verdict and the place of each image that moves. Names of files are written with `__` for a slash and `_` for a dot."""
    workflows = folder / ".github" / "workflows"
    workflows.mkdir(parents=True, exist_ok=True)
    head = "on: {push: {tags: ['v*']}}\njobs:\n  release:\n    runs-on: ubuntu-latest\n    steps:\n"
    checkout = "      - uses: actions/checkout@v4\n        with: {fetch-depth: 0}\n"
    (workflows / "release.yml").write_text(head + checkout + steps)
    for name, content in files.items():
        path = folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    prefix = len(folder.as_posix()) + 1
    return {
        move.pointer.target: (move.verdict.value, move.span.path[prefix:], move.span.line)
        for move in lint([folder]).moves
        if move.pointer.kind == "docker"
    }


def hcl(folder: Path, text: str, steps: str = PUSH) -> dict[str, tuple[str, str, int]]:
    """The same for a bake file in HCL."""
    (folder / "docker-bake.hcl").write_text(text)
    return moves(folder, steps)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('target "default" {\n  tags = ["ghcr.io/o/r:1", "ghcr.io/o/r:latest"]\n}\n', 2),
        ('group "default" {\n  targets = ["a"]\n}\ntarget "a" {\n  tags = ["ghcr.io/o/r:latest"]\n}\n', 5),
        ('target "_base" {\n  tags = ["ghcr.io/o/r:latest"]\n}\ntarget "default" {\n  inherits = ["_base"]\n}\n', 2),
        ('variable "TAG" {\n  default = "latest"\n}\ntarget "default" {\n  tags = ["ghcr.io/o/r:${TAG}"]\n}\n', 2),
        ('TAG = "latest"\ntarget "default" {\n  tags = ["ghcr.io/o/r:${TAG}"]\n}\n', 1),
        (
            'function "named" {\n  params = [tag]\n  result = "ghcr.io/o/r:${tag}"\n}\ntarget "default" {\n  tags = [named("latest")]\n}\n',
            6,
        ),
        ('target "default" {\n  tags = concat(["x:1"], flatten([["ghcr.io/o/r:latest"], []]))\n}\n', 2),
        ('target "default" {\n  tags = [for t in ["latest", "1"] : "ghcr.io/o/r:${t}" if t != "1"]\n}\n', 2),
        ('variable "L" { default = true }\ntarget "default" {\n  tags = [L ? "ghcr.io/o/r:latest" : "", "x:1"]\n}\n', 3),
        ('variable "L" { default = "yes" }\ntarget "default" {\n  tags = compact([equal(L, "yes") ? "ghcr.io/o/r:latest" : ""])\n}\n', 3),
        ('target "default" {\n  tags = [format("%s/%s:%s", "ghcr.io/o", lower("R"), "latest")]\n}\n', 2),
        ('target "default" {\n  tags = split(",", "x:1,ghcr.io/o/r:latest")\n}\n', 2),
        ('target "default" {\n  tags = [join(":", ["ghcr.io/o/r", "latest"])]\n}\n', 2),
        ('target "default" {\n  name = "app-${v}"\n  matrix = { v = ["latest", "1"] }\n  tags = ["ghcr.io/o/r:${v}"]\n}\n', 3),
        ('target "default" {\n  tags = ["ghcr.io/o/r"]\n}\n', 2),
        ('# c\ntarget "default" {\n  args = { A = "${upper("x")}" } // d\n  tags = [\n    "ghcr.io/o/r:latest", /* e */\n  ]\n}\n', 5),
        ('names = { a = "latest" }\ntarget "default" {\n  tags = ["ghcr.io/o/r:${names.a}", "x:${lookup(names, "b", "1")}"]\n}\n', 1),
    ],
)
def test_hcl_that_moves_for_every_release(text: str, line: int, tmp_path: Path) -> None:
    steps = PUSH.replace("--push", "--push default app-latest") if "matrix" in text else PUSH
    assert hcl(tmp_path, text, steps) == {IMAGE: ("ungated", "docker-bake.hcl", line)}


@pytest.mark.parametrize(
    "text",
    [
        'target "a" {\n  tags = ["ghcr.io/o/r:latest"]\n}\n',
        'variable "L" { default = false }\ntarget "default" {\n  tags = [L ? "ghcr.io/o/r:latest" : ""]\n}\n',
        'target "_base" {\n  tags = ["ghcr.io/o/r:latest"]\n}\ntarget "default" {\n  inherits = ["_base"]\n  tags = ["x:1"]\n}\n',
        'target "default" {\n  tags = []\n}\n',
        'target "default" {\n  tags = ["localhost:5000/r:latest"]\n}\n',
        "target default {",
        "",
    ],
)
def test_hcl_that_moves_nothing(text: str, tmp_path: Path) -> None:
    assert hcl(tmp_path, text) == {}


@pytest.mark.parametrize(
    "text",
    [
        'variable "LATEST" { default = "false" }\ntarget "default" {\n  tags = [equal(LATEST, "true") ? "ghcr.io/o/r:latest" : ""]\n}\n',
        'variable "LATEST" { default = false }\ntarget "default" {\n  tags = concat(["x:1"], LATEST ? ["ghcr.io/o/r:latest"] : [])\n}\n',
        'variable "LATEST" {}\ntarget "default" {\n  tags = [LATEST == "true" ? "ghcr.io/o/r:latest" : "x:1"]\n}\n',
        'variable "LATEST" {}\nfunction "t" {\n  params = [on]\n  result = and(on == "true", true) ? "latest" : "edge"\n}\n'
        'target "default" {\n  tags = ["ghcr.io/o/r:${t(LATEST)}"]\n}\n',
        'variable "LATEST" {}\ntarget "default" {\n  tags = notequal("false", LATEST) ? ["ghcr.io/o/r:latest"] : []\n}\n',
        'variable "LATEST" {}\ntarget "default" {\n  tags = [for t in compact([LATEST == "true" ? "latest" : "", "1"]) : "ghcr.io/o/r:${t}"]\n}\n',
    ],
)
def test_the_answer_in_a_variable_gates(text: str, tmp_path: Path) -> None:
    assert {verdict for verdict, _, _ in hcl(tmp_path, text, GATED + PUSH).values()} == {"gated"}
    misspelt = text.replace("LATEST", "LASTEST")
    assert {verdict for verdict, _, _ in hcl(tmp_path, misspelt, GATED + PUSH).values()} <= {"ungated"}


def test_a_switch_turned_round_is_found(tmp_path: Path) -> None:
    turned = 'variable "LATEST" {}\ntarget "default" {\n  tags = [LATEST == "false" ? "ghcr.io/o/r:latest" : ""]\n}\n'
    assert {verdict for verdict, _, _ in hcl(tmp_path, turned, GATED + PUSH).values()} == {"ungated"}


LATEST = 'group "default" { targets = ["app"] }\ntarget "app" {\n  tags = ["ghcr.io/o/r:latest"]\n}\ntarget "other" {\n  tags = ["x/y:latest"]\n}\n'


@pytest.mark.parametrize(
    ("command", "moved"),
    [
        ("docker buildx bake --push", [IMAGE]),
        ("docker bake --push other", ["x/y:latest"]),
        ("docker buildx bake app other --push", [IMAGE, "x/y:latest"]),
        ("docker buildx bake", []),
        ("docker buildx bake --load", []),
        ("docker buildx bake --push=false", []),
        ("docker buildx bake --push --print", []),
        ("docker buildx bake --set *.output=type=registry", [IMAGE]),
        ("docker buildx bake --set app.output=type=image,push=true", [IMAGE]),
        ("docker buildx bake --set other.output=type=registry", []),
        ("docker buildx bake --push --set app.tags=ghcr.io/o/r:1", []),
        ("docker buildx bake --push --set app.tags=o/q:latest", ["o/q:latest"]),
        ("docker buildx bake --push --set app.tags=o/q:1 other", ["x/y:latest"]),
        ("docker buildx bake --push -f other.hcl", []),
        ("docker buildx bake --load && docker push ghcr.io/o/r:latest", [IMAGE]),
        ("docker buildx bake --load && docker push -a ghcr.io/o/r", [IMAGE]),
    ],
)
def test_the_command_line_decides(command: str, moved: list[str], tmp_path: Path) -> None:
    assert sorted(hcl(tmp_path, LATEST, f"      - run: {command}\n")) == sorted(moved)


def test_output_in_the_file_pushes(tmp_path: Path) -> None:
    for output in ('["type=registry"]', '[{ type = "registry" }]', '["type=image,push=true"]'):
        text = f'target "default" {{\n  tags = ["ghcr.io/o/r:latest"]\n  output = {output}\n}}\n'
        assert list(hcl(tmp_path, text, PUSH.replace(" --push", ""))) == [IMAGE]
    text = 'target "default" {\n  tags = ["ghcr.io/o/r:latest"]\n  output = ["type=image,push=false"]\n}\n'
    assert hcl(tmp_path, text, PUSH.replace(" --push", "")) == {}


def test_json(tmp_path: Path) -> None:
    text = (
        '{\n "variable": {"T": {"default": "latest"}},\n "target": {"default": {"tags": [\n  "ghcr.io/o/r:1",\n  "ghcr.io/o/r:${T}"]}}}\n'
    )
    assert list(moves(tmp_path, **{"docker-bake_json": text})) == [IMAGE]


def test_json_places(tmp_path: Path) -> None:
    text = '{\n "target": {"default": {"tags": [\n  "ghcr.io/o/r:1",\n  "ghcr.io/o/r:latest"]}}}\n'
    assert moves(tmp_path, **{"docker-bake_json": text}) == {IMAGE: ("ungated", "docker-bake.json", 4)}


def test_compose_file(tmp_path: Path) -> None:
    text = "services:\n  app:\n    image: ghcr.io/o/r:${TAG:-latest}\n    build:\n      context: .\n      tags:\n        - x/y:latest\n  db:\n    image: postgres:latest\n"
    assert moves(tmp_path, compose_yaml=text) == {
        IMAGE: ("ungated", "compose.yaml", 3),
        "x/y:latest": ("ungated", "compose.yaml", 7),
    }


def test_later_files_override(tmp_path: Path) -> None:
    first = 'target "default" {\n  tags = ["ghcr.io/o/r:latest"]\n}\n'
    second = 'target "default" {\n  tags = ["ghcr.io/o/r:1"]\n}\n'
    assert moves(tmp_path, **{"docker-bake_hcl": first, "docker-bake_override_hcl": second}) == {}
    both = "      - run: docker buildx bake -f ci/b.hcl -f ci/a.hcl --push\n"
    assert list(moves(tmp_path, both, ci__a_hcl=first, ci__b_hcl=second)) == [IMAGE]


def test_environment_beats_the_default(tmp_path: Path) -> None:
    text = 'variable "TAG" { default = "latest" }\ntarget "default" {\n  tags = ["ghcr.io/o/r:${TAG}"]\n}\n'
    assert hcl(tmp_path, text, "      - run: TAG=$GITHUB_REF_NAME docker buildx bake --push\n") == {}


def test_many_conditional_tags_stay_apart(tmp_path: Path) -> None:
    names = [f"V{n}" for n in range(40)]
    variables = "".join(f'variable "{name}" {{}}\n' for name in names)
    tags = ", ".join(f'equal({name}, "true") ? "ghcr.io/o/r:latest-{name.lower()}" : ""' for name in names)
    steps = "".join(f"          {name}: ${{{{ vars.{name} }}}}\n" for name in names)
    text = f'{variables}target "default" {{\n  tags = [{tags}]\n}}\n'
    assert len(hcl(tmp_path, text, PUSH + "        env:\n" + steps)) == 40


ACTION = """\
      - uses: docker/bake-action@v6
        with:
          workdir: ci
          files: |
            a.hcl
            b.hcl
          targets: app
          push: true
"""


def test_the_action(tmp_path: Path) -> None:
    base = 'target "base" {\n  tags = ["ghcr.io/o/r:latest"]\n}\n'
    app = 'target "app" {\n  inherits = ["base"]\n}\n'
    assert moves(tmp_path, ACTION, ci__a_hcl=base, ci__b_hcl=app) == {IMAGE: ("ungated", "ci/a.hcl", 2)}
    assert moves(tmp_path, ACTION.replace("push: true", "push: false")) == {}
    assert moves(tmp_path, ACTION + "          set: app.tags=ghcr.io/o/r:1\n") == {}
    asked = ACTION.replace("push: true", "push: ${{ env.LATEST }}")
    assert {verdict for verdict, _, _ in moves(tmp_path, GATED + asked).values()} == {"gated"}


def test_the_tags_of_metadata_action(tmp_path: Path) -> None:
    steps = """\
      - id: meta
        uses: docker/metadata-action@v5
        with:
          images: ghcr.io/o/r
          tags: type=semver,pattern={{version}}
          FLAVOR
      - uses: docker/bake-action@v6
        with:
          files: |
            ./docker-bake.hcl
            ${{ steps.meta.outputs.bake-file }}
          push: true
"""
    text = 'target "docker-metadata-action" {\n  tags = ["x:1"]\n}\ntarget "default" {\n  inherits = ["docker-metadata-action"]\n}\n'
    assert list(hcl(tmp_path, text, steps.replace("          FLAVOR\n", ""))) == [IMAGE]
    assert hcl(tmp_path, text, steps.replace("FLAVOR", "flavor: latest=false")) == {}
