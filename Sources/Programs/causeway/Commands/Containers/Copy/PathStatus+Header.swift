import EngineAPI
import EngineClient
import JSON

extension Wire.PathStatus {
  /// Reads the header `X-Docker-Container-Path-Stat`; `nil` when it is missing or malformed.
  init?(_ answer: EngineAnswer) {
    guard let header = answer.header("X-Docker-Container-Path-Stat") else { return nil }
    self.init(header: header)
  }

  init?(header: String) {
    guard let bytes = Base64.decode(header), let status = try? JSONDecoding.decode(Self.self, from: bytes) else {
      return nil
    }
    self = status
  }

  // The bits are those of Go's `fs.FileMode`, not the kernel's.
  var isFolder: Bool { mode & 1 << 31 != 0 }

  /// The target of a symbolic link; `nil` for other files.
  var symbolicLinkTarget: String? { mode & 1 << 27 != 0 ? linkTarget : nil }
}
