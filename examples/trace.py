"""Trace: find the cement on a CT, name where it lies, and say by which way it came.

Run it with ``python examples/trace.py OUT``. It needs nothing but azygos itself: the CT is rendered from a virtual
patient, so what is found can be held against what is there.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from matplotlib import pyplot as plt

from azygos.case import demo_case
from azygos.render import Choices, Scanner
from azygos.study import RenderEffort, TraceEffort, render_case, trace

# Coarse, so that it is done soon: voxels of 2 mm from T11 to T4. A real chest CT has ten times as many.
SCANNER = Scanner(rows=192, fov_mm=384.0, slice_mm=2.0, step_mm=2.0, low_mm=-80.0, high_mm=90.0)


def main(output: Path) -> Path:
    """Render a CT into `output`/ct, trace it into `output`/run, and draw what was found."""
    output.mkdir(parents=True, exist_ok=True)
    case = output / "case.toml"
    case.write_text(demo_case().toml(), encoding="utf-8")
    render_case(case, output / "ct", day=3, choices=Choices(scanner=SCANNER), effort=RenderEffort(force=True))

    # For your own scan, begin here: a DICOM folder, a zip, NIfTI or NRRD. What lies in ct/truth is not read.
    result = trace(output / "ct" / "ct.nii.gz", output / "run", effort=TraceEffort(force=True))

    for piece in result.findings.pieces:
        volume = piece.volume_ml
        print(
            f"piece {piece.number}, {piece.tier}: {piece.place.words}, "
            f"{volume.value:.2f} mL ({volume.low:.2f} to {volume.high:.2f}), certainty {piece.certainty:.0%}"
        )
    return draw(result, output / "trace.png")


def draw(result, path: Path) -> Path:
    """The brightest voxel from front to back, and over it the pieces and the way between them."""
    found, ct = result.findings, result.volume
    figure, axes = plt.subplots(figsize=(7.0, 3.7), layout="constrained")
    # The scan's first axis runs to the patient's left or right, its third to the head: its affine tells.
    corners = ct.affine_mm @ np.array([[0, 0, 0, 1], [*(np.array(ct.hu.shape) - 1), 1]]).T
    (x0, x1), _, (z0, z1), _ = corners
    axes.imshow(
        ct.hu.max(axis=1).T, cmap="gray", vmin=-450, vmax=1350, origin="lower", extent=(x0, x1, z0, z1), aspect="equal"
    )
    for stretch in found.path.stretches:
        seen = "seen" if stretch.seen else "inferred"
        colour, dash = {"seen": ("#E69F00", "-"), "inferred": ("#56B4E9", "--")}[seen]
        axes.plot(stretch.line_mm[:, 0], stretch.line_mm[:, 2], dash, color=colour, linewidth=1.6, label=seen)
    for piece in found.reported:
        x, _, z = piece.centre_mm
        axes.annotate(f"{piece.number}: {piece.place.words}", (x, z), (30, 0), textcoords="offset points", color="w")
    handles = dict(zip(*axes.get_legend_handles_labels()[::-1], strict=True))  # each look once
    axes.legend(handles.values(), handles.keys(), loc="lower right", title="way of the cement")
    axes.set(xlabel="to the patient’s left [mm]", ylabel="to the head [mm]", xlim=sorted((x0, x1)))
    figure.savefig(path, dpi=110)
    plt.close(figure)
    return path


if __name__ == "__main__":
    print(main(Path(sys.argv[1] if len(sys.argv) > 1 else "trace-example")))
