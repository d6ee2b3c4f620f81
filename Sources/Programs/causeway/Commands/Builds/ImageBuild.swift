import Compose
import EngineClient
import EngineModel
import Glibc

extension Command {
  private static let buildOptions: [OptionSpecification] = [
    .list("add-host", nil, "Add a custom host-to-IP mapping (\"host:ip\")"),
    .list("build-arg", nil, "Set build-time variables"),
    OptionSpecification("cache-from", nil, .commaSeparated, "Images to consider as cache sources"),
    .text("cgroup-parent", nil, "Set the parent cgroup for the \"RUN\" instructions during build"),
    .flag("compress", nil, "Compress the build context using gzip"),
    .integer("cpu-period", nil, "Limit the CPU CFS (Completely Fair Scheduler) period"),
    .integer("cpu-quota", nil, "Limit the CPU CFS (Completely Fair Scheduler) quota"),
    .integer("cpu-shares", "c", "CPU shares (relative weight)"),
    .text("cpuset-cpus", nil, "CPUs in which to allow execution (0-3, 0,1)"),
    .text("cpuset-mems", nil, "MEMs in which to allow execution (0-3, 0,1)"),
    .flag("disable-content-trust", nil, "Skip image verification", default: true),
    .text("file", "f", "Name of the Dockerfile (Default is \"PATH/Dockerfile\")"),
    .flag("force-rm", nil, "Always remove intermediate containers"),
    .text("iidfile", nil, "Write the image ID to the file"),
    .text("isolation", nil, "Container isolation technology"),
    .list("label", nil, "Set metadata for an image"),
    OptionSpecification("memory", "m", .bytes, "Memory limit"),
    OptionSpecification(
      "memory-swap", nil, .bytes, "Swap limit equal to memory plus swap: -1 to enable unlimited swap"),
    .text("network", nil, "Set the networking mode for the RUN instructions during build", default: "\"default\""),
    .flag("no-cache", nil, "Do not use cache when building the image"),
    .text("platform", nil, "Set platform if server is multi-platform capable"),
    .flag("pull", nil, "Always attempt to pull a newer version of the image"),
    .flag("quiet", "q", "Suppress the build output and print image ID on success"),
    .flag("rm", nil, "Remove intermediate containers after a successful build", default: true),
    OptionSpecification("security-opt", nil, .commaSeparated, "Security options"),
    OptionSpecification("shm-size", nil, .bytes, "Size of \"/dev/shm\""),
    .flag("squash", nil, "Squash newly built layers into a single new layer"),
    .list("tag", "t", "Name and optionally a tag in the \"name:tag\" format"),
    .text("target", nil, "Set the target build stage to build."),
    .list("ulimit", nil, "Ulimit options", type: "ulimit"),
  ]

  static var imageBuild: Command {
    Command(
      "image build", "build", "builder build", usage: "[OPTIONS] PATH | URL | -",
      summary: "Build an image from a Dockerfile", options: buildOptions, arguments: .exactly(1)
    ) { invocation in
      let options = invocation.options
      let source = try await source(invocation.arguments[0], options.text("file"))
      var query = try query(options, invocation)
      query.add("dockerfile", source.dockerfile)
      if let path = options.text("iidfile") { unlink(path) }
      var printer = ProgressPrinter(output: .output, isQuiet: false)
      do {
        let chunks = try await invocation.engine.stream(
          .post, "/build", query.items, upload: source.upload,
          headers: try await RegistryCredentials(configuration: invocation.configuration).header())
        try await printer.print(chunks)
      } catch let failure as CommandFailure {
        guard let code = failure.code, code != 0 else { throw failure }
        Descriptor.error.write(failure.message + "\n")
        return code
      }
      if let path = options.text("iidfile"), let image = printer.builtImage {
        try LocalFile.write(Array(image.utf8), to: path, mode: 0o644)
      }
      return 0
    }
  }

  private static func source(_ context: String, _ file: String?) async throws -> BuildSource {
    if context == "-" {
      guard file != "-" else {
        throw CommandFailure("invalid argument: can't use stdin for both build context and dockerfile")
      }
      return try await BuildSource(reading: .input, dockerfile: file)
    }
    if context.contains("://") || context.hasPrefix("git@") || context.hasPrefix("github.com/") {
      throw CommandFailure(
        "unable to prepare context: remote contexts such as \(context) are not supported; clone it and build the folder"
      )
    }
    let folder = PathText.absolute(context, in: Invocation.workingDirectory, home: nil)
    guard file != "-" else {
      var text: [UInt8] = []
      while let more = await Descriptor.input.read() { text += more }
      return try BuildSource(folder: folder, text: String(decoding: text, as: UTF8.self))
    }
    let dockerfile = file.map { PathText.absolute($0, in: Invocation.workingDirectory, home: nil) }
    return try BuildSource(folder: folder, dockerfile: dockerfile ?? "\(folder)/Dockerfile")
  }

  private static func query(_ options: ParsedOptions, _ invocation: Invocation) throws -> BuildQuery {
    var query = BuildQuery()
    for tag in options.all("tag") { query.add("t", tag) }
    for host in options.all("add-host") { query.add("extrahosts", host) }
    var arguments: [String: String?] = [:]
    let given = options.all("build-arg")
    let proxies = ProxySettings.variables(
      invocation.configuration, host: invocation.engine.host.description, given: given)
    for value in proxies + given {
      let sides = value.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      // An argument without a value takes it from the environment.
      arguments.updateValue(sides.count == 2 ? sides[1] : Invocation.environment(sides[0]), forKey: sides[0])
    }
    query.add("buildargs", arguments)
    query.add("labels", KeyValueMap.parse(options.all("label")).mapValues { $0 })
    query.add("cachefrom", list: options.all("cache-from"))
    query.add("securityopt", list: options.all("security-opt"))
    for (name, option) in [
      ("cgroupparent", "cgroup-parent"), ("cpusetcpus", "cpuset-cpus"), ("cpusetmems", "cpuset-mems"),
      ("isolation", "isolation"), ("networkmode", "network"), ("platform", "platform"), ("target", "target"),
    ] {
      query.add(name, options.text(option))
    }
    query.add("cpuperiod", options.integer("cpu-period"))
    query.add("cpuquota", options.integer("cpu-quota"))
    query.add("cpushares", options.integer("cpu-shares"))
    query.add("memory", options.bytes("memory"))
    query.add("memswap", options.bytes("memory-swap"))
    query.add("shmsize", options.bytes("shm-size"))
    query.add("nocache", options.flag("no-cache"))
    query.add("pull", options.flag("pull"))
    query.add("q", options.flag("quiet"))
    query.add("rm", options.flag("rm"))
    query.add("forcerm", options.flag("force-rm"))
    query.add("squash", options.flag("squash"))
    var limits: [String: ResourceLimit] = [:]
    for value in options.all("ulimit") {
      let limit = try UlimitArgument.parse(value)
      limits[limit.name] = limit
    }
    query.add(Array(limits.values))
    return query
  }
}
