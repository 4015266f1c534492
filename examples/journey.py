"""Journey: cement leaves a vertebra; where does it lie at the end, and what does the circulation do meanwhile?

Run it with ``python examples/journey.py OUT``. It needs nothing but azygos itself.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from matplotlib import pyplot as plt

from azygos.case import CaseEffort, demo
from azygos.case.ends import add_up, shown_tracks

MMHG, MINUTE, MILLIMETRE = 133.322, 60.0, 1e-3  # azygos computes in SI


def main(output: Path) -> Path:
    """Follow the demo's virtual patient into `output`/run and draw what happened."""
    # ``demo`` follows a case that comes with azygos; ``azygos.case.journey`` does the same for a file of your own.
    result = demo(output / "run", effort=CaseEffort(force=True))

    # No cement is lost on the way: what went in is the sum of where it lies.
    account = add_up(result.journey)
    for place, mass in account.places:
        print(f"{place}: {1e6 * account.volume(mass):.2f} mL")
    print(f"unaccounted for: {abs(account.gap) / account.injected:.0e} of what went in")

    return draw(result, output / "journey.png")


def draw(result, path: Path) -> Path:
    """The cement at rest, from in front, and the pressure in the pulmonary artery over the first hour."""
    figure, (body, time) = plt.subplots(1, 2, figsize=(7.0, 4.2), width_ratios=(1, 1.2), layout="constrained")

    # Vessels are straight tubes between two ends; the right heart's are its rooms.
    for vessels, colour in zip(result.journey.vessels, ("#56B4E9", "#CC79A7", "#E69F00"), strict=True):
        widest = np.argsort(-vessels.diameter)[:600]
        for (start, end), width in zip(vessels.ends[widest] / MILLIMETRE, vessels.diameter[widest], strict=True):
            body.plot(*zip(start[[0, 2]], end[[0, 2]], strict=True), color=colour, linewidth=300 * width, alpha=0.3)
    for track in shown_tracks(result):
        x, _, z = track.points[-1].T / MILLIMETRE
        body.plot(x, z, color="black", linewidth=2)
    body.set(title="cement (black), from in front", xlabel="to the patient’s left [mm]", ylabel="to the head [mm]")
    body.set(xlim=(-150, 150), aspect="equal")

    acute = result.journey.acute
    time.plot(acute.times / MINUTE, acute.pulmonary_pressure / MMHG, color="#0072B2")
    time.set(title="mean pulmonary pressure [mmHg]", xlabel="since the first portion [min]", ylim=(0, None))
    figure.savefig(path, dpi=110)
    plt.close(figure)
    return path


if __name__ == "__main__":
    print(main(Path(sys.argv[1] if len(sys.argv) > 1 else "journey-example")))
