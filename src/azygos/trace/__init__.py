"""Find, separate, name, measure and join cement on a scan. Knows nothing of how a scan may have been made."""

from azygos.trace.find import find

__all__ = ["find"]
