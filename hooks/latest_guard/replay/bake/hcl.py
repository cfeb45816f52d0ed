"""The door to the HCL parser (python-hcl2): text in, our tree out. It never raises."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from latest_guard.replay.bake.tree import (
    Block,
    Call,
    Constant,
    Expression,
    File,
    Listing,
    Loop,
    Member,
    Name,
    Operation,
    Table,
    Template,
    Unread,
)
from latest_guard.source import Problem, Source, Span
from latest_guard.values import Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lark import Token, Tree

#: Longer files are not read: the parser takes about 6 s for a million characters.
LIMIT = 300_000
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\"}
_LAYOUT = ("new_line_or_comment",)


def read(source: Source) -> File | Problem:
    """The blocks and attributes of a file."""
    from hcl2 import parses_to_tree
    from lark.exceptions import LarkError

    if len(source.text) > LIMIT:
        return Problem(f"the file has more than {LIMIT:,} characters, and is not read", source.span(0, 0))
    try:
        tree = parses_to_tree(source.text if source.text.endswith("\n") else source.text + "\n")
    except (LarkError, RecursionError) as error:
        at = getattr(error, "pos_in_stream", 0) or 0
        said = f"not HCL: {str(error).splitlines()[0] if str(error) else 'nested too deeply'}"
        return Problem(said, source.span(min(at, len(source.text)), min(at, len(source.text))))
    return _Builder(source).file(tree.children[0])


def template(source: Source, start: int, end: int) -> Expression:
    """The text from `start` up to `end` as the inside of a quoted template, as in JSON files."""
    from hcl2 import parses_to_tree
    from lark.exceptions import LarkError

    head = 'x = "'
    try:
        tree = parses_to_tree(f'{head}{source.text[start:end]}"\n')
    except (LarkError, RecursionError):
        return Unread("a template that cannot be read", source.span(start, end))
    builder = _Builder(source, start - len(head))
    return builder.file(tree.children[0]).attributes["x"]


@dataclass
class _Builder:
    """Turns the parser's tree into ours; `shift` is what its offsets are off by."""

    source: Source
    shift: int = 0

    def span(self, start: int, end: int) -> Span:
        return self.source.span(start + self.shift, end + self.shift)

    def place(self, tree: Tree[Token]) -> Span:
        meta = tree.meta
        return self.span(meta.start_pos, meta.end_pos) if not meta.empty else self.span(0, 0)

    def file(self, body: Tree[Token]) -> File:
        blocks, attributes = [], {}
        for child in _trees(body):
            if child.data == "block":
                blocks.append(self.block(child))
            elif child.data == "attribute":
                name, value = self.attribute(child)
                attributes[name] = value
        return File(tuple(blocks), attributes)

    def block(self, tree: Tree[Token]) -> Block:
        names, attributes = [], {}
        for child in _trees(tree):
            if child.data == "body":
                attributes = dict(self.attribute(inner) for inner in _trees(child) if inner.data == "attribute")
            elif child.data == "string":
                names.append("".join(str(token) for part in _trees(child) for token in part.children if not _is_tree(token)))
            else:
                names.append(_text(child))
        return Block(names[0] if names else "", names[1] if len(names) > 1 else "", attributes, self.place(tree))

    def attribute(self, tree: Tree[Token]) -> tuple[str, Expression]:
        name, value = list(_trees(tree))
        return _text(name), self.expression(value)

    def expression(self, tree: Tree[Token]) -> Expression:
        """An expression."""
        handler = HANDLERS.get(str(tree.data))
        if handler is None:
            return Unread(f"an expression of the kind {tree.data}", self.place(tree))
        return handler(self, tree)

    # Kinds ----------------------------------------------------------------------------------------------------------------

    def inner(self, tree: Tree[Token]) -> Expression:
        return self.expression(next(iter(_trees(tree))))

    def string(self, tree: Tree[Token]) -> Expression:
        parts: list[Literal | Expression] = []
        for part in _trees(tree):
            for child in part.children:
                parts += [self.inner(child)] if _is_tree(child) and child.data == "interpolation" else self.characters(child)
        return Template(tuple(parts), self.place(tree))

    def characters(self, token: Any) -> list[Literal | Expression]:
        """Characters of a string, escapes taken off."""
        if _is_tree(token):
            return [Unread("a directive in a template", self.place(token))]
        raw, start = str(token), token.start_pos
        if token.type.startswith("ESCAPED"):
            return [Literal(raw[1:], self.span(start, start + len(raw)))]
        made: list[Literal | Expression] = []
        low = 0
        while (at := raw.find("\\", low)) >= 0 and at + 1 < len(raw):
            made += [Literal(raw[low:at], self.span(start + low, start + at))] if at > low else []
            made.append(Literal(_ESCAPES.get(raw[at + 1], raw[at + 1]), self.span(start + at, start + at + 2)))
            low = at + 2
        return [*made, Literal(raw[low:], self.span(start + low, start + len(raw)))] if low < len(raw) else made

    def heredoc(self, tree: Tree[Token]) -> Expression:
        token: Any = tree.children[0]
        raw = str(token)
        start, end = raw.index("\n") + 1, raw.rstrip("\n").rindex("\n") + 1
        return (
            template(self.source, token.start_pos + self.shift + start, token.start_pos + self.shift + end)
            if "${" in raw
            else Template((Literal(raw[start:end], self.span(token.start_pos + start, token.start_pos + end)),), self.place(tree))
        )

    def number(self, tree: Tree[Token]) -> Expression:
        return Constant(float(_text(tree)), self.place(tree))

    def literal(self, tree: Tree[Token]) -> Expression:
        return Constant({"true": True, "false": False}.get(_text(tree)), self.place(tree))

    def name(self, tree: Tree[Token]) -> Expression:
        return Name(_text(tree), self.place(tree))

    def call(self, tree: Tree[Token]) -> Expression:
        names = [_text(child) for child in _trees(tree) if child.data == "identifier"]
        arguments = next((child for child in _trees(tree) if child.data == "arguments"), None)
        found = tuple(self.expression(child) for child in _trees(arguments)) if arguments is not None else ()
        spreads = arguments is not None and any(str(child) == "..." for child in arguments.children if not _is_tree(child))
        return Call("::".join(names), found, self.place(tree), spreads)

    def listing(self, tree: Tree[Token]) -> Expression:
        return Listing(tuple(self.expression(child) for child in _trees(tree)), self.place(tree))

    def table(self, tree: Tree[Token]) -> Expression:
        items = []
        for element in _trees(tree):
            key, value = list(_trees(element))
            items.append((self.key(key), self.expression(value)))
        return Table(tuple(items), self.place(tree))

    def key(self, tree: Tree[Token]) -> Expression:
        """The key of an object's element: a bare name is that name."""
        child = next(iter(_trees(tree)))
        found = Name(_text(child), self.place(child)) if child.data == "keyword" else self.expression(child)
        return Template((Literal(found.name, found.span),), found.span) if isinstance(found, Name) else found

    def conditional(self, tree: Tree[Token]) -> Expression:
        return Operation("?", tuple(self.expression(child) for child in _trees(tree)), self.place(tree))

    def binary(self, tree: Tree[Token]) -> Expression:
        left, term = list(_trees(tree))[:2]
        operator, right = list(_trees(term))[:2]
        return Operation(_text(operator), (self.expression(left), self.expression(right)), self.place(tree))

    def unary(self, tree: Tree[Token]) -> Expression:
        return Operation(str(tree.children[0]), (self.inner(tree),), self.place(tree))

    def member(self, tree: Tree[Token]) -> Expression:
        of, index = list(_trees(tree))
        inner = list(_trees(index))
        if index.data == "short_index":
            key: Expression = Constant(float(str(index.children[-1])), self.place(index))
        elif index.data == "get_attr":
            key = Template((Literal(_text(inner[0]), self.place(inner[0])),), self.place(index))
        else:
            key = self.expression(inner[0])
        return Member(self.expression(of), key, self.place(tree))

    def splat(self, tree: Tree[Token]) -> Expression:
        """`of[*].name`: the same as a loop."""
        of, index = list(_trees(tree))
        value: Expression = Name("an element", self.place(index))
        for step in _trees(index):
            inner = list(_trees(step))
            key = (
                Template((Literal(_text(inner[0]), self.place(inner[0])),), self.place(step))
                if step.data == "get_attr"
                else self.expression(inner[0])
            )
            value = Member(value, key, self.place(step))
        return Loop(("an element",), self.expression(of), value, None, None, self.place(tree))

    def loop(self, tree: Tree[Token]) -> Expression:
        children = list(_trees(tree))
        intro = list(_trees(children[0]))
        names = tuple(_text(child) for child in intro[:-1])
        rest = [self.expression(child) for child in children[1:] if child.data != "for_cond"]
        tests = [self.inner(child) for child in children[1:] if child.data == "for_cond"]
        key, value = (rest[0], rest[1]) if len(rest) > 1 else (None, rest[0])
        return Loop(names, self.expression(intro[-1]), value, tests[0] if tests else None, key, self.place(tree))


