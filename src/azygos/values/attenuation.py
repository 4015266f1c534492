"""HU of tissues, cements, contrast and metals by tube voltage: how a scan is made, not how it is read."""
