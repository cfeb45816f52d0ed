"""The version being released as the project's own files and tools declare it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

from latest_guard.catalog.answers import newest, released, unknown
from latest_guard.catalog.arguments import options
from latest_guard.catalog.entries import Question
from latest_guard.catalog.strings import veiled
from latest_guard.values import RELEASED_VERSIONS, Colour, Order, Symbol, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from latest_guard.catalog.arguments import Arguments
    from latest_guard.values import Str

NAME = "the version in the project's own file"

Shape: TypeAlias = str
"""A file's text with `{}` where the version stands."""

#: Files that declare a version, by their names, and the text that they have as far as the version goes.
FILES: Mapping[str, Shape] = {
    "package.json": '{\n  "name": "package",\n  "version": "{}"\n}\n',
    "package-lock.json": '{\n  "name": "package",\n  "version": "{}",\n  "lockfileVersion": 3\n}\n',
    "lerna.json": '{\n  "version": "{}"\n}\n',
    "composer.json": '{\n  "version": "{}"\n}\n',
    "manifest.json": '{\n  "version": "{}"\n}\n',
    "deno.json": '{\n  "version": "{}"\n}\n',
    "jsr.json": '{\n  "version": "{}"\n}\n',
    "galaxy.yml": "version: {}\n",
    "Cargo.toml": '[package]\nname = "package"\nversion = "{}"\n',
    "pyproject.toml": '[project]\nname = "package"\nversion = "{}"\n',
    "setup.py": 'setup(\n    name="package",\n    version="{}",\n)\n',
    "setup.cfg": "[metadata]\nname = package\nversion = {}\n",
    "Chart.yaml": "apiVersion: v2\nname: package\nversion: {}\nappVersion: {}\n",
    "pubspec.yaml": "name: package\nversion: {}\n",
    "pom.xml": "<project>\n  <artifactId>package</artifactId>\n  <version>{}</version>\n</project>\n",
    "gradle.properties": "version={}\n",
    "build.gradle": "version = '{}'\n",
    "build.gradle.kts": 'version = "{}"\n',
    "build.sbt": 'version := "{}"\n',
    "version.sbt": 'ThisBuild / version := "{}"\n',
    "mix.exs": '      version: "{}",\n',
    "Makefile.version": "VERSION = {}\n",
    "version.go": 'const Version = "{}"\n',
    "version.rb": '  VERSION = "{}"\n',
    "version.py": '__version__ = "{}"\n',
    "_version.py": '__version__ = "{}"\n',
    "__version__.py": '__version__ = "{}"\n',
    "__about__.py": '__version__ = "{}"\n',
    "__init__.py": '__version__ = "{}"\n',
    "version.ts": "export const version = '{}';\n",
    "version.js": "module.exports = '{}';\n",
    "version.json": '{"version": "{}"}\n',
    "version.properties": "version={}\n",
    "version.h": '#define VERSION "{}"\n',
    "CMakeLists.txt": "project(package VERSION {})\n",
    "meson.build": "project('package', version : '{}')\n",
    "configure.ac": "AC_INIT([package], [{}])\n",
    "Directory.Build.props": "<Project><PropertyGroup><Version>{}</Version></PropertyGroup></Project>\n",
    "DESCRIPTION": "Package: package\nVersion: {}\n",
}

#: Files that hold the version and nothing else, in any case, a dot before the name or `.txt` behind it or not.
BARE = options("version versions release current_version version_file tag app_version")

#: Endings of files with one shape.
ENDINGS: Mapping[str, Shape] = {
    ".csproj": "<Project><PropertyGroup><Version>{}</Version></PropertyGroup></Project>\n",
    ".fsproj": "<Project><PropertyGroup><Version>{}</Version></PropertyGroup></Project>\n",
    ".nuspec": "<package><metadata><version>{}</version></metadata></package>\n",
    ".gemspec": '  spec.version = "{}"\n',
    ".podspec": "  s.version = '{}'\n",
    ".cabal": "version: {}\n",
    ".nimble": 'version = "{}"\n',
    ".version": "{}\n",
    ".rockspec": 'version = "{}"\n',
}


