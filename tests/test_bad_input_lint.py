"""What lint makes of broken input: one clear line with its place, and the other files are judged all the same."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from latest_guard.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import TypeAlias

    Lint: TypeAlias = Callable[[], tuple[int, dict[str, Any], str]]

HEAD = "on: {push: {tags: ['v*']}}\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n"
GOOD = HEAD + "      - run: docker push acme/app:latest\n"
LAUGHS = "\n".join(["a0: &a0 lol", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10))])

#: File, content, and where its one line says what: line and words.
BAD: dict[str, tuple[bytes, int, str]] = {
    "broken": (b"on: push\njobs: [a, b\nc: d\n", 3, "no YAML"),
    "a tab": (b"on: push\njobs:\n\ta: b\n", 3, "tab"),
    "no mapping": (b"- on\n- jobs\n", 1, "must be a mapping"),
    "empty": (b"", 1, "empty"),
    "only a comment": (b"# nothing here\n", 1, "empty"),
    "binary": (b"\x7fELF\0\0\1", 1, "binary"),
    "not UTF-8": (b"on: push\n# caf\xe9\njobs:\n", 2, "not UTF-8"),
    "5 MB": (b"on: push\n" + b"# docker push acme/app:latest\n" * 160_000, 1, "larger than"),
    "huge": (b"#" * 6_000_000, 1, "bytes"),
    "deep": (b"on: push\njobs: " + b"[" * 100_000 + b"]" * 100_000, 2, "levels deep"),
    "deep blocks": (b"- " * 50_000 + b"latest", 1, "levels deep"),
    "billion laughs": (LAUGHS.encode(), 6, "aliases"),
    "round alias": (b"on: &x [push, *x]\njobs: {}\n", 1, "alias"),
    "several documents": (GOOD.encode() + b"---\n" + GOOD.encode(), 8, "several YAML documents"),
    "control character": (b"on: push\njobs: \x07\n", 2, "U+0007"),
    "unknown event": (GOOD.replace("push:", "pusj:", 1).encode(), 1, "did you mean `push`"),
    "no event": (GOOD.partition("\n")[2].encode(), 1, "no `on`"),
    "no job": (b"on: push\n", 1, "no `jobs`"),
    "a job that is none": (b"on: push\njobs:\n  a: docker push acme/app:latest\n", 3, "must be a mapping"),
    "a step that is none": ((HEAD + "      - docker push acme/app:latest\n").encode(), 6, "must be a mapping"),
}


WORDS = ["lint", "--format", "json", "--show-all", "."]


@pytest.fixture
def lint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Lint:
    """Runs lint in the folder: the exit code, the JSON, and what stands on the standard error."""
    monkeypatch.chdir(tmp_path)

    def run() -> tuple[int, dict[str, Any], str]:
        code = main(WORDS)
        said = capsys.readouterr()
        return code, json.loads(said.out), said.err

    return run


def lay(folder: Path, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        path = folder / ".github" / "workflows" / f"{name}.yml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


@pytest.mark.parametrize("name", BAD)
def test_one_line_with_its_place(name: str, tmp_path: Path, lint: Lint) -> None:
    content, line, words = BAD[name]
    lay(tmp_path, {"bad": content, "good": GOOD.encode()})
    code, report, told = lint()
    errors = [one for one in report["errors"] if one["path"] == ".github/workflows/bad.yml"]
    assert [(one["line"], words in one["message"]) for one in errors] == [(line, True)], errors
    assert "\n" not in errors[0]["message"]
    assert any(move["path"] == ".github/workflows/good.yml" for move in report["moves"])
    assert code in (1, 2)
    assert "Traceback" not in told


def test_all_of_them_at_once(tmp_path: Path) -> None:
    lay(tmp_path, {**{name: content for name, (content, _, _) in BAD.items()}, "good": GOOD.encode()})
    answer = subprocess.run(
        [sys.executable, "-m", "latest_guard", *WORDS], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60
    )
    report, told = json.loads(answer.stdout), answer.stderr
    assert {one["path"].split("/")[-1] for one in report["errors"]} == {f"{name}.yml" for name in BAD}
    assert any(move["path"] == ".github/workflows/good.yml" for move in report["moves"])
    assert "Traceback" not in told


@pytest.mark.parametrize(
    "step",
    [
        "- run: docker push acme/app:latest\n        if: github.ref ==",
        "- run: |\n          if ${{ github.event_name == }}; then docker push acme/app:latest; fi",
        "- run: |\n          if [ -n x ]; then\n          docker push acme/app:latest\n",
        "- run: |\n          docker push acme/app:latest\n          case x in (((\n",
    ],
    ids=["condition", "expression in a script", "no fi", "syntax error behind"],
)
def test_what_cannot_be_read_in_a_step_is_never_green(step: str, tmp_path: Path, lint: Lint) -> None:
    lay(tmp_path, {"bad": (HEAD + f"      {step}\n").encode(), "good": GOOD.encode()})
    code, report, told = lint()
    of_bad = [one for one in report["moves"] if one["path"].endswith("bad.yml")]
    problems = [one for one in (*report["errors"], *report["findings"]) if one["path"].endswith("bad.yml")]
    assert problems
    assert all(one["verdict"] not in ("gated", "manual", "branch") for one in of_bad)
    assert code in (1, 2)
    assert "Traceback" not in told
