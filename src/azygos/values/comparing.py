"""What the comparison of two scans takes for bone, lung and the heart's motion, with ranges."""

from azygos.values.value import Value

AIR_HU = Value(
    -1000.0, "HU", low=-1024.0, high=-990.0, source="assumed", note="air, by the definition of the Hounsfield scale",
)  # fmt: skip
BODY_HU = Value(
    -300.0, "HU", low=-400.0, high=-200.0, source="assumed",
    note="between air or clothes and fat (-100 HU), so that a body parts from the air around it",
)  # fmt: skip
BONE_HU = Value(
    150.0, "HU", low=120.0, high=250.0, source="assumed",
    note="above unenhanced soft tissue (0 to 80 HU); old marrow falls below it, shells do not",
)  # fmt: skip
LUNG_HU = Value(
    -400.0, "HU", low=-500.0, high=-300.0, source="assumed",
    note="between lung (-850 HU) and chest wall; the usual threshold of lung masks",
)  # fmt: skip
HALO_MM = Value(
    3.0, "mm", low=2.0, high=5.0, source="assumed",
    note="how far a scan's blur and its streaks carry cement beyond half its peak",
)  # fmt: skip
HEART_MOTION_MM = Value(
    10.0, "mm", low=5.0, high=15.0, source="assumed",
    note="how far a piece in the right heart swings in a beat; a scan without a trigger catches any phase",
)  # fmt: skip
GRID_SHARE = Value(
    0.15, "dimensionless", low=0.05, high=0.3, source="assumed",
    note="standard error of a piece's middle along an axis, over the coarser scan's voxel edge: a sampled blur",
)  # fmt: skip
LEAST_DICE_BONE = Value(
    0.5, "dimensionless", low=0.35, high=0.65, source="assumed",
    note="overlap of bones on a 4 mm grid after rigid alignment: 0.72 to 0.83 computed here for one chest that a "
    "breath bent, 0.28 for two people",
)  # fmt: skip
LEAST_COMMON = Value(
    0.12, "dimensionless", low=0.08, high=0.2, source="assumed",
    note="share of the smaller body that must lie in both fields: below, a few slices decide and fit by chance",
)  # fmt: skip
