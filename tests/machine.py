"""What tests ask of the machine: tools that pip does not bring."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parent.parent
#: Where `.ci/run` puts the tools that npm brings.
JUDGES = REPOSITORY / ".cache" / "node" / "node_modules" / ".bin"


def tool(name: str) -> str:
    """The path of the command `name`; without it the test is skipped, and fails in CI."""
    found = shutil.which(name) or shutil.which(name, path=str(JUDGES))
    if found is None:
        end = pytest.fail if os.environ.get("CI") else pytest.skip
        end(f"needs {name}, which .ci/run installs")
    return found
