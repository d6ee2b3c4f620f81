/// The schema of a whole Compose file.
enum ProjectSchema {
  static let file = Schema.object(
    ObjectSchema([
      "version": .string,
      "name": .string,
      "include": .list(include),
      "services": .named(ServiceSchema.service),
      "networks": .named(.orNull(network)),
      "volumes": .named(.orNull(volume)),
      "secrets": .named(secret),
      "configs": .named(config),
      "models": .unsupported("Causeway does not run models; run a model server as a service"),
    ]))

  private static let include = Schema.either(
    [
      .string,
      .object(
        ObjectSchema(
          ["path": .stringOrList, "env_file": .stringOrList, "project_directory": .string], required: ["path"])),
    ], expected: "a path, or a mapping with a path")

  private static let external = Schema.either(
    [.bool, .object(ObjectSchema(["name": .string]))], expected: "true or false, or a mapping with a name")

  private static let network = Schema.object(
    ObjectSchema([
      "name": .string,
      "driver": .string,
      "driver_opts": .options,
      "ipam": .object(
        ObjectSchema([
          "driver": .string,
          "config": .list(
            .object(
              ObjectSchema([
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

  private static let volume = Schema.object(
    ObjectSchema([
      "name": .string, "driver": .string, "driver_opts": .options, "external": external, "labels": .listOrMap,
    ]))

  private static let forSwarm = "it needs Swarm; use a file, an environment variable or content"

  private static let secret = Schema.object(
    ObjectSchema([
      "name": .string, "environment": .string, "file": .string, "external": external,
      "labels": .listOrMap, "driver": .unsupported(forSwarm), "driver_opts": .unsupported(forSwarm),
      "template_driver": .unsupported(forSwarm),
    ]))

  private static let config = Schema.object(
    ObjectSchema([
      "name": .string, "content": .string, "environment": .string, "file": .string, "external": external,
      "labels": .listOrMap, "template_driver": .unsupported(forSwarm),
    ]))
}
