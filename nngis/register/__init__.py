"""The plan document's 90 rules and targets, and where the city stands on each."""
