"""Runs a command and tells on descriptor 3, in lines of JSON, its process id and then what the system says it used.

Signals to end are handed on. Reaping the child ourselves is what gives figures of this one process and no other.
"""
import json
import os
import signal
import sys

os.set_inheritable(3, False)
report = os.fdopen(3, "w", buffering=1)
child = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ)
for number in (signal.SIGTERM, signal.SIGINT):
    signal.signal(number, lambda received, frame: os.kill(child, received))
print(json.dumps({"pid": child}), file=report, flush=True)
_, status, usage = os.wait4(child, 0)
# Linux counts the resident set in KiB, macOS in bytes.
peak = usage.ru_maxrss if sys.platform == "darwin" else usage.ru_maxrss * 1024
used = {"code": os.waitstatus_to_exitcode(status), "cpuMs": (usage.ru_utime + usage.ru_stime) * 1000, "peakBytes": peak}
print(json.dumps(used), file=report, flush=True)
