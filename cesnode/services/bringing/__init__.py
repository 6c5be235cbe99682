"""Brings a community over from another system: all of what its files tell, or nothing.

What is left out and what does not come to the balances that the files state is told;
nothing is corrected in silence.
"""
