"""Rendered bodies without cement, drawn: contrast, noise, slices, calcium, metal, pose."""

from __future__ import annotations

import time

import numpy as np

from azygos.render import HARDWARE, KERNELS, PHASES, Choices, Pose, Scanner, draw_phantom, render_body
from azygos.trace import find
from detection.alarms import WITHOUT, counts
from detection.standing import standing_on

BODIES = 100
TESTED, CALIBRATED = 1000, 900_000  # first seeds of bodies for testing and for calibration: never the same body
WITH_HARDWARE = 0.35
SLICES_MM = ((1.0, 1.0), (1.25, 1.25), (2.5, 2.5), (3.0, 1.5))  # thickness and step
CONTRASTED = ("pulmonary", "arterial")  # contrast lies in the superior vena cava


def draw_choices(seed: int) -> Choices:
    """How a body is scanned; the same for the same seed."""
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(7,)))
    thickness, step = SLICES_MM[int(rng.integers(len(SLICES_MM)))]
    low = float(rng.uniform(-230.0, -120.0))
    scanner = Scanner(
        kvp=int(rng.choice([100, 120, 120, 120, 140])), kernel=str(rng.choice(KERNELS)), slice_mm=thickness,
        step_mm=step, rows=rows_of(seed), fov_mm=float(rng.uniform(340.0, 420.0)),
        dose=float(np.exp(rng.uniform(-1.4, 0.7))),
        ceiling_hu=None if rng.uniform() < 0.3 else 3071.0, low_mm=low, high_mm=float(rng.uniform(100.0, 140.0)),
    )  # fmt: skip
    metal = rng.uniform() < WITH_HARDWARE
    hardware = tuple(sorted(rng.choice(HARDWARE, size=int(rng.integers(1, 3)), replace=False))) if metal else ()
    pose = Pose(shift_mm=rng.normal(0.0, 8.0, 3), turn_deg=rng.normal(0.0, 2.0, 3), breath_mm=float(rng.uniform(-8, 8)))
    return Choices(
        scanner=scanner, phase=str(rng.choice(PHASES)), hardware=tuple(str(name) for name in hardware),
        motion_mm=float(rng.uniform(0.0, 8.0)), pose=pose,
    )  # fmt: skip


def rows_of(seed: int) -> int:
    """Rows of its slices: small matrices, too, which also take less time."""
    return (320, 400, 512)[int(np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(8,))).integers(3))]


def parts(n: int) -> list[tuple[int]]:
    """Seeds of the bodies that are tested."""
    return [(TESTED + k,) for k in range(n)]


def run(seed: int) -> dict[str, object]:
    """Render one body without cement and trace it."""
    choices = draw_choices(seed)
    began = time.perf_counter()
    phantom = draw_phantom(seed)
    volume, _, labels = render_body(phantom, choices=choices, seed=seed)
    rendered = time.perf_counter()
    findings = find(volume)
    traced = time.perf_counter()
    counted = counts(findings)
    for piece, on in zip(counted["pieces"], standing_on(findings, phantom, choices, labels), strict=True):
        piece["on"] = on
    difficult = bool(choices.hardware) or choices.phase in CONTRASTED
    return {
        "number": seed, "what": "hardware or contrast in the superior vena cava" if difficult else WITHOUT,
        "phase": choices.phase, "hardware": ", ".join(choices.hardware), "slice_mm": choices.scanner.slice_mm,
        "kernel": choices.scanner.kernel, "dose": round(choices.scanner.dose, 2), "kvp": choices.scanner.kvp,
        "slices": volume.hu.shape[2], "render_s": round(rendered - began, 1),
        "seconds": round(traced - rendered, 1), **counted,
    }  # fmt: skip
