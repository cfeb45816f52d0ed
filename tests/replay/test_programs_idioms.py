"""Packages and services that the machine of the tests need not have: what is said of scripts that use them."""

from __future__ import annotations

from pathlib import Path

import pytest
from judged import moves, reported

WORKFLOW = """\
on: {push: {tags: ['v*']}}
jobs:
  release:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with: {fetch-depth: 0}
"""
RUN = """\
      - id: decide
        env: {{TAG: '${{{{ github.ref_name }}}}', EVENT: '${{{{ github.event_name }}}}'}}
        {shell}run: |
"""
ACTION = """\
      - id: decide
        uses: actions/github-script@v7
        with:
          script: |
"""
AFTER = """\
      - if: steps.decide.outputs.latest == 'true'
        run: docker push ghcr.io/o/r:latest
"""
PUSH_PY = "    subprocess.check_call(['docker', 'push', 'ghcr.io/o/r:latest'])\n"
PUSH_JS = "  execSync('docker push ghcr.io/o/r:latest');\n"
HEAD_PY = "import os, subprocess, sys\n"
HEAD_JS = "import { execSync } from 'node:child_process';\nimport process from 'node:process';\n"


def said(folder: Path, files: dict[str, str]) -> tuple[set[str], set[str]]:
    """The verdicts of the moves of `latest`, and the rules that are raised, racy-gate apart."""
    report = reported(folder, files)
    return {move.verdict.value for move in report.moves}, {finding.rule for finding in report.findings} - {"racy-gate"}


def run(folder: Path, command: str, **files: str) -> tuple[set[str], set[str]]:
    """The same for files that a step runs; `_` in their names stands for the dot."""
    step = RUN.format(shell="") + f"          {command}\n"
    return said(folder, {".github/workflows/release.yml": WORKFLOW + step, **{n.replace("_", "."): t for n, t in files.items()}})


def inline(folder: Path, shell: str, code: str) -> tuple[set[str], set[str]]:
    """The same for a step whose script is in another language; `action` is a script action."""
    head = ACTION if shell == "action" else RUN.format(shell=f"shell: {shell}\n        ")
    indent = " " * (12 if shell == "action" else 10)
    lines = "".join(f"{indent}{line}\n" if line else "\n" for line in code.strip("\n").split("\n"))
    after = AFTER if "docker push" not in code else ""
    return said(folder, {".github/workflows/release.yml": WORKFLOW + head + lines + after})


RELEASES = "https://api.github.com/repos/o/r/releases"
PYTHON = (
    (
        "requests, every release",
        f"""
import requests
from packaging.version import Version
answer = requests.get("{RELEASES}", params={{"per_page": 100}}, timeout=10)
answer.raise_for_status()
known = [Version(r["tag_name"]) for r in answer.json() if not r["draft"] and not r["prerelease"]]
if Version(os.environ["TAG"]) >= max(known):
"""
        + PUSH_PY,
        "gated",
        set(),
    ),
    (
        "urlopen, the badge",
        f"""
import json
from urllib.request import urlopen
from packaging.version import parse
with urlopen("{RELEASES}/latest") as response:
    latest = json.load(response)["tag_name"]
if parse(os.environ["TAG"]) > parse(latest):
"""
        + PUSH_PY,
        "gated",
        {"circular-gate"},
    ),
    (
        "an address that does not answer",
        f"""
import requests
from packaging.version import parse
try:
    latest = requests.get("{RELEASES}/latest").json()["tag_name"]
except Exception:
    latest = "0"
if parse(os.environ["TAG"]) > parse(latest):
"""
        + PUSH_PY,
        "gated",
        {"fail-open-gate", "circular-gate"},
    ),
    (
        "PyGithub",
        """
from github import Github
from semver import VersionInfo
repo = Github(os.environ["TOKEN"]).get_repo("o/r")
newest = max(VersionInfo.parse(r.tag_name.lstrip("v")) for r in repo.get_releases() if not r.prerelease)
mine = VersionInfo.parse(os.environ["TAG"].lstrip("v"))
if mine.compare(newest) > 0:
"""
        + PUSH_PY,
        "gated",
        set(),
    ),
    (
        "a release by PyGithub",
        'import github\ngithub.Github("x").get_repo("o/r").create_git_release(os.environ["TAG"], "x", "y")\n',
        "ungated",
        set(),
    ),
    ("a draft by PyGithub", 'import github\ngithub.Github("x").get_repo("o/r").create_git_release("v", "x", "y", draft=True)\n', "", set()),
    ("docker's package", 'import docker\ndocker.from_env().images.push("ghcr.io/o/r", tag="latest")\n', "ungated", set()),
    ("a switch of the environment", 'if os.environ.get("LATEST") == "true":\n' + PUSH_PY, "", set()),
    (
        "text order",
        'tags = subprocess.getoutput("git tag").split()\nif max(tags) == os.environ["TAG"]:\n' + PUSH_PY,
        "gated",
        {"unsound-comparison"},
    ),
    (
        "dates",
        'tags = subprocess.getoutput("git tag --sort=-creatordate").splitlines()\nif tags[0] == os.environ["TAG"]:\n' + PUSH_PY,
        "gated",
        {"unsound-comparison"},
    ),
    ("another package decides", 'from ours import may_move\nif may_move(os.environ["TAG"]):\n' + PUSH_PY, "opaque", set()),
    (
        "a module of the repository decides",
        'from versions import newest\nif newest() == os.environ["TAG"]:\n' + PUSH_PY,
        "gated",
        set(),
    ),
    (
        "called twice",
        'def push(tag):\n    os.system("docker push ghcr.io/o/r:" + tag)\npush(os.environ["TAG"])\npush("latest")\n',
        "ungated",
        set(),
    ),
)
VERSIONS = """
import subprocess
from packaging.version import Version

def newest():
    tags = subprocess.check_output(["git", "tag"], text=True).split()
    finals = [tag for tag in tags if not Version(tag).is_prerelease]
    return sorted(finals, key=Version)[-1]
"""