#: A line that declares a version: the key, at most a few signs, the version. Every repetition is bounded.
_DECLARES = re.compile(
    r"""^[ \t]{0,40}["'<(]{0,2}(?:(?:const|export|let|var|public|static|final|def|set)[ \t]{1,4}){0,3}"""
    r"""_{0,2}version_{0,2}["'\])]{0,2}[ \t]{0,20}(?:[:=>,]{1,2}[ \t]{0,20})?["'(]{0,2}v?(\d{1,9}(?:\.\d{1,9}){1,3}[\w.+-]{0,40})""",
    re.IGNORECASE | re.MULTILINE,
)
_ALONE = re.compile(r"\s{0,40}v?(\d{1,9}(?:\.\d{1,9}){1,3}[\w.+-]{0,40})\s{0,40}")


_ELEMENT = re.compile(r"<version>\s{0,40}(\d[\w.+-]{0,60})\s{0,40}</version>")


def place(path: str, text: str) -> tuple[int, int] | None:
    """Where the text of the file `path` declares the project's version: from offset, up to offset; None where it does not.

    It does in the first line of the form `version = 1.2.3`, however the file's language writes that; or as all that the file holds.
    In a file whose name does not say that it declares one, two numbers (`version: 3.8`) are the version of some format.
    """
    if path.rpartition("/")[2] == "pom.xml":
        return _of_project(text)
    found = _DECLARES.search(text) or (_ALONE.fullmatch(text) if _bare(path) else None)
    if found is None or (found.group(1).count(".") < 2 and contents(path) is None):
        return None
    return found.span(1)


def _of_project(text: str) -> tuple[int, int] | None:
    """The version of a Maven project itself: the first that stands behind that of its parent and before its dependencies."""
    start = max(text.find("</parent>"), 0)
    end = next((at for tag in ("<dependencies>", "<dependencyManagement>", "<build>") if (at := text.find(tag, start)) >= 0), len(text))
    found = _ELEMENT.search(text, start, end)
    return found.span(1) if found else None


def sketch(path: str) -> Symbol:
    """What a file that is not to be had yields to one who looks for a version in it, by the ending of its name."""
    return contents(path) or _shaped(_SKETCHES.get(path.rpartition(".")[2].lower(), "version={}\n"))


_SKETCHES: Mapping[str, Shape] = {
    "toml": 'version = "{}"\n', "json": '{"version": "{}"}\n', "yml": "version: {}\n", "yaml": "version: {}\n",
    "xml": "<version>{}</version>\n",
    "py": '__version__ = "{}"\n', "go": 'const Version = "{}"\n', "js": 'const version = "{}";\n', "ts": 'const version = "{}";\n',
}  # fmt: skip


def _bare(path: str) -> bool:
    return path.rpartition("/")[2].lower().removeprefix(".").removesuffix(".txt") in BARE


def contents(path: str) -> Symbol | None:
    """What reading the file `path` of the repository yields, where its name says that it declares the project's version; None otherwise.

    The text is a sketch of such a file: its version line is as the real one is written.
    """
    name = path.rstrip("/").rpartition("/")[2]
    shape = FILES.get(name) or next((text for ending, text in ENDINGS.items() if name.endswith(ending)), None)
    if shape is None and _bare(path.rstrip("/")):
        shape = "{}\n"
    if shape is None:
        return None
    first, second, third = (shape.replace("{}", version) for version in RELEASED_VERSIONS)
    return Symbol(f"the version in {name}", Colour.RELEASED, (first, second, third))


def own(prefix: str = "") -> Callable[[Arguments], Symbol | None]:
    """The released version, whatever the arguments."""
    return lambda arguments: released(NAME, prefix)


def _where(holds: Callable[[Arguments], bool]) -> Callable[[Arguments], Symbol | None]:
    return lambda arguments: released(NAME) if holds(arguments) else None


def _shaped(shape: str) -> Symbol:
    first, second, third = (shape.replace("{}", version) for version in RELEASED_VERSIONS)
    return Symbol(NAME, Colour.RELEASED, (first, second, third))


def _asks_version(word: Str | None) -> bool:
    return word is not None and "version" in veiled(word).lower()


