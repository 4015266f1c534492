"""How each prediction is judged. Written, and committed, before any prediction was compared.

A quantity whose predicted 5 to 95 % range is wider than fourfold makes no prediction, wherever its middle
lies; so does an odds ratio whose 95 % interval is. Else it is met if the predicted middle lies in the
measured interval, or the measured figure in the predicted range where no interval was printed.
Order, direction and shares are judged by the sentence that ``docs/validation/protocol.md`` gives.
"""

from __future__ import annotations

import csv
import itertools
import math
from dataclasses import dataclass
from pathlib import Path

from papers.counting import MOST_FOLD

HERE = Path(__file__).resolve().parent
MET, MISSED, NONE = "met", "missed", "no prediction"


@dataclass(frozen=True, slots=True)
class Row:
    """One criterion."""

    what: str
    predicted: str
    measured: str
    verdict: str
    label: str = ""  # "predicted" or "calibrated", where criteria of one study differ

    @property
    def told(self) -> str:
        """The verdict as the pages show it."""
        return f"**{self.verdict}**" + (f", {self.label}" if self.label else "")


def measured(study: str) -> dict[str, dict[str, str]]:
    """The measured figures of a study by their row's name."""
    with (HERE / study / "measured.csv").open(encoding="utf-8", newline="") as file:
        return {row["row_id"]: row for row in csv.DictReader(file)}


def judge(study: str) -> list[Row]:
    """All criteria of a study."""
    from papers import verdicts_journey
    from papers.run import stored

    judges = {**vars(verdicts_journey), **globals()}
    return judges[f"_{study}"](stored(study)["summary"], measured(study))


def yes(condition: bool) -> str:
    """Met or missed."""
    return MET if condition else MISSED


def said(s: dict, unit: str = "", middle: str = "median") -> str:
    """A middle and its range."""
    low, high = (f"{s[k]:.3g}" if isinstance(s[k], float | int) else str(s[k]) for k in ("low", "high"))
    return f"{s[middle]:.3g} ({low} to {high}){' ' + unit if unit else ''}"


def wide(s: dict) -> bool:
    """Whether a range is over fourfold."""
    return isinstance(s["fold"], str) or s["fold"] > MOST_FOLD


def by_range(what: str, s: dict, number: float, interval: tuple[float, float] | None, unit: str, middle: str) -> Row:
    """Judge one quantity by the common rule."""
    if interval is None:
        verdict, shown = yes(s["low"] <= number <= s["high"]), f"{number:g} {unit}".strip()
    else:
        verdict = yes(interval[0] <= s[middle] <= interval[1])
        shown = f"{number:g} ({interval[0]:.3g} to {interval[1]:.3g}) {unit}".strip()
    return Row(what, said(s, unit, middle), shown, NONE if wide(s) else verdict)


def _mean_sd(row: dict[str, str]) -> tuple[float, tuple[float, float]]:
    mean, sd = float(row["value"]), float(row["sd"])
    return mean, (mean - sd, mean + sd)


def odds_of(row: dict[str, str]) -> tuple[float, tuple[float, float]]:
    """A printed odds ratio and its interval."""
    return float(row["value"]), (float(row["low"]), float(row["high"]))


def _habib(s: dict, m: dict) -> list[Row]:
    names = {"HAB1": "lv_3_5", "HAB2": "lv_9_5", "HAB3": "hv_3_5", "HAB4": "hv_6_5"}
    means = [s["leaked_g_mean"][g] for g in names.values()]
    falls = all(a > b for a, b in itertools.pairwise(means))
    rows = [
        Row(
            "order of the four mean masses",
            " > ".join(f"{x:.2f}" for x in means) + " g" if falls else ", ".join(f"{x:.2f}" for x in means) + " g",
            " > ".join(m[r]["value"] for r in names) + " g",
            yes(falls),
        )
    ]
    for row, group in names.items():
        rows.append(by_range(f"mass {m[row]['level']}", s["leaked_g"][group], *_mean_sd(m[row]), "g", "median"))
    high, low = float(m["HAB1"]["value"]), float(m["HAB4"]["value"])
    ratio = s["leaked_ratio_lv_3_5_over_hv_6_5"]
    rows.append(by_range("largest over smallest mass", ratio, round(high / low, 2), (2.0, 8.0), "", "median"))
    pressure = s["pressure_ratio_hv_6_5_over_lv_3_5"]
    rows.append(
        Row(
            "pressure at the needle, thickest over thinnest",
            said(pressure),
            "no significant change",
            yes(0.5 <= pressure["median"] <= 2.0),
        )
    )
    return rows


