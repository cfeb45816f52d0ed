"""Settings: the table, its files, its flags, and what is said about mistakes."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

import pytest

from latest_guard import config
from latest_guard.errors import UserError
from latest_guard.guard.policy import Policy, from_config
from latest_guard.versions.calver import CalVer
from latest_guard.versions.pep440 import Pep440

if TYPE_CHECKING:
    from pathlib import Path


def failure(content: str, name: str = ".latest-guard.toml") -> str:
    with pytest.raises(UserError) as caught:
        from_config(config.read({name: content}))
    return str(caught.value)


def test_the_defaults_are_those_of_the_policy() -> None:
    assert from_config(config.read({})) == Policy()


@pytest.mark.parametrize("name", ["pyproject.toml", ".latest-guard.toml"])
def test_both_files(name: str, tmp_path: Path) -> None:
    table = "[tool.latest-guard]\n" if name == "pyproject.toml" else ""
    (tmp_path / name).write_text(table + 'scheme = "pep440"\ntag-pattern = "rel-{version}"\nno-gaps = true\n')
    found = config.load(tmp_path)
    assert (found.text("scheme"), found.texts("tag-pattern"), found.switch("no-gaps")) == ("pep440", ("rel-{version}",), True)
    assert found.places["no-gaps"] == f"{name}:{4 if table else 3}"
    assert isinstance(from_config(found).scheme, Pep440)


def test_a_flag_goes_before_the_file(tmp_path: Path) -> None:
    (tmp_path / ".latest-guard.toml").write_text('policy = "strict"\n')
    assert config.load(tmp_path, {"policy": "line"}).text("policy") == "line"
    assert config.load(tmp_path, {"policy": None}).text("policy") == "strict"


def test_settings_in_two_places_are_an_error() -> None:
    with pytest.raises(UserError, match="keep one of them"):
        config.read({".latest-guard.toml": "no-gaps = true", "pyproject.toml": "[tool.latest-guard]\nno-gaps = true"})
    config.read({".latest-guard.toml": "no-gaps = true", "pyproject.toml": "[tool.other]\n"})


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("shceme = 'semver'", ".latest-guard.toml:1: unknown setting 'shceme'; did you mean 'scheme'?"),
        ("\n\nno_gaps = true", ".latest-guard.toml:3: unknown setting 'no_gaps'; did you mean 'no-gaps'?"),
        ("zzz = 1", ".latest-guard.toml:1: unknown setting 'zzz'"),
        ("scheme = 1", ".latest-guard.toml:1: scheme must be a string, not 1"),
        ("scheme = 'semvre'", ".latest-guard.toml:1: scheme must be one of semver, pep440, calver, loose, not 'semvre'"),
        ("no-gaps = 'yes'", ".latest-guard.toml:1: no-gaps must be true or false, not 'yes'"),
        ("tag-pattern = [1]", ".latest-guard.toml:1: tag-pattern must be a string or a list of strings, not [1]"),
        ("tag-pattern = 'v'", ".latest-guard.toml:1: tag-pattern: a tag pattern has one {version}"),
        ("tag-pattern = []", ".latest-guard.toml:1: tag-pattern: must not be empty"),
        ("remote-timeout = 0", ".latest-guard.toml:1: remote-timeout must be a number of seconds above 0, not 0"),
        ("remote-timeout = nan", ".latest-guard.toml:1: remote-timeout must be a number of seconds above 0, not nan"),
        ("line = '1.2'", ".latest-guard.toml:1: a line is named like major"),
        ("maintenance-lines = ['main']", ".latest-guard.toml:1: maintenance-lines: 'main' is no release line"),
        ("release-branches = 'release'", ".latest-guard.toml:1: release-branches: a release branch's pattern has {line} in it once"),
        ("scheme = 'calver'\ncalver-format = 'QQ'", ".latest-guard.toml:2: calver-format: 'QQ' is no format for calver"),
        ("[[ignore-tags]]\ntag = 'v1'", ".latest-guard.toml:1: an entry of ignore-tags lacks its reason"),
        ("ignore-tags = [{tag = 'v1', reason = ' '}]", ".latest-guard.toml:1: an entry of ignore-tags lacks its reason"),
        ("ignore-tags = [{tag = 'v1', reason = 'x', untill = 'y'}]", "ignore-tags has no key 'untill'; it has tag, reason, until"),
        ("ignore-tags = [{tag = 'v1', reason = 'x', until = 'soon'}]", "ignore-tags: until must be a day such as 2027-01-31, not 'soon'"),
        ("ignore-tags = [{tag = 1, reason = 'x'}]", "tag of ignore-tags must be a string, not 1"),
        (
            "epochs = [{tags = 'v*', scheme = 'x'}]",
            ".latest-guard.toml:1: epochs: unknown scheme 'x'; there are semver, pep440, calver, loose",
        ),
        ("a = ", ".latest-guard.toml: is no TOML"),
        ("a = " + "[" * 5000, ".latest-guard.toml: is no TOML"),
    ],
)
def test_mistakes_are_told_with_their_place(content: str, said: str) -> None:
    assert said in failure(content)


def test_a_mistake_in_pyproject_has_its_line() -> None:
    content = '[project]\nname = "x"\nscheme = 1\n\n[tool.latest-guard]\n# scheme = "semver"\nscheme = "x"\n'
    assert failure(content, "pyproject.toml").startswith("pyproject.toml:7: ")
    assert "must be a table" in failure('[tool]\nlatest-guard = "x"', "pyproject.toml")


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / ".latest-guard.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(UserError, match="cannot be read"):
        config.load(tmp_path)


def test_dates_and_epochs_are_read() -> None:
    content = "ignore-tags = [{tag = 'v9*', reason = 'x', until = 2026-01-31}]\n"
    content += "epochs = [{tags = '20*', scheme = 'calver', calver-format = 'YYYY.0M'}]"
    policy = from_config(config.read({".latest-guard.toml": content}))
    assert str(policy.ignored[0].until) == "2026-01-31"
    assert policy.epochs[0].scheme == CalVer(0, "YYYY.0M")
    assert policy.scheme.era == 1


def test_every_option_is_a_flag() -> None:
    parser = argparse.ArgumentParser()
    config.declare(parser, "tag")
    words = ["--no-gaps", "--policy", "line", "--tag-pattern", "v{version}", "--tag-pattern", "{version}", "--remote-timeout", "3"]
    words += ["--ignore-tags", '{tag = "v9", reason = "a, b"}']
    said = config.said(parser.parse_args(words), "tag")
    assert said == {
        "no-gaps": True,
        "policy": "line",
        "tag-pattern": ["v{version}", "{version}"],
        "remote-timeout": 3.0,
        "ignore-tags": [{"tag": "v9", "reason": "a, b"}],
    }
    contrary = config.said(parser.parse_args(["--gaps", "--no-offline"]), "tag")
    assert contrary == {"no-gaps": False, "offline": False}
    flags = {option for action in parser._actions for option in action.option_strings}
    assert {f"--{option.name}" for option in config.OPTIONS if option.section == "tag"} <= flags
    from_config(config.read({}, said))


def test_the_table_holds_no_name_twice_and_good_defaults() -> None:
    names = [option.name for option in config.OPTIONS]
    assert len(names) == len(set(names))
    for option in config.OPTIONS:
        assert config._fits(option, option.default), option.name
        assert not option.choices or option.default in option.choices
