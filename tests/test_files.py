"""The files of a repository are read within its bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from latest_guard import files
from latest_guard.files import Tree
from latest_guard.source import Problem, Source

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository, and a file outside it."""
    (tmp_path / "outside.yml").write_text("secret: 1\n")
    inside = tmp_path / "repository"
    for path, content in {
        "a.yml": b"a: 1\n",
        "sub/b.sh": b"\xef\xbb\xbfecho\r\n",
        "node_modules/x/c.yml": b"x",
        "vendor/c.yml": b"x",
        ".git/config": b"x",
        "binary": b"\x7fELF\0\0",
        "latin.yml": b"a: 1\nb: caf\xe9\n",
        "wide.ps1": "é".encode("utf-16"),
    }.items():
        (inside / path).parent.mkdir(parents=True, exist_ok=True)
        (inside / path).write_bytes(content)
    (inside / "good-link.yml").symlink_to("a.yml")
    (inside / "bad-link.yml").symlink_to("../outside.yml")
    (inside / "bad-folder").symlink_to("..")
    (inside / "loop").symlink_to("loop")
    return inside


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.yml", "a: 1\n"),
        ("./sub/../a.yml", "a: 1\n"),
        ("sub\\b.sh", "echo\r\n"),
        ("good-link.yml", "a: 1\n"),
        ("wide.ps1", "é"),
        ("vendor/c.yml", "x"),
        ("../outside.yml", None),
        ("sub/../../outside.yml", None),
        ("bad-link.yml", None),
        ("bad-folder/outside.yml", None),
        ("loop", None),
        ("sub", None),
        ("nothing.yml", None),
        ("", None),
        ("/etc/passwd", None),
        ("a.yml\0", None),
        ("x" * 5000, None),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_reading(root: Path, path: str, text: str | None) -> None:
    found = Tree(root).read(path)
    assert (found.text if found else None) == text


@pytest.mark.parametrize(
    ("path", "words", "line"),
    [
        ("binary", "is binary", 1),
        ("latin.yml", "not UTF-8: byte 0xe9 in line 2", 2),
        ("../outside.yml", "no such file in the repository", 1),
    ],
)
def test_what_cannot_be_read_says_why(root: Path, path: str, words: str, line: int) -> None:
    problem = Tree(root).problem(path)
    assert problem
    assert words in problem.message
    assert problem.span.line == line


def test_what_is_huge_is_not_read(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_BYTES", 3)
    problem = Tree(root).problem("a.yml")
    assert problem
    assert "5 bytes" in problem.message


def test_a_file_is_read_once(root: Path) -> None:
    tree = Tree(root)
    assert tree.read("a.yml") is tree.read("./a.yml")


def test_the_listing_leaves_out_the_work_of_others(root: Path) -> None:
    expected = ["a.yml", "bad-link.yml", "binary", "good-link.yml", "latin.yml", "loop", "wide.ps1", "sub/b.sh"]
    assert sorted(Tree(root).listing()) == sorted(expected)


def test_the_root_is_found_from_below(root: Path) -> None:
    assert files.repository_root(root / "sub" / "b.sh") == root
    assert files.repository_root(root.parent) == root.parent


@pytest.mark.parametrize(
    ("path", "expected"), [("a//b/./c", "a/b/c"), ("a/../../b", "../b"), ("./", ""), ("/a/../b", "/b"), ("../../x", "../../x")]
)
def test_normal_paths(path: str, expected: str) -> None:
    assert files.normal(path) == expected


def test_decoding() -> None:
    assert isinstance(files.decoded("x", b"\xff\xfea"), Problem)
    assert isinstance(files.decoded("x", b""), Source)
