"""One virtual patient from a case file to a run folder."""
