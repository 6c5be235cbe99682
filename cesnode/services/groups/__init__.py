"""Groups: members who share an interest, with notices and a board of their own."""
