"""Everything that a body consists of, in the order in which it is painted."""

from __future__ import annotations

from azygos.ground.parcels import FloatArray
from azygos.render.choices import Choices
from azygos.render.phantom import Phantom
from azygos.render.phantom_abdomen import abdomen
from azygos.render.phantom_airways import airways, oesophagus
from azygos.render.phantom_cage import ribs, shoulders, sternum
from azygos.render.phantom_calcium import draw_calcium
from azygos.render.phantom_hardware import draw_hardware
from azygos.render.phantom_heart import great_vessels, heart
from azygos.render.phantom_spine import psoas_and_back, spine
from azygos.render.phantom_trunk import frame_of, lungs, table, trunk
from azygos.render.phantom_vessels import central_arteries, lung_vessels, trunk_veins
from azygos.render.solids import Thing


def things_of(phantom: Phantom, choices: Choices, low_mm: FloatArray, high_mm: FloatArray) -> list[Thing | None]:
    """Solids and tubes of a body in a field from one corner to the other; what comes later covers what came before.

    None stands for what lies outside the field.
    """
    f = frame_of(phantom, low_mm, high_mm)
    return [
        *table(phantom, low_mm, high_mm),
        *trunk(phantom, f),
        *psoas_and_back(phantom),
        *abdomen(phantom, f),
        *lungs(phantom, f),
        *lung_vessels(phantom),
        *airways(phantom),
        *great_vessels(phantom),
        *heart(phantom, f, choices.phase),
        *central_arteries(phantom),
        *oesophagus(phantom),
        *trunk_veins(phantom, in_canal=False),
        *sternum(phantom, f),
        *shoulders(phantom, f),
        *ribs(phantom),
        *spine(phantom, low_mm, high_mm),
        *trunk_veins(phantom, in_canal=True),
        *draw_calcium(phantom),
        *draw_hardware(phantom, choices.hardware),
    ]
