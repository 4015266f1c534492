"""The local page: see the scan, the needle, the cement and its journey, and ask again."""
