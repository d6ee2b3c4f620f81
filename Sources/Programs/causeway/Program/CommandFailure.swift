/// A command could not do its work for a reason that lies on this side: a file, a terminal.
struct CommandFailure: Error, Equatable {
  let message: String
  /// With which code the program ends; `nil`: as the command has it.
  var code: Int32?
  init(_ message: String, code: Int32? = nil) {
    self.message = message
    self.code = code
  }
}

/// Codes by which `run` tells what became of it, beside the container's own (as `chroot` has them).
enum RunFailure {
  /// 127: there is no such program; 126: it cannot be run; 125: everything else.
  static func code(for error: any Error) -> Int32 {
    guard let refusal = error as? EngineRefusal else { return 125 }
    let message = refusal.message
    func says(_ words: String) -> Bool { message.firstRange(ofText: words) != nil }
    if says("executable file not found") || says("no such file or directory") { return 127 }
    if says("permission denied") || says("is a directory") { return 126 }
    return 125
  }
}

extension String {
  /// Where `text` first stands, letter by letter.
  func firstRange(ofText text: String) -> Range<Index>? {
    var index = startIndex
    while index < endIndex {
      if self[index...].hasPrefix(text), let end = self.index(index, offsetBy: text.count, limitedBy: endIndex) {
        return index..<end
      }
      index = self.index(after: index)
    }
    return nil
  }
}
