/// The `config.json` of a bundle (OCI runtime-spec 1.0.2, `config.md`).
///
/// It has only the members that the engine sets. Properties have the specification's names, so the JSON needs no key
/// table.
package struct OCISpecification: Sendable, Hashable, Codable {
  package var ociVersion = "1.0.2"
  package var process: Process
  package var root: Root
  package var hostname: String?
  package var domainname: String?
  package var mounts: [Mount] = []
  package var annotations: [String: String]?
  package var linux: Linux

  package init(process: Process, root: Root, linux: Linux = Linux()) {
    self.process = process
    self.root = root
    self.linux = linux
  }

  package struct Root: Sendable, Hashable, Codable {
    /// Absolute, or relative to the bundle.
    package var path: String
    package var readonly: Bool

    package init(path: String, readonly: Bool = false) {
      self.path = path
      self.readonly = readonly
    }
  }

  package struct Mount: Sendable, Hashable, Codable {
    package var destination: String
    package var type: String?
    package var source: String?
    package var options: [String]?

    package init(destination: String, type: String? = nil, source: String? = nil, options: [String]? = nil) {
      self.destination = destination
      self.type = type
      self.source = source
      self.options = options
    }
  }
}

extension OCISpecification {
  /// The process; also the document for `runc exec --process`.
  package struct Process: Sendable, Hashable, Codable {
    package var terminal: Bool = false
    package var consoleSize: ConsoleSize?
    package var user = User()
    package var args: [String]
    package var env: [String] = []
    /// Absolute.
    package var cwd: String = "/"
    package var capabilities: Capabilities?
    package var rlimits: [ResourceLimit]?
    package var noNewPrivileges: Bool = false
    package var apparmorProfile: String?
    package var oomScoreAdj: Int?

    package init(args: [String]) { self.args = args }
  }

  package struct ConsoleSize: Sendable, Hashable, Codable {
    package var height: Int
    package var width: Int

    package init(height: Int, width: Int) {
      self.height = height
      self.width = width
    }
  }

  package struct User: Sendable, Hashable, Codable {
    package var uid: UInt32 = 0
    package var gid: UInt32 = 0
    package var additionalGids: [UInt32]?

    package init(uid: UInt32 = 0, gid: UInt32 = 0, additionalGids: [UInt32]? = nil) {
      self.uid = uid
      self.gid = gid
      self.additionalGids = additionalGids
    }
  }

  package struct Capabilities: Sendable, Hashable, Codable {
    package var bounding: [String]?
    package var effective: [String]?
    package var permitted: [String]?
    package var inheritable: [String]?
    package var ambient: [String]?

    package init() {}
  }

  package struct ResourceLimit: Sendable, Hashable, Codable {
    /// `RLIMIT_NOFILE` …
    package var type: String
    package var hard: UInt64
    package var soft: UInt64

    package init(type: String, hard: UInt64, soft: UInt64) {
      self.type = type
      self.hard = hard
      self.soft = soft
    }
  }
}
