"""What is there for machines of other people: feeds, robots.txt, the exchange's profile."""
