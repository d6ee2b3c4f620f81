"""The Python SDK against the engine that DOCKER_HOST names: each function is one area. Prints one line for each."""

import io
import os
import socket
import struct
import sys
import tarfile
import tempfile
import threading
import time

import docker
from docker.types import Healthcheck, IPAMConfig, IPAMPool, LogConfig, Mount, Ulimit

client = docker.from_env(timeout=60)
api = client.api
IDLE = ["sh", "-c", "trap 'exit 0' TERM; while :; do sleep 3600 & wait $!; done"]


def expect(truth, what=""):
    if not truth:
        raise AssertionError(what)


def refused(status, call, *arguments, **named):
    try:
        call(*arguments, **named)
    except docker.errors.APIError as error:
        expect(error.status_code == status, f"{error.status_code} instead of {status}: {error}")
        return error
    raise AssertionError(f"{call} was not refused")


def idle(name, **options):
    return client.containers.run("busybox", IDLE, name=name, detach=True, **options)


def until(condition, what, seconds=15):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError(f"not in time: {what}")


def system():
    expect(client.ping())
    version = client.version()
    expect(version["ApiVersion"] and version["MinAPIVersion"] and version["Os"] == "linux", version)
    expect(version["Components"][0]["Details"]["ApiVersion"] == version["ApiVersion"])
    info = client.info()
    for field in ["ID", "Containers", "Driver", "NCPU", "MemTotal", "OperatingSystem", "DefaultRuntime", "Name"]:
        expect(info[field] not in (None, ""), field)
    expect("bridge" in info["Plugins"]["Network"] and "local" in info["Plugins"]["Volume"])
    for spoken in ["1.24", "1.30", "1.40", "1.43", version["ApiVersion"]]:
        old = docker.DockerClient(base_url=api.base_url.replace("http+docker://localhost", "unix://" + sys.argv[1]), version=spoken)
        expect(old.version()["ApiVersion"] == version["ApiVersion"])
        expect(isinstance(old.containers.list(all=True), list))
        old.close()


def containers():
    output = client.containers.run("busybox", ["sh", "-c", "echo out; echo err >&2"], remove=True, stderr=True)
    expect(sorted(output.split()) == [b"err", b"out"], output)
    try:
        client.containers.run("busybox", ["sh", "-c", "echo broken >&2; exit 3"], remove=True)
        raise AssertionError("no error")
    except docker.errors.ContainerError as error:
        expect(error.exit_status == 3 and b"broken" in error.stderr, error)
    made = client.containers.create(
        "busybox", IDLE, name="all-options", environment={"A": "b"}, labels={"kind": "test"}, hostname="there",
        working_dir="/tmp", user="1000:1000", mem_limit="64m", nano_cpus=500000000, pids_limit=50, cap_drop=["ALL"],
        cap_add=["NET_BIND_SERVICE"], read_only=True, tmpfs={"/scratch": "size=1m"}, extra_hosts={"far": "192.0.2.7"},
        dns=["192.0.2.53"], restart_policy={"Name": "on-failure", "MaximumRetryCount": 2},
        ulimits=[Ulimit(name="nofile", soft=100, hard=200)], shm_size="8m", init=False, stop_signal="SIGTERM",
        sysctls={"net.ipv4.ip_forward": "0"}, ports={"80/tcp": None, "81/udp": ("127.0.0.1", 18181)},
        log_config=LogConfig(type="json-file"), oom_score_adj=100,
        healthcheck=Healthcheck(test=["CMD", "true"], interval=1000000000, retries=2))
    expect(made.status == "created", made.status)
    made.start()
    made.reload()
    expect(made.status == "running" and made.labels == {"kind": "test"})
    host = made.attrs["HostConfig"]
    expect(host["Memory"] == 64 << 20 and host["NanoCpus"] == 500000000 and host["PidsLimit"] == 50)
    expect(made.attrs["Config"]["Env"][-1] == "A=b" or "A=b" in made.attrs["Config"]["Env"])
    expect(made.ports["81/udp"] == [{"HostIp": "127.0.0.1", "HostPort": "18181"}], made.ports)
    until(lambda: made.reload() or made.attrs["State"]["Health"]["Status"] == "healthy", "health")
    code, text = made.exec_run(["sh", "-c", "id -u; pwd; hostname; grep -c far /etc/hosts; ulimit -n; touch /x || echo ro"])
    expect(code == 0 and text.split()[:5] == [b"1000", b"/tmp", b"there", b"1", b"100"] and b"ro" in text.split(), text)
    expect(made.top()["Titles"])
    made.pause()
    made.reload()
    expect(made.status == "paused")
    made.unpause()
    made.rename("renamed")
    expect(client.containers.get("renamed").id == made.id)
    made.restart(timeout=1)
    made.kill(signal="SIGKILL")
    expect(made.wait()["StatusCode"] == 137)
    made.start()
    # Not before the shell listens to SIGTERM, bit 14 of those that are caught.
    until(lambda: made.exec_run(["grep", "-q", "^SigCgt:.*[4-7c-f]...$", "/proc/1/status"]).exit_code == 0, "the trap")
    made.stop(timeout=5)
    expect(made.wait()["StatusCode"] == 0)
    expect([found.id for found in client.containers.list(all=True, filters={"label": "kind=test", "status": "exited"})] == [made.id])
    expect(client.containers.list(filters={"label": "kind=test"}) == [])
    made.remove(v=True)
    refused(404, client.containers.get, made.id)
    refused(404, client.containers.create, "nonesuch")
    refused(400, client.containers.create, "busybox", name="no good")
    waited = client.containers.run("busybox", ["sh", "-c", "sleep 0.3; exit 4"], detach=True)
    expect(waited.wait(condition="not-running")["StatusCode"] == 4)
    waited.remove()
    doomed = client.containers.run("busybox", ["sleep", "0.3"], detach=True, auto_remove=True)
    api.wait(doomed.id, condition="removed")
    until(lambda: doomed.id not in [c.id for c in client.containers.list(all=True)], "removal")


