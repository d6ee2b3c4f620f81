extension HashEncoding {
  private static func members(_ members: KeyValuePairs<String, HashEncoding>, alwaysWritten: Set<String> = [])
    -> HashEncoding
  {
    .members(members.map { Member(name: $0, encoding: $1, isAlwaysWritten: alwaysWritten.contains($0)) })
  }

  /// A service without the attributes that do not affect its containers: scale, build, image pulls and dependencies.
  /// Command and entrypoint are always written.
  static let service = members(
    [
      "annotations": .texts, "attach": .optionalBool, "blkio_config": blkio, "cap_add": .list(.text),
      "cap_drop": .list(.text), "cgroup_parent": .text, "cgroup": .text, "cpu_count": .integer, "cpu_percent": .float,
      "cpu_period": .integer, "cpu_quota": .integer, "cpu_rt_period": .integer, "cpu_rt_runtime": .integer,
      "cpus": .float, "cpuset": .text, "cpu_shares": .integer, "command": .list(.text),
      "configs": .list(file), "container_name": .text, "deploy": deploy, "device_cgroup_rules": .list(.text),
      "devices": .list(members(["source": .text, "target": .text, "permissions": .text])), "dns": .list(.text),
      "dns_opt": .list(.text), "dns_search": .list(.text), "domainname": .text, "entrypoint": .list(.text),
      "environment": .map(.text), "expose": .list(.text), "external_links": .list(.text), "extra_hosts": .pairs,
      "group_add": .list(.text), "hostname": .text, "healthcheck": healthcheck, "image": .text, "init": .optionalBool,
      "ipc": .text, "isolation": .text, "labels": .texts, "links": .list(.text),
      "logging": members(["driver": .text, "options": .texts]), "mem_limit": .bytes, "mem_reservation": .bytes,
      "memswap_limit": .bytes, "mem_swappiness": .bytes, "mac_address": .text, "network_mode": .text,
      "networks": .map(attachment), "oom_kill_disable": .flag, "oom_score_adj": .integer, "pid": .text,
      "pids_limit": .integer, "platform": .text, "ports": .list(port), "privileged": .flag, "read_only": .flag,
      "restart": .text, "runtime": .text, "secrets": .list(file), "security_opt": .list(.text), "shm_size": .bytes,
      "stdin_open": .flag, "stop_grace_period": .duration, "stop_signal": .text, "storage_opt": .texts,
      "sysctls": .texts, "tmpfs": .list(.text), "tty": .flag,
      "ulimits": .map(.numberOr(members(["soft": .integer, "hard": .integer]))), "user": .text, "userns_mode": .text,
      "uts": .text, "volumes": .list(mount), "volumes_from": .list(.text), "working_dir": .text,
      "post_start": .list(hook), "pre_stop": .list(hook),
    ], alwaysWritten: ["command", "entrypoint"])

  private static let blkio = members([
    "weight": .integer,
    "weight_device": .list(members(["Path": .text, "Weight": .integer], alwaysWritten: ["Path", "Weight"])),
    "device_read_bps": rates, "device_read_iops": rates, "device_write_bps": rates, "device_write_iops": rates,
  ])
  private static let rates = HashEncoding.list(
    members(["Path": .text, "Rate": .bytes], alwaysWritten: ["Path", "Rate"]))

  private static let file = members([
    "source": .text, "target": .text, "uid": .text, "gid": .text, "mode": .mode(isText: true),
  ])

  private static let deploy = members(
    [
      "mode": .text, "labels": .texts, "update_config": update, "rollback_config": update,
      "resources": members(["limits": resource, "reservations": resource]),
      "restart_policy": members(["condition": .text, "delay": .duration, "max_attempts": .count, "window": .duration]),
      "placement": members([
        "constraints": .list(.text), "preferences": .list(members(["spread": .text])),
        "max_replicas_per_node": .integer,
      ]), "endpoint_mode": .text,
    ], alwaysWritten: ["resources", "placement"])
  private static let resource = members(["cpus": .float, "memory": .bytes, "pids": .integer])
  private static let update = members([
    "parallelism": .count, "delay": .duration, "failure_action": .text, "monitor": .duration,
    "max_failure_ratio": .float,
    "order": .text,
  ])

  private static let healthcheck = members([
    "test": .list(.text), "timeout": .duration, "interval": .duration, "retries": .count, "start_period": .duration,
    "start_interval": .duration, "disable": .flag,
  ])

  private static let attachment = members([
    "aliases": .list(.text), "driver_opts": .texts, "gw_priority": .integer, "ipv4_address": .text,
    "ipv6_address": .text, "link_local_ips": .list(.text), "mac_address": .text, "priority": .integer,
  ])

  private static let port = members([
    "name": .text, "mode": .text, "host_ip": .text, "target": .integer, "published": .text, "protocol": .text,
    "app_protocol": .text,
  ])

  private static let mount = members([
    "type": .text, "source": .text, "target": .text, "read_only": .flag, "consistency": .text,
    "bind": members(["propagation": .text, "create_host_path": .falseOnly, "recursive": .text]),
    "volume": members(["labels": .texts, "nocopy": .flag, "subpath": .text]),
    "tmpfs": members(["size": .bytes, "mode": .mode(isText: false)]), "image": members(["subpath": .text]),
  ])

  private static let hook = members(
    [
      "command": .list(.text), "user": .text, "privileged": .flag, "working_dir": .text, "environment": .map(.text),
    ], alwaysWritten: ["command"])

  static let network = members(
    [
      "name": .text, "driver": .text, "driver_opts": .texts,
      "ipam": members([
        "driver": .text,
        "config": .list(
          members(["subnet": .text, "gateway": .text, "ip_range": .text, "aux_addresses": .texts])),
      ]), "internal": .flag, "attachable": .flag, "labels": .texts, "enable_ipv4": .optionalBool,
      "enable_ipv6": .optionalBool,
    ], alwaysWritten: ["ipam"])

  static let volume = members(["name": .text, "driver": .text, "driver_opts": .texts, "labels": .texts])
}