def _manifest(word: Str) -> bool:
    return contents(veiled(word)) is not None


def _program(arguments: Arguments) -> Symbol | None:
    """`jq .version package.json`: a query program and a file that declares a version."""
    if len(arguments.positionals) < 2 or not _manifest(arguments.positionals[-1]) or not _asks_version(arguments.positionals[0]):
        return None
    raw = arguments.has("-r", "--raw-output", "-j", "-rM", "-er", "-re") or veiled(arguments.positionals[-1]).endswith(
        (".toml", ".yaml", ".yml")
    )
    return released(NAME) if raw else _shaped('"{}"')


def _printed(arguments: Arguments) -> Symbol | None:
    """Code in one line that prints the version of the project's own manifest."""
    code = veiled(arguments.value("-p", "--print", "-e", "--eval", "-c", "-pe", "-r") or ())
    files = (
        "package.json",
        "pyproject.toml",
        "setup.py",
        "Cargo.toml",
        "lerna.json",
        "composer.json",
        "manifest.json",
        "_version",
        "__version__",
    )
    if "version" not in code.lower() or not any(name in code for name in files):
        return None
    return released(NAME)


def _maven(arguments: Arguments) -> Symbol | None:
    asked = [veiled(value or ()) for name, value in arguments.options if name == "-Dexpression"]
    goal = any("evaluate" in veiled(word) or "exec" in veiled(word) for word in arguments.positionals)
    return released(NAME) if goal and any("version" in value.lower() for value in asked) else None


def _gradle(arguments: Arguments) -> Symbol | None:
    tasks = [veiled(word).rpartition(":")[2] for word in arguments.positionals]
    if any("version" in task.lower() for task in tasks):
        return released(NAME)
    return _shaped("version: {}") if "properties" in tasks else None


def _sbt(arguments: Arguments) -> Symbol | None:
    return released(NAME) if any(veiled(word).rpartition("/")[2].split()[-1:] == ["version"] for word in arguments.positionals) else None


def _cargo(arguments: Arguments) -> Symbol | None:
    return _shaped('{"packages": [{"name": "package", "version": "{}"}]}') if arguments.words else None


def _package_version(arguments: Arguments) -> Symbol | None:
    """`poetry version -s`: without an argument it prints, with one it sets."""
    if arguments.positionals:
        return None
    return released(NAME) if arguments.has("-s", "--short", "--output") else _shaped("package {}")


def _bare_version(arguments: Arguments) -> Symbol | None:
    return None if arguments.positionals else released(NAME)


def _named(arguments: Arguments) -> Symbol | None:
    """`git name-rev --tags`: the tag on this commit."""
    return released("the tag on this commit", "v") if arguments.has("--tags") else None


def _q(name: str, answer: Callable[[Arguments], Symbol | None], valued: str, *lines: str) -> Question:
    """A question whose name is its command line's beginning (tools that are alike stand before it with `|`)."""
    at = lines.index("not")
    tools, *words = name.split()
    return Question(name, tuple(tools.split("|")), tuple(words), answer, options(valued), examples=lines[:at], counters=lines[at + 1 :])


MAVEN = "-f --file -pl -P -s -T -l"

#: A Ruby program that prints something.
_TELLS = re.compile(r"\b(?:puts|print|p)\b")