def _krebs(s: dict, m: dict) -> list[Row]:
    mean, interval = _mean_sd({k: str(float(v) / 1e3) for k, v in m["KRE1"].items() if k in ("value", "sd")})
    needed = ", ".join(
        f"{gauge} gauge {viscosity_needed(mean * 1e6, gauge, rate):.0f} Pa s at {rate:g} mL/min"
        for gauge, rate in ((10, 3.0), (11, 3.0), (13, 3.0), (11, 1.0))
    )
    openings = float(m["KRE1"]["value"]) / float(m["KRE2"]["value"])
    late, opening = s["late_over_early"], s["opening_1_8_over_3_mm"]
    return [
        by_range("peak in the syringe", s["peak_mpa"], mean, interval, "MPa", "median"),
        Row(
            "later is higher",
            f"{s['members_late_higher']} of {s['members']}, {said(late)}-fold",
            "rises with time",
            yes(s["members_late_higher"] >= 0.9 * s["members"]),
        ),
        Row("opening 1.8 over 3 mm", said(opening), f"{openings:.2f}, not significant", yes(opening["median"] <= 1.25)),
        Row("viscosity needed for the mean peak (no criterion)", needed, "not given", NONE),
    ]


def viscosity_needed(pressure: float, gauge: int, rate_ml_min: float) -> float:
    """Viscosity that spends a pressure [Pa] in a straight cannula [Pa s]."""
    from azygos.values.needles import LENGTH, inner_radius

    flow = rate_ml_min * 1e-6 / 60.0
    return math.pi * inner_radius(gauge) ** 4 * pressure / (8.0 * LENGTH.number * flow)


def _jost2015(s: dict, m: dict) -> list[Row]:
    full, void = float(m["JOS1"]["value"]), float(m["JOS2"]["value"])
    ratio = s["void_over_no_void"]
    return [
        Row(
            "void over no void: direction",
            f"lower in {s['members_void_lower']} of {s['members']}",
            "lower (P = 0.001)",
            yes(s["members_void_lower"] >= 0.9 * s["members"]),
        ),
        by_range("void over no void", ratio, round(void / full, 3), (0.12, 0.47), "", "median"),
        by_range("highest pressure, no void", s["sensor_kpa"]["no_void"], full, (full / 2, full * 2), "kPa", "median"),
        by_range("highest pressure, void", s["sensor_kpa"]["void"], void, (void / 2, void * 2), "kPa", "median"),
    ]


def _cannula(s: dict, m: dict) -> list[Row]:
    share, drop = float(m["CAN1"]["value"]) / 100.0, float(m["CAN2"]["value"]) / 100.0
    return [
        by_range("share of pressure in the cannula", s["cannula_share"], share, None, "", "median"),
        by_range("the bone's part", s["bone_share"], round(1.0 - share, 3), None, "", "median"),
        by_range("drop by a doubled upper diameter, oil", s["drop_oil"], drop, None, "", "median"),
        by_range("drop by a doubled upper diameter, cement", s["drop_cement"], drop, None, "", "median"),
    ]


def _zderic(s: dict, m: dict) -> list[Row]:
    foreign = s["share_in_foreign_cells"]
    return [
        Row(
            "newest cement innermost",
            f"{s['members_newest_innermost']} of {s['members']} foams",
            "newer pushes older outward",
            yes(s["members_newest_innermost"] == s["members"]),
        ),
        Row(
            "portions do not mix: cement in cells of another portion, 1 mm grid",
            said(foreign["1_mm"]),
            m["ZDE1"]["value"] or "none",
            yes(foreign["1_mm"]["median"] < 0.2 and foreign["1_mm"]["median"] < foreign["2_mm"]["median"]),
        ),
        Row(
            "reaches farther towards the leak path",
            said(s["reach_towards_over_away"]),
            "farther along leak paths",
            yes(s["reach_towards_over_away"]["median"] > 1.05),
        ),
    ]


def exact_interval(events: int, n: int) -> tuple[float, float]:
    """Clopper and Pearson's 95 % interval of a share."""
    from scipy.stats import beta

    low = 0.0 if events == 0 else float(beta.ppf(0.025, events, n - events + 1))
    high = 1.0 if events == n else float(beta.ppf(0.975, events + 1, n - events))
    return low, high


