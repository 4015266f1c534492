"""Published evidence: studies as data, pooled with what they looked with, and what it says of a patient."""
