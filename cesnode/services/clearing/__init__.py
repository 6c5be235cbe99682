"""Trades with other exchanges: what the protocol's table says, done in one transaction.

Save, then speak: whatever must be said is put into the outbox in the transaction that
makes it true, and sent afterwards.
"""
