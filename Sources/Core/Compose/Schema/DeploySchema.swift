/// The schemas of `deploy` and `develop`.
enum DeploySchema {
  private static let forSwarm = "it applies only to Swarm services"

  static let deploy = Schema.object(
    ObjectSchema([
      "mode": .oneOf(["replicated", "global", "replicated-job", "global-job"]),
      "endpoint_mode": .ineffective(.string, forSwarm),
      "replicas": .count,
      "labels": .ineffective(.listOrMap, "they apply only to Swarm services; use labels for containers"),
      "rollback_config": .ineffective(update, forSwarm),
      "update_config": .ineffective(update, forSwarm),
      "resources": .object(ObjectSchema(["limits": limits, "reservations": reservations])),
      "restart_policy": .object(
        ObjectSchema([
          "condition": .oneOf(["none", "no", "on-failure", "any", "always", "unless-stopped"]),
          "delay": .ineffective(.duration, "the engine doubles its own delay, starting at 100 ms"),
          "max_attempts": .count,
          "window": .ineffective(.duration, "for the engine, a run of 10 seconds is a success"),
        ])),
      "placement": .ineffective(
        .object(
          ObjectSchema([
            "constraints": .list(.string),
            "preferences": .list(.object(ObjectSchema(["spread": .string]))),
            "max_replicas_per_node": .count,
          ])), forSwarm),
    ]))

  private static let limits = Schema.object(
    ObjectSchema(["cpus": .number, "memory": .bytes, "pids": .integer]))

  private static let reservations = Schema.object(
    ObjectSchema([
      "cpus": .ineffective(.number, "the kernel cannot reserve CPUs"), "memory": .bytes,
      "generic_resources": .unsupported(forSwarm),
      "devices": .unsupported("Causeway does not support GPUs"),
    ]))

  private static let update = Schema.object(
    ObjectSchema([
      "parallelism": .count, "delay": .duration, "failure_action": .string, "monitor": .duration,
      "max_failure_ratio": .number, "order": .oneOf(["start-first", "stop-first"]),
    ]))

  private static let hook = Schema.object(
    ObjectSchema(
      ["command": .command, "user": .string, "privileged": .bool, "working_dir": .string, "environment": .listOrMap],
      required: ["command"]))

  static let develop = Schema.object(
    ObjectSchema([
      "watch": .list(
        .object(
          ObjectSchema(
            [
              "ignore": .stringOrList, "include": .stringOrList, "path": .string,
              "action": .oneOf(["rebuild", "sync", "restart", "sync+restart", "sync+exec"]), "target": .string,
              "exec": hook, "initial_sync": .bool,
            ], required: ["path", "action"])))
    ]))
}
