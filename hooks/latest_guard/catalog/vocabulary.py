"""Words by which code of other languages shows what it asks, compares and moves.

Python, JavaScript, TypeScript, PowerShell, Ruby, Go and the like are not executed: they are read for these words.  A phrase is found
where its `needle` stands as text; what stands near decides whether it counts.  Looking costs time in proportion to the text.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from latest_guard.values import Order


class Sense(enum.Enum):
    """What a phrase says that the code does."""

    LOOKUP = "lookup"  # asks for versions that exist already
    COMPARISON = "comparison"  # compares or sorts versions
    MOVER = "mover"  # sets a pointer


@dataclass(frozen=True, slots=True)
class Phrase:
    """One way of saying it.

    `near`: one of these must stand within the `reach` characters behind the needle (or, with `around`, before it too); `unless`: none of
    these may; `needs`: one of these must stand somewhere in the text (an import).  `word`: no letter, digit or `_` may stand right before.
    """

    needle: str
    sense: Sense
    name: str
    order: Order = Order.NONE  # of a lookup
    pointer: str = ""  # the kind of pointer that a mover sets
    near: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    around: bool = False
    word: bool = True
    reach: int = 160
    examples: tuple[str, ...] = ()
    counters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sighting:
    """A phrase found: its characters `start` up to `end` of the text."""

    phrase: Phrase
    start: int
    end: int


def _lookup(name: str, order: Order, *needles: str, **more: object) -> tuple[Phrase, ...]:
    return tuple(Phrase(needle, Sense.LOOKUP, name, order, **more) for needle in needles)  # type: ignore[arg-type]


def _comparison(name: str, *needles: str, **more: object) -> tuple[Phrase, ...]:
    return tuple(Phrase(needle, Sense.COMPARISON, name, **more) for needle in needles)  # type: ignore[arg-type]


def _mover(name: str, pointer: str, *needles: str, **more: object) -> tuple[Phrase, ...]:
    return tuple(Phrase(needle, Sense.MOVER, name, pointer=pointer, **more) for needle in needles)  # type: ignore[arg-type]


#: Signs that a text works with a package that orders versions.
PACKAGES = (
    "packaging",
    "semver",
    "distutils",
    "pkg_resources",
    "LooseVersion",
    "looseversion",
    "semantic_version",
    "compare-versions",
    "Masterminds",
    "Gem::Version",
)
GATED_OFF = (
    "draft: true",
    "draft=True",
    "prerelease: true",
    "prerelease=True",
    "make_latest: 'false'",
    'make_latest: "false"',
    "make_latest='false'",
    'make_latest="false"',
)
ASKED_FOR = ("draft: false", "make_latest", "draft=False", '"draft": False', '"draft": false')

#: Ways to ask for versions that exist already.
ASKING = (
    *_lookup(
        "GitHub's releases",
        Order.DATE,
        "listReleases",
        "list_releases",
        "ListReleases",
        "get_releases(",
        ".releases(",
        examples=("await github.rest.repos.listReleases({owner, repo})", "for r in repo.get_releases():"),
    ),
    *_lookup(
        "GitHub's latest release",
        Order.BADGE,
        "getLatestRelease",
        "get_latest_release",
        "GetLatestRelease",
        "latest_release(",
        "latestRelease {",
        "latestRelease{",
        examples=("const latest = await octokit.rest.repos.getLatestRelease({owner, repo})", "tag = repo.get_latest_release().tag_name"),
    ),
    *_lookup(
        "GitHub's tags",
        Order.TEXT,
        "repos.listTags",
        "listTags(",
        "list_tags(",
        "ListTags(",
        "get_tags(",
        "listMatchingRefs",
        "matching-refs/tags",
        "git/refs/tags",
        examples=("octokit.paginate(octokit.rest.repos.listTags, {owner})", "client.Repositories.ListTags(ctx, o, r, nil)"),
    ),
    *_lookup(
        "GitHub's latest release",
        Order.BADGE,
        "/releases/latest",
        unless=("/download",),
        reach=12,
        word=False,
        examples=('requests.get(f"https://api.github.com/repos/{repo}/releases/latest")',),
        counters=('"https://github.com/o/r/releases/latest/download/x"',),
    ),
    *_lookup(
        "GitHub's releases",
        Order.DATE,
        "/releases?",
        '/releases"',
        "/releases'",
        "/releases`",
        needs=("api.github", "/repos/", "GITHUB_API_URL"),
        word=False,
        examples=("fetch(`https://api.github.com/repos/${repo}/releases?per_page=100`)",),
        counters=('open("docs/releases")',),
    ),
    *_lookup(
        "GitHub's tags",
        Order.TEXT,
        "/tags?",
        '/tags"',
        "/tags'",
        "/tags`",
        needs=("api.github", "/repos/", "/repositories/", "hub.docker", "GITHUB_API_URL"),
        word=False,
        examples=("requests.get(API + '/repos/o/r/tags')", '"https://hub.docker.com/v2/repositories/o/r/tags?page_size=100"'),
        counters=('path = "html/tags"',),
    ),
    *_lookup(
        "the registry's tags",
        Order.TEXT,
        "/tags/list",
        "crane.ListTags",
        "remote.List(",
        "list-tags",
        "crane ls",
        word=False,
        examples=('requests.get(f"https://ghcr.io/v2/{name}/tags/list")', "tags, err := remote.List(repo)"),
    ),
    *_lookup(
        "git's tags",
        Order.TEXT,
        "git tag",
        "'git', 'tag'",
        '"git", "tag"',
        "'git', ['tag'",
        '"git", ["tag"',
        "git for-each-ref",
        "git ls-remote --tags",
        "'for-each-ref'",
        '"for-each-ref"',
        "'ls-remote'",
        '"ls-remote"',
        unless=(
            "git tag -a",
            "git tag -f",
            "git tag -s",
            "git tag v",
            "git tag $",
            "git tag {",
            "git tag -m",
            "'-a'",
            '"-a"',
            "'-f'",
            '"-f"',
        ),
        examples=('subprocess.check_output(["git", "tag", "--list"])', "execSync('git tag --sort=-v:refname')", "`git tag -l`.split"),
        counters=("execSync(`git tag -a v1 -m x`)", 'run(["git", "tag", "-f", "latest"])'),
    ),
    *_lookup(
        "git's tags",
        Order.NONE,
        "repo.tags",
        'Repo(".").tags',
        ".tagObjects(",
        "git.tags(",
        "gitSemverTags",
        "git-semver-tags",
        "getSemverTags",
        "isomorphicGit.listTags",
        examples=("versions = [t.name for t in repo.tags]",),
    ),
    *_lookup(
        "git describe",
        Order.GRAPH,
        "git describe",
        "'git', 'describe'",
        '"git", "describe"',
        "'git', ['describe'",
        '"git", ["describe"',
        unless=("exact-match",),
        examples=('subprocess.run(["git", "describe", "--tags", "--abbrev=0"])',),
        counters=("git describe --exact-match --tags",),
    ),
    *_lookup(
        "npm's dist-tag latest",
        Order.POINTER,
        "npm view",
        "npm show",
        "npm info",
        "'npm', 'view'",
        '"npm", "view"',
        "'npm', ['view'",
        '"npm", ["view"',
        "pnpm view",
        "pacote.manifest",
        "pacote.packument",
        "latestVersion(",
        "packageJson(",
        "npmFetch",
        "dist-tags",
        "npm-registry-fetch",
        "registry.npmjs.",
        unless=("_authToken",),
        examples=("execSync(`npm view ${name} version`)", "const { 'dist-tags': tags } = await packument(name)"),
        counters=("execSync('npm ci')",),
    ),
    *_lookup(
        "npm's dist-tag latest",
        Order.POINTER,
        '["info", ',
        '["view", ',
        '["show", ',
        "['info', ",
        "['view', ",
        "['show', ",
        near=("version", "dist-tag"),
        reach=60,
        examples=('await run("npm", ["info", name, "version"])',),
        counters=('run("helm", ["show", "values"])',),
    ),
    *_lookup(
        "PyPI's versions",
        Order.NONE,
        "pypi.org/pypi",
        "/pypi/",
        "pip index versions",
        "PyPISimple(",
        word=False,
        examples=('urlopen(f"https://pypi.org/pypi/{name}/json")',),
    ),
    *_lookup(
        "crates.io's versions",
        Order.VERSION,
        "crates.io/api",
        "cargo search",
        '"search", "--limit"',
        "cargo info",
        "crates_index",
        word=False,
        examples=('ureq::get("https://crates.io/api/v1/crates/x")',),
    ),
    *_lookup(
        "Maven's versions",
        Order.DATE,
        "maven-metadata.xml",
        "search.maven.org",
        word=False,
        examples=("new URL(repo + '/maven-metadata.xml').text",),
    ),
    *_lookup(
        "gh's releases",
        Order.DATE,
        "gh release list",
        "'release', 'list'",
        '"release", "list"',
        examples=('sh("gh release list --limit 1")',),
    ),
    *_lookup(
        "gh's latest release",
        Order.BADGE,
        "gh release view --json",
        "gh release view -q",
        examples=("`gh release view --json tagName`",),
        counters=("gh release view v1",),
    ),
    *_lookup(
        "what the pointer is now",
        Order.POINTER,
        "docker inspect",
        "docker manifest inspect",
        "imagetools inspect",
        "images.get(",
        "get_registry_data(",
        "crane digest",
        "crane config",
        "skopeo inspect",
        near=("latest",),
        examples=('run("docker inspect ghcr.io/o/r:latest")',),
        counters=('run("docker inspect o/r:1.27.4")',),
    ),
    *_lookup(
        "GitLab's releases",
        Order.DATE,
        "project.releases.list",
        "project.tags.list",
        "/repository/tags",
        "permalink/latest",
        word=False,
        examples=("project.releases.list(all=True)",),
    ),
    *_lookup(
        "module versions",
        Order.VERSION,
        "go list -m -versions",
        "/@v/list",
        '@latest"',
        word=False,
        examples=('exec.Command("sh", "-c", "go list -m -versions x")',),
    ),
    *_lookup(
        "RubyGems' versions",
        Order.DATE,
        "Gems.versions",
        "rubygems.org/api",
        "Gem.latest_spec_for",
        word=False,
        examples=("Gems.versions 'x'",),
    ),
)

#: Ways to compare versions or to sort them.
COMPARING = (
    *_comparison(
        "semver",
        "semver.gt(",
        "semver.gte(",
        "semver.lt(",
        "semver.lte(",
        "semver.compare(",
        "semver.rcompare(",
        "semver.compareBuild(",
        "semver.compareLoose(",
        "semver.maxSatisfying(",
        "semver.sort(",
        "semver.rsort(",
        "semver.order(",
        "semver.cmp(",
        "semver.gtr(",
        "semver.ltr(",
        "semver.outside(",
        "semver.satisfies(",
        "semver.Compare(",
        "semver.Sort(",
        "semver.ByVersion",
        "semver.Collection",
        "semver.max_ver(",
        "semver.match(",
        "semver.compare",
        "semver.rcompare",
        examples=("if (semver.gt(version, latest)) {", "tags.sort(semver.rcompare)[0]", "semver.Compare(a, b) > 0"),
        counters=("semver.valid(version)", "semver.parse(x)"),
    ),
    *_comparison(
        "semver, by name",
        "rcompare(",
        "compareVersions(",
        "compare_versions(",
        "compareSemver(",
        "compareSemVer(",
        "semverCompare(",
        "semverGt(",
        "gt(",
        "gte(",
        "lt(",
        "lte(",
        "maxSatisfying(",
        "rsort(",
        "cmpVersions(",
        "versionCompare(",
        "compareVersion(",
        "semverSort(",
        "sortVersions(",
        "sort_versions(",
        "rcompare)",
        "compareVersions)",
        needs=(
            "semver",
            "compare-versions",
            "compareVersions",
            "versionCompare",
            "compareSemver",
            "sort_versions",
            "sortVersions",
            "compare_versions",
        ),
        examples=(
            "import { gt } from 'semver'\nif (gt(a, b)) x()",
            "compareVersions(tag, highest) >= 0",
            "import { lt } from 'semver'; lt(v, active)",
        ),
        counters=("assert.gt(a)", "budget(a, b)"),
    ),
    *_comparison(
        "a numeric localeCompare",
        "localeCompare(",
        near=("numeric: true", "numeric:true"),
        examples=("a.localeCompare(b, undefined, { numeric: true })",),
        counters=("a.localeCompare(b)",),
    ),
    *_comparison(
        "packaging",
        "Version(",
        "parse_version(",
        "LooseVersion(",
        "StrictVersion(",
        "VersionInfo.parse(",
        "VersionInfo(",
        "NormalizedVersion(",
        "SimpleSpec(",
        "SpecifierSet(",
        "version.parse(",
        near=(" < ", " > ", " <= ", " >= ", "max(", "sorted(", "key=", "compare", " in "),
        around=True,
        needs=PACKAGES,
        examples=(
            "from packaging.version import Version\nif Version(a) < Version(b): x()",
            "import packaging.version\nv = max(map(packaging.version.parse(t), tags))",
        ),
        counters=("Version(a) < Version(b)", "json.parse(a)"),
    ),
    *_comparison(
        "packaging's parse",
        "parse(",
        near=(" < ", " > ", " <= ", " >= ", "max(", "sorted(", "key=", "compare"),
        around=True,
        needs=("packaging.version",),
        examples=("from packaging.version import parse\nv = max(v, parse(line))",),
        counters=("x = max(parse(a), 1)",),
    ),
    *_comparison(
        "packaging as a key",
        "key=Version",
        "key=parse",
        "key=version.parse",
        "key=parse_version",
        "key=LooseVersion",
        "key=packaging",
        "key=semver",
        "key=lambda t: Version",
        "map(Version",
        "map(parse",
        needs=PACKAGES,
        examples=("from packaging.version import Version\nsorted(tags, key=Version)[-1]",),
        counters=("sorted(tags, key=len)",),
    ),
    *_comparison(
        "natural sort",
        "natsorted(",
        "natsort(",
        "humansorted(",
        "versionsort",
        examples=("natsorted(tags)[-1]",),
        counters=("sorted(tags)",),
    ),
    *_comparison(
        "PowerShell's version",
        "[version]",
        "[System.Version]",
        "[semver]",
        "[System.Management.Automation.SemanticVersion]",
        "[Version]",
        needs=("$_", "Write-", "Sort-Object", "-ge ", "-gt ", "-lt ", "-le ", "Get-", "$env:", "Invoke-"),
        word=False,
        examples=("if ([version]$v -ge [version]$latest) {", "$tags | Sort-Object { [version]$_ }"),
        counters=("$version = 1",),
    ),
    *_comparison(
        "Rust's semver",
        "Version::parse(",
        "semver::Version",
        "VersionReq::parse(",
        "Version::new(",
        "Version::from_str(",
        near=(" < ", " > ", ">=", "<=", "cmp(", "max(", "matches(", "sort", "?"),
        around=True,
        needs=("semver", "version_compare"),
        examples=("use semver::Version;\nif Version::parse(tag)? >= latest {",),
        counters=("Version::parse(x)",),
    ),
    *_comparison(
        "Ruby's Gem::Version",
        "Gem::Version.new(",
        "Gem::Version.create(",
        "Versionomy.parse",
        "sort_by { |v| Gem::Version",
        examples=("Gem::Version.new(a) > Gem::Version.new(b)",),
        counters=("Gem::Specification.new",),
    ),
    *_comparison(
        "Go's version packages",
        ".GreaterThan(",
        ".LessThan(",
        ".GreaterThanOrEqual(",
        ".LessThanOrEqual(",
        ".GreaterThanEqual(",
        ".GT(",
        ".LT(",
        ".GTE(",
        ".LTE(",
        "version.Compare(",
        "version.Collection",
        needs=("semver", "go-version", "version.NewVersion", "version.Must"),
        word=False,
        examples=("a := semver.MustParse(x)\nif a.GreaterThan(b) {",),
        counters=("x.GreaterThan(y)",),
    ),
    *_comparison(
        "Java's and Kotlin's versions",
        "ComparableVersion(",
        "Semver(",
        "VersionNumber.parse(",
        "Runtime.Version.parse(",
        "DefaultArtifactVersion(",
        ".isGreaterThan(",
        ".isLowerThan(",
        "compareVersions(",
        examples=("new ComparableVersion(a).compareTo(new ComparableVersion(b))",),
        counters=("new Version(a)",),
    ),
    *_comparison(
        "PHP's version_compare", "version_compare(", examples=("if (version_compare($v, $latest, '>=')) {",), counters=("strcmp($a, $b)",)
    ),
    *_comparison(
        "Perl's version",
        "version->parse(",
        "version->declare(",
        examples=("version->parse($a) <=> version->parse($b)",),
        counters=("$version = shift;",),
    ),
    *_comparison(
        "a shell's version sort",
        "sort -V",
        "sort -rV",
        "sort -Vr",
        "sort --version-sort",
        "--sort=-v:refname",
        "--sort=v:refname",
        "--sort=-version:refname",
        "--sort=version:refname",
        "dpkg --compare-versions",
        "'--compare-versions'",
        '"--compare-versions"',
        word=False,
        examples=('execSync("git tag | sort -V | tail -1")',),
        counters=("execSync('sort x')",),
    ),
    *_comparison(
        "numbers taken apart by hand",
        ".split('.').map(Number)",
        '.split(".").map(Number)',
        ".split('.').map(x",
        ".split('.').map(n",
        ".split('.').map(p",
        '.split(".").map(x',
        '.split(".").map(n',
        ".split('.').map(parseInt",
        '.split(".").map((',
        ".split('.').map((",
        "tuple(map(int",
        "tuple(int(",
        "list(map(int",
        "map(int, ",
        "[int(x) for x in",
        "[int(p) for p in",
        "[int(i) for i in",
        ".map(&:to_i)",
        "strconv.Atoi(parts[",
        ".map { it.toInt() }",
        ".map(|s| s.parse::<u",
        "Number.parseInt(",
        near=("<", ">", "sort", "max(", "[0]", "key", "compare", "for (", "return"),
        around=True,
        reach=400,
        word=False,
        examples=(
            "const [a, b, c] = v.split('.').map(Number)\nif (a > x) return 1",
            "key = lambda v: tuple(map(int, v.split('.')))",
            "tags.sort(key=lambda t: [int(x) for x in t.split('.')])",
        ),
        counters=("size = map(int, rows)",),
    ),
)

#: Ways to set a pointer.
MOVING = (
    *_mover(
        "a GitHub release",
        "github-release",
        "createRelease(",
        "create_release(",
        "create_git_release(",
        "create_git_tag_and_release(",
        "CreateRelease(",
        "createRelease, ",
        unless=GATED_OFF,
        reach=600,
        examples=(
            "await github.rest.repos.createRelease({ owner, repo, tag_name, draft: false })",
            "repo.create_git_release(tag, name, body)",
        ),
        counters=(
            "github.rest.repos.createRelease({ owner, tag_name, draft: true })",
            "repos.createRelease({ tag_name, prerelease: true })",
            "octokit.repos.createRelease({tag_name, make_latest: 'false'})",
        ),
    ),
    *_mover(
        "a GitHub release changed",
        "github-release",
        "updateRelease(",
        "update_release(",
        "EditRelease(",
        "edit_release(",
        near=ASKED_FOR,
        unless=GATED_OFF,
        reach=600,
        examples=(
            "github.rest.repos.updateRelease({ release_id, draft: false })",
            "repos.updateRelease({ release_id, make_latest: isLatest ? 'true' : 'false' })",
        ),
        counters=("github.rest.repos.updateRelease({ release_id, body })", "repos.updateRelease({ release_id, make_latest: 'false' })"),
    ),
    *_mover(
        "gh release",
        "github-release",
        "gh release create",
        "gh release edit",
        "'release', 'create'",
        '"release", "create"',
        unless=("--draft", "--prerelease", "--latest=false", "-d ", "-p "),
        examples=("exec.exec(`gh release create ${tag}`)", 'run(["gh", "release", "create", tag])'),
        counters=("exec(`gh release create ${tag} --draft`)",),
    ),
    *_mover(
        "docker push",
        "docker",
        "docker push",
        "docker image push",
        "'docker', 'push'",
        '"docker", "push"',
        "'docker', ['push'",
        '"docker", ["push"',
        "docker', 'image', 'push'",
        "images.push(",
        "client.push(",
        "docker manifest push",
        '"docker", "manifest", "push"',
        "imagetools create",
        "'imagetools', 'create'",
        '"imagetools", "create"',
        "podman push",
        "buildah push",
        "skopeo copy",
        "crane tag",
        "crane cp",
        "crane copy",
        '"crane", "tag"',
        '"crane", "copy"',
        '"skopeo", "copy"',
        "crane.Tag(",
        "crane.Copy(",
        "remote.Tag(",
        "remote.Write(",
        "regctl image copy",
        "oras push",
        "oras tag",
        unless=("localhost", "127.0.0.1", "dry_run=True"),
        examples=(
            "execSync(`docker push ${image}:latest`)",
            'subprocess.check_call(["docker", "push", f"{image}:latest"])',
            "client.images.push(name, tag='latest')",
            "await exec.exec('docker', ['push', image])",
        ),
        counters=("execSync('docker pull x')", "execSync('docker push localhost:5000/x:latest')"),
    ),
    *_mover(
        "docker build --push",
        "docker",
        '"--push"',
        "'--push'",
        " --push",
        near=("docker", "buildx", "bake"),
        around=True,
        word=False,
        examples=('run(["docker", "buildx", "build", "--push", "-t", tag])', "exec(`docker buildx build --push -t ${tag} .`)"),
        counters=("yargs.option('--push')",),
    ),
    *_mover(
        "npm publish",
        "npm",
        "npm publish",
        "'npm', 'publish'",
        '"npm", "publish"',
        "'npm', ['publish'",
        '"npm", ["publish"',
        "pnpm publish",
        "'pnpm', ['publish'",
        '"pnpm", ["publish"',
        "yarn publish",
        "yarn npm publish",
        "libnpmpublish",
        "npm dist-tag add",
        "'dist-tag', 'add'",
        '"dist-tag", "add"',
        "lerna publish",
        "changeset publish",
        unless=("--dry-run",),
        examples=("execSync(`npm publish --tag ${tag}`)", "await run('npm', ['publish', '--tag', tag])", "npm dist-tag add x@1 latest"),
        counters=("execSync('npm publish --dry-run')", "execSync('npm pack')"),
    ),
    *_mover(
        "npm publish",
        "npm",
        '["publish"',
        "['publish'",
        near=("--access", "--tag", "npm", "--provenance"),
        unless=("--dry-run",),
        around=True,
        examples=('const publicArgs = ["publish", "--access", "public"]',),
        counters=('run(["publish", "--dry-run", "--tag", "x"])', 'bus.send(["publish", topic])'),
    ),
    *_mover(
        "a git tag moved",
        "git-tag",
        "createRef(",
        "updateRef(",
        "update_ref(",
        "create_git_ref(",
        "CreateRef(",
        "UpdateRef(",
        near=("tags/latest", "tags/stable", "force: true", "force=True"),
        reach=300,
        examples=("github.rest.git.updateRef({ owner, repo, ref: 'tags/latest', sha, force: true })",),
        counters=("github.rest.git.createRef({ ref: `refs/heads/x`, sha })",),
    ),
    *_mover(
        "git push of tags by force",
        "git-tag",
        "git push",
        '"git", "push"',
        "'git', 'push'",
        "'git', ['push'",
        near=("latest", "--tags --force", "-f --tags", "--force --tags"),
        reach=80,
        examples=("execSync('git push -f origin latest')",),
        counters=("execSync('git push origin main')",),
    ),
    *_mover(
        "an upload",
        "storage",
        "upload_file(",
        "upload_fileobj(",
        "put_object(",
        "PutObjectCommand(",
        "upload_from_filename(",
        "upload_blob(",
        "aws s3 cp",
        "aws s3 sync",
        "gsutil cp",
        "PutObject(",
        near=("latest",),
        reach=240,
        examples=("s3.upload_file(path, bucket, f'latest/{name}')", "new PutObjectCommand({ Bucket, Key: 'latest/x' })"),
        counters=("s3.upload_file(path, bucket, f'{version}/{name}')",),
    ),
    *_mover(
        "mike deploy",
        "docs",
        "mike deploy",
        "'mike', 'deploy'",
        '"mike", "deploy"',
        near=("latest", "stable", "alias"),
        examples=('run(["mike", "deploy", version, "latest"])',),
        counters=('run(["mike", "deploy", version])',),
    ),
)

PHRASES = ASKING + COMPARING + MOVING

#: Text past this length is not read.
LIMIT = 400_000
COMMENTS = ("#", "//", "* ", "/*", "<!--")


def bared(text: str) -> str:
    """The text with lines that are comments blanked out; every other character keeps its place."""
    lines = text.split("\n")
    return "\n".join(" " * len(line) if line.lstrip().startswith(COMMENTS) and not line.startswith("#!") else line for line in lines)


def sightings(text: str) -> list[Sighting]:
    """Every phrase that the code `text` holds, in order; a stretch counts once for each sense."""
    code = bared(text[:LIMIT])
    found = [sighting for phrase in PHRASES if _wanted(phrase, code) for sighting in _hits(phrase, code)]
    found.sort(key=lambda sighting: (sighting.start, -sighting.end))
    kept: list[Sighting] = []
    ends: dict[Sense, int] = {}
    for sighting in found:
        if sighting.start >= ends.get(sighting.phrase.sense, 0):
            kept.append(sighting)
            ends[sighting.phrase.sense] = sighting.end
    return kept


def _wanted(phrase: Phrase, code: str) -> bool:
    return phrase.needle in code and (not phrase.needs or any(word in code for word in phrase.needs))


def _hits(phrase: Phrase, code: str) -> list[Sighting]:
    hits: list[Sighting] = []
    at = code.find(phrase.needle)
    while at >= 0 and len(hits) < 200:
        end = at + len(phrase.needle)
        if _stands(phrase, code, at, end):
            hits.append(Sighting(phrase, at, end))
        at = code.find(phrase.needle, end)
    return hits


def _stands(phrase: Phrase, code: str, at: int, end: int) -> bool:
    before = code[at - 1 : at]
    if phrase.word and phrase.needle[:1].isalpha() and (before.isalnum() or before in ("_", "-")):
        return False
    window = code[at : end + phrase.reach]
    if any(word in window for word in phrase.unless):
        return False
    if phrase.around:
        window = code[max(0, at - phrase.reach) : end + phrase.reach]
        window = window.replace(phrase.needle, " ") if phrase.needle in phrase.near else window
    return not phrase.near or any(word in window for word in phrase.near)
