"""A module that has only a variable `agent`."""

from gated_agent import create_agent

agent = create_agent()
del create_agent
