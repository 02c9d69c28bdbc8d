"""Serves the agent in generated_agent.py over HTTP: one process, one thread for each answer.

    GET  /health, /ping         200 {"status": "ok", "draining": false}; 503 while it starts and while it drains
    GET  /ready                 the same, and 503 while no further request can be taken
    POST /invocations           {"input": {"prompt": "..."}} or {"prompt": "..."} -> {"output": {"text": ...}}
    POST /invocations/stream    the same as server-sent events: data events {"text": ...}, then an event `end` or `error`

On SIGTERM or SIGINT /health answers 503 at once, requests are taken for DRAIN_SECONDS more (a load balancer needs that
long to look away), then the port is closed, what is in flight is answered, and the process exits with 0.

    python agent_server.py          serve
    python agent_server.py check    exit with 0 when the packages the server needs are there
    python agent_server.py health   exit with 0 when the server on this machine is healthy

Environment variables and their defaults are those of `Settings`, in capitals. Logs are JSON lines on stdout and hold
neither prompts nor answers unless LOG_CONTENTS=1; what the agent itself prints goes to stderr.
"""

from __future__ import annotations

import asyncio
import contextlib
import copy
import dataclasses
import importlib.util
import inspect
import json
import logging
import os
import re
import signal
import socket
import sys
import threading
import time
import traceback
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Callable, Mapping

BODY_LIMIT = 256 * 1024
BODY_SECONDS = 10.0
HEARTBEAT_SECONDS = 15.0
HEALTH_PATHS = ("/health", "/ping")
METHODS = {**dict.fromkeys((*HEALTH_PATHS, "/ready"), ("GET", "HEAD")),
           **dict.fromkeys(("/invocations", "/invocations/stream"), ("POST",))}
log = logging.getLogger("agent_server")


class Unusable(Exception):
    """The server cannot start; the message says why, in words for whoever deploys it."""


@dataclasses.dataclass(frozen=True)
class Settings:
    host: str = "0.0.0.0"
    port: int = 8000
    agent_path: str = str(Path(__file__).resolve().with_name("generated_agent.py"))
    max_concurrency: int = 8
    max_waiting: int = 16
    request_timeout: float = 120.0
    stop_timeout: float = 30.0  # how long ECS waits between SIGTERM and SIGKILL: `stopTimeout` of the container
    drain_seconds: float = 5.0
    log_level: str = "INFO"
    log_contents: bool = False
    fake_model: bool = False  # answer without any model provider: tools and the agent loop are real
    # To fail on purpose:
    crash_after: float = 0.0  # seconds after which the process dies
    health: int = 0  # status that /health answers with, whatever the truth
    slow_start: float = 0.0  # seconds during which /health answers 503
    slow_answer: float = 0.0  # seconds by which every answer is late

    @staticmethod
    def read(environment: Mapping[str, str]) -> Settings:
        given = {}
        for field in dataclasses.fields(Settings):
            text = environment.get(field.name.upper(), "").strip()
            if text:
                given[field.name] = _setting(field.name.upper(), text, type(field.default))
        settings = Settings(**given)
        if logging.getLevelName(settings.log_level.upper()) not in range(10, 60):
            raise Unusable(f"LOG_LEVEL must be debug, info, warning or error, not {settings.log_level!r}")
        if settings.max_concurrency < 1 or settings.port > 65535:
            raise Unusable("MAX_CONCURRENCY must be 1 or more, and PORT at most 65535")
        return settings

    @property
    def stop_budget(self) -> float:
        """Seconds from the signal to the exit: five fewer than ECS waits before it kills, or half for short waits."""
        return max(self.stop_timeout - 5, self.stop_timeout / 2)


def _setting(name: str, text: str, kind: type) -> Any:
    if kind is str:
        return text
    if kind is bool:
        if text.lower() in ("0", "false", "no", "1", "true", "yes"):
            return text.lower() in ("1", "true", "yes")
        raise Unusable(f"{name} must be 1 or 0, not {text!r}")
    with contextlib.suppress(ValueError):
        number = kind(text)
        if 0 <= number < 1_000_000:
            return number
    raise Unusable(f"{name} must be a number, zero or more, not {text!r}")


