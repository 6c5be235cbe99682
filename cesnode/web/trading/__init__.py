"""Pages of trades: entering one, answering one, and what came of it."""
