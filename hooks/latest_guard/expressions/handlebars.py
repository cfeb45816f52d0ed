"""Handlebars templates (https://handlebarsjs.com/guide/) as far as tools let people write them into their configuration.

Read are `{{name}}`, `{{{name}}}`, `{{&name}}`, `{{name 'argument' key='value'}}`, `{{#if name}}…{{else}}…{{/if}}`, `{{#unless name}}`,
comments without braces in them, `~` and `\\{{`.  Values are strings, numbers, lists of these, and functions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

#: A value in a template. A function is called with its arguments and its options (`key='value'`).
Value: TypeAlias = "str | int | bool | None | Sequence[str | int] | Callable[[Sequence[str], Mapping[str, str]], str]"

MAX_NESTING = 20

_TAG = re.compile(r"(\\?)\{\{(~?)(?:\{([^{}]*)\}|([^{}]*?))(~?)\}\}")
_NAME = r"[A-Za-z_$][\w$.-]*"
_CALL = re.compile(rf"\s*(&?)\s*({_NAME})((?:\s+(?:{_NAME}=)?(?:'[^']*'|\"[^\"]*\"|[\w$.-]+))*)\s*", re.ASCII)
_ARGUMENT = re.compile(rf"\s+(?:({_NAME})=)?(?:'([^']*)'|\"([^\"]*)\"|([\w$.-]+))", re.ASCII)
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;", "`": "&#x60;", "=": "&#x3D;"})


class TemplateError(ValueError):
    """The template is malformed, or uses what is not read here. One line."""


@dataclass(slots=True)
class _Block:
    """A branch that is open: what it is, whether its condition holds, and what was written in its present half."""

    kind: str
    holds: bool
    parts: list[str] = field(default_factory=list)


def render(template: str, values: Mapping[str, Value]) -> str:
    """The template filled with `values`; a name that has none is empty. Raises TemplateError."""
    blocks = [_Block("", True)]
    at, stripping = 0, False
    for tag in _TAG.finditer(template):
        literal = template[at : tag.start()]
        literal = literal.lstrip() if stripping else literal
        at, stripping = tag.end(), bool(tag[5])
        blocks[-1].parts.append(literal.rstrip() if tag[2] else literal)
        if tag[1]:
            blocks[-1].parts.append(tag[0][1:])
        else:
            _write(blocks, tag, values)
    rest = template[at:].lstrip() if stripping else template[at:]
    if "{{" in rest or len(blocks) > 1:
        raise TemplateError("a template that is not closed")
    return "".join([*blocks[0].parts, rest])


def only_name(template: str) -> str | None:
    """The name where the template is one `{{name}}` and nothing else."""
    tag = _TAG.fullmatch(template)
    call = _CALL.fullmatch(tag[3] if tag[3] is not None else tag[4] or "") if tag and not tag[1] else None
    return call[2] if call and not call[3] else None


def _write(blocks: list[_Block], tag: re.Match[str], values: Mapping[str, Value]) -> None:
    raw, inside = tag[3] is not None, tag[3] if tag[3] is not None else tag[4]
    first, rest = inside.lstrip()[:1], inside.lstrip()[1:]
    if raw or first not in {"#", "/", "^", "!"}:
        if not raw and inside.strip() == "else":
            _turn(blocks)
        else:
            blocks[-1].parts.append(_expression(inside, values, raw))
    elif first == "#":
        _open(blocks, rest, values)
    elif first == "/":
        _close(blocks, rest.strip())
    elif first == "^":
        raise TemplateError("a section turned round")


def _open(blocks: list[_Block], inside: str, values: Mapping[str, Value]) -> None:
    kind, _, name = inside.strip().partition(" ")
    if kind not in {"if", "unless"} or not re.fullmatch(_NAME, name.strip(), re.ASCII):
        raise TemplateError(f"a block {kind!a}")
    if len(blocks) > MAX_NESTING:
        raise TemplateError(f"blocks nested more than {MAX_NESTING} deep")
    holds = bool(_value(name.strip(), values, ""))
    blocks.append(_Block(kind, holds is (kind == "if")))


def _turn(blocks: list[_Block]) -> None:
    if len(blocks) == 1 or not blocks[-1].kind:
        raise TemplateError("an else without its block")
    block = blocks.pop()
    if block.holds:
        blocks[-1].parts += block.parts
    blocks.append(_Block(f"{block.kind} ", not block.holds))


def _close(blocks: list[_Block], kind: str) -> None:
    if len(blocks) == 1 or blocks[-1].kind.strip() != kind:
        raise TemplateError("an end without its block")
    block = blocks.pop()
    if block.holds:
        blocks[-1].parts += block.parts


def _expression(inside: str, values: Mapping[str, Value], raw: bool) -> str:
    call = _CALL.fullmatch(inside)
    if call is None:
        raise TemplateError(f"an expression {inside.strip()[:40]!a}")
    found = _value(call[2], values, call[3])
    if isinstance(found, bool):
        found = "true" if found else "false"
    text = ",".join(map(str, found)) if isinstance(found, (list, tuple)) else "" if found is None else str(found)
    return text if raw or call[1] else text.translate(_ESCAPES)


def _value(name: str, values: Mapping[str, Value], given: str) -> Value:
    """The value of `name`; a function's answer to the arguments in `given`."""
    found = values.get(name)
    if not callable(found):
        if given:
            raise TemplateError(f"no helper {name!a}")
        return found
    arguments, options = [], {}
    for argument in _ARGUMENT.finditer(given):
        text = next(part for part in argument.groups()[1:] if part is not None)
        if argument[1]:
            options[argument[1]] = text
        else:
            arguments.append(text)
    return found(arguments, options)
