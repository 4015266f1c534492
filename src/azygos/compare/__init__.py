"""Two dates of one patient: register, match, say what changed."""
