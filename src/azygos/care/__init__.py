"""Clot, treatment and its course to a year: one short file each, most of it assumed and labelled so."""

from azygos.care.advice import SITUATIONS, Advice, advice_for, situations_in
from azygos.care.clot import CLOT_ANSWERS
from azygos.care.course import CLOTS, LOOKS, TREATMENTS, Care, Course, Event, Removal, Visit
from azygos.care.draw import CareDraw, draw_care
from azygos.care.effect import DRAINED, Arteries, Effect
from azygos.care.follow import follow_course

__all__ = [
    "CLOTS",
    "CLOT_ANSWERS",
    "DRAINED",
    "LOOKS",
    "SITUATIONS",
    "TREATMENTS",
    "Advice",
    "Arteries",
    "Care",
    "CareDraw",
    "Course",
    "Effect",
    "Event",
    "Removal",
    "Visit",
    "advice_for",
    "draw_care",
    "follow_course",
    "situations_in",
]
