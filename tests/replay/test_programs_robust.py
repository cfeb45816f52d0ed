"""No program, however broken, ends the replay or keeps it for long; what is not understood is read for its words."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING

import pytest
from judged import moves
from program_cases import CASES, Case
from script_cases import BADGES, OUTPUTS

if TYPE_CHECKING:
    from pathlib import Path

WORKFLOW = """\
on: {push: {tags: ['v*']}}
jobs:
  release:
    runs-on: ubuntu-latest
    steps:
"""
STEP = '      - run: %s "$GITHUB_REF_NAME"\n'
TOOLS = {"py": "python3", "mjs": "node", "cjs": "node", "js": "node", "ts": "npx tsx"}
LETTERS = "(){}[]'\"`.,:;=<>!&|+-*/%\\\n\t #@$?aé\u2028\x00_0lambda if for await => ..."


def broken(code: str, chance: random.Random) -> str:
    """The code with a few letters taken out, put in, or a stretch doubled or dropped."""
    for _ in range(chance.randrange(1, 6)):
        at = chance.randrange(len(code) + 1)
        end = min(len(code), at + chance.randrange(40))
        code = chance.choice(
            (
                code[:at] + code[end:],
                code[:at] + chance.choice(LETTERS) + code[at:],
                code[:end] + code[at:end] + code[end:],
                code[:at] + code[at:end][::-1] + code[end:],
            )
        )
    return code


@pytest.mark.parametrize("case", [*CASES, *BADGES, *OUTPUTS], ids=lambda case: f"{case.language}: {case.name}")
def test_broken_programs_are_judged(case: Case, tmp_path: Path) -> None:
    chance = random.Random(case.name)
    files = {".github/workflows/release.yml": WORKFLOW}
    for number in range(24):
        name = f"release{number}.{case.language}"
        files[name] = broken(case.code, chance).encode("utf-8", "replace").decode()
        files[".github/workflows/release.yml"] += STEP % f"{TOOLS[case.language]} {name}"
    moves(tmp_path, files)


@pytest.mark.parametrize("language", ["py", "mjs"])
@pytest.mark.parametrize(
    "code",
    [
        "",
        "\x00",
        "(" * 5_000,
        "x = " + "[" * 80 + "]" * 80,
        "x = " + "-" * 4_000 + "1",
        "x = 1" + " + 1" * 4_000,
        "a" + ".b" * 4_000 + "()",
        "f" + "(1)" * 4_000,
        "while (true) { }\nwhile True:\n    pass\n",
        "def f(x):\n    return f(x) + f(x)\nf(1)\n",
        "function f(x) { return f(x) + f(x); }\nf(1);\n",
        "x = 'a' * 10 ** 9\ny = [0] * 10 ** 9\nz = 10 ** 10 ** 10\n",
        "x = list(range(10 ** 9))\nfor i in range(10 ** 9):\n    x.append(i)\n",
        "const x = 'a'.repeat(1e9).padStart(1e9); const y = Array.from({ length: 1e9 }, (_, i) => i);",
        "import re\nre.match('(a+)+$', 'a' * 64 + 'b')\n",
        "/(a+)+$/.test('a'.repeat(64) + 'b');",
        "class A(A): pass\nA().b.c.d()\n",
        "import a\nfrom . import release\nfrom .release import *\n",
        "import './release.mjs';\nconst { a = a, ...b } = require('./release.mjs');",
        "try:\n    raise 1\nfinally:\n    return\n",
        "\n".join(f"if a{n} == 'x':\n    b = {n}" for n in range(400)),
        "\n".join(f"if (process.env.A{n} === 'x') {{ b = c{n}; }}" for n in range(400)),
        "x = " + "lambda: " * 3_000 + "1",
        "`${" * 300 + "1" + "}`" * 300,
    ],
    ids=lambda code: repr(code[:24]) if isinstance(code, str) else code,
)
def test_odd_programs_end_soon(code: str, language: str, tmp_path: Path) -> None:
    text = WORKFLOW + STEP % f"{TOOLS[language]} release.{language}" + "      - run: docker push ghcr.io/o/r:latest\n"
    began = time.monotonic()
    found = moves(tmp_path, {".github/workflows/release.yml": text, f"release.{language}": code + "\n# setOutput\n"})
    assert time.monotonic() - began < 20
    assert {move.pointer.name for move in found} == {"latest"}


def test_a_program_that_is_too_long_is_unread(tmp_path: Path) -> None:
    text = WORKFLOW + "      - id: a\n        run: python3 a.py >> $GITHUB_OUTPUT\n"
    text += "      - if: steps.a.outputs.latest == 'true'\n        run: docker push ghcr.io/o/r:latest\n"
    found = moves(
        tmp_path, {".github/workflows/release.yml": text, "a.py": "# setOutput\n" + "x = 1\n" * 80_000 + "print('latest=true')\n"}
    )
    assert [move.verdict.value for move in found] == ["opaque"]


def test_time_grows_with_the_length_of_a_program(tmp_path: Path) -> None:
    seconds = []
    for size in (200, 800):
        lines = "".join(f"value{n} = 'a' if flag else str({n})\nprint(value{n})\n" for n in range(size))
        text = WORKFLOW + "      - run: docker push ghcr.io/o/r:$(python3 a.py)latest\n"
        began = time.process_time()
        moves(tmp_path / str(size), {".github/workflows/release.yml": text, "a.py": "flag = False\n" + lines})
        seconds.append(time.process_time() - began)
    assert seconds[1] < 10 * seconds[0] + 0.5
