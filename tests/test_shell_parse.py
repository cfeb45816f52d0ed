"""The shell parser: every construct, quoting, places, what cannot be read, and bounds."""

from __future__ import annotations

import dataclasses
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latest_guard.expressions.tree import Name, Template, Unreadable
from latest_guard.shell import tree as t
from latest_guard.shell.cursor import MAX_DEPTH
from latest_guard.shell.parse import MAX_LENGTH, number, parse
from latest_guard.source import Source, Text
from shell_scripts import Maker

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random


def text(script: str, path: str = "x.sh") -> Text:
    return Source(path, script).whole()


def template(script: str) -> Template:
    """A script in which `@@` stands for an expression."""
    source = Source("w.yml", script)
    parts: list[Text | Name] = []
    at = 0
    for index, part in enumerate(script.split("@@")):
        if index:
            parts.append(Name("expression", source.span(at, at + 2)))
            at += 2
        if part:
            parts.append(source.whole().cut(at, at + len(part)))
        at += len(part)
    return Template(tuple(parts), source.span(0, len(script)))


def nodes(value: object) -> Iterator[object]:
    """Every node of a tree, the outermost first."""
    if isinstance(value, tuple):
        for item in value:
            yield from nodes(item)
    elif dataclasses.is_dataclass(value) and type(value).__module__ == t.__name__:
        yield value
        for item in dataclasses.fields(value):
            yield from nodes(getattr(value, item.name))


def show(value: object) -> str:
    """A tree in one line, without places and without what has its default."""
    if isinstance(value, tuple):
        return "(" + " ".join(map(show, value)) + ")"
    if isinstance(value, t.Chars):
        return repr(value.text) + ("q" if value.quoted else "")
    if isinstance(value, t.Word):
        return "+".join(map(show, value.parts)) or "∅"
    if isinstance(value, t.Body):
        return "{" + "; ".join(map(show, value.commands)) + "}"
    if not dataclasses.is_dataclass(value):
        return str(value)
    items = [(item.name, getattr(value, item.name), item.default) for item in dataclasses.fields(value) if item.name != "span"]
    inner = [
        f"{name}={show(item)}" if default is not dataclasses.MISSING else show(item) for name, item, default in items if item != default
    ]
    return f"{type(value).__name__}[{', '.join(inner)}]"


def shown(script: str) -> str:
    return "; ".join(map(show, parse(text(script)).commands))


def only(script: str) -> t.Command:
    """The only command of a script."""
    commands = parse(text(script)).commands
    assert len(commands) == 1, commands
    return commands[0]


def words(script: str) -> list[str]:
    """The words of the only command, behind its first one."""
    command = only("x " + script)
    assert isinstance(command, t.Simple), command
    return [show(word) for word in command.words[1:]]


