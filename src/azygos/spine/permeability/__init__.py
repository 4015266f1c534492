"""How permeable the bone is, place by place: a folder of answers.

Each answer is a function of the vertebra, its bone fraction and a draw, and returns the
permeability across the long axis [m^2] of every cell.
"""

from collections.abc import Callable

from azygos.ground.parcels import FloatArray
from azygos.spine.draw import Draw
from azygos.spine.permeability.lognormal import lognormal
from azygos.spine.permeability.uniform import uniform
from azygos.spine.vertebra import Vertebra

PermeabilityAnswer = Callable[[Vertebra, FloatArray, Draw], FloatArray]

ANSWERS: dict[str, PermeabilityAnswer] = {"lognormal": lognormal, "uniform": uniform}

__all__ = ["ANSWERS", "PermeabilityAnswer", "lognormal", "uniform"]