def updates():
    made = idle("updated", mem_limit="64m")
    made.update(mem_limit="96m", memswap_limit="128m", restart_policy={"Name": "always"})
    made.reload()
    expect(made.attrs["HostConfig"]["Memory"] == 96 << 20)
    expect(made.attrs["HostConfig"]["RestartPolicy"]["Name"] == "always")
    once = made.stats(stream=False)
    expect(once["memory_stats"]["usage"] > 0 and once["cpu_stats"]["cpu_usage"]["total_usage"] >= 0, once)
    stream = made.stats(stream=True, decode=True)
    expect(next(stream)["read"] and next(stream)["read"])
    stream.close()
    made.remove(force=True)


def executions():
    made = idle("executes")
    code, (out, err) = made.exec_run(["sh", "-c", "echo o; echo e >&2; exit 7"], demux=True)
    expect((code, out, err) == (7, b"o\n", b"e\n"), (code, out, err))
    code, text = made.exec_run("env", environment=["X=y"], user="nobody", workdir="/tmp", privileged=False)
    expect(b"X=y" in text)
    code, stream = made.exec_run(["sh", "-c", "for i in 1 2 3; do echo $i; sleep 0.1; done"], stream=True)
    expect(b"".join(stream) == b"1\n2\n3\n")
    code, _ = made.exec_run(["sh", "-c", "sleep 0.1; touch /tmp/done"], detach=True)
    until(lambda: made.exec_run(["test", "-e", "/tmp/done"])[0] == 0, "a detached command")
    made_exec = api.exec_create(made.id, ["sh"], stdin=True, tty=True)
    connection = api.exec_start(made_exec["Id"], tty=True, socket=True)
    api.exec_resize(made_exec["Id"], height=40, width=99)
    connection._sock.sendall(b"stty size; exit 5\n")
    text = b""
    while piece := connection._sock.recv(4096):
        text += piece
    connection.close()
    expect(b"40 99" in text, text)
    until(lambda: not api.exec_inspect(made_exec["Id"])["Running"], "the end of a command")
    expect(api.exec_inspect(made_exec["Id"])["ExitCode"] == 5)
    # Input that ends is seen by the program while its output goes on.
    made_exec = api.exec_create(made.id, ["cat"], stdin=True)
    connection = api.exec_start(made_exec["Id"], socket=True)
    connection._sock.sendall(b"hello")
    connection._sock.shutdown(socket.SHUT_WR)
    expect(frames(connection._sock) == [(1, b"hello")])
    connection.close()
    refused(404, api.exec_inspect, "nonesuch")
    code, text = made.exec_run(["nonesuch"])
    expect(code in (126, 127) and b"nonesuch" in text, (code, text))
    made.remove(force=True)


