"""Lets a community leave: everything it has, in files that other systems read."""
