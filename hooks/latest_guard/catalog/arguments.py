"""A command line taken apart: options with their values, and the words that are no options."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from latest_guard.values import Literal, Str, plain


@dataclass(frozen=True, slots=True)
class Arguments:
    """The words after a command's name. `options` are pairs in order; a flag's value is None."""

    options: tuple[tuple[str, Str | None], ...]
    positionals: tuple[Str, ...]
    words: tuple[Str, ...]

    def has(self, *names: str) -> bool:
        """Is one of these options given?  `--push=false` is not."""
        return any(n in names and (v is None or plain(v) not in ("false", "0")) for n, v in self.options)

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


def parse(words: Sequence[Str], valued: Collection[str] = ()) -> Arguments:
    """Take `words` apart; the options named in `valued` take the next word as their value (unless written `--option=value`)."""
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
