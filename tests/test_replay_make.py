"""Makefiles: what the replay says is pushed is what make pushes, with a docker that only writes down what it is asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from latest_guard.replay.make.outline import calls
from latest_guard.replay.relevance import Relevance
from latest_guard.source import Source
from machine import tool
from stand_in import Case, pushed_by_replay, pushed_for_real, repository
from stand_in import case as any_case


class Held(dict[str, str]):
    """A repository's files, held in memory."""

    def read(self, path: str) -> Source | None:
        return Source(path, self[path]) if path in self else None

    source = read
    listing = dict.keys


def case(name: str, makefile: str, command: str = "make", **files: str) -> Case:
    """A case with a makefile."""
    return any_case(name, makefile, command, **files)


CASES = (
    case("first goal", "a: b\n\tdocker push ghcr.io/o/r:latest\nb:\n\tdocker push ghcr.io/o/r:latest-b\nc:\n\tdocker push ghcr.io/o/r:latest-c\n"),
    case("default goal", ".DEFAULT_GOAL := c\na:\n\tdocker push ghcr.io/o/r:latest-a\nc:\n\tdocker push ghcr.io/o/r:latest\n"),
    case("override", "TAG = none\na:\n\tdocker push ghcr.io/o/r:$(TAG)\n", "make a TAG=latest"),
    case("override of override", "override TAG = none\na:\n\tdocker push ghcr.io/o/r:$(TAG)\n", "make a TAG=latest"),
    case("environment", "TAG ?= latest\na:\n\tdocker push ghcr.io/o/r:$(TAG)\n", "TAG=other make a"),
    case("environment is weaker", "TAG = latest\na:\n\tdocker push ghcr.io/o/r:$(TAG)\n", "TAG=other make a"),
    case("environment first", "TAG = latest\na:\n\tdocker push ghcr.io/o/r:$(TAG)\n", "TAG=other make -e a"),
    case("exported", "TAG := x\nexport TAG = latest\na:\n\tdocker push ghcr.io/o/r:$$TAG\n"),
    case("not exported", "TAG := latest\na:\n\tdocker push ghcr.io/o/r:$${TAG:-none}\n"),
    case("changed environment", "TAG := latest\na:\n\tdocker push ghcr.io/o/r:$${TAG:-none}\n", "TAG=other make a"),
    case("export all", "export\nTAG := latest\nunexport OTHER\nOTHER := latest-o\na:\n\tdocker push ghcr.io/o/r:$${TAG:-none}\n\tdocker push ghcr.io/o/r:$${OTHER:-none}\n"),
    case("lazy", "TAG = $(NAME)\nNAME = none\nNAME = latest\na:\n\tdocker push ghcr.io/o/r:$(TAG)\n"),
    case("eager", "NAME = latest\nTAG := $(NAME)\nNAME = none\na:\n\tdocker push ghcr.io/o/r:$(TAG)\n"),
    case("append", "TAGS = latest-a\nTAGS += latest-$(B)\nB = b\nS := latest-c\nS += $(B)\na:\n\tfor t in $(TAGS) $(S); do docker push ghcr.io/o/r:$$t; done\n"),
    case("ifeq", "ifeq ($(LATEST),true)\nT = latest\nelse ifeq ($(LATEST), maybe)\nT = latest-m\nelse\nT = none\nendif\na:\n\tdocker push ghcr.io/o/r:$(T)\n", "make LATEST=maybe"),
    case("ifneq and quotes", "ifneq \"$(A)\" 'x'\nT = latest\nendif\na:\n\tdocker push ghcr.io/o/r:$(T)\n", "make A=y"),
    case("ifdef", "A =\nB = $(A)\nifdef A\nT = latest-a\nendif\nifdef B\nT = latest-b\nendif\nifndef C\nU = latest-c\nendif\na:\n\tdocker push ghcr.io/o/r:$(T)\n\tdocker push ghcr.io/o/r:$(U)\n"),
    case("ifeq in a recipe", "a:\nifeq ($(X),1)\n\tdocker push ghcr.io/o/r:latest\nelse\n\tdocker push ghcr.io/o/r:latest-else\nendif\n\tdocker push ghcr.io/o/r:latest-end\n", "make X=1"),
    case("define", "define push\ndocker push ghcr.io/o/r:$(1)\n@docker push \\\n  ghcr.io/o/r:$(1)-x\nendef\na:\n\t$(call push,latest)\n"),
    case("define in one shell", "define both\nif true; then \\\n  docker push ghcr.io/o/r:latest; \\\nfi\nendef\na:\n\t@$(both)\n"),
    case("functions", "N := a.c b.c\nT := $(patsubst %.c,latest-%,$(N)) $(N:.c=-latest) $(addprefix latest-,x y) $(addsuffix -latest,z) $(subst q,latest,q-1)\na:\n\t$(foreach t,$(T),docker push ghcr.io/o/r:$(t);)\n"),
    case("more functions", "L := latest-c latest-a latest-b latest-a\nT := $(firstword $(L)) $(lastword $(sort $(L))) $(word 2,$(L))-w $(wordlist 2,3,$(L)) $(words $(L))-latest $(filter %-b,$(L))-f $(filter-out %-a %-c,$(L))-o\na:\n\t@for t in $(T); do docker push ghcr.io/o/r:$$t; done\n"),
    case("names of files", "P := d/latest.x\na:\n\tdocker push ghcr.io/o/r:$(basename $(notdir $(P)))-$(words $(dir $(P)))\n\tdocker push ghcr.io/o/r:latest$(suffix $(P))\n"),
    case("if or and", "Y := yes\na:\n\tdocker push ghcr.io/o/r:$(if $(Y),latest,none)\n\tdocker push ghcr.io/o/r:$(if $(N),latest-n)$(or $(N),$(Y),no)-latest\n\tdocker push ghcr.io/o/r:$(and $(Y),latest-and)x\n\tdocker push ghcr.io/o/r:$(and $(N),latest-and)x\n"),
    case("findstring", "a:\n\tdocker push ghcr.io/o/r:$(if $(findstring rc,$(V)),none,latest)\n", "make V=1.0"),
    case("eval", "define rule\npush-$(1):\n\tdocker push ghcr.io/o/r:$(1)-$$(X)\nendef\nX = x\n$(foreach t,latest edge,$(eval $(call rule,$(t))))\na: push-latest\n", "make a"),
    case("eval in a recipe", "a:\n\t$(eval T := latest)\n\tdocker push ghcr.io/o/r:$(T)\n"),
    case("origin", "A = 1\na:\n\tdocker push ghcr.io/o/r:latest-$(firstword $(origin A))-$(firstword $(origin B))-$(firstword $(origin C))\n", "C=3 make a B=2"),
    case("shell", "T := $(shell printf 'lat\\nest' | tr -d '\\n')\na:\n\tdocker push ghcr.io/o/r:$(T)\n"),
    case("shell assignment", "T != echo latest\na:\n\tdocker push ghcr.io/o/r:$(T)\n"),
    case("pattern rule", "push-%: build-%\n\tdocker push ghcr.io/o/r:$*\nbuild-%:\n\tdocker push ghcr.io/o/r:$@-latest\n", "make push-latest"),
    case("static pattern", "T := push-latest push-edge\n$(T): push-%: prep\n\tdocker push ghcr.io/o/r:$*\nprep:\n\tdocker push ghcr.io/o/r:latest-$@\n", "make push-latest"),
    case("most fitting pattern", "%: \n\tdocker push ghcr.io/o/r:latest-any\npush-%:\n\tdocker push ghcr.io/o/r:latest-$*\n", "make push-x"),
    case("automatic variables", "a: x/b c x/b\n\tdocker push ghcr.io/o/r:latest-$@-$(<F)-$(words $^)-$(words $+)-$(@D)x\nx/b c:\n\ttrue\n"),
    case("target variable", "a: T = latest\na b: \n\tdocker push ghcr.io/o/r:$(T)-$@\na: b\n"),
    case("target variable, exported", "a: export T := latest\na:\n\tdocker push ghcr.io/o/r:$$T\n"),
    case("target variable, appended", "T = x\na: T += latest\na:\n\tfor t in $(T); do docker push ghcr.io/o/r:$$t; done\n"),
    case("pattern variable", "rel-%: T = latest\nrel-a:\n\tdocker push ghcr.io/o/r:$(T)\n", "make rel-a"),
    case("double colon", "a::\n\tdocker push ghcr.io/o/r:latest-1\na::\n\tdocker push ghcr.io/o/r:latest-2\n"),
    case("last recipe wins", "a:\n\tdocker push ghcr.io/o/r:latest-1\na:\n\tdocker push ghcr.io/o/r:latest-2\n"),
    case("failing line ends it", "a:\n\tfalse\n\tdocker push ghcr.io/o/r:latest\n"),
    case("failing line is ignored", "a:\n\t-false\n\tdocker push ghcr.io/o/r:latest\n"),
    case("failing prerequisite", "a: b\n\tdocker push ghcr.io/o/r:latest\nb:\n\t@test x = y\n"),
    case("each line a shell", "a:\n\tT=latest\n\tdocker push ghcr.io/o/r:x$$T\n\tT=latest; docker push ghcr.io/o/r:$$T\n"),
    case("one shell", ".ONESHELL:\na:\n\tT=latest\n\tdocker push ghcr.io/o/r:$$T\n"),
    case("shell flags", "SHELL := /bin/bash\n.SHELLFLAGS := -eu -o pipefail -c\na:\n\tfalse | true; docker push ghcr.io/o/r:latest\n"),
    case("no flags", "SHELL := /bin/bash\na:\n\tfalse | true; docker push ghcr.io/o/r:latest\n"),
    case("error", "ifndef TAG\n$(error TAG is not set)\nendif\na:\n\tdocker push ghcr.io/o/r:latest\n"),
    case("error that is not met", "ifndef TAG\n$(error TAG is not set)\nendif\na:\n\tdocker push ghcr.io/o/r:latest\n", "make TAG=1"),
    case("error in a recipe", "a:\n\t$(if $(TAG),,$(error no))\n\tdocker push ghcr.io/o/r:latest\n"),
    case("include", "include rules.mk\n-include none.mk\n", rules_mk="a:\n\tdocker push ghcr.io/o/r:latest\n"),
    case("include of many", "include mk/*.mk\nall: a b\n", "make all", mk__a_mk="a:\n\tdocker push ghcr.io/o/r:latest-a\n", mk__b_mk="b:\n\tdocker push ghcr.io/o/r:latest-b\n"),
    case("sub-make", "export A = latest-a\nB = latest-b\na:\n\t$(MAKE) -C sub go C=latest-c\n", "make D=latest-d", sub__Makefile="go:\n\tfor t in $(A) $(B)x $(C) $(D); do docker push ghcr.io/o/r:$$t; done\n"),
    case("another folder and file", "", "make --directory=sub -f other.mk -j4 go", sub__other_mk="go:\n\tdocker push ghcr.io/o/r:latest\n"),
    case("script", "export T\nT = latest\na:\n\t./push.sh $(T)-arg\n", push_sh="#!/bin/sh\ndocker push ghcr.io/o/r:$T\ndocker push ghcr.io/o/r:$1\n"),
    case("file that is there", "a: docs x\n\tdocker push ghcr.io/o/r:latest\ndocs:\n\tdocker push ghcr.io/o/r:latest-docs\nx:\n\ttrue\n", docs__a_txt="x"),
    case("phony", ".PHONY: docs\na: docs\n\tdocker push ghcr.io/o/r:latest\ndocs:\n\tdocker push ghcr.io/o/r:latest-docs\n", docs__a_txt="x"),
    case("order only", "a: | b\n\tdocker push ghcr.io/o/r:latest-$(words $^)\nb:\n\tdocker push ghcr.io/o/r:latest-b\n"),
    case("inline recipe", "a: b ; docker push ghcr.io/o/r:latest\nb: ; @docker push ghcr.io/o/r:latest-b\n"),
    case("comments", "T = latest# no more\nU = a\\#latest\na: # b\n\tdocker push ghcr.io/o/r:$(T) # not this\n\t# docker push ghcr.io/o/r:latest-no\n\tdocker push ghcr.io/o/r:$(words $(U))-latest\n"),
    case("continued", "T = a \\\n    latest \\\n  b\na: \\\n  b\n\tdocker \\\n\t  push \\\n\t  ghcr.io/o/r:$(word 2,$(T))\nb:\n"),
    case("no such goal", "a:\n\tdocker push ghcr.io/o/r:latest\n", "make other || docker push ghcr.io/o/r:latest-other"),
    case("two goals", "a b: c\n\tdocker push ghcr.io/o/r:latest-$@\nc:\n\tdocker push ghcr.io/o/r:latest-c\n", "make a b"),
    case("output", "name:\n\t@echo latest\n", "docker push ghcr.io/o/r:$(make -s name)"),
    case("nothing is run", "a:\n\tdocker push ghcr.io/o/r:latest\n", "make -n a"),
    case("computed names", "latest_TAG = latest\nK = latest\na:\n\tdocker push ghcr.io/o/r:$($(K)_TAG)\n"),
    case("value with equals", "a:\n\tdocker push $(IMG)\n", "make a IMG=ghcr.io/o/r:latest FLAGS='--a=b --c'"),
    case("command in a variable", "DOCKER ?= docker\nPUSH = $(DOCKER) push\nQ = @\na:\n\t$(Q)$(PUSH) ghcr.io/o/r:latest\n"),
    case("call in call", "f = $(call g,$(1)-x)\ng = docker push ghcr.io/o/r:latest-$(1)\na:\n\t$(call f,q)\n"),
    case("default rule", ".DEFAULT:\n\tdocker push ghcr.io/o/r:latest-$@\na: b\n", "make a c"),
    case("let and intcmp are new", "a:\n\tdocker push ghcr.io/o/r:latest\n"),
    case("recipe prefix", ".RECIPEPREFIX = >\na:\n> docker push ghcr.io/o/r:latest\n"),
)  # fmt: skip


