"""What makes bone cements visible: barium sulphate, zirconia, hydroxyapatite, by the names of `values.cements`.

Shares of several packs were read; where a maker's text does not say how much, a share stands in with a range.
"""

from __future__ import annotations

from dataclasses import dataclass

from azygos.values.value import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Opacifiers:
    """What makes a cement visible: shares of the powder's mass, and the powder's share of the pack's mass."""

    barium_sulphate: Value | None = None
    zirconia: Value | None = None
    hydroxyapatite: Value | None = None
    powder: Value


def _share(number: float, low: float, high: float, note: str) -> Value:
    return Value(number, "dimensionless", low=low, high=high, source="assumed", note=note)


def _seen(number: float, source: str, where: str) -> Value:
    return Value(number, "dimensionless", source=source, where=where, note="of the powder's mass")


POWDER = _share(0.68, 0.66, 0.74, "20 g to about 9.4 g; the packs seen have 20 to 9.0 g through 26 to 9.4 g")
_GENERIC = Opacifiers(
    barium_sulphate=_share(0.30, 0.25, 0.35, "30 % in three packs seen; makers say 25 to 45 % (somatex)"),
    powder=POWDER,
)
OPACIFIERS: dict[str, Opacifiers] = {
    "generic_low_viscosity": _GENERIC,
    "generic_medium_viscosity": _GENERIC,
    "generic_high_viscosity": _GENERIC,
    "vertebroplastic": Opacifiers(
        barium_sulphate=_share(0.30, 0.10, 0.40, "opacifier not stated; 30 % barium sulphate stands in"), powder=POWDER
    ),
    "confidence": Opacifiers(
        barium_sulphate=_seen(0.3007, "k060300", "device description"),
        powder=Value(20.0 / 29.2, "dimensionless", source="k060300", where="20 g and 9.2 g"),
    ),
    "kyphon_hv_r": Opacifiers(
        barium_sulphate=_seen(0.30, "hvr2021", "composition"),
        powder=_share(20.0 / 29.0, 0.66, 0.72, "20 g and 9.0 g, the latter from the same maker's screw cement"),
    ),
    "simplex_p": Opacifiers(
        barium_sulphate=_seen(0.10, "simplexpack", "composition"),
        powder=_share(0.68, 0.66, 0.70, "40 g and 20 mL (simplexpack) at a recalled 0.94 g/mL"),
    ),
    "vertecem_v_plus": Opacifiers(
        zirconia=_seen(0.40, "vertecem", "composition"),
        hydroxyapatite=_seen(0.15, "vertecem", "composition"),
        powder=_share(0.734, 0.72, 0.75, "26 g and 10 mL (vertecem) at a recalled 0.94 g/mL"),
    ),
    "osteopal_v": Opacifiers(
        zirconia=_share(0.45, 0.30, 0.45, "recalled; the maker's text read says zirconia, not how much"),
        powder=_share(0.734, 0.70, 0.75, "26 g and 10 mL, both recalled"),
    ),
    "vertaplex_hv": Opacifiers(
        barium_sulphate=_seen(0.30, "k150582", "14 g polymer and 6 g barium sulphate"),
        powder=_share(0.691, 0.68, 0.70, "20 g and 9.5 mL (k150582) at a recalled 0.94 g/mL"),
    ),
}
"""By the names of ``azygos.values.cements``."""
