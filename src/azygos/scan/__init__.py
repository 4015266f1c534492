"""Volumes in Hounsfield units: read, label, outline a vertebral body, write."""
