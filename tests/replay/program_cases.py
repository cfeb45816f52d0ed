"""Release scripts in Python and JavaScript: each pushes `latest` or not, by a gate of its own kind.

`lookup` says what its gate asks: `git` (tags of the checkout), `npm`, `gh`, or nothing.  `label` is what must be said of it:
gated, gated and failing open, ungated, weak.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    """One script."""

    name: str
    language: str  # py, mjs, cjs, ts
    code: str
    label: str
    lookup: str = ""


RUN = "import os, re, subprocess, sys\n"
JS = "import { execSync, execFileSync, spawnSync } from 'node:child_process';\n"

PYTHON = (
    Case("a push and nothing before it", "py", RUN + 'subprocess.check_call(["docker", "push", "ghcr.io/o/r:latest"])\n', "ungated"),
    Case("a command line", "py", RUN + 'tag = "latest"\nos.system(f"docker push ghcr.io/o/r:{tag}")\n', "ungated"),
    Case(
        "a list that grows",
        "py",
        RUN
        + """
def push(image, tags, dry=False):
    for tag in tags:
        command = ["docker", "push"]
        command.append(f"{image}:{tag}")
        print("+ " + " ".join(command))
        if not dry:
            subprocess.run(command, check=True)

def main():
    version = os.environ["GITHUB_REF_NAME"].lstrip("v")
    tags = [version]
    if "-" not in version:
        tags += ["latest"]
    push("ghcr.io/o/r", tags)

if __name__ == "__main__":
    main()
""",
        "weak",
    ),
    Case(
        "packaging, the highest tag",
        "py",
        RUN
        + """
from packaging.version import Version, InvalidVersion

def highest(tags):
    found = []
    for tag in tags:
        try:
            version = Version(tag)
        except InvalidVersion:
            continue
        if not version.is_prerelease:
            found.append(version)
    return max(found)

tags = subprocess.run(["git", "tag", "--list", "v*"], capture_output=True, text=True, check=True).stdout.split()
current = Version(os.environ["GITHUB_REF_NAME"])
subprocess.check_call(["docker", "push", f"ghcr.io/o/r:{current}"])
if current >= highest(tags):
    subprocess.check_call(["docker", "push", "ghcr.io/o/r:latest"])
""",
        "gated",
        "git",
    ),
    Case(
        "a key of numbers",
        "py",
        RUN
        + """
def key(tag):
    return tuple(int(part) for part in tag.lstrip("v").split("."))

out = subprocess.check_output(["git", "tag"]).decode()
tags = sorted((t for t in out.splitlines() if re.match(r"^v\\d+\\.\\d+\\.\\d+$", t)), key=key)
newest = tags[-1]
if newest == os.environ["GITHUB_REF_NAME"]:
    subprocess.run("docker push ghcr.io/o/r:latest", shell=True, check=True)
""",
        "gated",
        "git",
    ),
    Case(
        "turned round",
        "py",
        RUN
        + """
from packaging.version import parse
tags = [parse(t) for t in subprocess.check_output(["git", "tag"], text=True).split()]
mine = parse(os.environ["GITHUB_REF_NAME"])
if any(t > mine for t in tags):
    subprocess.check_call(["docker", "push", "ghcr.io/o/r:latest"])
""",
        "ungated",
        "git",
    ),
    Case(
        "sorted as text",
        "py",
        RUN
        + """
tags = sorted(subprocess.check_output(["git", "tag"], text=True).split())
if tags[-1] == os.environ["GITHUB_REF_NAME"]:
    subprocess.check_call(["docker", "push", "ghcr.io/o/r:latest"])
""",
        "gated",
        "git",
    ),
    Case(
        "a lookup that may fail",
        "py",
        RUN
        + """
from packaging.version import Version

def known():
    try:
        return subprocess.check_output(["npm", "view", "thing", "version"], text=True).strip()
    except subprocess.CalledProcessError:
        return None

latest = known()
version = Version(os.environ["GITHUB_REF_NAME"])
is_latest = latest is None or version > Version(latest)
with open(os.environ["GITHUB_OUTPUT"], "a") as out:
    out.write(f"is_latest={str(is_latest).lower()}\\n")
if is_latest:
    subprocess.check_call(["docker", "push", "ghcr.io/o/r:latest"])
""",
        "fails open",
        "npm",
    ),
    Case(
        "a lookup that must not fail",
        "py",
        RUN
        + """
from packaging import version
done = subprocess.run(["npm", "view", "thing", "version"], stdout=subprocess.PIPE, text=True)
if done.returncode != 0:
    sys.exit("no registry")
if version.parse(sys.argv[1]) < version.parse(done.stdout.strip()):
    sys.exit(0)
