"""One patient's veins, drawn: balance, conditioning, variants, posture, places."""

from __future__ import annotations

import numpy as np
import pytest
from veins_bench import BODY

from azygos.ground.body import Body
from azygos.ground.errors import InputError
from azygos.values.veins_flow import ML_MIN
from azygos.veins import azygos_prior, draw_veins
from azygos.veins.network import imbalance


def patients(n: int, **options):
    return [draw_veins(BODY, np.random.default_rng(seed), **options) for seed in range(n)]


def test_blood_balances_and_the_same_seed_gives_the_same_veins():
    one, again = (draw_veins(BODY, np.random.default_rng(7)) for _ in range(2))
    assert np.array_equal(one.flow, again.flow)
    assert np.array_equal(one.chances, again.chances)
    assert imbalance(one.tail, one.head, one.flow, one.inflow, sink=one.place("right_atrium")) < 1e-10


def test_the_arch_carries_what_was_drawn_for_it():
    """320 mL/min, sd 100 between people (for a body surface of 1.8 m^2)."""
    flows = np.array([veins.azygos_flow for veins in patients(40)]) / ML_MIN
    assert 220.0 < flows.mean() < 400.0
    assert 50.0 < flows.std() < 150.0


def test_inflow_adds_up_to_the_cardiac_output():
    for veins in patients(5):
        reached = veins.flow[veins.head == veins.place("right_atrium")].sum()
        assert reached == pytest.approx(veins.output, rel=1e-12)
        assert 3000.0 < veins.output / ML_MIN < 8000.0


def test_blood_runs_to_lower_pressure_and_valves_hold():
    veins = patients(1)[0]
    drop = veins.pressure[veins.tail] - veins.pressure[veins.head]
    clear = np.abs(drop) > 1e-9
    assert np.all(np.sign(veins.flow[clear]) == np.sign(drop[clear]))
    assert np.array_equal(veins.shut, veins.one_way & (veins.flow < 0.0))
    assert not veins.without_valves().shut.any()


def test_variants_come_as_often_as_they_were_seen():
    drawn = patients(60)
    roots = sum(
        ("ascending_lumbar_L1_R", "azygos_T12")
        in {(v.nodes[a], v.nodes[b]) for a, b in zip(v.tail, v.head, strict=True)}
        for v in drawn
    )
    assert 15 <= roots <= 42  # 0.47 of 60 within 3.4 standard deviations


def test_wider_vertebral_veins_leave_the_trunks_as_they_are():
    """On average: which of the drawn sets is chosen may change with the factor."""
    growth = {"external plexus L2, right": [], "azygos arch": [], "inferior vena cava at L2": []}
    for seed in range(16):
        plain, wide = (draw_veins(BODY, np.random.default_rng(seed), radius_factor=factor) for factor in (1.0, 2.0))
        assert wide.names == plain.names
        assert np.array_equal(wide.chances, plain.chances)
        for name, ratios in growth.items():
            vein = plain.names.index(name)
            ratios.append(np.log(wide.radius[vein] / plain.radius[vein]))
    assert np.mean(growth["external plexus L2, right"]) == pytest.approx(np.log(2.0), abs=0.2)
    assert np.mean(growth["azygos arch"]) == pytest.approx(0.0, abs=0.2)
    assert np.mean(growth["inferior vena cava at L2"]) == pytest.approx(0.0, abs=0.2)


def test_the_azygos_is_half_as_wide_standing():
    lying, standing = ([v.radius[v.names.index("azygos arch")] for v in patients(20, posture=p)]
                       for p in ("lying", "standing"))  # fmt: skip
    assert np.mean(standing) / np.mean(lying) == pytest.approx(1.0 / 2.05, rel=0.15)
    assert 2e3 * np.mean(lying) == pytest.approx(9.6, abs=1.0)  # mm; 9.6 +/- 1.8 seen


