"""What is taken as given where published studies are pooled: the priors, and how wide a number may be set."""

from __future__ import annotations

from azygos.values.value import Value

MU_MEAN = Value(
    -3.0,
    "dimensionless",
    low=-4.0,
    high=-2.0,
    source="assumed",
    note="middle of the prior of a typical centre's frequency, on the logit scale: 4.7 % (1.8 to 11.9 %)",
)
MU_SD = Value(
    2.0,
    "dimensionless",
    low=1.0,
    high=3.0,
    source="assumed",
    note="its standard deviation: the prior itself reaches from 0.1 to 72 %, so it rules nothing out",
)
BETA_SCALE = Value(
    1.0,
    "dimensionless",
    low=0.5,
    high=2.0,
    source="assumed",
    note="standard deviation of a class's own term on the logit scale: 1 lets two ways of looking differ "
    "16-fold in odds (95 %); three or four cohorts a class cannot tell it by themselves",
)
TAU_SCALE = Value(
    1.0,
    "dimensionless",
    low=0.5,
    high=2.0,
    source="assumed",
    note="scale of the half-normal prior of the spread between centres on the logit scale",
)
