"""Clot, treatment and its course to a year: one short file each, most of it assumed and labelled so."""

from azygos.care.course import CLOTS, LOOKS, TREATMENTS, Care, Course, Event, Visit

__all__ = ["CLOTS", "LOOKS", "TREATMENTS", "Care", "Course", "Event", "Visit"]
