"""Engines to compare, each in a throwaway host of its own that stays while the benchmark works with it."""
import os
import signal
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.realpath(__file__))


class Host:
    """A throwaway host with an engine, the image busybox:latest and the network "bench"."""

    def __init__(self, engine, folder):
        self.engine = engine
        ready = f"{folder}/{engine}"
        self.log = open(f"{folder}/{engine}.log", "w+")
        self.process = subprocess.Popen(
            [f"{HERE}/../Scripts/throwaway-host", f"{HERE}/engine-host", engine, ready], stdin=subprocess.DEVNULL,
            stdout=self.log, stderr=self.log, start_new_session=True)
        deadline = time.monotonic() + 90
        while not os.path.exists(ready):
            if time.monotonic() > deadline or self.process.poll() is not None:
                self.fail("did not start")
            time.sleep(0.1)
        facts = dict(line.split("=", 1) for line in open(ready).read().split() if "=" in line)
        if "HOST_FOLDER" not in facts:
            self.fail("did not start")
        self.folder, self.socket, self.outside = facts["HOST_FOLDER"], facts["socket"], facts["OUTSIDE"]
        # throwaway-host's own process, then unshare, then the first process of the host.
        unshare = self.output("pgrep", "-P", str(self.process.pid), "-x", "unshare")
        self.holder = self.output("pgrep", "-P", unshare)
        self.containers = ["idle"]

    def fail(self, what):
        self.log.seek(0)
        sys.exit(f"{self.engine} {what}\n{self.log.read()[-3000:]}")

    @staticmethod
    def output(*command):
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    def inside(self, *command):
        """What a command prints that runs on the host."""
        done = subprocess.run(
            ["nsenter", "-t", self.holder, "-n", "-m", "-p", *command], capture_output=True, text=True,
            stdin=subprocess.DEVNULL)
        if done.returncode:
            self.fail(f"failed: {command}: {done.stderr}{done.stdout[-500:]}")
        return done.stdout.strip()

    def client(self, *words):
        if self.engine == "podman":
            return self.inside("env", f"HOST_FOLDER={self.folder}", f"{HERE}/peers", "podman", *words)
        return self.inside("docker", "-H", f"unix://{self.socket}", *words)

    def run(self, name, *options):
        """Starts a container that does nothing, and gives the host's number of its first process."""
        self.client("run", "-d", "--name", name, *options, "busybox", "sleep", "100000")
        self.containers.append(name)
        return self.client("inspect", "-f", "{{.State.Pid}}", name)

    def end(self):
        # Control groups are the machine's: what runs is removed in good order.
        try:
            self.client("rm", "-f", *self.containers)
        finally:
            os.kill(int(self.holder), signal.SIGKILL)
            self.process.wait()


def prepare(*packages):
    """Fetches Docker, Podman and what else is needed, and finds Causeway's programs."""
    for words in [[], *([package] for package in packages)]:
        subprocess.run([f"{HERE}/peers", "fetch", *words], check=True)
    os.environ["CAUSEWAY_BINARIES"] = os.path.realpath(
        os.environ.get("CAUSEWAY_BINARIES") or f"{HERE}/../.build/release")
