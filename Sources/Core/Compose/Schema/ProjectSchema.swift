/// The shape of a whole Compose file.
enum ProjectSchema {
  static let file = Shape.object(
    ObjectShape([
      "version": .string,
      "name": .string,
      "include": .list(include),
      "services": .named(ServiceSchema.service),
      "networks": .named(.orNull(network)),
      "volumes": .named(.orNull(volume)),
      "secrets": .named(secret),
      "configs": .named(config),
      "models": .unsupported("Causeway runs no models; run a server for them as a service"),
    ]))

  private static let include = Shape.either(
    [
      .string,
      .object(
        ObjectShape(
          ["path": .wordOrWords, "env_file": .wordOrWords, "project_directory": .string], required: ["path"])),
    ], expected: "a path, or a mapping with a path")

  private static let external = Shape.either(
    [.bool, .object(ObjectShape(["name": .string]))], expected: "true or false, or a mapping with a name")

  private static let network = Shape.object(
    ObjectShape([
      "name": .string,
      "driver": .string,
      "driver_opts": .options,
      "ipam": .object(
        ObjectShape([
          "driver": .string,
          "config": .list(
            .object(
              ObjectShape([
                "subnet": .string, "ip_range": .string, "gateway": .string, "aux_addresses": .map(.string),
              ]))),
          "options": .map(.string),
        ])),
      "external": external,
      "internal": .bool,
      "enable_ipv4": .bool,
      "enable_ipv6": .bool,
      "attachable": .bool,
      "labels": .listOrMap,
    ]))

  private static let volume = Shape.object(
    ObjectShape([
      "name": .string, "driver": .string, "driver_opts": .options, "external": external, "labels": .listOrMap,
    ]))

  private static let forSwarm = "it needs a swarm; give a file, an environment variable or content"

  private static let secret = Shape.object(
    ObjectShape([
      "name": .string, "environment": .string, "file": .string, "external": external,
      "labels": .listOrMap, "driver": .unsupported(forSwarm), "driver_opts": .unsupported(forSwarm),
      "template_driver": .unsupported(forSwarm),
    ]))

  private static let config = Shape.object(
    ObjectShape([
      "name": .string, "content": .string, "environment": .string, "file": .string, "external": external,
      "labels": .listOrMap, "template_driver": .unsupported(forSwarm),
    ]))
}