def frames(connection):
    """The frames of a stream without a terminal, neighbours of the same stream joined."""
    data = b""
    while piece := connection.recv(65536):
        data += piece
    found = []
    while data:
        stream, length = struct.unpack(">BxxxL", data[:8])
        part, data = data[8 : 8 + length], data[8 + length :]
        if found and found[-1][0] == stream:
            found[-1] = (stream, found[-1][1] + part)
        else:
            found.append((stream, part))
    return found


def logs():
    made = client.containers.run("busybox", ["sh", "-c", "for i in 1 2 3; do echo out$i; echo err$i >&2; sleep 0.1; done"], detach=True)
    followed = b"".join(made.logs(stream=True, follow=True, stderr=False))
    expect(followed == b"out1\nout2\nout3\n", followed)
    made.wait()
    expect(made.logs(stdout=False) == b"err1\nerr2\nerr3\n", made.logs(stdout=False))
    # The last lines are counted over both streams.
    expect(made.logs(tail=2, stderr=False) == b"out3\n", made.logs(tail=2))
    stamped = made.logs(timestamps=True, stderr=False).splitlines()
    expect(all(b"T" in line.split(b" ")[0] for line in stamped) and len(stamped) == 3, stamped)
    expect(made.logs(since=int(time.time()) + 100) == b"")
    made.remove()


