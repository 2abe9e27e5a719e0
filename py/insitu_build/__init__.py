"""Builds, serves, checks and tests Insitu; runs under CPython only, started by `build.py`."""
