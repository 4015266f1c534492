"""How pressures, output and blood gases answer the blocked arteries."""

from azygos.circulation.response import FIELDS, Load, Response

__all__ = ["FIELDS", "Load", "Response"]
