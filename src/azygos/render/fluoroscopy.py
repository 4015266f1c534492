r"""AP and lateral fluoroscopy of an injection: what the screen would show, and when a leak could be seen.

Parallel rays from front to back and from side to side go through a body of even thickness, through the vertebra's
bone and marrow, and through the cement that has come so far. The tube's spectrum is summed behind them, scatter laid
over it evenly, the image blurred and given the noise of its photons. Automatic exposure holds the number of photons
behind the body. What is left out stands in ``docs/how-it-works/beam.md``; the first of it is all other anatomy, so
that times of first sight are early ones.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from azygos.ground.errors import InputError, require
from azygos.ground.parcels import FloatArray, Parcel
from azygos.ground.units import MM
from azygos.render.beam import Beam, make_beam
from azygos.render.kernels import project
from azygos.render.leaked import leaked_points, leaked_so_far
from azygos.spine import Bone, Leak, Outlet
from azygos.spine.injection import Injection
from azygos.values import beam as v
from azygos.values.attenuation import cement_material
from azygos.values.value import Value

VIEWS = ("AP", "lateral")
MARGIN_MM = 15.0  # round the vertebra's grid
SIGMA_OF_FWHM = 1.0 / 2.3548200450309493


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen(Parcel):
    """One patient before one C-arm."""

    thickness_mm: Mapping[str, float] = field(
        default_factory=lambda: {view: value.number for view, value in v.BODY_THICKNESS_MM.items()}
    )  # of soft tissue, by view
    scattered_share: Mapping[str, float] = field(
        default_factory=lambda: {view: value.number for view, value in v.SCATTERED_SHARE.items()}
    )  # of the signal behind the body, by view
    photons_per_mm2: float = v.FRAME_PHOTONS.number  # counted in one frame behind the body
    blur_mm: float = v.SCREEN_BLUR_MM.number  # full width at half maximum
    pixel_mm: float = v.SCREEN_PIXEL_MM.number  # in the spine's plane
    kvp: int = v.SCREEN_KVP

    def __post_init__(self) -> None:
        for view in VIEWS:
            require(
                self.thickness_mm[view] > 0.0, f"a body {self.thickness_mm[view]:g} mm thick cannot be seen through"
            )
            require(0.0 <= self.scattered_share[view] < 1.0, f"scatter is a share below 1, not {self.scattered_share}")
        require(self.photons_per_mm2 > 0.0 and self.pixel_mm > 0.0, "a screen needs photons and pixels")


def draw_screen(rng: np.random.Generator) -> Screen:
    """A patient's thickness and a C-arm, each number drawn evenly from its assumed range.

    Examples
    --------
    >>> 170.0 <= draw_screen(np.random.default_rng(1)).thickness_mm["AP"] <= 280.0
    True
    """
    size, scatter, photons, blur = rng.random(4)
    return Screen(
        thickness_mm={view: _within(value, size) for view, value in v.BODY_THICKNESS_MM.items()},
        scattered_share={view: _within(value, scatter) for view, value in v.SCATTERED_SHARE.items()},
        photons_per_mm2=_within(v.FRAME_PHOTONS, photons),
        blur_mm=_within(v.SCREEN_BLUR_MM, blur),
    )


def _within(value: Value, chance: float) -> float:
    low, high = value.low or value.number, value.high or value.number
    return float(low + chance * (high - low))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LeakOnScreen(Parcel):
    """How one leak stands out in one view, frame by frame, without noise."""

    outlet: str
    route: str
    contrast: FloatArray  # shape (n_times,), largest loss of signal by the leak, over the signal without it [-]
    to_noise: FloatArray  # shape (n_times,), all its signal over the noise of one frame, for an eye that knows where

    def __post_init__(self) -> None:
        self.seal("contrast", "to_noise")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Frames(Parcel):
    """One view of an injection over time."""

    view: str  # "AP" (columns from the patient's right to left) or "lateral" (from front to back)
    level: str
    times_s: FloatArray  # shape (n_times,), since the first portion began
    images: npt.NDArray[np.float32]  # shape (n_times, n_rows, n_columns), head on top; 1 is the open body
    pixel_mm: float
    leaks: tuple[LeakOnScreen, ...]  # those of which anything left

    def __post_init__(self) -> None:
        self.seal("times_s")
        self.seal("images", dtype=np.float32)
        require(len(self.times_s) == len(self.images), "a view needs one image for each time")


def fluoroscopy(
    bone: Bone,
    injection: Injection,
    cement: str | float,
    *,
    screen: Screen | None = None,
    interval_s: float = 2.0,
    seed: int | None = None,
) -> tuple[Frames, Frames]:
    """AP and lateral frames of one injection.

    Parameters
    ----------
    bone : Bone
        The vertebra with its ways out, as it was injected.
    injection : Injection
        Of that bone.
    cement : str or float
        A cement's name, or barium sulphate's share of its powder.
    screen : Screen, optional
        Patient and C-arm; the assumed middle if not given.
    interval_s : float
        Between frames [s].
    seed : int or None
        Of the noise; None gives frames without noise.

    Returns
    -------
    frames : tuple of Frames
        AP and lateral.

    Raises
    ------
    InputError
        If the cement is not known, or the frames would be none.

    Examples
    --------
    See ``tests/render/test_fluoroscopy.py``: a run of the spine takes seconds.
    """
    require(interval_s > 0.0, f"frames every {interval_s:g} s are none. Give more than 0.")
    screen = screen or Screen()
    end = float(injection.times[-1])
    times = np.append(np.arange(0.0, end, interval_s), end)
    ap, lateral = (_View.of(view, bone, injection, cement, screen) for view in VIEWS)
    return ap.frames(times, _rng(seed, 0)), lateral.frames(times, _rng(seed, 1))


def _rng(seed: int | None, view: int) -> np.random.Generator | None:
    return None if seed is None else np.random.default_rng([seed, view])


def first_seen(
    frames: Sequence[Frames], *, contrast: float | None = None, contrast_to_noise: float | None = None
) -> float | None:
    """When leaked cement first stands out by a stated contrast, in any of the views.

    Parameters
    ----------
    frames : sequence of Frames
        Views of one injection.
    contrast : float, optional
        Share of the signal that any leak must take away in its darkest pixel, such as 0.05.
    contrast_to_noise : float, optional
        A leak's whole signal over the noise of one frame instead; an eye needs about 5 (Rose).

    Returns
    -------
    time : float or None
        Of the first such frame [s]; None if there is none.

    Raises
    ------
    InputError
        If not exactly one of the two is stated.

    Examples
    --------
    >>> leak = LeakOnScreen(outlet="a", route="cortical gap", contrast=[0.0, 0.04, 0.2], to_noise=[0.0, 2.0, 9.0])
    >>> image = np.ones((3, 2, 2))
    >>> view = Frames(view="AP", level="L1", times_s=[0.0, 2.0, 4.0], images=image, pixel_mm=0.4, leaks=(leak,))
    >>> first_seen([view], contrast=0.03), first_seen([view], contrast_to_noise=5.0), first_seen([view], contrast=0.3)
    (2.0, 4.0, None)
    """
    if (contrast is None) == (contrast_to_noise is None):
        raise InputError("state one of contrast and contrast_to_noise, such as contrast=0.05.")
    times = [
        float(view.times_s[int(np.argmax(seen))])
        for view in frames
        for leak in view.leaks
        if (seen := _passes(leak, contrast, contrast_to_noise)).any()
    ]
    return min(times, default=None)


def _passes(leak: LeakOnScreen, contrast: float | None, to_noise: float | None) -> npt.NDArray[np.bool_]:
    if contrast is not None:
        return np.asarray(leak.contrast >= contrast)
    return np.asarray(leak.to_noise >= (to_noise or 0.0))


# One view ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class _View:
    """What is looked at from one side; images are (n_rows, n_columns), head on top."""

    name: str
    bone: Bone
    injection: Injection
    screen: Screen
    beam: Beam
    axis: int  # of the vertebra's grid, along the rays
    arrives: npt.NDArray[np.float32]  # shape of the grid, when each cell's cement came [s]
    bone_mm: FloatArray  # image, thickness of bone
    marrow_mm: FloatArray  # image, thickness of all that is not bone within the shell
    empty: FloatArray  # image, signal before any cement
    rows_mm: FloatArray  # heights of the rows on the vertebra's axis to the head
    columns_mm: FloatArray

    @classmethod
    def of(cls, name: str, bone: Bone, injection: Injection, cement: str | float, screen: Screen) -> _View:
        vertebra = bone.vertebra
        axis = 1 if name == "AP" else 0
        edge = vertebra.spacing / MM
        across = vertebra.inside.shape[0 if name == "AP" else 1]
        columns = np.arange(-MARGIN_MM, across * edge + MARGIN_MM, screen.pixel_mm)
        rows = np.arange(vertebra.inside.shape[2] * edge + MARGIN_MM, -MARGIN_MM, -screen.pixel_mm)
        bone_share = np.where(vertebra.inside, vertebra.bone_fraction, 0.0)
        bone_mm = _seen(bone_share, axis, edge, rows, columns)
        marrow_mm = _seen(vertebra.inside - bone_share, axis, edge, rows, columns)
        beam = make_beam(screen.kvp, ("muscle", "cortical_bone", "marrow", cement_material(cement, paste=True)))
        empty = _with_scatter(beam, screen, name, bone_mm, marrow_mm, np.zeros_like(bone_mm))
        come = arrivals(injection)
        return cls(name, bone, injection, screen, beam, axis, come, bone_mm, marrow_mm, empty, rows, columns)

    def frames(self, times: FloatArray, rng: np.random.Generator | None) -> Frames:
        """All frames, with noise if there is a generator."""
        ways = zip(self.injection.leaks, self.bone.outlets, strict=True)
        leaks = [(leak, outlet) for leak, outlet in ways if leak.volume > 0.0]
        images = np.empty((len(times), len(self.rows_mm), len(self.columns_mm)), dtype=np.float32)
        contrast, to_noise = np.zeros((len(leaks), len(times))), np.zeros((len(leaks), len(times)))
        for number, time in enumerate(times):
            beside = [self._beside(leak, outlet, float(time)) for leak, outlet in leaks]
            image, told = self._frame(self._held(float(time)), beside)
            contrast[:, number], to_noise[:, number] = told
            images[number] = image if rng is None else draw_frame(image, self._photons, rng)
        seen = tuple(
            LeakOnScreen(outlet=leak.outlet, route=str(leak.route), contrast=c, to_noise=n)
            for (leak, _), c, n in zip(leaks, contrast, to_noise, strict=True)
        )
        level, pixel = self.bone.vertebra.level, self.screen.pixel_mm
        return Frames(view=self.name, level=level, times_s=times, images=images, pixel_mm=pixel, leaks=seen)

    def _frame(self, held: FloatArray, beside: Sequence[FloatArray]) -> tuple[FloatArray, tuple[list[float], ...]]:
        """One frame without noise, and how each leak stands out in it."""
        together = sum(beside, np.zeros_like(held))
        image = self._blurred(self._signal(held, together))
        contrast, to_noise = [], []
        for one in beside:
            without = self._blurred(self._signal(held, np.maximum(together - one, 0.0))) if one.any() else image
            contrast.append(float(np.max(1.0 - image / without)))
            to_noise.append(math.sqrt(float(np.sum((image - without) ** 2 / without)) * self._photons))
        return image, (contrast, to_noise)

    def _beside(self, leak: Leak, outlet: Outlet, time: float) -> FloatArray:
        """Cement of one leak until a time, as thickness [mm]."""
        volume = leaked_so_far(leak, time)
        if volume <= 0.0:
            return np.zeros_like(self.bone_mm)
        points, each = leaked_points(self.bone.vertebra, outlet, volume)
        return thickness_of(points, each, self.axis, self.rows_mm, self.columns_mm)

    @property
    def _photons(self) -> float:
        """Counted in a pixel behind the open body."""
        return self.screen.photons_per_mm2 * self.screen.pixel_mm**2

    def _held(self, time: float) -> FloatArray:
        """Cement in the bone until a time, as thickness [mm]."""
        come = np.where(self.arrives <= time, self.injection.fill, 0.0)
        return _seen(come, self.axis, self.bone.vertebra.spacing / MM, self.rows_mm, self.columns_mm)

    def _signal(self, held_mm: FloatArray, beside_mm: FloatArray) -> FloatArray:
        """Signal with scatter, 1 behind the open body; cement in the bone stands where marrow was."""
        image = self.empty.copy()
        cement = held_mm + beside_mm
        there = cement > 0.0
        marrow = np.maximum(self.marrow_mm[there] - held_mm[there], 0.0)
        image[there] = _with_scatter(self.beam, self.screen, self.name, self.bone_mm[there], marrow, cement[there])
        return image

    def _blurred(self, image: FloatArray) -> FloatArray:
        sigma = self.screen.blur_mm * SIGMA_OF_FWHM / self.screen.pixel_mm
        return np.asarray(ndimage.gaussian_filter(image, sigma, mode="nearest"))


def _with_scatter(
    beam: Beam, screen: Screen, view: str, bone_mm: FloatArray, marrow_mm: FloatArray, cement_mm: FloatArray
) -> FloatArray:
    """Signal over that behind the open body, scatter laid over it evenly."""
    whole, scatter = screen.thickness_mm[view], screen.scattered_share[view]
    lengths = np.stack([whole - bone_mm - marrow_mm - cement_mm, bone_mm, marrow_mm, cement_mm], axis=-1)
    open_body = np.array([[whole, 0.0, 0.0, 0.0]])
    primary = primary_signal(beam, lengths) / primary_signal(beam, open_body)[0]
    return np.asarray((1.0 - scatter) * primary + scatter)


def primary_signal(beam: Beam, lengths_mm: FloatArray) -> FloatArray:
    """Energy behind lengths (..., n_materials) of the beam's materials, per mm^2 and mAs at 1 m [keV]."""
    paths = np.ascontiguousarray((lengths_mm @ beam.maps).reshape(-1, beam.maps.shape[1]))
    energy, squares = np.zeros(len(paths)), np.zeros(len(paths))
    project.add_signals(paths, beam.attenuation_per_mm, beam.photons, beam.energies_kev, energy, squares)
    return energy.reshape(lengths_mm.shape[:-1])


