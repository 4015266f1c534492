"""What all rooms stand on: units, parcels, volumes, anatomy, errors."""