WORDS = {
    "a": ["'a'"],
    "a b": ["'a'", "'b'"],
    "'a b'": ["'a b'q"],
    '"a b"': ["'a b'q"],
    "''": ["''q"],
    '""': ["''q"],
    '"$a"': ["Parameter[a, quoted=True]"],
    '""$a': ["''q+Parameter[a]"],
    "a'b'c": ["'a'+'b'q+'c'"],
    r"a\ b": ["'a'+' 'q+'b'"],
    r'"\"\$\a"': ["""'"'q+'$'q+'\\\\'q+'a'q"""],
    "a\\\nb": ["'a'+'b'"],
    "$'a\\tb'": ["'a\\tb'q"],
    "$'a'": ["'a'q"],
    '$"a"': ["'a'q"],
    "{a,b}": ["'{a,b}'"],
    "a#b": ["'a#b'"],
    "a # b": ["'a'"],
    "$a$1$@": ["Parameter[a]+Parameter[1]+Parameter[@]"],
    "$": ["'$'"],
    '"a$"': ["'a'q+'$'q"],
    "${a}": ["Parameter[a]"],
    "${10}": ["Parameter[10]"],
    "${#a}": ["Parameter[a, length=True]"],
    "${#a[@]}": ["Parameter[a, index='@', length=True]"],
    "${#}": ["Parameter[#]"],
    "${#-}": ["Parameter[-, length=True]"],
    "${!a}": ["Parameter[a, indirect=True]"],
    "${!a[@]}": ["Parameter[a, index='@', keys=True]"],
    "${!a[1]}": ["Parameter[a, index='1', indirect=True]"],
    "${!a*}": ["Parameter[a, indirect=True, operator=*]"],
    "${!a@}": ["Parameter[a, indirect=True, operator=@]"],
    "${!#}": ["Parameter[#, indirect=True]"],
    "${!}": ["Parameter[!]"],
    "${a[$i]}": ["Parameter[a, index=Parameter[i]]"],
    "${a:-b c}": ["Parameter[a, operator=:-, argument='b c']"],
    '"${a:-"b"}"': ["Parameter[a, operator=:-, argument='b'q, quoted=True]"],
    "\"${a:-'b'}\"": ["""Parameter[a, operator=:-, argument="'b'"q, quoted=True]"""],
    "\"${a#'b'}\"": ["Parameter[a, operator=#, argument='b'q, quoted=True]"],
    "${a-}": ["Parameter[a, operator=-, argument=∅]"],
    "${a##*/}": ["Parameter[a, operator=##, argument='*/']"],
    "${a%%$b}": ["Parameter[a, operator=%%, argument=Parameter[b]]"],
    "${a/b/c}": ["Parameter[a, operator=/, argument='b', second='c']"],
    "${a//./}": ["Parameter[a, operator=//, argument='.', second=∅]"],
    "${a//.}": ["Parameter[a, operator=//, argument='.']"],
    "${a////-}": ["Parameter[a, operator=//, argument='/', second='-']"],
    r"${a//\//-}": ["Parameter[a, operator=//, argument='/'q, second='-']"],
    "${a/#v/}": ["Parameter[a, operator=/#, argument='v', second=∅]"],
    "${a/#/v}": ["Parameter[a, operator=/#, argument=∅, second='v']"],
    "${a/%x/y}": ["Parameter[a, operator=/%, argument='x', second='y']"],
    "${a:1}": ["Parameter[a, operator=:, argument='1']"],
    "${a: -2:$n}": ["Parameter[a, operator=:, argument=' -2', second=Parameter[n]]"],
    "${a[@]:1:2}": ["Parameter[a, index='@', operator=:, argument='1', second='2']"],
    "${a^^}": ["Parameter[a, operator=^^, argument=∅]"],
    "${a,[A-Z]}": ["Parameter[a, operator=,, argument='[A-Z]']"],
    "${a@Q}": ["Parameter[a, operator=@, argument='Q']"],
    "$(b c)": ["Substitution[{Simple[('b' 'c')]}]"],
    '"$(b "c")"': ["Substitution[{Simple[('b' 'c'q)]}, quoted=True]"],
    "`b \\`c\\``": ["Substitution[{Simple[('b' Substitution[{Simple[('c')]}])]}]"],
    '"`b \\"c\\"`"': ["Substitution[{Simple[('b' 'c'q)]}, quoted=True]"],
    "<(b)": ["Substitution[{Simple[('b')]}, process=<]"],
    "a=<(b)": ["'a='+Substitution[{Simple[('b')]}, process=<]"],
    "$(<f)": ["Substitution[{Simple[(), redirects=(Redirect[<, 'f'])]}]"],
    "$((1+2))": ["Arithmetic[NumberOperation[+, (NumberWord['1'] NumberWord['2'])]]"],
    "$[a]": ["Arithmetic[NumberWord['a']]"],
    "$( (a) )": ["Substitution[{Group[{Simple[('a')]}, subshell=True]}]"],
    "$((a);(b))": ["Substitution[{Group[{Simple[('a')]}, subshell=True]; Group[{Simple[('b')]}, subshell=True]}]"],
    "@(a|b)*": ["'@'+'('+'a|b'+')'+'*'"],
    "a=b": ["'a=b'"],
}


@pytest.mark.parametrize("script", WORDS)
def test_words(script: str) -> None:
    assert words(script) == WORDS[script]


