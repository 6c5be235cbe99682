"""/me: what one tells of oneself, how one is told things, one's data, and leaving."""
