"""A run told in plain words, each sentence with what it rests on."""
