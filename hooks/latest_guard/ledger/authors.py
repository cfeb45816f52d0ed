"""Who makes a decision: the run of a CI system, by the variables that its documentation promises, or the user that git knows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from latest_guard.ledger.records import Author

if TYPE_CHECKING:
    from collections.abc import Mapping

    from latest_guard.git.command import Git

VARIABLE = re.compile(r"\{([A-Z_0-9]+)\}")


@dataclass(frozen=True, slots=True)
class System:
    """A CI system: its name, the variable that shows it and what that holds (empty: anything), who started the run, and where the run is.

    `names` are variables of which the first that is set counts; `runs` are addresses with variables in them, of which the first counts
    whose variables are all set.
    """

    name: str
    shown_by: str
    value: str
    names: tuple[str, ...]
    runs: tuple[str, ...]

    def is_here(self, environment: Mapping[str, str]) -> bool:
        """Whether this is one of its runs."""
        found = environment.get(self.shown_by, "")
        return found == self.value if self.value else bool(found)


#: From the particular to the general: Gitea and Forgejo set GitHub's variables as well.
SYSTEMS = (
    System(
        "Forgejo Actions",
        "FORGEJO_ACTIONS",
        "",
        ("GITHUB_ACTOR",),
        ("{GITHUB_SERVER_URL}/{GITHUB_REPOSITORY}/actions/runs/{GITHUB_RUN_NUMBER}",),
    ),
    System(
        "Gitea Actions",
        "GITEA_ACTIONS",
        "",
        ("GITHUB_ACTOR",),
        ("{GITHUB_SERVER_URL}/{GITHUB_REPOSITORY}/actions/runs/{GITHUB_RUN_NUMBER}",),
    ),
    System(
        "GitHub Actions",
        "GITHUB_ACTIONS",
        "true",
        ("GITHUB_TRIGGERING_ACTOR", "GITHUB_ACTOR"),
        (
            "{GITHUB_SERVER_URL}/{GITHUB_REPOSITORY}/actions/runs/{GITHUB_RUN_ID}/attempts/{GITHUB_RUN_ATTEMPT}",
            "{GITHUB_SERVER_URL}/{GITHUB_REPOSITORY}/actions/runs/{GITHUB_RUN_ID}",
        ),
    ),
    System("GitLab CI", "GITLAB_CI", "", ("GITLAB_USER_LOGIN",), ("{CI_JOB_URL}", "{CI_PIPELINE_URL}")),
    System("CircleCI", "CIRCLECI", "", ("CIRCLE_USERNAME",), ("{CIRCLE_BUILD_URL}",)),
    System(
        "Azure Pipelines",
        "TF_BUILD",
        "",
        ("BUILD_REQUESTEDFOR",),
        ("{SYSTEM_COLLECTIONURI}{SYSTEM_TEAMPROJECT}/_build/results?buildId={BUILD_BUILDID}",),
    ),
    System("Woodpecker", "CI", "woodpecker", ("CI_PIPELINE_AUTHOR", "CI_COMMIT_AUTHOR"), ("{CI_PIPELINE_URL}",)),
    System("Drone", "DRONE", "", ("DRONE_BUILD_TRIGGER", "DRONE_COMMIT_AUTHOR"), ("{DRONE_BUILD_LINK}",)),
    System("Travis CI", "TRAVIS", "", (), ("{TRAVIS_BUILD_WEB_URL}",)),
    System("Buildkite", "BUILDKITE", "", ("BUILDKITE_BUILD_CREATOR",), ("{BUILDKITE_BUILD_URL}",)),
    System(
        "Bitbucket Pipelines",
        "BITBUCKET_BUILD_NUMBER",
        "",
        ("BITBUCKET_STEP_TRIGGERER_UUID",),
        ("{BITBUCKET_GIT_HTTP_ORIGIN}/pipelines/results/{BITBUCKET_BUILD_NUMBER}",),
    ),
    System("Jenkins", "JENKINS_URL", "", ("BUILD_USER_ID", "CHANGE_AUTHOR"), ("{BUILD_URL}",)),
    System("TeamCity", "TEAMCITY_VERSION", "", (), ("{BUILD_URL}",)),
)


def author(environment: Mapping[str, str], git: Git) -> Author:
    """Who runs this; a CI run before the user that git knows, and that one before the user of this machine."""
    system = next((system for system in SYSTEMS if system.is_here(environment)), None)
    if system is None:
        return Author(name_in_git(environment, git))
    name = next((environment[name] for name in system.names if environment.get(name)), "")
    return Author(name, system.name, next(filter(None, (filled(run, environment) for run in system.runs)), ""))


def filled(run: str, environment: Mapping[str, str]) -> str:
    """An address with its variables in it, without a login that may stand in it; empty where one of them is not set."""
    if not all(environment.get(name) for name in VARIABLE.findall(run)):
        return ""
    return re.sub(r"//[^/@\s]*@", "//", VARIABLE.sub(lambda found: environment[found[1]], run), count=1)


def name_in_git(environment: Mapping[str, str], git: Git) -> str:
    """`Name <address>` as commits here would have it, or the user's login."""
    name, address = git.ask("config", "user.name"), git.ask("config", "user.email")
    login = next((environment[name] for name in ("LOGNAME", "USER", "USERNAME") if environment.get(name)), "")
    return " ".join(filter(None, (name or login, f"<{address}>" if address else "")))
