"""Members and their accounts: joining, limits, locks, roles, leaving."""
