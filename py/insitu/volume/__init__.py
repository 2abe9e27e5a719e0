"""Volumes: slices of a scan, read one by one, joined to one answer."""