HANDLERS: dict[str, Callable[[_Builder, Any], Expression]] = {
    "expr_term": _Builder.inner,
    "string": _Builder.string,
    "int_lit": _Builder.number,
    "float_lit": _Builder.number,
    "literal_value": _Builder.literal,
    "identifier": _Builder.name,
    "keyword": _Builder.name,
    "function_call": _Builder.call,
    "tuple": _Builder.listing,
    "object": _Builder.table,
    "conditional": _Builder.conditional,
    "binary_op": _Builder.binary,
    "unary_op": _Builder.unary,
    "index_expr_term": _Builder.member,
    "get_attr_expr_term": _Builder.member,
    "for_tuple_expr": _Builder.loop,
    "for_object_expr": _Builder.loop,
    "heredoc_template": _Builder.heredoc,
    "heredoc_template_trim": _Builder.heredoc,
    "attr_splat_expr_term": _Builder.splat,
    "full_splat_expr_term": _Builder.splat,
}


def _is_tree(child: object) -> bool:
    return hasattr(child, "data")


def _trees(tree: Tree[Token]) -> Iterator[Any]:
    """The children that are trees, without line ends and comments."""
    return (child for child in tree.children if _is_tree(child) and str(child.data) not in _LAYOUT)  # type: ignore[union-attr]


def _text(tree: Tree[Token]) -> str:
    return "".join(str(child) for child in tree.children).strip()
