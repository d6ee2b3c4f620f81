/// The `config.json` of a bundle (OCI runtime-spec 1.0.2, `config.md`).
///
/// It has only the members that the engine sets. Properties have the specification's names, so the JSON needs no key
/// table.
public struct OCISpecification: Sendable, Hashable, Codable {
  public var ociVersion = "1.0.2"
  public var process: Process
  public var root: Root
  public var hostname: String?
  public var domainname: String?
  public var mounts: [Mount] = []
  public var annotations: [String: String]?
  public var linux: Linux

  public init(process: Process, root: Root, linux: Linux = Linux()) {
    self.process = process
    self.root = root
    self.linux = linux
  }

  public struct Root: Sendable, Hashable, Codable {
    /// Absolute, or relative to the bundle.
    public var path: String
    public var readonly: Bool

    public init(path: String, readonly: Bool = false) {
      self.path = path
      self.readonly = readonly
    }
  }

  public struct Mount: Sendable, Hashable, Codable {
    public var destination: String
    public var type: String?
    public var source: String?
    public var options: [String]?

    public init(destination: String, type: String? = nil, source: String? = nil, options: [String]? = nil) {
      self.destination = destination
      self.type = type
      self.source = source
      self.options = options
    }
  }
}

extension OCISpecification {
  /// The process; also the document for `runc exec --process`.
  public struct Process: Sendable, Hashable, Codable {
    public var terminal: Bool = false
    public var consoleSize: ConsoleSize?
    public var user = User()
    public var args: [String]
    public var env: [String] = []
    /// Absolute.
    public var cwd: String = "/"
    public var capabilities: Capabilities?
    public var rlimits: [ResourceLimit]?
    public var noNewPrivileges: Bool = false
    public var apparmorProfile: String?
    public var oomScoreAdj: Int?

    public init(args: [String]) { self.args = args }
  }

  public struct ConsoleSize: Sendable, Hashable, Codable {
    public var height: Int
    public var width: Int

    public init(height: Int, width: Int) {
      self.height = height
      self.width = width
    }
  }

  public struct User: Sendable, Hashable, Codable {
    public var uid: UInt32 = 0
    public var gid: UInt32 = 0
    public var additionalGids: [UInt32]?

    public init(uid: UInt32 = 0, gid: UInt32 = 0, additionalGids: [UInt32]? = nil) {
      self.uid = uid
      self.gid = gid
      self.additionalGids = additionalGids
    }
  }

  public struct Capabilities: Sendable, Hashable, Codable {
    public var bounding: [String]?
    public var effective: [String]?
    public var permitted: [String]?
    public var inheritable: [String]?
    public var ambient: [String]?

    public init() {}
  }

  public struct ResourceLimit: Sendable, Hashable, Codable {
    /// `RLIMIT_NOFILE` …
    public var type: String
    public var hard: UInt64
    public var soft: UInt64

    public init(type: String, hard: UInt64, soft: UInt64) {
      self.type = type
      self.hard = hard
      self.soft = soft
    }
  }
}
