"""What an exchange tells its members, and what members thank each other for."""
