"""A condition on one way of naming a pointer, while another way names it all the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from judged import reported

WORKFLOW = """\
on:
  workflow_dispatch:
    inputs:
      latest: {type: boolean, default: false}
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - uses: docker/metadata-action@v5
        id: meta
        with:
          images: ghcr.io/example/kestrel
          flavor: latest=FLAVOR
          tags: |
            type=semver,pattern={{version}}
            type=raw,value=latest,enable=${{ inputs.latest }}
      - uses: docker/build-push-action@v6
        with:
          push: true
          tags: ${{ steps.meta.outputs.tags }}
"""


@pytest.mark.parametrize(("flavor", "verdict", "void"), [("auto", "ungated", True), ("false", "manual", False)])
def test_a_tag_that_comes_by_itself_beside_one_that_is_enabled(tmp_path: Path, flavor: str, verdict: str, void: bool) -> None:
    report = reported(tmp_path, {".github/workflows/image.yml": WORKFLOW.replace("FLAVOR", flavor)})
    assert [m.verdict.value for m in report.moves] == [verdict]
    assert ("void-gate" in {f.rule for f in report.findings}) == void
