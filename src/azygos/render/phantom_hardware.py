"""Metal that patients carry, on request: it lies along the body's own vessels and bones."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from azygos.ground.parcels import FloatArray
from azygos.ground.units import MM
from azygos.render.phantom import Phantom
from azygos.render.phantom_cage import STERNUM_Y
from azygos.render.phantom_heart import place, world
from azygos.render.phantom_spine import canal_middle
from azygos.render.solids import Thing, along, balls, smooth_line

SCREWED = ("T11", "T12", "L1")


def draw_hardware(phantom: Phantom, asked: tuple[str, ...]) -> list[Thing]:
    """What was asked for, in the order given."""
    return [thing for name in asked for thing in _KINDS[name](phantom, phantom.rng(name))]


def central_line(phantom: Phantom, side: str) -> list[FloatArray]:
    """From the subclavian vein to the right atrium, knots in a body of 1.70 m."""
    sign = 1.0 if side == "left" else -1.0
    veins = phantom.of_room("veins")
    begins = veins.ends[veins.names.index(f"{side} brachiocephalic vein")] / MM / phantom.scale
    outside = [np.array([sign * 108.0, -84.0, 108.0]), np.array([sign * 84.0, -76.0, 124.0])]
    return [*outside, begins[0], begins[1], place("cavo-atrial junction, upper"), place("right atrium")]


def _pacemaker(phantom: Phantom, rng: np.random.Generator) -> list[Thing]:
    """A can on the left and a lead to the apex of the right ventricle, often a second in the atrium."""
    knots = central_line(phantom, "left")
    ring, apex = place("tricuspid valve"), place("right ventricle") + np.array([26.0, -6.0, -22.0])
    lead = world(phantom, smooth_line([*knots, ring, apex], 60))
    parts: list[Thing] = [
        along(lead, 1.05, name="", material="lead_wire"),
        balls(lead[-1:], 1.4, name="", material="steel"),
        along(lead[-8:-6], 1.3, name="", material="steel"),
    ]
    if rng.random() < 0.6:
        loop = place("right atrium") + np.array([-12.0, -16.0, 14.0])
        second = world(phantom, smooth_line([*(knot + np.array([2.0, 1.5, 1.0]) for knot in knots), loop], 50))
        parts += [
            along(second, 0.95, name="", material="lead_wire"),
            balls(second[-1:], 1.3, name="", material="steel"),
        ]
    return [*parts, *_can(phantom, np.array([104.0, -112.0, 84.0]), 22.0, 3.4, "titanium")]


def _can(phantom: Phantom, middle: FloatArray, radius: float, thick: float, material: str) -> list[Thing]:
    """A flat box under the skin of the chest, as a stack of tubes."""
    rows = np.linspace(-radius, radius, 14)
    found: list[Thing] = []
    for row in rows:
        half = np.sqrt(max(radius**2 - row**2, 4.0))
        ends = middle + np.array([[-0.6 * half, 0.5 * 0.35 * half, row], [0.6 * half, -0.5 * 0.35 * half, row]])
        found.append(along(world(phantom, ends), thick, name="", material=material))
    return found


def _wires(phantom: Phantom, rng: np.random.Generator) -> list[Thing]:
    """Loops of wire around the sternum."""
    found: list[Thing] = []
    heights = np.array([88.0, 58.0, 36.0, 14.0, -8.0]) + rng.normal(0.0, 2.0, 5)
    for z in heights:
        y = float(np.interp(z, sorted(STERNUM_Y), [STERNUM_Y[k] for k in sorted(STERNUM_Y)]))
        arc = np.linspace(0.0, 2.0 * np.pi, 28)
        loop = np.stack([19.0 * np.cos(arc), y + 8.5 * np.sin(arc), z + 2.0 * np.sin(arc + 1.0)], -1)
        found.append(along(world(phantom, loop), 0.45, name="", material="steel"))
        twist = np.array([[2.0, y - 8.5, z], [3.0, y - 11.5, z + 3.0]])
        found.append(along(world(phantom, twist), 0.8, name="", material="steel"))
    return found


def _clips(phantom: Phantom, rng: np.random.Generator) -> list[Thing]:
    """Surgical clips along a bypass beside the sternum and in the front of the heart."""
    found: list[Thing] = []
    for _ in range(int(rng.integers(4, 12))):
        at = np.array([rng.uniform(12.0, 34.0), rng.uniform(-126.0, -104.0), rng.uniform(-30.0, 70.0)])
        way = rng.normal(size=3)
        way *= rng.uniform(2.0, 4.0) / np.linalg.norm(way)
        found.append(along(world(phantom, np.stack([at, at + way])), 0.6, name="", material="titanium"))
    return found


def _screws(phantom: Phantom, rng: np.random.Generator) -> list[Thing]:
    """Screws through both pedicles of three vertebrae, and two rods."""
    found: list[Thing] = []
    heads: dict[float, list[FloatArray]] = {-1.0: [], 1.0: []}
    for level in SCREWED:
        size = phantom.spine[level]
        centre, axes = phantom.space.vertebra(phantom.centre_mm(level))
        for side in (-1.0, 1.0):
            beside = 0.5 * size.canal_width + 0.5 * size.pedicle_width
            tip = np.array([side * 0.45 * beside, -0.25 * size.depth[0], 0.1 * size.height])
            head = np.array(
                [side * (beside + 5.0), canal_middle(size) + 0.5 * size.canal_depth + 9.0, 0.28 * size.height]
            )
            line = centre + np.stack([tip, head]) @ axes.T
            heads[side].append(line[1])
            found.append(along(line, 2.6, name="", material="titanium"))
            found.append(balls(line[1:], 5.5, name="", material="titanium"))
    return [*found, *(along(np.array(rod), 2.75, name="", material="titanium") for rod in heads.values())]


def _filter(phantom: Phantom, rng: np.random.Generator) -> list[Thing]:
    """Six struts from a hook down to the wall of the inferior cava below the kidneys' veins."""
    veins = phantom.of_room("veins")
    at = veins.names.index("inferior vena cava at L2")
    low, high = sorted(veins.ends[at] / MM, key=lambda end: float(end[2]))
    middle, radius = 0.5 * (low + high), 0.5 * float(veins.diameter[at]) / MM
    hook, found = middle + np.array([0.0, 0.0, 16.0]), list[Thing]()
    for angle in np.arange(6) * np.pi / 3.0 + rng.uniform(0.0, 1.0):
        foot = middle + np.array([radius * np.cos(angle), radius * np.sin(angle), -16.0])
        found.append(along(phantom.space.to_world(np.stack([hook, foot])), 0.3, name="", material="nitinol"))
    return [*found, balls(phantom.space.to_world(hook[None, :]), 1.0, name="", material="nitinol")]


