"""The shell parser against bash: its trees, printed as shell again, do the same; and it reads what bash reads."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from latest_guard.shell import tree as t
from latest_guard.shell.parse import parse
from latest_guard.source import Source
from shell_scripts import Maker
from shell_unparse import unparse
from test_shell_parse import mutated, nodes

if TYPE_CHECKING:
    from random import Random

BASH = shutil.which("bash")

if BASH is None and os.environ.get("CI"):
    raise RuntimeError("bash is missing: it judges the shell parser")

pytestmark = pytest.mark.skipif(BASH is None, reason="bash is missing")


def bash(*words: str, script: str) -> tuple[str, str, int]:
    """What bash prints for a script on standard input, in an empty folder and with nothing in its environment."""
    with tempfile.TemporaryDirectory() as folder:
        answer = subprocess.run(
            [BASH or "bash", *words],
            input=script.encode(),
            cwd=folder,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
            capture_output=True,
            timeout=20,
            check=False,
        )
    return answer.stdout.decode(errors="replace"), answer.stderr.decode(errors="replace"), answer.returncode


def without_lines(text: str) -> str:
    """Messages of bash name lines, which differ."""
    return re.sub(r"line \d+", "line", text)


@settings(max_examples=150, deadline=None)
@given(st.randoms(use_true_random=False))
def test_trees_mean_what_bash_does(random: Random) -> None:
    script = Maker(random).script()
    again = unparse(parse(Source("x.sh", script).whole()))
    wanted, found = bash(script=script), bash(script=again)
    assert "syntax error" not in wanted[1], script
    assert (without_lines(found[0]), found[2]) == (without_lines(wanted[0]), wanted[2]), again


SCRIPTS = (
    'x=a/b; echo ${x////-} "${x/b/\\n}" "${x//\\//\\\\}" "${x/#/pre}" "${x/#//y}" "${x:-\'q\'}" "${x#\'a\'}"',
    'x=a; echo ${x:+\'q}\'} ${x:+"}"} "${x:+"}"}" "${x:+\'q\'}" "${x:+\\q}" "${x:+\\}}" ${x:+a   b} ${x:+<|;\\& ( )}',
    "if true; then { echo a; } fi; !(false) && echo b",
    'echo "`echo \\"a b\\"`" `echo \\`echo c\\` # d`',
    'f() { cat; echo "$1"; }; f <<EOF "a\nb"\nbody\nEOF\n',
    "z=abcd; echo ${z:1:$((1+1))} ${z: -1} ${z:(-2):1} ${z: 1 : 2 }",
    "cat <<-'A' <<B\n\tq $x\n\tA\nr $x \\$ \\\" \"`echo z`\" ${x:-'q'} ${x:+'q'} \\\ncont\nB\n",
    "f() (( $1 > 1 )); f 2 && echo y; f 1 || echo n",
    "[[ ab =~ a\"b\" && 'a b' =~ ^(a b)$ && 'a|b' =~ a\\|b && 'x)' =~ x\\) ]] && echo ${#BASH_REMATCH[@]}",
    "IFS=. read -ra v <<< 1.27.4; (( 10#${v[1]} < 10#028 )) && echo older",
    "a=(1 2); a+=(3); a[5]=6; echo ${a[@]} ${!a[@]} ${#a[@]} ${a[-1]} ${a[@]:1:2}",
    'declare -A m=([a b]=1 [\'c\']=2); for k in "${!m[@]}"; do echo "$k=${m[$k]}"; done | sort',
    "case v1.2 in v[0-9]*) echo v;& x) echo through;;& *2) echo two;; *) echo no; esac",
    "for ((i = 0, j = 3; i < j; i++, j--)); do echo $i$j; done",
    "x=5; while ((x-- > 3)); do echo $x; done; until [ $x -gt 5 ]; do x=$((x + 2)); done; echo $x",
    '{ echo a; echo b >&2; } 2>&1 | while read -r l; do echo "<$l>"; done',
    "echo $(echo a # it's\n) $(case x in x) echo y;; esac) $( (echo z) )",
    "echo $((1+2*3)) $((2**3**2)) $((-2**2)) $((7/2%2)) $((1<2?3:4)) $((x=5,x++,x)) $((!0)) $((~1)) $((1<<3|1)) $(((1)+(2)))",
    'echo $\'a\\tb\\x41\\u00e9\\101\\\'\' "a\\\nb" a\\\nb $"c"',
    "cat < <(echo in) - <<< here; diff <(echo a) <(echo a) && echo same",
    'echo ${unset-d} ${unset:-$(echo e)} ${unset+f} "${unset:-a  b}" ${unset:=g} $unset ${#unset}',
    "s=v1.2.3; echo ${s#v} ${s##*.} ${s%.*} ${s%%.*} ${s/./_} ${s//[0-9]/n} ${s^^} ${s^} ${s/%3/x}",
    "time -p true 2>/dev/null; ! false && echo n; ! true | false && echo m",
    'function a-b { local x=$1; echo "$x" "$#" "$*"; }; a-b 1 \'2 3\'',
    'set -- a \'b c\'; for x; do echo "<$x>"; done; for x in "$@" "$*"; { echo $x; }',
    "let 'x = 3' y=x*2; echo $x $y; echo $[x + y]",
)


@pytest.mark.parametrize("script", SCRIPTS)
def test_scripts_written_again(script: str) -> None:
    again = unparse(parse(Source("x.sh", script).whole()))
    wanted = bash(script=script)
    assert not wanted[1] or "time" in script
    assert bash(script=again)[::2] == wanted[::2], again


def read_late(script: str, node: t.Unread) -> bool:
    """Whether the text stands in backquotes or in `$((…)`, which bash reads only when it comes to it."""
    before = script.splitlines()[node.span.line - 1][: node.span.column - 1]
    return before.endswith(("`", "$("))


@settings(max_examples=150, deadline=None)
@given(st.randoms(use_true_random=False))
def test_what_bash_reads_is_read(random: Random) -> None:
    script = mutated(random)
    _, errors, status = bash("-n", "-O", "extglob", script=script)
    complaints = [line for line in errors.splitlines() if "warning: here-document" not in line]
    unread = [node for node in nodes(parse(Source("x.sh", script).whole())) if isinstance(node, t.Unread)]
    early = [node for node in unread if not read_late(script, node)]
    if status == 0 and not complaints and early:
        assert odd(early[0]), (script, [(node.reason, node.text) for node in early])


def odd(node: t.Unread) -> bool:
    """bash only counts brackets in `$((…))` and `for ((…))`, and takes some that do not match."""
    return "`$((` is not closed" in node.reason or "for ((" in node.text
