"""Text as it is compared. One function folds both what a store sends and what a rule says."""

import unicodedata


def fold(text: str) -> str:
    """The comparable form: canonical Unicode, without case, without blanks around it.

    Tags, codes, e-mail addresses, channels, cities and segment names are compared in this form.
    """
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold()).strip()


def clean(text: str) -> str:
    """Text that PostgreSQL can hold: without NUL and without lone surrogates."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
