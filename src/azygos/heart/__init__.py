"""Right atrium, valves, right ventricle: what passes, what stays, what leaves by another door."""

from azygos.heart.chambers import Heart, draw_heart
from azygos.heart.departures import Departures, Effusion, Exit, Passage
from azygos.heart.laws import HeartLaws
from azygos.heart.passage import pass_heart

__all__ = ["Departures", "Effusion", "Exit", "Heart", "HeartLaws", "Passage", "draw_heart", "pass_heart"]
