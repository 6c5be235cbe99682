"""People and their rules: members, roles, house rules.  Pure."""
