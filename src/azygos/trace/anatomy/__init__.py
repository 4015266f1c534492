"""The body on a scan: regions, spine and roads, from label maps where given and from landmarks where not."""

from azygos.trace.anatomy.build import read_anatomy
from azygos.trace.anatomy.modality import looks_like_ct
from azygos.trace.anatomy.parcels import REGIONS, Anatomy, Spine, SpineLevel
from azygos.trace.anatomy.placing import place_of

__all__ = ["REGIONS", "Anatomy", "Spine", "SpineLevel", "looks_like_ct", "place_of", "read_anatomy"]
