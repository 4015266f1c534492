"""Every measured number, with its unit, range and source."""

from azygos.values.value import Value

__all__ = ["Value"]
