"""Sizes of the rendered body, what its tissues are made of, and how often things lie in it that look like cement.

Shapes themselves are drawn by eye from textbook sections, in a body of 1.70 m, as those of
:mod:`azygos.lungs.shape` are; here stand the numbers that a body is drawn with.
"""

from __future__ import annotations

from azygos.values.value import Value


def _range(low: float, high: float, unit: str, note: str) -> Value:
    """Drawn evenly between two bounds."""
    return Value(0.5 * (low + high), unit, low=low, high=high, source="assumed", note=f"{note}; drawn evenly, by eye")


def _chance(number: float, low: float, high: float, note: str) -> Value:
    return Value(number, "dimensionless", low=low, high=high, source="assumed", note=f"{note}; for variety, no count")


DRAWN: dict[str, Value] = {
    "kyphosis": _range(14.0, 42.0, "mm", "how far T1 lies in front of T8 in a patient on the back"),
    "lordosis": _range(12.0, 40.0, "mm", "how far L3 lies in front of T8"),
    "scoliosis": _range(-6.0, 6.0, "mm", "how far the upper spine lies to the left"),
    "wall": _range(17.0, 25.0, "mm", "chest wall without fat"),
    "breadth": _range(0.96, 1.05, "dimensionless", "trunk's width over the mean of its height"),
    "depth": _range(0.95, 1.07, "dimensionless", "trunk's depth over the mean of its height"),
    "squareness": _range(2.25, 2.7, "dimensionless", "exponent of the trunk's section; 2 is an ellipse"),
    "trabecular": _range(60.0, 210.0, "HU", "marrow and trabeculae of a vertebral body at 120 kVp"),
    "trabecular_grain": _range(18.0, 50.0, "HU", "standard deviation of its texture"),
    "cortex": _range(420.0, 800.0, "HU", "shell of a vertebra at 120 kVp, as thin as it is drawn here"),
    "shell": _range(0.8, 1.5, "mm", "thickness of that shell"),
    "lung": _range(-895.0, -815.0, "HU", "parenchyma without vessels in a held breath"),
    "lung_grain": _range(10.0, 26.0, "HU", "standard deviation of its texture"),
    "dependent": _range(10.0, 60.0, "HU", "how much denser the lungs' back is than their front"),
    "heart_size": _range(0.92, 1.08, "dimensionless", "heart's lengths over the mean"),
    "heart_fat": _range(2.0, 8.0, "mm", "between pericardium and heart"),
    "aorta": _range(12.0, 17.5, "mm", "radius of the ascending aorta"),
    "tortuosity": _range(-7.0, 10.0, "mm", "how far the descending aorta bows to the left"),
    "liver": _range(0.9, 1.1, "dimensionless", "liver's lengths over the mean"),
    "rib_drop": _range(0.85, 1.12, "dimensionless", "how steeply ribs fall, over the mean"),
    "cartilage": _range(0.0, 1.0, "dimensionless", "how much of the costal cartilages is calcified"),
    "osteophytes": _range(0.0, 1.0, "dimensionless", "how far osteophytes have come"),
    "blood": _range(32.0, 50.0, "HU", "blood without contrast at 120 kVp"),
    "liver_hu": _range(38.0, 66.0, "HU", "liver without contrast"),
    "contrast": _range(0.75, 1.35, "dimensionless", "iodine over the phase's mean"),
    "reflux": _range(0.0, 1.0, "dimensionless", "how far undiluted contrast runs back into the azygos"),
}
"""Name to range, from which one body draws each once."""

CHANCES: dict[str, Value] = {
    "coronary calcium": _chance(0.6, 0.2, 0.9, "older patients with some"),
    "aortic calcium": _chance(0.7, 0.3, 0.95, "older patients with some"),
    "valve calcium": _chance(0.25, 0.1, 0.5, "of the aortic valve or the mitral ring"),
    "calcified nodes": _chance(0.3, 0.1, 0.5, "hilar or mediastinal"),
    "granulomas": _chance(0.3, 0.1, 0.5, "calcified, in a lung"),
    "pleural plaques": _chance(0.08, 0.02, 0.2, "calcified"),
    "tracheal rings": _chance(0.25, 0.1, 0.5, "calcified rings of the airways"),
    "old fractures": _chance(0.35, 0.1, 0.6, "wedges that nobody treated"),
    "bone islands": _chance(0.3, 0.05, 0.5, "dense foci in vertebrae"),
    "kidney stones": _chance(0.08, 0.03, 0.15, "in the field or not"),
    "gallstones": _chance(0.12, 0.05, 0.2, "with a calcified rim"),
    "pulmonary artery calcium": _chance(0.04, 0.01, 0.1, "in the wall"),
    "bowel contrast": _chance(0.08, 0.0, 0.2, "oral contrast left in stomach or bowel"),
    "calcified discs": _chance(0.15, 0.05, 0.3, "a disc with calcium in it"),
    "costovertebral arthrosis": _chance(0.4, 0.2, 0.7, "bright rims at the joints of ribs and spine"),
}
"""Chance that a body has it."""

