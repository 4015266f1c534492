r"""A slab of a body as a scanner would see it: polychromatic projections, noise, filtered back-projection.

For slices with dense cement, metal or undiluted contrast, where a scan is not linear: the beam hardens, rays starve,
shadows and streaks appear. Materials are painted as shares of the cells of a grid at least as fine as the image;
parallel rays are followed through it, several to a detector element, and their *energies* are averaged, as a detector
does. Readings are turned into the water that would give them, filtered and projected back. The physics and what is
left out stand in ``docs/how-it-works/beam.md``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import fft

from azygos.ground.errors import require
from azygos.ground.parcels import FloatArray, Parcel
from azygos.ground.volume import Volume, voxel_size_mm
from azygos.render.beam import Beam, make_beam, water_scale
from azygos.render.choices import Scanner
from azygos.render.kernels import project
from azygos.values.beam import DETECTIVE_SHARE, ELECTRONIC_PHOTONS, FOCUS_TO_AXIS_MM, ORDINARY_MAS
from azygos.values.scanners import OVERSHOOT, RING_WIDTH, SHARPNESS_MM

Shares = Mapping[str, npt.NDArray[np.float32]]

SIGMA_OF_FWHM = 1.0 / 2.3548200450309493
RAYS_PER_ELEMENT = 2
FINER_READINGS = 2  # readings are interpolated by Fourier before they are projected back
FAINTEST = 0.5  # photons: a starved reading is taken as this many
VIEWS_AT_ONCE = 32


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Acquisition(Parcel):
    """How a slab is scanned."""

    kvp: int = 120
    exposure_mas: float = 200.0  # of one full turn
    fwhm_mm: float = SHARPNESS_MM["standard"].number  # of the point spread in the plane, without its ring
    overshoot: float = 0.0  # weight of the negative ring of a sharp kernel
    views: int = 900  # over half a turn
    element_mm: float = 0.5  # width of a detector element, on the axis

    def __post_init__(self) -> None:
        require(self.exposure_mas > 0.0, f"an exposure of {self.exposure_mas:g} mAs gives no image. Give more than 0.")
        require(self.views >= 8, f"{self.views} views are too few. Give at least 8.")
        require(
            self.fwhm_mm >= self.sharpest_mm,
            f"a point spread of {self.fwhm_mm:g} mm is finer than elements of {self.element_mm:g} mm can give. "
            f"Give at least {self.sharpest_mm:.2f} mm.",
        )

    @property
    def sharpest_mm(self) -> float:
        """Full width at half maximum that elements and interpolation leave at best [mm]."""
        return math.sqrt(_own_variance(self.element_mm)) / SIGMA_OF_FWHM


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Signals(Parcel):
    """What reaches the detector of one slice, on average."""

    energy_kev: FloatArray  # shape (n_views, n_elements), sum over photons
    squares: FloatArray  # same shape, sum of squared energies [keV^2]
    blank_kev: float  # energy of an element with nothing but air before it
    photon_kev: float  # mean energy of a photon of the blank reading


def _own_variance(element_mm: float) -> float:
    """Variance of an element's box and of the triangle of the interpolation [mm^2]."""
    return element_mm**2 / 12.0 + (element_mm / FINER_READINGS) ** 2 / 6.0


def _check(shares: Shares, affine_mm: FloatArray, cells: int, planes: int) -> tuple[int, int, int]:
    shapes = {array.shape for array in shares.values()}
    require(len(shapes) == 1, "the materials' arrays differ in shape. Paint all of them on one grid.")
    shape = shapes.pop()
    require(len(shape) == 3, f"a slab has three axes, this one has {len(shape)}")
    spacing = voxel_size_mm(affine_mm)
    require(
        abs(spacing[0] - spacing[1]) < 1e-3 * spacing[0],
        f"a slab's cells must be square in the plane, these are {spacing[0]:g} by {spacing[1]:g} mm",
    )
    require(
        shape[0] % cells == 0 and shape[1] % cells == 0 and shape[2] % planes == 0,
        f"a slab of {shape[0]} x {shape[1]} x {shape[2]} cells does not divide into pixels of {cells} cells and "
        f"slices of {planes} planes. Pad it with empty cells.",
    )
    return int(shape[0]), int(shape[1]), int(shape[2])


def few_maps(shares: Shares, beam: Beam, plane: int) -> npt.NDArray[np.float32]:
    """One plane's materials as the beam's few maps, shape (n_i + 2, n_j + 2, n_maps), empty all round."""
    first = next(iter(shares.values()))
    maps = np.zeros((first.shape[0] + 2, first.shape[1] + 2, beam.maps.shape[1]), dtype=np.float32)
    for row, name in zip(beam.maps, beam.materials, strict=True):
        share = shares[name][:, :, plane]
        if share.any():
            maps[1:-1, 1:-1] += share[:, :, None] * row.astype(np.float32)
    return maps


def _angles(views: int) -> FloatArray:
    return np.asarray(np.arange(views) * np.pi / views + 0.5 * np.pi / views)


