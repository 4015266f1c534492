"""How hard a text is to read: the Automated Readability Index, which needs no dictionary."""

from __future__ import annotations

import re

from azygos.ground.errors import InputError

FORMULA = "Automated Readability Index: 4.71 signs per word + 0.5 words per sentence - 21.43 (textstat)"
_END = re.compile(r"[.!?][\"'”’)]*$")
_DECIMAL = re.compile(r"(?<=\d)\.(?=\d)")


def grade(text: str) -> float:
    """School grade in the United States from which a text can be read.

    Lines that do not end as a sentence are heads and are not counted. A decimal point is no end of a sentence,
    so it is read as a comma.

    Parameters
    ----------
    text : str
        Paragraphs and heads, one a line.

    Returns
    -------
    grade : float
        The Automated Readability Index; 0 for a text without a sentence.

    Raises
    ------
    InputError
        Without the library textstat.

    Examples
    --------
    >>> round(grade("How It Moves" + chr(10) + "The cement went into a vein. It then set."), 2)
    -1.91
    """
    try:
        from textstat import textstat  # type: ignore[import-untyped]
    except ImportError:
        raise InputError(
            "a brief is measured by the library textstat, which is not installed. Add it: pip install azygos[brief]"
        ) from None
    told = sentences_only(text)
    return float(textstat.automated_readability_index(_DECIMAL.sub(",", told))) if told else 0.0


def sentences_only(text: str) -> str:
    """The lines that end as a sentence ends, in one line."""
    return " ".join(line.strip() for line in text.splitlines() if _END.search(line.strip()))