def attachments():
    made = api.create_container("busybox", ["cat"], stdin_open=True, tty=False, name="attached")
    connection = api.attach_socket(made["Id"], params={"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1})
    api.start(made["Id"])
    connection._sock.sendall(b"through\n")
    connection._sock.shutdown(socket.SHUT_WR)
    # StdinOnce is not set: the program goes on until it is told.
    first = connection._sock.recv(8)
    expect(struct.unpack(">BxxxL", first)[1] == 8 and connection._sock.recv(8) == b"through\n")
    connection.close()
    api.remove_container(made["Id"], force=True)
    talks = client.containers.run("busybox", ["sh", "-c", "sleep 0.3; echo late"], detach=True)
    expect(b"".join(talks.attach(stream=True, logs=True)) == b"late\n")
    talks.remove(force=True)


def archives():
    made = idle("files")
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for name, content in [("a.txt", b"hello"), ("deep/b.bin", bytes(range(256)) * 4000)]:
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode, entry.uid = len(content), 0o640, 1234
            tar.addfile(entry, io.BytesIO(content))
    expect(made.put_archive("/tmp", buffer.getvalue()))
    expect(made.exec_run(["sh", "-c", "cat /tmp/a.txt; stat -c ' %u %a' /tmp/a.txt"])[1] == b"hello 1234 640\n")
    stream, status = made.get_archive("/tmp/deep")
    expect(status["name"] == "deep" and status["mode"] & 0x80000000, status)
    with tarfile.open(fileobj=io.BytesIO(b"".join(stream))) as tar:
        expect(tar.extractfile("deep/b.bin").read() == bytes(range(256)) * 4000)
    refused(404, made.get_archive, "/nonesuch")
    refused(404, made.put_archive, "/nonesuch", buffer.getvalue())
    refused(400, made.put_archive, "/tmp/a.txt", buffer.getvalue())
    kinds = {change["Path"]: change["Kind"] for change in made.diff()}
    expect(kinds["/tmp/a.txt"] == 1 and kinds["/tmp"] == 0, kinds)
    with tarfile.open(fileobj=io.BytesIO(b"".join(made.export()))) as tar:
        expect("tmp/a.txt" in tar.getnames())
    image = made.commit(repository="committed", tag="1", message="by a test", changes=["ENV C=d"])
    expect(client.containers.run("committed:1", ["sh", "-c", "cat /tmp/a.txt; echo $C"], remove=True) == b"hellod\n")
    client.images.remove(image.id, force=True)
    made.remove(force=True)


def networks():
    pool = IPAMConfig(pool_configs=[IPAMPool(subnet="10.88.0.0/24", gateway="10.88.0.1", iprange="10.88.0.128/25")])
    net = client.networks.create("front", driver="bridge", ipam=pool, labels={"n": "1"}, attachable=True, options={"com.docker.network.driver.mtu": "1400"})
    inner = client.networks.create("inner", internal=True)
    expect(net.attrs["IPAM"]["Config"][0]["Subnet"] == "10.88.0.0/24" and net.attrs["Options"])
    server = idle("server", network="front")
    net.disconnect(server)
    net.connect(server, ipv4_address="10.88.0.7", aliases=["www"])
    inner.connect(server)
    server.reload()
    settings = server.attrs["NetworkSettings"]["Networks"]
    expect(settings["front"]["IPAddress"] == "10.88.0.7" and "www" in settings["front"]["Aliases"], settings)
    expect(set(settings) == {"front", "inner"})
    text = client.containers.run("busybox", ["ping", "-c", "1", "-W", "2", "www"], network="front", remove=True)
    expect(b"10.88.0.7" in text, text)
    net.reload()
    expect([found.name for found in net.containers] == ["server"])
    expect([n.name for n in client.networks.list(names=["front"])] == ["front"])
    expect([n.name for n in client.networks.list(filters={"label": "n=1"})] == ["front"])
    refused(409, client.networks.create, "front", check_duplicate=True)
    refused(403, net.remove)
    inner.disconnect(server, force=True)
    server.remove(force=True)
    net.remove()
    expect(client.networks.prune()["NetworksDeleted"] == ["inner"])
    published = client.containers.run("busybox", ["httpd", "-f", "-p", "80", "-h", "/etc"], detach=True, ports={"80/tcp": 18080})
    def page():
        try:
            with socket.create_connection(("127.0.0.1", 18080), timeout=2) as connection:
                connection.sendall(b"GET /passwd HTTP/1.0\r\n\r\n")
                return b"root" in b"".join(iter(lambda: connection.recv(4096), b""))
        except OSError:
            return False
    until(page, "a published port")
    published.remove(force=True)


def volumes():
    made = client.volumes.create("data", labels={"v": "1"})
    expect(client.volumes.get("data").attrs["Driver"] == "local" and made.attrs["Labels"] == {"v": "1"})
    client.containers.run("busybox", ["sh", "-c", "echo kept >/data/file"], volumes={"data": {"bind": "/data", "mode": "rw"}}, remove=True)
    text = client.containers.run("busybox", ["cat", "/x/file"], mounts=[Mount("/x", "data", read_only=True)], remove=True)
    expect(text == b"kept\n")
    expect([v.name for v in client.volumes.list(filters={"label": "v=1"})] == ["data"])
    user = idle("uses", volumes=["data:/data"])
    refused(409, made.remove)
    user.remove(force=True)
    made.remove()
    refused(404, client.volumes.get, "data")
    client.volumes.create()
    expect(len(client.volumes.prune()["VolumesDeleted"]) == 1)


def builds():
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "Dockerfile"), "w") as file:
            file.write("FROM busybox\nARG A=1\nCOPY page /page\nRUN echo $A >>/page\nCMD cat /page\n")
        with open(os.path.join(folder, "page"), "w") as file:
            file.write("built\n")
        image, lines = client.images.build(path=folder, tag="built:1", buildargs={"A": "2"}, labels={"k": "v"}, rm=True)
        expect(image.tags == ["built:1"] and image.labels == {"k": "v"})
        expect(any("Successfully built" in line.get("stream", "") for line in lines))
        expect(client.containers.run("built:1", remove=True) == b"built\n2\n")
    try:
        client.images.build(fileobj=io.BytesIO(b"FROM busybox\nRUN exit 5\n"))
        raise AssertionError("built what fails")
    except docker.errors.BuildError as error:
        expect("returned a non-zero code: 5" in error.msg, error.msg)
    try:
        client.images.build(fileobj=io.BytesIO(b"FROM busybox\nFOO\n"))
        raise AssertionError("built what is wrong")
    except docker.errors.APIError as error:
        expect(error.status_code == 400 and "line 2: unknown instruction: FOO" in str(error))
    client.images.remove("built:1")
    expect("SpaceReclaimed" in client.api.prune_builds())


