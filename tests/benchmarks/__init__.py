"""The benchmarks, for a moment: that they measure, never what."""