TISSUE_HU: dict[str, Value] = {
    "air": Value(-1000.0, "HU", low=-1000.0, high=-995.0, source="assumed", note="by the scale's definition"),
    "skin": _range(10.0, 60.0, "HU", "skin"),
    "fat": _range(-115.0, -90.0, "HU", "fat; recalled"),
    "mediastinum": _range(-105.0, -75.0, "HU", "fat between the lungs with small vessels in it"),
    "muscle": _range(45.0, 65.0, "HU", "muscle; recalled"),
    "myocardium": _range(40.0, 55.0, "HU", "heart muscle"),
    "oesophagus": _range(30.0, 45.0, "HU", "wall and content"),
    "spleen": _range(42.0, 55.0, "HU", "spleen"),
    "kidney": _range(28.0, 38.0, "HU", "kidney"),
    "bowel": _range(5.0, 40.0, "HU", "wall and fluid"),
    "cord": _range(30.0, 42.0, "HU", "cord"),
    "fluid": _range(0.0, 15.0, "HU", "around the cord"),
    "disc": _range(70.0, 110.0, "HU", "disc"),
    "cartilage": _range(80.0, 130.0, "HU", "cartilage of ribs"),
    "airway": _range(0.0, 30.0, "HU", "wall of trachea and bronchi"),
    "gland": _range(0.0, 40.0, "HU", "breast without its fat"),
    "thyroid": _range(70.0, 120.0, "HU", "thyroid, which holds iodine"),
    "couch": Value(-550.0, "HU", low=-700.0, high=-300.0, source="assumed", note="skin of the table, by eye"),
    "foam": Value(-930.0, "HU", low=-980.0, high=-850.0, source="assumed", note="core of the table, by eye"),
}
"""HU of soft tissues at 120 kVp; what lies between the bounds is drawn."""

OLD_WEDGE = _range(0.15, 0.45, "dimensionless", "share of its height in front that an untreated wedge has lost")
HEALED = _range(0.0, 120.0, "HU", "how much denser such a body is")
CALCIUM = _range(250.0, 1300.0, "mg/ml", "hydroxyapatite in calcified plaque, node or cartilage, over its solid part")

IODINE_MG_ML: dict[str, dict[str, Value]] = {
    phase: {
        part: Value(
            mean, "mg/ml", low=0.5 * mean, high=1.6 * mean, source="assumed", note="by the course of a bolus, recalled"
        )
        for part, mean in parts.items()
    }
    for phase, parts in {
        "none": {},
        "pulmonary": {
            "bolus": 55.0, "right atrium": 24.0, "right ventricle": 17.0, "pulmonary artery": 14.0,
            "pulmonary vein": 7.0, "left heart": 6.0, "aorta": 4.0, "reflux": 30.0,
        },
        "arterial": {
            "bolus": 18.0, "right atrium": 8.0, "right ventricle": 8.0, "pulmonary artery": 8.5,
            "pulmonary vein": 11.0, "left heart": 12.0, "aorta": 12.5, "kidney": 5.0, "spleen": 3.0, "reflux": 8.0,
        },
        "venous": {
            "bolus": 6.0, "right atrium": 5.0, "right ventricle": 5.0, "pulmonary artery": 5.0, "pulmonary vein": 5.0,
            "left heart": 5.0, "aorta": 5.0, "vein": 4.5, "kidney": 6.0, "spleen": 2.8, "liver": 2.2, "muscle": 0.4,
            "reflux": 4.5,
        },
    }.items()
}  # fmt: skip
"""Iodine in blood by phase and place; solid organs hold their share. 60 mg/ml is undiluted (science of the bolus)."""
