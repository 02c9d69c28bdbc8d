"""A module that makes something else than an agent."""


def create_agent():
    return "an agent"
