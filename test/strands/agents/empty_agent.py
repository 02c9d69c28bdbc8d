"""A module without an agent."""

model = None
