/// Impossible containers, networks, volumes and queries.
enum HostileThings {
  static var all: [HostileRequest] { names + options + networks + volumes + queries }

  static let names: [HostileRequest] =
    [
      ("a dash first", "-bad"), ("a dot first", ".bad"), ("one letter", "x"), ("a slash inside", "a/b"), ("dots", ".."),
      ("a path", "../../etc/passwd"), ("a space", "a%20b"), ("another script", "%C3%B1and%C3%BA"),
      ("a smiling face", "%F0%9F%98%80ab"),
      ("a mark without width", "ab%E2%80%8Bcd"), ("writing to the left", "ab%E2%80%AEcd"), ("a line break", "ab%0Acd"),
      ("a tab", "ab%09cd"), ("a command", "$(reboot)"), ("a quote", "a'b"), ("markup", "%3Cb%3E"), ("a colon", "a:b"),
      ("an at sign", "a@b"),
    ].map { .container("container name with \($0)", "", [400], "Invalid container name", name: $1) }
    + [
      .container("container name taken", "", [409], "is already in use", name: "keeper"),
      .ask("rename to nothing", "POST", "/v1.50/containers/keeper/rename?name=", [400]),
      .ask("rename to a path", "POST", "/v1.50/containers/keeper/rename?name=..%2fx", [400]),
      .ask("rename to itself", "POST", "/v1.50/containers/keeper/rename?name=keeper", [400, 409]),
      .container("image of nothing", ",\"Image\":\"\"", [400]),
      .container("image in capitals", ",\"Image\":\"BUSYBOX\"", [400], "invalid reference format"),
      .container("image that is a path", ",\"Image\":\"../../etc\"", [400], "invalid reference format"),
      .container("image nobody has", ",\"Image\":\"busybox:nonesuch\"", [404], "No such image"),
      .container("image of a digest too short", ",\"Image\":\"busybox@sha256:abc\"", [400], "invalid reference format"),
      .container(
        "image with a tag too long", ",\"Image\":\"busybox:\(String(repeating: "t", count: 129))\"", [400],
        "invalid reference format"),
    ]

