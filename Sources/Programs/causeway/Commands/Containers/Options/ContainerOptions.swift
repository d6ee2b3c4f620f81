/// The options that `run` and `create` share. All of Docker's options are accepted; the engine rejects what it does not
/// support.
enum ContainerOptions {
  static let specifications: [OptionSpecification] =
    identity + process + network + storage + limits + isolation + health + windows

  /// Options for Windows containers. They are accepted only to reject them with a clear message.
  static let windows: [OptionSpecification] = [
    OptionSpecification("cpu-count", nil, .integer, "CPU count (Windows only)", hidden: true),
    OptionSpecification("cpu-percent", nil, .integer, "CPU percent (Windows only)", hidden: true),
    OptionSpecification(
      "io-maxbandwidth", nil, .bytes, "Maximum IO bandwidth limit for the system drive (Windows only)", hidden: true),
    OptionSpecification(
      "io-maxiops", nil, .integer, "Maximum IOps limit for the system drive (Windows only)", hidden: true),
  ]

  private static let identity: [OptionSpecification] = [
    .list("annotation", nil, "Add an annotation to the container (passed through to the OCI runtime)", type: "map"),
    .flag("help", nil, "Print usage"),
    .text("cidfile", nil, "Write the container ID to the file"),
    .list("label", "l", "Set meta data on a container"),
    .list("label-file", nil, "Read in a line delimited file of labels"),
    .text("name", nil, "Assign a name to the container"),
    .text("platform", nil, "Set platform if server is multi-platform capable"),
    .text("pull", nil, "Pull image before running (\"always\", \"missing\", \"never\")", default: "\"missing\""),
    .flag("quiet", "q", "Suppress the pull output"),
    .flag("rm", nil, "Automatically remove the container and its associated anonymous volumes when it exits"),
    .text("restart", nil, "Restart policy to apply when a container exits", default: "\"no\""),
    .plan,
    .flag("disable-content-trust", nil, "Skip image verification", default: true),
  ]

  private static let process: [OptionSpecification] = [
    .list("attach", "a", "Attach to STDIN, STDOUT or STDERR"),
    .text("entrypoint", nil, "Overwrite the default ENTRYPOINT of the image"),
    .list("env", "e", "Set environment variables"),
    .list("env-file", nil, "Read in a file of environment variables"),
    .list("group-add", nil, "Add additional groups to join"),
    .flag("init", nil, "Run an init inside the container that forwards signals and reaps processes"),
    .flag("interactive", "i", "Keep STDIN open even if not attached"),
    .text("log-driver", nil, "Logging driver for the container"),
    .list("log-opt", nil, "Log driver options"),
    .text("stop-signal", nil, "Signal to stop the container"),
    .integer("stop-timeout", nil, "Timeout (in seconds) to stop a container"),
    .flag("tty", "t", "Allocate a pseudo-TTY"),
    .text("user", "u", "Username or UID (format: <name|uid>[:<group|gid>])"),
    .text("workdir", "w", "Working directory inside the container"),
  ]

  private static let network: [OptionSpecification] = [
    .list("add-host", nil, "Add a custom host-to-IP mapping (host:ip)"),
    .list("dns", nil, "Set custom DNS servers"),
    .list("dns-option", nil, "Set DNS options", aliases: ["dns-opt"]),
    .list("dns-search", nil, "Set custom DNS search domains"),
    .text("domainname", nil, "Container NIS domain name"),
    .list("expose", nil, "Expose a port or a range of ports"),
    .text("hostname", "h", "Container host name"),
    .text("ip", nil, "IPv4 address (e.g., 172.30.100.104)"),
    .text("ip6", nil, "IPv6 address (e.g., 2001:db8::33)"),
    .list("link", nil, "Add link to another container"),
    .list("link-local-ip", nil, "Container IPv4/IPv6 link-local addresses"),
    .text("mac-address", nil, "Container MAC address (e.g., 92:d0:c6:0a:29:33)"),
    .list("network", nil, "Connect a container to a network", type: "network", aliases: ["net"]),
    .list("network-alias", nil, "Add network-scoped alias for the container", aliases: ["net-alias"]),
    .list("publish", "p", "Publish a container's port(s) to the host"),
    .flag("publish-all", "P", "Publish all exposed ports to random ports"),
  ]

  private static let storage: [OptionSpecification] = [
    .list("device", nil, "Add a host device to the container"),
    .list("mount", nil, "Attach a filesystem mount to the container", type: "mount"),
    .flag("read-only", nil, "Mount the container's root filesystem as read only"),
    OptionSpecification("shm-size", nil, .bytes, "Size of /dev/shm"),
    .list("storage-opt", nil, "Storage driver options for the container"),
    .list("tmpfs", nil, "Mount a tmpfs directory"),
    .list("volume", "v", "Bind mount a volume"),
    .text("volume-driver", nil, "Optional volume driver for the container"),
    .list("volumes-from", nil, "Mount volumes from the specified container(s)"),
  ]

