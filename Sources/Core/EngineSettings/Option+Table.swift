extension Option {
  /// The default folder of certificates and of the configuration file.
  package static let standardFolder = "/etc/causeway"
  package static let standardFile = "\(standardFolder)/engine.json"

  package static let all: [Option] = engine + network + transport + fixed

  private static let engine: [Option] = [
    .list("host", "H", key: "hosts", "Daemon socket(s) to connect to (unix://, tcp://, fd://)").form(.host),
    .text("config-file", key: nil, "Daemon configuration file (default \"\(standardFile)\")", takes: "file"),
    .text("data-root", key: "data-root", "Root directory of persistent state (default \"/var/lib/causeway\")")
      .form(.absolutePath),
    .text("exec-root", key: "exec-root", "Root directory for execution state files (default \"/run/causeway\")")
      .form(.absolutePath),
    .text("pidfile", "p", key: "pidfile", "Path to use for daemon PID file (default \"EXEC-ROOT/causewayd.pid\")"),
    .text("group", "G", key: "group", "Group of the unix socket (default: docker or causeway, the first that exists)"),
    .text(
      "log-level", "l", key: "log-level",
      "Set the logging level (\"debug\", \"info\", \"warn\", \"error\", \"fatal\") (default \"info\")"
    ).form(.level),
    .flag("debug", "D", key: "debug", "Enable debug mode"),
    .list("label", key: "labels", "Set key=value labels to the daemon").form(.label),
    .list("add-runtime", key: nil, "Register an additional OCI compatible runtime, name=path", takes: "runtime")
      .form(.runtime),
    .text(
      "default-runtime", key: "default-runtime",
      "Default OCI runtime for containers (default the first that works here of crun and runc)"),
    .text("log-driver", key: "log-driver", "Default driver for container logs (default \"json-file\")"),
    .list("log-opt", key: "log-opts", "Default log driver options for containers, key=value").form(.logOption),
    .list("default-ulimit", key: "default-ulimits", "Default ulimits for containers, name=soft:hard", takes: "ulimit")
      .form(.ulimit),
    .text(
      "default-shm-size", key: "default-shm-size", "Default shm size for containers (default 64MiB)", takes: "bytes"
    ).form(.size),
    .list(
      "registry-mirror", key: "registry-mirrors", "Preferred registry mirror for Docker Hub's images", takes: "url"
    ).form(.mirror),
    .list(
      "insecure-registry", key: "insecure-registries",
      "Registry that may use plain HTTP or an untrusted certificate: HOST, HOST:PORT or CIDR"
    ).form(.registry),
    .text(
      "max-concurrent-downloads", key: "max-concurrent-downloads",
      "How many layers of an image the engine fetches at once (default 3)", takes: "int"
    ).form(.count),
    .text(
      "max-download-attempts", key: "max-download-attempts",
      "How many times the engine tries to fetch a layer (default 5)", takes: "int"
    ).form(.count),
    .flag("init", key: "init", "Run an init in the container to forward signals and reap processes"),
    .flag("validate", key: nil, "Validate daemon configuration and exit"),
    .flag("version", "v", key: nil, "Print version information and quit"),
    .flag("help", "h", key: nil, "Print usage"),
  ]

  private static let network: [Option] = [
    .list(
      "default-address-pool", key: "default-address-pools",
      "Default address pools for node specific local networks, base=CIDR,size=LENGTH", takes: "pool-options"
    ).form(.pool),
    .list(
      "default-network-opt", key: "default-network-opts",
      "Driver options of new networks that do not set them, driver=key=value", takes: "driver-options"
    ).form(.networkOption),
    .text("bridge", "b", key: "bridge", "Existing bridge for the default network; none: no default network")
      .form(.bridgeName),
    .text("bip", key: "bip", "IPv4 address for the default bridge, with its prefix length")
      .form(.bridgeAddress),
    .text("fixed-cidr", key: "fixed-cidr", "IPv4 subnet for the default bridge's containers").form(.prefix4),
    .flag("ipv6", key: "ipv6", "Enable IPv6 on the default bridge"),
    .text("fixed-cidr-v6", key: "fixed-cidr-v6", "IPv6 subnet for the default bridge").form(.prefix6),
    .text("mtu", key: "mtu", "Set the MTU of the default bridge", takes: "int").form(.mtu),
    .flag("icc", key: "icc", "Enable inter-container communication on the default bridge (default true)"),
    .text("ip", key: "ip", "Host IP for port publishing when none is given", takes: "ip").form(.address),
    .flag(
      "self-healing", key: "self-healing", "Restore what other programs change in the engine's network (default true)"),
    .flag(
      "docker-user-chain", key: "docker-user-chain",
      "Add this engine's bridges to DOCKER-USER, the chain of a Docker on the same host (default true)"),
    .flag(
      "firewalld-zone", key: "firewalld-zone",
      "Put this engine's bridges into firewalld's zone causeway, which accepts their packets (default true)"),
    .list(
      "plugin-sockets", key: "plugin-sockets",
      "Folder of plugins' sockets (default \"/run/causeway/plugins\" and \"/run/docker/plugins\")"
    ).form(.absolutePath),
    .list(
      "plugin-specs", key: "plugin-specs",
      "Folder of plugins' .spec and .json files (default \"/etc/docker/plugins\" and \"/usr/lib/docker/plugins\")"
    ).form(.absolutePath),
    .text(
      "plugin-timeout", key: "plugin-timeout", "Seconds that a plugin has to answer (default 30)", takes: "int"
    ).form(.timeoutSeconds),
    .list(
      "cluster-store", key: "cluster-store",
      "Store that the hosts of a cluster share, for overlay networks: etcd://ADDRESS:PORT/PREFIX, several with "
        + "commas between", takes: "url"
    ).form(.clusterStore),
    .text(
      "cluster-advertise", key: "cluster-advertise",
      "This host's address on the network between the cluster's hosts, or the interface that has it",
      takes: "address-or-interface"
    ).form(.word),
    .list("cluster-store-opt", key: "cluster-store-opts", "Options of the cluster's store, key=value", takes: "option")
      .form(.clusterOption),
    .text(
      "cluster-port", key: "cluster-port", "UDP port of the VXLAN tunnels between hosts (default 4789)",
      takes: "int"
    ).form(.port),
    .list("dns", key: "dns", "DNS server to use").form(.address),
    .list("dns-search", key: "dns-search", "DNS search domains to use").form(.word),
    .list("dns-opt", key: "dns-opts", "DNS options to use").form(.word),
    .list("host-gateway-ip", key: "host-gateway-ips", "IP addresses of the name host-gateway").form(.address),
  ]

  private static let transport: [Option] = [
    .flag("tls", key: "tls", "Use TLS on TCP sockets; implied by --tlsverify"),
    .flag("tlsverify", key: "tlsverify", "Use TLS and take only clients with a certificate of the CA"),
    .text(
      "tlscacert", key: "tlscacert", "Trust certs signed only by this CA (default \"\(standardFolder)/ca.pem\")"),
    .text("tlscert", key: "tlscert", "Path to TLS certificate file (default \"\(standardFolder)/cert.pem\")"),
    .text("tlskey", key: "tlskey", "Path to TLS key file (default \"\(standardFolder)/key.pem\")"),
  ]

  /// Settings that other engines offer and that this engine does not: the message for an unsupported value.
  private static let fixed: [Option] = [
    .flag("live-restore", key: "live-restore", "Containers always outlive the engine")
      .acceptsOnly("true", message: "containers always outlive the engine here; live-restore cannot be turned off"),
    .flag("iptables", key: "iptables", "The firewall is always kept")
      .acceptsOnly("true", message: "the engine always keeps its own nftables table; iptables cannot be turned off"),
    .flag("ip6tables", key: "ip6tables", "The firewall is always kept")
      .acceptsOnly("true", message: "the engine always keeps its own nftables table; ip6tables cannot be turned off"),
    .text("firewall-backend", key: "firewall-backend", "The firewall is always nftables")
      .acceptsOnly("nftables", "", message: "the only firewall backend is nftables"),
    .flag("ip-forward", key: "ip-forward", "Forwarding is always enabled where it is needed")
      .acceptsOnly("true", message: "forwarding is enabled where networks need it; ip-forward cannot be turned off"),
    .flag("ip-masq", key: "ip-masq", "Masquerading is set by network")
      .acceptsOnly("true", message: "masquerading is set by network (com.docker.network.bridge.enable_ip_masquerade)"),
    .flag("userland-proxy", key: "userland-proxy", "There is no process per published port")
      .acceptsOnly("false", "true", message: ""),
    .text("storage-driver", "s", key: "storage-driver", "The storage driver is overlay2")
      .acceptsOnly("overlay2", "", message: "the only storage driver is overlay2"),
    .flag("experimental", key: "experimental", "There are no experimental features")
      .acceptsOnly("false", message: "there are no experimental features"),
    .flag("selinux-enabled", key: "selinux-enabled", "SELinux (not implemented)")
      .acceptsOnly("false", message: "SELinux is not implemented"),
    .text("userns-remap", key: "userns-remap", "User namespaces (not implemented)")
      .acceptsOnly("", message: "user namespaces are not implemented"),
    .text("cgroup-parent", key: "cgroup-parent", "Parent control group (not implemented)")
      .acceptsOnly(
        "", message: "a parent control group for all containers is not implemented; --cgroup-parent of run is"),
  ]
}
