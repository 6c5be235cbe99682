"""Measures the node against the bare minimum of the same machine and minute.

Nothing here asserts: a number on a shared machine is weather.  What is compared was
measured in turns within one run, and is shown as a ratio; see README.md.
"""