COMMANDS = {
    "a=1 b=$c d e": "Simple[('d' 'e'), assignments=(Assignment[a, value='1'] Assignment[b, value=Parameter[c]])]",
    "a=": "Simple[(), assignments=(Assignment[a, value=∅])]",
    "a+=b": "Simple[(), assignments=(Assignment[a, value='b', append=True])]",
    "a[1]=b": "Simple[(), assignments=(Assignment[a, value='b', index='1'])]",
    "a[ $i ]+=b": "Simple[(), assignments=(Assignment[a, value='b', index=' '+Parameter[i]+' ', append=True])]",
    "a[b]c d": "Simple[('a'+'['+'b'+']'+'c' 'd')]",
    "a=(b 'c d' # e\n[f]=g $h)": "Simple[(), assignments=(Assignment[a, items=((None 'b') (None 'c d'q) ('f' 'g') (None Parameter[h]))])]",
    "a=()": "Simple[(), assignments=(Assignment[a, items=()])]",
    "local -r a=1 b \"c=$d\" $e": (
        "Declare[local, (-r), (Assignment[a, value='1'] Assignment[b] Assignment[c, value=Parameter[d, quoted=True]]), "
        "words=(Parameter[e])]"
    ),
    "declare -A a=([b]=c) >f": "Redirected[Declare[declare, (-A), (Assignment[a, items=(('b' 'c'))])], (Redirect[>, 'f'])]",
    "A=1 export b": "Declare[export, (), (Assignment[b]), environment=(Assignment[A, value='1'])]",
    "a | b |& c": "Pipe[(Simple[('a')] Simple[('b')] Simple[('c')]), both=(False True)]",
    "! a | b": "Negated[Pipe[(Simple[('a')] Simple[('b')]), both=(False)]]",
    "time -p a": "Simple[('a')]",
    "a && b || c": "AndOr[||, AndOr[&&, Simple[('a')], Simple[('b')]], Simple[('c')]]",
    "a &&\n# c\nb": "AndOr[&&, Simple[('a')], Simple[('b')]]",
    "a & b": "Background[Simple[('a')]]; Simple[('b')]",
    "if a; then b; elif c; then d; else e; fi": (
        "If[(({Simple[('a')]} {Simple[('b')]}) ({Simple[('c')]} {Simple[('d')]})), {Simple[('e')]}]"
    ),
    "if a\nthen b\nfi": "If[(({Simple[('a')]} {Simple[('b')]})), None]",
    "case $a in b|c) d;; (e*) f;& *) ;;& g) h\nesac": (
        "Case[Parameter[a], ((('b' 'c') {Simple[('d')]} ;;) (('e*') {Simple[('f')]} ;&) (('*') {} ;;&) (('g') {Simple[('h')]} ;;))]"
    ),
    "for a in b $c; do d; done": "For[a, ('b' Parameter[c]), {Simple[('d')]}]",
    "for a do b; done": "For[a, None, {Simple[('b')]}]",
    "for a in\ndo b; done": "For[a, (), {Simple[('b')]}]",
    "for a; { b; }": "For[a, None, {Simple[('b')]}]",
    "select a in b; do c; done": "For[a, ('b'), {Simple[('c')]}]",
    "for ((i=0;;i++)) do a; done": (
        "ForArithmetic[NumberOperation[=, (NumberWord['i'] NumberWord['0'])], None, "
        "NumberOperation[++, (NumberWord['i']), postfix=True], {Simple[('a')]}]"
    ),
    "while a; do b; done": "While[{Simple[('a')]}, {Simple[('b')]}]",
    "until a; do b; done": "While[{Simple[('a')]}, {Simple[('b')]}, until=True]",
    "a() { b; }": "Function[a, Group[{Simple[('b')]}]]",
    "function a-b { c; } >d": "Function[a-b, Redirected[Group[{Simple[('c')]}], (Redirect[>, 'd'])]]",
    "function a()\n( b )": "Function[a, Group[{Simple[('b')]}, subshell=True]]",
    "{ a; b; }": "Group[{Simple[('a')]; Simple[('b')]}]",
    "(a)": "Group[{Simple[('a')]}, subshell=True]",
    "((a) ; b)": "Group[{Group[{Simple[('a')]}, subshell=True]; Simple[('b')]}, subshell=True]",
    "a >b 2>&1 <c >>d &>e": (
        "Simple[('a'), redirects=(Redirect[>, 'b'] Redirect[>&, '1', fd=2] Redirect[<, 'c'] Redirect[>>, 'd'] Redirect[&>, 'e'])]"
    ),
    "a <<< $b": "Simple[('a'), redirects=(Redirect[<<<, Parameter[b]])]",
    "{fd}>a": "Simple[(), redirects=(Redirect[>, 'a', fd={fd}])]",
    "if a; then b; fi >c": "Redirected[If[(({Simple[('a')]} {Simple[('b')]})), None], (Redirect[>, 'c'])]",
    "a <<E\nb $c \\$d\nE\ne": (
        "Simple[('a'), redirects=(Redirect[<<, 'E', document='b 'q+Parameter[c, quoted=True]+' 'q+'$'q+'d\\n'q])]; Simple[('e')]"
    ),
    "a <<'E'\n$c `\nE": "Simple[('a'), redirects=(Redirect[<<, 'E'q, document='$c `\\n'q])]",
    "a <<-E | b\n\t\tc\n\tE\nd": (
        "Pipe[(Simple[('a'), redirects=(Redirect[<<, 'E', document='c\\n'q])] Simple[('b')]), both=(False)]; Simple[('d')]"
    ),
    "a <<A <<B\n1\nA\n2\nB": (
        "Simple[('a'), redirects=(Redirect[<<, 'A', document='1\\n'q] Redirect[<<, 'B', document='2\\n'q])]"
    ),
    "a <<E 'b\nc'\nd\nE": "Simple[('a' 'b\\nc'q), redirects=(Redirect[<<, 'E', document='d\\n'q])]",
    "a \"$(b <<E\nc\nE\n)\" d": (
        "Simple[('a' Substitution[{Simple[('b'), redirects=(Redirect[<<, 'E', document='c\\n'q])]}, quoted=True] 'd')]"
    ),
    "a <<E\nno end": "Simple[('a'), redirects=(Redirect[<<, 'E', document='no end'q])]",
    "[ a = b ]": "Simple[('[' 'a' '=' 'b' ']')]",
    "[[ -n $a ]]": "TestCommand[TestUnary[-n, Parameter[a]]]",
    "[[ $a ]]": "TestCommand[TestUnary[-n, Parameter[a]]]",
    "[[ a == b* && ! -z c || ( d -lt 1 ) ]]": (
        "TestCommand[TestBoth[||, TestBoth[&&, TestBinary[==, 'a', 'b*'], TestNot[TestUnary[-z, 'c']]], TestBinary[-lt, 'd', '1']]]"
    ),
    '[[ $a =~ ^v([0-9]+|x y)"."$ ]]': (
        "TestCommand[TestBinary[=~, Parameter[a], '^v'+'('+'[0-9]+|x y'+')'+'.'q+'$']]"
    ),
    "[[ a < b ]]": "TestCommand[TestBinary[<, 'a', 'b']]",
    "((a < 10#$b))": "NumberCommand[NumberOperation[<, (NumberWord['a'] NumberWord['10#'+Parameter[b, quoted=True]])]]",
    'let a=1 "b = 2"': (
        "NumberCommand[NumberOperation[,, (NumberOperation[=, (NumberWord['a'] NumberWord['1'])] "
        "NumberOperation[=, (NumberWord['b'] NumberWord['2'])])]]"
    ),
    "a \\\n  `# why` \\\n  --b": "Simple[('a' Substitution[{}] '--b')]",
    "a; # b\n\n# c\n d": "Simple[('a')]; Simple[('d')]",
    "echo if then }": "Simple[('echo' 'if' 'then' '}')]",
    "{a,b} c": "Simple[('{a,b}' 'c')]",
    "coproc a { b; }": "Background[Group[{Simple[('b')]}]]",
}  # fmt: skip


