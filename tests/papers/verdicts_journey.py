"""How the predictions beyond the bone are judged, sentence by sentence as ``docs/validation/protocol_journey.md`` says.

Criteria of one study may differ in their label, so each row carries its own.
"""

from __future__ import annotations

from dataclasses import replace

from papers.verdicts import NONE, Row, by_range, direction, exact_interval, odds_of, said, wide, yes

PREDICTED, CALIBRATED = "predicted", "calibrated"


def predicted(row: Row) -> Row:
    """Nothing in the model was set by this figure."""
    return replace(row, label=PREDICTED)


def calibrated(row: Row) -> Row:
    """Something was; the study's page says what."""
    return replace(row, label=CALIBRATED)


def within(what: str, s: dict | None, shown: str, interval: tuple[float, float], unit: str = "") -> Row:
    """Judge whether a middle lies in the interval of the protocol, unless its range is too wide."""
    low, high = interval
    measured = f"{shown}; met within {low:g} to {high:g} {unit}".strip()
    if s is None:
        return Row(what, "nothing to measure", measured, NONE)
    return Row(what, said(s, unit), measured, NONE if wide(s) else yes(low <= s["median"] <= high))


def share(what: str, events: int, of: int, shown: str, interval: tuple[float, float]) -> Row:
    """Judge whether a share lies in an interval; without anybody to count there is no prediction."""
    low, high = interval
    measured = f"{shown}; met within {low:.0%} to {high:.0%}"
    if of == 0:
        return Row(what, "0 of 0", measured, NONE)
    return Row(what, f"{events} of {of} ({events / of:.0%})", measured, yes(low <= events / of <= high))


def number(what: str, value: float | None, shown: str, interval: tuple[float, float]) -> Row:
    """Judge a middle of counts."""
    low, high = interval
    measured = f"{shown}; met within {low:g} to {high:g}"
    if value is None:
        return Row(what, "no patient with any", measured, NONE)
    return Row(what, f"{value:.3g}", measured, yes(low <= value <= high))


# The treated patients ---------------------------------------------------------------------------------------------


def _sessions(s: dict, m: dict) -> list[Row]:
    return [*_cords(s, m), *_emboli(s, m), *_odds_of_emboli(s, m)]


def _cords(s: dict, m: dict) -> list[Row]:
    reported = f"{m['COR2']['value']} mm"
    return [
        predicted(
            within(
                "cords: width of those of 12 mm or more in azygos, cava and heart",
                s["cord_width_mm"],
                f"{m['COR1']['low']} to {m['COR1']['high']} mm",
                (3.0, 5.0),
                "mm",
            )
        ),
        predicted(
            share(
                "cords: 12 to 100 mm long among those at least 1.5 mm thick that reach the heart",
                s["of_them_as_long_as_reported"],
                s["thick_pieces_reaching_heart"],
                reported,
                (0.5, 1.0),
            )
        ),
    ]


def _emboli(s: dict, m: dict) -> list[Row]:
    n, embolised = s["members"], s["embolised"]
    planned = [_counts(m[row]) for row in ("VER1", "KIM1")]
    both = [exact_interval(*counts) for counts in planned]
    span = (min(low for low, _ in both), max(high for _, high in both))
    felt = _counts(m["LUE4"])
    return [
        predicted(number("Luetmer: emboli in those with any, median", s["emboli_median"], m["LUE1"]["value"], (1, 4))),
        predicted(number("Luetmer: the same, mean", s["emboli_mean"], m["LUE2"]["value"], (1.6, 6.4))),
        predicted(share("Luetmer: patients with any", embolised, n, f"{m['LUE3']['value']} %", (0.06, 0.13))),
        calibrated(
            share(
                "Luetmer: symptoms in a fortnight, of those with any",
                s["embolised_with_symptoms"],
                embolised,
                "{} of {}".format(*felt),
                exact_interval(*felt),
            )
        ),
        predicted(
            share(
                "VERTOS II and Kim: patients with any, planned CT",
                embolised,
                n,
                "{} of {} and {} of {}".format(*planned[0], *planned[1]),
                span,
            )
        ),
        predicted(
            share(
                "Kim: emboli beyond the segmental arteries",
                s["beyond_segmental"],
                s["visible_emboli"],
                m["KIM2"]["value"],
                (0.95, 1.0),
            )
        ),
        predicted(
            share(
                "Fadili Hassani: cement in the lungs too, of those with it in the heart",
                s["in_heart_and_lungs"],
                s["in_heart"],
                f"{m['FAD1']['value']} %",
                (0.75, 0.93),
            )
        ),
    ]