def _elements(shape: tuple[int, int], spacing_mm: float, element_mm: float) -> int:
    """Detector elements that see the whole grid from every side."""
    return math.ceil(math.hypot(*shape) * spacing_mm / element_mm) + 4


def shine(shares: Shares, beam: Beam, planes: range, spacing_mm: FloatArray, acquisition: Acquisition) -> Signals:
    """Follow the rays of one slice through its planes and sum what reaches each detector element."""
    grid = next(iter(shares.values())).shape[:2]
    count = _elements(grid, float(spacing_mm[0]), acquisition.element_mm)
    energy, squares = np.zeros((acquisition.views, count)), np.zeros((acquisition.views, count))
    thickness_mm = float(spacing_mm[2]) * len(planes)
    area = acquisition.element_mm * thickness_mm * (1000.0 / FOCUS_TO_AXIS_MM.number) ** 2
    rays = len(planes) * RAYS_PER_ELEMENT
    photons = beam.photons * DETECTIVE_SHARE.number * area * acquisition.exposure_mas / acquisition.views / rays
    for plane in planes:
        maps = few_maps(shares, beam, plane)
        _shine_plane(maps, beam, photons, float(spacing_mm[0]), acquisition, energy, squares)
    blank = rays * float(photons @ beam.energies_kev)
    mean = float(photons @ beam.energies_kev) / float(photons.sum())
    return Signals(energy_kev=energy, squares=squares, blank_kev=blank, photon_kev=mean)


def _shine_plane(
    rows: npt.NDArray[np.float32],
    beam: Beam,
    photons: FloatArray,
    edge_mm: float,
    acquisition: Acquisition,
    out_energy: FloatArray,
    out_squares: FloatArray,
) -> None:
    """Add one plane's rays."""
    columns = np.ascontiguousarray(rows.transpose(1, 0, 2))
    ends = [np.empty((len(lines), 2), dtype=np.int64) for lines in (rows, columns)]
    for lines, out_ends in zip((rows, columns), ends, strict=True):
        project.find_ends(lines, out_ends)
    angles = _angles(acquisition.views)
    cosines, sines = np.cos(angles), np.sin(angles)
    step = acquisition.element_mm / RAYS_PER_ELEMENT
    n_rays, n_maps = out_energy.shape[1] * RAYS_PER_ELEMENT, rows.shape[2]
    attenuation = beam.attenuation_per_mm * edge_mm

    for first in range(0, acquisition.views, VIEWS_AT_ONCE):
        part = slice(first, min(first + VIEWS_AT_ONCE, acquisition.views))
        paths = np.empty((part.stop - part.start, n_rays, n_maps))
        project.parallel_rays(rows, columns, *ends, cosines[part], sines[part], step / edge_mm, paths)
        for ray in range(RAYS_PER_ELEMENT):
            one_each = np.ascontiguousarray(paths[:, ray::RAYS_PER_ELEMENT]).reshape(-1, n_maps)
            project.add_signals(
                one_each, attenuation, photons, beam.energies_kev,
                out_energy[part].reshape(-1), out_squares[part].reshape(-1),
            )  # fmt: skip


def draw_readings(signals: Signals, rng: np.random.Generator) -> FloatArray:
    """Energies that a detector reads in one scan [keV], shape (n_views, n_elements).

    Photons arrive by Poisson's law; as each counts by its energy, as many equal photons are drawn as have the same
    mean and variance. Electronics add their own noise.
    """
    equal = signals.squares / signals.energy_kev  # energy of the equal photons
    counted = rng.poisson(signals.energy_kev / equal) * equal
    electronic = rng.normal(0.0, ELECTRONIC_PHOTONS.number * signals.photon_kev, counted.shape)
    return np.asarray(counted + electronic)


def acquisition_of(scanner: Scanner) -> Acquisition:
    """The acquisition that a rendered scan's settings ask for: same voltage, kernel and dose.

    Examples
    --------
    >>> acquisition_of(Scanner(kernel="soft", dose=2.0)).exposure_mas > acquisition_of(Scanner()).exposure_mas
    True
    """
    return Acquisition(
        kvp=scanner.kvp,
        exposure_mas=scanner.dose * ORDINARY_MAS.number,
        fwhm_mm=SHARPNESS_MM[scanner.kernel].number,
        overshoot=OVERSHOOT[scanner.kernel].number,
    )


