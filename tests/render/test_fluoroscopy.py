"""Fluoroscopy against Beer and Lambert by hand, on a vertebra that is a box of marrow."""

from __future__ import annotations

import math

import numpy as np
import pytest

from azygos.ground.errors import InputError
from azygos.ground.parcels import Account
from azygos.render.beam import make_beam
from azygos.render.fluoroscopy import (
    Frames,
    LeakOnScreen,
    Screen,
    arrivals,
    draw_frame,
    draw_screen,
    first_seen,
    fluoroscopy,
    primary_signal,
    thickness_of,
)
from azygos.render.leaked import leaked_points, leaked_so_far, outward
from azygos.spine import Bone, Leak, Outlet, Rest, Route, Vertebra
from azygos.spine.injection import Injection
from azygos.values.attenuation import ENERGIES_KEV, attenuation_per_mm, cement_material, spectrum_of

SHAPE = (30, 24, 20)
MM = 1e-3
DURATION = 60.0


def a_vertebra() -> Vertebra:
    inside = np.zeros(SHAPE, dtype=bool)
    inside[3:27, 3:21, 2:18] = True
    return Vertebra(
        level="L1",
        origin=np.zeros(3),
        axes=np.eye(3),
        spacing=1e-3,
        inside=inside,
        bone_fraction=np.zeros(SHAPE),
        cleft=np.zeros(SHAPE, dtype=bool),
    )


def an_outlet(route=Route.SEGMENTAL, rest=Rest.PARAVERTEBRAL, mouth=(26.0, 11.5, 9.5), radius=1.0 * MM) -> Outlet:
    """On the left side, half way up, unless said otherwise."""
    return Outlet(name="one", route=route, rest=rest, mouth=np.array(mouth), radius=radius, length=3e-3, pressure=0.0)


def a_bone(outlet: Outlet) -> Bone:
    vertebra = a_vertebra()
    return Bone(
        vertebra=vertebra,
        porosity=np.ones(SHAPE),
        permeability=np.where(vertebra.inside, 1e-10, 0.0),
        anisotropy=1.0,
        cavity=np.zeros(SHAPE, dtype=bool),
        outlets=(outlet,),
    )


def an_injection(outlet: Outlet, leaked_ml: float, *, fill_until: int = 3) -> Injection:
    """Cement runs out evenly for a minute; the bone's left-hand cells below `fill_until` fill meanwhile."""
    times = np.linspace(0.0, DURATION, 61)
    even = np.ones_like(times)
    volume = leaked_ml * 1e-6
    fill, when = np.zeros(SHAPE, dtype=np.float32), np.full(SHAPE, np.inf, dtype=np.float32)
    fill[3:fill_until, 3:21, 2:18] = 1.0
    when[3:fill_until, 3:21, 2:18] = 0.5 * DURATION
    leak = Leak(
        outlet=outlet.name, level="L1", route=outlet.route, rest=outlet.rest, times=times,
        flow=even * volume / DURATION, age=even, temperature=310.0 * even, viscosity=even, volume=volume,
        plug_length=0.0, radius=outlet.radius,
    )  # fmt: skip
    return Injection(
        level="L1", times=times, injected=times * volume / DURATION, leaked=times * volume / DURATION,
        plunger_pressure=even, tip_pressure=even, sensor_pressure=even, fill=fill, fill_time=when,
        temperature=310.0 * np.ones(SHAPE), age=np.ones(SHAPE), leaks=(leak,),
        account=Account(room="spine", received=1.0, kept=1.0, passed_on=0.0), stopped="as planned",
        peak_temperature=310.0, steps=60, iterations=60,
    )  # fmt: skip


def sharp(**other) -> Screen:
    given = {
        "thickness_mm": {"AP": 200.0, "lateral": 200.0},
        "scattered_share": {"AP": 0.4, "lateral": 0.0},
        "blur_mm": 0.02,
        "pixel_mm": 0.4,
    }
    return Screen(**{**given, **other})


def by_beer_and_lambert(cement_mm: float, *, body_mm: float, tissue: str) -> float:
    """Loss of signal by a column of cement in a body at 80 kV, energy by energy."""
    energies = spectrum_of(80) * ENERGIES_KEV
    tissue_mu, cement_mu = attenuation_per_mm(tissue), attenuation_per_mm(cement_material(0.3, paste=True))
    without = float(energies @ np.exp(-tissue_mu * body_mm))
    behind = float(energies @ np.exp(-tissue_mu * (body_mm - cement_mm) - cement_mu * cement_mm))
    return 1.0 - behind / without


