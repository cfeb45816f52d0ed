"""What tests ask of the machine: tools that pip does not bring."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parent.parent
#: Where `.ci/run` puts the tools that npm brings.
JUDGES = REPOSITORY / ".cache" / "node" / "node_modules" / ".bin"
#: Where pip puts the tools of the extra `test`, on the search path or not.
SCRIPTS = Path(sys.executable).parent


def tool(name: str) -> str:
    """The path of the command `name`; without it the test is skipped, and fails in CI."""
    found = shutil.which(name) or shutil.which(name, path=os.pathsep.join(map(str, (SCRIPTS, JUDGES))))
    if found is None:
        end = pytest.fail if os.environ.get("CI") else pytest.skip
        end(f"needs {name}, which .ci/run installs")
    return found
