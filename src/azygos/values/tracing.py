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
CALCIUM = _assumed(
    1900.0,
    "HU",
    1500.0,
    2200.0,
    "dense calcification and compact bone at 120 kVp; plaques and cartilage read to 1780 HU",
)
CALCIUM_UNTOLD = _assumed(
    1.1, "dimensionless", 1.0, 1.4, "by how much calcium may read more where the voltage is not told"
)
MOST_WEAK = _assumed(12.0, "ml", 6.0, 20.0, "largest single piece that is no brighter than bone; larger "
                     "ones are looked at on higher levels")  # fmt: skip
VOLTAGE_POWER = _assumed(1.09, "dimensionless", 1.0, 1.2, "cement's brightness goes as (120 kV over the voltage) "
                         "to this power; worked out for barium and zirconium, 80 to 140 kV")  # fmt: skip
VOLTAGE_140 = _assumed(0.85, "dimensionless", 0.8, 0.9, "cement at 140 kVp over 120, for scans that do not tell")
UNKNOWN_VOLTAGE = _assumed(
    1.5, "dimensionless", 1.2, 1.6, "by how much cement may read more where the voltage is not told"
)
FAINT = _assumed(0.65, "dimensionless", 0.5, 0.8, "share of the weakest cement's brightness below which a thing "
                 "of that size is no cement: diluted with blood or marrow, worn by heart motion")  # fmt: skip
WALL = _assumed(
    4.0, "mm", 2.0, 6.0, "from an outline within which calcium belongs to that wall; as coarse as the outline"
)
RIM = _assumed(4.0, "mm", 2.0, 8.0, "from the edge of the scanner's circle within which nothing is believed")
SHEET = _assumed(2.2, "dimensionless", 1.8, 3.0, "middle over smallest extent above which a thing is a sheet")
LONG_TUBE = _assumed(80.0, "mm", 50.0, 150.0, "length above which a tube of constant calibre is a lead or a catheter")
CALCIUM_POWER = _assumed(
    0.8, "dimensionless", 0.7, 0.9, "the same power for calcium; worked out for hydroxyapatite, 80 to 140 kV"
)
OVERSHOOT = _assumed(
    1.3, "dimensionless", 1.1, 1.5, "brightest bone over what the brightest few of a hundred blocks of bone reach"
)
OVERSHOT = _assumed(
    1.15, "dimensionless", 1.05, 1.25, "what thin calcium reads at most through a sharp kernel, over what it reads wide"
)
SMALLEST_BONE = _assumed(3.0, "ml", 1.0, 6.0, "least volume of dense blocks that hang together to be believed bone")
AWAY = _assumed(
    10.0,
    "mm",
    6.0,
    15.0,
    "from the spine and every road, beyond which a bright thing is not asked whether it is cement",
)
REFLUX = _assumed(30.0, "mm", 15.0, 50.0, "from the upper great veins, within which undiluted contrast is met")
ENHANCED = _assumed(150.0, "HU", 110.0, 200.0, "blood above this holds contrast")
BOLUS_SPREAD = _assumed(1.5, "dimensionless", 1.2, 2.5, "brightest voxels of a bolus over its median; it streams")
CONTRAST_SPREAD = _assumed(
    1.2, "dimensionless", 1.0, 1.4, "what ordinary vessels with contrast reach over their median"
)
PROMINENT = _assumed(
    0.5, "dimensionless", 0.3, 0.7, "rise above the joint with bone over contrast; osteophytes hardly rise above it"
)
BESIDE_SPINE = _assumed(12.0, "mm", 6.0, 20.0, "beside a vertebral body's front half, where no rib runs")
BEFORE_SPINE = _assumed(30.0, "mm", 15.0, 45.0, "before a vertebral body, where no rib runs")
MAY_BE_ROAD = _assumed(
    0.2, "dimensionless", 0.1, 0.4, "chance of lying on a road that keeps a thing from being put aside"
)
IN_AIR = _assumed(
    0.45,
    "dimensionless",
    0.3,
    0.6,
    "share of dense surroundings below which a thing lies in the lung, vessels included",
)
ON_WALL = _assumed(
    0.8, "dimensionless", 0.6, 0.9, "share of dense surroundings above which a thing lies on the lung's wall"
)
ON_BONE = _assumed(6.0, "mm", 3.0, 8.0, "from bone within which what is no brighter than bone is taken for it")
OVER_BONE = _assumed(
    1.1, "dimensionless", 1.0, 1.3, "peak over what this patient's bone reaches, above which it is not bone's own"
)
SWALLOWED = _assumed(0.2, "ml", 0.1, 1.0, "what lies in the gut and is larger than this was swallowed")

