"""Pictures of a body whose cement is known: a rendered CT, cement put into a real CT, fluoroscopy."""
