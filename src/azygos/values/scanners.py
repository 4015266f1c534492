"""Point spread, noise and scale of CT scanners: how a scan is made, not how it is read."""