  static let options: [HostileRequest] = [
    .container("folder that is not absolute", ",\"WorkingDir\":\"relative/path\"", [400], "absolute path"),
    .container("host name with a space", ",\"Hostname\":\"a b\"", [400], "hostname"),
    .container(
      "host name of 300 letters", ",\"Hostname\":\"\(String(repeating: "h", count: 300))\"", [400], "hostname"),
    .container("variable without a name", ",\"Env\":[\"=value\"]", [400], "environment"),
    .container("variable of nothing", ",\"Env\":[\"\"]", [400], "environment"),
    .container("stop signal nobody has", ",\"StopSignal\":\"SIGFLY\"", [400], "signal"),
    .container(
      "health check before time", ",\"Healthcheck\":{\"Test\":[\"CMD\",\"true\"],\"Interval\":-1}", [400], "Interval"),
    .container(
      "health check too often", ",\"Healthcheck\":{\"Test\":[\"CMD\",\"true\"],\"Interval\":1000}", [400], "Interval"),
    .container("health check of no kind", ",\"Healthcheck\":{\"Test\":[\"MAYBE\",\"true\"]}", [400]),
    .container("port above all", ",\"ExposedPorts\":{\"70000/tcp\":{}}", [400], "port"),
    .container("port of another protocol", ",\"ExposedPorts\":{\"80/xyz\":{}}", [400]),
    .container("range of ports backwards", ",\"ExposedPorts\":{\"90-80/tcp\":{}}", [400], "port"),
    .container("port that is a word", ",\"ExposedPorts\":{\"http\":{}}", [400], "port"),
    .hostConfig("host port above all", "\"PortBindings\":{\"80/tcp\":[{\"HostPort\":\"65536\"}]}", [400], "port"),
    .hostConfig("host port below zero", "\"PortBindings\":{\"80/tcp\":[{\"HostPort\":\"-1\"}]}", [400], "port"),
    .hostConfig(
      "host address that is none", "\"PortBindings\":{\"80/tcp\":[{\"HostIp\":\"999.1.1.1\",\"HostPort\":\"80\"}]}",
      [400], "999.1.1.1"),
    .hostConfig("memory below the least", "\"Memory\":1", [400], "memory"),
    .hostConfig("memory below zero", "\"Memory\":-5", [400]),
    .hostConfig("swap below memory", "\"Memory\":67108864,\"MemorySwap\":1048576", [400], "swap"),
    .hostConfig("swap without memory", "\"MemorySwap\":67108864", [400], "memory"),
    .hostConfig(
      "reservation above memory", "\"Memory\":67108864,\"MemoryReservation\":134217728", [400], "reservation"),
    .hostConfig("swappiness above 100", "\"MemorySwappiness\":101", [400], "swappiness"),
    .hostConfig("shares below zero", "\"CpuShares\":-1", [400], "shares"),
    .hostConfig("processors nobody has", "\"NanoCpus\":9999000000000", [400], "CPUs"),
    .hostConfig("processors below zero", "\"NanoCpus\":-1", [400]),
    .hostConfig("processors two ways", "\"NanoCpus\":1000000000,\"CpuQuota\":50000", [400], "Conflicting"),
    .hostConfig("quota too small", "\"CpuQuota\":5", [400], "quota"),
    .hostConfig("period too long", "\"CpuPeriod\":5000000", [400], "period"),
    .hostConfig("set of processors backwards", "\"CpusetCpus\":\"3-1\"", [400], "cpuset"),
    .hostConfig("set of processors of words", "\"CpusetCpus\":\"all\"", [400], "cpuset"),
    .hostConfig("set of processors nobody has", "\"CpusetCpus\":\"4000\"", [400], "CPU"),
    .hostConfig("weight too small", "\"BlkioWeight\":5", [400], "weight"),
    .hostConfig("score above all", "\"OomScoreAdj\":5000", [400], "-1000"),
    .hostConfig("shared memory below zero", "\"ShmSize\":-1", [400]),
    .hostConfig("limit backwards", "\"Ulimits\":[{\"Name\":\"nofile\",\"Soft\":100,\"Hard\":10}]", [400], "ulimit"),
    .hostConfig("limit nobody has", "\"Ulimits\":[{\"Name\":\"wings\",\"Soft\":1,\"Hard\":1}]", [400], "ulimit"),
    .hostConfig("capability nobody has", "\"CapAdd\":[\"CAP_FLY\"]", [400], "CAP_FLY"),
    .hostConfig("security option of nonsense", "\"SecurityOpt\":[\"nonsense\"]", [400], "nonsense"),
    .hostConfig("bind of colons", "\"Binds\":[\":::\"]", [400], "invalid"),
    .hostConfig("bind to a relative path", "\"Binds\":[\"/etc:relative\"]", [400], "invalid mount"),
    .hostConfig("bind to the root", "\"Binds\":[\"/etc:/\"]", [400], "destination can't be '/'"),
    .hostConfig("bind with a mode nobody knows", "\"Binds\":[\"/etc:/x:upside-down\"]", [400], "mode"),
    .hostConfig("bind of dots", "\"Binds\":[\"../..:/x\"]", [400], "\"message\""),
    .hostConfig("two binds on one place", "\"Binds\":[\"/etc:/x\",\"/usr:/x\"]", [400], "Duplicate mount point"),
    .hostConfig("mount of no kind", "\"Mounts\":[{\"Type\":\"magic\",\"Target\":\"/x\"}]", [400], "mount"),
    .hostConfig("mount without a target", "\"Mounts\":[{\"Type\":\"volume\",\"Source\":\"v\"}]", [400], "Target"),
    .hostConfig(
      "mount of a relative folder", "\"Mounts\":[{\"Type\":\"bind\",\"Source\":\"etc\",\"Target\":\"/x\"}]", [400],
      "absolute"),
    .hostConfig(
      "mount of a folder nobody has", "\"Mounts\":[{\"Type\":\"bind\",\"Source\":\"/no/such\",\"Target\":\"/x\"}]",
      [400], "/no/such"),
    .hostConfig(
      "mount with another kind's options",
      "\"Mounts\":[{\"Type\":\"tmpfs\",\"Target\":\"/x\",\"BindOptions\":{\"Propagation\":\"shared\"}}]", [400]),
    .hostConfig(
      "tmpfs below zero", "\"Mounts\":[{\"Type\":\"tmpfs\",\"Target\":\"/x\",\"TmpfsOptions\":{\"SizeBytes\":-1}}]",
      [400]),
    .hostConfig("tmpfs at a relative path", "\"Tmpfs\":{\"relative\":\"\"}", [400]),
    .hostConfig("restart policy nobody has", "\"RestartPolicy\":{\"Name\":\"sometimes\"}", [400], "sometimes"),
    .hostConfig("restarts below zero", "\"RestartPolicy\":{\"Name\":\"on-failure\",\"MaximumRetryCount\":-3}", [400]),
    .hostConfig(
      "restarts that are not counted", "\"RestartPolicy\":{\"Name\":\"always\",\"MaximumRetryCount\":3}", [400]),
    .hostConfig(
      "restart and removal", "\"AutoRemove\":true,\"RestartPolicy\":{\"Name\":\"always\"}", [400], "AutoRemove"),
    .hostConfig("log driver nobody has", "\"LogConfig\":{\"Type\":\"parchment\"}", [400], "parchment"),
    .hostConfig("runtime nobody has", "\"Runtime\":\"treadmill\"", [400], "treadmill"),
    .hostConfig("network of a container nobody has", "\"NetworkMode\":\"container:\"", [400]),
    .hostConfig("ports with the host's network", "\"NetworkMode\":\"host\",\"Links\":[\"keeper:k\"]", [400]),
    .hostConfig("process mode nobody has", "\"PidMode\":\"shared\"", [400], "PID"),
    .hostConfig("memory mode nobody has", "\"IpcMode\":\"telepathy\"", [400], "IPC"),
    .hostConfig("name mode nobody has", "\"UTSMode\":\"other\"", [400], "UTS"),
    .hostConfig("user mode nobody has", "\"UsernsMode\":\"other\"", [400, 501]),
    .hostConfig("group mode nobody has", "\"CgroupnsMode\":\"other\"", [400], "cgroup"),
    .hostConfig("host entry without an address", "\"ExtraHosts\":[\"alone\"]", [400], "add-host"),
    .hostConfig("host entry of another address", "\"ExtraHosts\":[\"x:not-an-ip\"]", [400], "not-an-ip"),
    .hostConfig("name server that is a name", "\"Dns\":[\"dns.example\"]", [400], "dns.example"),
    .hostConfig("sysctl of the whole host", "\"Sysctls\":{\"kernel.panic\":\"1\"}", [400], "kernel.panic"),
    .hostConfig("sysctl that is a path", "\"Sysctls\":{\"net/../../kernel/panic\":\"1\"}", [400]),
    .hostConfig("volumes of a container nobody has", "\"VolumesFrom\":[\"ghost\"]", [400, 404], "ghost"),
    .hostConfig("volumes with a mode nobody knows", "\"VolumesFrom\":[\"keeper:sideways\"]", [400]),
    .hostConfig("link to nobody", "\"Links\":[\"ghost:g\"]", [400, 404], "ghost"),
    .hostConfig("device rule of nonsense", "\"DeviceCgroupRules\":[\"all of them\"]", [400], "device"),
    .hostConfig("group of the kernel that is relative", "\"CgroupParent\":\"../../x\"", [400]),
  ]

