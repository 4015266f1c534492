"""Thresholds and shapes that the tracer goes by: how a scan is read, not how it is made."""
