"""An agent that answers questions about orders, as a generator would write it.

The server looks in this file for `create_agent()`, which it calls once for every request, so that no conversation
leaks into another; a file that only has a variable `agent` works too, one request after the other.
"""

from datetime import date

from strands import Agent, tool
from strands.models import BedrockModel

# One for all requests: its HTTP client may be shared between threads, and takes a while to make.
MODEL = BedrockModel()

ORDERS = {
    "A-1001": {"status": "shipped", "carrier": "Parcel North", "arrives": "in two days"},
    "A-1002": {"status": "waiting for payment", "carrier": None, "arrives": None},
}

SYSTEM_PROMPT = """You help customers of a small shop with their orders.
Look an order up before you say anything about it, and never invent one. Answer in one or two sentences."""


@tool
def look_up_order(order_number: str) -> dict:
    """Find an order.

    Args:
        order_number: Number of the order, such as A-1001.
    """
    return ORDERS.get(order_number.strip().upper(), {"status": "unknown order"})


@tool
def days_until(day: str) -> int:
    """Count the days from today to a day; negative when it has passed.

    Args:
        day: The day as YYYY-MM-DD.
    """
    return (date.fromisoformat(day) - date.today()).days


def create_agent() -> Agent:
    """The agent, with an empty conversation."""
    return Agent(name="support-agent", model=MODEL, system_prompt=SYSTEM_PROMPT, tools=[look_up_order, days_until])
