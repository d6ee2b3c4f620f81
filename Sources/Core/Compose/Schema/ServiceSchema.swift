import EngineModel

/// The schema of a service.
enum ServiceSchema {
  static let service = Schema.object(
    ObjectSchema(
      process.merging(network) { $1 }.merging(storage) { $1 }.merging(limits) { $1 }.merging(lifecycle) { $1 }
        .merging(otherPlatforms) { $1 }))

  private static let process: [String: Schema] = [
    "image": .string,
    "build": BuildSchema.build,
    "command": .command,
    "entrypoint": .command,
    "environment": .listOrMap,
    "env_file": .either([.string, .list(envFile)], expected: "a path or a list of paths"),
    "label_file": .stringOrList,
    "labels": .listOrMap,
    "annotations": .listOrMap,
    "container_name": .text(expected: "a name of letters, digits, dots, dashes and underscores") {
      ObjectName.isValid($0)
    },
    "user": .string,
    "working_dir": .string,
    "stdin_open": .bool,
    "tty": .bool,
    "platform": .string,
    "init": .bool,
    "attach": .bool,
    "logging": .object(
      ObjectSchema(["driver": .string, "options": .map(.either([.scalarText, .null], expected: "a text or a number"))])),
  ]

  private static let envFile = Schema.either(
    [
      .string,
      .object(ObjectSchema(["path": .string, "format": .oneOf(["raw"]), "required": .bool], required: ["path"])),
    ], expected: "a path, or a mapping with a path")

  private static let network: [String: Schema] = [
    "networks": .either(
      [.set(.string), .named(.orNull(attachment))], expected: "a list of networks, or a mapping of them"),
    "network_mode": .string,
    "ports": .list(
      .either([.integer(1...65_535), .string, port], expected: "a port, a text like 8080:80, or a mapping")),
    "expose": .list(.either([.integer(1...65_535), .string], expected: "a port")),
    "links": .set(.string),
    "external_links": .set(.string),
    "dns": .stringOrList,
    "dns_opt": .set(.string),
    "dns_search": .stringOrList,
    "domainname": .string,
    "hostname": .string,
    "mac_address": .string,
    "extra_hosts": .either(
      [.map(.stringOrList), .set(.string)], expected: "a mapping of names to addresses, or a list of name=address"),
  ]

  private static let attachment = Schema.object(
    ObjectSchema([
      "aliases": .set(.string),
      "interface_name": .unsupported("interface names are always eth0, eth1, …"),
      "ipv4_address": .string,
      "ipv6_address": .string,
      "link_local_ips": .set(.string),
      "mac_address": .string,
      "driver_opts": .options,
      "priority": .number,
      "gw_priority": .number,
    ]))

  private static let port = Schema.object(
    ObjectSchema(
      [
        "name": .string,
        "mode": .oneOf(["host", "ingress"]),
        "host_ip": .string,
        "target": .integer(1...65_535),
        "published": .text(expected: "a port or a range of ports") { !$0.isEmpty },
        "protocol": .oneOf(["tcp", "udp", "sctp"]),
        "app_protocol": .string,
      ], required: ["target"]))

  private static let storage: [String: Schema] = [
    "volumes": .list(.either([.string, mount], expected: "a text like ./data:/data, or a mapping")),
    "volumes_from": .set(.string),
    "tmpfs": .stringOrList,
    "secrets": files,
    "configs": files,
    "devices": .list(
      .either(
        [
          .string,
          .object(
            ObjectSchema(["source": .string, "target": .string, "permissions": .string], required: ["source"])),
        ], expected: "a path, or a mapping with a source")),
    "read_only": .bool,
    "shm_size": .bytes,
    "storage_opt": .options,
  ]

  private static let mount = Schema.object(
    ObjectSchema(
      [
        "type": .oneOf(["bind", "volume", "tmpfs", "cluster", "npipe", "image"]),
        "source": .string,
        "target": .string,
        "read_only": .bool,
        "consistency": .string,
        "bind": .object(
          ObjectSchema([
            "propagation": .oneOf(["private", "rprivate", "shared", "rshared", "slave", "rslave"]),
            "create_host_path": .bool, "recursive": .oneOf(["enabled", "disabled", "writable", "readonly"]),
            "selinux": .unsupported("Causeway does not support SELinux labels"),
          ])),
        "volume": .object(ObjectSchema(["labels": .listOrMap, "nocopy": .bool, "subpath": .string])),
        "tmpfs": .object(ObjectSchema(["size": .bytes, "mode": .fileMode])),
        "image": .object(ObjectSchema(["subpath": .string])),
      ], required: ["type", "target"]))

  static let files = Schema.list(
    .either(
      [
        .string,
        .object(
          ObjectSchema(
            ["source": .string, "target": .string, "uid": .string, "gid": .string, "mode": .fileMode],
            required: ["source"])),
      ], expected: "a name, or a mapping with a source"))

