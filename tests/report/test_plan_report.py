"""The report of a made-up ensemble: what it says, that it stands alone, that it is the same each time."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from reading import Attributes, words

from azygos.ground.units import KPA, ML, MM, MPA
from azygos.ground.volume import Volume
from azygos.plan.outcome import Assumption, Member, OutletVolume, PlanResult
from azygos.report import plan_picture, write_plan_report
from azygos.report.page import number, signed, with_range
from azygos.report.plan_report import headline, make_plan_report
from azygos.report.slices import draw_slices, make_scene
from azygos.report.surface import draw_surface
from azygos.spine import Draw, Rest, Route, Vertebra

HOSTILE = "<script>alert('$x$ & \"y\"')</script>"
SERIES = ("plunger_pressure", "tip_pressure", "sensor_pressure", "leaked")
SPACING = 2.0 * MM
SHAPE = (26, 18, 14)


def make_vertebra(level: str = "T12", tilt: float = 0.15) -> Vertebra:
    """A wedge-shaped half-ellipsoid of a body, tilted in the sagittal plane."""
    i, j, k = np.meshgrid(*(np.linspace(-1.0, 1.0, n) for n in SHAPE), indexing="ij")
    top = 0.55 + 0.35 * j  # lower in front: a wedge
    inside = ((i / 0.92) ** 2 + (j / 0.92) ** 2 < 1.0) & (k > -0.85) & (k < top)
    inside &= ~((j > 0.72) & (np.abs(i) < 0.5))  # the hollow of the back wall
    turn = np.array([[1, 0, 0], [0, np.cos(tilt), -np.sin(tilt)], [0, np.sin(tilt), np.cos(tilt)]])
    return Vertebra(
        level=level,
        origin=np.array([-24.0, 40.0, -130.0]) * MM,
        axes=turn,
        spacing=SPACING,
        inside=inside,
        bone_fraction=np.where(inside, 0.16 + 0.05 * np.sin(5 * i) * np.cos(4 * k) + 0.03 * j, 0.0),
        cleft=np.zeros(SHAPE, bool),
        fracture="wedge",
    )


def draw_draw(rng: np.random.Generator) -> Draw:
    values = {name: float(rng.lognormal(0.0, 0.4)) for name in Draw.__dataclass_fields__}
    return Draw(**{**values, "field_seed": 1, "anterior_vein_count": int(rng.integers(1, 5)), "anisotropy": 1.5})  # type: ignore[arg-type]


def make_member(alternative: int, index: int, vertebra: Vertebra, tip: np.ndarray, failed: str | None) -> Member:
    rng = np.random.default_rng([7, index])
    draw = draw_draw(rng)
    luck, pace = rng.uniform(size=6), 1.0 + 0.25 * alternative
    times = np.linspace(0.0, 160.0 if luck[2] > 0.1 else 120.0, 90)
    share = times / times[-1]
    basivertebral = max(0.0, draw.vein_radius_factor - 1.1 * pace) * 0.9 * ML
    cortical = (0.3 * ML * luck[3] / pace) if luck[2] < 0.14 else 0.0
    end_plate = 0.12 * ML * luck[4] if luck[4] > 0.85 else 0.0
    ways = (
        (Route.BASIVERTEBRAL, Rest.CANAL, basivertebral),
        (Route.ANTERIOR_EXTERNAL, Rest.AZYGOS, 0.6 * basivertebral * (luck[5] > 0.5)),
        (Route.CORTICAL, Rest.SOFT_TISSUE, cortical),
        (Route.END_PLATE, Rest.DISC, end_plate),
        (Route.NEEDLE_TRACK, Rest.SOFT_TISSUE, 0.0),
    )
    leaked = sum(volume for *_, volume in ways)
    centre = tip + rng.normal(0.0, 1.2, 3)
    cells = np.moveaxis(np.indices(SHAPE), 0, -1).astype(float)
    distance = np.linalg.norm((cells - centre) * (1.0, 1.1, 1.3), axis=-1)
    fill = np.where(vertebra.inside, 0.8 / (1.0 + np.exp((distance - 4.2 - luck[1]) * 2.0)), 0.0)
    return Member(
        alternative=alternative,
        index=index,
        level=vertebra.level,
        draw=draw,
        injected=4.0 * ML * (1.0 - 0.1 * (luck[0] > 0.9)),
        planned=4.0 * ML,
        fill_share=0.18 + 0.05 * luck[1],
        symmetry=0.4 + 0.3 * luck[2],
        outlets=tuple(
            OutletVolume(
                name=f"{route.value} 1",
                route=route,
                rest=rest,
                volume=volume,
                viscosity=500.0 if volume else float("nan"),
                has_set=False,
            )
            for route, rest, volume in ways
        ),
        times=times,
        plunger_pressure=pace * (0.3 + luck[0] + 1.1 * share**2) * MPA * np.tanh(12 * share),
        tip_pressure=pace * (9.0 + 20.0 * luck[1] + 14 * share) * KPA * np.tanh(12 * share),
        sensor_pressure=(2.0 + 3.0 * luck[2] + share) * KPA * np.tanh(8 * share),
        leaked=leaked * np.clip((share - 0.4) / 0.5, 0.0, 1.0),
        fill=fill,
        peak_temperature=325.0 + 20.0 * luck[3],
        stopped="leak seen" if luck[2] < 0.1 else "as planned",
        seconds=0.8 + 0.1 * luck[4],
        account_gap=3e-9 * luck[5],
        steps=40,
        iterations=320,
        failed=failed,
    )


def make_volume() -> Volume:
    """A CT with a bright shell round each body, in voxels that are not cubes."""
    affine = np.diag([0.9, 0.9, 1.5, 1.0])
    affine[:3, 3] = (-60.0, 0.0, -180.0)
    i, j, k = np.indices((134, 140, 80)).astype(float)
    x, y, z = i * 0.9 - 60.0, j * 0.9, k * 1.5 - 180.0
    r = np.hypot(np.hypot((x - 1.0) / 23.0, (y - 57.0) / 17.0), (z + 118.0) / 14.0)
    hu = np.where(r < 1.0, 180.0, 30.0) + np.where(np.abs(r - 1.0) < 0.07, 500.0, 0.0)
    hu += np.where((np.hypot(x - 1.0, y - 84.0) < 4.0), -20.0, 0.0) + 15.0 * np.sin(x * 3.1) * np.cos(y * 2.3 + z)
    return Volume(hu=hu.astype(np.float32), affine_mm=affine, notes=("The series has one gap, filled.",))


def make_result(
    levels: tuple[str, ...] = ("T12",),
    alternatives: tuple[str, ...] = ("as planned", "wait four minutes longer"),
    *,
    volume: Volume | None = None,
    failing: int = 2,
    draws: int = 32,
) -> PlanResult:
    vertebrae = tuple(make_vertebra(level, 0.15 - 0.1 * n) for n, level in enumerate(levels))
    members, lines = [], []
    for vertebra in vertebrae:
        tip = np.array([15.5, 7.0, 6.0])
        lines.append((vertebra.to_lps(np.array([[21.0, 18.0, 8.5], tip])),))
        for alternative in range(len(alternatives)):
            for k in range(draws):
                failed = "pressure did not settle at step 41 (residual 2e-3)" if k >= draws - failing else None
                members.append(make_member(alternative, k, vertebra, tip, failed))
    return PlanResult(
        version="0.1.0",
        seed=4,
        draws=draws,
        alternatives=alternatives,
        vertebrae=vertebrae,
        needle_lines=tuple(lines),
        members=tuple(members),
        visible_leak=0.02 * ML,
        assumptions=(
            Assumption(
                name="uncertainty.UNCERTAIN.permeability_median.value",
                plain="permeability of bone",
                value="3e-9 to 4e-8 m²",
                here="4e-9 to 3e-8 m²",
                drawn=True,
                source="Baroud 2004",
                note="drawn, never read off",
            ),
            Assumption(
                name="pressure marrow must feel", value="0.25 to 5 kPa", source="assumed", note="no measurement known"
            ),
        ),
        plan_toml='[[vertebra]]\nlevel = "T12"\n',
        volume=volume,
        notes=("The CT shows no veins; they are drawn.",),
        spread_explained=0.31,
        spread_explained_interval=(0.04, 0.55),
        spread_draws=32,
    )


@pytest.fixture(scope="module")
def page() -> str:
    return make_plan_report(make_result(volume=make_volume()))


def test_nothing_is_fetched_from_outside(page: str) -> None:
    assert not re.search(r"https?:|file:|@import|//[a-z]", re.sub(r"base64,[^\"']*", "", page))
    found = Attributes(page)
    assert "script" not in found.tags
    assert "link" not in found.tags
    for name, value in found.attributes:
        if name in ("src", "srcset", "poster", "data") or (name.endswith("href") and not value.startswith("#")):
            assert value.startswith("data:image/png;base64,"), (name, value[:60])
        assert "url(" not in value or "url(#" in value


def test_the_first_screen_answers(page: str) -> None:
    text = words(page)
    assert "Research use only: not a medical device" in text
    assert re.search(
        r"In \d+ of 30 draws cement left the bone \(\d+ %, 95 % interval \d+ to \d+ %\); the likeliest way", text
    )
    assert "When it leaks: 0." in text
    assert "; into the spinal canal in " in text
    assert text.index("likeliest way") < text.index("edge of the body") < text.index("Way out")
    assert "4 of 64 injections did not finish." in text


def test_all_amounts_have_units(page: str) -> None:
    key = re.search(r'<dl class="key">(.*?)</dl>', page, re.S)
    assert key is not None
    values = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", key.group(1))
    assert len(values) == 8
    for label, value in values:
        unit = "" if label.startswith("Symmetry") else r"\u00a0(mL|%|MPa|kPa|°C)"
        assert re.fullmatch(r"[\d.]+ \([\d.]+ to [\d.]+\)" + unit, value), (label, value)


def test_differences_say_when_they_are_within_noise(page: str) -> None:
    text = words(page)
    assert re.search(r"“wait four minutes longer” : some leak in \d+ % of draws instead of \d+ %", text)
    verdicts = re.findall(r'<td class="verdict">(.*?)</td>', page)
    assert len(verdicts) == 8
    assert verdicts.count("within noise") >= 1
    assert "<b>higher</b>" in verdicts  # the fixture's pressures are a quarter higher
    rows = re.findall(r"<th scope=\"row\">symmetry, mean</th>(.*?)</tr>", page)
    assert "within noise" in rows[0]


def test_two_alike_are_within_noise_everywhere() -> None:
    result = make_result(failing=0, draws=8)
    same = [m for m in result.members if m.alternative == 0]
    twins = [Member(**{**{f: getattr(m, f) for f in Member.__dataclass_fields__}, "alternative": 1}) for m in same]
    values = {f: getattr(result, f) for f in PlanResult.__dataclass_fields__}
    text = make_plan_report(PlanResult(**{**values, "members": (*same, *twins)}))
    assert set(re.findall(r'<td class="verdict">(.*?)</td>', text)) == {"within noise"}


def test_assumptions_failures_and_numerics_are_told(page: str) -> None:
    text = words(page)
    assert "1 line: drawn for each draw, with the range that this run’s draws took" in text
    assert re.search(r"permeability of bone 3e-9 to 4e-8 m² 4e-9 to 3e-8 m² Baroud 2004 drawn, never", text)
    assert "1 line: assumed, alike in all draws" in text
    assert re.search(r"pressure marrow must feel 0\.25 to 5 kPa assumed no measurement known", text)
    assert re.search(r"Pressure solves of an injection.* 40 \(40 to 40\); 8\.0 \(8\.0 to 8\.0\)", text)
    assert "T12 as planned 2 pressure did not settle at step 41 (residual 2e-3)" in text
    assert "the CT, bone window" in text
    assert "The series has one gap, filled." in text
    assert "31 % (95 % interval 4 to 55 %): so much smaller is the variance" in text
    assert "at 32 draws this is a noisy number" in text
    assert "azygos 0.1.0, seed 4, 32 draws" in text


def test_hostile_names_stay_text() -> None:
    result = make_result((HOSTILE,), ("as planned", HOSTILE), failing=1, draws=8)
    values = {f: getattr(result, f) for f in PlanResult.__dataclass_fields__}
    hostile = Assumption(name=HOSTILE, value=HOSTILE, source=HOSTILE, note=HOSTILE)
    changed = {"plan_toml": f"</pre>{HOSTILE}", "version": HOSTILE, "notes": (HOSTILE,), "assumptions": (hostile,)}
    text = make_plan_report(PlanResult(**{**values, **changed}))
    assert "<script" not in text.lower()
    assert "script" not in Attributes(text).tags
    assert not [name for name, _ in Attributes(text).attributes if name.startswith("on")]
    assert text.count("&lt;script&gt;") > 10


def test_the_same_result_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = tmp_path / "a.html", tmp_path / "b.html"
    write_plan_report(make_result(failing=0, draws=8), first)
    write_plan_report(make_result(failing=0, draws=8), second)
    assert first.read_bytes() == second.read_bytes()
    plan_picture(make_result(failing=0, draws=8), tmp_path / "a.png")
    plan_picture(make_result(failing=0, draws=8), tmp_path / "b.png")
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def test_several_vertebrae_have_their_own_part() -> None:
    text = words(make_plan_report(make_result(("T12", "L1"), draws=8, failing=0)))
    assert "at least one of 2 vertebrae" in text
    assert "T12: where the cement lies" in text
    assert "L1: where the cement lies" in text
    assert text.count("This vertebra alone, 8 draws.") == 2
    assert "bone fraction of the virtual vertebra" in text


def test_no_alternative_no_leak_and_no_finished_draw() -> None:
    alone = make_result(alternatives=("as planned",), draws=4, failing=0)
    assert "The alternatives, on the same draws" not in make_plan_report(alone)
    values = {f: getattr(alone, f) for f in PlanResult.__dataclass_fields__}
    flat = [
        Member(**{**{f: getattr(m, f) for f in Member.__dataclass_fields__}, **dict.fromkeys(SERIES, np.zeros(90))})
        for m in alone.members
    ]
    assert "Pressure and leak over time" in make_plan_report(PlanResult(**{**values, "members": tuple(flat)}))
    nothing = make_result(draws=4, failing=4)
    assert headline(nothing).startswith("No draw finished, so nothing can be said")
    assert "No draw finished" in make_plan_report(nothing)
    tight = PlanResult(**{**values, "visible_leak": 1.0})
    assert headline(tight).replace("\u00a0", " ").startswith("In none of 4 draws did 1000000.00 mL of cement or more")
    silent = make_plan_report(PlanResult(**{**values, "spread_explained": None}))
    assert "How much of the spread this scan explains Not computed: no scan was read." in words(silent)
    few = make_plan_report(PlanResult(**{**values, "spread_explained": None, "volume": make_volume()}))
    assert "Not told: too few draws finished" in words(few)


def test_numbers_read_as_printed() -> None:
    from azygos.plan.statistics import Estimate

    assert (number(-1.5, 1), number(-0.0001, 2), number(float("inf"), 1)) == ("−1.5", "0.00", "–")
    assert (signed(2.0, 0), signed(-2.0, 0), signed(0.001, 1)) == ("+2", "−2", "0.0")
    assert with_range(Estimate(value=2e-7, low=1e-7, high=1e-6), ML, "mL", 2) == "0.20 (0.10 to 1.00)\u00a0mL"


def test_ways_out_of_one_draw_are_marks_where_their_mouths_are_known() -> None:
    result = make_result(draws=4, failing=0)
    scene = make_scene(result, 0)
    assert scene.mouths == ()  # an older run's record does not say where its outlets open
    assert "Ways out in one draw" not in make_plan_report(result)
    members = [
        replace(member, outlets=tuple(replace(outlet, mouth=(15.0, 7.0, 6.0)) for outlet in member.outlets))
        for member in result.members
    ]
    known = replace(result, members=tuple(members))
    dotted = make_scene(known, 0)
    leaked = {o.route for o in members[0].outlets if o.volume >= result.visible_leak}
    assert {route for route, leaks, _ in dotted.mouths if leaks} == leaked
    assert sum(len(points) for *_, points in dotted.mouths) == len(members[0].outlets)  # of one draw, not of all
    assert len(draw_slices(dotted)) > len(draw_slices(scene))
    assert draw_surface(dotted) != draw_surface(scene)
    text = words(make_plan_report(known))
    assert "Ways out in one draw, where near the plane: ■ anterior external vein" in text


def test_few_draws_show_no_causes() -> None:
    assert "Too few draws to tell, or none leaked." in words(make_plan_report(make_result(draws=4, failing=0)))
