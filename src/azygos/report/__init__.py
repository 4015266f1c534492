"""Pages that a clinician reads in a minute and a researcher can check."""

from azygos.report.plan_report import plan_picture, write_plan_report

__all__ = ["plan_picture", "write_plan_report"]
