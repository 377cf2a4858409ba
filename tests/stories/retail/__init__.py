"""The Online Retail proof: what the product makes of real history, beside what its CSV says by itself.

``sample`` takes a tenth of the file, ``ledger`` and ``questions`` answer from the CSV alone (DuckDB, the
shop's own clock, nothing of plugin/), ``play`` brings the history in, ``compare`` lays one beside the other.
The test runs it on a tenth; with RETAIL=all, and in the benchmarks, on everything.
"""
