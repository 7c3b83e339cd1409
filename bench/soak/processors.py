"""Who had the processors: whether a figure is of the attack, or of somebody else's work on the same machine."""
import contextlib
import os
import resource
import signal
import sys
import time
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
OWN, ATTACKERS = (-10, 0) if os.geteuid() == 0 else (0, 5)  # niceness; less than 0 is for root alone


def come_first():
    """Goes on in a session of its own, of which the server and the honest client are part.

    Linux shares the processors out among sessions first. As root, ours comes before those of others, so that what they
    do meanwhile is not measured.
    """
    child = os.fork()
    if child:
        for asked in (signal.SIGINT, signal.SIGTERM):
            signal.signal(asked, lambda number, _: os.kill(child, number))
        sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    os.setsid()
    session_niceness(OWN)


def stand_back():
    """Leaves the processors to the server and the honest client where they want them, as if on another machine."""
    os.setsid()
    os.nice(ATTACKERS)
    session_niceness(ATTACKERS)


def session_niceness(value):
    with contextlib.suppress(OSError):
        Path("/proc/self/autogroup").write_text(str(value))


def used_by(process):
    """Seconds of user and system time of a process so far; 0 when it has ended."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS


def used_by_all():
    """Seconds that all processors together were busy, and what the host took from this machine."""
    user, nice, system, _idle, _wait, irq, softirq, steal = map(int, Path("/proc/stat").read_text().split()[1:9])
    return (user + nice + system + irq + softirq + steal) / TICKS


def used_by_us():
    """Seconds of this process and of its children that have ended."""
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


class Others:
    """Watches how much others use, beside us and the given processes."""

    def __init__(self, processes):
        self.processes = processes
        self.began, self.before = time.monotonic(), self.used()

    def used(self):
        return used_by_all() - used_by_us() - sum(map(used_by, self.processes))

    def share(self):
        """Of all processors, since the beginning: 0 to 1."""
        seconds = (time.monotonic() - self.began) * os.cpu_count()
        return max(0.0, (self.used() - self.before) / seconds)
