"""A command line taken apart: options with their values, and the words that are no options."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from latest_guard.values import Literal, Str, plain

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence


def options(names: str) -> frozenset[str]:
    """A set of options written one after the other, with spaces between them."""
    return frozenset(names.split())


@dataclass(frozen=True, slots=True)
class Arguments:
    """The words after a command's name. `options` are pairs in order; a flag's value is None."""

    options: tuple[tuple[str, Str | None], ...]
    positionals: tuple[Str, ...]
    words: tuple[Str, ...]

    def has(self, *names: str) -> bool:
        """Is one of these options given?  `--push=false` is not."""
        return any(n in names and (v is None or plain(v) not in ("false", "0")) for n, v in self.options)

    def flag(self, *names: str) -> Str | None:
        """What a switch was set to: `true` where it stands bare, its value for `--push=$PUSH`, None where it is not given."""
        found = [(Literal("true", None),) if v is None else v for n, v in self.options if n in names]
        return found[-1] if found else None

    def values(self, *names: str) -> list[Str]:
        """The values of these options, in order."""
        return [v for n, v in self.options if n in names and v is not None]

    def value(self, *names: str) -> Str | None:
        """The last value of these options."""
        found = self.values(*names)
        return found[-1] if found else None

    def positional(self, index: int) -> Str | None:
        """The positional at `index` (negative counts from the end), None where there is none."""
        return self.positionals[index] if -len(self.positionals) <= index < len(self.positionals) else None

    def texts(self) -> list[str]:
        """The positionals as texts; one with symbols in it is ""."""
        return [plain(word) or "" for word in self.positionals]


def parse(words: Sequence[Str], valued: Collection[str] = (), clusters: str = "") -> Arguments:
    """Take `words` apart; the options named in `valued` take the next word as their value (unless written `--option=value`).

    `clusters` are the letters of flags that may be written together: with "fa", `-fam text` is `-f -a -m text`.
    """
    words = _spread(words, clusters) if clusters else words
    options: list[tuple[str, Str | None]] = []
    positionals: list[Str] = []
    at = 0
    while at < len(words):
        word = words[at]
        at += 1
        head = word[0].text if word and isinstance(word[0], Literal) else ""
        if head == "--" and len(word) == 1:
            positionals += words[at:]
            break
        if not head.startswith("-") or head == "-":
            positionals.append(word)
            continue
        name, equals, rest = head.partition("=")
        if equals:
            start = Literal(rest, word[0].span) if rest else None
            options.append((name, ((start,) if start else ()) + tuple(word[1:])))
        elif name in valued and len(word) == 1:
            options.append((name, words[at] if at < len(words) else ()))
            at += 1
        elif name[:2] in valued and not name.startswith("--"):
            options.append((name[:2], (Literal(name[2:], word[0].span), *word[1:]) if name[2:] else tuple(word[1:])))
        else:
            options.append((name, None))
    return Arguments(tuple(options), tuple(positionals), tuple(words))


def match(words: Sequence[Str], subcommands: Sequence[str], valued: Collection[str] = (), clusters: str = "") -> Arguments | None:
    """The arguments behind `subcommands`; None where these are not the first positionals of `words`, options between them or not.

    Options before the subcommands are kept; `positionals` begin behind them.
    """
    literals = [word[0].text for word in words if len(word) == 1 and isinstance(word[0], Literal)]
    if any(name not in literals for name in subcommands):
        return None
    arguments = parse(words, valued, clusters)
    count = len(subcommands)
    if [plain(word) for word in arguments.positionals[:count]] != list(subcommands):
        return None
    return Arguments(arguments.options, arguments.positionals[count:], arguments.words)


def _spread(words: Sequence[Str], clusters: str) -> list[Str]:
    """The words with `-fam` written as `-f -a -m`; what follows `--` stays."""
    spread: list[Str] = []
    for index, word in enumerate(words):
        head = word[0] if word else None
        if not isinstance(head, Literal) or head.text[:1] != "-" or len(head.text) < 3 or head.text[1] == "-":
            if head is not None and plain(word) == "--":
                return spread + list(words[index:])
            spread.append(word)
            continue
        letters = head.text[1:]
        joined = 0
        while joined < len(letters) - 1 and letters[joined] in clusters:
            spread.append((Literal("-" + letters[joined], head.span),))
            joined += 1
        spread.append((Literal("-" + letters[joined:], head.span), *word[1:]))
    return spread
