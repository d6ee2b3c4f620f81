/// The schema of a service's `build`.
enum BuildSchema {
  private static let needsBuildKit = "the classic builder does not support it"

  static let build = Schema.either(
    [
      .string,
      .object(
        ObjectSchema([
          "context": .string,
          "dockerfile": .string,
          "dockerfile_inline": .string,
          "args": .listOrMap,
          "labels": .listOrMap,
          "cache_from": .list(.string),
          "no_cache": .bool,
          "network": .string,
          "pull": .bool,
          "target": .string,
          "shm_size": .bytes,
          "extra_hosts": .either(
            [.map(.stringOrList), .set(.string)],
            expected: "a mapping of names to addresses, or a list of name=address"),
          "isolation": .oneOf(["default"]),
          "tags": .set(.string),
          "ulimits": ServiceSchema.ulimits,
          "platforms": .list(.string),
          "ssh": .unsupported(needsBuildKit),
          "secrets": .unsupported(needsBuildKit),
          "additional_contexts": .unsupported(needsBuildKit),
          "entitlements": .unsupported(needsBuildKit),
          "privileged": .unsupported(needsBuildKit),
          "cache_to": .ineffective(.list(.string), "the build cache stays in the engine"),
          "provenance": .ineffective(.either([.bool, .string], expected: "true, false or a text"), needsBuildKit),
          "sbom": .ineffective(.either([.bool, .string], expected: "true, false or a text"), needsBuildKit),
        ])),
    ], expected: "a path, or a mapping with a context")
}
