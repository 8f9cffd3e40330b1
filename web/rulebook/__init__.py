"""The rules 制度文本 of an enterprise: questions in five steps, the text, comments, issuing."""

from web.rulebook import hearing, steps, texts  # noqa: F401 - they register their pages
from web.rulebook.room import blueprint

__all__ = ["blueprint"]
