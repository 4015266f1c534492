"""The vertebral body from a label map: given as such, or cut free from its arch."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from azygos.ground.anatomy import LEVELS, check_level
from azygos.ground.errors import InputError, require
from azygos.ground.parcels import BoolArray, FloatArray
from azygos.ground.volume import LabelMap, Volume, to_lps, to_voxel, voxel_size_mm
from azygos.scan.body import BLUR_MM, BodyOutline
from azygos.scan.body_frame import Cube, Frame, axes_from, cut_cube
from azygos.scan.body_shape import Shape, find_greys, find_shape, first_frame, read_wall

LEAST_SCANNED = 0.99  # of a body's voxels that the scan must hold; a label may stand over by half a voxel


def body_from_labels(labels: LabelMap, level: str, volume: Volume) -> BodyOutline:
    """Outline a level's vertebral body with the help of a label map.

    A label of the body itself (``vertebrae_L1_body``, or ``vertebrae_body`` within
    ``vertebrae_L1``) is taken as it is. From a label of the whole vertebra the arch is cut away:
    the wall that :func:`azygos.scan.body.outline_body` would find in the CT is sought in the
    label, where it shows on all sides but at the pedicles, and those are cut by smoothness.

    Parameters
    ----------
    labels : LabelMap
        With names.
    level : str
        "T1" to "L5".
    volume : Volume
        The CT that the map belongs to; it shows the canal and the tilt of the body.

    Returns
    -------
    outline : BodyOutline
        On the label map's grid for a body label, else on a 1 mm grid along LPS.

    Raises
    ------
    InputError
        If the level is not there (says which are), or its body is cut by the edge.
    """
    level = check_level(level)
    body, whole = _find_level(labels, level)
    mask = body if body is not None else whole
    assert mask is not None
    centre = _thickest(mask, labels.affine_mm)
    ct = cut_cube(volume.hu, volume.affine_mm, centre, BLUR_MM)
    frame = first_frame(ct, centre, find_greys(ct, centre))
    if body is not None:
        _check_inside(body, labels, level)
        _check_scanned(body, labels, volume, level)
        return _settle(body, labels.affine_mm, frame, ("The body is labelled as such.",))
    shell = _as_shell(mask, labels.affine_mm, centre)
    shape = find_shape(shell, frame)
    _check_cut(shape, labels, mask, level)
    cut, affine = _cut_arch(shell, shape)
    require(bool(cut.any()), f"no vertebral body could be cut from the label vertebrae_{level}; check the label map.")
    _check_scanned(cut, labels, volume, level, affine)
    return _settle(cut, affine, shape.better, ("The body was cut from a label of the whole vertebra.",))


def _find_level(labels: LabelMap, level: str) -> tuple[BoolArray | None, BoolArray | None]:
    """Masks of the level's body and of its whole vertebra, each where the map has it."""
    whole_label = labels.label_of(f"vertebrae_{level}")
    whole = None if whole_label is None else np.asarray(labels.labels == whole_label)
    part = labels.label_of(f"vertebrae_{level}_body")
    if part is not None and (labels.labels == part).any():
        return np.asarray(labels.labels == part), whole
    bodies = labels.label_of("vertebrae_body")
    if whole is not None and whole.any():
        body = None if bodies is None else whole & (labels.labels == bodies)
        return (body if body is not None and body.any() else None), whole
    raise InputError(_list_levels(labels, level))


def _list_levels(labels: LabelMap, level: str) -> str:
    present = [known for known in LEVELS if _mask_of(labels, known).any()]
    if not present:
        return (
            f"level {level} is not in the label map, nor is any other from T1 to L5. Pass a map of the vertebrae, "
            "with the --label-names that belong to its numbers."
        )
    cut = [known for known in present if _touches_edge(_mask_of(labels, known), labels.affine_mm)]
    complete = [known for known in present if known not in cut]
    there = f"complete levels in it: {', '.join(complete) or 'none'}"
    if cut:
        there += f"; cut by the edge of the scan: {', '.join(cut)}"
    return f"level {level} is not in the label map; {there}. Choose one of the complete levels."