def test_two_mm_of_cement_behind_twenty_cm_of_water():
    """The beam behind water has about 55 keV: cement 0.20/mm, water 0.021/mm, so 1 - exp(-0.36) is 0.3."""
    beam = make_beam(80, ("water", cement_material(0.3, paste=True)))
    signal = primary_signal(beam, np.array([[200.0, 0.0], [198.0, 2.0]]))
    contrast = 1.0 - signal[1] / signal[0]
    assert contrast == pytest.approx(by_beer_and_lambert(2.0, body_mm=200.0, tissue="water"), rel=2e-3)
    assert 0.2 < contrast < 0.4


def test_a_vein_two_mm_wide_has_the_contrast_of_two_mm_and_scatter_takes_its_share():
    """The cord rises beside the body; in its middle its thickness is its width."""
    outlet = an_outlet()
    frames = fluoroscopy(a_bone(outlet), an_injection(outlet, 0.06), 0.3, screen=sharp(), interval_s=30.0)
    expected = by_beer_and_lambert(2.0, body_mm=200.0, tissue="muscle")
    for view, share in zip(frames, (0.6, 1.0), strict=True):
        lost = 1.0 - view.images[-1] / view.images[0]
        rises = lost[np.abs(np.arange(len(lost)) - 42) < 10]  # 4 to 12 mm above the outlet
        assert rises.max(axis=1) == pytest.approx(share * expected, rel=0.04)
        assert view.leaks[0].contrast[-1] >= rises.max()


def test_a_leak_is_seen_when_its_contrast_is_reached():
    """A ball's darkest place is its diameter thick, (6 V / pi)^(1/3), and V grows evenly."""
    outlet = an_outlet(Route.CORTICAL, Rest.SOFT_TISSUE)
    bone, injection = a_bone(outlet), an_injection(outlet, 0.2)
    frames = fluoroscopy(bone, injection, 0.3, screen=sharp(), interval_s=1.0)
    wanted = by_beer_and_lambert(4.0, body_mm=200.0, tissue="muscle")  # in the lateral view, which has no scatter
    by_hand = DURATION * (math.pi / 6.0 * 4.0**3) / 200.0
    assert first_seen(frames, contrast=wanted) == pytest.approx(by_hand, abs=2.5)
    assert first_seen(frames, contrast=0.99) is None


def test_a_thicker_body_hides_a_leak_for_longer():
    outlet = an_outlet(Route.CORTICAL, Rest.SOFT_TISSUE)
    bone, injection = a_bone(outlet), an_injection(outlet, 0.05)
    seen = []
    for thickness in (150.0, 250.0, 350.0):
        screen = sharp(
            thickness_mm={"AP": thickness, "lateral": thickness}, scattered_share={"AP": 0.5, "lateral": 0.5}
        )
        seen.append(first_seen(fluoroscopy(bone, injection, 0.3, screen=screen, interval_s=1.0), contrast=0.2))
    assert seen == sorted(seen)
    assert seen[0] < seen[-1]


def test_weak_cement_is_seen_later_than_dense():
    outlet = an_outlet(Route.CORTICAL, Rest.SOFT_TISSUE)
    bone, injection = a_bone(outlet), an_injection(outlet, 0.1)
    dense, weak = (
        first_seen(fluoroscopy(bone, injection, share, screen=sharp(), interval_s=1.0), contrast=0.15)
        for share in (0.3, 0.1)
    )
    assert dense < weak


def test_nothing_leaked_is_never_seen():
    outlet = an_outlet()
    frames = fluoroscopy(a_bone(outlet), an_injection(outlet, 0.0), 0.3, screen=sharp(), interval_s=30.0)
    assert frames[0].leaks == ()
    assert first_seen(frames, contrast=0.01) is None


def test_left_is_on_the_right_of_the_ap_image_and_the_head_on_top():
    outlet = an_outlet()
    ap, lateral = fluoroscopy(a_bone(outlet), an_injection(outlet, 0.06), 0.3, screen=sharp(), interval_s=60.0)
    rows, columns = np.nonzero(ap.images[0] - ap.images[-1] > 0.05)
    assert columns.min() > ap.images.shape[2] / 2
    assert rows.mean() < ap.images.shape[1] / 2
    assert lateral.view == "lateral"


def test_cement_in_the_bone_is_shown_when_it_comes():
    outlet = an_outlet()
    frames = fluoroscopy(
        a_bone(outlet), an_injection(outlet, 0.0, fill_until=8), 0.3, screen=sharp(), interval_s=20.0
    )  # it comes at 30 s, so the frames at 0 and 20 s lack it
    darkest = frames[0].images.min(axis=(1, 2))
    assert frames[0].times_s.tolist() == [0.0, 20.0, 40.0, 60.0]
    assert darkest[0] == darkest[1] > darkest[2] == darkest[3]


