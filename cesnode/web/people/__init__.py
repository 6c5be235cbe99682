"""/people: who is here, and how to reach them."""
