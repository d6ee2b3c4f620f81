"""testcontainers against the engine that DOCKER_HOST names, without its reaper image."""

import urllib.request

from testcontainers.core.container import DockerContainer
from testcontainers.core.network import Network
from testcontainers.core.waiting_utils import wait_for_logs

web = DockerContainer("busybox:latest").with_command(
    ["sh", "-c", "echo serving; trap 'exit 0' TERM; httpd -f -p 80 -h /etc & while :; do sleep 3600 & wait $!; done"]
).with_exposed_ports(80).with_env("A", "b")
with web:
    wait_for_logs(web, "serving", timeout=20)
    url = f"http://{web.get_container_host_ip()}:{web.get_exposed_port(80)}/passwd"
    assert b"root" in urllib.request.urlopen(url, timeout=10).read()
    result = web.exec(["sh", "-c", "echo $A"])
    assert (result.exit_code, result.output) == (0, b"b\n"), result
    assert b"serving" in web.get_logs()[0]

with Network() as network:
    server = DockerContainer("busybox:latest").with_command("httpd -f -p 80 -h /etc").with_network(network)
    with server.with_network_aliases("inside"):
        client = DockerContainer("busybox:latest").with_command("sleep 100").with_network(network)
        with client:
            result = client.exec("wget -qO- http://inside/passwd")
            assert result.exit_code == 0 and b"root" in result.output, result
print("ok")
