import DataPlane

/// The data plane as the engine uses it: names, port reservations, relays. It is a process of its own, or a fake in
/// tests.
protocol DataPlanePort: Sendable {
  /// - Throws: `DataPlaneRejection` when it refuses: then nothing changed.
  func apply(_ changes: [DataPlaneChange]) async throws
  /// Replaces the whole table.
  func replace(_ table: DataPlaneTable) async throws
}

extension DataPlaneClient: DataPlanePort {}
