"""/groups: members who share an interest, what they tell each other, and their boards."""
