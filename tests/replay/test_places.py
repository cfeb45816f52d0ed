"""Where the name of a pointer comes from, after a script has put it together and taken it apart again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from judged import RELEASE, moves

if TYPE_CHECKING:
    from pathlib import Path

SCRIPT = """\
#!/bin/sh
version=$1
all="$version
latest"
tags=""
for tag in $all; do
  tags="${tags} ghcr.io/o/r:${tag}"
done
for tag in $(echo $tags | xargs); do
  docker push $tag-amd64
done
"""


def test_the_literal_keeps_its_line_through_loops_and_filters(tmp_path: Path) -> None:
    text = RELEASE + "          ./push.sh ${GITHUB_REF_NAME#v}\n"
    (move,) = moves(tmp_path, {".github/workflows/release.yml": text, "push.sh": SCRIPT})
    assert move.pointer.name == "latest-amd64"
    assert {step.span.line for step in move.trace if step.role == "name"} >= {3, 7}


def test_sh_reads_the_backslashes_that_echo_is_given(tmp_path: Path) -> None:
    script = "#!/bin/{shell} -e\ntags='\\n ghcr.io/o/r:latest'\nfor tag in $(echo $tags | xargs); do docker push $tag; done\n"
    text = RELEASE + "          ./push.sh\n"
    for shell, names in (("sh", ["ghcr.io/o/r:latest"]), ("bash", ["n:latest", "ghcr.io/o/r:latest"])):
        found = moves(tmp_path, {".github/workflows/release.yml": text, "push.sh": script.replace("{shell}", shell)})
        assert [move.pointer.target for move in found] == names


JSON = RELEASE.replace(
    "- run: |",
    "- id: meta\n        uses: docker/metadata-action@v5\n        with:\n          images: ghcr.io/o/r\n"
    "          tags: |\n            type=raw,value=${{ github.ref_name }}\n            type=raw,value=latest\n      - run: |",
)


def test_a_name_keeps_its_line_through_json(tmp_path: Path) -> None:
    line = """docker buildx imagetools create $(jq -cr '.tags | map("-t " + .) | join(" ")' <<< "$DOCKER_METADATA_OUTPUT_JSON") a@b"""
    (move,) = moves(tmp_path, {".github/workflows/release.yml": JSON + f"          {line}\n"})
    assert 14 in {step.span.line for step in move.trace if step.role == "name"}


FLAVOR = """\
on: {push: {tags: ['v*']}}
jobs:
  push:
    runs-on: ubuntu-latest
    steps:
      - id: meta
        uses: docker/metadata-action@v5
        with:
          images: ghcr.io/o/r
          tags: type=semver,pattern={{version}}
          context: git

          labels: a=b


          flavor: |
            latest=true
      - uses: docker/build-push-action@v6
        with: {push: true, tags: "${{ steps.meta.outputs.tags }}"}
"""


def test_a_flavor_that_asks_for_latest_is_on_the_trace(tmp_path: Path) -> None:
    (move,) = moves(tmp_path, {".github/workflows/release.yml": FLAVOR})
    assert 16 in {step.span.line for step in move.trace if step.role == "name"}