def _counts(row: dict[str, str]) -> tuple[int, int]:
    events, of = row["value"].split("/")
    return int(events), int(of)


def _odds_of_emboli(s: dict, m: dict) -> list[Row]:
    azygos, leak = s["embolism_azygos_leak_over_none"], s["leak_thoracic_over_lumbar"]
    zou, zou_between = odds_of(m["ZOU1"])
    chenzhou, _ = odds_of(m["CHE1"])
    return [
        predicted(
            by_range("VERTOS II: embolism, azygos leak over none", azygos, *odds_of(m["VER2"]), "", "odds_ratio")
        ),
        predicted(by_range("leaks, thoracic over lumbar", leak, chenzhou, (0.5, 2.0), "", "odds_ratio")),
        predicted(
            direction(
                "emboli, thoracic over lumbar: direction",
                s["embolism_thoracic_over_lumbar"],
                False,
                f"more after thoracic, {zou:g} ({zou_between[0]:g} to {zou_between[1]:g})",
            )
        ),
    ]


# Heart and circulation --------------------------------------------------------------------------------------------


def _turning(s: dict, m: dict) -> list[Row]:
    rule = f"{m['TUR1']['low']} to {m['TUR1']['high']} mm"
    return [predicted(within("longest set cord of 3 mm that turns", s["longest_mm"], rule, (40.0, 60.0), "mm"))]


def _obstruction(s: dict, m: dict) -> list[Row]:
    n = s["members"]
    return [
        calibrated(
            share(
                "McIntyre: mean pressure above 20 mmHg at 35 % of flow lost",
                s["raised_at_35"],
                n,
                f"always raised above {m['MCI1']['value']} %",
                (0.95, 1.0),
            )
        ),
        calibrated(
            share(
                "McIntyre: above 40 mmHg at 68 %",
                s["above_40_at_68"],
                n,
                f"never above {m['MCI2']['value']} mmHg",
                (0.0, 0.05),
            )
        ),
        calibrated(
            within(
                "Burrowes: flow lost at which mechanics alone reach 25 mmHg",
                s["mechanics_reach_25_mmhg_at"],
                f"about {float(m['BUR1']['value']) / 100:g}",
                (0.45, 0.65),
            )
        ),
        predicted(
            within(
                "Kline: alveolar dead space at 38 % of flow lost",
                s["dead_space_at_38"],
                f"{m['KLI1']['value']} ± {m['KLI1']['sd']} %",
                (0.25, 0.61),
            )
        ),
    ]


def _sheep_trunk(s: dict, m: dict) -> list[Row]:
    rise = f"{m['KRT1']['value']} %"
    return [predicted(within("rise of mean pulmonary pressure at 1 min", s["rise_percent"], rise, (4.5, 18.0), "%"))]


def _fat(s: dict, m: dict) -> list[Row]:
    echoes = f"{m['AEB1']['value']} ± {m['AEB1']['sd']} s"
    without, washed = (f"change of {m[row]['value']} mmHg" for row in ("ALB1", "ALB2"))
    lavage = "Albers: the same with lavage"
    halves = f"{m['VEN1']['value']} % of fields became {m['VEN2']['value']} %"
    return [
        calibrated(within("first signal: delay from bone to lung", s["delay_s"], echoes, (2.0, 18.0), "s")),
        predicted(
            within("Albers: fall of arterial pressure at 3 min", s["fall_mmhg"], without, (4.5, 18.0), "mmHg"),
        ),
        predicted(within(lavage, s["fall_with_lavage_mmhg"], washed, (1.5, 6.0), "mmHg")),
        calibrated(
            within(
                "vent hole: fat in the lungs, with over without",
                s["fat_with_vent_hole_over_without"],
                halves,
                (0.35, 0.65),
            )
        ),
    ]
