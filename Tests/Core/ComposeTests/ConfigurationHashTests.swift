import Testing

@testable import Compose

/// The hash of a service is Docker Compose's. The constants are what Docker Compose 2.26.1 prints for these services with
/// `config --hash '*'`.
@Suite struct ConfigurationHashTests {
  @Test(arguments: [
    ("{image: busybox}", "2afd7866203dca40993313263173003833e9de9c3ad83f2f59484e32a5605234"),
    ("{image: busybox, command: sleep 10}", "5a48ead5a6a5659ebfc401bcf6c60a82406e1c156f91f203d5d8d65e11e9b499"),
    (
      "{image: busybox, command: [sleep, \"10\"], entrypoint: []}",
      "c10429497a00183f72cdd51d99cf648336ba3f213cb0338a7efdcc8bf2b18986"
    ),
    (
      "{image: busybox, environment: {B: 1, A: \"x<>&y\", C: null}}",
      "ac3add3569f09708d6d81bda3c84e0006aaee7179e04049b55c8b63bc865b85d"
    ),
    (
      "{image: busybox, ports: [\"8080:80\", \"53:53/udp\", \"127.0.0.1:9000-9001:90-91\", 77]}",
      "95f785e351c9e4847c3489051abc6a82a882f750c617d96163974179fbdc1cbd"
    ),
    (
      "{image: busybox, ports: [{target: 80, published: 8081, protocol: tcp, mode: host, host_ip: 127.0.0.1, name: web, "
        + "app_protocol: http}]}", "d69bb5c0b3f4aa1714a0a3fe9c5f0d78ab9a199c9489cc58a76045a7af27f0f4"
    ),
    ("{image: busybox, networks: [n1]}", "27f6efff8a516d21ba2162e00cebd6da0d8df13087a35223a2895e79c0014d09"),
    ("{image: busybox, network_mode: host}", "521dde89e510417b0cfde95cb11ae45f4ea75e06394e2e194a4a0a059069baf8"),
    (
      "{image: busybox, healthcheck: {test: [CMD, \"true\"], interval: 1m30s, timeout: 3s, retries: 3, start_period: 500ms}}",
      "15d78d359bb77bbfdafde766035f011215bc24d7c0cb6b8ea67d6f1dc3c181c8"
    ),
    (
      "{image: busybox, healthcheck: {test: curl -f localhost, disable: false}}",
      "9f67ab6d19c038f161bf3df57ae5d4fe5c3fcbb5f381f64547d06a804a408378"
    ),
    (
      "{image: busybox, deploy: {replicas: 2, resources: {limits: {cpus: \"0.5\", memory: 50M, pids: 5}, reservations: "
        + "{memory: 20M}}, labels: {x: y}, restart_policy: {condition: on-failure, delay: 5s, max_attempts: 3, window: "
        + "120s}}}", "9652785a0c52a1288c6615de867d7bb6e666bfd608c66393976a279bca2a779f"
    ),
    (
      "{image: busybox, mem_limit: 64m, cpus: 1.5, cpu_shares: 512, memswap_limit: 128m, shm_size: 32m, pids_limit: 10, "
        + "ulimits: {nofile: 1024, nproc: {soft: 10, hard: 20}}}",
      "d386cdf3a360fe95309c82fc520a2a808a6bafd25fac4940154e6dc4619dc856"
    ),
    (
      "{image: busybox, cap_add: [NET_ADMIN], cap_drop: [ALL], dns: 8.8.8.8, dns_search: [a, b], extra_hosts: "
        + "[\"h:1.2.3.4\", \"g=5.6.7.8\"], hostname: hh, domainname: dd, init: true, privileged: true, read_only: true, "
        + "restart: unless-stopped, stop_grace_period: 1m, stop_signal: SIGINT, user: \"1:2\", working_dir: /w, tty: "
        + "true, stdin_open: true, labels: {z: 1, a: b}, sysctls: {net.core.somaxconn: 1024}, security_opt: "
        + "[no-new-privileges], tmpfs: /run, devices: [\"/dev/null:/dev/n\"], group_add: [7], logging: {driver: "
        + "json-file, options: {max-size: 10m, max-file: 3}}, container_name: mm, expose: [80, \"90\"], pid: host, ipc: "
        + "host, annotations: {q: r}, platform: linux/amd64, mac_address: \"02:00:00:00:00:01\"}",
      "f23908c7bbe95eb6aec2901dd8e2f50e09439359be6c0ed59a1b6b4a33eaa9a2"
    ),
    ("{build: {context: ., args: {A: 1}}}", "8ed9276b9b43971f5e501d66147c519a039b4cf02cb7c2f3b6c3aa25e8d28823"),
  ]) func itIsThatOfDockerCompose(_ service: String, _ hash: String) throws {
    let project = try project("services: {a: \(service)}\nnetworks: {n1: {}}\n")
    let found = try #require(project.service("a"))
    let description = String(decoding: ConfigurationHash.description(of: found), as: UTF8.self)
    #expect(ConfigurationHash.of(found) == hash, "\(description)")
  }