@pytest.mark.parametrize("script", COMMANDS)
def test_commands(script: str) -> None:
    assert shown(script) == COMMANDS[script]


NUMBERS = {
    "1+2*3": "NumberOperation[+, (NumberWord['1'] NumberOperation[*, (NumberWord['2'] NumberWord['3'])])]",
    "(1+2)*3": "NumberOperation[*, (NumberOperation[+, (NumberWord['1'] NumberWord['2'])] NumberWord['3'])]",
    "1-2-3": "NumberOperation[-, (NumberOperation[-, (NumberWord['1'] NumberWord['2'])] NumberWord['3'])]",
    "2**3**1": "NumberOperation[**, (NumberWord['2'] NumberOperation[**, (NumberWord['3'] NumberWord['1'])])]",
    "-2**2": "NumberOperation[**, (NumberOperation[-, (NumberWord['2'])] NumberWord['2'])]",
    "a=b+=1": "NumberOperation[=, (NumberWord['a'] NumberOperation[+=, (NumberWord['b'] NumberWord['1'])])]",
    "a?b:c?d:e": (
        "NumberOperation[?:, (NumberWord['a'] NumberWord['b'] "
        "NumberOperation[?:, (NumberWord['c'] NumberWord['d'] NumberWord['e'])])]"
    ),
    "a,b": "NumberOperation[,, (NumberWord['a'] NumberWord['b'])]",
    "a && b || !c": (
        "NumberOperation[||, (NumberOperation[&&, (NumberWord['a'] NumberWord['b'])] NumberOperation[!, (NumberWord['c'])])]"
    ),
    "a[i]++ + ++b": (
        "NumberOperation[+, (NumberOperation[++, (NumberWord[Parameter[a, index='i']]), postfix=True] "
        "NumberOperation[++, (NumberWord['b'])])]"
    ),
    "${#a[@]} > $#": (
        "NumberOperation[>, (NumberWord[Parameter[a, index='@', length=True, quoted=True]] "
        "NumberWord[Parameter[#, quoted=True]])]"
    ),
    "1 << 2 & 3": "NumberOperation[&, (NumberOperation[<<, (NumberWord['1'] NumberWord['2'])] NumberWord['3'])]",
    '"$a" == 1': "NumberOperation[==, (NumberWord[Parameter[a, quoted=True]] NumberWord['1'])]",
}  # fmt: skip