# Metal, contrast and calcium that only look like cement.
POOL = _assumed(0.5, "ml", 0.2, 2.0, "from which a thing is wide enough for its plateau to tell what it is")
HARDLY = _assumed(1.25, "dimensionless", 1.1, 1.4, "peak over the outline's level, below which a bright place in a "
                  "vessel with contrast is that vessel: noise, and a sharp kernel overshoots")  # fmt: skip
PLATE = _assumed(1.7, "dimensionless", 1.5, 2.5, "middle over smallest extent of calcium in an artery that is a plate")
SKIN = _assumed(15.0, "mm", 8.0, 25.0, "below the skin, within which chambers and generators lie")
JOINT = _assumed(1.4, "dimensionless", 1.2, 1.6, "peak over this patient's bone that rims of joints may have")
CORONARY = _assumed(0.15, "ml", 0.05, 0.4, "largest single calcification of a coronary artery or an airway's ring")
UNKNOWN = _assumed(0.5, "dimensionless", 0.3, 0.8, "doubt above which a thing's own brightness is as good as unknown")
CAGE = _assumed(8.0, "mm", 5.0, 12.0, "least width of a cava filter; the cava is some 20 mm wide")
CAGE_DEEP = _assumed(6.0, "mm", 5.0, 8.0, "the same across that; a fork of cement lies in one plane")
OPEN = _assumed(0.3, "dimensionless", 0.2, 0.5, "share of its ellipsoid that a cage fills; a cast fills more than half")
FRONT = _assumed(0.28, "dimensionless", 0.2, 0.35, "share of the lungs' depth that lies before the great vessels")
SOFT_SIDE = _assumed(0.25, "dimensionless", 0.2, 0.5, "share of dense surroundings from which a thing lies on a wall")
GRANULOMA = _assumed(3.5, "mm", 3.0, 5.0, "width from which a vessel as wide would be seen to lead to it")
LEADING = _assumed(
    0.6, "dimensionless", 0.5, 1.0, "share of its own section that the artery before an embolus has at the least: an "
    "embolus widens the artery that it plugs by a third at most"
)  # fmt: skip
RESOLVED_IN_AIR = _assumed(
    3.5, "dimensionless", 3.0, 4.5, "width over the blur, from which a thing in the lung shows what it reads"
)
NODE = _assumed(3.0, "mm", 2.0, 5.0, "least middle width of a calcified node")
NODE_ML = _assumed(0.03, "ml", 0.01, 0.1, "least volume of a calcified node")
CLIP = _assumed(10.0, "mm", 6.0, 14.0, "longest surgical clip, with its blur")
CLIP_ML = _assumed(0.06, "ml", 0.02, 0.12, "largest surgical clip, as its blurred integral tells")
CLIP_ROW = _assumed(55.0, "mm", 20.0, 80.0, "from one clip of a graft to the next")
RING = _assumed(9.5, "mm", 6.0, 12.0, "from the airways' outline to calcium in their wall; as coarse as the outline")
RING_ROW = _assumed(90.0, "mm", 50.0, 110.0, "from one calcified ring, or rim of a joint, to the next that is seen")
CORONARY_ROW = _assumed(75.0, "mm", 40.0, 90.0, "from one coronary calcification to the next")
STREAKED = _assumed(4.0, "dimensionless", 3.0, 6.0, "scatter of a block over the scan's noise that streaks make")
DARK = _assumed(-150.0, "HU", -250.0, -130.0, "dark streaks in soft tissue; fat reads -120 HU at the least")
AIRLESS = _assumed(-400.0, "HU", -500.0, -300.0, "what no lung in breath reads")
STREAK_REACH = _assumed(40.0, "mm", 20.0, 80.0, "from metal to where its streaks still hide things")

