"""docs/server.md, word for word: the commands of each section are run on repositories laid out as that server has them."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sandbox import wait_until_free

from machine import REPOSITORY

if TYPE_CHECKING:
    from sandbox import Done, Repo, Sandbox

PAGE = (REPOSITORY / "docs" / "server.md").read_text(encoding="utf-8")
#: What stands on the page → where it is in the test, below the sandbox.
PLACES = {
    "/srv/git/app.git": "srv/app.git",
    "/var/lib/gitea/data/gitea-repositories/owner/app.git": "gitea/owner/app.git",
    "/var/opt/gitlab/git-data/repositories/@hashed/ab/cd/abcd.git": "gitlab/abcd.git",
    "/opt/gitlab/embedded/bin/gitaly": "bin/gitaly",
}
#: Stands in for Gitaly's command, which takes a tar archive and puts it into the repository that is named.
GITALY = """#!/bin/sh
[ "$1 $2 $3 $4 $5 $7" = "hooks set --storage default --repository --config" ] || exit 2
exec tar -xf - -C "$ROOT/gitlab/abcd.git"
"""
SUDO = '#!/bin/sh\nshift 2\nexec "$@"\n'
#: Runs the files of a folder, as Gitea's own hook does, and as Gitaly does with those of custom_hooks.
DELEGATE = """#!/bin/sh
data=$(cat)
for hook in "$GIT_DIR/%s/pre-receive.d"/*; do
  if [ -x "$hook" ]; then printf '%%s\\n' "$data" | "$hook" || exit 1; fi
done
"""


def section(title: str) -> str:
    """The commands of one section of the page."""
    text = PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0]
    return "\n".join(re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL))


def follow(sandbox: Sandbox, title: str) -> Done:
    """Run a section's commands."""
    script = section(title)
    for written, real in PLACES.items():
        script = script.replace(written, str(sandbox.root / real))
    programs = sandbox.root / "bin"
    programs.mkdir(exist_ok=True)
    for name, text in (
        ("sudo", SUDO),
        ("gitaly", GITALY),
        ("latest-guard", f'#!/bin/sh\nexec {sys.executable} -m latest_guard "$@"\n'),
    ):
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    path = f"{programs}{os.pathsep}{sandbox.environment['PATH']}"
    return sandbox.run(sandbox.root, "sh", "-eu", "-c", script, PATH=path, ROOT=str(sandbox.root))


def laid_out(sandbox: Sandbox, title: str) -> Repo:
    """A bare repository as the server of a section has it."""
    place = {"Plain git": "srv/app.git", "Gitea and Forgejo": "gitea/owner/app.git"}.get(title, "gitlab/abcd.git")
    (sandbox.root / place).parent.mkdir(parents=True)
    origin = sandbox.bare(place)
    if title.startswith("Gitea"):
        origin.hook("pre-receive", DELEGATE % "hooks")
        (origin.hooks / "pre-receive.d").mkdir()
    if title.startswith("GitLab"):
        origin.git("config", "gitlab.fullpath", "group/app")
        hooks = sandbox.root / "gitaly-hooks"
        hooks.mkdir()
        (hooks / "pre-receive").write_text(DELEGATE % "custom_hooks")
        (hooks / "pre-receive").chmod(0o755)
        origin.git("config", "core.hooksPath", str(hooks))
    return origin


@pytest.mark.parametrize("title", ["Plain git", "Gitea and Forgejo", "GitLab, self-managed"])
def test_what_the_page_says_guards_the_server(sandbox: Sandbox, title: str) -> None:
    origin = laid_out(sandbox, title)
    done = follow(sandbox, title)
    if not title.startswith("GitLab"):
        assert "server: guarded" in done.stdout
    work = sandbox.repository("work")
    work.git("push", "-q", origin.url, "main", "HEAD:refs/tags/v1.27.3")
    wait_until_free(origin)
    work.commit("second")
    work.git("push", "-q", origin.url, "main", "HEAD:refs/tags/v1.28.0")
    wait_until_free(origin)
    refused = work.git("push", origin.url, "HEAD~1:refs/tags/v1.27.4", check=False)
    assert refused.returncode == 1, refused.stdout
    shown = PAGE.split("```console\n")[1].split("```")[0].splitlines()[1:-1]
    assert [line.rstrip() for line in refused.stdout.splitlines() if line.startswith("remote: ")] == shown
    assert origin.tags() == {"v1.27.3", "v1.28.0"}


def test_the_settings_that_the_page_shows(sandbox: Sandbox) -> None:
    origin = laid_out(sandbox, "Plain git")
    follow(sandbox, "Plain git")
    settings = PAGE.split("```toml\n")[1].split("```")[0]
    name = settings.splitlines()[0].rpartition("/")[2]
    (origin.path / name).write_text(settings)
    work = sandbox.repository("work")
    work.git("push", "-q", origin.url, "main", "HEAD:refs/tags/v1.28.0")
    wait_until_free(origin)
    work.git("branch", "release/1.27")
    done = work.git("push", origin.url, "release/1.27", "HEAD:refs/tags/v1.27.4", check=False)
    assert "the policy is strict" in done.stdout
    assert "deleted-tag" in work.git("push", origin.url, ":refs/tags/v1.28.0", check=False).stdout


def test_every_server_has_its_section() -> None:
    assert all(written in PAGE for written in PLACES)
    assert Path(REPOSITORY / "docs" / "README.md").read_text(encoding="utf-8").count("](server.md)") == 1