def images():
    image = client.images.get("busybox:latest")
    expect(image.tags == ["busybox:latest"] and image.attrs["Os"] == "linux")
    expect(image.tag("mine", "v1"))
    expect("mine:v1" in client.images.get("mine:v1").tags)
    expect(len(image.history()) >= 1)
    image.reload()
    saved = b"".join(image.save(named="mine:v1"))
    client.images.remove("mine:v1")
    refused(404, client.images.get, "mine:v1")
    expect([loaded.tags for loaded in client.images.load(saved)] and "mine:v1" in client.images.get("mine:v1").tags)
    client.images.remove("mine:v1")
    expect(any("busybox:latest" in found.tags for found in client.images.list()))
    expect(client.images.list(filters={"dangling": True}) == [])
    expect("ImagesDeleted" in client.images.prune())
    refused(404, client.images.get, "nonesuch")
    try:
        client.images.pull("localhost:1/nothing", tag="x")
        raise AssertionError("pulled from nowhere")
    except docker.errors.APIError as error:
        expect(error.explanation or str(error))


def events():
    seen, begun = [], threading.Event()
    def listen():
        stream = client.events(decode=True, filters={"type": ["container", "network", "volume"]})
        begun.set()
        for event in stream:
            seen.append((event["Type"], event["Action"]))
            if event["Type"] == "volume" and event["Action"] == "destroy":
                return stream.close()
    thread = threading.Thread(target=listen, daemon=True)
    thread.start()
    begun.wait(5)
    time.sleep(0.2)
    start = time.time()
    client.containers.run("busybox", ["true"], remove=True)
    client.volumes.create("told").remove()
    thread.join(15)
    expect(not thread.is_alive(), seen)
    expect([event for event in seen if event[0] == "container"] == [("container", action) for action in ["create", "attach", "start", "die", "destroy"]]
           or {"create", "start", "die", "destroy"} <= {a for k, a in seen if k == "container"}, seen)
    past = list(client.events(since=int(start) - 1, until=int(time.time()) + 1, decode=True, filters={"event": "die"}))
    expect(past and past[-1]["Actor"]["Attributes"]["exitCode"] == "0", past)


def usage():
    usage = client.df()
    expect(usage["ImageUsage"]["TotalCount"] > 0 and "ContainerUsage" in usage and "VolumeUsage" in usage, usage)
    old = docker.DockerClient(base_url="unix://" + sys.argv[1], version="1.51").df()
    expect(old["Images"] and "Containers" in old and "Volumes" in old, old)
    stopped = client.containers.run("busybox", ["true"], detach=True)
    stopped.wait()
    expect(stopped.id in client.containers.prune()["ContainersDeleted"])


def registries():
    calls = [
        lambda: client.login(username="me", password="secret", registry="localhost:1", reauth=True),
        lambda: client.images.search("localhost:1/busybox"),
        lambda: client.images.get_registry_data("localhost:1/busybox"),
    ]
    for call in calls:
        try:
            call()
            raise AssertionError("answered from nowhere")
        except docker.errors.APIError as error:
            expect("localhost:1" in error.explanation, error)
    refused(400, client.login, username="me", password="", registry="localhost:1", reauth=True)
    refused(400, client.images.get_registry_data, "UPPER CASE")


AREAS = [system, containers, updates, executions, logs, attachments, archives, networks, volumes, images, builds, events, usage, registries]

if __name__ == "__main__":
    failed = 0
    wanted = sys.argv[2:]
    for area in AREAS:
        if wanted and area.__name__ not in wanted:
            continue
        try:
            area()
            print(f"ok {area.__name__}", flush=True)
        except Exception as error:
            failed += 1
            place = error.__traceback__
            while place.tb_next and place.tb_next.tb_frame.f_code.co_name not in ("expect", "refused"):
                place = place.tb_next
            print(f"FAILED {area.__name__}, line {place.tb_lineno}: {type(error).__name__}: {error}", flush=True)
    sys.exit(1 if failed else 0)
