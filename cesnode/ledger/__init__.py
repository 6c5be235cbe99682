"""Double entry, pure: amounts, accounts, transfers, limits, levies and the chain."""