os.system("docker push ghcr.io/o/r:latest")
""",
        "gated",
        "npm",
    ),
    Case(
        "an empty answer lets it through",
        "py",
        RUN
        + """
from packaging.version import Version
out = subprocess.run("npm view thing version", shell=True, capture_output=True, text=True).stdout.strip()
if not out or Version(sys.argv[1]) > Version(out):
    subprocess.call(["docker", "push", "ghcr.io/o/r:latest"])
""",
        "fails open",
        "npm",
    ),
    Case(
        "a loop that looks for a newer one",
        "py",
        RUN
        + """
def numbers(text):
    major, minor, patch = text.lstrip("v").split("-")[0].split(".")
    return int(major), int(minor), int(patch)

def is_newest(mine, others):
    for other in others:
        if numbers(other) > numbers(mine):
            return False
    return True

tags = subprocess.check_output(["git", "tag", "-l"], text=True).splitlines()
tags = [t for t in tags if t and "-" not in t]
if is_newest(os.getenv("GITHUB_REF_NAME"), tags):
    subprocess.check_call(["docker", "push", "ghcr.io/o/r:latest"])
""",
        "gated",
        "git",
    ),
    Case(
        "a flag that a loop takes back",
        "py",
        RUN
        + """
ref = os.environ.get("GITHUB_REF", "")
mine = [int(n) for n in ref[len("refs/tags/v"):].split(".")]
latest = True
for line in os.popen("git tag").read().split("\\n"):
    found = re.fullmatch(r"v(\\d+)\\.(\\d+)\\.(\\d+)", line)
    if found and [int(n) for n in found.groups()] > mine:
        latest = False
        break
tags = ["ghcr.io/o/r:%s" % ref.split("/")[-1]]
if latest:
    tags.append("ghcr.io/o/r:latest")
for tag in tags:
    subprocess.run(["docker", "push", tag], check=True)
""",
        "fails open",
        "git",
    ),
    Case(
        "argparse and a class",
        "py",
        RUN
        + """
import argparse

class Publisher:
    def __init__(self, image, tags):
        self.image = image
        self.tags = tags

    def run(self):
        for tag in self.tags:
            self._push(tag)

    def _push(self, tag):
        subprocess.run(["docker", "push", self.image + ":" + tag], check=True)

parser = argparse.ArgumentParser()
parser.add_argument("version")
parser.add_argument("--image", default="ghcr.io/o/r")
parser.add_argument("--also", action="append", default=[])
args = parser.parse_args()
Publisher(args.image, [args.version, *args.also, "latest"]).run()
""",
        "ungated",
    ),
    Case(
        "the last of the same line",
        "py",
        RUN
        + """
from packaging.version import Version
mine = os.environ["GITHUB_REF_NAME"]
line = ".".join(mine.split(".")[:2]) + "."
same = [t for t in subprocess.check_output(["git", "tag"], text=True).split() if t.startswith(line)]
if mine == max(same, key=Version):
    subprocess.check_call(["docker", "push", "ghcr.io/o/r:latest"])
""",
        "ungated",
        "git",
    ),
)

JAVASCRIPT = (
    Case(
        "execSync", "mjs", JS + "const image = 'ghcr.io/o/r';\nexecSync(`docker push ${image}:latest`, { stdio: 'inherit' });\n", "ungated"
    ),
    Case(
        "arrays of tags",
        "mjs",
        JS
        + """
const version = process.env.GITHUB_REF_NAME.replace(/^v/, '');
const tags = [version];
if (!version.includes('-')) {
  tags.push('latest');
}
for (const tag of tags) {
  execFileSync('docker', ['push', `ghcr.io/o/r:${tag}`], { stdio: 'inherit' });
}
""",
        "weak",
    ),
    Case(
        "a home-made comparison",
        "mjs",
        JS
        + """
const parse = (v) => v.replace(/^v/, '').split('.').map(Number);
function compare(a, b) {
  const x = parse(a), y = parse(b);
  for (let i = 0; i < 3; i++) {
    if (x[i] > y[i]) return 1;
    if (x[i] < y[i]) return -1;
  }
  return 0;
}
const tags = execSync('git tag').toString().trim().split('\\n').filter((t) => /^v\\d+\\.\\d+\\.\\d+$/.test(t));
const newest = tags.sort(compare).at(-1);
if (compare(process.env.GITHUB_REF_NAME, newest) >= 0) {
  execSync('docker push ghcr.io/o/r:latest');
}
""",
        "gated",
        "git",
    ),
    Case(
        "reduce",
        "mjs",
        JS
        + """
