"""Groups across exchanges: guests in our groups, and our members as guests elsewhere."""
