"""Compiled loops over plain arrays: arrays and floats in, arrays named ``out_...`` filled, a status back."""
