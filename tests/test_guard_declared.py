"""Declared versions: every kind of file, read at the commit that is being tagged."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from latest_guard.cli import main
from latest_guard.git.repository import Repository
from latest_guard.guard.declared import declarations
from repositories import Repo, new

if TYPE_CHECKING:
    from pathlib import Path

PEP621 = '[project]\nname = "x"\nversion = "1.2.3"\n'
DYNAMIC = '[project]\nname = "my-pkg"\ndynamic = ["version"]\n'
SCM = '[build-system]\nrequires = ["setuptools>=64", "setuptools_scm[toml]>=8"]\n' + DYNAMIC
POM = '<project xmlns="http://maven.apache.org/POM/4.0.0">\n<parent><version>9.9.9</version></parent>\n{}<version>{}</version>\n{}</project>\n'  # noqa: E501

#: name → files, and what they declare: path, version, line; "" and a tool where the version is taken from the tag
CASES: dict[str, tuple[dict[str, str], list[tuple[str, str, int, str]]]] = {
    "PEP 621": ({"pyproject.toml": PEP621}, [("pyproject.toml", "1.2.3", 3, "")]),
    "poetry": ({"pyproject.toml": '[tool.poetry]\nversion = "1.2.3"\n'}, [("pyproject.toml", "1.2.3", 2, "")]),
    "CRLF and BOM": ({"pyproject.toml": "\ufeff" + PEP621.replace("\n", "\r\n")}, [("pyproject.toml", "1.2.3", 3, "")]),
    "poetry-dynamic-versioning": (
        {"pyproject.toml": '[tool.poetry]\nversion = "0.0.0"\n[tool.poetry-dynamic-versioning]\nenable = true\n'},
        [("pyproject.toml", "", 0, "poetry-dynamic-versioning")],
    ),
    "setuptools-scm": ({"pyproject.toml": SCM}, [("pyproject.toml", "", 0, "setuptools-scm")]),
    "setuptools-scm by its table": ({"pyproject.toml": DYNAMIC + "[tool.setuptools_scm]\n"}, [("pyproject.toml", "", 0, "setuptools-scm")]),
    "hatch-vcs": ({"pyproject.toml": DYNAMIC + '[tool.hatch.version]\nsource = "vcs"\n'}, [("pyproject.toml", "", 0, "hatch-vcs")]),
    "pdm scm": ({"pyproject.toml": DYNAMIC + '[tool.pdm.version]\nsource = "scm"\n'}, [("pyproject.toml", "", 0, "pdm")]),
    "setuptools attr": (
        {"pyproject.toml": DYNAMIC + '[tool.setuptools.dynamic]\nversion = {attr = "my_pkg.__version__"}\n', "src/my_pkg/__init__.py": '"""x"""\n__version__ = "1.2.3"\n'},  # noqa: E501
        [("src/my_pkg/__init__.py", "1.2.3", 2, "")],
    ),
    "setuptools file": (
        {"pyproject.toml": DYNAMIC + '[tool.setuptools.dynamic]\nversion = {file = ["ver.txt"]}\n', "ver.txt": "1.2.3\n"},
        [("ver.txt", "1.2.3", 1, "")],
    ),
    "hatch path": (
        {"pyproject.toml": DYNAMIC + '[tool.hatch.version]\npath = "my_pkg/about.py"\n', "my_pkg/about.py": "__version__: str = '1.2.3'\n"},
        [("my_pkg/about.py", "1.2.3", 1, "")],
    ),
    "flit": (
        {"pyproject.toml": '[build-system]\nbuild-backend = "flit_core.buildapi"\n' + DYNAMIC, "my_pkg.py": '__version__ = "1.2.3"\n'},
        [("my_pkg.py", "1.2.3", 1, "")],
    ),
    "setup.cfg": ({"setup.cfg": "[metadata]\nname = x\nversion = 1.2.3\n"}, [("setup.cfg", "1.2.3", 3, "")]),
    "setup.cfg attr": (
        {"setup.cfg": "[metadata]\nversion = attr: pkg.about.__version__\n", "pkg/about.py": "# x\n__version__ = '1.2.3'\n"},
        [("pkg/about.py", "1.2.3", 2, "")],
    ),
    "setup.cfg file": ({"setup.cfg": "[metadata]\nversion = file: VERSION\n", "VERSION": "1.2.3"}, [("VERSION", "1.2.3", 1, "")]),
    "setup.cfg scm": ({"setup.cfg": "[options]\nsetup_requires =\n    setuptools_scm\n"}, [("setup.cfg", "", 0, "setuptools-scm")]),
    "setup.py": ({"setup.py": "from setuptools import setup\nsetup(\n    name='x',\n    version='1.2.3',\n)\n"}, [("setup.py", "1.2.3", 4, "")]),  # noqa: E501
    "setup.py scm": ({"setup.py": "import setuptools\nsetuptools.setup(use_scm_version=True)\n"}, [("setup.py", "", 0, "setuptools-scm")]),
    "setup.py computed": ({"setup.py": "setup(version=open('x').read())"}, []),
    "package.json": ({"package.json": '{\n  "name": "x",\n  "version": "1.2.3"\n}\n'}, [("package.json", "1.2.3", 3, "")]),
    "package.json private": ({"package.json": '{"private": true, "version": "1.2.3"}'}, []),
    "semantic-release": ({"package.json": '{"version": "0.0.0-semantically-released"}'}, [("package.json", "", 0, "semantic-release")]),
    "placeholder": ({"package.json": '{"version": "0.0.0"}'}, [("package.json", "", 1, "a placeholder")]),
    "Cargo.toml": ({"Cargo.toml": '[package]\nname = "x"\nversion = "1.2.3"\n'}, [("Cargo.toml", "1.2.3", 3, "")]),
    "Cargo workspace": (
        {"Cargo.toml": '[workspace]\nmembers = ["a"]\n[workspace.package]\nversion = "1.2.3"\n'},
        [("Cargo.toml", "1.2.3", 4, "")],
    ),
    "Cargo root that inherits": (
        {"Cargo.toml": '[package]\nversion.workspace = true\n[workspace.package]\nversion = "1.2.3"\n'},
        [("Cargo.toml", "1.2.3", 4, "")],
    ),
    "Chart.yaml": ({"Chart.yaml": 'apiVersion: v2\nappVersion: "9"\nversion: 1.2.3 # x\n'}, [("Chart.yaml", "1.2.3", 3, "")]),
    "Chart.yaml quoted": ({"Chart.yaml": "version: '1.2.3'\n"}, [("Chart.yaml", "1.2.3", 1, "")]),
    "pom.xml": ({"pom.xml": POM.format("", "1.2.3", "")}, [("pom.xml", "1.2.3", 3, "")]),
    "pom.xml from its parent": ({"pom.xml": "<project><parent><version>1.2.3</version></parent></project>"}, [("pom.xml", "1.2.3", 1, "")]),
    "pom.xml property": (
        {"pom.xml": POM.format("", "${revision}", "<properties><revision>1.2.3</revision></properties>")},
        [("pom.xml", "1.2.3", 3, "")],
    ),
    "pom.xml with entities": ({"pom.xml": '<!DOCTYPE a [<!ENTITY b "c">]><project><version>&b;</version></project>'}, []),
    "build.gradle": ({"build.gradle": "plugins { id 'java' }\nversion = '1.2.3'\n"}, [("build.gradle", "1.2.3", 2, "")]),
    "build.gradle without equals": ({"build.gradle": "version '1.2.3'\n"}, [("build.gradle", "1.2.3", 1, "")]),
    "build.gradle.kts": ({"build.gradle.kts": 'version = "1.2.3"\n'}, [("build.gradle.kts", "1.2.3", 1, "")]),
    "gradle.properties": (
        {"build.gradle": "version = project.findProperty('version')\n", "gradle.properties": "a=b\nversion=1.2.3\n"},
        [("gradle.properties", "1.2.3", 2, "")],
    ),
    "axion-release": ({"build.gradle": "plugins { id 'pl.allegro.tech.build.axion-release' }\n"}, [("build.gradle", "", 0, "axion-release")]),  # noqa: E501
    "VERSION": ({"VERSION": "v1.2.3\n"}, [("VERSION", "1.2.3", 1, "")]),
    ".version": ({".version": "1.2.3"}, [(".version", "1.2.3", 1, "")]),
    "VERSION that is a script": ({"VERSION": "MAJOR=1\nMINOR=2\n"}, []),
    "__version__": ({"setup.py": "from pkg import v\nsetup(version=v)\n", "pkg/__init__.py": '__version__ = "1.2.3"\n'}, [("pkg/__init__.py", "1.2.3", 1, "")]),  # noqa: E501
    "two files": (
        {"pyproject.toml": PEP621, "package.json": '{"version": "1.2.2"}'},
        [("pyproject.toml", "1.2.3", 3, ""), ("package.json", "1.2.2", 1, "")],
    ),
    "broken files": (
        {"pyproject.toml": "[", "package.json": "{", "Cargo.toml": "=", "pom.xml": "<", "setup.py": "(", "setup.cfg": "x", "Chart.yaml": ":", "VERSION": "\0"},  # noqa: E501
        [],
    ),
    "values of other kinds": (
        {"pyproject.toml": "project = 1\ntool = 2\n", "package.json": "[1]", "Cargo.toml": "package = 3\n", "Chart.yaml": "version: {a: b}\n"},  # noqa: E501
        [("Chart.yaml", "{a: b}", 1, "")],
    ),
    "deep nesting": ({"package.json": "[" * 20000, "setup.py": "(" * 20000}, []),
    "nothing": ({"README": "1.2.3"}, []),
}  # fmt: skip


def committed(path: Path, files: dict[str, str]) -> Repo:
    repo = new(path)
    for name, content in files.items():
        repo.write(name, content)
    repo.git("config", "core.autocrlf", "false")
    repo.git("add", "--all", "--force")
    repo.git("commit", "--quiet", "-m", "x")
    return repo


@pytest.mark.parametrize("name", CASES)
def test_what_files_declare(name: str, tmp_path: Path) -> None:
    files, expected = CASES[name]
    repo = committed(tmp_path, files)
    found = declarations(Repository.open(repo.path), "HEAD")
    assert [(one.path, one.version, one.line, one.from_tag_by) for one in found] == expected


@pytest.mark.parametrize(
    ("component", "path"),
    [
        ("api", "api/package.json"),
        ("core", "packages/core/package.json"),
        ("@scope/core", "packages/core/package.json"),
        ("gone", ""),
        ("../api", ""),
    ],
)
def test_a_component_declares_in_its_folder(component: str, path: str, tmp_path: Path) -> None:
    files = dict.fromkeys(("package.json", "api/package.json", "packages/core/package.json"), '{"version": "1.2.3"}')
    found = declarations(Repository.open(committed(tmp_path, files).path), "HEAD", component)
    assert [one.path for one in found] == ([path] if path else [])


def test_a_member_inherits_from_its_workspace(tmp_path: Path) -> None:
    files = {"crates/a/Cargo.toml": "[package]\nversion.workspace = true\n", "Cargo.toml": '[workspace.package]\nversion = "1.2.3"\n'}
    found = declarations(Repository.open(committed(tmp_path, files).path), "HEAD", "a")
    assert [(one.path, one.version) for one in found] == [("Cargo.toml", "1.2.3")]


def test_the_commit_counts_and_not_the_work_tree(tmp_path: Path) -> None:
    repo = committed(tmp_path, {"VERSION": "1.2.3"})
    repo.write("VERSION", "9.9.9")
    assert main(["check-tag", "--repo", str(tmp_path), "v1.2.3"]) == 0
    assert main(["check-tag", "--repo", str(tmp_path), "v9.9.9"]) == 1


def test_listed_files_count_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    repo = committed(tmp_path, {"VERSION": "9.9.9", "src/v.py": 'VERSION = "1.2.3"\n', "x/own.txt": "1.2.3\n"})
    assert main(["check-tag", "--repo", str(repo.path), "v1.2.3"]) == 1
    assert "VERSION:1 declares 9.9.9, and v1.2.3 would release it as 1.2.3" in capsys.readouterr().out
    assert main(["check-tag", "--repo", str(repo.path), "v1.2.3", "--version-files", "src/v.py", "--version-files", "x/own.txt"]) == 0
    assert main(["check-tag", "--repo", str(repo.path), "v1.2.3", "--declared-version", "off"]) == 0


def test_no_path_leaves_the_repository(tmp_path: Path) -> None:
    (tmp_path / "outside.txt").write_text("9.9.9")
    pointing = DYNAMIC + '[tool.setuptools.dynamic]\nversion = {file = "../outside.txt"}\n'
    repo = committed(tmp_path / "repo", {"pyproject.toml": pointing})
    (repo.path / "VERSION").symlink_to(tmp_path / "outside.txt")
    repo.git("add", "VERSION")
    repo.git("commit", "--quiet", "-m", "link")
    found = declarations(Repository.open(repo.path), "HEAD")
    assert [one for one in found if one.version == "9.9.9"] == []


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    repo = committed(tmp_path, {"package.json": '{"version": "1.2.3"}' + " " * 5_000_000, "VERSION": "1.2.3"})
    assert [one.path for one in declarations(Repository.open(repo.path), "HEAD")] == ["VERSION"]