  static let ulimits = Schema.map(
    .either(
      [.integer, .object(ObjectSchema(["soft": .integer, "hard": .integer], required: ["soft", "hard"]))],
      expected: "a number, or a mapping with soft and hard"))

  private static let limits: [String: Schema] = [
    "blkio_config": .object(
      ObjectSchema([
        "device_read_bps": rates(.bytes), "device_read_iops": rates(.integer), "device_write_bps": rates(.bytes),
        "device_write_iops": rates(.integer), "weight": .integer(0...1000),
        "weight_device": .list(
          .object(ObjectSchema(["path": .string, "weight": .integer(0...1000)], required: ["path", "weight"]))),
      ])),
    "cpu_count": .integer,
    "cpu_percent": .integer(0...100),
    "cpu_shares": .integer,
    "cpu_quota": microseconds,
    "cpu_period": microseconds,
    "cpu_rt_period": microseconds,
    "cpu_rt_runtime": microseconds,
    "cpus": .number,
    "cpuset": .string,
    "mem_limit": .bytes,
    "mem_reservation": .bytes,
    "mem_swappiness": .integer(0...100),
    "memswap_limit": .bytes,
    "oom_kill_disable": .bool,
    "oom_score_adj": .integer(-1000...1000),
    "pids_limit": .integer,
    "ulimits": ulimits,
    "deploy": .orNull(DeploySchema.deploy),
    "scale": .count,
  ]

  private static let microseconds = Schema.either(
    [.integer, .duration], expected: "a number of microseconds, or a duration")

  private static func rates(_ rate: Schema) -> Schema {
    .list(.object(ObjectSchema(["path": .string, "rate": rate], required: ["path", "rate"])))
  }

  private static let lifecycle: [String: Schema] = [
    "depends_on": .either(
      [.set(.string), .named(dependency)], expected: "a list of services, or a mapping of them to conditions"),
    "healthcheck": .object(
      ObjectSchema([
        "disable": .bool, "interval": .duration, "retries": .integer(0...Int64(Int32.max)), "test": .stringOrList,
        "timeout": .duration, "start_period": .duration, "start_interval": .duration,
      ])),
    "restart": .text(expected: "no, always, unless-stopped, on-failure or on-failure:<count>") {
      RestartPolicyText($0) != nil
    },
    "profiles": .set(.string),
    "extends": .either(
      [.string, .object(ObjectSchema(["service": .string, "file": .string], required: ["service"]))],
      expected: "a service's name, or a mapping with a service"),
    "pull_policy": .text(expected: "always, never, missing, if_not_present, build, daily, weekly or every_<time>") {
      ["always", "never", "missing", "if_not_present", "build", "refresh", "daily", "weekly"].contains($0)
        || ($0.hasPrefix("every_") && ComposeDuration(String($0.dropFirst(6))) != nil)
    },
    "pull_refresh_after": .duration,
    "stop_signal": .string,
    "stop_grace_period": .duration,
    "post_start": .list(hook),
    "pre_stop": .list(hook),
    "privileged": .bool,
    "cap_add": .set(.string),
    "cap_drop": .set(.string),
    "security_opt": .set(.string),
    "group_add": .list(.scalarText),
    "sysctls": .listOrMap,
    "device_cgroup_rules": .set(.string),
    "cgroup": .oneOf(["host", "private"]),
    "cgroup_parent": .string,
    "ipc": .string,
    "pid": .orNull(.string),
    "uts": .string,
    "userns_mode": .string,
    "runtime": .string,
  ]

  private static let hook = Schema.object(
    ObjectSchema(
      ["command": .command, "user": .string, "privileged": .bool, "working_dir": .string, "environment": .listOrMap],
      required: ["command"]))

  private static let dependency = Schema.object(
    ObjectSchema(
      [
        "restart": .bool, "required": .bool,
        "condition": .oneOf(["service_started", "service_healthy", "service_completed_successfully"]),
      ], required: ["condition"]))

  /// Attributes for other systems.
  private static let otherPlatforms: [String: Schema] = [
    "credential_spec": .unsupported("it is for Windows containers"),
    "isolation": .oneOf(["default"]),
    "gpus": .unsupported("Causeway does not support GPUs"),
    "models": .unsupported("Causeway does not run models; run a model server as a service"),
    "provider": .unsupported("Causeway does not run provider programs; a service is a container"),
    "use_api_socket": .unsupported("mount the engine's socket as a volume instead"),
    "develop": .ineffective(.orNull(DeploySchema.develop), "compose watch is not supported"),
  ]
}

/// `restart`: a policy and its maximum retry count.
struct RestartPolicyText: Sendable, Hashable {
  let name: String
  let maximum: Int

  init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard ["no", "always", "unless-stopped", "on-failure"].contains(String(parts[0])), parts.count <= 2 else {
      return nil
    }
    name = String(parts[0])
    guard parts.count == 2 else {
      maximum = 0
      return
    }
    guard name == "on-failure", let count = Int(parts[1]), count >= 0 else { return nil }
    maximum = count
  }
}
