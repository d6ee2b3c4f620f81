import Glibc
import TestHosts

/// The commands in a guide, which is a Markdown file.
struct GuideText {
  /// The lines of its command blocks.
  private(set) var commands: [String] = []
  /// Commands in its running text, including incomplete ones.
  private(set) var mentions: [String] = []
  /// Its YAML blocks.
  private(set) var files: [String] = []

  init(_ text: String) {
    var fence: String?
    var file = ""
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let words = line.trimmed
      if words.hasPrefix("```") {
        if fence?.hasPrefix("y") ?? false { files.append(file) }
        fence = fence == nil ? String(words.dropFirst(3)) : nil
        file = ""
      } else if let language = fence {
        if language.hasPrefix("y") {
          file += line + "\n"
        } else if !words.isEmpty, words.first != "#" {
          commands.append(words)
        }
      } else {
        for mark in ["`", "**"] { mention(words, between: mark) }
      }
    }
  }

  private mutating func mention(_ line: String, between mark: String) {
    for (index, part) in line.split(separator: mark, omittingEmptySubsequences: false).enumerated() where index % 2 == 1
    {
      var words = part.replacing("&lt;", with: "<").trimmed
      while let last = words.last, ";.:".contains(last) { words.removeLast() }
      if words.hasPrefix("network ") { words = "docker " + words }
      if words.hasPrefix("docker ") || words.hasPrefix("docker-compose ") { mentions.append(words) }
    }
  }

  /// The guide with a number, from the folder `CAUSEWAY_SEEDS`, or from beside the project.
  static func read(_ number: String) throws -> GuideText {
    guard let folder, let name = try entries(folder).first(where: { $0.hasPrefix(number) }) else {
      throw NoGuide(number: number)
    }
    guard let file = fopen("\(folder)/\(name)", "r") else { throw NoGuide(number: number) }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    while case let byte = fgetc(file), byte != EOF { bytes.append(UInt8(byte)) }
    return GuideText(String(decoding: bytes, as: UTF8.self))
  }

  static var folder: String? {
    if let named = getenv("CAUSEWAY_SEEDS") { return String(cString: named) }
    let beside = "\(Binaries.package)/../shared/seeds"
    return access(beside, R_OK) == 0 ? beside : nil
  }

  private static func entries(_ folder: String) throws -> [String] {
    guard let stream = opendir(folder) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      names.append(
        withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        })
    }
    return names
  }
}

struct NoGuide: Error, CustomStringConvertible {
  let number: String

  var description: String { "guide \(number) cannot be read" }
}