QUESTIONS = (
    _q(
        "node|nodejs|bun|deno",
        _printed,
        "-p --print -e --eval -pe",
        """node -p "require('./package.json').version" """,
        "node -e 'console.log(require(`./package.json`).version)'",
        "not",
        "node -p process.version",
        "node index.js",
    ),
    _q(
        "python|python3",
        _printed,
        "-c",
        "python -c 'import tomllib; print(tomllib.load(open(`pyproject.toml`,`rb`))[`project`][`version`])'",
        "not",
        "python -c 'import sys; print(sys.version)'",
        "python setup.py build",
    ),
    _q(
        "python|python3 setup.py",
        _where(lambda a: a.has("--version", "-V")),
        "",
        "python setup.py --version",
        "not",
        "python setup.py sdist",
    ),
    _q(
        "python|python3",
        _where(lambda a: plain(a.value("-m") or ()) in ("setuptools_scm", "hatchling", "versioneer", "setuptools_git_versioning")),
        "-m -c",
        "python -m setuptools_scm",
        "not",
        "python -m build",
        "python -m pip install setuptools_scm",
    ),
    _q(
        "ruby",
        _where(lambda a: any("version" in veiled(v).lower() and _TELLS.search(veiled(v)) for v in a.values("-e"))),
        "-e -r -I",
        "ruby -r ./lib/x/version -e 'puts X::VERSION'",
        "not",
        "ruby x.rb",
        "ruby -e 'exit(Gem::Version.new(a) > Gem::Version.new(b))'",
    ),
    _q(
        "jq|gojq|yq|tomlq|dasel|xq",
        _program,
        "--arg --argjson -f -i -p -o",
        "jq -r .version package.json",
        "yq -r .appVersion charts/x/Chart.yaml",
        "jq .version lerna.json",
        "not",
        "jq -r .name package.json",
        "jq -r .tag_name release.json",
        "jq -r .version",
    ),
    _q(
        "toml get",
        _where(lambda a: len(a.positionals) > 1 and _manifest(a.positionals[0]) and _asks_version(a.positionals[1])),
        "",
        "toml get Cargo.toml package.version --raw",
        "not",
        "toml get x.toml a",
    ),
    _q(
        "poetry version",
        _package_version,
        "-C --directory",
        "poetry version -s",
        "poetry version",
        "not",
        "poetry version minor",
        "poetry build",
    ),
    _q("hatch version", _bare_version, "-e", "hatch version", "not", "hatch version minor"),
    _q("hatchling version", _bare_version, "", "hatchling version", "not", "hatchling build"),
    _q(
        "uv version",
        _package_version,
        "--output-format --directory --package --bump",
        "uv version --short",
        "not",
        "uv version 1.2.3",
        "uv build",
    ),
    _q("pdm show", _where(lambda a: a.has("--version")), "", "pdm show --version", "not", "pdm show requests"),
    _q("flit version", _bare_version, "", "flit version", "not", "flit build"),
    _q("cz version", _where(lambda a: a.has("-p", "--project")), "", "cz version --project", "not", "cz version"),
    _q(
        "bump-my-version|bump2version show",
        _where(lambda a: any("version" in veiled(w) for w in a.positionals)),
        "",
        "bump-my-version show current_version",
        "not",
        "bump-my-version bump minor",
    ),
    _q("versioningit", own(), "", "versioningit", "not", "versionfoo"),
    _q(
        "cargo metadata",
        _cargo,
        "--format-version --manifest-path --features",
        "cargo metadata --no-deps --format-version 1",
        "not",
        "cargo build",
    ),
    _q(
        "cargo read-manifest",
        lambda a: _shaped('{"name": "package", "version": "{}"}'),
        "--manifest-path",
        "cargo read-manifest",
        "not",
        "cargo test",
    ),
    _q("cargo pkgid", lambda a: _shaped("path+file:///package#{}"), "-p --package --manifest-path", "cargo pkgid", "not", "cargo test"),
    _q(
        "cargo get",
        _where(lambda a: any("version" in veiled(w) for w in a.positionals) or not a.positionals),
        "--entry --delimiter",
        "cargo get package.version",
        "not",
        "cargo get package.name",
    ),
    _q(
        "mvn|mvnw|mvnd",
        _maven,
        MAVEN,
        "mvn -q help:evaluate -Dexpression=project.version -DforceStdout",
        "not",
        "mvn -q help:evaluate -Dexpression=project.name",
        "mvn package",
    ),
    _q("gradle|gradlew", _gradle, "-p -b -P", "./gradlew -q printVersion", "./gradlew properties -q", "not", "./gradlew build"),
    _q("sbt", _sbt, "", "sbt -Dsbt.log.noformat=true 'print version'", "sbt core/version", "not", "sbt test"),
    _q("dotnet minver", own(), "-t -v", "dotnet minver", "not", "dotnet build"),
    _q("minver", own(), "-t -v --tag-prefix -v", "minver -t v", "not", "min"),
    _q("nbgv get-version", own(), "-v -f -p", "nbgv get-version -v SimpleVersion", "not", "nbgv install"),
    _q("gitversion|dotnet-gitversion", own(), "", "gitversion /showvariable SemVer", "not", "git version"),
    _q("dotnet gitversion", own(), "", "dotnet gitversion /showvariable SemVer", "not", "dotnet build"),
    _q(
        "helm show chart",
        lambda a: (
            _shaped("apiVersion: v2\nname: package\nversion: {}")
            if a.positionals and veiled(a.positionals[0]).startswith((".", "charts"))
            else None
        ),
        "--version --repo",
        "helm show chart ./charts/x",
        "not",
        "helm show chart repo/x",
        "helm show values ./charts/x",
    ),
    _q("git name-rev", _named, "--refs -C", "git name-rev --tags --name-only HEAD", "not", "git name-rev HEAD"),
    _q("svu next", own("v"), "", "svu next", "not", "svu help"),
    _q("svu current", lambda a: newest("svu current", Order.GRAPH, local=True), "--pattern --prefix", "svu current", "not", "svu help"),
    _q("git-cliff", _where(lambda a: a.has("--bumped-version")), "-c", "git-cliff --bumped-version", "not", "git-cliff -o CHANGELOG.md"),
    _q(
        "rpmspec",
        _where(lambda a: any("VERSION" in veiled(v).upper() for v in a.values("--qf", "--queryformat"))),
        "--qf --queryformat",
        "rpmspec -q --qf %{VERSION} x.spec",
        "not",
        "rpmspec -P x.spec",
    ),
    _q(
        "dpkg-parsechangelog",
        _where(lambda a: "version" in veiled(a.value("-S", "--show-field") or ()).lower()),
        "-S --show-field -l",
        "dpkg-parsechangelog -S Version",
        "not",
        "dpkg-parsechangelog",
    ),
    # Known versions, asked of package indexes.
    _q(
        "pip|pip3 index versions",
        lambda a: unknown("PyPI's versions of the package", Order.VERSION),
        "--index-url",
        "pip index versions x",
        "not",
        "pip install x",
    ),
    _q(
        "cargo search",
        lambda a: unknown("crates.io's newest version", Order.VERSION, many=False),
        "--limit --registry",
        "cargo search x --limit 1",
        "not",
        "cargo build",
    ),
    _q(
        "cargo info",
        lambda a: unknown("crates.io's newest version", Order.VERSION, many=False),
        "--registry",
        "cargo info x",
        "not",
        "cargo build",
    ),
    _q(
        "go list",
        lambda a: (
            unknown("the module's versions", Order.VERSION)
            if a.has("-versions") or any("@latest" in veiled(w) for w in a.positionals)
            else None
        ),
        "-f -mod",
        "go list -m -versions example.org/x",
        "go list -m -f {{.Version}} example.org/x@latest",
        "not",
        "go list ./...",
        "go list -m",
    ),
    _q("gem search", lambda a: unknown("RubyGems' newest version", Order.VERSION, many=False), "", "gem search -e x", "not", "gem build x"),
    _q(
        "gem list",
        lambda a: unknown("RubyGems' versions", Order.VERSION) if a.has("-r", "--remote", "-a", "--all", "-ra") else None,
        "",
        "gem list -r -e x",
        "not",
        "gem list",
    ),
    _q(
        "helm search repo",
        lambda a: unknown("the chart's versions", Order.VERSION),
        "--version -o --output",
        "helm search repo x/y -l",
        "not",
        "helm repo update",
    ),
    _q("glab release list", lambda a: unknown("GitLab's releases", Order.DATE), "-R", "glab release list", "not", "glab mr list"),
    _q(
        "brew info",
        lambda a: unknown("Homebrew's version", Order.POINTER, many=False),
        "",
        "brew info --json=v2 x",
        "not",
        "brew install x",
    ),
    _q(
        "apt-cache|apt policy", lambda a: unknown("the package's versions", Order.VERSION), "", "apt-cache policy x", "not", "apt install x"
    ),
    _q("apt-cache madison", lambda a: unknown("the package's versions", Order.VERSION), "", "apt-cache madison x", "not", "apt-get update"),
)
