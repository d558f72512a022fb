"""The query language of list routes: `name = "X" and (inactiveFlag = false or securityRole/id in (5, 6))`.

What is documented and what is assumed of it stands in docs/coverage.md, "Lists".
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal

from simulator.services.connectwise.errors import bad_query

FieldType = Literal["string", "boolean", "numeric", "datetime", "reference", "refused"]
FieldTypes = Mapping[str, FieldType]
Row = dict[str, Any]
Predicate = Callable[[Row], bool]

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
_MOMENT: Final[FieldType] = "datetime"
_TEXT: Final[FieldType] = "string"
_INFO: Final = {"lastUpdated": _MOMENT, "dateEntered": _MOMENT, "updatedBy": _TEXT, "enteredBy": _TEXT}
_LEVELS: Final = frozenset({"none", "my", "all"})
_ENUMS: Final = {
    **dict.fromkeys(("addLevel", "editLevel", "deleteLevel", "inquireLevel"), _LEVELS),
    "licenseClass": frozenset("facx"),
}
_LIKE: Final = re.compile(r"\[(\^?)([^\]]+)\]|([%*])|(_)|(.)", re.DOTALL)
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


def compile_conditions(text: str, types: FieldTypes) -> Predicate:
    """Turn conditions into a predicate on one row; refuse what the language does not know."""
    parser = _Parser(_tokenize(text), types)
    try:
        test = parser.parse_any()
    except RecursionError:
        raise bad_query(f"Conditions are nested too deeply. {_RULES}") from None
    parser.expect_end()
    return test


def _tokenize(text: str) -> list[Token]:
    tokens, at = [], 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise bad_query(f"Unexpected text in conditions at position {at + 1}. {_RULES}")
        tokens.append(Token(match.lastgroup, match.group(match.lastgroup)))
        at = match.end()
    return tokens


class _Parser:
    def __init__(self, tokens: list[Token], types: FieldTypes) -> None:
        self._tokens = tokens
        self._position = 0
        self._types = types

    def parse_any(self) -> Predicate:
        tests = [self._parse_all()]
        while self._skip("or"):
            tests.append(self._parse_all())
        return lambda row: any(test(row) for test in tests)

    def expect_end(self) -> None:
        if self._position < len(self._tokens):
            raise bad_query(f"Unexpected '{self._tokens[self._position].text}' in conditions. {_RULES}")

    def _parse_all(self) -> Predicate:
        tests = [self._parse_condition()]
        while self._skip("and"):
            tests.append(self._parse_condition())
        return lambda row: all(test(row) for test in tests)

    def _parse_condition(self) -> Predicate:
        if self._skip("("):
            test = self.parse_any()
            self._expect(")")
            return test
        name = self._take("a field name")
        if name.kind != "word":
            raise bad_query(f"Expected a field name, not '{name.text}'. {_RULES}")
        path, kind = find_field(name.text, self._types)
        negated, start = self._skip("not"), self._position
        sign = self._take("an operator").text.lower()
        if sign == "in":
            wanted = self._parse_values(kind)
            test = _build_membership(path, wanted)
        elif sign in ("like", "contains"):
            test = _build_text_match(path, sign, self._parse_value("string"))
        elif sign in _COMPARE and not negated:
            test = _build_comparison(path, sign, self._parse_value(kind))
        else:
            raise bad_query(f"'{sign}' is not an operator here. {_RULES}")
        texts = [
            token.text[1:-1].casefold() for token in self._tokens[start : self._position] if token.kind == "string"
        ]
        if path in _ENUMS and not _ENUMS[path].issuperset(texts):
            raise bad_query("Enum value supplied was invalid")
        return (lambda row: not test(row)) if negated else test

    def _parse_values(self, kind: FieldType) -> list[Value]:
        self._expect("(")
        values = [self._parse_value(kind)]
        while self._skip(","):
            values.append(self._parse_value(kind))
        self._expect(")")
        return values

    def _parse_value(self, wanted: FieldType) -> Value:
        token = self._take("a value")
        value = _parse_literal(token)
        if value.kind not in ("null", wanted):
            raise bad_query(f"Expected a {wanted} value, not a {value.kind}. {_RULES}")
        return value

    def _take(self, expected: str) -> Token:
        if self._position >= len(self._tokens):
            raise bad_query(f"Conditions ended where {expected} was expected. {_RULES}")
        self._position += 1
        return self._tokens[self._position - 1]

    def _skip(self, text: str) -> bool:
        if self._position < len(self._tokens):
            token = self._tokens[self._position]
            if token.kind in ("word", "sign") and token.text.lower() == text:
                self._position += 1
                return True
        return False

    def _expect(self, text: str) -> None:
        if not self._skip(text):
            raise bad_query(f"Expected '{text}' in conditions. {_RULES}")


def find_field(path: str, types: FieldTypes) -> tuple[str, FieldType]:
    """Find a field's path as it is spelt in rows, and its type; `a/b` is a part of a reference."""
    spelt = {name.casefold(): name for name in (*types, "_info", *_INFO, "name", "identifier", "id")}
    path = "/".join(spelt.get(step.casefold(), step) for step in path.split("/"))
    name, _, part = path.partition("/")
    if name == "_info" and part in _INFO:
        return path, _INFO[part]
    kind = types.get(name)
    if path in types and types[path] != "refused":
        return path, types[path]
    if types.get(path) == "refused" or kind != "reference" or part not in ("id", "name", "identifier"):
        raise bad_query(f"{path} is not a recognized name.")
    return path, "numeric" if part == "id" else "string"


