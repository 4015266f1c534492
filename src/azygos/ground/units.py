"""Factors to SI: write ``5 * ML``, show ``volume / ML``.

A bare name in azygos is SI. Anything else carries its unit in the name.
"""

MM = 1e-3
CM = 1e-2
ML = 1e-6
MINUTE = 60.0
KPA = 1e3
MPA = 1e6
MMHG = 133.322387415
CELSIUS_ZERO = 273.15  # add to degrees Celsius to get kelvin
GAS_CONSTANT = 8.31446261815324  # J mol^-1 K^-1
ATMOSPHERE = 101_325.0