def arrivals(injection: Injection) -> npt.NDArray[np.float32]:
    """When each cell's cement came [s]; cells that never filled by half take the time of the nearest that did."""
    known = np.isfinite(injection.fill_time)
    if not known.any():
        return np.full(injection.fill_time.shape, injection.times[-1], dtype=np.float32)
    nearest = ndimage.distance_transform_edt(~known, return_distances=False, return_indices=True)
    return np.asarray(injection.fill_time[tuple(nearest)])


def _seen(
    shares: npt.NDArray[np.floating], axis: int, edge_mm: float, rows_mm: FloatArray, columns_mm: FloatArray
) -> FloatArray:
    """Thickness along an axis of the grid, looked up at an image's pixels [mm]."""
    thickness = shares.sum(axis=axis, dtype=np.float64) * edge_mm
    places = np.meshgrid(columns_mm / edge_mm, rows_mm / edge_mm, indexing="xy")
    return np.asarray(ndimage.map_coordinates(thickness, places, order=1, mode="constant"))


def thickness_of(
    points_mm: FloatArray, volume_mm3: float, axis: int, rows_mm: FloatArray, columns_mm: FloatArray
) -> FloatArray:
    """Thickness along an axis of points that each hold a volume [mm], shape (n_rows, n_columns)."""
    pixel = float(columns_mm[1] - columns_mm[0])
    n_rows, n_columns = len(rows_mm), len(columns_mm)
    column = (points_mm[:, 0 if axis == 1 else 1] - columns_mm[0]) / pixel
    row = (rows_mm[0] - points_mm[:, 2]) / pixel
    low_row, low_column = np.floor(row).astype(np.int64), np.floor(column).astype(np.int64)
    image = np.zeros(n_rows * n_columns)
    for down in (0, 1):
        for right in (0, 1):
            share = np.abs(1 - down - (row - low_row)) * np.abs(1 - right - (column - low_column))
            r, c = low_row + down, low_column + right
            within = (r >= 0) & (r < n_rows) & (c >= 0) & (c < n_columns)
            image += np.bincount(r[within] * n_columns + c[within], share[within], minlength=len(image))
    return image.reshape(n_rows, n_columns) * volume_mm3 / pixel**2


def draw_frame(image: FloatArray, photons: float, rng: np.random.Generator) -> FloatArray:
    """One frame with the noise of its photons, `photons` of them in a pixel where the image is 1."""
    return np.asarray(rng.poisson(np.maximum(image, 0.0) * photons) / photons)
