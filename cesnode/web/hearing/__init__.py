"""/announcements, /calendar, /newsletters and /thanks: what people hear of each other."""