  private static let limits: [OptionSpecification] = [
    .integer("blkio-weight", nil, "Block IO (relative weight), between 10 and 1000, or 0 to disable", default: "0"),
    .list("blkio-weight-device", nil, "Block IO weight (relative device weight)"),
    .list("device-read-bps", nil, "Limit read rate (bytes per second) from a device"),
    .list("device-read-iops", nil, "Limit read rate (IO per second) from a device"),
    .list("device-write-bps", nil, "Limit write rate (bytes per second) to a device"),
    .list("device-write-iops", nil, "Limit write rate (IO per second) to a device"),
    OptionSpecification("kernel-memory", nil, .bytes, "Kernel memory limit"),
    .integer("cpu-period", nil, "Limit CPU CFS (Completely Fair Scheduler) period"),
    .integer("cpu-quota", nil, "Limit CPU CFS (Completely Fair Scheduler) quota"),
    .integer("cpu-rt-period", nil, "Limit CPU real-time period in microseconds"),
    .integer("cpu-rt-runtime", nil, "Limit CPU real-time runtime in microseconds"),
    .integer("cpu-shares", "c", "CPU shares (relative weight)"),
    OptionSpecification("cpus", nil, .decimal, "Number of CPUs"),
    .text("cpuset-cpus", nil, "CPUs in which to allow execution (0-3, 0,1)"),
    .text("cpuset-mems", nil, "MEMs in which to allow execution (0-3, 0,1)"),
    OptionSpecification(
      "gpus", nil, .list("gpu-request"), "GPU devices to add to the container ('all' to pass all GPUs)"),
    .list("device-cgroup-rule", nil, "Add a rule to the cgroup allowed devices list"),
    OptionSpecification("memory", "m", .bytes, "Memory limit"),
    OptionSpecification("memory-reservation", nil, .bytes, "Memory soft limit"),
    OptionSpecification(
      "memory-swap", nil, .bytes, "Swap limit equal to memory plus swap: '-1' to enable unlimited swap"),
    .integer("memory-swappiness", nil, "Tune container memory swappiness (0 to 100)", default: "-1"),
    .flag("oom-kill-disable", nil, "Disable OOM Killer"),
    .integer("oom-score-adj", nil, "Tune host's OOM preferences (-1000 to 1000)"),
    .integer("pids-limit", nil, "Tune container pids limit (set -1 for unlimited)"),
    .list("ulimit", nil, "Ulimit options", type: "ulimit"),
  ]

  private static let isolation: [OptionSpecification] = [
    .list("cap-add", nil, "Add Linux capabilities"),
    .list("cap-drop", nil, "Drop Linux capabilities"),
    .text("cgroup-parent", nil, "Optional parent cgroup for the container"),
    .text("cgroupns", nil, "Cgroup namespace to use (host|private)"),
    .text("ipc", nil, "IPC mode to use"),
    .text("isolation", nil, "Container isolation technology"),
    .text("pid", nil, "PID namespace to use"),
    .flag("privileged", nil, "Give extended privileges to this container"),
    .text("runtime", nil, "Runtime to use for this container"),
    .list("security-opt", nil, "Security Options"),
    .list("sysctl", nil, "Sysctl options", type: "map"),
    .text("userns", nil, "User namespace to use"),
    .text("uts", nil, "UTS namespace to use"),
  ]

  /// The options that `update` accepts.
  static let changeable: [OptionSpecification] = limits.filter {
    [
      "blkio-weight", "cpu-period", "cpu-quota", "cpu-rt-period", "cpu-rt-runtime", "cpu-shares", "cpus", "cpuset-cpus",
      "cpuset-mems", "kernel-memory", "memory", "memory-reservation", "memory-swap", "pids-limit",
    ].contains($0.name)
  }

  private static let health: [OptionSpecification] = [
    .text("health-cmd", nil, "Command to run to check health"),
    OptionSpecification("health-interval", nil, .duration, "Time between running the check (ms|s|m|h)", default: "0s"),
    .integer("health-retries", nil, "Consecutive failures needed to report unhealthy"),
    OptionSpecification(
      "health-start-interval", nil, .duration,
      "Time between running the check during the start period (ms|s|m|h)", default: "0s"),
    OptionSpecification(
      "health-start-period", nil, .duration,
      "Start period for the container to initialize before starting health-retries countdown (ms|s|m|h)",
      default: "0s"),
    OptionSpecification(
      "health-timeout", nil, .duration, "Maximum time to allow one check to run (ms|s|m|h)", default: "0s"),
    .flag("no-healthcheck", nil, "Disable any container-specified HEALTHCHECK"),
  ]
}
