public import EngineModel
public import EngineSettings

extension HostAddress {
  /// Finds out early that another engine answers there, before anything is touched.
  ///
  /// - Throws: `conflict`.
  public func checkFree(activated: [CInt] = []) throws(EngineError) {
    guard case .unix(let path) = self, !activated.contains(where: { UnixListener.path(of: $0) == path }) else { return }
    try UnixListener.checkFree(path)
  }
}
