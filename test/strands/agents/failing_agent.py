"""An agent that fails, and whose error repeats what it was asked."""


def create_agent():
    def agent(prompt: str) -> str:
        raise LookupError(f"no model would answer {prompt}")

    return agent
