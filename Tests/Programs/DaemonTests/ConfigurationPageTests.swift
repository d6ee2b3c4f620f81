import Glibc
import Testing

@testable import EngineSettings

/// `docs/configuration.md` lists the engine's options. It is generated from the table of options, which the flags, the
/// configuration file and the help text use too. `CAUSEWAY_WRITE_PAGES=1` writes it.
@Suite struct ConfigurationPageTests {
  private static let path: String = {
    let folder = #filePath.split(separator: "/").dropLast(4).map { "/\($0)" }.joined()
    return "\(folder)/docs/configuration.md"
  }()

  @Test func pageMatchesTheOptionTable() throws {
    let page = Self.page()
    if getenv("CAUSEWAY_WRITE_PAGES") != nil {
      let file = try #require(fopen(Self.path, "w"))
      fputs(page, file)
      fclose(file)
    }
    #expect(
      Self.read(Self.path) == page, "stale: run CAUSEWAY_WRITE_PAGES=1 swift test --filter ConfigurationPageTests")
  }

  @Test func everyOptionHasASentence() {
    for option in Option.all { #expect(!option.help.isEmpty, "\(option.name)") }
  }

  static func page() -> String {
    var lines = [
      "# Configuration", "",
      "The engine reads `\(Option.standardFile)` (`--config-file` names another file), then its flags. Setting one option",
      "in both places is an error. Unknown keys are errors. `causewayd --validate` and `causeway config check` check a",
      "file without starting the engine. This page is generated from the table of options.", "",
      "| flag | key in the file | value | meaning |", "| --- | --- | --- | --- |",
    ]
    for option in Option.all {
      guard case .full = option.support else { continue }
      lines.append(
        "| `--\(option.name)`\(option.short.map { ", `-\($0)`" } ?? "") | \(option.key.map { "`\($0)`" } ?? "") | "
          + "\(value(of: option)) | \(escaped(option.help)) |")
    }
    lines += [
      "", "## Options with one possible value", "",
      "These exist so that a `daemon.json` and scripts for dockerd work. Another value is refused.", "",
      "| flag | accepted | meaning |", "| --- | --- | --- |",
    ]
    for option in Option.all {
      guard case .acceptsOnly(let values, let message) = option.support else { continue }
      let accepted = values.map { $0.isEmpty ? "empty" : "`\($0)`" }.joined(separator: ", ")
      lines.append("| `--\(option.name)` | \(accepted) | \(escaped(message.isEmpty ? option.help : message)) |")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func value(of option: Option) -> String {
    switch option.kind {
    case .flag: "true or false"
    case .text: escaped(option.value)
    case .list: "\(escaped(option.value)), may be repeated"
    }
  }

  private static func escaped(_ text: String) -> String { text.replacing("|", with: "\\|") }

  private static func read(_ path: String) -> String? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
    return String(decoding: bytes, as: UTF8.self)
  }
}
