"""What a rendered scan is asked to be: the scanner's settings, the contrast, the metal, how the patient lies."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from azygos.ground.errors import require
from azygos.ground.parcels import FloatArray, Parcel
from azygos.values.attenuation import TUBE_VOLTAGES

KERNELS = ("soft", "standard", "sharp")
PHASES = ("none", "pulmonary", "arterial", "venous")
HARDWARE = ("pacemaker", "sternal wires", "clips", "pedicle screws", "filter", "port", "ecg wires")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanner(Parcel):
    """How a scan is taken and written down.

    Examples
    --------
    >>> Scanner(rows=256, fov_mm=384.0).pixel_mm
    1.5
    """

    kvp: int = 120  # one of values.attenuation.TUBE_VOLTAGES
    kernel: str = "standard"  # one of KERNELS
    slice_mm: float = 1.0  # thickness
    step_mm: float = 1.0  # from slice to slice
    rows: int = 512  # and as many columns
    fov_mm: float = 380.0  # edge of the square field
    dose: float = 1.0  # over that of an ordinary chest scan [-]
    ceiling_hu: float | None = 3071.0  # None: as high as it comes (an extended scale)
    low_mm: float = -150.0  # lowest slice in a body of 1.70 m, over the middle of T8
    high_mm: float = 130.0

    def __post_init__(self) -> None:
        require(self.kernel in KERNELS, f"kernel is {self.kernel!r}; write one of {', '.join(KERNELS)}")
        require(
            self.kvp in TUBE_VOLTAGES,
            f"there is no table for {self.kvp:g} kV; choose one of {', '.join(str(known) for known in TUBE_VOLTAGES)}",
        )
        require(0.3 <= self.slice_mm <= 10.0, f"slices of {self.slice_mm:g} mm are none of a CT (0.3 to 10)")
        require(0.3 <= self.step_mm <= 10.0, f"a step of {self.step_mm:g} mm is none of a CT (0.3 to 10)")
        require(16 <= self.rows <= 1024, f"{self.rows} rows are not possible (16 to 1024)")
        require(20.0 <= self.fov_mm <= 700.0, f"a field of {self.fov_mm:g} mm is not possible (20 to 700)")
        require(self.dose > 0.0, f"a dose of {self.dose:g} makes no image; give more than 0")
        require(self.low_mm < self.high_mm, "the scan's lowest slice must lie below its highest")

    @property
    def pixel_mm(self) -> float:
        """Edge of a pixel [mm]."""
        return self.fov_mm / self.rows


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pose(Parcel):
    """How a patient lies and breathes, against how the body was drawn."""

    shift_mm: FloatArray = field(default_factory=lambda: np.zeros(3))  # shape (3,), to the left, back and head
    turn_deg: FloatArray = field(default_factory=lambda: np.zeros(3))  # shape (3,), about these three axes
    breath_mm: float = 0.0  # how much lower the diaphragm stands

    def __post_init__(self) -> None:
        self.seal("shift_mm", "turn_deg")
        require(self.shift_mm.shape == self.turn_deg.shape == (3,), "a pose has three shifts and three turns")
        require(abs(self.breath_mm) <= 40.0, f"a diaphragm {self.breath_mm:g} mm away is not possible (40 at most)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices(Parcel):
    """All that is chosen for one scan."""

    scanner: Scanner = field(default_factory=Scanner)
    phase: str = "none"  # of contrast, one of PHASES
    hardware: tuple[str, ...] = ()  # of HARDWARE
    motion_mm: float = 0.0  # by how much the heart's beat smears what lies in it
    pose: Pose = field(default_factory=Pose)

    def __post_init__(self) -> None:
        require(self.phase in PHASES, f"phase is {self.phase!r}; write one of {', '.join(PHASES)}")
        unknown = [name for name in self.hardware if name not in HARDWARE]
        require(not unknown, f"no hardware is called {', '.join(unknown)}; there are {', '.join(HARDWARE)}")
        require(0.0 <= self.motion_mm <= 30.0, f"a motion of {self.motion_mm:g} mm is not possible (0 to 30)")