  /// Where versions of Docker Compose differ, what 2.39 makes of it.
  @Test(arguments: [
    (
      "volumes: [\"data:/d:ro\", \"/x:/y\", {type: bind, source: /a, target: /b, bind: {create_host_path: false}}, "
        + "{type: tmpfs, target: /t, tmpfs: {size: 1k, mode: 0755}}]",
      "\"volumes\":[{\"type\":\"volume\",\"source\":\"data\",\"target\":\"/d\",\"read_only\":true,\"volume\":{}},"
        + "{\"type\":\"bind\",\"source\":\"/x\",\"target\":\"/y\",\"bind\":{}},{\"type\":\"bind\",\"source\":\"/a\","
        + "\"target\":\"/b\",\"bind\":{\"create_host_path\":false}},"
        + "{\"type\":\"tmpfs\",\"target\":\"/t\",\"tmpfs\":{\"size\":\"1024\",\"mode\":493}}]"
    ),
    (
      "networks: {n1: {priority: 10, aliases: [b, a]}, default: }",
      "\"networks\":{\"default\":null,\"n1\":{\"aliases\":[\"b\",\"a\"],\"priority\":10}}"
    ),
    (
      "blkio_config: {weight: 10, device_read_bps: [{path: /d, rate: 1k}], weight_device: [{path: /d, weight: 7}]}, "
        + "labels: {b: , a: 1}, logging: {driver: local, options: {x: }}",
      "\"blkio_config\":{\"weight\":10,\"weight_device\":[{\"Path\":\"/d\",\"Weight\":7}],\"device_read_bps\":"
        + "[{\"Path\":\"/d\",\"Rate\":\"1024\"}]},\"command\":null,\"entrypoint\":null,\"image\":\"i\",\"labels\":"
        + "{\"a\":\"1\",\"b\":\"\"},\"logging\":{\"driver\":\"local\",\"options\":{\"x\":\"\"}},"
    ),
    (
      "secrets: [s, {source: s, target: /z, mode: 0440}], configs: [c]",
      "\"configs\":[{\"source\":\"c\"}],\"entrypoint\":null,\"image\":\"i\",\"networks\":{\"default\":null},\"secrets\":"
        + "[{\"source\":\"s\",\"target\":\"/run/secrets/s\"},{\"source\":\"s\",\"target\":\"/z\",\"mode\":\"0440\"}]"
    ),
  ]) func newerWaysCount(_ attributes: String, _ text: String) throws {
    let project = try project(
      "services: {a: {image: i, \(attributes)}}\nvolumes: {data: }\nnetworks: {n1: }\nsecrets: {s: {file: x}}\n"
        + "configs: {c: {file: x}}\n")
    let description = String(
      decoding: ConfigurationHash.description(of: try #require(project.service("a"))), as: UTF8.self)
    #expect(description.contains(text), "\(description)")
  }
}
