"""JavaScript and TypeScript into the tree, by tree-sitter's grammar of TypeScript, which reads both.

A statement with something in it that the grammar does not know is `Unread`; those before and behind it stand.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from latest_guard.replay.programs import tree
from latest_guard.replay.programs.tree import Argument, Expression, Parameter, Statement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tree_sitter import Node, Parser


@cache
def _parser() -> Parser:
    import tree_sitter
    import tree_sitter_typescript

    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_typescript.language_typescript()))


def read(text: str) -> tuple[Statement, ...]:
    """The statements of a program."""
    data = text.encode("utf-8", "replace")
    offsets = None if len(data) == len(text) else _offsets(text)
    return _Reader(data, offsets).body(_parser().parse(data).root_node)


def _offsets(text: str) -> list[int]:
    """For each byte of the text in UTF-8, the character that it belongs to."""
    made: list[int] = []
    for index, character in enumerate(text):
        made += [index] * len(character.encode("utf-8", "replace"))
    return [*made, len(text)]


SKIPPED = frozenset(
    [
        "comment",
        "html_comment",
        "hash_bang_line",
        "empty_statement",
        "type_alias_declaration",
        "interface_declaration",
        "ambient_declaration",
        "debugger_statement",
        "enum_declaration",
        "import_alias",
        "function_signature",
    ]
)
WRAPPERS = frozenset(
    [
        "parenthesized_expression",
        "await_expression",
        "as_expression",
        "satisfies_expression",
        "non_null_expression",
        "type_assertion",
        "yield_expression",
        "export_specifier",
    ]
)
OPERATORS = {"===": "==", "!==": "!=", "&&": "and", "||": "or", "??": "??"}


class _Reader:
    def __init__(self, data: bytes, offsets: list[int] | None) -> None:
        self.data, self.offsets = data, offsets

    def _place(self, node: Node) -> tuple[int, int]:
        start, end = node.start_byte, node.end_byte
        return (start, end) if self.offsets is None else (self.offsets[start], self.offsets[end])

    def _text(self, node: Node | None) -> str:
        return "" if node is None else self.data[node.start_byte : node.end_byte].decode("utf-8", "replace")

    # Statements -----------------------------------------------------------------------------------------------------------

    def body(self, node: Node | None) -> tuple[Statement, ...]:
        """The statements in a block, or the one statement that stands for one."""
        if node is None:
            return ()
        if node.type in ("program", "statement_block", "class_static_block"):
            return self._statements(node.named_children)
        return self._statements([node])

    def _statements(self, nodes: Sequence[Node]) -> tuple[Statement, ...]:
        made: list[Statement] = []
        for node in nodes:
            made += self._statement(node)
        return tuple(made)

    def _statement(self, node: Node) -> Sequence[Statement]:
        kind = node.type
        at, end = self._place(node)
        if kind in SKIPPED:
            return ()
        if node.is_error or node.is_missing or (node.has_error and not _compound(kind)):
            return (tree.Unread(at, end),)
        if kind == "expression_statement":
            return self._statement_of(node)
        if kind in ("lexical_declaration", "variable_declaration"):
            return self._declarations(node)
        if kind in ("function_declaration", "generator_function_declaration"):
            return (tree.Define(self._function(node), at, end),)
        if kind == "statement_block":
            return self.body(node)
        if kind == "export_statement":
            return self._export(node, at, end)
        if kind == "import_statement":
            return self._import(node, at, end)
        if kind == "labeled_statement":
            return self.body(node.child_by_field_name("body"))
        return (self._compound(node, at, end),)

    def _statement_of(self, node: Node) -> Sequence[Statement]:
        inner = _only(node)
        if inner is None:
            return ()
        if inner.type == "sequence_expression":
            return [tree.Do(self.expression(part), *self._place(part)) for part in inner.named_children if part.type != "comment"]
        return (tree.Do(self.expression(inner), *self._place(node)),)

    def _declarations(self, node: Node) -> Sequence[Statement]:
        made: list[Statement] = []
        for child in node.named_children:
            if child.type != "variable_declarator":
                continue
            name, value = child.child_by_field_name("name"), child.child_by_field_name("value")
            given = tree.Constant(None, *self._place(child)) if value is None else self.expression(value)
            made.append(tree.Assign(self.expression(name), given, True, *self._place(child)))
        return made

    def _export(self, node: Node, at: int, end: int) -> Sequence[Statement]:
        declared = node.child_by_field_name("declaration")
        if declared is not None:
            return self._statement(declared)
        value = node.child_by_field_name("value")
        if value is not None:
            return (tree.Assign(tree.Name("default", at, end), self.expression(value), True, at, end),)
        return ()

    def _import(self, node: Node, at: int, end: int) -> Sequence[Statement]:
        module = self._string(node.child_by_field_name("source"))
        names: list[tuple[str, str]] = []
        clause = next((child for child in node.named_children if child.type == "import_clause"), None)
        for child in clause.named_children if clause is not None else ():
            if child.type == "identifier":
                names.append(("default", self._text(child)))
            elif child.type == "namespace_import":
                names.append(("*", self._text(_only(child))))
            for one in child.named_children if child.type == "named_imports" else ():
                name = self._text(one.child_by_field_name("name"))
                names.append((name, self._text(one.child_by_field_name("alias")) or name))
        return (tree.Import(module, tuple(names), at, end),)

    def _compound(self, node: Node, at: int, end: int) -> Statement:
        kind, field = node.type, node.child_by_field_name
        if kind == "if_statement":
            other = field("alternative")
            inner = _only(other) if other is not None and other.type == "else_clause" else other
            return tree.If(self.expression(field("condition")), self.body(field("consequence")), self.body(inner), at, end)
        if kind == "for_in_statement":
            keys = any(child.type == "in" for child in node.children)
            return tree.For(self.expression(field("left")), self.expression(field("right")), self.body(field("body")), (), keys, at, end)
        if kind == "for_statement":
            return self._for(node, at, end)
        if kind in ("while_statement", "do_statement"):
            return tree.While(self.expression(field("condition")), self.body(field("body")), None, kind == "do_statement", at, end)
        if kind in ("return_statement", "throw_statement", "break_statement", "continue_statement"):
            return self._leaving(node, at, end)
        if kind == "try_statement":
            return self._try(node, at, end)
        if kind == "switch_statement":
            return self._switch(node, at, end)
        if kind in ("class_declaration", "abstract_class_declaration"):
            return self._class(node, at, end)
        return tree.Unread(at, end)

    def _leaving(self, node: Node, at: int, end: int) -> tree.Leave:
        word = {"return": "return", "throw": "raise", "break": "break", "continue": "continue"}[node.type.partition("_")[0]]
        value = _only(node) if word in ("return", "raise") else None
        return tree.Leave(word, self.expression(value) if value is not None else None, at, end)

    def _for(self, node: Node, at: int, end: int) -> Statement:
        start, test = node.child_by_field_name("initializer"), node.child_by_field_name("condition")
        inner = _only(test) if test is not None and test.type == "expression_statement" else test
        step = node.child_by_field_name("increment")
        held = None if inner is None or inner.type == "empty_statement" else self.expression(inner)
        loop = tree.While(held, self.body(node.child_by_field_name("body")), self.expression(step) if step else None, False, at, end)
        if start is None or start.type == "empty_statement":
            return loop
        before = self._statement(start) if start.type.endswith(("declaration", "statement")) else (tree.Do(self.expression(start), at, at),)
        return tree.If(tree.Constant(True, at, at), (*before, loop), (), at, end)

    def _try(self, node: Node, at: int, end: int) -> tree.Try:
        handler, last = node.child_by_field_name("handler"), node.child_by_field_name("finalizer")
        handlers: tuple[tuple[str, tuple[tree.Statement, ...]], ...] = ()
        if handler is not None:
            name = self._text(handler.child_by_field_name("parameter"))
            handlers = ((name if name.isidentifier() else "", self.body(handler.child_by_field_name("body"))),)
        finally_ = self.body(last.child_by_field_name("body")) if last is not None else ()
        return tree.Try(self.body(node.child_by_field_name("body")), handlers, (), finally_, at, end)

    def _switch(self, node: Node, at: int, end: int) -> tree.Choose:
        arms: list[tuple[tuple[Expression | None, ...], tuple[Statement, ...]]] = []
        block = node.child_by_field_name("body")
        for case in block.named_children if block is not None else ():
            if case.type not in ("switch_case", "switch_default"):
                continue
            value = case.child_by_field_name("value")
            test = self.expression(value) if case.type == "switch_case" else None
            arms.append(((test,), self._statements(case.children_by_field_name("body"))))
        return tree.Choose(self.expression(node.child_by_field_name("value")), tuple(arms), True, at, end)

    def _class(self, node: Node, at: int, end: int) -> tree.Class:
        made: list[Statement] = []
        block = node.child_by_field_name("body")
        for member in block.named_children if block is not None else ():
            if member.type == "method_definition":
                made.append(tree.Define(self._function(member), *self._place(member)))
            elif member.type in ("public_field_definition", "field_definition"):
                name, value = member.child_by_field_name("name"), member.child_by_field_name("value")
                given = self.expression(value) if value else tree.Constant(None, at, at)
                made.append(tree.Assign(tree.Name(self._text(name), *self._place(member)), given, True, *self._place(member)))
        return tree.Class(self._text(node.child_by_field_name("name")), (), tuple(made), at, end)

    # Functions ------------------------------------------------------------------------------------------------------------

    def _function(self, node: Node) -> tree.Function:
        at, end = self._place(node)
        given = node.child_by_field_name("parameters") or node.child_by_field_name("parameter")
        nodes = given.named_children if given is not None and given.type == "formal_parameters" else [given] if given is not None else []
        parameters = tuple(self._parameter(one) for one in nodes if one.type != "comment")
        block = node.child_by_field_name("body")
        if block is not None and block.type != "statement_block":
            body: tuple[Statement, ...] = (tree.Leave("return", self.expression(block), *self._place(block)),)
        else:
            body = self.body(block)
        words = {child.type for child in node.children}
        kind = "static" if "static" in words else "get" if "get" in words else ""
        return tree.Function(self._text(node.child_by_field_name("name")), parameters, body, at, end, kind)

    def _parameter(self, node: Node) -> Parameter:
        if node.type in ("required_parameter", "optional_parameter"):
            pattern, value = node.child_by_field_name("pattern"), node.child_by_field_name("value")
            default = self.expression(value) if value is not None else None
            if pattern is not None and pattern.type == "rest_pattern":
                return Parameter(self.expression(_only(pattern)), gathers="*")
            return Parameter(self.expression(pattern), default)
        return Parameter(self.expression(node))

    # Expressions ----------------------------------------------------------------------------------------------------------

    def expression(self, node: Node | None) -> Expression:
        """One expression, or the pattern that stands on the left of an assignment."""
        if node is None:
            return tree.Unreadable(0, 0)
        kind = node.type
        at, end = self._place(node)
        if kind in WRAPPERS:
            return self.expression(_first(node))
        if kind in ("identifier", "shorthand_property_identifier", "shorthand_property_identifier_pattern", "this", "undefined", "super"):
            return tree.Constant(None, at, end) if kind == "undefined" else tree.Name(self._text(node), at, end)
        if kind in ("meta_property", "import"):
            return tree.Name("import.meta" if kind == "meta_property" else "require", at, end)
        if kind in ("string", "template_string", "number", "true", "false", "null", "regex"):
            return self._literal(node, at, end)
        if kind in ("call_expression", "new_expression"):
            return self._call(node, at, end)
        if kind in ("member_expression", "subscript_expression"):
            return self._member(node, at, end)
        if kind in ("array", "array_pattern"):
            return tree.Listing(self._items(node), at, end)
        if kind in ("object", "object_pattern"):
            return self._table(node, at, end)
        if kind in ("arrow_function", "function_expression", "function", "generator_function", "method_definition"):
            return self._function(node)
        return self._operation(node, at, end)

    def _items(self, node: Node) -> tuple[Expression, ...]:
        """The items of a list; one that is left out, as in `[, second]`, is nothing."""
        made: list[Expression] = []
        waiting = True
        for child in node.children:
            if child.type == "," and waiting:
                made.append(tree.Constant(None, *self._place(child)))
            if child.is_named and child.type != "comment":
                made.append(self.expression(child))
            waiting = child.type in ("[", ",") or (waiting and child.type == "comment")
        return tuple(made)

    def _literal(self, node: Node, at: int, end: int) -> Expression:
        kind = node.type
        if kind == "string":
            return tree.Constant(self._string(node), at, end)
        if kind == "template_string":
            return self._pasted(node, at, end)
        if kind == "regex":
            pattern, flags = self._text(node.child_by_field_name("pattern")), self._text(node.child_by_field_name("flags"))
            return tree.Pattern(pattern, flags, at, end)
        if kind == "number":
            return tree.Constant(number(self._text(node)), at, end)
        return tree.Constant({"true": True, "false": False}.get(kind), at, end)

    def _string(self, node: Node | None) -> str:
        if node is None:
            return ""
        return "".join(self._piece(child) for child in node.named_children)

    def _piece(self, node: Node) -> str:
        whole = self._text(node)
        return unescaped(whole) if node.type == "escape_sequence" else whole

    def _pasted(self, node: Node, at: int, end: int) -> Expression:
        parts: list[Expression] = []
        for child in node.named_children:
            if child.type == "template_substitution":
                parts.append(self.expression(_only(child)))
            else:
                parts.append(tree.Constant(self._piece(child), *self._place(child)))
        return tree.Pasted(tuple(parts), at, end)

    def _call(self, node: Node, at: int, end: int) -> Expression:
        function = node.child_by_field_name("function") or node.child_by_field_name("constructor")
        given = node.child_by_field_name("arguments")
        if given is not None and given.type == "template_string":
            return tree.Call(
                tree.Attribute(self.expression(function), "(tagged)", False, at, end),
                (Argument(self._literal(given, *self._place(given))),),
                False,
                at,
                end,
            )
        made: list[Argument] = []
        for child in given.named_children if given is not None else ():
            if child.type == "spread_element":
                made.append(Argument(self.expression(_only(child)), spread=True))
            elif child.type != "comment":
                made.append(Argument(self.expression(child)))
        return tree.Call(self.expression(function), tuple(made), node.type == "new_expression", at, end)

    def _member(self, node: Node, at: int, end: int) -> Expression:
        of = self.expression(node.child_by_field_name("object"))
        optional = node.child_by_field_name("optional_chain") is not None
        if node.type == "member_expression":
            return tree.Attribute(of, self._text(node.child_by_field_name("property")), optional, at, end)
        return tree.Index(of, self.expression(node.child_by_field_name("index")), at, end)

    def _table(self, node: Node, at: int, end: int) -> tree.Table:
        entries: list[tuple[Expression | None, Expression]] = []
        for child in node.named_children:
            entry = self._entry(child)
            if entry is not None:
                entries.append(entry)
        return tree.Table(tuple(entries), at, end)

    def _entry(self, node: Node) -> tuple[Expression | None, Expression] | None:
        at, end = self._place(node)
        if node.type in ("pair", "pair_pattern"):
            return self._key(node.child_by_field_name("key")), self.expression(node.child_by_field_name("value"))
        if node.type in ("shorthand_property_identifier", "shorthand_property_identifier_pattern"):
            name = self._text(node)
            return tree.Constant(name, at, end), tree.Name(name, at, end)
        if node.type == "object_assignment_pattern":
            left = node.child_by_field_name("left")
            value = self.expression(node.child_by_field_name("right"))
            return tree.Constant(self._text(left), at, end), tree.Default(self.expression(left), value, at, end)
        if node.type in ("spread_element", "rest_pattern"):
            return None, self.expression(_only(node))
        if node.type == "method_definition":
            return tree.Constant(self._text(node.child_by_field_name("name")), at, end), self._function(node)
        return None

    def _key(self, node: Node | None) -> Expression:
        if node is not None and node.type == "computed_property_name":
            return self.expression(_only(node))
        at, end = self._place(node) if node is not None else (0, 0)
        if node is not None and node.type == "string":
            return tree.Constant(self._string(node), at, end)
        return tree.Constant(self._text(node), at, end)

    def _operation(self, node: Node, at: int, end: int) -> Expression:
        kind, field = node.type, node.child_by_field_name
        if kind == "binary_expression":
            return self._binary(node, at, end)
        if kind == "unary_expression":
            sign = self._text(field("operator"))
            return tree.Unary("not" if sign == "!" else sign, self.expression(field("argument")), at, end)
        if kind == "ternary_expression":
            test, then, otherwise = (self.expression(field(name)) for name in ("condition", "consequence", "alternative"))
            return tree.Conditional(test, then, otherwise, at, end)
        if kind in ("assignment_expression", "assignment_pattern"):
            if kind == "assignment_pattern":
                return tree.Default(self.expression(field("left")), self.expression(field("right")), at, end)
            return tree.Assigned(self.expression(field("left")), "=", self.expression(field("right")), at, end)
        if kind == "augmented_assignment_expression":
            sign = self._text(field("operator")).removesuffix("=")
            return tree.Assigned(self.expression(field("left")), OPERATORS.get(sign, sign), self.expression(field("right")), at, end)
        if kind == "update_expression":
            sign = self._text(field("operator"))[:1]
            return tree.Assigned(self.expression(field("argument")), sign, tree.Constant(1, at, at), at, end)
        if kind in ("spread_element", "rest_pattern"):
            return tree.Spread(self.expression(_only(node)), at, end)
        if kind == "sequence_expression":
            return self.expression(node.named_children[-1])
        return tree.Unreadable(at, end)

    def _binary(self, node: Node, at: int, end: int) -> Expression:
        sign = self._text(node.child_by_field_name("operator"))
        left = self.expression(node.child_by_field_name("left"))
        right = self.expression(node.child_by_field_name("right"))
        name = OPERATORS.get(sign, sign)
        if name in ("and", "or", "??"):
            return tree.Logic(name, left, right, at, end)
        return tree.Binary("has" if name == "in" else name, left, right, at, end)


def _compound(kind: str) -> bool:
    return (
        kind.endswith(("_statement", "_declaration", "_block"))
        and kind not in ("expression_statement", "return_statement", "import_statement")
        or kind in ("lexical_declaration",)
    )


def _only(node: Node | None) -> Node | None:
    """The one thing inside that is no comment."""
    return next((child for child in node.named_children if child.type != "comment"), None) if node is not None else None


def _first(node: Node) -> Node | None:
    """What a wrapper holds: a cast's type stands behind it (`value as Type`) or before it (`<Type>value`)."""
    inner = [child for child in node.named_children if child.type != "comment"]
    if not inner:
        return None
    return inner[-1] if node.type == "type_assertion" else inner[0]


def number(text: str) -> int | float | None:
    """A number as JavaScript writes it."""
    bare = text.replace("_", "").removesuffix("n")
    try:
        return int(bare, 0) if bare.isdigit() or bare[:2].lower() in ("0x", "0o", "0b") else float(bare)
    except ValueError:
        return None


ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": ""}


def unescaped(sequence: str) -> str:
    """What `\\n` and its kin stand for."""
    rest = sequence[1:]
    if rest[:1] in ("x", "u"):
        try:
            return chr(int(rest[1:].strip("{}"), 16))
        except (ValueError, OverflowError):
            return ""
    return ESCAPES.get(rest, rest)
