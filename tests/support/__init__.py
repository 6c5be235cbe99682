"""Builders that more than one room of tests needs."""