def _port(phantom: Phantom, rng: np.random.Generator) -> list[Thing]:
    """A chamber under the skin on the right and a catheter to the upper cavo-atrial junction."""
    knots = central_line(phantom, "right")[:-1]
    line = world(phantom, smooth_line(knots, 50))
    tube = along(line, 1.3, name="", material="calcium 500", wall_mm=0.6, core="blood")
    return [tube, *_can(phantom, np.array([-92.0, -118.0, 72.0]), 12.0, 4.0, "titanium")]


def _electrodes(phantom: Phantom, rng: np.random.Generator) -> list[Thing]:
    """Electrodes on the skin and their wires."""
    found: list[Thing] = []
    reach = -42.0 - 118.0 * phantom.drawn["depth"] - 1.1 * phantom.fat_mm
    for x, z in ((-88.0, 78.0), (88.0, 78.0), (96.0, -58.0)):
        y = reach * (1.0 - 0.20 * (abs(x) / 100.0) ** 2) - 4.0
        knots = np.array([[x, y, z], [0.7 * x, reach - 6.0, z - 30.0], [0.3 * x, reach - 8.0, z - 80.0]])
        found.append(along(world(phantom, smooth_line(knots, 20)), 0.7, name="", material="steel"))
        found.append(balls(world(phantom, knots[:1]), 3.0, name="", material="steel", squash=1.0))
    return found


_KINDS: dict[str, Callable[[Phantom, np.random.Generator], list[Thing]]] = {
    "pacemaker": _pacemaker, "sternal wires": _wires, "clips": _clips, "pedicle screws": _screws, "filter": _filter,
    "port": _port, "ecg wires": _electrodes,
}  # fmt: skip
