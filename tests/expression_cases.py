"""Expressions to try: contexts to ask, a generator, and what GitHub's own evaluator says of them."""

from __future__ import annotations

import json
import math
import os
import random
import subprocess
from pathlib import Path
from typing import Any

import pytest

from latest_guard.expressions import concrete, github
from latest_guard.expressions.tree import Binary, Call, Constant, Every, Expression, Index, Name, Not, Unreadable
from latest_guard.source import Source
from machine import REPOSITORY, tool

PACKAGE = REPOSITORY / ".cache" / "node" / "node_modules" / "@actions" / "expressions"

#: What every case can ask for.
CONTEXTS: dict[str, Any] = {
    "github": {
        "ref": "refs/tags/v1.27.4",
        "ref_name": "v1.27.4",
        "ref_type": "tag",
        "Event_Name": "push",
        "event": {
            "release": {"prerelease": False, "draft": None, "tag_name": "v1.27.4", "assets": []},
            "commits": [
                {"id": "a1", "author": {"name": "Ann"}, "added": ["x", "y"]},
                {"id": "b2", "author": {"name": "Bob"}, "added": [], "distinct": True},
                ["not", "a", "mapping", {"id": "c3"}],
                None,
                "text",
            ],
            "number": 17,
            "fork": "false",
        },
    },
    "env": {"EMPTY": "", "ZERO": "0", "ONE": "1", "HEX": "0x1F", "FALSE": "false", "BLANK": " \t ", "Latest": "true"},
    "inputs": {"push": True, "skip": False, "count": 3, "ratio": 0.1, "big": 1e21, "tiny": 1e-7, "nothing": None, "tag": "Latest"},
    "matrix": {
        "os": ["ubuntu", "Windows", "UBUNTU"],
        "versions": [3.10, 3, -0.5, "3.1", None, True],
        "nested": [[1, 2], [3, [4]], {"k": [5]}],
    },
    "needs": {"Build": {"outputs": {"is-latest": "false", "json": '{"a":[1,{"b":null}],"c":"x"}'}, "result": "success"}, "empty": {}},
    "vars": {"straße": "Straße", "dotless": "ısı", "quote": "it's", "braces": "{0}}{{"},
    "steps": {},
    "secrets": "text where a mapping is expected",
    "strategy": None,
}

#: Functions that only the run can answer: fewest and most arguments, answer.
GIVEN: dict[str, tuple[int, int, Any]] = {
    "always": (0, 0, True),
    "cancelled": (0, 0, False),
    "failure": (0, 255, False),
    "success": (0, 255, True),
    "hashFiles": (1, 255, "c0ffee"),
}


def judged(expressions: list[str]) -> list[dict[str, Any]]:
    """What GitHub's own evaluator makes of each expression: `refused`, `error` or `value`. One process for all."""
    node = tool("node")
    if not PACKAGE.is_dir():
        end = pytest.fail if os.environ.get("CI") else pytest.skip
        end("needs the npm package @actions/expressions, which .ci/run installs")
    asked = json.dumps([[expression, CONTEXTS, GIVEN] for expression in expressions])
    judge = Path(__file__).with_name("expressions_judge.mjs")
    answer = subprocess.run([node, str(judge), str(PACKAGE)], input=asked, capture_output=True, text=True, check=True)
    found: list[dict[str, Any]] = json.loads(answer.stdout)
    return found


def read(expression: str) -> Expression:
    """The expression as we read it."""
    return github.parse(Source("case.yml", expression).whole())


def ours(expression: str) -> dict[str, Any]:
    """What we make of an expression, in the judge's terms."""
    tree = read(expression)
    if isinstance(tree, Unreadable):
        return {"refused": tree.reason}
    functions = {name: (lambda *_, answer=answer: answer) for name, (_, _, answer) in GIVEN.items()}
    try:
        return {"value": plain(concrete.evaluate(tree, CONTEXTS, functions))}
    except concrete.EvaluationError as error:
        return {"error": str(error)}


