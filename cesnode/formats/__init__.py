"""Files that other programs read and write, and our values: one into the other, pure."""