@pytest.mark.parametrize(("code", "verdict", "rules"), [row[1:] for row in PYTHON], ids=[row[0] for row in PYTHON])
def test_python(code: str, verdict: str, rules: set[str], tmp_path: Path) -> None:
    verdicts, raised = run(tmp_path, "python3 release.py", release_py=HEAD_PY + code, versions_py=VERSIONS)
    assert verdicts == ({verdict} if verdict else set())
    assert rules <= raised


JAVASCRIPT = (
    (
        "semver",
        """
import semver from 'semver';
const tags = execSync('git tag').toString().split('\\n').filter((t) => semver.valid(t) && !semver.prerelease(t));
const [newest] = semver.rsort(tags);
if (semver.gte(process.env.TAG, newest)) {
"""
        + PUSH_JS
        + "}\n",
        "gated",
        set(),
    ),
    (
        "semver by name, fails open",
        """
import gt from 'semver/functions/gt.js';
let latest = '';
try { latest = execSync('npm view thing dist-tags.latest').toString().trim(); } catch { /* new */ }
if (!latest || gt(process.env.TAG, latest)) {
"""
        + PUSH_JS
        + "}\n",
        "gated",
        {"fail-open-gate"},
    ),
    (
        "compare-versions",
        """
import { compareVersions } from 'compare-versions';
const { stdout } = await import('execa').then(({ execa }) => execa('git', ['tag', '--list']));
const newest = stdout.split('\\n').sort(compareVersions).pop();
if (compareVersions(process.env.TAG, newest) >= 0) {
"""
        + PUSH_JS
        + "}\n",
        "gated",
        set(),
    ),
    (
        "a class and a default",
        """
class Registry {
  constructor(name, { tag = 'latest' } = {}) { this.name = name; this.tag = tag; }
  get ref() { return `${this.name}:${this.tag}`; }
  push() { execSync(`docker push ${this.name}:${this.tag}`); }
}
new Registry('ghcr.io/o/r').push();
""",
        "ungated",
        set(),
    ),
    (
        "dates first",
        "const [newest] = execSync('git tag --sort=-creatordate').toString().split('\\n');\nif (newest !== process.env.TAG) process.exit(0);\n"
        + PUSH_JS,
        "gated",
        {"unsound-comparison"},
    ),
    (
        "another package decides",
        "import { mayMove } from 'ours';\nif (await mayMove(process.env.TAG)) {\n" + PUSH_JS + "}\n",
        "opaque",
        set(),
    ),
    (
        "a name in a map",
        "const pointers = { stable: 'latest', next: 'next' };\nfor (const [, tag] of Object.entries(pointers)) execSync(`docker push ghcr.io/o/r:${tag}`);\n",
        "ungated",
        set(),
    ),
    ("npm", "import { $ } from 'zx';\nawait $`npm publish --access public`;\n", "ungated", set()),
)


