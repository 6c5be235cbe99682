"""/market: what people give and need."""
