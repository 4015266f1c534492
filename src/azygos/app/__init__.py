"""The local page: see the scan, the needle, the cement and its journey, and ask again."""

from azygos.app.serve import serve

__all__ = ["serve"]