def filtered(readings_mm: FloatArray, acquisition: Acquisition) -> FloatArray:
    """Views after the ramp filter and the kernel, interpolated to finer readings; units 1.

    The ramp is sampled in space (Kak and Slaney), so that a flat object keeps its level. The kernel is that of the
    image domain, a Gaussian with a negative ring, less what elements and interpolation blur anyhow.
    """
    n, element_mm = readings_mm.shape[1], acquisition.element_mm
    size = fft.next_fast_len(2 * n, real=True)
    size += size % 2
    lag = np.minimum(np.arange(size), size - np.arange(size))
    odd = lag % 2 == 1
    ramp = np.where(odd, -1.0 / (np.pi * np.maximum(lag, 1) * element_mm) ** 2, 0.0)
    ramp[0] = 1.0 / (4.0 * element_mm**2)
    frequency = np.fft.rfftfreq(size, element_mm)
    square = (acquisition.fwhm_mm * SIGMA_OF_FWHM) ** 2
    middle, ring = (
        np.exp(-2.0 * (np.pi * frequency) ** 2 * (wide**2 * square - _own_variance(element_mm)))
        for wide in (1.0, RING_WIDTH.number)
    )
    kernel = (1.0 + acquisition.overshoot) * middle - acquisition.overshoot * ring
    response = fft.rfft(ramp).real * element_mm * kernel
    spectrum = fft.rfft(readings_mm, size, axis=1) * response
    return np.asarray(FINER_READINGS * fft.irfft(spectrum, FINER_READINGS * size, axis=1)[:, : FINER_READINGS * n - 1])


def reconstruct(
    readings: FloatArray,
    signals: Signals,
    beam: Beam,
    acquisition: Acquisition,
    shape: tuple[int, int],
    pixel_mm: float,
) -> npt.NDArray[np.float32]:
    """One slice in Hounsfield units from a detector's readings."""
    faintest = FAINTEST * signals.photon_kev
    depth, water_mm = water_scale(beam)
    behind = np.interp(-np.log(np.maximum(readings, faintest) / signals.blank_kev), depth, water_mm)
    views = filtered(behind, acquisition)
    angles = _angles(acquisition.views)
    image = np.empty(shape)
    step = acquisition.element_mm / FINER_READINGS / pixel_mm
    project.back_project(views, np.cos(angles), np.sin(angles), step, image)
    return np.asarray(1000.0 * (image - 1.0), dtype=np.float32)


def project_slab(
    shares: Shares,
    affine_mm: FloatArray,
    acquisition: Acquisition,
    *,
    cells_per_pixel: int = 1,
    planes_per_slice: int = 1,
    seed: int | None = None,
) -> Volume:
    """Scan a slab of painted materials and reconstruct its slices.

    Parameters
    ----------
    shares : Mapping of str to array
        By material (see :func:`azygos.values.attenuation.material_named`): share of each cell's volume, float32,
        shape (n_i, n_j, n_k), slices along k; what is missing from 1 is air.
    affine_mm : FloatArray
        Shape (4, 4), centre of a cell to LPS [mm].
    acquisition : Acquisition
        Tube, exposure, kernel, views, detector.
    cells_per_pixel, planes_per_slice : int
        How many cells along i and j make one pixel of the image, and how many along k one slice.
    seed : int or None
        Of the noise; None gives the mean scan, without noise.

    Returns
    -------
    slices : Volume
        Shape (n_i / cells, n_j / cells, n_k / planes) [HU], neither rounded nor clipped.

    Raises
    ------
    InputError
        If arrays differ in shape, cells are not square, the slab does not divide, or a material is not known.

    Examples
    --------
    A cylinder of water, 40 mm wide:

    >>> x = np.arange(48) - 23.5
    >>> disc = (np.hypot(x[:, None], x) < 20.0).astype(np.float32)[:, :, None]
    >>> quick = Acquisition(views=90, element_mm=1.0, fwhm_mm=2.0)
    >>> slices = project_slab({"water": disc}, np.eye(4), quick)
    >>> abs(float(slices.hu[20:28, 20:28].mean())) < 3.0
    True
    """
    n_i, n_j, n_k = _check(shares, affine_mm, cells_per_pixel, planes_per_slice)
    beam = make_beam(acquisition.kvp, tuple(shares))
    spacing = voxel_size_mm(affine_mm)
    shape = (n_i // cells_per_pixel, n_j // cells_per_pixel)
    slices = []
    for number in range(n_k // planes_per_slice):
        planes = range(number * planes_per_slice, (number + 1) * planes_per_slice)
        signals = shine(shares, beam, planes, spacing, acquisition)
        readings = signals.energy_kev if seed is None else draw_readings(signals, _rng(seed, number))
        slices.append(reconstruct(readings, signals, beam, acquisition, shape, float(spacing[0]) * cells_per_pixel))
    return Volume(
        hu=np.stack(slices, axis=2), affine_mm=_coarser(affine_mm, cells_per_pixel, planes_per_slice),
        facts={"kvp": str(acquisition.kvp), "exposure": f"{acquisition.exposure_mas:g} mAs"},
    )  # fmt: skip


def _rng(seed: int, number: int) -> np.random.Generator:
    return np.random.default_rng([seed, number])


def _coarser(affine_mm: FloatArray, cells: int, planes: int) -> FloatArray:
    """The affine of pixels that each hold several cells."""
    many = np.array([cells, cells, planes], dtype=np.float64)
    grown = np.array(affine_mm, dtype=np.float64)
    grown[:3, 3] += grown[:3, :3] @ (0.5 * (many - 1.0))
    grown[:3, :3] *= many
    return grown