  static let networks: [HostileRequest] = [
    .network("name of spaces", "{\"Name\":\"   \"}"),
    .network("name with a slash", "{\"Name\":\"a/b\"}"),
    .network("name of 100,000 letters", "{\"Name\":\"\(String(repeating: "n", count: 100_000))\"}"),
    .network("driver that is a path", "{\"Name\":\"bad\",\"Driver\":\"../../bin/sh\"}", [400, 404]),
    .network("driver nobody has", "{\"Name\":\"bad\",\"Driver\":\"warp\"}", [404], "warp"),
    .network("scope nobody has", "{\"Name\":\"bad\",\"Scope\":\"galaxy\"}", [400], "galaxy"),
    .network("swarm", "{\"Name\":\"bad\",\"Scope\":\"swarm\"}", [400, 403, 503]),
    .network("subnet of words", "{\"Name\":\"bad\",\"IPAM\":{\"Config\":[{\"Subnet\":\"ten/eight\"}]}}"),
    .network("subnet of all", "{\"Name\":\"bad\",\"IPAM\":{\"Config\":[{\"Subnet\":\"0.0.0.0/0\"}]}}", [400, 403]),
    .network(
      "subnet of groups", "{\"Name\":\"bad\",\"IPAM\":{\"Config\":[{\"Subnet\":\"224.0.0.0/24\"}]}}", [400, 403]),
    .network(
      "subnet of the loopback", "{\"Name\":\"bad\",\"IPAM\":{\"Config\":[{\"Subnet\":\"127.0.0.0/16\"}]}}", [400, 403]),
    .network(
      "IPv6 subnet without IPv6", "{\"Name\":\"bad\",\"IPAM\":{\"Config\":[{\"Subnet\":\"2001:db8:9::/129\"}]}}"),
    .network(
      "gateway that is the network",
      "{\"Name\":\"bad\",\"IPAM\":{\"Config\":[{\"Subnet\":\"10.77.0.0/24\",\"Gateway\":\"10.77.0.0\"}]}}", [400, 403]),
    .network(
      "auxiliary address elsewhere",
      "{\"Name\":\"bad\",\"IPAM\":{\"Config\":[{\"Subnet\":\"10.77.0.0/24\",\"AuxiliaryAddresses\":{\"a\":\"10.78.0.1\"}}]}}"
    ),
    .network("IPAM driver nobody has", "{\"Name\":\"bad\",\"IPAM\":{\"Driver\":\"dice\"}}", [400, 404]),
    .network(
      "bridge name too long",
      "{\"Name\":\"bad\",\"Options\":{\"com.docker.network.bridge.name\":\"sixteen-letters-x\"}}"),
    .network(
      "bridge name that is a path", "{\"Name\":\"bad\",\"Options\":{\"com.docker.network.bridge.name\":\"../x\"}}"),
    .network(
      "bridge name with a quote", "{\"Name\":\"bad\",\"Options\":{\"com.docker.network.bridge.name\":\"a\\\"b;c\"}}"),
    .network(
      "bridge that is eth0", "{\"Name\":\"bad\",\"Options\":{\"com.docker.network.bridge.name\":\"eth0\"}}",
      [400, 403, 409]),
    .network("frames of nothing", "{\"Name\":\"bad\",\"Options\":{\"com.docker.network.driver.mtu\":\"-1\"}}"),
    .network("frames of a word", "{\"Name\":\"bad\",\"Options\":{\"com.docker.network.driver.mtu\":\"big\"}}"),
    .network(
      "switch that is neither", "{\"Name\":\"bad\",\"Options\":{\"com.docker.network.bridge.enable_icc\":\"perhaps\"}}"),
    .network(
      "parent that is a path", "{\"Name\":\"bad\",\"Driver\":\"macvlan\",\"Options\":{\"parent\":\"../../eth0\"}}"),
    .network("ingress", "{\"Name\":\"bad\",\"Ingress\":true}", [400, 403, 501, 503]),
    .network(
      "configuration from nowhere", "{\"Name\":\"bad\",\"ConfigFrom\":{\"Network\":\"ghost\"}}", [400, 404, 501]),
    .post(
      "connect with a broken address", "/networks/bridge/connect",
      "{\"Container\":\"keeper\",\"EndpointConfig\":{\"IPAMConfig\":{\"IPv4Address\":\"1.2.3.4.5\"}}}", [400]),
    .post(
      "connect with a broken hardware address", "/networks/bridge/connect",
      "{\"Container\":\"keeper\",\"EndpointConfig\":{\"MacAddress\":\"zz:zz\"}}", [400]),
    .post("connect to the host's network", "/networks/host/connect", "{\"Container\":\"keeper\"}", [400, 403]),
    .post("disconnect from nowhere", "/networks/none/disconnect", "{\"Container\":\"keeper\"}", [400, 403, 404]),
    .ask("delete the default network", "DELETE", "/v1.50/networks/bridge", [403]),
  ]

