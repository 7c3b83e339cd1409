"""The figures of a soak as a table, and which reach was missed."""
import collections
import dataclasses
import statistics
import sys

MOST_MEMORY = 64  # mebibytes, whatever anonymous clients send
MOST_RATIO = 3  # of the p99 of token requests under attack and quiet
MOST_LET_THROUGH = 30  # wrong passwords of one address in a minute: `login_failures_per_address` of the sample
DISTURBED = 0.1  # share of the processors that others may use before a row says as much of them
LONGEST_EXIT = 11  # seconds from SIGTERM to the end
HEAD = ["scenario", "p50, ms", "p99, ms", "to quiet", "requests", "refused", "logins refused", "peak MiB",
        "descriptors", "its CPU, s", "CPU of others"]


@dataclasses.dataclass
class Peak:
    """The most that the server took."""

    memory: float = 0
    descriptors: int = 0
    ended_early: bool = False


def peak_of(server, before=None):
    before = before or Peak()
    memory = max(before.memory, server.peak_memory())
    return dataclasses.replace(before, memory=memory, descriptors=max(before.descriptors, server.descriptors()))


@dataclasses.dataclass
class Run:
    """One scenario and what came of it. `quiet` and `flooded` are what `honest.run` tells."""

    scenario: object
    quiet: tuple = None
    flooded: tuple = None
    peak: Peak = None
    descriptors_quiet: int = 0
    processor_time: float = 0
    others: float = 0
    seen: collections.Counter = None
    recovered: float = None
    logged: dict = None

    @property
    def is_disturbed(self):
        """Then a high p99 may be the others', and a low one may mean that the attackers had no processor."""
        return self.others > DISTURBED

    @property
    def latencies(self):
        return self.flooded[0][0]

    @property
    def p99(self):
        return percentile(self.latencies, 99)

    @property
    def quiet_p99(self):
        return percentile(self.quiet[0][0], 99)

    @property
    def refused(self):
        return self.flooded[0][1].total()

    @property
    def logins(self):
        """Tried, refused."""
        latencies, refusals = self.flooded[1]
        return len(latencies), refusals.total()


@dataclasses.dataclass
class Exit:
    """How long the server took to end; `None` when it had to be killed."""

    seconds: float | None

    def told(self):
        return "had to be killed" if self.seconds is None else f"{self.seconds:.1f} s"

    def is_bounded(self):
        return self.seconds is not None and self.seconds <= LONGEST_EXIT


def percentile(values, hundredths):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * hundredths // 100)]


class Report:
    """Collects the runs; the table needs all of them, since each is compared with the quiet value of the whole soak."""

    def __init__(self, options):
        self.options, self.runs, self.exit = options, [], None

    def add(self, run):
        self.runs.append(run)
        tell(f"{run.scenario.name}: {', '.join(map(str, row(run, run.quiet_p99)[1:]))}")

    def quiet(self, logins):
        """The median of the p99s of all quiet runs, apart for those in which somebody logged in."""
        return statistics.median(run.quiet_p99 for run in self.runs if run.scenario.logins == logins)

    def print(self):
        """Prints what there is; what was missed."""
        if not self.runs and not self.exit:
            return []
        missed, notes = [], []
        self.print_head()
        for run in self.runs:
            quiet = self.quiet(run.scenario.logins)
            print("| " + " | ".join(map(str, row(run, quiet))) + " |")
            notes.append(note(run))
            missed += [f"{run.scenario.name}: {what}" for what in judged(run, quiet)]
        if self.exit:
            notes.append(f"- `goodbye`: from SIGTERM with attackers connected to the end: {self.exit.told()}.")
            missed += [] if self.exit.is_bounded() else [f"goodbye: {self.exit.told()}, {LONGEST_EXIT} s is the reach"]
        print("\n" + "\n".join(notes) + "\n")
        print("Missed:\n" + "\n".join(f"- {what}" for what in missed) if missed else "Every reach is met.")
        if disturbed := [run.scenario.name for run in self.runs if run.is_disturbed]:
            print(f"\nTo be run again, since others used too much of the processors: {' '.join(disturbed)}")
        return missed

    def print_head(self):
        options = self.options
        print(
            f"{options.seconds:g} s an attack, {options.quiet_seconds:g} s quiet before it, {options.connections}"
            f" connections; of {options.rounds} rounds the one in which others used the processors least."
        )
        for logins, what in ((False, "alone"), (True, "with a right login each second")):
            p99s = [run.quiet_p99 for run in self.runs if run.scenario.logins == logins]
            if p99s:
                print(
                    f"Quiet p99 of token requests {what}: {self.quiet(logins):.2f} ms, the median of {len(p99s)} runs"
                    f" ({min(p99s):.2f} to {max(p99s):.2f})."
                )
        print("\n| " + " | ".join(HEAD) + " |\n" + "|---" * len(HEAD) + "|")


