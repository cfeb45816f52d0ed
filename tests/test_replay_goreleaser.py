"""goreleaser: which pointers its configuration moves, and what stands before them.

goreleaser itself is in no package registry that the tests may ask, so what is expected is its documentation's word.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from latest_guard.linter import lint

TAGS = "HIGHEST=$(git tag --list 'v*' --sort=-v:refname | head -n1)"
GATED = f"""\
      - run: |
          {TAGS}
          if [ "$HIGHEST" = "$GITHUB_REF_NAME" ]; then
            echo "IS_LATEST=true" >> "$GITHUB_ENV"
          else
            echo "IS_LATEST=false" >> "$GITHUB_ENV"
          fi
"""
RUNS = "      - run: goreleaser release --clean\n"
ACTION = """\
      - uses: goreleaser/goreleaser-action@v6
        with:
          args: release --clean
"""


def moves(folder: Path, configuration: str, steps: str = RUNS, name: str = ".goreleaser.yaml") -> dict[tuple[str, str], tuple[str, int]]:
    """The verdict and the line of each pointer that moves, by kind and target."""
    workflows = folder / ".github" / "workflows"
    workflows.mkdir(parents=True, exist_ok=True)
    head = "on: {push: {tags: ['v*']}}\njobs:\n  release:\n    runs-on: ubuntu-latest\n    steps:\n"
    checkout = "      - uses: actions/checkout@v4\n        with: {fetch-depth: 0}\n"
    (workflows / "release.yml").write_text(head + checkout + steps)
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(configuration)
    found = [move for move in lint([folder]).moves if move.scenarios != ("called",)]
    return {(move.pointer.kind, move.pointer.target): (move.verdict.value, move.span.line) for move in found}


def images(folder: Path, configuration: str, steps: str = RUNS, name: str = ".goreleaser.yaml") -> dict[str, tuple[str, int]]:
    """The same for images alone."""
    return {target: found for (kind, target), found in moves(folder, configuration, steps, name).items() if kind == "docker"}


IMAGE = "ghcr.io/o/r:latest"


@pytest.mark.parametrize(
    ("configuration", "line"),
    [
        ("dockers:\n  - image_templates:\n      - 'ghcr.io/o/r:{{ .Tag }}'\n      - ghcr.io/o/r:latest\n", 4),
        ("docker_manifests:\n  - name_template: ghcr.io/o/r:latest\n", 2),
        ("dockers_v2:\n  - images: [ghcr.io/o/r]\n    tags:\n      - '{{ .Version }}'\n      - latest\n", 5),
        ("dockers_v2:\n  - images: [ghcr.io/o/r]\n    tags:\n      - '{{ if not .IsNightly }}latest{{ end }}'\n", 4),
        ("kos:\n  - repositories: [ghcr.io/o/r]\n    tags: ['{{.Version}}', latest]\n", 3),
        ("kos:\n  - repositories: [ghcr.io/o/r]\n", 2),
        ('dockers:\n  - image_templates: [\'ghcr.io/o/r:{{ envOrDefault "CHANNEL" "latest" }}\']\n', 2),
        ("env:\n  - T={{ .Env.NAME }}\n  - NAME=latest\ndockers:\n  - image_templates: ['ghcr.io/o/r:{{ .Env.NAME }}']\n", 5),
        ("dockers:\n  - image_templates: ['ghcr.io/o/r:latest']\n    skip_push: .Env.SKIP\n", 2),
        ("dockers:\n  - image_templates: ['ghcr.io/o/r:latest']\n    skip_push: '{{ .IsSnapshot }}'\n", 2),
        ("dockers:\n  - image_templates: ['ghcr.io/o/r:{{- if eq .ProjectName \"r\" }}latest{{ else }}x{{ end }}']\nproject_name: r\n", 2),
        ('dockers:\n  - image_templates: [\'{{ printf "%s:%s" "ghcr.io/o/r" (tolower "LATEST") }}\']\n', 2),
    ],
)
def test_images_move_for_every_release(configuration: str, line: int, tmp_path: Path) -> None:
    assert images(tmp_path, configuration) == {IMAGE: ("ungated", line)}


@pytest.mark.parametrize(
    "configuration",
    [
        "dockers:\n  - image_templates: ['ghcr.io/o/r:latest']\n    skip_push: true\n",
        "dockers:\n  - image_templates: ['ghcr.io/o/r:{{ if .IsNightly }}latest{{ else }}{{ .Tag }}{{ end }}']\n",
        "dockers_v2:\n  - images: [ghcr.io/o/r]\n    tags: ['{{ if .IsSnapshot }}latest{{ end }}']\n",
        "dockers_v2:\n  - images: [ghcr.io/o/r]\n    tags: [latest]\n    disable: '{{ not .IsSnapshot }}'\n",
        "builds: [{main: .}]\n",
    ],
)
def test_images_that_do_not_move(configuration: str, tmp_path: Path) -> None:
    assert images(tmp_path, configuration) == {}


@pytest.mark.parametrize(
    "configuration",
    [
        "dockers:\n  - image_templates: ['ghcr.io/o/r:latest']\n    skip_push: auto\n",
        "dockers:\n  - image_templates: ['{{ if not .Prerelease }}ghcr.io/o/r:latest{{ end }}']\n",
        "dockers_v2:\n  - images: [ghcr.io/o/r]\n    tags: ['{{ if eq .Prerelease \"\" }}latest{{ end }}']\n",
    ],
)
def test_a_prerelease_is_no_comparison(configuration: str, tmp_path: Path) -> None:
    assert {verdict for verdict, _ in images(tmp_path, configuration).values()} == {"weak"}


@pytest.mark.parametrize(
    "configuration",
    [
        "dockers:\n  - image_templates: ['{{ if eq .Env.IS_LATEST \"true\" }}ghcr.io/o/r:latest{{ end }}']\n",
        "dockers:\n  - image_templates: ['ghcr.io/o/r:latest']\n    skip_push: '{{ ne .Env.IS_LATEST \"true\" }}'\n",
        "dockers:\n  - image_templates: ['ghcr.io/o/r:latest']\n    skip_push: '{{ if eq (index .Env \"IS_LATEST\") \"false\" }}true{{ end }}'\n",
        'dockers_v2:\n  - images: [ghcr.io/o/r]\n    tags: [\'{{ if and (isEnvSet "IS_LATEST") (.Env.IS_LATEST | eq "true") }}latest{{ end }}\']\n',
        "env: ['L={{ if eq .Env.IS_LATEST \"true\" }}latest{{ end }}']\nkos:\n  - repositories: [ghcr.io/o/r]\n    tags: ['{{ .Env.L }}']\n",
    ],
)
def test_the_answer_in_a_variable_gates(configuration: str, tmp_path: Path) -> None:
    assert {verdict for verdict, _ in images(tmp_path, configuration, GATED + RUNS).values()} == {"gated"}
    misspelt = configuration.replace("IS_LATEST", "IS_LASTEST")
    assert {verdict for verdict, _ in images(tmp_path, misspelt, GATED + RUNS).values()} <= {"ungated"}


def test_a_switch_turned_round_is_found(tmp_path: Path) -> None:
    turned = "dockers:\n  - image_templates: ['{{ if ne .Env.IS_LATEST \"true\" }}ghcr.io/o/r:latest{{ end }}']\n"
    assert {verdict for verdict, _ in images(tmp_path, turned, GATED + RUNS).values()} == {"ungated"}


LATEST = "dockers:\n  - image_templates: ['ghcr.io/o/r:latest']\n"


@pytest.mark.parametrize(
    ("steps", "moved"),
    [
        (RUNS, True),
        ("      - run: goreleaser --rm-dist\n", True),
        (ACTION, True),
        ("      - run: goreleaser release --snapshot --clean\n", False),
        ("      - run: goreleaser release --skip=validate,publish\n", False),
        ("      - run: goreleaser release --skip docker\n", False),
        ("      - run: goreleaser release --skip-docker\n", False),
        ("      - run: goreleaser release --skip=announce\n", True),
        ("      - run: goreleaser build --clean\n", False),
        ("      - run: goreleaser check\n", False),
        ("      - run: curl -sfL https://goreleaser.com/static/run | bash -s -- check\n", False),
        (ACTION.replace("release --clean", "release --snapshot"), False),
    ],
)
def test_the_command_line_decides(steps: str, moved: bool, tmp_path: Path) -> None:
    assert bool(images(tmp_path, LATEST, steps)) is moved


def test_the_configuration_that_is_chosen(tmp_path: Path) -> None:
    (tmp_path / ".goreleaser.yaml").write_text("builds: []\n")
    steps = "      - run: goreleaser release -f ci/release.yaml\n"
    assert images(tmp_path, LATEST, steps, "ci/release.yaml") == {IMAGE: ("ungated", 2)}
    assert images(tmp_path, LATEST, RUNS, "ci/release.yaml") == {}


def test_the_folder_of_the_action(tmp_path: Path) -> None:
    steps = ACTION + "          workdir: tool\n"
    assert images(tmp_path, LATEST, steps, "tool/.goreleaser.yml") == {IMAGE: ("ungated", 2)}


def test_two_configurations_of_which_a_comparison_chooses(tmp_path: Path) -> None:
    (tmp_path / "older.yaml").write_text("builds: []\n")
    choose = GATED.replace("IS_LATEST=true", "CONFIG=.goreleaser.yaml").replace("IS_LATEST=false", "CONFIG=older.yaml") + ACTION.replace(
        "--clean", "--config=${{ env.CONFIG }}"
    )
    assert {verdict for verdict, _ in images(tmp_path, LATEST, choose).values()} == {"gated"}


BADGE = "github-release"


@pytest.mark.parametrize(
    ("configuration", "verdict", "line"),
    [
        ("builds: []\n", "ungated", 8),
        ("builds: []\nrelease:\n  draft: false\n", "ungated", 2),
        ("release:\n  make_latest: true\n", "ungated", 1),
        ("release:\n  prerelease: auto\n", "weak", 1),
        ("release:\n  make_latest: '{{ not .Prerelease }}'\n", "weak", 1),
        ("release:\n  make_latest: false\n", None, 0),
        ("release:\n  disable: true\n", None, 0),
        ("release:\n  draft: true\n", None, 0),
        ("release:\n  prerelease: true\n", None, 0),
        ("release:\n  gitlab: {owner: o, name: r}\n", None, 0),
        ("gitea_urls: {api: https://git.example.org/api/v1}\n", None, 0),
    ],
)
def test_the_badge(configuration: str, verdict: str | None, line: int, tmp_path: Path) -> None:
    found = {key: value for key, value in moves(tmp_path, configuration).items() if key[0] == BADGE}
    assert list(found.values()) == ([(verdict, line)] if verdict else [])


def test_the_badge_behind_the_answer(tmp_path: Path) -> None:
    found = moves(tmp_path, "release:\n  make_latest: '{{ .Env.IS_LATEST }}'\n", GATED + RUNS)
    assert [verdict for (kind, _), (verdict, _) in found.items() if kind == BADGE] == ["gated"]


def test_packages_and_formulas(tmp_path: Path) -> None:
    configuration = (
        "project_name: tool\nrelease: {disable: true}\nnpms:\n  - name: '@o/tool'\n  - name: '@o/other'\n    tag: next\n"
        "brews:\n  - repository: {owner: o, name: tap}\n  - name: tool@{{ .Major }}\n  - name: quiet\n    skip_upload: true\n"
        "homebrew_casks:\n  - name: cask\n    skip_upload: auto\n"
    )
    found = moves(tmp_path, configuration)
    assert found.pop(("npm", "@o/tool:latest")) == ("ungated", 4)
    assert {kind for kind, _ in found} <= {"homebrew"}
    assert not {target for _, target in found} & {"quiet", "@o/other:next"}


def test_a_switch_without_braces_is_told(tmp_path: Path) -> None:
    images(tmp_path, "dockers:\n  - image_templates: ['ghcr.io/o/r:latest']\n    skip_push: .Env.SKIP\n")
    (move,) = [move for move in lint([tmp_path]).moves if move.pointer.kind == "docker"]
    assert any("braces are missing" in step.note and step.span.line == 3 for step in move.trace)


def test_own_publishers_are_followed(tmp_path: Path) -> None:
    configuration = "release: {disable: true}\npublishers:\n  - name: x\n    cmd: docker push ghcr.io/o/r:latest\n"
    assert images(tmp_path, configuration) == {IMAGE: ("ungated", 4)}


def test_a_configuration_that_is_broken_is_no_crash(tmp_path: Path) -> None:
    for broken in ("dockers: [", "- 1\n", "dockers: latest\n", "dockers:\n  - image_templates: ['{{ if .X }}ghcr.io/o/r:latest']\n", ""):
        images(tmp_path, broken)
