"""What a person decides: whether the pointer moves, or only whether anything is released."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from judged import moves

if TYPE_CHECKING:
    from pathlib import Path

BOX = """\
on: {{workflow_dispatch: {{inputs: {{version: {{type: string}}, move: {{type: boolean}}}}}}}}
jobs:
  release:
    {condition}
    runs-on: ubuntu-latest
    steps:
      - uses: softprops/action-gh-release@v2
        with:
          tag_name: v${{{{ inputs.version }}}}
          make_latest: ${{{{ {latest} }}}}
"""


@pytest.mark.parametrize(
    ("latest", "condition", "verdict"),
    [
        ("inputs.move", "", "manual"),
        ("inputs.move == true && 'true' || 'false'", "", "manual"),
        ("'true'", "if: inputs.move", "ungated"),
    ],
)
def test_a_box_decides_where_the_release_comes_out_without_it(tmp_path: Path, latest: str, condition: str, verdict: str) -> None:
    text = BOX.format(latest=latest, condition=condition)
    assert [move.verdict.value for move in moves(tmp_path, {".github/workflows/r.yml": text})] == [verdict]
