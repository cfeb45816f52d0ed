"""What `latest-guard init` puts into a repository.  One module a thing that is put there."""

from __future__ import annotations

#: Each module below `latest_guard.adoption` that makes an edit: `edit(survey) -> Edit | None`, None where all is there.
PARTS = ("precommit", "settings", "github", "gitlab")
