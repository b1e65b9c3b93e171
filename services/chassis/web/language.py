"""In which language the caller is answered: Chinese unless the request asks for English."""

from __future__ import annotations

from typing import Literal

from flask import has_request_context, request

Language = Literal["zh", "en"]
DEFAULT_LANGUAGE: Language = "zh"
_LANGUAGES: tuple[Language, ...] = ("zh", "en")


def current_language() -> Language:
    """The language of this request by `Accept-Language`; Chinese where it names neither, and outside of a request."""
    if not has_request_context():
        return DEFAULT_LANGUAGE
    asked = request.accept_languages
    if not asked:
        return DEFAULT_LANGUAGE
    best = asked.best_match(_LANGUAGES, default=DEFAULT_LANGUAGE)
    return "en" if best == "en" else DEFAULT_LANGUAGE
