"""Outputs of a network to what a person asked for; one module per task."""
