"""Thresholds and shapes that the tracer goes by: how a scan is read, not how it is made."""

from __future__ import annotations

from azygos.values.value import Value


def _assumed(number: float, unit: str, low: float, high: float, note: str) -> Value:
    return Value(number, unit, low=low, high=high, source="assumed", note=note)


# What stands out of its surroundings.
BLOCK = _assumed(6.0, "mm", 4.0, 9.0, "edge of the blocks whose median is the local level; wider than most emboli")
LOW = _assumed(4.0, "dimensionless", 3.0, 5.0, "noise widths above the local level that a piece's outline may fall to")
HIGH = _assumed(6.0, "dimensionless", 5.0, 10.0, "noise widths that some voxel of a piece must reach; of 8e7 voxels of "
                "Gaussian noise none does")  # fmt: skip
BLOOD = _assumed(60.0, "HU", 40.0, 80.0, "upper end of blood and muscle without contrast; what ordinary vessels reach")
PLAINEST = _assumed(8.0, "HU", 3.0, 15.0, "least noise that is believed of a scan")
MOST_ORDINARY = _assumed(600.0, "HU", 500.0, 800.0, "highest level that is believed to be ordinary blood with contrast")

# What cement and its neighbours read at 120 kVp, resolved.
CEMENT_WEAK = _assumed(
    1400.0, "HU", 1000.0, 1700.0, "least opacified cements; attenuation worked out from powder shares"
)
CEMENT_DENSE = _assumed(5300.0, "HU", 4200.0, 6500.0, "most opacified cements; one measured embolus read 3476 HU")
CALCIUM = _assumed(1600.0, "HU", 1200.0, 2000.0, "dense calcification and compact bone at 120 kVp")
METAL = _assumed(8000.0, "HU", 7000.0, 11000.0, "titanium and steel where the scale allows it")
MOST_WEAK = _assumed(12.0, "ml", 6.0, 20.0, "largest single piece that is no brighter than bone; larger ones are looked "
                     "at on higher levels")  # fmt: skip
VOLTAGE_POWER = _assumed(1.09, "dimensionless", 1.0, 1.2, "cement's brightness goes as (120 kV over the voltage) to this "
                         "power; worked out for barium and zirconium, 80 to 140 kV")  # fmt: skip
UNKNOWN_VOLTAGE = _assumed(
    1.5, "dimensionless", 1.2, 1.6, "by how much cement may read more where the voltage is not told"
)
FAINT = _assumed(0.65, "dimensionless", 0.5, 0.8, "share of the weakest cement's brightness below which a thing of that "
                 "size is no cement: diluted with blood or marrow, worn by heart motion")  # fmt: skip
WALL = _assumed(
    4.0, "mm", 2.0, 6.0, "from an outline within which calcium belongs to that wall; as coarse as the outline"
)
RIM = _assumed(4.0, "mm", 2.0, 8.0, "from the edge of the scanner's circle within which nothing is believed")
SHEET = _assumed(2.2, "dimensionless", 1.8, 3.0, "middle over smallest extent above which a thing is a sheet")
LONG_TUBE = _assumed(80.0, "mm", 50.0, 150.0, "length above which a tube of constant calibre is a lead or a catheter")
CALIBRE_VARIES = _assumed(0.18, "dimensionless", 0.1, 0.3, "standard deviation of a lead's width over its mean; a cord of "
                          "cement swells and thins more")  # fmt: skip
