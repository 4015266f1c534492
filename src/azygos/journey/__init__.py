"""The rooms in order: from the needle to the lung, and on to a year."""

from azygos.journey.follow import Afterwards, Laws, follow, session_end
from azygos.journey.outcome import Branch, Journey, Treated
from azygos.journey.patient import Patient, Tables, Wishes, draw_body, draw_patient, room_rng

__all__ = [
    "Afterwards",
    "Branch",
    "Journey",
    "Laws",
    "Patient",
    "Tables",
    "Treated",
    "Wishes",
    "draw_body",
    "draw_patient",
    "follow",
    "room_rng",
    "session_end",
]
