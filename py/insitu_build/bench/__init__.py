"""Benchmarks: `build.py bench NAME` runs `main` of the module of that name.

Times come as ratios within one run, never as assertions in tests. `measure/` holds what the
benchmarks share; `js_page/` is the plain JavaScript page that the site is compared with.
"""