def plain(value: concrete.Value) -> Any:
    """A value as the judge writes it."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        sign = "-0" if value == 0 and math.copysign(1, value) < 0 else None
        return ["number", sign or concrete.ecma.shown(value)]
    if isinstance(value, dict):
        return ["mapping", [[name, plain(member)] for name, member in value.items()]]
    return ["list", [plain(member) for member in value]] if isinstance(value, list) else value


def outcome(answer: dict[str, Any]) -> Any:
    """An answer without the wording of its reason."""
    return ("value", json.dumps(answer["value"])) if "value" in answer else next(iter(answer))


STRINGS = (
    "",
    "0",
    "1",
    " 1 ",
    "a",
    "A",
    "false",
    "true",
    "null",
    "NaN",
    "Infinity",
    "-Infinity",
    "0x1f",
    "0X1F",
    "0o17",
    "0b11",
    "1e3",
    ".5",
    "5.",
    "+1",
    "-0",
    "1_000",
    "refs/tags/v1.27.4",
    "REFS/TAGS/",
    "latest",
    "it''s",
    "{0}",
    "{0} and {1}",
    "{{0}}",
    "{1",
    "}",
    "{}",
    "{0}{0}",
    "[1,2,3]",
    '{"a":{"b":[true,null]},"A":2}',
    "[",
    '"x"',
    "  ",
    "\u00a0",
    "ß",
    "SS",
    "ı",
    "I",
    "é",
    "É",
    "😀",
    "\uffff",
    "id",
    "name",
    "os",
    "Array",
    "Object",
)
NUMBERS = ("0", "1", "-1", "+2", "1.5", ".5", "5.", "-0", "0x1F", "0o17", "1e3", "1E-7", "1e400", "123456789012345680000", "0.1", "1e21")
WORDS = ("true", "false", "null", "NaN", "Infinity", "-Infinity")
KEYS = (
    "ref",
    "REF",
    "event",
    "release",
    "prerelease",
    "commits",
    "id",
    "author",
    "name",
    "added",
    "os",
    "versions",
    "nested",
    "Build",
    "outputs",
    "is-latest",
    "json",
    "result",
    "EMPTY",
    "ZERO",
    "FALSE",
    "push",
    "nothing",
    "tag",
    "missing",
    "quote",
    "braces",
    "Latest",
    "event_name",
)
BLANKS = ("", "", "", " ", "  ", "\n", "\t", "\r\n")
OPERATORS = ("&&", "||", "==", "!=", "<", "<=", ">", ">=")
CALLS = {"contains": 2, "startsWith": 2, "endsWith": 2, "toJSON": 1, "fromJSON": 1, "hashFiles": 1, "success": 0, "always": 0}
MARKS = tuple("()[],.!=<>&|*' '-+0a_$@{}\"\\\u00a0") + ("''", "&&", "||", "!=", "true", "github", "format(", ",)")


class Generator:
    """Makes expressions: most of them good, each the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def expression(self, depth: int = 4) -> str:
        """An expression of at most `depth` levels."""
        pick = self.random.random()
        if depth <= 0 or pick < 0.12:
            return self.literal()
        if pick < 0.38:
            return self.path(depth)
        if pick < 0.58:
            return self.call(depth)
        if pick < 0.66:
            return "!" + self.blank() + self.expression(depth - 1)
        if pick < 0.76:
            return f"({self.blank()}{self.expression(depth - 1)}{self.blank()})"
        count = self.random.choice((1, 1, 1, 2, 3))
        parts = [self.expression(depth - 1)]
        for _ in range(count):
            parts += [self.random.choice(OPERATORS), self.expression(depth - 1)]
        return "".join(part + self.blank() for part in parts)

    def blank(self) -> str:
        """White space or none."""
        return self.random.choice(BLANKS)

    def literal(self) -> str:
        """A string, a number or a word."""
        pick = self.random.random()
        if pick < 0.6:
            return f"'{self.random.choice(STRINGS)}'"
        return self.random.choice(NUMBERS if pick < 0.85 else WORDS)

    def path(self, depth: int) -> str:
        """A context with what is asked of it."""
        start = self.random.choice((*CONTEXTS, "GitHub", "MATRIX"))
        if self.random.random() < 0.15:
            start = f"({self.expression(depth - 1)})"
        return start + "".join(self.step(depth) for _ in range(self.random.choice((0, 1, 1, 2, 2, 3, 4))))

    def step(self, depth: int) -> str:
        """One property, index or filter."""
        pick = self.random.random()
        if pick < 0.6:
            return f"{self.blank()}.{self.blank()}{self.random.choice(KEYS)}"
        if pick < 0.75:
            return self.random.choice((".*", "[*]", " . *", "[ * ]"))
        inside = f"'{self.random.choice(KEYS)}'" if pick < 0.85 else self.expression(min(depth - 1, 1))
        return f"[{self.blank()}{inside}{self.blank()}]"

    def call(self, depth: int) -> str:
        """A function with arguments, mostly as many as it takes."""
        name = self.random.choice((*CALLS, "format", "format", "join", "join", "case"))
        count = CALLS.get(name, 0)
        if name not in CALLS:
            count = self.random.choice((3, 5)) if name == "case" else self.random.choice((1, 2, 2, 3))
        if self.random.random() < 0.03:
            count += self.random.choice((-1, 1))
        arguments = [self.expression(depth - 1) for _ in range(count)]
        if name == "fromJSON" and arguments and self.random.random() < 0.6:
            arguments[0] = self.random.choice((f"toJSON({arguments[0]})", "needs.build.outputs.json", '\'[1,"x",{"k":null}]\''))
        if name == "case" and self.random.random() < 0.8:
            arguments[::2] = [self.random.choice(("true", "false", "inputs.push", "1 == 1")) for _ in arguments[::2]]
        spelled = self.random.choice((name, name, name.upper(), name.lower()))
        return f"{spelled}{self.blank()}({self.blank()}{(',' + self.blank()).join(arguments)}{self.blank()})"

    def broken(self) -> str:
        """An expression with something taken out, put in or put in its place."""
        text = self.expression(2)
        for _ in range(self.random.choice((1, 1, 2))):
            at = self.random.randrange(len(text) + 1)
            text = text[:at] + self.random.choice(("", *MARKS)) + text[at + self.random.choice((0, 0, 1, 2)) :]
        return text


def shape(node: Expression) -> str:
    """A tree as text without its places: operators with parentheses, `of[key]`, `of[*]`."""
    if isinstance(node, Constant):
        return repr(node.value)
    if isinstance(node, Name):
        return node.name
    if isinstance(node, Index):
        return f"{shape(node.of)}[{shape(node.key)}]"
    if isinstance(node, Every):
        return f"{shape(node.of)}[*]"
    if isinstance(node, Call):
        return f"{node.function}({', '.join(map(shape, node.arguments))})"
    if isinstance(node, Not):
        return f"!{shape(node.operand)}"
    return f"({shape(node.left)} {node.operator} {shape(node.right)})" if isinstance(node, Binary) else f"<{node.reason}>"
