"""Print what docs/how-it-works/beam.md tells: barium ratios, leaks on the screen, seconds a slice."""

from __future__ import annotations

import time
from importlib.resources import files

import numpy as np

from azygos.plan.patient import Source, find_patient
from azygos.plan.plan_file import parse_plan
from azygos.plan.session import Job, draw_session, make_treatment, real_physics
from azygos.render.fluoroscopy import draw_screen, fluoroscopy
from azygos.render.projection import Acquisition, project_slab

BODIES_MM = ((30.0, 25.0), (60.0, 50.0), (100.0, 75.0), (125.0, 125.0), (170.0, 115.0))  # half axes
BLOB_MM = (9.0, 7.0)
LEAKS_UL = ((1.0, 10.0), (10.0, 30.0), (30.0, np.inf))
DRAWS = 10  # of each of two virtual patients


def ellipse(i: np.ndarray, j: np.ndarray, half: tuple[float, float]) -> np.ndarray:
    """Share of each cell within an ellipse; its rim is a ramp one cell wide."""
    edge = i[1, 0] - i[0, 0]
    return np.clip((1.0 - np.hypot(i / half[0], j / half[1])) * min(half) / edge + 0.5, 0.0, 1.0)


def barium(half: tuple[float, float]) -> tuple[float, float]:
    """HU in the middle of a blob of dense and of weak cement within an ellipse of muscle."""
    edge = 0.5 if half[0] < 110.0 else 1.0
    x = (np.arange(2 * round((half[0] + 12.0) / edge)) + 0.5) * edge - round((half[0] + 12.0) / edge) * edge
    i, j = np.meshgrid(x, x, indexing="ij")
    blob, body = ellipse(i, j, BLOB_MM), ellipse(i, j, half)
    found = []
    for cement in ("barium 30 %", "barium 10 %"):
        slab = {"muscle": body - blob, cement: blob}
        slices = project_slab(
            {name: share.astype(np.float32)[:, :, None] for name, share in slab.items()},
            np.diag([edge, edge, 1.25, 1.0]),
            Acquisition(views=360, element_mm=edge, fwhm_mm=max(0.9, 1.5 * edge)),
        )
        found.append(float(slices.hu[np.hypot(i, j) < 3.0, 0].mean()))
    return found[0], found[1]


def leaks_on_screen() -> list[tuple[float, float, float]]:
    """Volume [uL], largest contrast and largest signal over noise of every leak of the example plan."""
    task = parse_plan(files("azygos.plan").joinpath("example.toml").read_text(encoding="utf-8"), "example.toml")
    physics, found = real_physics(), []
    for number in (1, 2):
        vertebrae = find_patient(task, Source(virtual=number), spacing=1e-3).vertebrae
        job = Job(plans=(task,), vertebrae=vertebrae, seed=1)
        for index in range(DRAWS):
            draw = draw_session(job, physics, index)[0]
            treatment = make_treatment(physics, task, task.vertebra[0], vertebrae[0], draw)
            bone = physics.bone(vertebrae[0], draw, treatment.needles, treatment.balloon)
            injection = physics.inject(bone, treatment, draw)
            screen = draw_screen(np.random.default_rng(index))
            ap, lateral = fluoroscopy(bone, injection, treatment.cement.name, screen=screen, interval_s=5.0)
            volumes = {leak.outlet: leak.volume * 1e9 for leak in injection.leaks}
            for front, side in zip(ap.leaks, lateral.leaks, strict=True):
                contrast = max(front.contrast.max(), side.contrast.max())
                found.append((volumes[front.outlet], contrast, max(front.to_noise.max(), side.to_noise.max())))
    return found


def seconds_a_slice() -> float:
    """512 x 512 pixels from twice as many cells, four materials."""
    x = (np.arange(1024) - 511.5) * 0.35
    i, j = np.meshgrid(x, x, indexing="ij")
    outer, inner, bone, blob = (ellipse(i, j, half) for half in ((165, 112), (150, 97), (22, 17), BLOB_MM))
    slab = {"fat": outer - inner, "muscle": inner - bone, "cortical_bone": bone - blob, "barium 30 %": blob}
    ready = {name: share.astype(np.float32)[:, :, None] for name, share in slab.items()}
    affine = np.diag([0.35, 0.35, 1.25, 1.0])
    project_slab({name: share[500:540, 500:540] for name, share in ready.items()}, affine, Acquisition(views=8), seed=1)
    began = time.process_time()
    project_slab(ready, affine, Acquisition(), cells_per_pixel=2, seed=1)
    return time.process_time() - began


def main() -> None:
    for half in BODIES_MM:
        dense, weak = barium(half)
        print(f"{2 * half[0]:.0f} x {2 * half[1]:.0f} mm: {dense:.0f} and {weak:.0f} HU, ratio {dense / weak:.2f}")
    leaks = leaks_on_screen()
    for low, high in LEAKS_UL:
        of = [leak for leak in leaks if low <= leak[0] < high]
        shares = [np.mean([seen(leak) for leak in of]) for seen in (_five, _ten, _rose)]
        print(f"{low:.0f} to {high:.0f} uL: {len(of)} leaks, " + ", ".join(f"{share:.0%}" for share in shares))
    print(f"{seconds_a_slice():.1f} s of one core a slice")


def _five(leak: tuple[float, float, float]) -> bool:
    return leak[1] >= 0.05


def _ten(leak: tuple[float, float, float]) -> bool:
    return leak[1] >= 0.10


def _rose(leak: tuple[float, float, float]) -> bool:
    return leak[2] >= 5.0


if __name__ == "__main__":
    main()