class JsonLines(logging.Formatter):
    """One JSON object a line. Of exceptions it keeps the type and the places: messages may repeat what was asked."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, timezone.utc).isoformat(timespec="milliseconds")
        line: dict[str, Any] = {"time": at.replace("+00:00", "Z"), "level": record.levelname.lower()}
        if record.name != log.name:
            line["logger"] = record.name
        line["message"] = record.getMessage()
        line.update(getattr(record, "fields", {}))
        if record.exc_info and record.exc_info[1]:
            line["exception"] = type(record.exc_info[1]).__name__
            line["trace"] = places(record.exc_info[1])
        return compact(line)


def compact(value: Any) -> str:
    return json.dumps(value, default=str, ensure_ascii=False, separators=(",", ":"))


def places(error: BaseException) -> list[str]:
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)][-10:]


def say(level: int, message: str, **fields: Any) -> None:
    log.log(level, message, extra={"fields": fields})


def leave(code: int) -> None:
    """Ends the process now, whatever its threads do: a thread that hangs in a tool cannot be stopped."""
    logging.shutdown()
    os._exit(code)


# --- The agent -----------------------------------------------------------------------------------------------------


class AgentSource:
    """Where agents come from: `create_agent()` makes one for each request, a module-level `agent` is shared."""

    def __init__(self, module: Any, prepare: Callable[[Any], Any]) -> None:
        self._create: Callable[[], Any] | None = getattr(module, "create_agent", None)
        shared = getattr(module, "agent", None)
        self._prepare = prepare
        if callable(self._create):
            self.convention = "create_agent()"
            self._prepare(self._create())  # a broken agent is found now, not by the first customer
        elif callable(shared):
            self.convention = "agent"
            self._create = None
            self._shared = self._prepare(shared)
            self._messages = copy.deepcopy(getattr(shared, "messages", None))
        else:
            raise Unusable("generated_agent.py defines neither a function create_agent() nor a variable agent")

    @property
    def shared(self) -> bool:
        return self._create is None

    @contextlib.contextmanager
    def lend(self) -> Any:
        if self._create is not None:
            yield self._prepare(self._create())
            return
        try:
            yield self._shared
        finally:
            if self._messages is not None:  # the next caller must not see this conversation
                self._shared.messages[:] = copy.deepcopy(self._messages)


def load_source(settings: Settings) -> AgentSource:
    path = Path(settings.agent_path)
    if not path.is_file():
        raise Unusable(f"generated_agent.py is missing: there is no file {path}")
    sys.path.insert(0, str(path.parent))
    spec = importlib.util.spec_from_file_location("generated_agent", path)
    module = importlib.util.module_from_spec(spec)  # type: ignore[arg-type]
    sys.modules["generated_agent"] = module
    try:
        spec.loader.exec_module(module)  # type: ignore[union-attr]
        return AgentSource(module, preparation(settings))
    except Unusable:
        raise
    except BaseException as error:  # also SystemExit: a module that exits is broken too
        lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
        line = error.lineno if isinstance(error, SyntaxError) else (lines or [None])[-1]
        where = f", line {line}" if line else ""
        raise Unusable(f"generated_agent.py cannot be used{where}: {type(error).__name__}: {error}") from error


def preparation(settings: Settings) -> Callable[[Any], Any]:
    def checked(agent: Any) -> Any:
        if not callable(agent):
            raise Unusable(f"create_agent() must return an agent, not {type(agent).__name__}")
        return agent

    if "strands" not in sys.modules and not settings.fake_model:
        return checked  # anything that takes a prompt and returns an answer will do

    from strands import Agent
    from strands.handlers.callback_handler import PrintingCallbackHandler, null_callback_handler

    model = echo_model() if settings.fake_model else None

    def prepare(agent: Any) -> Any:
        checked(agent)
        if isinstance(getattr(agent, "callback_handler", None), PrintingCallbackHandler):
            agent.callback_handler = null_callback_handler  # what an agent prints by default is its whole answer
        if model is not None:
            if not isinstance(agent, Agent):
                raise Unusable(f"FAKE_MODEL=1 needs a strands.Agent, not {type(agent).__name__}")
            agent.model = model
        return agent

    return prepare


def echo_model() -> Any:
    """A model that repeats the prompt. When the prompt names a tool, it has the agent call the tool first, with the JSON
    object or the words that follow the name, and repeats the tool's result as well."""
    from strands.models import Model

    class EchoModel(Model):
        def update_config(self, **model_config: Any) -> None:
            pass

        def get_config(self) -> dict[str, Any]:
            return {"model_id": "fake"}

        async def structured_output(self, output_model: Any, prompt: Any, system_prompt: Any = None, **kwargs: Any) -> Any:
            raise NotImplementedError("the fake model has no structured output")
            yield  # makes it the generator that the interface asks for

        async def stream(self, messages: Any, tool_specs: Any = None, system_prompt: Any = None, **kwargs: Any) -> Any:
            asked = next((text for message in reversed(messages) if (text := _text(message))), "")
            results = [block["toolResult"] for block in messages[-1]["content"] if "toolResult" in block]
            call = None if results else _tool_call(asked, tool_specs or [])
            yield {"messageStart": {"role": "assistant"}}
            if call is not None:
                name, arguments = call
                yield {"contentBlockStart": {"start": {"toolUse": {"name": name, "toolUseId": uuid.uuid4().hex}}}}
                yield {"contentBlockDelta": {"delta": {"toolUse": {"input": json.dumps(arguments)}}}}
            else:
                said = "".join(f" A tool answered: {_text(result)}" for result in results)
                yield {"contentBlockStart": {"start": {}}}
                for word in re.findall(r"\S+\s*|\s+", f"You said: {asked}{said}"):
                    yield {"contentBlockDelta": {"delta": {"text": word}}}
            yield {"contentBlockStop": {}}
            yield {"messageStop": {"stopReason": "tool_use" if call else "end_turn"}}
            usage = {"inputTokens": len(asked) // 4, "outputTokens": 1, "totalTokens": len(asked) // 4 + 1}
            yield {"metadata": {"usage": usage, "metrics": {"latencyMs": 0}}}

    return EchoModel()


def _text(message: Mapping[str, Any]) -> str:
    return " ".join(block["text"] for block in message["content"] if "text" in block)


def _tool_call(asked: str, tool_specs: list[Any]) -> tuple[str, dict[str, Any]] | None:
    for spec in tool_specs:
        named = re.search(rf"\b{re.escape(spec['name'])}\b[\s:]*(.*)", asked, re.DOTALL)
        if named is None:
            continue
        with contextlib.suppress(ValueError):
            if isinstance(arguments := json.loads(named[1]), dict):
                return spec["name"], arguments
        schema = spec["inputSchema"].get("json", {})
        fill = {"integer": 1, "number": 1, "boolean": True, "array": [], "object": {}}
        wanted = {name: schema["properties"][name].get("type") for name in schema.get("required", [])}
        return spec["name"], {name: fill.get(kind, named[1].strip()) for name, kind in wanted.items()}
    return None


class Call:
    """One run of the agent in a thread. `finished` holds its result; `chunks` its text as it comes, then None."""

    def __init__(self, prompt: str, streaming: bool) -> None:
        self.prompt = prompt
        self.streaming = streaming
        self.cancelled = threading.Event()
        self.chunks: asyncio.Queue[str | None] = asyncio.Queue()
        self._loop = asyncio.get_running_loop()
        self.finished: asyncio.Future[dict[str, Any]] | None = None

    def work(self, source: AgentSource, slow_answer: float) -> dict[str, Any]:
        try:
            with source.lend() as agent:
                if slow_answer:
                    self.cancelled.wait(slow_answer)
                if self.cancelled.is_set():
                    return {"text": "", "stop_reason": "cancelled"}
                # Older releases of Strands would take the signal for a value of the conversation.
                known = "cancel_signal" in inspect.signature(type(agent).__call__).parameters
                options = {"cancel_signal": self.cancelled} if known else {}
                if self.streaming and hasattr(agent, "stream_async"):
                    result = asyncio.run(self._stream(agent, options))
                else:
                    result = agent(self.prompt, **options)
                    self._push(str(result))
                return {"text": str(result).rstrip("\n"), "stop_reason": getattr(result, "stop_reason", None)}
        finally:
            self._push(None)

    async def _stream(self, agent: Any, options: dict[str, Any]) -> Any:
        result = None
        async for event in agent.stream_async(self.prompt, **options):
            if isinstance(text := event.get("data"), str):
                self._push(text)
            result = event.get("result", result)
        return result

    def _push(self, chunk: str | None) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits for the answer any more
            self._loop.call_soon_threadsafe(self.chunks.put_nowait, chunk)


# --- The server ----------------------------------------------------------------------------------------------------


class Refusal(Exception):
    def __init__(self, status: int, code: str, message: str, **headers: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


class ClientLeft(Exception):
    pass


class Exchange:
    """One HTTP request and its response."""

    def __init__(self, scope: Any, receive: Any, send: Any) -> None:
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        given = self.headers.get("x-request-id", "")
        self.id = given if re.fullmatch(r"[A-Za-z0-9._:=-]{1,128}", given) else uuid.uuid4().hex
        self.status = 0
        self.closes = False  # the connection ends with this response
        self._receive = receive
        self._send = send
        self._gone: asyncio.Future[Any] | None = None

    async def body(self) -> bytes:
        length = self.headers.get("content-length", "0")
        if not length.isdigit() or int(length) > BODY_LIMIT:
            raise await self._too_large("expect" not in self.headers)
        body = bytearray()
        while True:
            event = await self._receive()
            if event["type"] == "http.disconnect":
                raise ClientLeft
            body += event.get("body", b"")
            more = event.get("more_body", False)
            if len(body) > BODY_LIMIT:
                raise await self._too_large(more)
            if not more:
                self._gone = asyncio.ensure_future(self._receive())
                return bytes(body)

    async def _too_large(self, more: bool) -> Refusal:
        """Reads on for a while: a connection that is closed before all is read may lose the answer on its way."""
        self.closes = True
        left = 4 * BODY_LIMIT
        while more and left > 0:
            event = await self._receive()
            left -= len(event.get("body", b""))
            more = event.get("more_body", False)
        return Refusal(413, "body_too_large", f"a request may have {BODY_LIMIT} bytes")

    @property
    def gone(self) -> asyncio.Future[Any]:
        """Done when the client has hung up. Only after `body`."""
        assert self._gone is not None
        return self._gone

    async def begin(self, status: int, content_type: str, headers: Mapping[str, str]) -> None:
        self.status = status
        every = {"content-type": content_type, "x-request-id": self.id, "cache-control": "no-store", **headers}
        if self.closes:
            every["connection"] = "close"
        pairs = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in every.items()]
        await self._send({"type": "http.response.start", "status": status, "headers": pairs})

    async def more(self, body: bytes, last: bool) -> None:
        await self._send({"type": "http.response.body", "body": body, "more_body": not last})

    async def json(self, status: int, value: Any, headers: Mapping[str, str] = {}) -> None:
        body = compact(value).encode("utf-8", "replace")
        await self.begin(status, "application/json", {"content-length": str(len(body)), **headers})
        await self.more(body, last=True)

    async def event(self, value: Any, name: str | None = None) -> None:
        head = f"event: {name}\n" if name else ""
        text = f"{head}data: {compact(value)}\n\n"
        await self.more(text.encode("utf-8", "replace"), last=name is not None)

    def end(self) -> None:
        if self._gone is not None:
            self._gone.cancel()


class App:
    def __init__(self, settings: Settings, source: AgentSource) -> None:
        self.settings = settings
        self.draining = False
        self.in_flight = 0
        self.concurrency = 1 if source.shared else settings.max_concurrency
        self._source = source
        self._loop = asyncio.get_running_loop()
        self._ready_at = self._loop.time() + settings.slow_start
        self._slots = asyncio.Semaphore(self.concurrency)
        self._threads = ThreadPoolExecutor(self.concurrency, "agent")
        self._abandoned: asyncio.Future[None] = self._loop.create_future()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        began = time.monotonic()
        exchange = Exchange(scope, receive, send)
        exchange.closes = self.draining
        try:
            await self._answer(exchange)
        except Refusal as refusal:
            exchange.closes = exchange.closes or self.draining
            error = {"code": refusal.code, "message": str(refusal)}
            await exchange.json(refusal.status, {"error": error, "request_id": exchange.id}, refusal.headers)
        except ClientLeft:
            exchange.status = 499
        finally:
            exchange.end()
            quiet = exchange.method in ("GET", "HEAD") and exchange.path in METHODS
            say(logging.DEBUG if quiet else logging.INFO, "request", request_id=exchange.id, method=exchange.method,
                path=exchange.path[:200], status=exchange.status, ms=round((time.monotonic() - began) * 1000))

    async def _answer(self, exchange: Exchange) -> None:
        methods = METHODS.get(exchange.path)
        if methods is None:
            raise Refusal(404, "not_found", "there are " + ", ".join(METHODS))
        if exchange.method not in methods:
            raise Refusal(405, "method_not_allowed", f"{exchange.path} takes {methods[0]}", allow=", ".join(methods))
        if exchange.path in HEALTH_PATHS or exchange.path == "/ready":
            await self._health(exchange)
        else:
            await self._invoke(exchange)

    async def _health(self, exchange: Exchange) -> None:
        state = "draining" if self.draining else "starting" if self._loop.time() < self._ready_at else "ok"
        if exchange.path == "/ready" and state == "ok" and self._is_full:
            state = "busy"
        forced = self.settings.health if exchange.path in HEALTH_PATHS else 0
        await exchange.json(forced or (200 if state == "ok" else 503), {"status": state, "draining": self.draining})

    @property
    def _is_full(self) -> bool:
        return self.in_flight >= self.concurrency + self.settings.max_waiting

    async def _invoke(self, exchange: Exchange) -> None:
        if self._loop.time() < self._ready_at:
            raise Refusal(503, "starting", "the agent is starting", retry_after="1")
        if self._is_full:
            exchange.closes = True  # its body is not read
            raise Refusal(429, "too_many_requests", "the agent has all it can take; try again", retry_after="1")
        self.in_flight += 1
        deadline = self._loop.time() + self.settings.request_timeout
        call = None
        try:
            call = Call(await self._prompt(exchange), exchange.path.endswith("/stream"))
            await self._start(exchange, call, deadline)
            await (self._stream if call.streaming else self._whole)(exchange, call, deadline)
        finally:
            if call is None or call.finished is None:
                self.in_flight -= 1
            elif not call.finished.done():
                call.cancelled.set()

    async def _prompt(self, exchange: Exchange) -> str:
        try:
            body = await asyncio.wait_for(exchange.body(), BODY_SECONDS)
        except asyncio.TimeoutError:
            exchange.closes = True
            raise Refusal(408, "body_too_slow", f"the body did not come within {BODY_SECONDS:.0f} seconds") from None
        try:
            value = json.loads(body)
        except (ValueError, RecursionError):
            raise Refusal(400, "invalid_json", "the body must be a JSON object") from None
        holder = value.get("input", value) if isinstance(value, dict) else None
        prompt = holder.get("prompt") if isinstance(holder, dict) else None
        if not isinstance(prompt, str) or not prompt.strip():
            raise Refusal(400, "invalid_request", 'the body must be like {"input": {"prompt": "..."}}')
        if self.settings.log_contents:
            say(logging.INFO, "prompt", request_id=exchange.id, prompt=prompt)
        return prompt

    async def _start(self, exchange: Exchange, call: Call, deadline: float) -> None:
        slot = asyncio.ensure_future(self._slots.acquire())
        try:
            await self._first(exchange, slot, deadline)
        except BaseException:
            if slot.done() and not slot.cancelled():
                self._slots.release()
            slot.cancel()
            raise
        call.finished = self._loop.run_in_executor(self._threads, call.work, self._source, self.settings.slow_answer)
        call.finished.add_done_callback(self._ended)

    def _ended(self, finished: asyncio.Future[Any]) -> None:
        """Only now, not when the client was told that it took too long, is there room for another call."""
        self._slots.release()
        self.in_flight -= 1
        if not finished.cancelled():
            finished.exception()  # marks it as seen, for a client that has left

    async def _first(self, exchange: Exchange, wanted: Any, deadline: float, patience: float = 1e9) -> bool:
        """True once `wanted` is done, False when `patience` ends first. Raises at the deadline and when it must stop."""
        timeout = max(0.0, min(deadline - self._loop.time(), patience))
        await asyncio.wait({wanted, exchange.gone, self._abandoned}, timeout=timeout, return_when="FIRST_COMPLETED")
        if wanted.done():
            return True
        if exchange.gone.done():
            raise ClientLeft
        if self._abandoned.done():
            raise Refusal(503, "stopping", "the server stops before the answer is there", retry_after="1")
        if self._loop.time() >= deadline - 0.01:
            raise Refusal(504, "timeout", f"no answer within {self.settings.request_timeout:g} seconds")
        return False

    async def _whole(self, exchange: Exchange, call: Call, deadline: float) -> None:
        await self._first(exchange, call.finished, deadline)
        output = self._output(exchange, call)
        exchange.closes = exchange.closes or self.draining
        await exchange.json(200, {"output": output, "request_id": exchange.id})

    async def _stream(self, exchange: Exchange, call: Call, deadline: float) -> None:
        await exchange.begin(200, "text/event-stream", {"x-accel-buffering": "no"})
        chunk = asyncio.ensure_future(call.chunks.get())
        try:
            while True:
                if not await self._first(exchange, chunk, deadline, HEARTBEAT_SECONDS):
                    await exchange.more(b": still working\n\n", last=False)
                    continue
                if (text := chunk.result()) is None:
                    break
                await exchange.event({"text": text})
                chunk = asyncio.ensure_future(call.chunks.get())
            await self._first(exchange, call.finished, deadline)
            await exchange.event({"output": self._output(exchange, call), "request_id": exchange.id}, "end")
        except Refusal as refusal:  # the status is sent: only an event can tell
            error = {"code": refusal.code, "message": str(refusal)}
            await exchange.event({"error": error, "request_id": exchange.id}, "error")
        finally:
            chunk.cancel()

    def _output(self, exchange: Exchange, call: Call) -> dict[str, Any]:
        assert call.finished is not None
        error = call.finished.exception()
        if error is None:
            output = call.finished.result()
            if self.settings.log_contents:
                say(logging.INFO, "answer", request_id=exchange.id, text=output["text"])
            return output
        message = str(error)[:2000].replace(call.prompt, "[prompt]")[:500]
        say(logging.ERROR, "the agent failed", request_id=exchange.id, exception=type(error).__name__, reason=message,
            trace=places(error))
        raise Refusal(500, "agent_failed", "the agent failed; its log says why, under this request id")

    def abandon(self) -> None:
        if not self._abandoned.done():
            self._abandoned.set_result(None)


async def serve(settings: Settings, source: AgentSource, listener: socket.socket) -> None:
    import uvicorn

    class Server(uvicorn.Server):
        @contextlib.contextmanager
        def capture_signals(self) -> Any:
            yield  # uvicorn would close the port at once, and end by the signal in place of exiting with 0

    app = App(settings, source)
    # Connections are kept longer than the 60 seconds after which a load balancer drops them: the one who closes first
    # must be the one who sends.
    server = Server(uvicorn.Config(
        app, loop="asyncio", http="h11", ws="none", lifespan="off", log_config=None, access_log=False,
        server_header=False, timeout_keep_alive=75, timeout_graceful_shutdown=max(1, round(settings.stop_budget))))
    loop = asyncio.get_running_loop()

    def stop_accepting() -> None:
        server.should_exit = True

    def drain(name: str) -> None:
        if app.draining:
            return stop_accepting()  # whoever asks twice is in a hurry
        app.draining = True
        budget = settings.stop_budget
        say(logging.INFO, "draining", signal=name, in_flight=app.in_flight, seconds=budget)
        loop.call_later(min(settings.drain_seconds, budget * 0.8), stop_accepting)
        loop.call_later(max(budget - 1, budget * 0.8), app.abandon)
        last = threading.Timer(budget, give_up)
        last.daemon = True
        last.start()

    def give_up() -> None:
        say(logging.WARNING, "stopped with the agent still at work", in_flight=app.in_flight)
        leave(0)

    def crash() -> None:
        say(logging.CRITICAL, f"crashing on purpose: CRASH_AFTER={settings.crash_after:g}")
        leave(1)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, drain, number.name)

    async def announce() -> None:
        while not server.started:
            await asyncio.sleep(0.01)
        say(logging.INFO, "listening", port=listener.getsockname()[1], agent=source.convention,
            concurrency=app.concurrency, fake_model=settings.fake_model)
        if settings.crash_after:
            loop.call_later(settings.crash_after, crash)

    announced = asyncio.ensure_future(announce())
    await server.serve(sockets=[listener])
    announced.cancel()
    say(logging.INFO, "stopped", in_flight=app.in_flight)