@pytest.mark.parametrize("expression", NUMBERS)
def test_numbers(expression: str) -> None:
    assert show(number(text(expression))) == NUMBERS[expression]


@pytest.mark.parametrize("expression", ["", "1 +", "1 2", "(1", "a b", "+" * 500 + "1", "1" + "+1" * 500, "1.5"])
def test_a_number_that_makes_no_sense_is_unreadable(expression: str) -> None:
    found = number(text(expression))
    assert isinstance(found, t.NumberWord)
    assert isinstance(found.word.parts[0], t.Hole)
    assert isinstance(found.word.parts[0].expression, Unreadable)


# Expressions of the CI system


def test_expressions_are_holes_with_their_quoting_and_place() -> None:
    body = parse(template("docker push @@:latest\necho \"a @@\" '@@' && [[ @@ == $((@@ + 1)) ]] # @@\ncat <<E\n@@\nE\n"))
    holes = [node for node in nodes(body) if isinstance(node, t.Hole)]
    assert [(hole.quoted, hole.span.line, hole.span.column) for hole in holes] == [
        (False, 1, 13),
        (True, 2, 9),
        (True, 2, 14),
        (False, 2, 24),
        (True, 2, 33),
        (True, 4, 1),
    ]
    assert all(hole.expression == Name("expression", hole.span) for hole in holes)


def test_an_expression_as_the_name_of_a_variable_is_unreadable() -> None:
    body = parse(template("echo $@@ ${@@} ${A_@@}"))
    found = [node.expression for node in nodes(body) if isinstance(node, t.Hole)]
    assert len(found) == 3
    assert all(isinstance(expression, Unreadable) for expression in found)


def test_an_expression_in_backquotes_with_escapes() -> None:
    (hole,) = [node for node in nodes(parse(template("x=`a \\`b @@\\` c`"))) if isinstance(node, t.Hole)]
    assert (hole.span.column, hole.expression) == (10, Name("expression", hole.span))


def test_text_that_looks_like_a_placeholder_is_text() -> None:
    assert words("a\ufffcb '\ufffc'") == ["'a'+'\ufffc'+'b'", "'\ufffc'q"]


# Places


