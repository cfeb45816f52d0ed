"""What GitLab's rule expressions yield on variables that are known.

Source: https://docs.gitlab.com/ci/jobs/job_rules/#cicd-variable-expressions, and lib/gitlab/ci/pipeline/expression/ of GitLab.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from latest_guard.expressions import regular
from latest_guard.expressions.tree import Binary, Call, Constant, Expression, Name, Not

if TYPE_CHECKING:
    from collections.abc import Mapping

Value: TypeAlias = "None | bool | str"


class UnknownError(Exception):
    """The expression cannot be worked out here: the reason in one line."""


def holds(expression: Expression, variables: Mapping[str, str]) -> bool:
    """Whether a rule's expression holds with these variables; others do not exist. Raises UnknownError."""
    value = evaluate(expression, variables)
    return value not in (None, False, "")


def evaluate(expression: Expression, variables: Mapping[str, str]) -> Value:
    """The value of an expression: `&&` and `||` stop at null and false alone, as in Ruby. Raises UnknownError."""
    if isinstance(expression, Constant) and not isinstance(expression.value, float):
        return expression.value
    if isinstance(expression, Name):
        return variables.get(expression.name)
    if isinstance(expression, Not):
        return evaluate(expression.operand, variables) in (None, False)
    if isinstance(expression, Binary):
        return _binary(expression, variables)
    raise UnknownError("only the run can know what it asks")


def _binary(node: Binary, variables: Mapping[str, str]) -> Value:
    left = evaluate(node.left, variables)
    if node.operator in ("&&", "||"):
        stops = left in (None, False) if node.operator == "&&" else left not in (None, False)
        return left if stops else evaluate(node.right, variables)
    if node.operator in ("==", "!="):
        return (left == evaluate(node.right, variables)) is (node.operator == "==")
    if node.operator in ("=~", "!~"):
        return _matches(left, node.right, variables) is (node.operator == "=~")
    raise UnknownError(f"`{node.operator}` is no operator of GitLab's")


def _matches(left: Value, right: Expression, variables: Mapping[str, str]) -> bool:
    text = left if isinstance(left, str) else str(left).lower()
    if isinstance(right, Call) and right.function == "regex":
        pattern, flags = (one.value if isinstance(one, Constant) else "" for one in right.arguments)
        return left is not None and search(str(pattern), str(flags), text)
    held = evaluate(right, variables)
    if not isinstance(held, str) or left is None:
        return False
    written = split(held)
    return search(*written, text) if written else held in text


def split(written: str) -> tuple[str, str] | None:
    """The pattern and the flags of a text like `/pattern/flags`; None for any other text."""
    end = written.rfind("/")
    if not written.startswith("/") or end < 1 or set(written[end + 1 :]) - set("ismU"):
        return None
    return written[1:end].replace("\\/", "/"), written[end + 1 :]


def search(pattern: str, flags: str, text: str) -> bool:
    """Whether a pattern is found anywhere in a text. Raises UnknownError where it cannot be read."""
    try:
        return regular.read(pattern, "".join(flag for flag in flags if flag in "ims")).search(text) is not None
    except regular.UnsupportedError as error:
        raise UnknownError(f"the pattern cannot be read: {error}") from error
