"""A plan to begin with: every key, what it means and what is possible."""

from __future__ import annotations

_TEMPLATE = """\
# A plan for azygos. Plain numbers, the unit is in the key. Research use only: not a medical device.
# Run it:  azygos plan -i CT [--labels MAP] plan.toml -o OUT     or:  azygos plan --virtual 1 plan.toml -o OUT

[[vertebra]]                      # repeat for each level, in the order of treatment
level = "L1"                      # T1 to T12, L1 to L5; leave it out to say it with --level
# Needles: two points in patient coordinates (LPS, mm: to the left, to the back, to the head) ...
# needle = [{ entry_mm = [34.0, 61.0, -12.0], tip_mm = [8.0, 22.0, -10.0], gauge = 10, opening = "side" }]
# ... or only a side, and a route through the pedicle is suggested:
needle = [{ side = "left", gauge = 11, opening = "end" }]   # gauge 8, 10, 11 or 13; opening "end" or "side"
# ... whose tip lies 0.3 of the body's depth behind the front wall, or elsewhere with tip_from_front_share = 0.5
procedure = "vertebroplasty"      # or "kyphoplasty", with balloon_ml = 3.0
portions = [                      # pushes and waits; a push may name its needle: needle = 2
  { volume_ml = 1.0, rate_ml_min = 3.0 },
  { wait_s = 60 },
  { volume_ml = 2.5, rate_ml_min = 2.0 },
]
# fracture = "wedge"              # virtual vertebrae only: "none", "wedge", "biconcave" or "crush"
# cleft = false                   # virtual vertebrae only
# height_lost_share = 0.3         # virtual vertebrae only: where most is lost
# bone_fraction = 0.10            # virtual vertebrae only: bone over total volume before it broke

[cement]
name = "generic_high_viscosity"   # `azygos plan --cements` lists them
age_at_start_min = 4.0            # from the start of mixing to the first portion
store_temperature_c = 21.0        # packs take an hour to reach the room's temperature
minutes_out_of_store = 60.0
room_temperature_c = 21.0

[operator]
stops_on_seen_leak = true         # sees late, and misses

[[alternative]]                   # at most five, compared with the plan on the same draws
name = "wait four minutes longer"
cement.age_at_start_min = 8.0

[[alternative]]                   # needle, procedure, balloon_ml and portions hold for every vertebra
name = "slower"
portions = [{ volume_ml = 1.0, rate_ml_min = 1.0 }, { wait_s = 60 }, { volume_ml = 2.5, rate_ml_min = 1.0 }]
"""


def plan_template() -> str:
    """Text of a plan with comments, which :func:`azygos.plan.plan_file.read_plan` reads as it is."""
    return _TEMPLATE
