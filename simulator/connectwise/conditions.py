"""The query language of list routes: `name = "X" and (inactiveFlag = false or securityRole/id in (5, 6))`.

Operators, quotes, date brackets and the sentence for a wrong type are those of the vendor's documentation as quoted in
covenanttechnologysolutions/connectwise-rest (README). Assumed: text is compared ignoring case; `and` binds tighter
than `or`; inside quotes a backslash escapes a quote or a backslash; an unknown field is refused.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal

from simulator.connectwise.errors import bad_query

Kind = Literal["string", "boolean", "numeric", "datetime", "reference"]
Shape = Mapping[str, Kind]
Row = dict[str, Any]
Test = Callable[[Row], bool]

_TOKEN: Final = re.compile(
    r"""\s*(?:
      (?P<string>"(?:\\.|[^"\\])*" | '(?:\\.|[^'\\])*')
    | (?P<datetime>\[[^\]]*\])
    | (?P<numeric>-?\d+(?:\.\d+)?(?![\w/]))
    | (?P<sign><=|>=|!=|=|<|>|\(|\)|,)
    | (?P<word>[A-Za-z_][\w/]*)
    )""",
    re.VERBOSE,
)
_RULES: Final = (
    "String values should be enclosed with double or single quotes; DateTime values should be enclosed in square "
    "brackets; numbers should consist of only digits, and optionally a decimal point and a negation sign; boolean "
    "values should be indicated with the keywords true or false; null values should be indicated by the keyword null."
)


@dataclass(frozen=True)
class Token:
    kind: str
    text: str


@dataclass(frozen=True)
class Value:
    kind: str
    value: Any


def compiled(text: str, shape: Shape) -> Test:
    """Turn conditions into a test of one row; refuse what the language does not know."""
    parser = _Parser(_tokens(text), shape)
    try:
        test = parser.any_of()
    except RecursionError:
        raise bad_query(f"Conditions are nested too deeply. {_RULES}") from None
    parser.end()
    return test


def _tokens(text: str) -> list[Token]:
    tokens, at = [], 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise bad_query(f"Unexpected text in conditions at position {at + 1}. {_RULES}")
        tokens.append(Token(match.lastgroup, match.group(match.lastgroup)))
        at = match.end()
    return tokens


class _Parser:
    def __init__(self, tokens: list[Token], shape: Shape) -> None:
        self._tokens = tokens
        self._at = 0
        self._shape = shape

    def any_of(self) -> Test:
        tests = [self._all_of()]
        while self._took("or"):
            tests.append(self._all_of())
        return lambda row: any(test(row) for test in tests)

    def end(self) -> None:
        if self._at < len(self._tokens):
            raise bad_query(f"Unexpected '{self._tokens[self._at].text}' in conditions. {_RULES}")

    def _all_of(self) -> Test:
        tests = [self._one()]
        while self._took("and"):
            tests.append(self._one())
        return lambda row: all(test(row) for test in tests)

    def _one(self) -> Test:
        if self._took("("):
            test = self.any_of()
            self._need(")")
            return test
        name = self._next("a field name")
        if name.kind != "word":
            raise bad_query(f"Expected a field name, not '{name.text}'. {_RULES}")
        kind = kind_of(name.text, self._shape)
        denied = self._took("not")
        sign = self._next("an operator").text.lower()
        if sign == "in":
            wanted = self._values(kind)
            test = _membership(name.text, wanted)
        elif sign in ("like", "contains"):
            test = _text_match(name.text, sign, self._value("string"))
        elif sign in _COMPARE and not denied:
            test = _comparison(name.text, sign, self._value(kind))
        else:
            raise bad_query(f"'{sign}' is not an operator here. {_RULES}")
        return (lambda row: not test(row)) if denied else test

    def _values(self, kind: Kind) -> list[Value]:
        self._need("(")
        values = [self._value(kind)]
        while self._took(","):
            values.append(self._value(kind))
        self._need(")")
        return values

    def _value(self, wanted: Kind) -> Value:
        token = self._next("a value")
        value = _literal(token)
        if value.kind not in ("null", wanted):
            raise bad_query(f"Expected a {wanted} value, not a {value.kind}. {_RULES}")
        return value

    def _next(self, what: str) -> Token:
        if self._at >= len(self._tokens):
            raise bad_query(f"Conditions ended where {what} was expected. {_RULES}")
        self._at += 1
        return self._tokens[self._at - 1]

    def _took(self, text: str) -> bool:
        if self._at < len(self._tokens):
            token = self._tokens[self._at]
            if token.kind in ("word", "sign") and token.text.lower() == text:
                self._at += 1
                return True
        return False

    def _need(self, text: str) -> None:
        if not self._took(text):
            raise bad_query(f"Expected '{text}' in conditions. {_RULES}")


def kind_of(path: str, shape: Shape) -> Kind:
    """Say what type a field has; `a/b` reaches into a reference."""
    name, _, part = path.partition("/")
    if name == "_info":
        return "datetime" if part in ("lastUpdated", "dateEntered") else "string"
    kind = shape.get(name)
    if kind is None or (part and (kind != "reference" or part not in ("id", "name", "identifier"))):
        raise bad_query(f"'{path}' is not a field that can be used here. {_RULES}")
    if part:
        return "numeric" if part == "id" else "string"
    return kind


def _literal(token: Token) -> Value:
    if token.kind == "string":
        return Value("string", re.sub(r"\\([\"'\\])", r"\1", token.text[1:-1]))
    if token.kind == "numeric":
        return Value("numeric", float(token.text))
    if token.kind == "datetime":
        return Value("datetime", _moment(token.text[1:-1]))
    if token.text.lower() in ("true", "false"):
        return Value("boolean", token.text.lower() == "true")
    if token.text.lower() == "null":
        return Value("null", None)
    raise bad_query(f"'{token.text}' is not a value. {_RULES}")


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
    except ValueError:
        raise bad_query(f"'[{text}]' is not a date-time. {_RULES}") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def read(row: Row, path: str) -> Any:
    found: Any = row
    for part in path.split("/"):
        found = found.get(part) if isinstance(found, dict) else None
    return found


def _plain(found: Any, like: Any) -> Any:
    """Make a row's value comparable with a literal."""
    if isinstance(like, datetime):
        return _moment(found) if isinstance(found, str) else None
    return found.casefold() if isinstance(found, str) else found


_COMPARE: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "=": lambda found, wanted: found == wanted,
    "!=": lambda found, wanted: found != wanted,
    "<": lambda found, wanted: found is not None and wanted is not None and found < wanted,
    ">": lambda found, wanted: found is not None and wanted is not None and found > wanted,
    "<=": lambda found, wanted: found is not None and wanted is not None and found <= wanted,
    ">=": lambda found, wanted: found is not None and wanted is not None and found >= wanted,
}


def _comparison(path: str, sign: str, value: Value) -> Test:
    wanted = value.value.casefold() if isinstance(value.value, str) else value.value
    compare = _COMPARE[sign]
    return lambda row: compare(_plain(read(row, path), wanted), wanted)


def _membership(path: str, values: list[Value]) -> Test:
    tests = [_comparison(path, "=", value) for value in values]
    return lambda row: any(test(row) for test in tests)


def _text_match(path: str, sign: str, value: Value) -> Test:
    text = str(value.value or "").casefold()
    if sign == "contains":
        return lambda row: text in str(read(row, path) or "").casefold()
    pattern = re.compile("".join(".*" if c == "%" else "." if c == "_" else re.escape(c) for c in text), re.DOTALL)
    return lambda row: pattern.fullmatch(str(read(row, path) or "").casefold()) is not None
