"""Pages for people, and under api/ the JSON interface for programs."""
