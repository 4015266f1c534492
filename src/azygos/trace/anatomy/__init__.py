"""The body on a scan: regions, spine and roads, from label maps where given and from landmarks where not."""

from azygos.trace.anatomy.build import read_anatomy
from azygos.trace.anatomy.parcels import REGIONS, Anatomy, Spine, SpineLevel

__all__ = ["REGIONS", "Anatomy", "Spine", "SpineLevel", "read_anatomy"]
