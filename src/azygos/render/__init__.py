"""Pictures of a body whose cement is known: a rendered CT, cement put into a real CT, fluoroscopy.

What is named here is loaded when it is first used, so that a part of the room stays light to import.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from azygos.render.cement_pieces import carry
    from azygos.render.choices import HARDWARE, KERNELS, PHASES, Choices, Pose, Scanner
    from azygos.render.insert_cement import insert
    from azygos.render.insert_pieces import Described, read_pieces
    from azygos.render.phantom import Phantom, draw_phantom, phantom_of
    from azygos.render.truth import Placed, Truth
    from azygos.render.whole_scan import render, render_body

_WHERE = {
    "HARDWARE": "choices", "KERNELS": "choices", "PHASES": "choices", "Choices": "choices", "Pose": "choices",
    "Scanner": "choices", "Phantom": "phantom", "draw_phantom": "phantom", "phantom_of": "phantom", "Placed": "truth",
    "Truth": "truth", "carry": "cement_pieces", "render": "whole_scan", "render_body": "whole_scan",
    "Described": "insert_pieces", "insert": "insert_cement", "read_pieces": "insert_pieces",
}  # fmt: skip

__all__ = [
    "HARDWARE",
    "KERNELS",
    "PHASES",
    "Choices",
    "Described",
    "Phantom",
    "Placed",
    "Pose",
    "Scanner",
    "Truth",
    "carry",
    "draw_phantom",
    "insert",
    "phantom_of",
    "read_pieces",
    "render",
    "render_body",
]


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"azygos.render has no {name!r}")
    return getattr(import_module(f"azygos.render.{_WHERE[name]}"), name)
