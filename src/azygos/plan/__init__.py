"""One patient, many draws, alternatives side by side."""