def test_cells_that_fill_by_less_than_half_follow_their_neighbours():
    outlet = an_outlet()
    injection = an_injection(outlet, 0.0, fill_until=8)
    assert np.all(arrivals(injection) == 0.5 * DURATION)


@pytest.mark.parametrize(
    "outlet",
    [
        an_outlet(),
        an_outlet(Route.BASIVERTEBRAL, Rest.CANAL, (14.5, 20.0, 9.5)),
        an_outlet(Route.END_PLATE, Rest.DISC, (14.5, 11.5, 17.0)),
    ],
    ids=lambda outlet: outlet.route,
)
def test_leaked_cement_keeps_its_volume(outlet):
    points, each = leaked_points(a_vertebra(), outlet, 40.0)
    rows, columns = np.arange(60.0, -40.0, -0.4), np.arange(-40.0, 80.0, 0.4)
    assert each * len(points) == pytest.approx(40.0)
    for axis in (0, 1):
        assert thickness_of(points, each, axis, rows, columns).sum() * 0.16 == pytest.approx(40.0)


def test_leaks_go_outward():
    vertebra = a_vertebra()
    assert outward(vertebra, an_outlet()) == pytest.approx([1.0, 0.0, 0.0])
    back = an_outlet(Route.BASIVERTEBRAL, Rest.CANAL, (14.5, 20.0, 9.5))
    assert outward(vertebra, back) == pytest.approx([0.0, 1.0, 0.0])
    down = an_outlet(Route.END_PLATE, Rest.DISC, (14.5, 11.5, 2.0))
    assert outward(vertebra, down) == pytest.approx([0.0, 0.0, -1.0])


def test_a_leak_grows_with_its_flow():
    leak = an_injection(an_outlet(), 0.1).leaks[0]
    assert leaked_so_far(leak, 0.0) == 0.0
    assert leaked_so_far(leak, 0.5 * DURATION) == pytest.approx(50.0)
    assert leaked_so_far(leak, 10.0 * DURATION) == pytest.approx(100.0)


def test_noise_is_that_of_the_photons_and_the_same_for_the_same_seed(rng):
    image = draw_frame(np.ones((200, 200)), 112.0, rng)
    assert image.std() == pytest.approx(1.0 / math.sqrt(112.0), rel=0.03)
    outlet = an_outlet()
    runs = [fluoroscopy(a_bone(outlet), an_injection(outlet, 0.02), 0.3, interval_s=60.0, seed=s) for s in (3, 3, 4)]
    assert np.array_equal(runs[0][0].images, runs[1][0].images)
    assert not np.array_equal(runs[0][0].images, runs[2][0].images)
    assert not np.array_equal(runs[0][0].images[0, :20, :20], runs[0][1].images[0, :20, :20])


def test_signal_to_noise_grows_with_the_square_root_of_the_photons():
    outlet = an_outlet()
    bone, injection = a_bone(outlet), an_injection(outlet, 0.02)
    few, many = (
        fluoroscopy(bone, injection, 0.3, screen=sharp(photons_per_mm2=n), interval_s=60.0) for n in (500.0, 2000.0)
    )
    assert many[0].leaks[0].to_noise[-1] == pytest.approx(2.0 * few[0].leaks[0].to_noise[-1])


def test_a_drawn_screen_stays_within_what_is_assumed():
    screens = [draw_screen(np.random.default_rng(seed)) for seed in range(20)]
    assert len({screen.thickness_mm["AP"] for screen in screens}) == 20
    for screen in screens:
        assert 170.0 <= screen.thickness_mm["AP"] < screen.thickness_mm["lateral"] <= 420.0


def test_first_seen_wants_one_measure():
    leak = LeakOnScreen(outlet="a", route="cortical gap", contrast=np.array([0.1]), to_noise=np.array([1.0]))
    view = Frames(
        view="AP", level="L1", times_s=np.array([0.0]), images=np.ones((1, 2, 2)), pixel_mm=0.4, leaks=(leak,)
    )
    for wrong in ({}, {"contrast": 0.05, "contrast_to_noise": 5.0}):
        with pytest.raises(InputError) as error:
            first_seen([view], **wrong)
        assert str(error.value) == "state one of contrast and contrast_to_noise, such as contrast=0.05."


def test_frames_that_are_none_are_refused():
    outlet = an_outlet()
    with pytest.raises(InputError) as error:
        fluoroscopy(a_bone(outlet), an_injection(outlet, 0.02), 0.3, interval_s=0.0)
    assert str(error.value) == "frames every 0 s are none. Give more than 0."
