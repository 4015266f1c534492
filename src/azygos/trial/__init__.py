"""Virtual trials: the same drawn patients under each strategy."""
