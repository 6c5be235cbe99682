"""What members write to each other: at home, and to members of other exchanges."""
