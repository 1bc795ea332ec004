"""Languages: which of PostgreSQL's text search configurations stems the words of a document.

Pure. A language that is not known, or that this server has no stemmer for, has words as they are.
"""

from __future__ import annotations

from collections.abc import Collection

PLAIN = "simple"
_CONFIGURATIONS = {
    "ar": "arabic", "ca": "catalan", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish",
    "et": "estonian", "eu": "basque", "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian",
    "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian", "nb": "norwegian", "ne": "nepali",
    "nl": "dutch", "nn": "norwegian", "no": "norwegian", "pt": "portuguese", "ro": "romanian", "ru": "russian",
    "sr": "serbian", "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip


def configuration_of(language: str, available: Collection[str]) -> str:
    """Return the name of the configuration for a language tag (BCP 47; may be empty): one of `available`, or PLAIN."""
    name = _CONFIGURATIONS.get(language.partition("-")[0].lower(), PLAIN)
    return name if name in available else PLAIN