@pytest.mark.parametrize("made", CASES, ids=lambda made: made.name)
def test_make_is_the_judge(made: Case, tmp_path: Path) -> None:
    make = tool("make")
    folder = tmp_path / "repository"
    folder.mkdir()
    repository(folder, made, "Makefile")
    assert pushed_by_replay(folder) == pushed_for_real(folder, made, make)


PUSHES = """\
include mk/*.mk
IMAGES := app web
PUSH = docker push
define rules
build-$(1):
	go build ./cmd/$(1)
push-$(1): build-$(1)
	$(PUSH) ghcr.io/o/$(1):latest
endef
$(foreach image,$(IMAGES),$(eval $(call rules,$(image))))
.PHONY: test release
test: lint
	go test ./...
lint:
	go vet -ldflags "$(shell git describe)" ./...
release: test
	$(MAKE) push-app push-web
all: $(addprefix push-,$(IMAGES))
some: $(IMAGES:%=build-%) $(patsubst %,build-%,$(IMAGES)) $(foreach image,$(IMAGES),build-$(image)) $(wildcard *.go)
each: $(foreach image,$(IMAGES),push-$(image))
check:
	git describe --exact-match || exit 1
folder:
	$(MAKE) -C mk other
"""


@pytest.mark.parametrize(
    ("goals", "worth"),
    [
        (["test"], False),
        (["build-app"], False),
        (["lint", "test"], False),
        (["push-app"], True),
        (["release"], True),
        (["all"], True),
        (["some"], False),
        (["each"], True),
        (["check"], True),
        (["build-*"], False),
        (["push-*"], True),
        (["folder"], True),
        (["other"], True),
        (["quiet"], False),
        (["nowhere"], True),
        ([], True),
    ],
    ids=str,
)
def test_goals_that_move_nothing_are_not_made(goals: list[str], worth: bool) -> None:
    """What is not worth making costs nothing; the rest of the makefile does not make it worth it."""
    files = {"Makefile": PUSHES, "mk/more.mk": "other:\n\tdocker push ghcr.io/o/r:latest\nquiet:\n\techo $(IMAGES)\n"}
    assert Relevance(Held(files)).making("Makefile", "", goals, "") is worth


@pytest.mark.parametrize(
    ("text", "rest", "goals"),
    [
        ("make a b-c", "", ["a", "b-c"]),
        ("cd x && make -j4 a X=1 && echo", "cd x && X=1 && echo", ["a"]),
        ("$(MAKE) a; ${MAKE} b", "; ", ["a", "b"]),
        ("make", "make", []),
        ("make $(GOAL)", "make $(GOAL)", []),
        ("make $X", "make $X", []),
        ("make a-$X b", "", ["a-*", "b"]),
        ('make "a-${X}" c-${{ matrix.target }} d', "", ["a-*", "c-*", "d"]),
        ("make -C x a", "make -C x a", []),
        ("make -f x.mk a; make b", "make -f x.mk a; ", ["b"]),
        ("cmake a; ./make a; make: a", "cmake a; ./make a; make: a", []),
    ],
)
def test_calls_of_make(text: str, rest: str, goals: list[str]) -> None:
    assert calls(text) == (rest, goals)
