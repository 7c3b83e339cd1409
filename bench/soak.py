#!/usr/bin/env python3
"""Attacks on the release binary, each bounded, on loopback: what an honest client and the machine notice of them.

By hand, not in CI: the figures need a machine that does little else. bench/README.md says how to read them.
"""
import argparse
import multiprocessing
import signal
import sys
import tempfile
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(REPOSITORY / "conformance"), str(REPOSITORY / "bench")]

from soak import honest  # noqa: E402
from soak.processors import Others, come_first, used_by  # noqa: E402
from soak.report import Exit, Report, Run, peak_of  # noqa: E402
from soak.scenarios import GOODBYE, SCENARIOS  # noqa: E402
from soak.swarm import Attackers  # noqa: E402
from soak.tracker import Prepared  # noqa: E402

DESCRIPTORS = 1024
SAMPLED_EVERY = 0.05
RECOVERED_WITHIN = 5
SPARE_DESCRIPTORS = 10  # that a server may have more than before, after an attack
MOST_MEMORY = 3000  # mebibytes at which an attack is ended early, for the sake of the machine


def main():
    options = parsed()
    come_first()
    report = Report(options)
    try:
        soak(options, report)
    except KeyboardInterrupt:
        options.report_only = True
    finally:
        missed = report.print()
    return 1 if missed and not options.report_only else 0


def soak(options, report):
    with tempfile.TemporaryDirectory() as folder:
        prepared = Prepared(options.binary, folder, DESCRIPTORS)
        check_addresses(prepared)
        for scenario in SCENARIOS:
            if not options.only or scenario.name in options.only:
                rounds = [attacked(options, prepared, scenario) for _ in range(options.rounds)]
                report.add(min(rounds, key=lambda run: run.others))
        if not options.only or GOODBYE.name in options.only:
            report.exit = Exit(goodbye(options, prepared))


def parsed():
    parser = argparse.ArgumentParser(description=__doc__)
    names = [scenario.name for scenario in [*SCENARIOS, GOODBYE]]
    parser.add_argument("--binary", default="target/release/tracker", help="the sample API (default %(default)s)")
    parser.add_argument("--seconds", type=float, default=10, help="length of one attack (default %(default)s)")
    parser.add_argument("--quiet-seconds", type=float, default=6, help="length of the quiet run before it (default 6)")
    parser.add_argument("--rounds", type=int, default=1, help="of each attack; the least disturbed is told (default 1)")
    parser.add_argument("--only", nargs="+", metavar="NAME", choices=names, help="of " + ", ".join(names))
    parser.add_argument("--connections", type=int, default=1000, help="of an attacker (default %(default)s)")
    parser.add_argument("--report-only", action="store_true", help="end with 0 whatever was missed")
    options = parser.parse_args()
    if not Path(options.binary).is_file():
        parser.error(f"there is no {options.binary}: cargo build --release -p tracker")
    return options


def check_addresses(prepared):
    """The whole soak rests on it: a server sees whom a connection comes from."""
    with prepared.start("addresses") as server:
        honest.fail_to_log_in(server.port)
        if not server.logged(f"address={honest.LOGIN_ADDRESS}"):
            sys.exit(f"the server takes {honest.LOGIN_ADDRESS} for another address:\n{server.last_words()}")


def attacked(options, prepared, scenario):
    """One scenario: a quiet run, the same under attack, and what is left of it."""
    longest = options.quiet_seconds + options.seconds + 60
    with prepared.start(scenario.name) as server:
        # They wait idly during the quiet run, so that both runs have the same processes.
        attackers = Attackers(scenario, server.port, prepared.mallory, options.connections, longest)
        run = Run(scenario)
        try:
            honest_run(options.quiet_seconds / 3, prepared, server, scenario)
            others = Others([server.process.pid, *attackers.processes])
            run.quiet, _ = honest_run(options.quiet_seconds, prepared, server, scenario)
            run.descriptors_quiet, before = server.descriptors(), used_by(server.process.pid)
            server.forget_peak()
            run.flooded, run.peak = honest_run(options.seconds, prepared, server, scenario, attackers)
            run.processor_time, run.others = used_by(server.process.pid) - before, others.share()
        finally:
            seen = attackers.stop()
        run.seen = seen
        run.recovered = recovered(prepared, server, run.descriptors_quiet)
        run.logged = {event: server.logged(event) for event in ("login_failed", "login_throttled", "panicked")}
        return run


def honest_run(seconds, prepared, server, scenario, attackers=None):
    """The honest client for some seconds, with or without an attack; what it saw, and the most that the server took."""
    ours, theirs = multiprocessing.Pipe(duplex=False)
    work = (theirs, server.port, prepared.alice, seconds, scenario.logins)
    client = multiprocessing.Process(target=honest.run, args=work, daemon=True)
    client.start()
    theirs.close()
    if attackers:
        attackers.begin()
    peak = watched(server, ours, attackers)
    told = ours.recv()
    client.join()
    return told, peak


def watched(server, pipe, attackers):
    """Samples memory and descriptors until the honest client has told what it saw."""
    peak = peak_of(server)
    while not pipe.poll(SAMPLED_EVERY):
        peak = peak_of(server, peak)
        if attackers and peak.memory > MOST_MEMORY:
            peak.ended_early = True
            attackers.end.set()
    return peak_of(server, peak)


def recovered(prepared, server, descriptors):
    """Seconds until a token request is answered and the descriptors are back; `None` when that takes too long."""
    began = time.monotonic()
    while (passed := time.monotonic() - began) < RECOVERED_WITHIN and server.is_alive():
        if server.descriptors() <= descriptors + SPARE_DESCRIPTORS and honest.answers(server.port, prepared.alice):
            return passed
        time.sleep(0.05)
    return None


def goodbye(options, prepared):
    """Seconds from SIGTERM to the end, with attackers connected; `None` when it had to be killed."""
    with prepared.start(GOODBYE.name) as server:
        attackers = Attackers(GOODBYE, server.port, prepared.mallory, options.connections, 60)
        try:
            attackers.begin()
            time.sleep(3)
            return server.seconds_to_exit()
        finally:
            attackers.stop()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    sys.exit(main())
