"""The rooms in order: from the needle to the lung, and on to a year."""

from azygos.journey.outcome import Branch, Journey, Treated

__all__ = ["Branch", "Journey", "Treated"]
