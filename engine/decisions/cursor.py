"""A place in a list of tokens that moves forward."""

from __future__ import annotations

from engine.decisions.lexer import Token
from engine.errors import ExpressionError
from engine.values.limits import clean


class Cursor:
    """Reads tokens one by one; the last of them is an end token and stays."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.place = 0

    @property
    def token(self) -> Token:
        """The token to be read next."""
        return self.tokens[self.place]

    def advance(self) -> Token:
        """Take the next token."""
        token = self.token
        self.place += token.kind != "end"
        return token

    def sees(self, *texts: str) -> bool:
        """Tell whether the next token is one of these signs or words."""
        return self.token.kind in ("sign", "name") and self.token.text in texts

    def take(self, *texts: str) -> str:
        """Take the next token if it is one of these signs or words, else give ""."""
        return self.advance().text if self.sees(*texts) else ""

    def expect(self, text: str) -> None:
        """Take the sign or word `text`; raise ExpressionError if something else stands there."""
        if not self.take(text):
            raise self.unexpected(f"“{text}”", f"'{text}'")

    def end(self) -> None:
        """Check that everything was read."""
        if self.token.kind != "end":
            raise self.unexpected("结尾", "the end")

    def unexpected(self, zh: str, en: str) -> ExpressionError:
        """Say what was expected where the next token stands."""
        shown = clean(self.token.text, 30) or "…"
        if self.token.kind == "end":
            return ExpressionError(f"没有写完，还缺{zh}。", f"it ends too early; {en} is missing")
        return ExpressionError(
            f"“{shown}”这里应该是{zh}。文字要加引号。",
            f"{en} was expected at '{shown}'; a text needs quotation marks",
        )
