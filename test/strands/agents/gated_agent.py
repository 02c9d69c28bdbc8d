"""An agent whose tools the tests hold up and let go."""

import os
import urllib.request

from strands import Agent, ToolContext, tool
from strands.models import BedrockModel

MODEL = BedrockModel()


@tool
def wait_at(gate: str) -> str:
    """Wait until the test opens a gate.

    Args:
        gate: Name of the gate.
    """
    print(f"waiting at {gate}")
    with urllib.request.urlopen(f"{os.environ['GATE_URL']}/{gate}") as opened:
        return opened.read().decode()


@tool(context=True)
def count_messages(tool_context: ToolContext) -> str:
    """Count the messages of the conversation so far."""
    return f"{len(tool_context.agent.messages)} messages"


def create_agent() -> Agent:
    return Agent(model=MODEL, tools=[wait_at, count_messages])
