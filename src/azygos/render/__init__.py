"""Pictures of a body whose cement is known: a rendered CT, cement put into a real CT, fluoroscopy."""

from azygos.render.choices import HARDWARE, KERNELS, PHASES, Choices, Pose, Scanner
from azygos.render.phantom import Phantom, draw_phantom, phantom_of
from azygos.render.truth import Placed, Truth
from azygos.render.whole_scan import render, render_body

__all__ = [
    "HARDWARE",
    "KERNELS",
    "PHASES",
    "Choices",
    "Phantom",
    "Placed",
    "Pose",
    "Scanner",
    "Truth",
    "draw_phantom",
    "phantom_of",
    "render",
    "render_body",
]
