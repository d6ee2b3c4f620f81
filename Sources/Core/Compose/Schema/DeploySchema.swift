/// The shapes of `deploy` and `develop`.
enum DeploySchema {
  private static let forSwarm = "it is for clusters"

  static let deploy = Shape.object(
    ObjectShape([
      "mode": .oneOf(["replicated", "global", "replicated-job", "global-job"]),
      "endpoint_mode": .ineffective(.string, forSwarm),
      "replicas": .count,
      "labels": .ineffective(.listOrMap, "they are a cluster service's; labels of containers stand in labels"),
      "rollback_config": .ineffective(update, forSwarm),
      "update_config": .ineffective(update, forSwarm),
      "resources": .object(ObjectShape(["limits": limits, "reservations": reservations])),
      "restart_policy": .object(
        ObjectShape([
          "condition": .oneOf(["none", "no", "on-failure", "any", "always", "unless-stopped"]),
          "delay": .ineffective(.duration, "the engine's own delays grow from 100 ms"),
          "max_attempts": .count,
          "window": .ineffective(.duration, "the engine counts 10 seconds of running as success"),
        ])),
      "placement": .ineffective(
        .object(
          ObjectShape([
            "constraints": .list(.string),
            "preferences": .list(.object(ObjectShape(["spread": .string]))),
            "max_replicas_per_node": .count,
          ])), forSwarm),
    ]))

  private static let limits = Shape.object(
    ObjectShape(["cpus": .number, "memory": .bytes, "pids": .integer]))

  private static let reservations = Shape.object(
    ObjectShape([
      "cpus": .ineffective(.number, "the kernel has no reservation of processors"), "memory": .bytes,
      "generic_resources": .unsupported(forSwarm),
      "devices": .unsupported("the engine hands no GPUs to containers"),
    ]))

  private static let update = Shape.object(
    ObjectShape([
      "parallelism": .count, "delay": .duration, "failure_action": .string, "monitor": .duration,
      "max_failure_ratio": .number, "order": .oneOf(["start-first", "stop-first"]),
    ]))

  private static let hook = Shape.object(
    ObjectShape(
      ["command": .command, "user": .string, "privileged": .bool, "working_dir": .string, "environment": .listOrMap],
      required: ["command"]))

  static let develop = Shape.object(
    ObjectShape([
      "watch": .list(
        .object(
          ObjectShape(
            [
              "ignore": .wordOrWords, "include": .wordOrWords, "path": .string,
              "action": .oneOf(["rebuild", "sync", "restart", "sync+restart", "sync+exec"]), "target": .string,
              "exec": hook, "initial_sync": .bool,
            ], required: ["path", "action"])))
    ]))
}