  static let volumes: [HostileRequest] =
    ["../up", "a/b", "/etc", "..", ".hidden", "-dash", "a b", "ñ", "a\\nb", "x"].map {
      .post("volume name \($0)", "/volumes/create", "{\"Name\":\"\($0)\"}", [400])
    } + [
      .post(
        "volume driver nobody has", "/volumes/create", "{\"Name\":\"bad\",\"Driver\":\"cloud\"}", [400, 404], "cloud"),
      .post(
        "volume option nobody knows", "/volumes/create", "{\"Name\":\"bad\",\"DriverOpts\":{\"colour\":\"red\"}}",
        [400, 501]),
      .post(
        "volume of a type without a device", "/volumes/create", "{\"Name\":\"bad\",\"DriverOpts\":{\"type\":\"ext4\"}}",
        [400, 501]),
      .ask("volume nobody has", "GET", "/v1.50/volumes/ghost", [404], "no such volume"),
    ]

  static let queries: [HostileRequest] = [
    .ask("limit that is a word", "GET", "/v1.50/containers/json?limit=all", [400]),
    .ask("filters that are a word", "GET", "/v1.50/containers/json?filters=running", [400], "invalid"),
    .ask("filters that are a list", "GET", "/v1.50/containers/json?filters=%5B%5D", [400], "invalid"),
    .ask(
      "filter nobody knows", "GET", "/v1.50/containers/json?filters=%7B%22colour%22:%5B%22red%22%5D%7D", [400],
      "invalid filter"),
    .ask(
      "status nobody has", "GET", "/v1.50/containers/json?filters=%7B%22status%22:%5B%22flying%22%5D%7D", [400],
      "invalid"),
    .ask(
      "exit code that is a word", "GET", "/v1.50/containers/json?filters=%7B%22exited%22:%5B%22badly%22%5D%7D", [400]),
    .ask(
      "filters of volumes that are nested", "GET",
      "/v1.50/volumes?filters=%7B%22name%22:%7B%22a%22:%7B%22b%22:1%7D%7D%7D", [400]),
    .ask(
      "filter of events nobody knows", "GET", "/v1.50/events?until=1&filters=%7B%22colour%22:%5B%22red%22%5D%7D", [400],
      "invalid filter"),
    .ask("events that end before they begin", "GET", "/v1.50/events?since=20&until=10", [400]),
    .ask("events since a word", "GET", "/v1.50/events?since=yesterday&until=1", [400]),
    .ask("signal nobody has", "POST", "/v1.50/containers/keeper/kill?signal=SIGFLY", [400], "signal"),
    .ask("signal above all", "POST", "/v1.50/containers/keeper/kill?signal=4000", [400], "signal"),
    .ask("wait for a wonder", "POST", "/v1.50/containers/keeper/wait?condition=wonder", [400], "condition"),
    .ask("size of words", "POST", "/v1.50/containers/keeper/resize?h=tall&w=wide", [400]),
    .ask("size of nothing", "POST", "/v1.50/containers/keeper/resize", [400]),
    .ask("size above all", "POST", "/v1.50/containers/keeper/resize?h=99999999&w=1", [400]),
    .ask("stop in a word", "POST", "/v1.50/containers/keeper/stop?t=soon", [400]),
    .ask("logs of neither stream", "GET", "/v1.50/containers/keeper/logs", [400], "at least one stream"),
    .ask("logs since a word", "GET", "/v1.50/containers/keeper/logs?stdout=1&since=yesterday", [400]),
    .ask("attach with keys nobody has", "POST", "/v1.50/containers/keeper/attach?stream=1&detachKeys=ctrl-!", [400]),
    .ask("start from a checkpoint", "POST", "/v1.50/containers/keeper/start?checkpoint=../x", [501, 400]),
    .ask("image from nowhere", "POST", "/v1.50/images/create", [400]),
    .ask("image from an address", "POST", "/v1.50/images/create?fromSrc=file:///etc/shadow", [400, 501]),
    .ask("image saved that nobody has", "GET", "/v1.50/images/ghost/get", [404]),
    .ask("tag without a repository", "POST", "/v1.50/images/busybox/tag?repo=", [400]),
    .ask(
      "tag with a broken name", "POST", "/v1.50/images/busybox/tag?repo=UPPER&tag=x", [400], "invalid reference format"),
    .ask(
      "prune by a filter nobody knows", "POST", "/v1.50/networks/prune?filters=%7B%22colour%22:%5B%22red%22%5D%7D",
      [400], "invalid filter"),
    .ask("plan of what has none", "POST", "/v1.50/containers/keeper/pause?plan=1", [501], "plan"),
    .ask(
      "arguments of ps that are commands", "GET", "/v1.50/containers/keeper/top?ps_args=-o%20pid;touch%20/tmp/evil",
      [400, 500]),
  ]
}
