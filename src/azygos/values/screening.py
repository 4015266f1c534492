"""How far a screening of a trial's inputs moves what a plan decides; the spine's draws have their own ranges."""

from __future__ import annotations

from azygos.values.value import Value

RATE_FACTOR = Value(
    1.0,
    "dimensionless",
    low=0.5,
    high=2.0,
    source="assumed",
    note="on the strategy's rate: half to twice, as hands and pumps differ; a choice",
)
AGE_SHIFT = Value(
    0.0,
    "s",
    low=-120.0,
    high=120.0,
    source="assumed",
    note="on the cement's age at the first portion: two minutes either way, as sessions run early or late; a choice",
)
CHANCES = (0.025, 0.975)
"""Quantiles between which a drawn number is moved: its middle 95 %."""
