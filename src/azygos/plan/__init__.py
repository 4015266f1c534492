"""One patient, many draws, alternatives side by side: what is planned, how it is run, what comes out."""

from azygos.plan.outcome import Assumption, Member, OutletVolume, PlanResult
from azygos.plan.plan_file import PlanFile, parse_plan, read_plan
from azygos.plan.run import Effort, example, plan, rerun, warm_up
from azygos.plan.schema import result_schema
from azygos.plan.summary import summarise
from azygos.plan.template import plan_template

__all__ = [
    "Assumption",
    "Effort",
    "Member",
    "OutletVolume",
    "PlanFile",
    "PlanResult",
    "example",
    "parse_plan",
    "plan",
    "plan_template",
    "read_plan",
    "rerun",
    "result_schema",
    "summarise",
    "warm_up",
]