def _mask_of(labels: LabelMap, level: str) -> BoolArray:
    names = (f"vertebrae_{level}", f"vertebrae_{level}_body")
    found = [label for label, name in labels.names.items() if name in names]
    return np.isin(labels.labels, found)


def _touches_edge(mask: BoolArray, affine_mm: FloatArray) -> bool:
    """Whether a mask reaches the first or last slice from foot to head."""
    axis = int(np.argmax(np.abs(affine_mm[2, :3]) / voxel_size_mm(affine_mm)))
    ends = np.take(mask, [0, -1], axis=axis)
    return bool(ends.any())


def _check_inside(body: BoolArray, labels: LabelMap, level: str) -> None:
    faces = [np.take(body, [0, -1], axis=axis) for axis in range(3)]
    if any(face.any() for face in faces):
        raise InputError(_cut_message(labels, level))


def _check_scanned(
    body: BoolArray, labels: LabelMap, volume: Volume, level: str, affine_mm: FloatArray | None = None
) -> None:
    """Refuse a body that the label map holds whole, but the scan does not."""
    points = to_lps(labels.affine_mm if affine_mm is None else affine_mm, np.argwhere(body).astype(np.float64))
    voxels = to_voxel(volume.affine_mm, points)
    within = np.all((voxels >= -0.5) & (voxels <= np.array(volume.hu.shape) - 0.5), axis=1)
    if float(within.mean()) < LEAST_SCANNED:
        share = 100.0 * (1.0 - float(within.mean()))
        raise InputError(
            f"the vertebral body {level} is cut by the edge of the scan ({share:.0f} % of it lies outside). "
            "Use a scan that shows all of it, or another level."
        )


def _cut_message(labels: LabelMap, level: str) -> str:
    others = [
        known
        for known in LEVELS
        if known != level
        and _mask_of(labels, known).any()
        and not _touches_edge(_mask_of(labels, known), labels.affine_mm)
    ]
    return (
        f"the vertebral body {level} is cut by the edge of the scan. Use a scan that shows all of it, or another "
        f"level (complete: {', '.join(others) or 'none'})."
    )


def _check_cut(shape: Shape, labels: LabelMap, mask: BoolArray, level: str) -> None:
    """Refuse a body whose label goes on to the rim of the label map within the body's wall."""
    radius = np.median(shape.wall, axis=1)[:, None]
    for axis in range(3):
        for end in (0, mask.shape[axis] - 1):
            index = np.argwhere(np.take(mask, [end], axis=axis)).astype(np.float64)
            index[:, axis] = end
            local = shape.frame.to_local(to_lps(labels.affine_mm, index))
            out = np.hypot(local[:, 0], local[:, 1])
            edge = read_wall(radius, np.zeros(1), np.arctan2(local[:, 1], local[:, 0]), np.zeros(len(local)))
            if int(np.count_nonzero(out < edge)) > 2:
                raise InputError(_cut_message(labels, level))


def _thickest(mask: BoolArray, affine_mm: FloatArray) -> FloatArray:
    """LPS of the middle of the thickest part [mm]: of a vertebra, that is its body."""
    index = np.argwhere(mask)
    low, high = index.min(axis=0), index.max(axis=0) + 1
    box = tuple(slice(a, b) for a, b in zip(low, high, strict=True))
    depth = ndimage.distance_transform_edt(np.pad(mask[box], 1), sampling=voxel_size_mm(affine_mm))
    middle = np.argwhere(depth > depth.max() - 0.5).mean(axis=0) - 1.0 + low
    return to_lps(affine_mm, middle)


def _as_shell(mask: BoolArray, affine_mm: FloatArray, centre_mm: FloatArray) -> Cube:
    """A cube that looks like CT bone: marrow of 100 HU in a shell of 400 HU, nothing around it."""
    cube = cut_cube(mask, affine_mm, centre_mm, 0.0, scale=100.0)
    inside = cube.grey > 50.0
    depth = ndimage.distance_transform_edt(inside)
    grey = np.where(inside, 100.0 + 300.0 * np.exp(-0.5 * (depth - 1.0) ** 2), 0.0)
    return Cube(grey=ndimage.gaussian_filter(grey, 0.7), known=cube.known, corner_mm=cube.corner_mm)


