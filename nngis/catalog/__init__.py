"""What layers exist, where they lie, how sure they are; load and verify."""
