"""The GitHub workflow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from latest_guard import __version__
from latest_guard.adoption.edit import Edit

if TYPE_CHECKING:
    from latest_guard.adoption.survey import Survey

PATH = ".github/workflows/latest-guard.yml"

WORKFLOW = f"""\
name: latest-guard

on:
  pull_request:
  push:

permissions: {{}}

concurrency:
  group: latest-guard-${{{{ github.ref }}}}
  cancel-in-progress: false

jobs:
  lint:
    name: every move of latest is gated
    if: github.ref_type != 'tag'
    runs-on: ubuntu-latest
    permissions:
      contents: read
    steps:
      - uses: actions/checkout@CHECKOUT
        with:
          persist-credentials: false
      - run: pipx run latest-guard=={__version__} lint --format github

  tag:
    name: the tag moves its release line forwards
    if: github.ref_type == 'tag'
    runs-on: ubuntu-latest
    permissions:
      contents: read
    steps:
      - uses: actions/checkout@CHECKOUT
        with:
          fetch-depth: 0 # brings all tags, so that nobody needs to be asked without credentials
          persist-credentials: false
      - run: pipx run latest-guard=={__version__} check-tag --offline "$GITHUB_REF_NAME"
""".replace("CHECKOUT", "3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1")


def edit(survey: Survey) -> Edit | None:
    """Write the workflow where GitHub is in use and none calls latest-guard."""
    if not survey.github:
        return None
    workflows = survey.root / ".github" / "workflows"
    texts = (path.read_text(encoding="utf-8", errors="replace") for path in sorted(workflows.glob("*.y*ml")) if path.is_file())
    return None if any("latest-guard" in text for text in texts) else Edit(PATH, "", WORKFLOW)
