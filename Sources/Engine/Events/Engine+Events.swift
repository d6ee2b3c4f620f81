public import EngineModel

extension Engine {
  /// What happened since then, as far as it is still known, and then what happens, until then or without end.
  ///
  /// Filters: `type`, `event`, `container`, `image`, `network`, `volume`, `daemon`, `label`, `scope`.
  public func events(since: Timestamp? = nil, until: Timestamp? = nil, filters: Filters = Filters())
    -> AsyncStream<EngineEvent>
  { AsyncStream { $0.finish() } }
}