def _cut_arch(shell: Cube, shape: Shape) -> tuple[BoolArray, FloatArray]:
    """The part of the label within the wall, and its affine: the label knows the plates already."""
    inside = shell.grey > 50.0
    index = np.argwhere(inside)
    local = shape.frame.to_local(index + shell.corner_mm)
    rows = np.linspace(shape.heights[0] + 1.0, shape.heights[1] - 1.0, shape.wall.shape[1])
    radius = np.hypot(local[:, 0], local[:, 1])
    within = radius < read_wall(shape.wall, rows, np.arctan2(local[:, 1], local[:, 0]), local[:, 2])
    within &= (local[:, 2] > shape.heights[0] - 6.0) & (local[:, 2] < shape.heights[1] + 6.0)
    kept = np.zeros_like(inside)
    kept[tuple(index[within].T)] = True
    parts, count = ndimage.label(ndimage.binary_opening(kept, iterations=2))
    if count:
        largest = 1 + int(np.argmax(ndimage.sum_labels(kept, parts, np.arange(1, count + 1))))
        kept &= ndimage.binary_dilation(parts == largest, iterations=2)
    affine = np.eye(4)
    affine[:3, 3] = shell.corner_mm
    return kept, affine


def _settle(mask: BoolArray, affine_mm: FloatArray, frame: Frame, reasons: tuple[str, ...]) -> BodyOutline:
    """Crop a mask and give it the body's own axes: head square to its own top and bottom."""
    index = np.argwhere(mask)
    low, high = np.maximum(index.min(axis=0) - 1, 0), index.max(axis=0) + 2
    box = tuple(slice(a, b) for a, b in zip(low, high, strict=True))
    affine = affine_mm.copy()
    affine[:3, 3] = to_lps(affine_mm, low.astype(np.float64))
    points = to_lps(affine_mm, index.astype(np.float64))
    centre = points.mean(axis=0)
    return BodyOutline(
        mask=mask[box],
        affine_mm=affine,
        centre_mm=centre,
        axes=square_to_plates(points, Frame(centre_mm=centre, axes=frame.axes)),
        confidence=1.0,
        reasons=reasons,
        source="labels",
    )


def square_to_plates(points_mm: FloatArray, frame: Frame) -> FloatArray:
    """Axes with head square to the mean of the top and bottom of a cloud of voxels, twice refined.

    Parameters
    ----------
    points_mm : FloatArray
        Voxels of a body, LPS [mm], shape (n, 3).
    frame : Frame
        First guess, within about 20 degrees.
    """
    axes = frame.axes
    for _ in range(2):
        local = (points_mm - frame.centre_mm) @ axes
        spread = 1.3 * local[:, :2].std(axis=0)
        near = np.hypot(local[:, 0] / spread[0], local[:, 1] / spread[1]) < 1.0
        head = axes @ _mean_normal(local[near])
        if head @ frame.axes[:, 2] < np.cos(np.deg2rad(25.0)):
            return frame.axes
        axes = axes_from(head, axes[:, 1])
    return axes


def _mean_normal(local: FloatArray) -> FloatArray:
    """Unit vector square to the mean of the highest and the lowest voxels over a 3 mm grid of columns."""
    column = np.rint(local[:, :2] / 3.0).astype(int)
    keys, which = np.unique(column, axis=0, return_inverse=True)
    which = which.ravel()
    top, bottom = np.full(len(keys), -np.inf), np.full(len(keys), np.inf)
    np.maximum.at(top, which, local[:, 2])
    np.minimum.at(bottom, which, local[:, 2])
    design = np.column_stack([keys * 3.0, np.ones(len(keys))])
    slope = np.mean([np.linalg.lstsq(design, end, rcond=None)[0][:2] for end in (top, bottom)], axis=0)
    normal = np.array([-slope[0], -slope[1], 1.0])
    return np.asarray(normal / np.linalg.norm(normal))
