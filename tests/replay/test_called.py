"""Scripts, makefiles and goreleaser configurations that no pipeline runs: entries of their own, in the scenario `called`."""

from __future__ import annotations

from pathlib import Path

import pytest
from judged import moves, reported

from latest_guard.findings import Severity
from latest_guard.linter import lint

PUSHES = "#!/bin/sh\nset -e\ndocker push ghcr.io/o/r:$VERSION\ndocker push ghcr.io/o/r:latest\n"


def verdicts(folder: Path, files: dict[str, str]) -> list[tuple[str, int, str]]:
    """Path, line and verdict of each move that something else than a pipeline makes."""
    return [(m.span.path, m.span.line, m.verdict.value) for m in moves(folder, files) if m.scenarios == ("called",)]


def workflow(line: str) -> str:
    return f"on: {{push: {{tags: ['v*']}}}}\njobs:\n  release:\n    runs-on: ubuntu-latest\n    steps:\n      - run: {line}\n"


def test_a_script_that_no_pipeline_runs(tmp_path: Path) -> None:
    assert verdicts(tmp_path, {"release.sh": PUSHES}) == [("release.sh", 4, "ungated")]


def test_a_script_without_an_ending(tmp_path: Path) -> None:
    assert verdicts(tmp_path, {"ci/release": PUSHES, "ci/notes": "docker push o/r:latest\n"}) == [("ci/release", 4, "ungated")]


def test_what_a_pipeline_runs_is_no_entry(tmp_path: Path) -> None:
    found = moves(tmp_path, {"release.sh": PUSHES, ".github/workflows/release.yml": workflow("./release.sh")})
    assert [(move.span.path, move.scenarios) for move in found] == [("release.sh", ("push:tag",))]


@pytest.mark.parametrize(
    "folder", ["tests", "docs", "examples/a", "pkg/testdata", "integration-tests", "lib/zlib-1.3.1", "lib/luajit-7152e154", "deps/x"]
)
def test_trials_examples_and_the_work_of_others_are_no_entries(folder: str, tmp_path: Path) -> None:
    assert verdicts(tmp_path, {f"{folder}/release.sh": PUSHES}) == []


def test_a_local_tag_moves_nothing(tmp_path: Path) -> None:
    assert verdicts(tmp_path, {"build.sh": "docker build -t o/r:latest .\ndocker tag o/r:latest o/r:$VERSION\n"}) == []


def test_where_no_version_is_released_a_person_moves_the_pointer(tmp_path: Path) -> None:
    assert verdicts(tmp_path, {"dev.sh": "docker build -t o/r:latest .\ndocker push o/r:latest\n"}) == [("dev.sh", 2, "manual")]


COMPARES = """\
#!/bin/sh
set -e
VERSION=$1
docker push ghcr.io/o/r:$VERSION
newest=$(git tag --list 'v*' --sort=-v:refname | grep -v -- - | head -n1)
if [ "$newest" = "v$VERSION" ]; then
  docker push ghcr.io/o/r:latest
fi
"""


@pytest.mark.parametrize(
    ("script", "verdict"),
    [
        (COMPARES, "gated"),
        (COMPARES.replace('"$newest" =', '"$newest" !='), "ungated"),
        ('docker push o/r:$1\ncase "$1" in *-*) ;; *) docker push o/r:latest ;; esac\n', "weak"),
        ('docker push "o/r:$1"\nif [ "$PUSH_LATEST" = true ]; then docker push o/r:latest; fi\n', "manual"),
        ('if [ -z "$1" ]; then echo usage; exit 1; fi\ndocker push "o/r:$1"\ndocker push o/r:latest\n', "ungated"),
        ('if [ $# -ne 2 ]; then exit 1; fi\ndocker push "o/r:$2"\ndocker push o/r:latest\n', "ungated"),
        ('case "$1" in\n  image) docker push "o/r:$VERSION"; docker push o/r:latest ;;\n  *) exit 1 ;;\nesac\n', "ungated"),
        ('[ "$GITHUB_REF_TYPE" = tag ] || exit 0\ndocker push "o/r:$GITHUB_REF_NAME"\ndocker push o/r:latest\n', "ungated"),
        ('if [ "$BRANCH" = main ]; then docker push "o/r:$VERSION"; docker push o/r:latest; fi\n', "weak"),
        ('tag=$1\nif [[ $tag =~ ^v[0-9]+ ]]; then docker push "o/r:$tag"; docker push o/r:latest; fi\n', "weak"),
    ],
)
def test_what_the_caller_gives(script: str, verdict: str, tmp_path: Path) -> None:
    assert [found for *_, found in verdicts(tmp_path, {"release.sh": script})] == [verdict]


