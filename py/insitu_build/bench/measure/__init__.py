"""What the benchmarks measure, and how: one module for each contestant."""
