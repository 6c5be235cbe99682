"""/messages: what members write to each other."""