def tell(text):
    """Progress, apart from the table."""
    print(text, file=sys.stderr, flush=True)


def row(run, quiet):
    tried, not_let_in = run.logins
    others = f"{run.others:.0%}" + (", too much" if run.is_disturbed else "")
    return [
        run.scenario.name, f"{percentile(run.latencies, 50):.2f}", f"{run.p99:.2f}", f"{run.p99 / quiet:.1f}",
        len(run.latencies), run.refused, f"{not_let_in} of {tried}" if tried else "", f"{run.peak.memory:.0f}",
        f"{run.descriptors_quiet} to {run.peak.descriptors}", f"{run.processor_time:.1f}", others,
    ]


def note(run):
    """What the table has no column for."""
    said = [run.scenario.says, "the attackers saw " + counted(run.seen)]
    for whose, (_, refusals) in zip(("refused", "logins refused"), run.flooded):
        if refusals:
            said.append(f"{whose}: {counted(refusals)}")
    if run.scenario.logins:
        said.append(f"right logins took {took(run.flooded[1][0])}, quiet {took(run.quiet[1][0])}")
    if any(run.logged.values()):
        said.append("logged: " + counted(run.logged))
    said.append("not recovered" if run.recovered is None else f"recovered in {run.recovered:.1f} s")
    if run.peak.ended_early:
        said.append("ended early, for its memory")
    return f"- `{run.scenario.name}`: " + "; ".join(said) + "."


def judged(run, quiet):
    """What a run has missed."""
    scenario, ratio, others = run.scenario, run.p99 / quiet, run.refused + run.logins[1]
    if not scenario.judged:
        return
    if ratio >= MOST_RATIO:
        yield f"p99 of token requests is {ratio:.1f} times its quiet value, {MOST_RATIO} is the reach"
    if scenario.anonymous and run.peak.memory > MOST_MEMORY:
        yield f"{run.peak.memory:.0f} MiB, {MOST_MEMORY} is the reach"
    if scenario.addresses == 1 and others:
        yield f"{others} requests of others refused because of one address"
    if run.recovered is None:
        yield "the server did not recover"
    if run.logged["panicked"]:
        yield "a panic"
    yield from scenario.also(run) if scenario.also else []


def took(latencies):
    return f"{statistics.median(latencies):.0f} ms (at most {max(latencies):.0f})"


def counted(counter):
    return ", ".join(f"{number:,} {what}" for what, number in sorted(counter.items()) if number) or "nothing"


def limited(run):
    """Attempts that are aborted count like others."""
    through, refused = run.logged["login_failed"], run.logged["login_throttled"]
    if through > MOST_LET_THROUGH or not through + refused:
        return [f"{run.seen['attempts']} attempts, {through} let through and logged, {refused} refused and logged"]
    return []


def no_success(run):
    """What is broken is not answered as if it were whole."""
    return [f"{run.seen['200']} broken bodies were answered 200"] if run.seen["200"] else []
