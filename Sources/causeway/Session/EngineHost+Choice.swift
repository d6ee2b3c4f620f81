import EngineClient
import EngineModel

extension EngineHost {
  /// Where `causewayd` listens unless told otherwise.
  static let causeway = EngineHost.unix(path: "/run/causeway.sock")

  /// The host a person means: the option before `CAUSEWAY_HOST` before `DOCKER_HOST` before the standard one.
  ///
  /// - Throws: ``UsageError`` of kind `value`.
  static func chosen(option: String?, environment: (String) -> String?) throws(UsageError) -> EngineHost {
    for text in [option, environment("CAUSEWAY_HOST"), environment("DOCKER_HOST")] {
      guard let text, !text.isEmpty else { continue }
      do {
        return try EngineHost(text)
      } catch {
        throw .value(error.message)
      }
    }
    return causeway
  }
}
