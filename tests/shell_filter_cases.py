"""Command lines and texts for the filters, out of a source of chance."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

LINES = [
    "1.27.4", "1.28.0", "v1.28.0", "1.29.0-rc.1", "v1.2", "1.10", "1.9.0", "1.9", "a.b", "2.0~rc1", "1.0.tar.gz", "1.0", "foo 1 b",
    "foo  2 a",
    "10", "9", "-3", "1K", "2M", "0.5", "", "  x", "x.y.z", "latest", "1.2.3+b", "v1.2.3-alpha", "V1", "..", ".", ".a", "a1",
    "a01", "a~", "a",
    "b:1:c", "b:10:a", "name=val", '"tag": "v1",', "é",
]  # fmt: skip
DOCUMENTS = [
    '{"tag_name":"v1.28.0","draft":false,"assets":[{"name":"a"},{"name":"b"}],"n":3}',
    '[{"name":"v1.9.0","p":true},{"name":"v1.10.0","p":false},{"name":"1.2","p":null}]',
    '["b","a","1.2","a"]', "null", '"v1"', "3", "[]", "{}", "[3,1,2.5]", '{"a":{"b":[1,{"c":"x"}]},"tags":["latest","1.0"]}',
    '[1,"a",null,{"x":1},[2]]', '{"tags":null}',
]  # fmt: skip
EXTENDED = [
    "^v?[0-9]+\\.[0-9]+", "rc|alpha", "[0-9]+$", "^$", "v", "\\.", "(a|b)", "^[^-]+$", "1.2", "x*", "[[:digit:]]+", "-",
    "^[0-9]+(\\.[0-9]+){1,2}$",
]  # fmt: skip
BASIC = ["^v", "[0-9]*$", "rc\\|alpha", "\\.", "1.2", "\\(a\\|b\\)", "^$", "-rc", "x*", "^[0-9]\\+", "a\\?1"]


class Cases:
    """Makes command lines; `random` decides."""

    def __init__(self, random: Random) -> None:
        self._random = random

    def text(self) -> str:
        """Lines for a filter."""
        made = "\n".join(self._one(*LINES) for _ in range(self._random.randint(0, 7)))
        return made + ("\n" if made and self._random.random() < 0.85 else "")

    def document(self) -> str:
        """One or two JSON values."""
        return "\n".join(self._one(*DOCUMENTS) for _ in range(self._random.choice((1, 1, 2))))

    def _one(self, *options: str) -> str:
        return self._random.choice(options)

    def _chance(self, share: float) -> bool:
        return self._random.random() < share

    def _flags(self, letters: str, most: int) -> list[str]:
        return ["-" + letter for letter in self._random.sample(letters, self._random.randint(0, min(most, len(letters))))]

    def _words(self, *options: str) -> list[str]:
        return self._one(*options).split(" ")

    def sort(self) -> list[str]:
        words = (
            self._flags("Vrnufbdsg", 2)
            if self._chance(0.6)
            else [self._one("-V", "-rV", "-h", "-n", "--version-sort", "--sort=version", "-C")]
        )
        if self._chance(0.4):
            words += ["-t", self._one(".", ":", "-", " ")]
        keys = ("1", "2", "2,2", "1,1n", "2n", "1.2", "1.2,1.3", "2V,2", "3,3nr", "1,1V", "2,2b", "1V")
        for _ in range(self._random.randint(0, 2)):
            words += ["-k", self._one(*keys)]
        return ["sort", *words]

    def uniq(self) -> list[str]:
        return ["uniq", *self._flags("cdui", 2)]

    def head(self) -> list[str]:
        return ["head", *self._words("-n 1", "-n 2", "-n -1", "-1", "-n 0", "-n -3", "-c 3", "-c -2", "-n1", "--lines=2")]

    def tail(self) -> list[str]:
        return ["tail", *self._words("-n 1", "-n 2", "-n +2", "-n +1", "-n 0", "-n -1", "-1", "-c 3", "-c +2", "-n+3", "--lines=1")]

    def grep(self) -> list[str]:
        kind = self._one("E", "G", "F", "P")
        options = {"E": EXTENDED, "P": EXTENDED, "G": BASIC, "F": ["1.2", "a", "rc", ".", "v1\n2", "[0-9]"]}[kind]
        words = ["-" + kind, *self._flags("vioxqcnhw", 2)]
        if self._chance(0.15):
            words += ["-m", "1"]
        elif self._chance(0.1):
            words += ["-A", "1"]
        if self._chance(0.2):
            return ["grep", *words, "-e", self._one(*options), "-e", self._one(*options)]
        return ["grep", *words, self._one("-e", "--"), self._one(*options)]

    def sed(self) -> list[str]:
        extended = self._chance(0.5)
        address = self._one(
            "", "", "1", "$", "2,3", "/a/", "/v/,$", "1!", "$!", "2,$", "/1/,+1", "1~2", "/1/,/2/", "/^$/", "0,/1/",
        )  # fmt: skip
        command = self._one(
            self._s(extended), self._s(extended), self._s(extended), "d", "p", "q", "=", "y/abc/xyz/", "a foo", "i\\\nbar",
            "c\\\nbaz", "n;d",
            "N;P;D", "G", "h;x", "$!N;s/\\n/,/", ":a;N;$!ba;s/\\n/,/g", "{s/1/2/;p}", "Q", "q5", "s/1/2/;T;s/$/!/", "s/1/2/;t;s/$/?/",
        )  # fmt: skip
        script = command if command.startswith(":") else address + command
        words = self._flags("n", 1) + ["-E"] * extended
        return ["sed", *words, "-e", script, "-e", self._s(extended)] if self._chance(0.2) else ["sed", *words, script]

    def _s(self, extended: bool) -> str:
        mark = self._one("/", "|", "#", ",")
        patterns = ("^v", "\\.", "-.*", "[0-9][0-9]*", "$", "x*", "a", '^.*"\\([^"]*\\)".*$', "\\(.*\\)\\.\\(.*\\)")
        if extended:
            patterns = ("^v?", "\\.", "-.*", "[0-9]+", "$", "(a)", "^([0-9]+)\\.([0-9]+).*$", '.*"([^"]+)".*', "([^.]+)\\.?")
        pattern = self._one(*patterns)
        replacement = self._one("", "X", "[&]", "\\1", "-", "\\n", "\\U&", "\\u&x", "\\&")
        if replacement == "\\1" and "(" not in pattern:
            replacement = "&&"
        return f"s{mark}{pattern}{mark}{replacement}{mark}{self._one('', 'g', 'p', '2', 'gI', '2g')}"

    def cut(self) -> list[str]:
        kind = self._one("f", "c", "b")
        words = ["-" + kind, self._one("1", "2", "1,3", "2-", "-2", "1-2", "2,1", "3")]
        if kind == "f":
            words += ["-d", self._one(".", ":", "-", "v", " "), *self._flags("s", 1)]
            words += ["--output-delimiter", self._one("_", ", ")] if self._chance(0.2) else []
        return ["cut", *words, *(["--complement"] if self._chance(0.2) else [])]

    def tr(self) -> list[str]:
        sets = (
            "a-z",
            "A-Z",
            ".",
            "0-9",
            "[:lower:]",
            "[:upper:]",
            "\\n",
            "abc",
            "v",
            "-",
            "[:digit:]",
            "a-c.",
            "\\.",
            " \t",
            "[:punct:]",
            "_",
            "[x*]",
        )
        one, other = self._one(*sets), self._one(*sets)
        options = (["-d", one], [one, other], ["-s", one], ["-cd", one], ["-s", one, other], ["-c", one, "_"], ["-dc", "0-9.\\n"])
        return ["tr", *self._random.choice(options)]

    def wc(self) -> list[str]:
        return ["wc", *self._flags("lwcm", 2)]

    def paste(self) -> list[str]:
        delimiter = ["-d", self._one(",", "\\n", "ab", "")] if self._chance(0.6) else []
        return ["paste", *self._flags("s", 1), *delimiter, *["-"] * self._random.randint(1, 3)]

    def lines(self) -> list[str]:
        return self._words("tac", "rev", "cat", "nl", "nl -ba", "column -t", "column -t -s :", "tee", "paste -sd,")

    def xargs(self) -> list[str]:
        return self._words("xargs", "xargs -n 1", "xargs -n 2", "xargs echo x", "xargs -I{} echo a {}b", "xargs -r")

    def seq(self) -> list[str]:
        return ["seq", *self._words("3", "1 5", "3 2 9", "-s , 1 2 9", "-w 8 11", "5 -2 1", "5 1", "-2 2", "0")]

    def echo(self) -> list[str]:
        words = ("a", "", "1.2", "a b", "a\\tb", "\\x41", "\\0101", "\\101", "x\\cy", "\\n", "-n", "\\\\")
        return ["echo", *self._flags("neE", 2), *[self._one(*words) for _ in range(self._random.randint(0, 3))]]

    def printf(self) -> list[str]:
        formats = (
            "%s\\n", "%d", "%03d%03d", "%-5s|", "%5s|", "%x", "%b", "%q ", "%s %s\\n", "%%", "%c", "%.2s", "%5.1f", "%s", "\\t%s\\x41",
            "v%d.%d", "%i", "%u", "%*d", "%+d", "% d", "no", "%e", "%g", "%05d", "%o", "\\101", "\\e", "%X",
        )  # fmt: skip
        words = ("a", "", "1.2", "v1", "10", "-5", "0x1f", "010", "a b", "%", "\\n", "x/y", "*", "it's", "3abc", "08")
        return ["printf", "--", self._one(*formats), *[self._one(*words) for _ in range(self._random.randint(0, 4))]]

    def basename(self) -> list[str]:
        names = ("a", "x/y", "/", "/a/b/", "a.tar.gz", "v1.2", "a b", ".", "//", "refs/tags/v1")
        options = (
            ["basename", self._one(*names)],
            ["basename", self._one(*names), self._one(".gz", "a", "b")],
            ["dirname", self._one(*names)],
        )
        return self._random.choice((*options, ["basename", "-a", self._one(*names), "b/c"], ["basename", "-s", ".gz", self._one(*names)]))

    # Languages

    def awk(self) -> list[str]:
        statement, rule = self._awk_statement, self._awk_pattern
        program = self._random.choice((
            f"{rule()} {{{statement()}}}",
            f"{{{statement()}}} END {{{statement()}}}",
            f"{{{statement()}; {statement()}}}",
            rule().replace("END", "1").replace("BEGIN", "1") or "1",
            f'BEGIN{{FS="."}} {{{statement()}}}',
        ))  # fmt: skip
        words = [self._one("-F.", "-F:", "-F[.-]", "-F|", "-F-")] if self._chance(0.4) else []
        words += ["-v", "x=" + self._one("1", "v1", "", "a b")] if self._chance(0.2) else []
        return ["awk", *words, program]

    def _awk_pattern(self) -> str:
        return self._one(
            "NR==1", "NR>1", "/1/", "!/v/", '$1=="1.9"', "$1>1.5", "$2~/a/", "$1!~/^v/", "NF>1", "!seen[$0]++", "NR==2,NR==3", "/v/,/a/",
            "END", "BEGIN", '$1 > "1.2"', "NR==1||/x/", "/1/&&!/v/", '$2=="a"', "",
        )  # fmt: skip

    def _awk_value(self) -> str:
        return self._one(
            "$1", "$2", "$NF", "$0", "NR", "NF", "$(NF-1)", '"x"', "length($1)", "substr($1,2)", "substr($0,1,3)", "toupper($1)",
            "$1+1", "$1*2",
            "NR%2", "x", "x++", "++n", 'index($0,".")', "int($1)", '$1","$2', "$1 $2", "-$1", "a[$1]", '(NR>1?"y":"n")', '"a" NR', "1/4",
            "1e3", "0.1", 'sprintf("%03d",$1)', "tolower($0)", 'split($0,p,".")', "p[1]", "match($0,/[0-9]+/)", "RSTART",
        )  # fmt: skip

    def _awk_statement(self) -> str:
        value = self._awk_value
        return self._one(
            f"print {value()}", f"print {value()},{value()}", "print", f'printf "%s\\n",{value()}',
            f'printf("%d-%s|", {value()}, {value()})',
            f"n+={value()}; print n", f'if ({value()}) print "t"; else print "f"', 'gsub(/[0-9]/,"#"); print', 'sub(/^v/,"",$1); print $0',
            "for(i=1;i<=NF;i++) print i,$i", '$1="z"; print', "while(i<3) { i++; print i }", "next", "exit", "s=s $1; print s",
            'gsub(/\\./,"_",$1);print', '$3="q";print NF,$0', "k=length;print k", 'printf "%5.2f|%-4s|%03d%03d\\n",$1,$2,$1,$2',
            f"print ({value()}) {value()}", "print 1==1", "NF=1; print", "delete a; a[1]=2; print (1 in a), (2 in a)",
            "do { j++ } while (j < 2); print j", "exit 3",
        )  # fmt: skip

    def jq(self) -> list[str]:
        flags = self._flags("rcesj", 2) if self._chance(0.8) else self._flags("nr", 2)
        return ["jq", *flags, "--arg", "v", self._one("1", "v1"), self._jq_filter()]

    def _jq_filter(self) -> str:
        path, step = self._jq_path, self._jq_step
        return self._one(
            path(), f"{path()} | {step()}", step(), f"[{path()}]|{step()}",
            f'{path()} // "none"', f"{{a:{self._one('.n', '.tag_name', '1')}}}",
            "{tag_name, n: .n}", f"if {path()} then 1 else 2 end", f'"x\\({path()})y"',
            f"{path()} == " + self._one("1", "null", '"v1"', "false"),
            f"{path()}, {path()}", f"{path()} + {self._one('1', chr(34) + 'a' + chr(34), 'null')}", "$v", ". as $x | $x", "map(. + 1)",
            f"{step()} | {step()}", "reduce .[] as $i (0; . + 1)", "[.[] | select(. != null)] | length", '.[] | select(.name | test("1"))',
            ".n > 2 and .draft", "[.[]|.name]|sort|last", "try (.a.b.c.d)", ".n * 2", ".n / 2", ".n - 1", "-(.n)", "10 % 3",
        )  # fmt: skip

    def _jq_path(self) -> str:
        return self._one(
            ".", ".tag_name", ".[0]", ".[]", ".[-1]", ".name", ".[0].name", ".[].name", ".a.b[1].c", ".tags[]", ".tags", ".[1:]", ".[:1]",
            '."tag_name"', '.["tag_name"]', ".n", ".assets", ".assets[].name", ".[]?", ".name?", ".foo.bar", "..",
        )  # fmt: skip

    def _jq_step(self) -> str:
        return self._one(
            "length", "keys", "sort", "reverse", "first", "last", "unique", "add", "tostring", "type", "not", "max", "min",
            "sort_by(.name)",
            "map(.name)", "map(select(.p))", "map(select(.p|not))", "select(.p==false)", "select(.name != null)", 'join(",")', 'test("^v")',
            'startswith("v")', 'ltrimstr("v")', 'split(".")', 'split(".")|map(tonumber)', 'sub("^v";"")', 'gsub("[0-9]";"#")', "to_entries",
            'contains("v")', 'has("n")', "map(.)", "max_by(.name)", "group_by(.p)", "any", "all", "first(.[])", "[limit(1;.[])]",
            'map(select(test("^[0-9]")))', "@tsv", "@csv", "tojson", "ascii_downcase", 'endswith("0")', "empty", "flatten",
            '[scan("[0-9]+")]',
            'sort_by(split(".")|map(tonumber))', "unique_by(.name)", "tonumber", "values", 'rtrimstr("0")', 'index(".")',
        )  # fmt: skip


MAKERS: dict[str, Callable[[Cases], list[str]]] = {
    "sort": Cases.sort, "uniq": Cases.uniq, "head": Cases.head, "tail": Cases.tail, "grep": Cases.grep, "sed": Cases.sed, "cut": Cases.cut,
    "tr": Cases.tr, "wc": Cases.wc, "paste": Cases.paste, "lines": Cases.lines, "xargs": Cases.xargs, "seq": Cases.seq, "echo": Cases.echo,
    "printf": Cases.printf, "basename": Cases.basename, "awk": Cases.awk, "jq": Cases.jq,
}  # fmt: skip
