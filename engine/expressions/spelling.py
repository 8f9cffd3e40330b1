"""Turns what modellers type into Python's spelling, token by token, before anything is parsed.

`true`, `false`, `null`, `&&`, `||` and `!x` become Python; `${…}` becomes a bracket; a leading `=`
is dropped. Texts in quotation marks are never touched. What Python would read but we do not offer
(text prefixes, odd escapes, `0x10`, triple quotes) is refused here, which also keeps Python's
parser from warning about it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import dedent

from engine.errors import ExpressionError
from engine.values.limits import MAX_DEPTH, clean

_TOKEN = re.compile(
    r"(?P<space>[ \t\f]+)|(?P<line>\n)|(?P<comment>\#[^\n]*)"
    r"|(?P<text>\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*')"
    r"|(?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<name>[^\W0-9]\w*)"
    r"|(?P<sign>\$\{|&&|\|\||[=!<>]=|[-+*/%<>=!.,:()\[\]{}])"
)
_ESCAPE = re.compile(r"\\(?:u[0-9a-fA-F]{4}|.)")
_ESCAPES = frozenset("\\'\"nrt")
_WORDS = {"true": "True", "false": "False", "null": "None"}
_SIGNS = {"&&": " and ", "||": " or ", "${": "("}
_CLOSING = {"(": ")", "[": "]", "{": "}", "${": "}"}
_FULL_WIDTH = dict(zip("（）【】，。：！＝＞＜“”‘’", "()[],.:!=><\"\"''", strict=True))


@dataclass(slots=True)
class Token:
    """One piece of the source; `partner` is the place of the bracket that belongs to this one."""

    kind: str
    text: str
    partner: int = -1


def respell_expression(source: str) -> str:
    """Give a modeller's expression in Python's spelling, on one line."""
    text = source.strip()
    if text.startswith("=") and not text.startswith("=="):
        text = text[1:]
    tokens = [token for token in _tokens(text) if token.kind != "comment"]
    for token in tokens:
        if token.kind == "line":
            token.text = " "
    return _respell(tokens).strip()


def respell_script(source: str) -> str:
    """Give a modeller's script in Python's spelling; lines keep their numbers."""
    lines = source.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    text = dedent("\n".join(line if line.strip() else "" for line in lines))
    return _respell([token for token in _tokens(text) if token.kind != "comment"])


def _tokens(text: str) -> Iterator[Token]:
    position, before = 0, ""
    while position < len(text):
        found = _TOKEN.match(text, position)
        if found is None:
            raise unreadable(text, position)
        token = Token(found.lastgroup or "", found.group())
        _check_neighbours(before, token)
        if token.kind == "text":
            _check_escapes(token.text)
        yield token
        position, before = found.end(), token.kind


def unreadable(text: str, position: int) -> ExpressionError:
    """Say which sign of `text` cannot be read, and what to type instead where that is known."""
    sign = clean(text[position], 4) or "?"
    if (instead := _FULL_WIDTH.get(sign)) is not None:
        return ExpressionError(
            f"“{sign}”是全角符号，请改成半角的 {instead} 。",
            f"'{sign}' is a full-width sign; type {instead} instead",
        )
    if sign in "\"'":
        return ExpressionError("文字缺少结束的引号。", "a text lacks its closing quotation mark")
    return ExpressionError(f"不允许使用符号“{sign}”。", f"the sign '{sign}' is not allowed")


def _check_neighbours(before: str, token: Token) -> None:
    """Refuse text prefixes (f"", b""), triple quotes, and numbers grown into words (0x10, 1if)."""
    if token.kind == "text" and before in ("name", "text", "number"):
        raise ExpressionError(
            "引号前面不能紧挨着字母、数字或另一段文字。",
            "a quotation mark may not directly follow a letter, a digit or another text",
        )
    if before == "number" and token.kind in ("name", "number"):
        raise ExpressionError(
            f"数字后面不能紧挨着“{clean(token.text, 20)}”。",
            f"a number may not run into '{clean(token.text, 20)}'",
        )


def _check_escapes(text: str) -> None:
    for escape in _ESCAPE.findall(text):
        if len(escape) == 2 and escape[1] not in _ESCAPES:
            shown = clean(escape, 4)
            raise ExpressionError(
                f"文字里不能写“{shown}”；反斜杠要写成 \\\\ 。",
                f"'{shown}' is not allowed in a text; write a backslash as \\\\",
            )


def _respell(tokens: list[Token]) -> str:
    _pair_brackets(tokens)
    _translate_words(tokens)
    _translate_not(tokens)
    return "".join(token.text for token in tokens)


def _pair_brackets(tokens: list[Token]) -> None:
    open_places: list[int] = []
    for place, token in enumerate(tokens):
        if token.kind != "sign":
            continue
        if token.text in _CLOSING:
            open_places.append(place)
            if len(open_places) > MAX_DEPTH:
                raise ExpressionError("括号嵌套太深。", "the brackets are nested too deeply")
        elif token.text in ")]}":
            opening = open_places.pop() if open_places else -1
            if opening < 0 or _CLOSING[tokens[opening].text] != token.text:
                raise _unpaired(token.text)
            token.partner, tokens[opening].partner = opening, place
    if open_places:
        raise _unpaired(tokens[open_places[-1]].text)


def _unpaired(bracket: str) -> ExpressionError:
    return ExpressionError(f"括号“{bracket}”没有配对。", f"the bracket '{bracket}' has no partner")


def _translate_words(tokens: list[Token]) -> None:
    before = ""
    for place, token in enumerate(tokens):
        if token.kind == "name" and before != ".":
            token.text = _WORDS.get(token.text, token.text)
        elif token.kind == "sign" and token.text in _SIGNS:
            if token.text == "${":
                tokens[token.partner].text = ")"
                _check_filled(tokens[place + 1 : token.partner])
            token.text = _SIGNS[token.text]
        if token.kind not in ("space", "line"):
            before = token.text


def _check_filled(tokens: list[Token]) -> None:
    if all(token.kind in ("space", "line") for token in tokens):
        raise ExpressionError("${ } 里没有内容。", "there is nothing between ${ and }")


def _translate_not(tokens: list[Token]) -> None:
    """Write `!x` as `(not x)`: the brackets keep `!a == b` meaning `(not a) == b`."""
    for place in reversed(range(len(tokens))):
        if tokens[place].kind == "sign" and tokens[place].text == "!":
            end = _operand_end(tokens, place + 1)
            tokens[place] = Token("not", "(not ", end)
            tokens[end].text += ")"


def _operand_end(tokens: list[Token], place: int) -> int:
    """Give the place of the last token of the operand that starts at or after `place`."""
    place = _skip_space(tokens, place)
    if place < len(tokens) and tokens[place].kind == "not":
        return tokens[place].partner
    if place >= len(tokens) or (tokens[place].kind == "sign" and tokens[place].partner < place):
        raise ExpressionError("“!”后面缺少内容。", "'!' has nothing after it")
    end = max(place, tokens[place].partner)
    while (following := _trailer_end(tokens, end + 1)) >= 0:
        end = following
    return end


def _trailer_end(tokens: list[Token], place: int) -> int:
    """Give the last place of `.name`, `[…]` or `(…)` at `place`, or -1 when there is none."""
    if place >= len(tokens) or tokens[place].kind != "sign":
        return -1
    if tokens[place].text == "." and place + 1 < len(tokens) and tokens[place + 1].kind == "name":
        return place + 1
    return tokens[place].partner if tokens[place].text in "([" else -1


def _skip_space(tokens: list[Token], place: int) -> int:
    while place < len(tokens) and tokens[place].kind in ("space", "line"):
        place += 1
    return place
