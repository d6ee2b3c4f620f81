import Addressing
import EngineModel
import FoundationEssentials

extension ImageConfiguration {
  /// - Throws: `invalidParameter` when it is no image configuration.
  init(json: [UInt8]) throws(EngineError) {
    let document: Document
    do {
      document = try JSONDecoder().decode(Document.self, from: Data(json))
    } catch {
      throw EngineError(.invalidParameter, "invalid image configuration", cause: error)
    }
    guard let rootfs = document.rootfs else {
      throw EngineError(.invalidParameter, "invalid image JSON, no RootFS key")
    }
    architecture = document.architecture ?? ""
    variant = document.variant ?? ""
    operatingSystem = document.os ?? "linux"
    created = document.created.flatMap { Timestamp(rfc3339: $0) }
    author = document.author ?? ""
    comment = document.comment ?? ""
    layers = rootfs.diff_ids ?? []
    container = document.config?.configuration ?? ContainerConfiguration()
    triggers = document.config?.OnBuild ?? []
    history = (document.history ?? []).map { step in
      Step(
        created: step.created.flatMap { Timestamp(rfc3339: $0) }, createdBy: step.created_by ?? "",
        author: step.author ?? "", comment: step.comment ?? "", isEmptyLayer: step.empty_layer ?? false)
    }
  }

  /// The document whose digest is the image's id: the same values always give the same bytes.
  func json() throws(EngineError) -> [UInt8] {
    let document = Document(
      architecture: architecture, variant: variant.isEmpty ? nil : variant, os: operatingSystem,
      created: created?.description, author: author.isEmpty ? nil : author,
      comment: comment.isEmpty ? nil : comment, config: Settings(container, triggers),
      rootfs: RootFS(type: "layers", diff_ids: layers),
      history: history.map { step in
        HistoryStep(
          created: step.created?.description, created_by: step.createdBy.isEmpty ? nil : step.createdBy,
          author: step.author.isEmpty ? nil : step.author, comment: step.comment.isEmpty ? nil : step.comment,
          empty_layer: step.isEmptyLayer ? true : nil)
      })
    return try CanonicalJSON.encode(document)
  }

  // The names are those of the OCI image configuration.

  private struct Document: Codable {
    var architecture: String?
    var variant: String?
    var os: String?
    var created: String?
    var author: String?
    var comment: String?
    var config: Settings?
    var rootfs: RootFS?
    var history: [HistoryStep]?
  }

  private struct RootFS: Codable {
    var type: String?
    var diff_ids: [Digest]?
  }

  private struct HistoryStep: Codable {
    var created: String?
    var created_by: String?
    var author: String?
    var comment: String?
    var empty_layer: Bool?
  }

  private struct Empty: Codable {}

  private struct Check: Codable {
    var Test: [String]?
    var Interval: Int64?
    var Timeout: Int64?
    var StartPeriod: Int64?
    var StartInterval: Int64?
    var Retries: Int?
  }

  private struct Settings: Codable {
    var User: String?
    var ExposedPorts: [String: Empty]?
    var Env: [String]?
    var Entrypoint: [String]?
    var Cmd: [String]?
    var Volumes: [String: Empty]?
    var WorkingDir: String?
    var Labels: [String: String]?
    var StopSignal: String?
    var Healthcheck: Check?
    var Shell: [String]?
    var OnBuild: [String]?

    init(_ value: ContainerConfiguration, _ triggers: [String]) {
      OnBuild = triggers.isEmpty ? nil : triggers
      User = value.user.isEmpty ? nil : value.user
      ExposedPorts =
        value.exposedPorts.isEmpty
        ? nil : Dictionary(uniqueKeysWithValues: value.exposedPorts.map { ($0.description, Empty()) })
      Env = value.environment.isEmpty ? nil : value.environment
      Entrypoint = value.entrypoint
      Cmd = value.command
      Volumes =
        value.volumes.isEmpty ? nil : Dictionary(uniqueKeysWithValues: value.volumes.map { ($0, Empty()) })
      WorkingDir = value.workingDirectory.isEmpty ? nil : value.workingDirectory
      Labels = value.labels.isEmpty ? nil : value.labels
      StopSignal = value.stopSignal
      Shell = value.shell
      guard let check = value.healthcheck else { return }
      func given<Number: BinaryInteger>(_ number: Number) -> Number? { number == 0 ? nil : number }
      Healthcheck = Check(
        Test: check.test, Interval: given(check.interval), Timeout: given(check.timeout),
        StartPeriod: given(check.startPeriod), StartInterval: given(check.startInterval),
        Retries: given(check.retries))
    }

    var configuration: ContainerConfiguration {
      var value = ContainerConfiguration()
      value.user = User ?? ""
      // Ports that are none are not worth refusing an image for. Some builders write ranges.
      for ports in (ExposedPorts ?? [:]).keys {
        value.exposedPorts.formUnion(ContainerConfiguration.ports(ports) ?? [])
      }
      value.environment = Env ?? []
      value.entrypoint = Entrypoint
      value.command = Cmd
      value.volumes = Set((Volumes ?? [:]).keys)
      value.workingDirectory = WorkingDir ?? ""
      value.labels = Labels ?? [:]
      value.stopSignal = StopSignal.flatMap { $0.isEmpty ? nil : $0 }
      value.shell = Shell
      if let check = self.Healthcheck {
        var healthcheck = EngineModel.Healthcheck()
        healthcheck.test = check.Test ?? []
        healthcheck.interval = check.Interval ?? 0
        healthcheck.timeout = check.Timeout ?? 0
        healthcheck.startPeriod = check.StartPeriod ?? 0
        healthcheck.startInterval = check.StartInterval ?? 0
        healthcheck.retries = check.Retries ?? 0
        value.healthcheck = healthcheck
      }
      return value
    }
  }
}
