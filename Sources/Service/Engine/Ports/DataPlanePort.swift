import DataPlane

/// The data plane as the engine sees it: names, held ports, relays. The real one is a program of its own; tests bring
/// one of their own.
protocol DataPlanePort: Sendable {
  /// - Throws: `DataPlaneRefusal` when it says no: then nothing was changed.
  func apply(_ changes: [DataPlaneChange]) async throws
  /// Makes this all that is served.
  func replace(_ table: DataPlaneTable) async throws
}

extension DataPlaneClient: DataPlanePort {}