def test_a_script_is_told_by_the_one_that_runs_it(tmp_path: Path) -> None:
    outer = "LATEST=$(latest-guard gate $1 --exit-code && echo true || echo false) sh ./push.sh $1\n"
    inner = 'docker push o/r:$1\nif [ "$LATEST" = true ]; then docker push o/r:latest; fi\n'
    found = moves(tmp_path, {"push.sh": inner, "release.sh": outer})
    assert [(move.span.path, move.verdict.value) for move in found] == [("push.sh", "gated")]
    assert found[0].trace[0].span.path == "release.sh"


MAKEFILE = """\
IMAGE = ghcr.io/o/r
TAG_LATEST ?= false
build:
\tdocker build -t $(IMAGE):$(VERSION) .
push: build
\tdocker push $(IMAGE):$(VERSION)
\tdocker push $(IMAGE):latest
pick: build
\tdocker push $(IMAGE):$(VERSION)
ifeq ($(TAG_LATEST),true)
\tdocker push $(IMAGE):latest
endif
"""


def test_targets_of_a_makefile(tmp_path: Path) -> None:
    assert verdicts(tmp_path, {"Makefile": MAKEFILE}) == [("Makefile", 7, "ungated"), ("Makefile", 11, "manual")]


def test_targets_that_a_pipeline_makes_are_no_entries(tmp_path: Path) -> None:
    files = {"Makefile": MAKEFILE, ".github/workflows/release.yml": workflow("make push VERSION=$GITHUB_REF_NAME")}
    assert verdicts(tmp_path, files) == [("Makefile", 11, "manual")]


FIXED = """\
VERSION = main
BETA = $(findstring rc,$(VERSION))
TAG := latest
release:
\tdocker push o/r:$(VERSION) && $(if $(BETA),true,docker push o/r:latest)
dev:
\tdocker push o/r:$(TAG)
"""


def test_a_version_that_a_makefile_fixes_is_given_on_the_command_line(tmp_path: Path) -> None:
    assert verdicts(tmp_path, {"Makefile": FIXED}) == [("Makefile", 5, "weak"), ("Makefile", 7, "manual")]


QUIET = """\
VERBOSE ?= 0
AT_0 := @
AT = $(AT_$(VERBOSE))
DOCKER := $(shell which docker)
release:
ifeq ($(shell echo $(VERSION) | grep -E '^v[0-9]'),)
\t$(error not a version)
endif
\t$(AT)$(DOCKER) run --rm image /bin/sh -c \\
\t"cd /app && gh release create $(VERSION) --generate-notes" || (echo failed && false)
"""


def test_a_default_of_a_makefile_is_what_the_caller_mostly_takes(tmp_path: Path) -> None:
    assert verdicts(tmp_path, {"Makefile": QUIET}) == [("Makefile", 10, "ungated")]


def test_a_configuration_of_goreleaser(tmp_path: Path) -> None:
    text = "release: {disable: true}\ndockers:\n  - image_templates:\n      - o/r:{{ .Tag }}\n      - o/r:latest\n"
    assert verdicts(tmp_path, {"ci/.goreleaser.yml": text}) == [("ci/.goreleaser.yml", 5, "ungated")]


def test_a_finding_of_an_entry_is_one_level_milder(tmp_path: Path) -> None:
    (tmp_path / "release.sh").write_text(PUSHES)
    (finding,) = lint([tmp_path]).findings
    assert (finding.rule, finding.severity) == ("ungated-latest", Severity.WARNING)


def test_an_entry_that_is_named_is_judged(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    report = reported(tmp_path, {"release.sh": PUSHES, "other.sh": PUSHES}, "release.sh")
    assert [move.span.path for move in report.moves] == ["release.sh"]


def test_an_unread_system_leaves_its_scripts_to_themselves(tmp_path: Path) -> None:
    found = moves(tmp_path, {"release.sh": PUSHES, "Jenkinsfile": "sh './release.sh'\n"})
    assert [step.note for step in found[0].trace][:1] == ["called with a version: by hand, or by what is not read here"]
