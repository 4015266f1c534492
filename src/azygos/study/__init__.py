"""Scans in, folders out: trace, compare and render with files, worklists and a PACS."""