def test_places_of_words_behind_other_characters() -> None:
    body = parse(text('é="ü" \\\n  docker push "ä$x" | b\n'))
    chars = [node for node in nodes(body) if isinstance(node, t.Chars)]
    assert [(c.text, c.span.line, c.span.column, c.span.end_column) for c in chars[-4:]] == [
        ("docker", 2, 3, 9),
        ("push", 2, 10, 14),
        ("ä", 2, 16, 17),
        ("b", 2, 23, 24),
    ]


def test_places_in_a_text_cut_out_of_a_file() -> None:
    source = Source("w.yml", "run: |\n    if a; then\n      docker push b\n    fi\n")
    whole = Text("if a; then\n  docker push b\nfi\n", source, ((0, 11, 11), (11, 26, 16), (27, 46, 3)))
    simple = next(node for node in nodes(parse(whole)) if isinstance(node, t.Simple) and len(node.words) == 3)
    assert str(simple.span) == "w.yml:3:7"
    assert (simple.span.end_line, simple.span.end_column) == (3, 20)


def test_commands_end_where_their_last_word_ends() -> None:
    spans = [command.span for command in parse(text("a b   # c\n( d )  ;\ne &")).commands]
    assert [(s.line, s.column, s.end_line, s.end_column) for s in spans] == [(1, 1, 1, 4), (2, 1, 2, 6), (3, 1, 3, 4)]


def exact(script: str) -> None:
    """Every literal that was written without escapes stands where its span says."""
    source = Source("x", script)
    for node in nodes(parse(source.whole())):
        if isinstance(node, t.Chars):
            start = source.starts()[node.span.line - 1] + node.span.column - 1
            end = source.starts()[node.span.end_line - 1] + node.span.end_column - 1
            written = script[start:end]
            if len(written) == len(node.text):
                assert written == node.text
            else:
                assert written.startswith(("\\", "$'", "'", '"')) or "\n\t" in written, (written, node)


@given(st.randoms(use_true_random=False))
def test_places_are_exact(random: Random) -> None:
    exact(Maker(random).script().replace("$'a\\tb\\x41\\'\\n'", "x"))


# What cannot be read


def reasons(script: str) -> list[str]:
    return [node.reason for node in nodes(parse(text(script))) if isinstance(node, t.Unread)]


@pytest.mark.parametrize(
    ("script", "unread"),
    [
        ("a\nb ( c\nd", "b ( c"),
        ("a\nfi\nd", "fi"),
        ("a\necho 'b\nd", "echo 'b"),
        ('a\necho "b\nd', 'echo "b'),
        ("a\necho $(b\nd", "echo $(b"),
        ("a\necho ${b\nd", "echo ${b"),
        ("a\n;; b\nd", ";; b"),
        ("a\n} b\nd", "} b"),
        ("a\nx=(b (c))\nd", "x=(b (c))"),
        ("a\n[[ b\nd", "[[ b\nd"),
        ("a\necho > ; b\nd", "echo > ; b"),
        ("a\n&& b\nd", "&& b"),
    ],
)
def test_a_bad_statement_leaves_the_others(script: str, unread: str) -> None:
    commands = parse(text(script)).commands
    assert show(commands[0]) == "Simple[('a')]"
    found = [command.text for command in commands if isinstance(command, t.Unread)]
    assert found == [unread]
    if not unread.endswith("d"):
        assert show(commands[-1]) == "Simple[('d')]"


def test_a_bad_statement_in_a_block_leaves_the_block() -> None:
    assert shown("if a; then\n  b ( c\n  d\nfi\ne") == (
        "If[(({Simple[('a')]} {Unread[`(` was not expected, text=b ( c]; Simple[('d')]})), None]; Simple[('e')]"
    )


def test_a_block_that_is_not_closed_reaches_to_the_end() -> None:
    assert shown("a\nif b; then\nc\n") == "Simple[('a')]; Unread[`fi` is missing, text=if b; then\nc\n]"


def test_bad_text_in_backquotes_spoils_only_itself() -> None:
    command = only("echo a `b ( c` d")
    assert isinstance(command, t.Simple)
    assert len(command.words) == 4
    assert reasons("echo a `b ( c` d") == ["`(` was not expected"]


def test_bad_substitutions_are_unreadable_values() -> None:
    (hole,) = [node for node in nodes(parse(text("echo ${a.b} c"))) if isinstance(node, t.Hole)]
    assert isinstance(hole.expression, Unreadable)


