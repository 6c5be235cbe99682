"""/circles: debts that go round among exchanges, and what those who keep peers do."""
