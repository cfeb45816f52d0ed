"""Shell arithmetic (POSIX 2.6.4 and bash's additions) on numbers that are known in part."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from latest_guard.replay.alternatives import Alternative, Value, one
from latest_guard.replay.conditions import FALSE, TRUE, Condition
from latest_guard.replay.machine import Machine, truth
from latest_guard.replay.texts import bare, combine
from latest_guard.shell.tree import Number, NumberOperation, NumberWord, Word
from latest_guard.values import Str, plain, text

if TYPE_CHECKING:
    from latest_guard.source import Span

Expand: TypeAlias = Callable[[Machine, Word], Value]

ORDERS: dict[str, Callable[[int, int], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "==": operator.eq, "!=": operator.ne,
}  # fmt: skip

#: Results past this many bits are not worked out.
BITS = 64


def integer(value: str) -> int | None:
    """A shell number: decimal, `0x…`, octal `0…`, `base#digits`; empty is 0; None where it is none."""
    word = value.strip()
    sign = -1 if word.startswith("-") else 1
    word = word.lstrip("+-")
    if not word:
        return 0
    base, hash_sign, digits = word.partition("#")
    try:
        if hash_sign:
            return sign * int(digits, int(base)) if digits else 0
        if word.lower().startswith("0x"):
            return sign * int(word, 16)
        return sign * int(word, 8 if word.startswith("0") and len(word) > 1 else 10)
    except ValueError:
        return None


def number(machine: Machine, tree: Number, expand: Expand) -> Value:
    """The value of an arithmetic expression as a string of digits."""
    if isinstance(tree, NumberWord):
        return operand(machine, tree, expand)
    if tree.operator in ORDERS or tree.operator in ("&&", "||", "!"):
        return _flip(truth(machine.scene, nonzero(machine, tree, expand)))
    if tree.operator.endswith("=") or tree.operator in ("++", "--"):
        return _assign(machine, tree, expand)
    if tree.operator == "?:":
        return _choose(machine, tree, expand)
    if tree.operator == ",":
        for part in tree.operands[:-1]:
            number(machine, part, expand)
        return number(machine, tree.operands[-1], expand)
    values = [number(machine, part, expand) for part in tree.operands]
    product = machine.scene.algebra.product(values, machine.path)
    return machine.scene.algebra.each(product, lambda parts: combine(list(parts), lambda texts: _work(tree.operator, texts), tree.operator))


def _flip(status: Value) -> Value:
    """Arithmetic truth is 1, where an exit status is 0."""
    return tuple(Alternative(a.when, text("1" if plain(a.held) == "0" else "0")) for a in status)


def operand(machine: Machine, tree: NumberWord, expand: Expand) -> Value:
    """A number, or the value of a variable (which may name another: followed once)."""
    value = expand(machine, tree.word)
    return machine.scene.algebra.tidy(inner for a in value for inner in _named(machine, a))


def _named(machine: Machine, alternative: Alternative[Str]) -> Value:
    name = plain(alternative.held)
    if name is None or not name or not (name[0].isalpha() or name[0] == "_") or not name.replace("_", "a").isalnum():
        return (alternative,)
    both = machine.scene.conditions.both
    held = machine.string(name)
    return tuple(Alternative(both(alternative.when, a.when), a.held or text("0")) for a in held)


def _work(name: str, texts: list[str]) -> str | None:
    numbers = [integer(t) for t in texts]
    if any(n is None for n in numbers):
        return None
    values = [n for n in numbers if n is not None]
    if len(values) == 1:
        unary = {"-": -values[0], "+": values[0], "~": ~values[0]}
        return str(unary[name]) if name in unary else None
    left, right = values
    if name in ("/", "%") and right == 0 or name == "**" and not 0 <= right <= BITS or name in ("<<", ">>") and not 0 <= right < BITS:
        return None
    quotient = abs(left) // abs(right) if right else 0
    signed = quotient if (left < 0) == (right < 0) else -quotient
    results: dict[str, Callable[[], int]] = {
        "+": lambda: left + right, "-": lambda: left - right, "*": lambda: left * right, "/": lambda: signed,
        "%": lambda: left - signed * right, "**": lambda: left**right, "<<": lambda: left << right, ">>": lambda: left >> right,
        "&": lambda: left & right, "|": lambda: left | right, "^": lambda: left ^ right,
    }  # fmt: skip
    if name not in results:
        return None
    made = results[name]()
    return str(made) if made.bit_length() <= BITS * 4 else None


def _choose(machine: Machine, tree: NumberOperation, expand: Expand) -> Value:
    test, then, otherwise = tree.operands
    holds = nonzero(machine, test, expand)
    algebra = machine.scene.algebra
    return algebra.assign(holds, number(machine, then, expand), number(machine, otherwise, expand))


def _assign(machine: Machine, tree: NumberOperation, expand: Expand) -> Value:
    target = tree.operands[0]
    name = plain(expand(machine, target.word)[0].held) if isinstance(target, NumberWord) else None
    if not isinstance(target, NumberWord) or len(target.word.parts) != 1 or not name:
        return one(machine.unread("an assignment in arithmetic", tree.span))
    before = machine.scene.algebra.each(machine.string(name), lambda held: held or text("0"))
    if tree.operator in ("++", "--"):
        right: Value = one(text("1"))
    else:
        right = number(machine, tree.operands[1], expand)
    if tree.operator == "=":
        machine.set(name, right)
        return right
    product = machine.scene.algebra.product([before, right], machine.path)
    work = tree.operator[0] if tree.operator in ("++", "--") else tree.operator[:-1]
    after = machine.scene.algebra.each(product, lambda parts: combine(list(parts), lambda texts: _work(work, texts), work))
    machine.set(name, after)
    return before if tree.postfix else after


def nonzero(machine: Machine, tree: Number, expand: Expand) -> Condition:
    """The condition that an arithmetic expression is not zero."""
    conditions = machine.scene.conditions
    if isinstance(tree, NumberOperation):
        if tree.operator == "!":
            return conditions.no(nonzero(machine, tree.operands[0], expand))
        if tree.operator in ("&&", "||") and len(tree.operands) == 2:
            left, right = (nonzero(machine, part, expand) for part in tree.operands)
            return conditions.both(left, right) if tree.operator == "&&" else conditions.either(left, right)
        if tree.operator in ORDERS and len(tree.operands) == 2:
            values = [number(machine, part, expand) for part in tree.operands]
            return compare(machine, values[0], tree.operator, values[1], tree.span)
    value = number(machine, tree, expand)
    return compare(machine, value, "!=", one(text("0")), tree.span)


def decimal(value: str) -> int | None:
    """A number as `[` reads it: its digits are decimal, whatever they begin with; None where it is none."""
    word = value.strip()
    digits = word.removeprefix("-").removeprefix("+")
    return int(word) if digits.isascii() and digits.isdigit() and len(digits) < BITS else None


def compare(machine: Machine, left: Value, name: str, right: Value, span: Span, read: Callable[[str], int | None] = integer) -> Condition:
    """`left name right` as numbers, which `read` reads."""
    conditions = machine.scene.conditions
    found = FALSE
    for product in machine.scene.algebra.product([left, right], machine.path):
        if product.when != FALSE:
            found = conditions.either(
                found, conditions.both(product.when, _pair(machine, product.held[0], name, product.held[1], span, read))
            )
    return found


def _pair(machine: Machine, left: Str, name: str, right: Str, span: Span, read: Callable[[str], int | None]) -> Condition:
    def holds(a: str, b: str) -> bool | None:
        first, second = read(a), read(b)
        return None if first is None or second is None else ORDERS[name](first, second)

    if name in ("==", "!=") and left == right:
        return TRUE if name == "==" else FALSE
    positive = {"!=": "==", ">=": "<", ">": "<="}.get(name)
    if positive:
        return machine.scene.conditions.no(_pair(machine, left, positive, right, span, read))
    return machine.scene.judge.ordered(bare(left), name, bare(right), holds, span, "as numbers")
