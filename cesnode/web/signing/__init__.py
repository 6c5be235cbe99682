"""Coming in and going out, and what secures it: passwords, cards, devices, codes."""
