"""Debts that go round among several exchanges, crossed out by all of them or by none."""