@pytest.mark.parametrize(("code", "verdict", "rules"), [row[1:] for row in JAVASCRIPT], ids=[row[0] for row in JAVASCRIPT])
def test_javascript(code: str, verdict: str, rules: set[str], tmp_path: Path) -> None:
    verdicts, raised = run(tmp_path, "node release.mjs", release_mjs=HEAD_JS + code)
    assert verdicts == {verdict}
    assert rules <= raised


def test_python_shell_hands_on_its_comparison(tmp_path: Path) -> None:
    code = """
import os, subprocess
known = subprocess.check_output(["git", "tag"], text=True).split()
numbers = lambda tag: [int(part) for part in tag.strip("v").split("-")[0].split(".")]
latest = all(numbers("${{ github.ref_name }}") >= numbers(tag) for tag in known)
with open(os.environ["GITHUB_OUTPUT"], "a") as file:
    print(f"latest={str(latest).lower()}", file=file)
"""
    assert inline(tmp_path, "python", code)[0] == {"gated"}


def test_here_document_and_arguments_of_commands(tmp_path: Path) -> None:
    here = (
        "python3 - \"$TAG\" <<'EOF' >> \"$GITHUB_OUTPUT\"\nimport sys\nprint('latest=' + ('false' if '-' in sys.argv[1] else 'true'))\nEOF"
    )
    assert inline(tmp_path / "a", "bash", here)[0] == {"weak"}
    assert inline(tmp_path / "b", "bash", "echo latest=$(node -p \"!'$TAG'.includes('-')\") >> $GITHUB_OUTPUT")[0] == {"weak"}
    assert inline(tmp_path / "c", "bash", "echo latest=$(python3 -c 'print(\"true\")') >> $GITHUB_OUTPUT")[0] == {"ungated"}
    assert inline(tmp_path / "d", "bash", "node -e \"require('fs').appendFileSync(process.env.GITHUB_OUTPUT, 'latest=true')\"")[0] == {
        "ungated"
    }


@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        ("docker push ghcr.io/o/r:latest", "ungated"),
        ('$image = "ghcr.io/o/r"\ndocker push "${image}:latest"', "ungated"),
        ('if ($env:EVENT -eq "push") {\n  docker push ghcr.io/o/r:latest\n}', "opaque"),
        (
            '$newest = git tag | Sort-Object { [version]$_.TrimStart("v") } | Select-Object -Last 1\nif ($newest -eq $env:TAG) {\n  docker push ghcr.io/o/r:latest\n}',
            "gated",
        ),
        (
            '$newest = git tag | Sort-Object { [version]$_.TrimStart("v") } | Select-Object -Last 1\n"latest=$(($newest -eq $env:TAG).ToString().ToLower())" >> $env:GITHUB_OUTPUT',
            "gated",
        ),
        ('$x = ./decide.ps1\n"latest=$x" | Out-File -Append $env:GITHUB_OUTPUT', "opaque"),
    ],
)
def test_powershell_is_read_for_its_words(code: str, verdict: str, tmp_path: Path) -> None:
    assert inline(tmp_path, "pwsh", code)[0] == {verdict}


def test_broken_code_is_read_for_its_words(tmp_path: Path) -> None:
    code = "def f(:\n    pass\nimport semver\ntags = check_output(['git', 'tag'])\nif semver.compare(tag, newest) > 0:\n    docker push ghcr.io/o/r:latest\n"
    assert run(tmp_path, "python3 release.py", release_py=code)[0] == {"gated"}


def test_modules_follow_each_other_once(tmp_path: Path) -> None:
    first = HEAD_PY + "import second\ndef push():\n    os.system('docker push ghcr.io/o/r:latest')\nsecond.go()\n"
    second = "import release\ndef go():\n    release.push()\n"
    assert run(tmp_path, "python3 release.py", release_py=first, second_py=second)[0] == {"ungated"}


def test_the_verdict_says_that_it_rests_on_reading(tmp_path: Path) -> None:
    code = (
        HEAD_PY
        + "from packaging.version import parse\nif parse(os.environ['TAG']) > parse(subprocess.getoutput('npm view x version')):\n"
        + PUSH_PY
    )
    workflow = WORKFLOW + "      - run: TAG=${GITHUB_REF_NAME#v} python3 release.py\n"
    (move,) = moves(tmp_path, {".github/workflows/release.yml": workflow, "release.py": code})
    assert "read from Python, not run" in move.reason
    assert move.span.line == 4
    assert any(step.role == "comparison" and step.span.path == "release.py" for step in move.trace)