# How far off the integral and the brightness of a piece may be: standard deviations of their logarithms. Calibrated on
# synthetic cases: 51 findings in 21 rendered patients (seeds 600000 to 600020) and 144 balls and threads of 1 to 8 mm
# and 1400 to 5300 HU in ten rendered bodies (610000 to 610009). Of those with known brightness, 94 of 100 intervals
# of nine in ten held the truth; fitted to one half they held 98 of 100 and 74 of 100 of the other, by the half.
PARTING_WIDE = _assumed(
    0.04, "dimensionless", 0.015, 0.06, "of the integral of a wide piece; range: fitted to either half of the cases"
)
PARTING_THIN = _assumed(0.17, "dimensionless", 0.13, 0.33, "what a point adds to it; range: as before")
BRIGHTNESS_WIDE = _assumed(
    0.05, "dimensionless", 0.03, 0.08, "of the plateau of a wide piece: 4 to 7 of 100 in the same cases"
)
BRIGHTNESS_THIN = _assumed(
    1.4, "dimensionless", 0.8, 2.0, "what a point adds to it; below half the blur a peak tells no brightness"
)
OWN_SPREAD = _assumed(
    0.07, "dimensionless", 0.03, 0.15, "of one patient's cement from piece to piece, and of what tells it: 4 of 100 in "
    "rendered patients; pores, marrow and blood add to that"
)  # fmt: skip
OWN_SPREAD_FILLED = _assumed(
    0.15, "dimensionless", 0.07, 0.25, "the same where fillings alone tell it, of which 63 to 95 of 100 may be cement"
)  # fmt: skip

# Cement within a vertebral body.
SOLID_RADIUS = _assumed(
    3.0, "mm", 2.5, 3.5, "radius of the ball that a filling holds and that no cortex, end plate or bone island does"
)
SOLID = _assumed(
    600.0, "HU", 500.0, 750.0, "least that a filling reads throughout such a ball; collapsed and sclerotic bodies "
    "reach 500 HU there, and so did the densest of 40 bodies on scans without cement"
)  # fmt: skip
SOLID_MOST = _assumed(
    900.0, "HU", 700.0, 1000.0, "the same where most bodies are dense or filled, or none tells what is usual"
)
OVER_BODIES = _assumed(2.0, "dimensionless", 1.6, 2.5, "a filling over what the emptier of the bodies reach")
OVER_CALCIUM = _assumed(
    1.25, "dimensionless", 1.1, 1.5, "over calcium, above which a filling stands out of bone by itself"
)
LEAST_SOLID = _assumed(0.3, "ml", 0.15, 0.5, "smallest filling that is told from a bone island")
LARGE_FILL = _assumed(1.0, "ml", 0.5, 2.0, "what fills a body and is no bone island: these are under 1 cm")
SURE_IN_LUNG = _assumed(
    0.75, "dimensionless", 0.6, 0.9, "chance from which a piece in the lung is reported that may be no brighter than "
    "calcium: granulomas and scars are commoner there than emboli of cement. Chosen on 32 rendered bodies without "
    "cement, metal or contrast in the upper cava, seeds from 600000: 3 things "
    "are reported in them, at 0.6 there are 8"
)  # fmt: skip
LEAST_MIXED = _assumed(
    0.3, "dimensionless", 0.2, 0.5, "least share of a solid filling that is cement; the rest is bone and marrow"
)
FILLED = _assumed(
    0.9, "dimensionless", 0.8, 0.95, "share of a solid filling that is cement where it took all of the marrow's place: "
    "bone of treated vertebrae keeps 6 to 20 of 100 of the volume"
)  # fmt: skip
FILLED_LEAST = _assumed(
    0.63, "dimensionless", 0.5, 0.8, "least such share, nine times in ten: bone keeps 10 of 100 and cement takes 70 of "
    "100 of the marrow's place"
)  # fmt: skip
FILLED_SPREAD = _assumed(
    0.06, "dimensionless", 0.03, 0.1, "standard deviation of that share's logarithm: of 80 to 95 of 100"
)
FILL_ERROR = _assumed(
    0.05, "dimensionless", 0.025, 0.1, "the same of a filling's volume beyond what its rim and its share leave open"
)
SURE_FILL = _assumed(
    0.9, "dimensionless", 0.8, 0.97, "chance that a filling brighter than this patient's bone is cement"
)
DOUBTFUL_FILL = _assumed(
    0.6, "dimensionless", 0.4, 0.8, "the same of a filling no brighter than bone: a dense metastasis reads as much"
)
LEAK_SHARE = _assumed(
    0.35, "dimensionless", 0.25, 0.5, "share of a filling's brightness that what hangs on it must read clear of bone: "
    "a thread as wide as the blur keeps as much, blood with contrast hardly does"
)  # fmt: skip
BESIDE_FILL = _assumed(12.0, "mm", 8.0, 20.0, "from a filling, within which what is as bright as it leaked from it")
AS_BRIGHT = _assumed(
    0.8, "dimensionless", 0.7, 0.9, "share of a filling's brightness that something beside it must reach to be of the "
    "same cement; bone there reaches less, or the filling would not have stood out"
)  # fmt: skip
CLEAR_OF_BONE = _assumed(
    3.0, "mm", 1.5, 5.0, "from the coarse outline of bone, beyond which no bone is met; the outline's error"
)
CORD = _assumed(
    40.0, "mm", 25.0, 60.0, "extent above which a thin thing off the aorta was cast in veins; calcium lies in plates"
)
MOST_LOST = _assumed(
    10.0, "mL", 6.0, 20.0, "most that one piece of cement in veins and heart holds: a vertebra is given 2 to 8 mL"
)
SURE_CORD = _assumed(
    0.9,
    "dimensionless",
    0.7,
    0.98,
    "chance that such a thing in veins or heart is cement where no rule calls it a lead; longer than all that was "
    "calibrated on",
)
PASSING = _assumed(
    15.0, "mm", 8.0, 30.0, "way within reported sites from which a piece is reported wherever most of it lies"
)
THICK = _assumed(4.0, "mm", 3.0, 5.0, "smallest extent above which calcium of a wall is rare")
SURE_OF_ROAD = _assumed(
    0.4, "dimensionless", 0.3, 0.6, "chance of all reported sites from which calcium is no more likely than cement"
)
FAR_OVER_BONE = _assumed(
    1.4, "dimensionless", 1.2, 1.8, "peak over what this patient's bone reaches, above which it is hardly an osteophyte"
)

