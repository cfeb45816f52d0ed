"""Moved to `latest_guard.findings`; kept until every import has followed."""

from latest_guard.findings import *  # noqa: F403
