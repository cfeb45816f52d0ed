"""Numbers and letters as ECMAScript has them, on which GitHub's expression language leans.

Sources: ECMA-262 sections 7.1.4.1 (StringToNumber), 6.1.6.1.20 (Number::toString) and 21.1.3.3 (toFixed); the package
`@actions/expressions` for where each is used.
"""

from __future__ import annotations

import math
import re

#: What ECMAScript calls white space and line terminators.
SPACE = "\t\n\v\f\r \u00a0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000\ufeff"

_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_RADIX = re.compile(r"0(?:[xX][0-9a-fA-F]+|[oO][0-7]+|[bB][01]+)")
_INFINITE = {"Infinity": math.inf, "+Infinity": math.inf, "-Infinity": -math.inf}
_PLACES = 10**15


def number(text: str) -> float:
    """The number that `text` says, as `Number(text)` reads it: blank is 0, what is no number is NaN."""
    text = text.strip(SPACE)
    if not text:
        return 0.0
    if _DECIMAL.fullmatch(text):
        return float(text)
    if _RADIX.fullmatch(text):
        return _rounded(int(text, 0))
    return _INFINITE.get(text, math.nan)


def _rounded(value: int) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf


def shown(value: float) -> str:
    """The number as `String(value)` writes it."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0:
        return "0"
    digits, point = _digits(abs(value))
    return ("-" if value < 0 else "") + _placed(digits, point)


def shown_short(value: float) -> str:
    """The number as `String(Number(value.toFixed(15)))` writes it: with at most 15 places behind the point."""
    if not math.isfinite(value) or abs(value) >= 1e21:
        return shown(value)
    above, below = abs(value).as_integer_ratio()
    nearest = (2 * above * _PLACES + below) // (2 * below) / _PLACES
    return shown(math.copysign(nearest, value))


def _digits(value: float) -> tuple[str, int]:
    """The fewest digits that say `value`, and how many of them stand before the point (below 0: zeros behind it)."""
    mantissa, _, exponent = repr(value).partition("e")
    whole, _, fraction = mantissa.partition(".")
    point = len(whole) + int(exponent or "0")
    digits = (whole + fraction).lstrip("0")
    point -= len(whole + fraction) - len(digits)
    return digits.rstrip("0"), point


def _placed(digits: str, point: int) -> str:
    if len(digits) <= point <= 21:
        return digits + "0" * (point - len(digits))
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return "0." + "0" * -point + digits
    mantissa = digits[0] + ("." + digits[1:] if len(digits) > 1 else "")
    return f"{mantissa}e{point - 1:+d}"


def upper(text: str) -> str:
    """`text` in capitals, apart from the dotless i, which stays: two strings are the same when these are."""
    return "ı".join(part.upper() for part in text.split("ı"))


def order(text: str) -> bytes:
    """What to compare so that strings stand in ECMAScript's order, which is that of their UTF-16 code units."""
    return text.encode("utf-16-be", "surrogatepass")