# What tells weak cement from calcium.
UNDILUTED = _assumed(
    0.9, "dimensionless", 0.8, 1.0, "share of the weakest cement's brightness from which a thing reads as cement does; "
    "calcium reads 540 to 1610 HU at 400 to 1200 mg/ml, so most calcium reads less and some as much"
)  # fmt: skip
CLEAR = _assumed(0.3, "dimensionless", 0.2, 0.5, "doubt below which the blur leaves a thing its own brightness")
ROUND = _assumed(
    1.4, "dimensionless", 1.25, 1.7, "middle over smallest extent of what is cast in a vessel; plaques are sheets"
)
ROD_FILLS = _assumed(
    1.1, "dimensionless", 1.0, 1.3, "share of its ellipsoid that a rod fills at the least; a straight one fills 1.5"
)
BRONCHUS = _assumed(
    4.0, "mm", 3.0, 6.0, "least middle extent of a bronchus' wall; a thread within thick slices is smeared to less"
)
BUMP = _assumed(
    0.15, "dimensionless", 0.1, 0.25, "rise above the joint with bone over contrast that is a mere bump of it"
)
FROM_BODY = _assumed(40.0, "mm", 30.0, 60.0, "from a filled body to where its cement reaches within a disc")
MAY_BE_VEIN = _assumed(
    0.2, "dimensionless", 0.15, 0.4, "chance of all reported sites from which a thing as bright as cement is told"
)
CAST = _assumed(
    0.4,
    "dimensionless",
    0.25,
    0.55,
    "least chance that such a thing is cement: calcium as bright, as round and as wide in a vein's place is rare, and "
    "so is weak cement",
)
AORTA_BEFORE = _assumed(30.0, "mm", 20.0, 40.0, "before the vertebral bodies, to where the descending aorta lies")
AORTA_ASIDE = _assumed(50.0, "mm", 40.0, 60.0, "left of the spine's middle, to where its wall may lie")
AORTA_OFF = _assumed(
    10.0,
    "mm",
    6.0,
    14.0,
    "by which its outline may miss a plate in its wall: calcium and a wide arch pull the line aside",
)
CAVA_ASIDE = _assumed(45.0, "mm", 35.0, 55.0, "right of the spine's middle, to where the inferior cava lies")
CAVA_PAST_MIDDLE = _assumed(5.0, "mm", 0.0, 10.0, "left of it, to where the cava's left wall may reach")
CAVA_AHEAD = _assumed(
    55.0, "mm", 40.0, 65.0, "before the vertebral bodies, to where the cava runs on its way through the diaphragm"
)