def _parse_literal(token: Token) -> Value:
    if token.kind == "string":
        return Value("string", re.sub(r"\\([\"'\\])", r"\1", token.text[1:-1]))
    if token.kind == "numeric":
        return Value("numeric", float(token.text))
    if token.kind == "datetime":
        return Value("datetime", _parse_timestamp(token.text[1:-1]))
    if token.text.lower() in ("true", "false"):
        return Value("boolean", token.text.lower() == "true")
    if token.text.lower() == "null":
        return Value("null", None)
    raise bad_query(f"'{token.text}' is not a value. {_RULES}")


def _parse_timestamp(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
    except ValueError:
        raise bad_query(f"'[{text}]' is not a date-time. {_RULES}") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def read_field(row: Row, path: str) -> Any:
    value: Any = row
    for part in path.split("/"):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def _normalize(value: Any, literal: Any) -> Any:
    """Make a row's value comparable with a literal."""
    if isinstance(literal, datetime):
        return _parse_timestamp(value) if isinstance(value, str) else None
    return value.casefold() if isinstance(value, str) else value


_ORDER: Final = {"<": operator.lt, ">": operator.gt, "<=": operator.le, ">=": operator.ge}
_COMPARE: Final = {"=": operator.eq, "!=": operator.ne, **_ORDER}


def _build_comparison(path: str, sign: str, value: Value) -> Predicate:
    wanted = value.value.casefold() if isinstance(value.value, str) else value.value

    def compare(row: Row) -> bool:
        actual = _normalize(read_field(row, path), wanted)
        return bool(_COMPARE[sign](actual, wanted)) if sign not in _ORDER or None not in (actual, wanted) else False

    return compare


def _build_membership(path: str, values: list[Value]) -> Predicate:
    tests = [_build_comparison(path, "=", value) for value in values]
    return lambda row: any(test(row) for test in tests)


def _build_text_match(path: str, sign: str, value: Value) -> Predicate:
    text = str(value.value or "").casefold()
    if sign == "contains":
        return lambda row: text in str(read_field(row, path) or "").casefold()
    pattern = re.compile("".join(map(_translate_wildcard, _LIKE.finditer(text))), re.DOTALL)
    return lambda row: pattern.fullmatch(str(read_field(row, path) or "").casefold()) is not None


def _translate_wildcard(part: re.Match[str]) -> str:
    """Turn a piece of a `like` pattern into a regular expression; `[…]` is one of these characters."""
    negation, choice, many, one, letter = part.groups()
    if choice:
        return f"[{negation}{re.escape(choice)}]".replace(r"\-", "-")
    return ".*" if many else "." if one else re.escape(letter)
