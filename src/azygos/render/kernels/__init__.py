"""Compiled loops of the renderer: occupancy of voxels, materials along rays."""
