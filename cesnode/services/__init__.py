"""What the node can be asked to do: one function, one wish, one transaction."""
