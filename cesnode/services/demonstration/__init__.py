"""Communities to try the software with: three characters, and a year of life for each.

`filling.fill` makes the data folder of one, `living.step` goes on trading in it.
"""
