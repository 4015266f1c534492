"""Right atrium, valves, right ventricle: what passes, what stays, what leaves by another door."""

from azygos.heart.departures import Departures, Effusion, Exit, Passage

__all__ = ["Departures", "Effusion", "Exit", "Passage"]
