"""CI/CD components of other projects whose content is known here: our own, which hands the gate's answer on as variables."""

from __future__ import annotations

import re

from latest_guard.source import Source

#: What `templates/gate.yml` says.
GATE = """\
# GitLab CI component: asks the gate in a tag's pipeline and hands its answer on as variables (dotenv report) to the jobs that need it:
# LATEST_GUARD_LATEST, LATEST_GUARD_VERSION, LATEST_GUARD_POINTERS, LATEST_GUARD_TAGS, LATEST_GUARD_NPM_TAG.
# Between this job and the one that pushes, another pipeline may release: docs/gate.md says what closes that gap.
spec:
  inputs:
    job:
      description: The job's name
      default: latest-guard
    stage:
      default: build
    images:
      description: Images whose tags are asked and that the release goes to, separated by spaces
      default: ""
    options:
      description: Further options of `latest-guard gate`
      default: ""
    version:
      description: The version that is being released, or its tag
      default: $CI_COMMIT_TAG
    release:
      description: The release of latest-guard
      default: "0.1.0"
    python:
      description: An image with Python 3.10 or newer, and git
      default: python:3.13
---
"$[[ inputs.job ]]":
  stage: $[[ inputs.stage ]]
  image: $[[ inputs.python ]]
  rules:
    - if: $CI_COMMIT_TAG
  variables:
    LATEST_GUARD_WANTED: "$[[ inputs.version ]]"
    LATEST_GUARD_IMAGES: "$[[ inputs.images ]]"
    LATEST_GUARD_OPTIONS: "$[[ inputs.options ]]"
    LATEST_GUARD_RELEASE: "$[[ inputs.release ]]"
  script:
    - pip install --quiet "latest-guard==$LATEST_GUARD_RELEASE"
    - set --
    - for image in $LATEST_GUARD_IMAGES; do set -- "$@" "--image=$image"; done
    - latest-guard gate "$@" $LATEST_GUARD_OPTIONS --dotenv=latest-guard.env -- "$LATEST_GUARD_WANTED"
  artifacts:
    reports:
      dotenv: latest-guard.env
"""

_OWN = re.compile(r"(?:^|/)latest-guard/gate@[^/@]+")


def component(address: str) -> Source | None:
    """The file of the component at an address such as `gitlab.com/group/project/name@1.0.0`; None for one that is not known."""
    return Source("latest-guard/gate.yml", GATE) if _OWN.search(address) else None
