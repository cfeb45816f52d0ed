"""Makes shell scripts out of a source of chance. They print, and do nothing else; every one of them ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

NAMES = ("a", "b", "c", "v1")
TEXTS = ("x", "1.2.3", "v1.28.0", "latest", "a b", "", "-rc.1", "*", "x/y", "10", "03", "$", "}", "it", "&", "é")
QUOTE_FREE = ("x", "1.2.3", "v1.28.0", "latest", "10", "3", "-q", "a=b", "~x", "x:y", "%s")
PATTERNS = ("*", "v*", "*.[0-9]", "?", "x|y*", "[!a-m]*", "'*'", '"$a"', "$b", "1.2.*", "v'1'*", "\\*")


class Maker:
    """Writes one script; `random` decides."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._functions: list[str] = []
        self._documents: list[str] = []
        self._count = 0

    def script(self) -> str:
        """A script of several statements."""
        made = ["a=v1.2; b='x y'; c=(1 2 'three 3'); declare -A v1=([k]=w [l]='m n'); d=(4 5); n=0; shopt -s extglob\n"]
        for _ in range(self._random.randint(1, 6)):
            made.append(self._statement(0) + self._end())
        return "".join(made)

    def _one(self, *options: str) -> str:
        return self._random.choice(options)

    def _end(self) -> str:
        """A line end, with the here-documents that wait for it."""
        documents = "".join(self._documents)
        self._documents.clear()
        comment = self._one("", "", "", " # it's `a` \"comment", "  ")
        return comment + "\n" + documents + self._one("", "", "\n", "# don't\n", "  ")

    def _separator(self) -> str:
        return self._end() if self._documents else self._one("; ", self._end())

    # Statements

    def _statement(self, depth: int) -> str:
        kinds = [self._print, self._print, self._assign, self._assign_array, self._declare, self._and_or, self._pipe, self._call]
        kinds += [self._let, self._define] if depth == 0 else []
        kinds += [self._if, self._case, self._for, self._loop, self._group, self._test, self._double_brackets] if depth < 3 else []
        return self._random.choice(kinds)(depth)

    def _body(self, depth: int) -> str:
        return "".join(self._statement(depth + 1) + self._separator() for _ in range(self._random.randint(1, 2)))

    def _print(self, depth: int) -> str:
        words = " ".join(self._word(depth) for _ in range(self._random.randint(0, 3)))
        command = self._one("echo", "printf '<%s>'", "printf '%s\\n'", "echo -n", "ec\\\nho", "\\\n echo", ">/dev/null echo")
        return f"{command} {words}" + self._redirect(depth)

    def _redirect(self, depth: int) -> str:
        kind = self._one("", "", "", "", "here", "string", "2>&1", ">&2 2>/dev/null", " >/dev/null", "&>/dev/null", "</dev/null")
        if kind == "string":
            return f" && cat <<< {self._word(depth)}"
        return self._document(depth) if kind == "here" else " " + kind if kind else ""

    def _document(self, depth: int) -> str:
        self._count += 1
        name = f"EOF{self._count}"
        lines = "".join(self._document_line(depth) + "\n" for _ in range(self._random.randint(0, 3)))
        kind = self._one("<<" + name, "<<'" + name + "'", "<<\\" + name, '<<"' + name + '"', "<<-" + name)
        if kind.startswith("<<-"):
            self._documents.append("".join("\t" + line for line in lines.splitlines(keepends=True)) + f"\t{name}\n")
        else:
            self._documents.append(lines + f"{name}\n")
        return f"; cat {kind}"

    def _document_line(self, depth: int) -> str:
        return self._one(
            "plain 'text' \"q\"",
            "\\$x \\\\ \\a",
            "a $a ${b:-'d'}",
            f"n $((1+{self._random.randint(0, 9)}))",
            "$(echo s)",
            "`echo b`",
            "é $b",
        )

    def _assign(self, depth: int) -> str:
        name = self._one(*NAMES[:2])
        return self._one(f"{name}={self._word(depth)}", f"{name}+={self._word(depth)}", f"{name}=", f"{name}=x b={self._word(depth)}")

    def _assign_array(self, depth: int) -> str:
        words = self._one(" ", "\n", " # c\n").join(self._word(depth) for _ in range(self._random.randint(0, 3)))
        return self._one(
            f"c=({words})",
            f"c+=( {words} )",
            f"c[1]={self._word(depth)}",
            f"c[ 1 + 1 ]+={self._word(depth)}",
            f"v1=([k]={self._word(depth)})",
        )

    def _declare(self, depth: int) -> str:
        keyword = self._one("declare", "export", "typeset", "readonly -p >/dev/null; declare")
        return f"{keyword} " + self._one(f"a={self._word(depth)}", f'"b={self._text()}"', "a b", "a=1", f"b={self._word(depth)} a")

    def _let(self, depth: int) -> str:
        return self._one("let n=1+2", 'let "n = 3 * 2" m=4', "let n++ || true", "let 'n=5'") + '; echo "$n"'

    def _define(self, depth: int) -> str:
        name = f"f{len(self._functions)}"
        body = self._body(1)
        body = f'local a=1 z="$1"; {body}'
        head = self._one(f"{name}() ", f"function {name} ", f"{name} ()\n", f"function {name}() ")
        self._functions.append(name)
        return head + self._one(f"{{ {body}}}", f"( {body.replace('local', 'declare')})", f"{{ {body}}} 2>&1")

    def _call(self, depth: int) -> str:
        if depth or not self._functions:
            return self._print(depth)
        return f"{self._one(*self._functions)} {self._word(depth)} two"

    def _and_or(self, depth: int) -> str:
        parts = [self._short(depth) for _ in range(self._random.randint(2, 3))]
        made = parts[0]
        for part in parts[1:]:
            made += self._one(" && ", " || ", " &&\n", " || # c\n") + self._one("", "", "! ") + part
        return made

    def _short(self, depth: int) -> str:
        return self._one(
            "true",
            "false",
            f"echo {self._word(depth)}",
            f"[ {self._word(depth)} = x ]",
            "(( 1 < 2 ))",
            "[[ $a ]]",
            f"( echo {self._word(depth)} )",
            f"a={self._word(depth)}",
        )

    def _pipe(self, depth: int) -> str:
        bar = self._one("|", "|&", "| # c\n")
        right = self._one("cat", "tr a-z A-Z", "while read -r l; do echo $l; done", "{ cat; }")
        return f"{self._one('', '! ')}echo {self._word(depth)} {bar} {right}"

    def _if(self, depth: int) -> str:
        made = f"if {self._short(depth)}{self._one(';', chr(10))} then {self._body(depth)}"
        if self._one("", "elif"):
            made += f"elif {self._double_brackets(depth)}\nthen {self._body(depth)}"
        if self._one("", "else"):
            made += f"else {self._body(depth)}"
        return made + "fi"

    def _case(self, depth: int) -> str:
        made = f"case {self._word(depth)} in\n"
        for _ in range(self._random.randint(0, 3)):
            pattern = self._one(*PATTERNS, "a | b", "@(x|v*)", "+([0-9])")
            made += f"{self._one('', '(')}{pattern}) {self._one('', self._body(depth))}{self._one(';;', ';;', ';&', ';;&')}\n"
        return made + f"*) echo other {self._one('', ';; ')}{chr(10)}esac"

    def _for(self, depth: int) -> str:
        words = " ".join(self._word(depth) for _ in range(self._random.randint(0, 3)))
        i = self._counter("i")
        head = self._one(
            f"for {i} in {words};", f"for {i} in {words}\n", f"for {i};", f"for {i} in \"${{c[@]}}\";",
            f"for (({i}=0; {i}<2; {i}++));", f"for (( {i} = 3 ; {i} ; --{i} ))\n",
        )  # fmt: skip
        return f'{head} do echo "${i}"; {self._body(depth)}done'

    def _counter(self, letter: str) -> str:
        """A name that no other loop uses."""
        self._count += 1
        return f"{letter}{self._count}"

    def _loop(self, depth: int) -> str:
        k = self._counter("k")
        return self._one(
            f"{k}=0; while (( {k}++ < 2 )); do {self._body(depth)}done",
            f"{k}=0; until [ ${k} -ge 2 ]; do {k}=$(({k}+1)); {self._body(depth)}done",
            f'while read -r l w; do echo "$w-$l"; done < <(echo {self._word(depth)})',
        )

    def _group(self, depth: int) -> str:
        body = self._body(depth)
        return self._one(f"{{ {body}}}", f"( {body})", f"{{ {body}}} 2>/dev/null", f"(\n{body}) | cat")

    def _test(self, depth: int) -> str:
        test = self._one(
            f"[ {self._quoted(depth)} = x ]", f"[ -n {self._quoted(depth)} ]", f"test {self._quoted(depth)} != y", "[ 1 -lt 2 -a a \\< b ]"
        )
        return f"{test}; echo $?"

    def _double_brackets(self, depth: int) -> str:
        word = self._word(depth)
        return self._one(
            f"[[ {word} == {self._one(*[p for p in PATTERNS if '|' not in p])} ]]",
            f"[[ -z {word} || {word} != x ]]",
            f"[[ ! ( -n $a && {word} < y ) ]]",
            f"[[ $a =~ ^v([0-9]+)\\.{self._one('2', '[0-9]', '(x|2)', chr(34) + '2' + chr(34))}$ ]]",
            '[[ $b =~ (x\\ y|"z") ]]',
            "[[ 3 -gt 2 &&\n a = a ]]",
            f"[[ {word} ]]",
        )

    # Words

    def _word(self, depth: int) -> str:
        if self._random.random() < 0.1:
            return self._one("{p,q}", "a{1..3}", "{'x,y',\"$a\"}z", "x{,.bak}", "{a}", "{b,x}{1,2}")
        parts = [self._part(depth) for _ in range(self._random.choice((1, 1, 1, 2, 3)))]
        return "".join(parts)

    def _part(self, depth: int) -> str:
        kinds = [self._quoted, self._quoted, self._plain, self._plain, self._parameter]
        kinds += [self._substitution, self._arithmetic] if depth < 2 else []
        return self._random.choice(kinds)(depth)

    def _plain(self, depth: int) -> str:
        return self._one(*QUOTE_FREE, "\\*", "a\\ b", "\\$x", "x\\\ny", "\\'", '\\"', "x#y")

    def _text(self) -> str:
        return self._one(*TEXTS)

    def _quoted(self, depth: int) -> str:
        inner = self._text().replace("$", "\\$")
        return self._one(
            f'"{inner}"',
            f"'{self._text()}'",
            '"$a"',
            f'"{inner}$a.{inner}"',
            f'"{self._parameter(depth)}"',
            f'"$(echo {self._text().replace("&", "x").replace("}", "x").replace("*", "x")})"',
            f'"`echo "{inner}"`"',
            f'"{inner}\'s \\" \\\\ \\x"',
            "$'a\\tb\\x41\\'\\n'",
            '"${c[@]}"',
            '"$((1 + 2))"',
            '"a\\\nb"',
            '""',
            "''",
        )

    def _parameter(self, depth: int) -> str:
        name = self._one("a", "b", "unset", "1", "@", "c[1]", "c[@]", "v1[k]", "c[$((0+1))]", "c[-1]", "c[0]")
        scalar = self._one("a", "b", "c[2]", "c[@]", "v1[l]")
        kind = self._random.randrange(8)
        if kind == 0:
            return self._one("$a", "$b", "$#", "$?", "${c[*]}", "${#a}", "${#c[@]}", "${!v1[@]}", "${c}")
        default = self._one("x", "a b", "'q'", '"$b"', "$a", "", "\\}", "$(echo s)")
        cut = self._one("v", "*.", ".*", "[0-9]", "'v'", '"$b"', "*", "\\*", "x?")
        wanted = self._one(".", "[0-9]", " ", "v", "$b", "\\/", "'1'")
        return "${" + (
            name,
            name,
            name + self._one(":-", "-", ":+", "+") + default,
            scalar + self._one("#", "##", "%", "%%") + cut,
            scalar + self._one("/", "//") + wanted + self._one("", "/", "/-", "/$b", "/\\/", "/x y"),
            scalar + self._one("/#v/x", "/%2/y", "/#/p", "/%/s"),
            scalar + self._one("^", "^^", ",", ",,", "^^[x]", "@U"),
            scalar + self._one(":1", ":0:1", ": -1", ":1:1", ":$((0)):2", ":(1)"),
        )[kind] + "}"  # fmt: skip

    def _substitution(self, depth: int) -> str:
        inner = self._word(depth + 1)
        return self._one(
            f"$(echo {inner})",
            "`echo x`",
            "`echo \\`echo y\\` # c`",
            f"$(\necho {inner}\n)",
            "$( (echo z) )",
            "$(case x in x) echo m;; esac)",
            "$(cat <<E\nh $a\nE\n)",
            "$(# it's\necho c)",
        )

    def _arithmetic(self, depth: int) -> str:
        return f"$(({self._number(0)}))"

    def _number(self, depth: int) -> str:
        leaf = self._one("1", "2", "10#08", "0x1f", "n", "d[0]", "$((1))", "${#a}", "7", "$(echo 4)", "${d[1]}", '"3"', "10#${d[0]}")
        if depth > 2 or self._one("", "leaf"):
            return leaf
        left, right = self._number(depth + 1), self._number(depth + 1)
        operator = self._one("+", "-", "*", "<", "<=", "==", "!=", "&&", "||", "|", "&", "^", ",", "<<1 +", "- -", "> ")
        return self._one(
            f"{left} {operator} {right}",
            f"({left}{operator}{right})",
            f"(!{left})",
            f"(-{left})",
            f"{left} ? {right} : {leaf}",
            f"(n = {right})",
            "n++",
            "++n",
            f"(n += {right})",
            f"(~{left})",
            "2**3**1",
            f"(d[1] = {right})",
        )