def _heini(s: dict, m: dict) -> list[Row]:
    seen, n = s["vessels_visible"], s["members"]
    rows = []
    for arm, row in (("end", "HEI1"), ("side", "HEI2")):
        events, of = (int(x) for x in m[row]["value"].split("/"))
        low, high = exact_interval(events, of)
        share = seen[arm] / n
        rows.append(
            Row(
                f"{arm} opening, bodies with cement in vessels",
                f"{seen[arm]} of {n} ({share:.0%})",
                f"{events} of {of} ({low:.0%} to {high:.0%})",
                yes(low <= share <= high),
            )
        )
    less = (seen["end"] - seen["side"]) / n
    rows.append(Row("side opening spares vessels, difference of shares", f"{less:+.0%}", "+62 %", yes(less >= 0.25)))
    return rows


def _or_row(what: str, s: dict, row: dict[str, str]) -> Row:
    return by_range(what, s, *odds_of(row), "", "odds_ratio")


def direction(what: str, s: dict, below: bool, shown: str) -> Row:
    """Judge on which side of 1 an odds ratio lies."""
    clear = s["high"] < 1.0 if below else s["low"] > 1.0
    right = s["odds_ratio"] < 1.0 if below else s["odds_ratio"] > 1.0
    return Row(what, said(s, "", "odds_ratio"), shown, MET if clear else NONE if right else MISSED)


def _trial184(s: dict, m: dict) -> list[Row]:
    low, high = s["routes"]["low"], s["routes"]["high"]

    def share(routes: dict, name: str) -> float:
        ways = ("basivertebral", "anterior_external", "segmental", "cortical", "end_plate")
        whole = sum(routes[way] for way in ways)
        return routes[name] / whole if whole else 0.0

    b = (share(low, "basivertebral"), share(high, "basivertebral"))
    c = (share(low, "cortical"), share(high, "cortical"))
    return [
        _or_row("any leak, odds ratio high over low", s["any_visible"], m["MET3"]),
        direction("any leak: direction", s["any_visible"], True, "less with high viscosity"),
        Row("basivertebral among leaks", f"low {b[0]:.0%}, high {b[1]:.0%}", "more with low", yes(b[0] > b[1])),
        Row("cortical among leaks", f"low {c[0]:.0%}, high {c[1]:.0%}", "more with high", yes(c[1] > c[0])),
    ]


def _baroud_wu(s: dict, m: dict) -> list[Row]:
    k, later = float(m["BWU1"]["value"]), float(m["BWU2"]["value"])
    return [
        by_range("K over viscosity at the start", s["k_over_mu_mm4_per_n_s"], k, None, "mm4/(N s)", "median"),
        by_range("of it left after 18 s", s["after_18_s"], later, None, "", "median"),
    ]


def _cleft(s: dict, m: dict) -> list[Row]:
    return [
        _or_row("venous leak, odds ratio cleft over none", s["venous_visible"], m["R33"]),
        direction("venous leak: direction", s["venous_visible"], True, "less with a cleft"),
        _or_row("cortical or disc leak, odds ratio", s["cortical_or_disc_visible"], m["R36"]),
        direction("cortical or disc leak: direction", s["cortical_or_disc_visible"], False, "more with a cleft"),
    ]


def _density(s: dict, m: dict) -> list[Row]:
    return [
        _or_row("any leak, odds ratio osteoporotic over denser", s["any_visible"], m["R55"]),
        direction("any leak: direction", s["any_visible"], True, "less in osteoporosis"),
    ]


def _viscosity_mechanisms(s: dict, m: dict) -> list[Row]:
    aim = float(m["HAB"]["value"])
    rows = []
    for name, t in s["mechanisms"].items():
        shown = (
            f"share {t['leaked_share_low']:.1%} low, {t['leaked_share_high']:.1%} high; "
            f"ratio {said(t['share_high_over_low'], '', 'ratio')}; "
            f"pressure {said(t['tip_pressure_high_over_low'])}"
        )
        strong = t["share_high_over_low"]["ratio"] <= 2.0 * aim
        if name == "nothing":
            rows.append(Row(name, shown, "1, by the trap", yes(abs(t["share_high_over_low"]["ratio"] - 1.0) <= 0.1)))
        else:
            rows.append(Row(name, shown, f"{aim:g} (Habib)", yes(strong)))
    return rows
