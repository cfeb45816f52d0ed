"""`python -m latest_guard`."""

from __future__ import annotations

import sys

from latest_guard.cli import main

if __name__ == "__main__":
    sys.exit(main())
