package import EngineModel
package import EngineSettings
internal import Kernel

extension HostAddress {
  /// Checks, before the engine changes anything, that no other engine listens there.
  ///
  /// - Throws: `conflict`.
  package func checkFree(activated: [CInt] = []) throws(EngineError) {
    guard case .unix(let path) = self, !activated.contains(where: { UnixSocketAddress.path(of: $0) == path }) else {
      return
    }
    try UnixListener.checkFree(path)
  }
}
