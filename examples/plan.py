"""Plan: where may the cement of one injection go, and what changes if the cement is left to thicken first?

Run it with ``python examples/plan.py OUT``. It needs nothing but azygos itself.
"""

from __future__ import annotations

import sys
from pathlib import Path

from matplotlib import pyplot as plt

from azygos.plan import Effort, plan
from azygos.plan.statistics import chance_by_route, paired

# A plan is a small text: a level, a needle, portions, a cement, and what it shall be compared with.
PLAN = """
[[vertebra]]
level = "L1"
fracture = "wedge"
needle = [{ side = "left", gauge = 11, opening = "end" }]
portions = [{ volume_ml = 1.5, rate_ml_min = 6.0 }, { wait_s = 30 }, { volume_ml = 2.5, rate_ml_min = 6.0 }]

[cement]
name = "generic_low_viscosity"
age_at_start_min = 3.0

[operator]
stops_on_seen_leak = false

[[alternative]]
name = "three minutes later"
cement.age_at_start_min = 6.0
"""


def main(output: Path) -> Path:
    """Run the plan into `output`/run and draw the chance of each way out."""
    output.mkdir(parents=True, exist_ok=True)
    plan_file = output / "plan.toml"
    plan_file.write_text(PLAN, encoding="utf-8")

    # Each draw is one guess at what no scan tells: how the bone lets cement through, where its veins are, and so on.
    # Twelve draws on a coarse grid are enough to see how it works; ask for more to learn something about a plan.
    effort = Effort(workers=1, force=True)
    result = plan(plan_file, output / "run", virtual=1, draws=12, seed=7, spacing_mm=2.0, effort=effort)

    # The alternative ran on the same twelve bones, so the two can be compared draw by draw.
    for difference in paired(result, 1):
        if difference.kind == "chance":
            noise = "within noise" if difference.within_noise else "beyond noise"
            print(f"{difference.quantity}: {difference.plan:.0%} against {difference.other:.0%}, {noise}")

    return draw(result, output / "plan.png")


def draw(result, path: Path) -> Path:
    """The chance of each way out with its 95 % interval, for the plan and for the alternative."""
    figure, axes = plt.subplots(figsize=(7.0, 3.6), layout="constrained")
    looks = zip(result.alternatives, ("#0072B2", "#D55E00"), ("o", "s"), (-0.15, 0.15), strict=True)
    for place, (name, colour, mark, shift) in enumerate(looks):
        rows = chance_by_route(result, place)
        for y, row in enumerate(rows):
            axes.plot([100 * row.chance.low, 100 * row.chance.high], [y + shift] * 2, color=colour, linewidth=2)
        middles = [100 * row.chance.value for row in rows]
        axes.plot(middles, [y + shift for y in range(len(rows))], mark, color=colour, label=name)
    axes.set_yticks(range(len(rows)), [row.name for row in rows])
    axes.invert_yaxis()
    axes.set_xlim(0, 100)
    axes.set_xlabel(f"chance of a leak [%], 95 % interval, {result.draws} draws")
    axes.legend(frameon=False)
    figure.savefig(path, dpi=110)
    plt.close(figure)
    return path


if __name__ == "__main__":
    print(main(Path(sys.argv[1] if len(sys.argv) > 1 else "plan-example")))