def bind(settings: Settings) -> socket.socket:
    """Takes the port before the agent is loaded, but does not listen yet: who asks too early is refused, not kept."""
    listener = socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as error:
        raise Unusable(f"cannot listen on {settings.host} port {settings.port}: {error.strerror}") from error
    return listener


def set_up_logs(level: str) -> None:
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for chatty in ("uvicorn.error", "botocore", "urllib3", "opentelemetry"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    sys.stdout = sys.stderr  # what tools print must not break the lines of JSON


def run(environment: Mapping[str, str]) -> int:
    set_up_logs("INFO")
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: leave(0))  # until there is anything to drain
    try:
        settings = Settings.read(environment)
        logging.getLogger().setLevel(settings.log_level.upper())
        check()
        listener = bind(settings)
        source = load_source(settings)
    except Unusable as reason:
        cause = reason.__cause__
        say(logging.CRITICAL, str(reason), **({"trace": places(cause)} if cause and cause.__traceback__ else {}))
        return 1
    asyncio.run(serve(settings, source, listener))
    return 0


def check() -> None:
    for package, name in (("strands", "strands-agents"), ("uvicorn", "uvicorn")):
        if importlib.util.find_spec(package) is None:
            raise Unusable(f"the Python package {name} is missing: name it in requirements.txt")


def healthy(environment: Mapping[str, str]) -> bool:
    import urllib.request

    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{Settings.read(environment).port}/health", timeout=4) as answer:
            return answer.status == 200
    except OSError:
        return False


def main(arguments: list[str]) -> int:
    if arguments == []:
        return run(os.environ)
    if arguments == ["health"]:
        return 0 if healthy(os.environ) else 1
    if arguments == ["check"]:
        check()
        return 0
    raise Unusable("usage: python agent_server.py [check | health]")


if __name__ == "__main__":
    try:
        code = main(sys.argv[1:])
    except Unusable as reason:
        sys.exit(str(reason))
    sys.exit(code)
