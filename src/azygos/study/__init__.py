"""Scans in, folders out: trace, compare and render with files, worklists and a PACS."""

from azygos.study.record import kind_of_record
from azygos.study.result import TraceResult, with_tracking
from azygos.study.run import TraceEffort, trace, trace_again
from azygos.study.tables import trace_schema

__all__ = [
    "TraceEffort",
    "TraceResult",
    "kind_of_record",
    "trace",
    "trace_again",
    "trace_schema",
    "with_tracking",
]
