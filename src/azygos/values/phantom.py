"""Sizes and places of organs in the rendered body."""