@pytest.mark.parametrize(
    "unit",
    ["$(", "$((", "((", "( ", "{ ", "${x:-", "`", "if a; then ", "while a; do ", "case a in a) ", "[[ ( ", "! ", "a && ", "$[", "a[",
     "a[$(", "let $(", "f() { ", "f() ", "a=(", "$((1+", "${x/", "<(", "@(", '"$(', '"`', "[[ ! ", "$((1?", "x=$(( $(", "case $("],
)  # fmt: skip
def test_deep_nesting_is_unread_and_fast(unit: str) -> None:
    start = time.process_time()
    body = parse(text("a\n" + unit * 20_000))
    assert show(body.commands[0]) == "Simple[('a')]"
    assert any(isinstance(command, t.Unread) for command in body.commands) or unit == "`" or unit == '"`'
    assert time.process_time() - start < 5


def depth(value: object) -> int:
    if isinstance(value, tuple):
        return max(map(depth, value), default=0)
    if not dataclasses.is_dataclass(value) or type(value).__module__ != t.__name__:
        return 0
    return 1 + max(depth(getattr(value, item.name)) for item in dataclasses.fields(value))


@pytest.mark.parametrize(("before", "after"), [("(", ")"), ("{ ", "; }"), ("echo $(", ")"), ("if ", "; then a; fi"), ('echo "${b:-', '}"')])
def test_trees_are_never_much_deeper_than_the_bound(before: str, after: str) -> None:
    fits = parse(text(before * 20 + "a" + after * 20))
    assert not [node for node in nodes(fits) if isinstance(node, t.Unread)]
    assert depth(parse(text(before * 300 + "a" + after * 300))) <= 6 * MAX_DEPTH


def test_long_texts_are_refused_at_once() -> None:
    start = time.process_time()
    (command,) = parse(text("echo a\n" * (5_000_000 // 7))).commands
    assert isinstance(command, t.Unread)
    assert time.process_time() - start < 1
    assert not reasons("a" * (MAX_LENGTH - 1))


STATEMENTS = 'if [ "$TAG" = v1 ]; then\n  docker push "$IMAGE:${TAG#v}" && echo "pushed $TAG" >> "$OUT" # done\nfi\n'


def seconds(script: str) -> float:
    start = time.process_time()
    parse(text(script))
    return time.process_time() - start


@pytest.mark.parametrize(
    "unit",
    [
        STATEMENTS,
        "cat <<E\na $b\nE\n",
        "echo don't\n",
        "x=$(a `b`) ",
        "fi\n",
        "echo $(a\n",
        "cat <<A ",
        "b ( c\n",
        "a[1]=$((1 + 2))\n",
        "`a \\`b\\``\n",
    ],
)
def test_time_grows_with_length(unit: str) -> None:
    small = min(seconds(unit * 100) for _ in range(3))
    large = min(seconds(unit * 3000) for _ in range(2))
    assert large < 30 * 4 * max(small, 0.002), (small, large)


# Any text


@given(st.text(alphabet="ab1 \n\t$(){}[]<>|&;\"'`\\#=!*?@%/:+-,.~^_\ufffcé", max_size=80))
def test_any_text_is_read(script: str) -> None:
    body = parse(text(script))
    for node in nodes(body):
        assert node.span.line >= 1  # type: ignore[attr-defined]
    exact(script) if "$'" not in script and "<<-" not in script else None


PIECES = [
    ";",
    "&",
    "|",
    "(",
    ")",
    "{",
    "}",
    '"',
    "'",
    "`",
    "$",
    "\\",
    "\n",
    " ",
    "#",
    "<<",
    "if",
    "fi",
    "do",
    "[[",
    "((",
    "))",
    "$(",
    "${",
    "esac",
    ";;",
]


def mutated(random: Random) -> str:
    """A good script with a small accident."""
    script = Maker(random).script()
    for _ in range(random.randint(1, 3)):
        at = random.randrange(len(script))
        script = script[:at] + random.choice(["", *PIECES]) + script[at + random.randint(0, 3) :]
    return script + "\n"


@given(st.randoms(use_true_random=False))
def test_accidents_are_read(random: Random) -> None:
    assert isinstance(parse(text(mutated(random))), t.Body)
