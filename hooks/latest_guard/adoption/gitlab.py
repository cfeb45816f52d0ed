"""The GitLab job."""

from __future__ import annotations

from typing import TYPE_CHECKING

from latest_guard import __version__
from latest_guard.adoption.edit import Edit, content, inserted

if TYPE_CHECKING:
    from latest_guard.adoption.survey import Survey

PATH = ".gitlab-ci.yml"

JOB = f"""\
latest-guard:
  stage: .pre
  image: python:3.13
  before_script:
    - pip install --quiet latest-guard=={__version__}
  script:
    - latest-guard lint --format gitlab --output gl-code-quality-report.json
    - if [ -n "$CI_COMMIT_TAG" ]; then latest-guard check-tag "$CI_COMMIT_TAG"; fi
  artifacts:
    when: always
    reports:
      codequality: gl-code-quality-report.json
"""


def edit(survey: Survey) -> Edit | None:
    """Add the job at the end of the file where GitLab is in use and no job calls latest-guard. Raises UserError."""
    text = content(survey.root, PATH) if survey.gitlab else None
    if text is None or "latest-guard" in text:
        return None
    return Edit(PATH, text, inserted(text, len(text), ("\n" if text.strip() else "") + JOB))
