"""`latest-guard init` on ten kinds of repositories: what it writes, that it keeps the rest to the byte, and that twice is once."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
import tomlkit
import yaml

from latest_guard.adoption.survey import pattern_of, scheme_of

if TYPE_CHECKING:
    from pathlib import Path

PYPROJECT = """\
# the project
[project]
name = "kestrel"   # a bird
version = "1.2.3"

[tool.ruff]
line-length=100
[tool.zzz.deep]
x = [ 1,2,
  3 ]
[[tool.zzz.many]]
y = 'z'"""

PRECOMMIT = """\
# hooks
default_stages: [pre-commit]
repos:
-   repo: https://github.com/pre-commit/pre-commit-hooks
    rev: v5.0.0
    hooks:
    -   id: trailing-whitespace  # always
    -   id: end-of-file-fixer

# the end
exclude: ^vendor/
"""

GITLAB = "stages: [build]\n\nbuild:\n  stage: build\n  script: [make]\n"

HOOKS, OWN, BOTH = ".pre-commit-config.yaml", ".latest-guard.toml", {".pre-commit-config.yaml", ".latest-guard.toml"}

#: kind → files, tags, and what init writes.
KINDS: dict[str, tuple[dict[str, str], tuple[str, ...], set[str]]] = {
    "empty": ({}, (), BOTH),
    "no git": ({"README": "x"}, ("-",), BOTH),
    "pyproject": ({"pyproject.toml": PYPROJECT}, ("v1.2.3",), {HOOKS, "pyproject.toml"}),
    "poetry": ({"pyproject.toml": '[tool.poetry]\nname = "k"\n'}, (), {HOOKS, "pyproject.toml"}),
    "package.json": ({"package.json": "{}", ".github/workflows/ci.yml": "on: push\n"}, (), BOTH | {".github/workflows/latest-guard.yml"}),
    "pre-commit": ({HOOKS: PRECOMMIT}, (), BOTH),
    "GitLab": ({".gitlab-ci.yml": GITLAB}, (), BOTH | {".gitlab-ci.yml"}),
    "monorepo": ({"a/package.json": "{}"}, ("a/v1.0.0", "b/v2.0.0", "c@1.0.0"), BOTH),
    "Windows": ({"pyproject.toml": PYPROJECT.replace("\n", "\r\n"), HOOKS: PRECOMMIT.replace("\n", "\r\n")}, (), {HOOKS, "pyproject.toml"}),
    "inline tool": ({"pyproject.toml": "tool = {x = 1}\n"}, (), BOTH),
    "GitHub with it": ({".github/workflows/x.yml": "# latest-guard\n", OWN: ""}, (), {HOOKS}),
}


def made(root: Path, files: dict[str, str], tags: tuple[str, ...]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(text.encode())
    if tags != ("-",):
        identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
        subprocess.run(["git", "init", "-q", root], check=True)
        subprocess.run(["git", *identity, "-C", root, "commit", "-q", "--allow-empty", "-m", "x"], check=True)
        for tag in tags:
            subprocess.run(["git", "-C", root, "tag", tag], check=True)
    return root


def init(root: Path, *words: str, answer: str = "") -> str:
    command = [sys.executable, "-m", "latest_guard", "init", str(root), *words]
    done = subprocess.run(command, capture_output=True, text=True, input=answer, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def contents(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and ".git" not in path.relative_to(root).parts
    }


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_init(kind: str, tmp_path: Path) -> None:
    files, tags, expected = KINDS[kind]
    root = made(tmp_path, files, tags)
    before = contents(root)
    init(root, "--yes")
    after = contents(root)
    assert {name for name in after if after[name] != before.get(name)} == expected
    assert "nothing to do" in init(root, "--yes")
    assert contents(root) == after


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_init_only_adds_lines(kind: str, tmp_path: Path) -> None:
    files, tags, _ = KINDS[kind]
    root = made(tmp_path, files, tags)
    init(root, "--yes")
    for name, text in files.items():
        rest = iter(contents(root)[name].decode().splitlines())
        assert all(line in rest for line in text.splitlines()), f"{name}: a line was lost or moved"
        assert ("\r\n" in text) == ("\r\n" in contents(root)[name].decode())
        if "\r\n" in text:
            assert "\n" not in contents(root)[name].decode().replace("\r\n", "")


def test_what_was_in_pyproject_is_there_to_the_byte(tmp_path: Path) -> None:
    root = made(tmp_path, {"pyproject.toml": PYPROJECT}, ("v1.2.3",))
    init(root, "--yes")
    text = (root / "pyproject.toml").read_text(encoding="utf-8")
    assert text == PYPROJECT + '\n\n[tool.latest-guard]\nscheme = "semver"\n'
    assert tomlkit.parse(text).unwrap()["tool"]["latest-guard"] == {"scheme": "semver"}


def test_the_entry_stands_behind_the_last_repository(tmp_path: Path) -> None:
    root = made(tmp_path, {".pre-commit-config.yaml": PRECOMMIT}, ())
    init(root, "--yes")
    text = (root / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    assert "    -   id: end-of-file-fixer\n- repo: https://github.com/latest-guard/latest-guard\n  rev: v" in text
    assert text.endswith("    - id: monotonic-tag\n\n# the end\nexclude: ^vendor/\n")


@pytest.mark.parametrize(
    "text",
    [
        "repos: []\n",
        "repos:   []  # none yet\n",
        "repos:\n  - repo: local\n    hooks: []\n",
        "repos:\n  - repo: local\n    hooks: [{id: x,\n      name: y}]",
        "repos:\n- repo: meta\n  hooks:\n  - id: identity\n\n\n\n# comment\n",
        "---\nrepos:\n    - repo: meta\n      hooks:\n          - id: identity",
        "ci: {skip: [x]}\nrepos:\n- repo: local\n  hooks:\n  - id: x\n    entry: |\n      one\n      two\n",
    ],
)
def test_pre_commit_reads_what_was_added(text: str, tmp_path: Path) -> None:
    root = made(tmp_path, {".pre-commit-config.yaml": text}, ())
    init(root, "--yes")
    before, after = yaml.safe_load(text), yaml.safe_load((root / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    assert after["repos"][:-1] == before["repos"]
    assert [hook["id"] for hook in after["repos"][-1]["hooks"]] == ["gated-latest", "monotonic-version", "monotonic-tag"]


@pytest.mark.parametrize("text", ["repos: [{repo: meta, hooks: []}]\n", "x: 1\n", "repos: {}\n", "- 1\n", "repos: [\n", "a: b: c\n"])
def test_a_file_that_cannot_be_added_to_is_told_and_kept(text: str, tmp_path: Path) -> None:
    root = made(tmp_path, {".pre-commit-config.yaml": text}, ())
    done = subprocess.run([sys.executable, "-m", "latest_guard", "init", str(root), "--yes"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("latest-guard: .pre-commit-config.yaml: is ")
    assert contents(root) == {".pre-commit-config.yaml": text.encode()}


@pytest.mark.parametrize("words", [(), ("--dry-run",), ("--dry-run", "--yes")])
def test_nothing_is_written_without_a_yes(words: tuple[str, ...], tmp_path: Path) -> None:
    root = made(tmp_path, {"pyproject.toml": PYPROJECT}, ())
    assert "+[tool.latest-guard]" in init(root, *words, answer="y\n")
    assert set(contents(root)) == {"pyproject.toml"}


@pytest.mark.parametrize(
    ("versions", "scheme"),
    [
        (["1.0.0", "1.1.0"], "semver"),
        (["1.0", "1.1rc1", "2.0.post1"], "pep440"),
        (["2024.10.1", "2024.11.0"], "calver"),
        (["1.0-foo_bar", "1.1-foo_bar"], "loose"),
        (["1.0.0"] * 19 + ["1.0"], "semver"),
    ],
)
def test_scheme(versions: list[str], scheme: str) -> None:
    assert scheme_of(versions) == scheme


@pytest.mark.parametrize(
    ("fronts", "pattern"),
    [
        (["v", "v"], ""),
        ([""], ""),
        (["a/v", "b/v"], ""),
        (["release-", "release-", "v"], "release-{version}"),
        ([], ""),
        (["a@", "b@"], ""),
    ],
)
def test_tag_pattern(fronts: list[str], pattern: str) -> None:
    assert pattern_of(fronts) == pattern
