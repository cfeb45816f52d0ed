"""The symbols that lookups yield: the versions that exist already, as each tool writes them."""

from __future__ import annotations

from latest_guard.values import HIGHEST_VERSION, KNOWN_VERSIONS, RELEASED_VERSIONS, Colour, Lookup, Order, Symbol, Worlds

#: An old prerelease stands in every list, so that it shows whether a filter takes prereleases out.
OLD_PRERELEASE = "1.25.0-rc.1"

#: The lines of the known versions, as release branches name them.
KNOWN_LINES = tuple(dict.fromkeys(version.rpartition(".")[0] for version in KNOWN_VERSIONS))


def newest(name: str, order: Order, *, prefix: str = "v", local: bool = False) -> Symbol:
    """One known version, the newest by `order`: 1.28.0 in every world."""
    version = prefix + HIGHEST_VERSION
    return Symbol(name, Colour.KNOWN, (version, version, version), lookup=Lookup(name, None, local, False, order, False))


def listing(name: str, order: Order, *, prefix: str = "v", local: bool = False, own: bool = False, descending: bool = False) -> Symbol:
    """A list of known versions, one a line, sorted by `order`; with `own` the version being released is among them (a git tag is)."""
    return Symbol(
        name, Colour.KNOWN, worlds(prefix, own=own, order=order, descending=descending), lookup=Lookup(name, None, local, True, order, True)
    )


def unknown(name: str, order: Order = Order.NONE, *, local: bool = False, many: bool = True) -> Symbol:
    """A known answer in a form of its own, whose text cannot be told."""
    return Symbol(name, Colour.KNOWN, None, lookup=Lookup(name, None, local, many, order, True))


def released(name: str, prefix: str = "") -> Symbol:
    """The released version as the project's own files declare it."""
    first, second, third = (prefix + version for version in RELEASED_VERSIONS)
    return Symbol(name, Colour.RELEASED, (first, second, third))


def worlds(prefix: str, *, own: bool, order: Order, descending: bool, separator: str = "\n") -> Worlds:
    """The known versions in each world, `prefix` before each."""

    def text(release: str) -> str:
        versions = [OLD_PRERELEASE, *KNOWN_VERSIONS]
        if own:
            versions.append(release)
        if order is Order.VERSION or order is Order.DATE or order is Order.GRAPH:
            versions.sort(key=_key)
        else:
            versions.sort()
        if descending:
            versions.reverse()
        return separator.join(prefix + version for version in versions)

    first, second, third = RELEASED_VERSIONS
    return text(first), text(second), text(third)


def _key(version: str) -> tuple[tuple[int, ...], bool, str]:
    numbers, _, rest = version.partition("-")
    return tuple(int(number) for number in numbers.split(".")), not rest, rest
