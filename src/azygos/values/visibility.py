"""Which cement in the lungs somebody sees: what an image shows, and what a person notices of it.

What an image shows rises with the thickness of a piece, as a logistic in its logarithm. What a person notices of it is
no physics: it hangs on who looks, for what, and in which window.
"""

from __future__ import annotations

from azygos.values.value import Value


def _assumed(number: float, unit: str, low: float, high: float, note: str) -> Value:
    return Value(number, unit, low=low, high=high, source="assumed", note=note)


STEEPNESS = _assumed(
    0.33, "dimensionless", 0.25, 0.5,
    "spread of the logarithm of thickness; our tracer's reports of cement put into lung: 0.25 at 1 mm slices, 0.33 at "
    "2.5 mm (docs/validation/trace_insertion_kinds.csv); a person is taken to be no sharper. Its range is not swept",
)  # fmt: skip
"""Of the rise from unseen to seen."""

SHOWN_HALF: dict[str, Value] = {
    "planned ct": _assumed(
        1.0e-3, "m", 0.63e-3, 1.5e-3,
        "thin slices, read again for cement. Low: our tracer at 1 mm slices; middle: dense cement that peaks above "
        "300 HU at 1.25 mm slices, and our tracer at 2.5 mm; high: the same for weak cement (computed, free of noise)",
    ),
    "routine ct": _assumed(
        1.7e-3, "m", 1.0e-3, 2.8e-3,
        "slices of 2.5 to 5 mm. Low: our tracer at 2.5 mm; middle and high: dense and weak cement that peaks above "
        "300 HU at 5 mm slices (computed, free of noise)",
    ),
    "film": _assumed(
        2.0e-3, "m", 1.0e-3, 4.0e-3,
        "no figure was found for cement in the lungs on a film; swept. Published pictures are fine dense lines; ribs, "
        "vessels and the heart hide what CT shows",
    ),
}  # fmt: skip
"""Thickness of which half the pieces are shown, by image."""

NOTICED: dict[str, Value] = {
    "planned ct": _assumed(1.0, "dimensionless", 1.0, 1.0, "who looks for cement is taken to find what is shown"),
    "routine ct": Value(
        0.7, "dimensionless", low=0.40, high=0.89, source="unsuspected2010", where="abstract: 7 of 10 patients",
        note="of patients with unsuspected clot those whose first report said so, binomial 95 %; taken for cement, "
        "which is brighter but may vanish in a soft-tissue window",
    ),
    "film": _assumed(
        0.41, "dimensionless", 0.15, 0.82,
        "local leaks beside the spine on films over those on CT: 0.34 on one view, 0.48 on two (schmidt2005), 0.42 to "
        "0.82 by place (palm2018); none was found for the lungs, so the lower end is lower; swept",
    ),
    "fluoroscopy": Value(
        2.0 / 23.0, "dimensionless", low=0.024, high=0.27, source="luetmer2011", where="abstract: 2 of 23 patients",
        note="of patients with cement in the lungs on CT those whose operator had noticed it, binomial 95 %",
    ),
}  # fmt: skip
"""Share of patients in whom what is shown is noticed; of fluoroscopy, over what a planned CT would show."""
