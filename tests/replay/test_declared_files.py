"""Files of the repository that declare its version: what stands in them, with the version that is being released."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from judged import script

from latest_guard.catalog.index import version_place

if TYPE_CHECKING:
    from pathlib import Path

PACKAGE = '{\n  "name": "kestrel",\n  "description": "a bird",\n  "version": "1.2.3"\n}\n'
GATE = """
newest=$(gh release view --json tagName --jq .tagName)
if [ "$(printf '%s\\n' "${newest#v}" "$version" | sort -V | tail -n 1)" = "$version" ]; then
  docker push ghcr.io/example/kestrel:latest
fi
"""


def test_what_else_stands_in_the_file_is_known(tmp_path: Path) -> None:
    lines = "if ! grep -q description package.json; then exit 1; fi\nnpm publish"
    assert script(tmp_path, lines, package_json=PACKAGE) == ["ungated"]


def test_the_version_in_it_is_the_released_one(tmp_path: Path) -> None:
    assert script(tmp_path, "version=$(jq -r .version package.json)" + GATE, package_json=PACKAGE) == ["gated"]


@pytest.mark.parametrize("there", [True, False])
def test_a_file_that_is_asked_for_a_version_declares_one(tmp_path: Path, there: bool) -> None:
    files = {"kestrel_toml": 'name = "kestrel"\nversion = "1.2.3"\n'} if there else {}
    read = """version=$(grep -m1 '^version' kestrel.toml | sed -E 's/.*"([^"]+)".*/\\1/')"""
    assert script(tmp_path, read + GATE, **files) == ["gated"]


@pytest.mark.parametrize(
    ("path", "text", "version"),
    [
        ("package.json", PACKAGE, "1.2.3"),
        ("src/version.go", 'package x\n\nconst Version = "v1.2.3"\n', "1.2.3"),
        ("pom.xml", "<project>\n  <version>1.2.3-SNAPSHOT</version>\n", "1.2.3-SNAPSHOT"),
        ("VERSION", "v1.2\n", "1.2"),
        ("kestrel/__about__.py", '__version__ = "1.2.3rc1"\n', "1.2.3rc1"),
        ("compose.yml", 'version: "3.8"\nservices: {}\n', None),
        ("notes.txt", "the conversion of 1.2.3\n", None),
        ("go.mod", "module kestrel\n\ngo 1.22.1\n", None),
    ],
)
def test_where_a_file_declares_it(path: str, text: str, version: str | None) -> None:
    place = version_place(path, text)
    assert (text[slice(*place)] if place else None) == version