const numbers = (tag) => { const m = tag.match(/^v(\\d+)\\.(\\d+)\\.(\\d+)$/); return m ? m.slice(1).map((n) => parseInt(n, 10)) : null; };
const newer = (a, b) => a[0] !== b[0] ? a[0] > b[0] : a[1] !== b[1] ? a[1] > b[1] : a[2] > b[2];
const all = execFileSync('git', ['tag', '--list'], { encoding: 'utf8' }).split('\\n').map(numbers).filter(Boolean);
const max = all.reduce((best, one) => (newer(one, best) ? one : best));
const mine = numbers(process.env.GITHUB_REF_NAME);
const latest = mine && !newer(max, mine);
console.log(latest ? 'moving latest' : 'leaving latest');
if (latest) spawnSync('docker', ['push', 'ghcr.io/o/r:latest']);
""",
        "gated",
        "git",
    ),
    Case(
        "a catch that lets it through",
        "cjs",
        """
const { execSync } = require('child_process');
async function known() {
  try {
    return execSync('npm view thing version', { encoding: 'utf8' }).trim();
  } catch (error) {
    console.error(error.message);
    return '0.0.0';
  }
}
const order = (v) => v.replace('v', '').split('.').reduce((sum, n) => sum * 1000 + Number(n), 0);
async function main() {
  const latest = await known();
  if (order(process.env.GITHUB_REF_NAME) > order(latest)) {
    execSync('docker push ghcr.io/o/r:latest');
  }
}
main();
""",
        "fails open",
        "npm",
    ),
    Case(
        "an error ends it",
        "cjs",
        """
const cp = require('child_process');
const latest = cp.execSync('npm view thing version').toString().trim();
const [a, b, c] = latest.split('.').map((n) => Number(n));
const [x, y, z] = process.argv[2].split('.').map((n) => Number(n));
const newer = x > a || (x === a && (y > b || (y === b && z > c)));
if (!newer) {
  process.exit(0);
}
cp.execSync('docker push ghcr.io/o/r:latest', { stdio: 'inherit' });
""",
        "gated",
        "npm",
    ),
    Case(
        "turned round",
        "cjs",
        """
const { execSync } = require('child_process');
const latest = execSync('npm view thing version').toString().trim();
const order = (v) => v.split('.').map(Number);
const [a, b] = [order(process.argv[2]), order(latest)];
if (a[0] < b[0] || (a[0] === b[0] && a[1] < b[1])) execSync('docker push ghcr.io/o/r:latest');
""",
        "ungated",
        "npm",
    ),
    Case(
        "localeCompare",
        "mjs",
        JS
        + """
const tags = execSync('git tag').toString().split('\\n').filter((t) => t.startsWith('v') && !t.includes('-'));
tags.sort((a, b) => a.localeCompare(b, undefined, { numeric: true }));
const moving = tags[tags.length - 1] === process.env.GITHUB_REF_NAME;
const args = ['push', moving ? 'ghcr.io/o/r:latest' : 'ghcr.io/o/r:old'];
execFileSync('docker', args);
""",
        "gated",
        "git",
    ),
    Case(
        "a switch",
        "mjs",
        JS
        + """
const tag = process.env.GITHUB_REF_NAME;
let pointer;
switch (true) {
  case tag.includes('-rc'):
    pointer = 'next';
    break;
  default:
    pointer = 'latest';
}
execSync('docker push ghcr.io/o/r:' + pointer);
""",
        "weak",
    ),
    Case(
        "some newer tag",
        "mjs",
        JS
        + """
const key = (t) => t.slice(1).split('.').map((n) => n.padStart(5, '0')).join('.');
const tags = execSync('git tag --list "v*"').toString().trim().split('\\n').filter((t) => !t.includes('-'));
const behind = tags.some((t) => key(t) > key(process.env.GITHUB_REF_NAME));
if (behind) { console.log('behind'); process.exit(); }
execSync('docker push ghcr.io/o/r:latest');
""",
        "gated",
        "git",
    ),
    Case(
        "types",
        "ts",
        """
import { execSync } from 'node:child_process';

interface Version { major: number; minor: number; patch: number }

function parse(text: string): Version {
  const [major, minor, patch] = text.replace(/^v/, '').split('.').map(Number);
  return { major, minor, patch };
}

export const isNewer = (a: Version, b: Version): boolean => {
  if (a.major !== b.major) return a.major > b.major;
  if (a.minor !== b.minor) return a.minor > b.minor;
  return a.patch > b.patch;
};

const latest: string = execSync('npm view thing version', { encoding: 'utf8' }).trim() as string;
if (isNewer(parse(process.env.GITHUB_REF_NAME!), parse(latest))) {
  execSync('docker push ghcr.io/o/r:latest');
}
""",
        "gated",
        "npm",
    ),
)

CASES = PYTHON + JAVASCRIPT
