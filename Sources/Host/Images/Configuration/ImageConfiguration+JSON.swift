import Addressing
import EngineModel
import JSON

extension ImageConfiguration {
  /// - Throws: `invalidParameter` if it is not an image configuration.
  init(json: [UInt8]) throws(EngineError) {
    let document: Document
    do {
      document = try JSONDecoding.decode(Document.self, from: json, absent: .error)
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
    diffIDs = rootfs.diff_ids ?? []
    container = document.config?.configuration ?? ContainerConfiguration()
    onBuild = document.config?.OnBuild ?? []
    history = (document.history ?? []).map { entry in
      HistoryEntry(
        created: entry.created.flatMap { Timestamp(rfc3339: $0) }, createdBy: entry.created_by ?? "",
        author: entry.author ?? "", comment: entry.comment ?? "", isEmptyLayer: entry.empty_layer ?? false)
    }
  }

  /// The document whose digest is the image's id. Equal values always give the same bytes.
  func json() throws(EngineError) -> [UInt8] {
    let document = Document(
      architecture: architecture, variant: variant.isEmpty ? nil : variant, os: operatingSystem,
      created: created?.description, author: author.isEmpty ? nil : author,
      comment: comment.isEmpty ? nil : comment, config: Settings(container, onBuild),
      rootfs: RootFS(type: "layers", diff_ids: diffIDs),
      history: history.map { entry in
        HistoryRecord(
          created: entry.created?.description, created_by: entry.createdBy.isEmpty ? nil : entry.createdBy,
          author: entry.author.isEmpty ? nil : entry.author, comment: entry.comment.isEmpty ? nil : entry.comment,
          empty_layer: entry.isEmptyLayer ? true : nil)
      })
    return try CanonicalJSON.encode(document)
  }

  // Names as in the OCI image configuration.

  private struct Document: Codable {
    var architecture: String?
    var variant: String?
    var os: String?
    var created: String?
    var author: String?
    var comment: String?
    var config: Settings?
    var rootfs: RootFS?
    var history: [HistoryRecord]?
  }

  private struct RootFS: Codable {
    var type: String?
    var diff_ids: [Digest]?
  }

  private struct HistoryRecord: Codable {
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

    init(_ value: ContainerConfiguration, _ onBuild: [String]) {
      OnBuild = onBuild.isEmpty ? nil : onBuild
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
      func nonZero<Number: BinaryInteger>(_ number: Number) -> Number? { number == 0 ? nil : number }
      Healthcheck = Check(
        Test: check.test, Interval: nonZero(check.interval), Timeout: nonZero(check.timeout),
        StartPeriod: nonZero(check.startPeriod), StartInterval: nonZero(check.startInterval),
        Retries: nonZero(check.retries))
    }

    var configuration: ContainerConfiguration {
      var value = ContainerConfiguration()
      value.user = User ?? ""
      // An invalid port must not make an image unusable. Some builders write port ranges.
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
