"""Agreements with other exchanges: how they begin, what they say, how they rest and end."""
