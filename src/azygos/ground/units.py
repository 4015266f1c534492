"""Factors to SI: write ``5 * ML``, show ``volume / ML``.

A bare name in azygos is SI. Anything else carries its unit in the name.
"""

MM = 1e-3
CM = 1e-2
ML = 1e-6
MM2 = 1e-6
MM3 = 1e-9
MINUTE = 60.0
HOUR = 3600.0
KPA = 1e3
MPA = 1e6
MMHG = 133.322387415
KJ = 1e3
MG_PER_ML = 1.0  # 1 mg/mL is 1 kg/m^3
CELSIUS_ZERO = 273.15  # add to degrees Celsius to get kelvin
GAS_CONSTANT = 8.31446261815324  # J mol^-1 K^-1
ATMOSPHERE = 101_325.0
