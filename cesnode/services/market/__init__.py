"""The market: what people give and need, found in seconds, here and at neighbours'."""
