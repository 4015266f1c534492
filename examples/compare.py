"""Compare: two CTs of one patient, before and after cement was taken out of the heart; what moved, what is gone?

Run it with ``python examples/compare.py OUT``. It needs ``azygos[compare]`` (SimpleITK). Both CTs are rendered from one
virtual patient, who lies and breathes a little differently on the second.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from matplotlib import pyplot as plt

from azygos.case import demo_case
from azygos.render import Choices, Pose, Scanner
from azygos.study import CompareEffort, RenderEffort, compare_scans, render_case

# Coarse, so that it is done soon: voxels of 2 mm from T11 to T4.
SCANNER = Scanner(rows=192, fov_mm=384.0, slice_mm=2.0, step_mm=2.0, low_mm=-80.0, high_mm=90.0)
LATER = Pose(shift_mm=np.array([4.0, -3.0, 2.0]), breath_mm=6.0)
COLOURS = {"unchanged": "#56B4E9", "gone": "#D55E00", "cannot tell": "#CC79A7"}  # everything else in orange


def main(output: Path) -> Path:
    """Render two CTs, compare them into `output`/run, and draw each piece with its verdict."""
    output.mkdir(parents=True, exist_ok=True)
    case = output / "case.toml"
    case.write_text(demo_case().toml(), encoding="utf-8")

    # The case takes the cord out of the heart on day 14, so one scan lies before that and one after it.
    scans = []
    for day, pose in ((3, Pose()), (30, LATER)):
        folder = output / f"day{day}"
        render_case(case, folder, day=day, choices=Choices(scanner=SCANNER, pose=pose), effort=RenderEffort(force=True))
        scans.append(folder / "ct.nii.gz")

    # Both are traced, laid on each other, and each piece is judged against how well that could be done.
    result = compare_scans(scans, output / "run", effort=CompareEffort(force=True))
    for change in result.changes.changes:
        print(f"{change.place.words}: {change.verdict}. {change.sentence}")
    return draw(result, output / "compare.png")


def draw(result, path: Path) -> Path:
    """Both scans from in front, brightest voxel, with the voxels of each piece in the colour of its verdict."""
    figure, panels = plt.subplots(1, 2, figsize=(7.4, 2.6), sharey=True, layout="constrained")
    told = set()
    for axes, one, date in zip(panels, (result.first, result.second), ("first", "second"), strict=True):
        pieces, spacing = one.findings.pieces, np.abs(np.diag(one.volume.affine_mm)[:3])
        axes.imshow(
            one.volume.hu.max(axis=1).T,
            cmap="gray",
            vmin=-450,
            vmax=1350,
            origin="lower",
            aspect=spacing[2] / spacing[0],
        )
        for change in result.changes.changes:
            numbers = change.first if date == "first" else change.second
            colour = COLOURS.get(change.verdict, "#E69F00")
            for piece in (piece for piece in pieces if piece.number in numbers):
                label = None if change.verdict in told else change.verdict
                told.add(change.verdict)
                axes.plot(piece.voxels[:, 0], piece.voxels[:, 2], ".", color=colour, markersize=2, label=label)
        axes.set(title=f"{date} scan: {len(pieces)} pieces", xticks=[], yticks=[])
        if one.volume.affine_mm[0, 0] < 0:
            axes.invert_xaxis()  # the patient's right on the left
    figure.legend(loc="outside lower center", ncols=3, markerscale=6, frameon=False)
    figure.savefig(path, dpi=110)
    plt.close(figure)
    return path


if __name__ == "__main__":
    print(main(Path(sys.argv[1] if len(sys.argv) > 1 else "compare-example")))
