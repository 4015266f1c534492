"""How pieces of cement are joined: what a road costs, what counts as near, when a vertebra is named."""

from azygos.values.value import Value

WEAKEST_ROAD = Value(
    0.05, "dimensionless", low=0.02, high=0.1, source="assumed",
    note="added to a road's strength (1 on a certain vein, 0 in plausible tissue), so that a way costs its length over "
    "the sum: 1 mm beside the road costs as much as 21 mm on it",
)  # fmt: skip
SEEN_COST = Value(
    0.01, "dimensionless", low=0.001, high=0.05, source="assumed",
    note="of a way along cement that is seen, over a certain road of the same length: what is seen needs no guess",
)  # fmt: skip
HALF_LENGTH_MM = Value(
    40.0, "mm", low=15.0, high=100.0, source="assumed",
    note="unseen way on a certain road that takes the odds of one vertebra over another down by a factor e; no series "
    "with two treated levels and a known origin was found",
)  # fmt: skip
LEAK_ODDS = Value(
    6.6, "dimensionless", low=2.0, high=43.0, source="assumed",
    note="odds of a vertebra with a leak that is seen in a vein over one without: the root of 43, the odds ratio "
    "between patients with and without a leak into the azygos vein (native chest CT, 54 patients), as log odds ratios "
    "from few events are halved here",
)  # fmt: skip
FARTHEST_COST = Value(
    2000.0, "mm", low=1000.0, high=4000.0, source="assumed",
    note="dearest way that is still called a road: a metre of certain vein and the detours of a coarse grid",
)  # fmt: skip
NAMED_FROM = Value(
    0.8, "dimensionless", low=0.6, high=0.95, source="assumed",
    note="share of the chance from which one of several vertebrae is named; below it the answer is: cannot tell",
)  # fmt: skip
CEMENT_IN_LUNG_OF_JOINTS = Value(
    31.0 / 67.0, "dimensionless", low=0.34, high=0.59, source="ritter2012",
    where="31 of 67 with cemented hips or knees, post-mortem CT; range: 95 % by Wilson, computed here",
)  # fmt: skip
CEMENT_IN_LUNG_OF_SPINES = Value(
    0.094, "dimensionless", low=0.02, high=0.26, source="luetmer2011",
    where="23 of 244 patients on CT; range: the series of 2 and of 26 % that the reports show beside it",
)  # fmt: skip
CALIBRATED_SHARE = Value(
    0.81, "dimensionless", low=0.7, high=0.95, source="assumed",
    note="share of cement among the things that certainties were calibrated on: 343 of 422 by the reliability table of "
    "trace/calibration.json, computed here; what a thing's look says is its odds over the odds of this share",
)  # fmt: skip
OUTLINE_MM = Value(
    3.0, "mm", low=1.5, high=5.0, source="assumed",
    note="error of a vertebral body's outline on the tracer's coarse grid: what lies nearer to the body is not called "
    "outside",
)  # fmt: skip
BODY_VOLUME_ERROR = Value(
    0.15, "dimensionless", low=0.05, high=0.3, source="assumed",
    note="half of the interval of a body's volume, as share of it: one coarse voxel on its outline is about 20 %",
)  # fmt: skip
TRUNK_DIAMETER_MM = Value(
    20.0, "mm", low=16.0, high=29.0, source="assumed",
    note="main pulmonary arteries, from memory; a piece of less than half of it leaves the artery partly open",
)  # fmt: skip
SHORTEST_LINE_MM = Value(
    5.0, "mm", low=3.0, high=10.0, source="assumed",
    note="a piece shorter than this has no way of its own to show when no vertebra with cement is in the field",
)  # fmt: skip
VESSEL_HU = Value(
    -500.0, "HU", low=-700.0, high=-200.0, source="assumed",
    note="brightest voxel of a coarse cell in the lung from which it likely holds a vessel; parenchyma is near -850",
)  # fmt: skip
FAINT_VESSEL_HU = Value(
    -750.0, "HU", low=-820.0, high=-600.0, source="assumed",
    note="the same, from which it may hold one that is thinner than a slice",
)  # fmt: skip
LEAST_FILL_ML = Value(
    0.1, "mL", low=0.02, high=0.5, source="assumed",
    note="cement in a body from which the vertebra counts as treated; volumes injected are some millilitres, and less "
    "may be the coarse outline's error",
)  # fmt: skip