def test_shares_fall_from_the_chest_to_the_loin():
    prior = azygos_prior(BODY, np.random.default_rng(5), n=30)
    for mean, low, high in prior.values():
        assert 0.0 <= low <= high <= 1.0
        assert 0.0 <= mean <= 1.0
    assert prior["T8"][0] > 0.8 > prior["L3"][0]


def test_places_are_where_anatomists_put_them():
    veins = patients(1)[0]
    at = dict(zip(veins.nodes, veins.places, strict=True))
    assert at["azygos_T10"][0] < 0.0 < at["hemiazygos_T10"][0]  # LPS: x to the left
    assert at["ivc_L3"][0] < -0.005
    assert at["ivc_L3"][1] < -0.02
    assert at["ant_int_plexus_L2"][1] > 0.0 > at["ant_ext_plexus_L2"][1]
    heights = [at[f"segmental_{level}_R"][2] for level in ("T5", "T8", "T12", "L3", "L5")]
    assert heights == sorted(heights, reverse=True)
    vessels = veins.vessels
    assert "azygos vein at T8" in vessels.names
    assert "left segmental vein L2" in vessels.names


def test_a_larger_body_has_longer_veins():
    small, large = (
        draw_veins(Body(sex="male", age=60.0, height=h, mass=70.0), np.random.default_rng(1)) for h in (1.5, 1.9)
    )
    assert large.length.sum() / small.length.sum() == pytest.approx(1.9 / 1.5, rel=0.05)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"posture": "sitting"}, "posture is 'sitting'; write one of prone, lying, standing"),
        ({"radius_factor": 0.0}, "a factor of 0 on radii is not possible; write a positive number"),
    ],
)
def test_impossible_draws_are_refused(options, message, rng):
    with pytest.raises(InputError) as error:
        draw_veins(BODY, rng, **options)
    assert str(error.value) == message


def test_a_blocked_azygos_sends_blood_another_way():
    free = draw_veins(BODY, np.random.default_rng(5))
    blocked = draw_veins(BODY, np.random.default_rng(5), known_veins=[("azygos arch", 0.0)])
    assert blocked.azygos_flow < 1e-3 * free.azygos_flow
    assert blocked.azygos_share("T8") < 0.01 < free.azygos_share("T8")


def test_a_known_width_holds_for_all_parts_of_a_vein():
    veins = draw_veins(BODY, np.random.default_rng(5), known_veins=[("azygos vein", 8e-3)])
    widths = [2.0 * r for r, name in zip(veins.radius, veins.names, strict=True) if name.startswith("azygos vein at ")]
    assert widths == [8e-3] * len(widths)
    assert len(widths) > 5


def test_a_vein_that_does_not_exist_is_refused_with_the_nearest():
    with pytest.raises(InputError) as error:
        draw_veins(BODY, np.random.default_rng(5), known_veins=[("azigos vein", 8e-3)])
    assert str(error.value) == "this patient has no vein called 'azigos vein'. Did you mean azygos vein?"


@pytest.mark.parametrize(
    "names",
    [
        ("superior vena cava", "inferior vena cava"),
        ("azygos arch", "superior vena cava", "inferior vena cava"),
    ],
)
def test_blood_without_any_way_is_refused(names):
    with pytest.raises(InputError) as error:
        draw_veins(BODY, np.random.default_rng(5), known_veins=[(name, 0.0) for name in names])
    assert str(error.value) == (
        "with these veins blocked, blood has no way to the right atrium. Leave one of them open."
    )


@pytest.mark.parametrize("name", ["superior vena cava", "inferior vena cava"])
def test_one_cava_blocked_leaves_a_way(name):
    veins = draw_veins(BODY, np.random.default_rng(5), known_veins=[("azygos arch", 0.0), (name, 0.0)])
    assert imbalance(veins.tail, veins.head, veins.flow, veins.inflow, sink=veins.place("right_atrium")) < 1e-6
